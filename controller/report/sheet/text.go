package sheet

import (
	"strconv"
	"strings"

	"kidoban/controller/report/font"
)

// glyph is a character with its style. Its scale is relative to the size it is set in.
type glyph struct {
	font.Glyph
	scale  float64
	strike bool
	pale   bool
	end    bool // a line feed
	glued  bool // to the one before
}

// notes numbers what could not be printed as it is.
type notes struct {
	of   map[string]int
	list []string
}

func (n *notes) number(code string) int {
	if n.of == nil {
		n.of = map[string]int{}
	}
	i, known := n.of[code]
	if !known {
		n.list = append(n.list, code)
		i = len(n.list)
		n.of[code] = i
	}
	return i
}

// shape turns a text into glyphs, with the marks of notes.
func (l *layout) shape(t Text) []glyph {
	var out []glyph
	for _, run := range t {
		for i, line := range strings.Split(strings.ReplaceAll(run.S, "\r\n", "\n"), "\n") {
			if i > 0 {
				out = append(out, glyph{end: true})
			}
			out = l.shapeLine(out, run, line)
		}
	}
	return out
}

func (l *layout) shapeLine(out []glyph, run Run, line string) []glyph {
	scale := 1.0
	if run.Small {
		scale = 0.8
	}
	for _, g := range l.doc.Fonts.Shape(line, run.Bold) {
		out = append(out, glyph{Glyph: g, scale: scale, strike: run.Strike, pale: run.Pale})
		if g.Note == "" {
			continue
		}
		mark := l.doc.Words.Note + strconv.Itoa(l.notes.number(g.Note))
		for _, m := range l.doc.Fonts.Shape(mark, false) {
			out = append(out, glyph{Glyph: m, scale: scale * 0.6, strike: run.Strike, glued: true})
		}
	}
	return out
}

func (g glyph) advance(size float64) float64 { return g.Width * g.scale * size }

func widthOf(gs []glyph, size float64) (w float64) {
	for _, g := range gs {
		w += g.advance(size)
	}
	return w
}

// wrap parts glyphs into lines that are at most so wide. A glyph that is wider than that has a line of its own.
func wrap(gs []glyph, size, width float64) [][]glyph {
	var lines [][]glyph
	for start := 0; start < len(gs); {
		end, next := lineEnd(gs, start, size, width)
		lines = append(lines, gs[start:end])
		start = next
		if next == len(gs) && next > end { // the text ends in a line feed
			lines = append(lines, nil)
		}
	}
	if len(lines) == 0 {
		return [][]glyph{nil}
	}
	return lines
}

// lineEnd is where the line from start ends, and where the next one begins.
func lineEnd(gs []glyph, start int, size, width float64) (end, next int) {
	w, last := 0.0, start
	for i := start; i < len(gs); i++ {
		if gs[i].end {
			return i, i + 1
		}
		if i > start && breakable(gs[i-1], gs[i]) {
			last = i
		}
		w += gs[i].advance(size)
		if w <= width+0.001 || i == start || gs[i].Text == " " {
			continue
		}
		if last > start {
			return last, last
		}
		return i, i
	}
	return len(gs), len(gs)
}

const (
	neverFirst = "、。，．・：；？！゛゜ヽヾゝゞ々ー）］｝〕〉》」』】｡､･｣,.:;?!)]}%ぁぃぅぇぉっゃゅょァィゥェォッャュョ"
	neverLast  = "（［｛〔〈《「『【｢([{"
)

// breakable says whether a line may end between two characters.
func breakable(a, b glyph) bool {
	switch {
	case b.glued || strings.Contains(neverFirst, b.Text) || strings.Contains(neverLast, a.Text):
		return false
	case a.Text == " ":
		return true
	}
	return !(latin(a.Text) && latin(b.Text))
}

func latin(s string) bool { return len(s) > 0 && s[0] > ' ' && s[0] < 0x7f || len(s) == 2 }
