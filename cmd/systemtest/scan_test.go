package systemtest_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kidoban/device/wiegand"
)

// scanner looks for secrets in every form in which they could leak. Short forms are looked for as whole words, so that
// 32 random octets in hexadecimal are not taken for the eight digits that they happen to hold.
type scanner struct {
	anywhere map[string]string // octets -> what they are
	digits   map[string]string // a run of digits, without leading zeros
	exact    map[string]string // a run of digits as it is: PINs
	hexes    map[string]string // a run of hexadecimal digits, lower case, without zeros at either end
	hits     []string
}

func newScanner() *scanner {
	return &scanner{map[string]string{}, map[string]string{}, map[string]string{}, map[string]string{}, nil}
}

// card adds a card's number: in decimal and hexadecimal, as bits and octets in both orders, alone, with its facility, and
// as the frame on the wire.
func (s *scanner) card(t testing.TB, format string, facility, number uint64) {
	t.Helper()
	f, err := wiegand.Lookup(format)
	if err != nil {
		t.Fatal(err)
	}
	frame, err := wiegand.Encode(f, facility, number)
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("%s card %d/%d", format, facility, number)
	s.anywhere[frame.Text()] = name + ": frame as bits"
	s.anywhere[complement(frame.Text())] = name + ": frame as bits, wires swapped"
	s.number(bitsOf(frame.Text()), name+": frame")
	s.number(number, name)
	if f.HasFacility() {
		both := bitsOf(frame.Text()[1 : frame.Len()-1])
		s.number(both, name+": all but the outer parity")
		s.digits[strings.TrimLeft(fmt.Sprintf("%d%05d", facility, number), "0")] = name + ": facility and number"
		s.anywhere[fmt.Sprintf("%d/%d", facility, number)] = name + ": facility/number"
	}
}

func complement(bits string) string {
	return strings.Map(func(r rune) rune { return '0' + '1' - r }, bits)
}

func bitsOf(text string) (v uint64) {
	for _, b := range text {
		v = v<<1 | uint64(b-'0')
	}
	return v
}

// number adds one of eight digits or more.
func (s *scanner) number(n uint64, name string) {
	if n < 10_000_000 {
		return
	}
	s.digits[fmt.Sprint(n)] = name + " in decimal"
	s.anywhere[fmt.Sprintf("%b", n)] = name + " in bits"
	var big, little [8]byte
	binary.BigEndian.PutUint64(big[:], n)
	binary.LittleEndian.PutUint64(little[:], n)
	for order, b := range map[string][]byte{"big": big[:], "little": little[:]} {
		s.anywhere[string(b)] = name + " in eight octets, " + order + " end first"
		short := bytes.Trim(b, "\x00")
		s.hexes[strings.Trim(hex.EncodeToString(short), "0")] = name + " in hexadecimal, " + order + " end first"
		if len(short) >= 5 {
			s.anywhere[string(short)] = name + " in octets, " + order + " end first"
		}
	}
}

func (s *scanner) pin(digits string) { s.exact[digits] = "PIN " + digits }

// key adds a secret key's octets.
func (s *scanner) key(b []byte, name string) {
	s.anywhere[string(b)] = name
	s.anywhere[hex.EncodeToString(b)] = name + " in hexadecimal"
	s.anywhere[strings.ToUpper(hex.EncodeToString(b))] = name + " in hexadecimal"
	for from := range 3 { // wherever it stands in what is encoded
		for _, e := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			text := e.EncodeToString(b[from : from+(len(b)-from)/3*3])
			s.anywhere[text] = name + " in base64"
		}
	}
}

