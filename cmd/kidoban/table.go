package main

import (
	"io"
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// table aligns cells by what they take on a terminal: a kanji, 𠮷 too, takes two columns, a variation selector none.
type table struct{ rows [][]string }

func (t *table) add(cells ...string) {
	row := make([]string, len(cells))
	for i, c := range cells {
		row[i] = plain(c)
	}
	t.rows = append(t.rows, row)
}

// write prints the rows, columns two apart.
func (t *table) write(w io.Writer) error {
	var widths []int
	for _, row := range t.rows {
		for i, c := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], columns(c))
		}
	}
	var out strings.Builder
	for _, row := range t.rows {
		for i, c := range row {
			out.WriteString(c)
			if i < len(row)-1 {
				out.WriteString(strings.Repeat(" ", widths[i]-columns(c)+2))
			}
		}
		out.WriteByte('\n')
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// columns is the width of s on a terminal.
func columns(s string) (n int) {
	for _, r := range s {
		switch k := width.LookupRune(r).Kind(); {
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		case k == width.EastAsianWide, k == width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
}

// plain is s without what a terminal would obey, "-" where nothing is left.
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return '\ufffd'
		}
		return r
	}, s)
	if s == "" {
		return "-"
	}
	return s
}
