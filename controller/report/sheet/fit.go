package sheet

import "fmt"

const (
	leading = 1.28
	padX    = 2.4
	padY    = 1.8
	smaller = 0.5
	least   = 5.0 // smallest type
)

// fitted is a text that found its size and its lines.
type fitted struct {
	lines [][]glyph
	size  float64
}

func (f fitted) height() float64 { return float64(len(f.lines)) * f.size * leading }

// fit wraps a text in a width, smaller if need be, and sends what is too long to the annex.
func (l *layout) fit(t Text, size, width float64, most int, name string) fitted {
	gs := l.shape(t)
	low := max(least, size*0.7)
	for s := size; ; s -= smaller {
		s = max(s, min(low, size))
		lines := wrap(gs, s, width)
		if len(lines) <= most && fits(lines, s, width) {
			return fitted{lines, s}
		}
		if s <= low {
			return fitted{l.cut(t, lines, s, width, most, name), s}
		}
	}
}

func fits(lines [][]glyph, size, width float64) bool {
	for _, line := range lines {
		if widthOf(trimmed(line), size) > width+0.01 {
			return false
		}
	}
	return true
}

// trimmed is a line without the spaces at its end.
func trimmed(line []glyph) []glyph {
	for len(line) > 0 && line[len(line)-1].Text == " " {
		line = line[:len(line)-1]
	}
	return line
}

// cut keeps as many lines as there may be and ends them with where the rest is read: the annex has the whole text.
func (l *layout) cut(t Text, lines [][]glyph, size, width float64, most int, name string) [][]glyph {
	l.annex = append(l.annex, entry{name, t})
	mark := l.shape(T(fmt.Sprintf("…%s%d", l.doc.Words.Annex, len(l.annex))))
	lines = append([][]glyph{}, lines[:min(most, len(lines))]...)
	last := lines[len(lines)-1]
	room := width - widthOf(mark, size)
	for len(last) > 0 && (widthOf(last, size) > room || last[len(last)-1].glued) {
		last = last[:len(last)-1]
	}
	scale := 1.0
	if room < 0 {
		scale = width / (widthOf(mark, size) + 0.01)
	}
	for i := range mark {
		mark[i].scale *= scale
	}
	lines[len(lines)-1] = append(append([]glyph{}, last...), mark...)
	return lines
}
