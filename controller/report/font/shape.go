package font

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Glyph is one character as it is printed.
type Glyph struct {
	Text  string // what the document says here: the character, with its variation selector
	Draw  rune   // what Face is asked to draw
	Face  *Face
	Width float64 // as a part of the type size
	Note  string  // why Draw is not quite Text: "U+20BB7", "" where all is well
}

// Geta is printed for a character that no font has.
const Geta = '〓'

// Shape turns one line of text into glyphs. Line feeds are not for it.
func (s *Set) Shape(text string, bold bool) []Glyph {
	var out []Glyph
	for _, c := range clusters(text) {
		out = append(out, s.shape(c, bold)...)
	}
	return out
}

// clusters parts a text into characters with what belongs to each: variation selectors, combining marks. Marks are
// composed where there is one character for both; a kanji is never changed by that.
func clusters(text string) [][]rune {
	var out [][]rune
	for _, r := range text {
		if n := len(out); n > 0 && follows(r) && !unicode.IsControl(out[n-1][0]) {
			out[n-1] = append(out[n-1], r)
			continue
		}
		out = append(out, []rune{r})
	}
	for i, c := range out {
		if len(c) > 1 && !unicode.Is(unicode.Han, c[0]) {
			out[i] = []rune(norm.NFC.String(string(c)))
		}
	}
	return out
}

func follows(r rune) bool {
	return selector(r) || unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Me, r)
}

func selector(r rune) bool { return r >= 0xfe00 && r <= 0xfe0f || r >= 0xe0100 && r <= 0xe01ef }

// shape finds a face for a character. What follows it stands beside it where it cannot be joined.
func (s *Set) shape(c []rune, bold bool) []Glyph {
	base, rest := c[0], c[1:]
	var out []Glyph
	if len(rest) > 0 && selector(rest[0]) {
		out, rest = append(out, s.variant(variant{base, rest[0]}, bold)), rest[1:]
	} else {
		out = append(out, s.single(spacing(base), bold))
	}
	for _, mark := range rest {
		out = append(out, s.single(spacing(mark), bold))
		out[len(out)-1].Text = string(mark)
	}
	return out
}

// spacing is the form of a mark that stands by itself.
func spacing(mark rune) rune {
	switch mark {
	case '\u3099':
		return '゛'
	case '\u309a':
		return '゜'
	}
	return mark
}

func (s *Set) single(r rune, bold bool) Glyph {
	seen := s.seen[0]
	if bold {
		seen = s.seen[1]
	}
	g, known := seen[r]
	if !known {
		g = s.find(r, bold)
		seen[r] = g
	}
	return g
}

func (s *Set) find(r rune, bold bool) Glyph {
	switch {
	case r == '\t' || r == '\u00a0':
		return s.find(' ', bold)
	case unicode.IsControl(r), unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co):
		return s.geta(r, bold)
	}
	for {
		for _, f := range s.faces(bold) {
			if g := f.cmap.glyph(r); g != 0 {
				return Glyph{Text: string(r), Draw: r, Face: f, Width: f.width(g)}
			}
		}
		if !s.next() {
			return s.geta(r, bold)
		}
	}
}

// geta is the mark for what cannot be printed.
func (s *Set) geta(r rune, bold bool) Glyph {
	f := s.faces(bold)[0]
	return Glyph{
		Text: string(Geta), Draw: Geta, Face: f, Width: f.width(f.cmap.glyph(Geta)), Note: code(r),
	}
}

// variant finds a face that has this very form, or prints the plain one with a note.
func (s *Set) variant(v variant, bold bool) Glyph {
	text := string([]rune{v.base, v.selector})
	for _, f := range s.faces(bold) {
		if g, own := f.cmap.variants[v]; own && g != 0 {
			return Glyph{Text: text, Draw: f.proxy[v], Face: f, Width: f.width(g)}
		}
		if g := f.cmap.glyph(v.base); g != 0 && f.cmap.plain[v] {
			return Glyph{Text: text, Draw: v.base, Face: f, Width: f.width(g)}
		}
	}
	if s.next() {
		return s.variant(v, bold)
	}
	g := s.single(v.base, bold)
	if g.Note == "" {
		g.Note = code(v.base)
	}
	g.Note += " " + code(v.selector)
	return g
}

func (s *Set) faces(bold bool) []*Face {
	first := []*Face{s.Regular}
	if bold {
		first = []*Face{s.Bold, s.Regular}
	}
	return append(first, s.more...)
}

func code(r rune) string { return strings.ToUpper(fmt.Sprintf("u+%04x", r)) }
