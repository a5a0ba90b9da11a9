package source

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"
)

var mark = []byte("\xef\xbb\xbf")

// Text returns data as UTF-8 without its byte order mark, or says what encoding it is in instead.
func Text(name string, data []byte) ([]byte, Problems) {
	if wide(data) {
		return nil, Problems{{File: name, Pos: Pos{1, 1}, Text: "the file is UTF-16; save it as UTF-8"}}
	}
	data = bytes.TrimPrefix(data, mark)
	if utf8.Valid(data) {
		return data, nil
	}
	at, what := firstInvalid(data), "the file is not UTF-8; save it as UTF-8"
	if _, ok := ShiftJIS(data); ok {
		what = "the file is Shift_JIS, not UTF-8; save it as UTF-8"
	}
	return nil, Problems{{File: name, Pos: PosAt(data, at), Text: what}}
}

// ShiftJIS returns data, which is in Windows' Shift_JIS (with the NEC and IBM extensions), as UTF-8. It reports false
// where any byte does not fit.
func ShiftJIS(data []byte) ([]byte, bool) {
	out, err := japanese.ShiftJIS.NewDecoder().Bytes(data)
	if err != nil || bytes.ContainsRune(out, utf8.RuneError) || bytes.IndexByte(out, 0) >= 0 {
		return nil, false
	}
	return out, true
}

func wide(data []byte) bool {
	return bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) || bytes.IndexByte(data[:min(len(data), 4)], 0) >= 0
}

func firstInvalid(data []byte) int {
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return len(data)
}

// IsEUC reports whether data, which is not UTF-8, is rather EUC-JP than Shift_JIS: read as the one it has no half-width
// kana, read as the other it is full of them.
func IsEUC(data []byte) bool {
	sjis, _ := ShiftJIS(data)
	euc, err := japanese.EUCJP.NewDecoder().Bytes(data)
	return err == nil && !bytes.ContainsRune(euc, utf8.RuneError) && halfKana(sjis) > 0 && halfKana(euc) == 0
}

func halfKana(text []byte) (n int) {
	for _, r := range string(text) {
		if r >= '\uff61' && r <= '\uff9f' {
			n++
		}
	}
	return n
}
