package source

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"
)

var mark = []byte("\xef\xbb\xbf")

// Text returns data as UTF-8 without its byte order mark, or says what encoding it is in instead.
func Text(name string, data []byte) ([]byte, Problems) {
	if IsWide(data) {
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

// IsWide reports whether data is UTF-16, as some spreadsheets save it.
func IsWide(data []byte) bool {
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

// IsEUC reports whether data, which is not UTF-8, looks like EUC-JP: as Shift_JIS it would be invalid or full of half-width
// kana, as EUC-JP it is valid and has none.
func IsEUC(data []byte) bool {
	euc, err := japanese.EUCJP.NewDecoder().Bytes(data)
	if err != nil || bytes.ContainsRune(euc, utf8.RuneError) || halfKana(euc) > 0 {
		return false
	}
	sjis, ok := ShiftJIS(data)
	return !ok || halfKana(sjis) > 0
}

func halfKana(text []byte) (n int) {
	for _, r := range string(text) {
		if r >= '\uff61' && r <= '\uff9f' {
			n++
		}
	}
	return n
}
