package sheet

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"unicode/utf16"

	"kidoban/controller/report/font"
)

// The PDF library writes a character beyond the first plane into its ToUnicode maps as one number, which readers do not
// understand, and knows nothing of variants. What a reader copies or searches would be wrong, so the maps are mended in the
// finished file and its table of offsets with them.

var (
	mapped    = regexp.MustCompile(`<([0-9A-F]{4})><[0-9A-F]{4}><([0-9A-F]{5,6})>`)
	mapLength = regexp.MustCompile(`^(\d+ 0 obj\n<<\n/Length )(\d+)(\n>>\nstream\n/CIDInit )`)
)

// mend rewrites the ToUnicode maps, which come in the order of the faces.
func mend(pdf []byte, faces []*font.Face) ([]byte, error) {
	xref := bytes.LastIndex(pdf, []byte("\nxref\n"))
	if xref < 0 {
		return nil, fmt.Errorf("the file has no table of offsets")
	}
	body, tail := pdf[:xref+1], pdf[xref+1:]
	starts, err := offsets(tail, len(body))
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	out.Write(body[:starts[0]])
	face := 0
	for i, at := range starts {
		end := len(body)
		if i+1 < len(starts) {
			end = starts[i+1]
		}
		object := body[at:end]
		if mapLength.Match(object) && face < len(faces) {
			object = mendMap(object, faces[face])
			face++
		}
		starts[i] = out.Len()
		out.Write(object)
	}
	return finish(&out, tail, starts)
}

// offsets reads where the objects begin, in their order.
func offsets(tail []byte, most int) ([]int, error) {
	var out []int
	last := 0
	for _, line := range bytes.Split(tail, []byte("\n")) {
		if len(line) >= 18 && bytes.HasSuffix(bytes.TrimRight(line, " "), []byte(" 00000 n")) {
			n, err := strconv.Atoi(string(line[:10]))
			if err != nil || n < last || n > most {
				return nil, fmt.Errorf("the table of offsets says %q", line)
			}
			out, last = append(out, n), n
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("the file has no objects")
	}
	return out, nil
}

func mendMap(object []byte, f *font.Face) []byte {
	head := mapLength.FindSubmatchIndex(object)
	stream := head[7] - len("/CIDInit ")
	end := bytes.LastIndex(object, []byte("endstream"))
	if end < stream {
		return object
	}
	mended := mapped.ReplaceAllFunc(object[stream:end], func(m []byte) []byte {
		parts := mapped.FindSubmatch(m)
		n, err := strconv.ParseUint(string(parts[2]), 16, 32)
		if err != nil {
			return m
		}
		text, variant := f.Back[rune(n)]
		if !variant {
			text = string(rune(n))
		}
		return fmt.Appendf(nil, "<%s><%s><%s>", parts[1], parts[1], utf16Hex(text))
	})
	var out bytes.Buffer
	out.Write(object[head[2]:head[3]])
	fmt.Fprint(&out, len(mended))
	out.Write(object[head[5]:stream])
	out.Write(mended)
	out.Write(object[end:])
	return out.Bytes()
}

func utf16Hex(s string) string {
	var out []byte
	for _, u := range utf16.Encode([]rune(s)) {
		out = fmt.Appendf(out, "%04X", u)
	}
	return string(out)
}

// finish writes the table of offsets anew, and the trailer as it was.
func finish(out *bytes.Buffer, tail []byte, starts []int) ([]byte, error) {
	at := out.Len()
	trailer, end := bytes.Index(tail, []byte("trailer\n")), bytes.LastIndex(tail, []byte("startxref\n"))
	if trailer < 0 || end < trailer {
		return nil, fmt.Errorf("the file has no trailer")
	}
	fmt.Fprintf(out, "xref\n0 %d\n0000000000 65535 f \n", len(starts)+1)
	for _, s := range starts {
		fmt.Fprintf(out, "%010d 00000 n \n", s)
	}
	out.Write(tail[trailer:end])
	fmt.Fprintf(out, "startxref\n%d\n%%%%EOF\n", at)
	return out.Bytes(), nil
}