// scan looks through b.
func (s *scanner) scan(b []byte, where string) {
	for needle, name := range s.anywhere {
		if i := bytes.Index(b, []byte(needle)); i >= 0 {
			s.hits = append(s.hits, fmt.Sprintf("%s at %d: %s", where, i, name))
		}
	}
	var hashes [][2]int // runs of hexadecimal digits that are too long for a number, [from, to): digits in them are no run
	runs(b, isHex, func(run string, i int) {
		if name := s.hexes[strings.Trim(strings.ToLower(run), "0")]; name != "" {
			s.hits = append(s.hits, fmt.Sprintf("%s at %d: %s", where, i, name))
		}
		if len(run) >= 24 && strings.ContainsAny(run, "abcdefABCDEF") {
			hashes = append(hashes, [2]int{i, i + len(run)})
		}
	})
	runs(b, isDigit, func(run string, i int) {
		for len(hashes) > 0 && hashes[0][1] <= i {
			hashes = hashes[1:]
		}
		if len(hashes) > 0 && hashes[0][0] <= i {
			return
		}
		for _, name := range []string{s.exact[run], s.digits[strings.TrimLeft(run, "0")]} {
			if name != "" {
				s.hits = append(s.hits, fmt.Sprintf("%s at %d: %s", where, i, name))
			}
		}
	})
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
func isHex(c byte) bool   { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' }

func runs(b []byte, of func(byte) bool, each func(run string, at int)) {
	for i := 0; i < len(b); i++ {
		from := i
		for i < len(b) && of(b[i]) {
			i++
		}
		if i-from >= 4 {
			each(string(b[from:i]), from)
		}
	}
}

// tree scans all files under dir but those of a key directory, and says how much that was.
func (s *scanner) tree(t testing.TB, dir string) (files, octets int) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && e.Name() == "keys":
			return fs.SkipDir
		case !e.Type().IsRegular():
			return nil
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files, octets = files+1, octets+len(b)
		s.scan(b, path)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files, octets
}

// TestScanner plants every form in turn among other things, and it is found.
func TestScanner(t *testing.T) {
	const number = 28_123_456_789
	secret := []byte("0123456789abcdefGHIJKLMNOPQRSTUV")
	s := newScanner()
	s.card(t, "H10302", 0, number)
	s.card(t, "H10301", 118, 41201)
	s.pin("907163")
	s.key(secret, "key")
	var big, little [8]byte
	binary.BigEndian.PutUint64(big[:], number)
	binary.LittleEndian.PutUint64(little[:], number)
	h10302, _ := wiegand.Lookup("H10302")
	frame, _ := wiegand.Encode(h10302, 0, number)
	for name, planted := range map[string][]byte{
		"decimal": fmt.Appendf(nil, "card=%d,", int64(number)), "padded": fmt.Appendf(nil, "%020d", int64(number)),
		"hexadecimal": fmt.Appendf(nil, "%x", int64(number)), "HEXADECIMAL": fmt.Appendf(nil, "0x%016X", int64(number)),
		"little end hexadecimal": fmt.Appendf(nil, "%x", little), "bits": fmt.Appendf(nil, "%b", int64(number)),
		"frame": []byte(frame.Text()), "octets": big[3:], "little octets": little[:5], "eight octets": big[:],
		"26 bits": []byte(`{"facility":118,"number":"118/41201"}`), "concatenated": []byte("11841201"),
		"a PIN": []byte(`"pin":"907163"`), "a key": secret, "a key in hexadecimal": []byte(hex.EncodeToString(secret)),
		"a key in base64": []byte(base64.StdEncoding.EncodeToString(append([]byte{1}, secret...))),
	} {
		s.hits = nil
		s.scan(slices.Concat([]byte("some log line\x00\xff"), planted, []byte("\nmore")), name)
		if len(s.hits) == 0 {
			t.Errorf("%s is not found", name)
		}
	}
	s.hits = nil
	s.scan([]byte(`{"sequence":"000000000907163001","hash":"68c47ad15907163aa9071636d0ab","at":"1907163"}`), "others")
	if len(s.hits) != 0 {
		t.Errorf("found where there is nothing: %v", s.hits)
	}
}
