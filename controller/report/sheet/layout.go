package sheet

import (
	"fmt"
	"io"
	"strings"

	"kidoban/controller/report/font"
)

// A4, in points.
const (
	short, long = 595.28, 841.89
	margin      = 30.0
	footSize    = 6.5
)

// layout is a document on its way to paper.
type layout struct {
	doc           *Doc
	width, height float64 // of the page
	notes         notes
	annex         []entry
	pages         []*page
	y             float64 // where the next block begins
	bottom        float64 // where blocks end
	foot          []fitted
}

// entry is a text that was too long for its cell.
type entry struct {
	name string
	text Text
}

// page is what is drawn on one.
type page struct {
	texts  []placed
	lines  []line
	frames []frame
	fills  []box
}

// placed is text of one face and style. A book has very many, so it holds no more than is drawn.
type placed struct {
	x, y, width float64 // of the baseline's left end
	size        float64
	face        *font.Face
	draw        string
	text        string // what it says, where draw does not
	style       style
}

type style struct{ strike, pale, red bool }

type line struct{ x1, y1, x2, y2, width float64 }

// frame is rules around a box, all of one width.
type frame struct{ box }

type box struct{ x, y, w, h float64 }

// Write makes the document. A font that the PDF library stumbles over is an error of this print, and of nothing else.
func (d *Doc) Write(w io.Writer) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("print %s: the PDF library failed: %v", d.Info.Title, r)
		}
	}()
	return d.lay().draw(w)
}

func (d *Doc) lay() *layout {
	l := &layout{doc: d, width: short, height: long}
	if d.Landscape {
		l.width, l.height = long, short
	}
	l.measureFoot()
	l.newPage()
	l.blocks(d.Blocks)
	l.appendAnnex()
	l.appendNotes()
	l.finish()
	return l
}

func (l *layout) inner() float64 { return l.width - 2*margin }

func (l *layout) page() *page { return l.pages[len(l.pages)-1] }

func (l *layout) newPage() {
	l.pages = append(l.pages, &page{})
	l.y = margin
	if len(l.pages) > 1 && l.doc.Running != "" {
		f := l.fit(Text{{S: l.doc.Running, Pale: true}}, 8, l.inner()-90, 1, l.doc.Running)
		l.place(f, margin, l.y, l.inner(), Left)
		l.y += 14
	}
}

// full says that nothing stands on the page yet.
func (l *layout) full(h float64) bool { return l.y+h > l.bottom+0.01 }

func (l *layout) fresh() bool { return len(l.page().frames) == 0 && l.y <= margin+14.01 }

func (l *layout) blocks(bs []Block) {
	for _, b := range bs {
		switch b := b.(type) {
		case Space:
			l.y += float64(b)
		case Break:
			if !l.fresh() {
				l.newPage()
			}
		case Keep:
			if l.full(l.heightOf(b)) && !l.fresh() {
				l.newPage()
			}
			l.blocks(b)
		case Paragraph:
			l.paragraph(b)
		case Table:
			l.table(b)
		}
	}
}

// heightOf measures blocks on paper that is thrown away.
func (l *layout) heightOf(bs []Block) float64 {
	try := *l
	try.annex, try.notes = append([]entry{}, l.annex...), notes{}
	try.pages, try.y, try.bottom = []*page{{}}, 0, 1e9
	try.blocks(bs)
	return try.y
}

func (l *layout) paragraph(p Paragraph) {
	if p.Size == 0 {
		p.Size = 9
	}
	x, width := margin+p.Indent, l.inner()-p.Indent
	for _, line := range wrap(l.shape(p.Text), p.Size, width) {
		h := p.Size * 1.5
		if l.full(h) {
			l.newPage()
		}
		l.place(fitted{[][]glyph{line}, p.Size}, x, l.y+(h-p.Size*leading)/2, width, p.Align)
		l.y += h
	}
	l.y += p.After
}

// place puts fitted lines on the page, from y down.
func (l *layout) place(f fitted, x, y, width float64, align Align) {
	for i, gs := range f.lines {
		gs = trimmed(gs)
		at := x
		switch w := widthOf(gs, f.size); align {
		case Center:
			at += (width - w) / 2
		case Right:
			at += width - w
		}
		l.page().put(gs, at, y+float64(i)*f.size*leading+f.size*0.99, f.size, false)
	}
}

// put places glyphs on a baseline, those of one face and style together.
func (p *page) put(gs []glyph, x, y, size float64, red bool) {
	for i := 0; i < len(gs); {
		j := i + 1
		for j < len(gs) && alike(gs[i], gs[j]) {
			j++
		}
		t := placed{
			x: x, y: y, width: widthOf(gs[i:j], size), size: size * gs[i].scale, face: gs[i].Face,
			style: style{strike: gs[i].strike, pale: gs[i].pale, red: red},
		}
		t.draw, t.text = spell(gs[i:j])
		p.texts = append(p.texts, t)
		x, i = x+t.width, j
	}
}

func alike(a, b glyph) bool {
	return a.Face == b.Face && a.scale == b.scale && a.strike == b.strike && a.pale == b.pale
}

// spell is what is drawn for glyphs, and what they say where that is something else.
func spell(gs []glyph) (draw, text string) {
	var d, t strings.Builder
	for _, g := range gs {
		d.WriteRune(g.Draw)
		t.WriteString(g.Text)
	}
	if d.String() == t.String() {
		return d.String(), ""
	}
	return d.String(), t.String()
}

// appendAnnex prints what was too long for its cell. The list may grow while it is printed, but only by what it prints.
func (l *layout) appendAnnex() {
	if len(l.annex) == 0 {
		return
	}
	if l.y += 10; l.full(60) {
		l.newPage()
	}
	l.blocks([]Block{Paragraph{Text: B(l.doc.Words.Annex), Size: 10, After: 3}})
	for i, e := range l.annex {
		title := fmt.Sprintf("%s%d %s", l.doc.Words.Annex, i+1, e.name)
		if l.full(3 * 8.5 * 1.5) {
			l.newPage()
		}
		l.blocks([]Block{Paragraph{Text: B(title), Size: 8.5}, Paragraph{Text: e.text, Size: 8.5, Indent: 12, After: 4}})
	}
}

func (l *layout) appendNotes() {
	if len(l.notes.list) == 0 {
		return
	}
	l.y += 8
	for i, code := range l.notes.list {
		why := l.doc.Words.Missing
		if strings.Contains(code, " ") {
			why = l.doc.Words.Plain
		}
		l.blocks([]Block{Paragraph{Text: T(fmt.Sprintf("%s%d %s %s", l.doc.Words.Note, i+1, code, why)), Size: 7.5}})
	}
}

// measureFoot keeps room at the bottom of every page. What it has no room for goes to the annex like all else.
func (l *layout) measureFoot() {
	h := 0.0
	for _, t := range l.doc.Foot {
		f := l.fit(t, footSize, l.inner()-70, 2, l.doc.Info.Title)
		l.foot = append(l.foot, f)
		h += f.height()
	}
	l.bottom = l.height - margin - h - 5
}

// finish puts foot, page numbers and stamp on every page, now that their number is known.
func (l *layout) finish() {
	pages := l.pages
	for i, p := range pages {
		l.pages = pages[:i+1]
		y := l.bottom + 5
		p.lines = append(p.lines, line{margin, y - 2, l.width - margin, y - 2, 0.4})
		number := fmt.Sprintf(l.doc.Words.Page, i+1, len(pages))
		l.place(fitted{[][]glyph{l.shape(T(number))}, 8}, margin, y, l.inner(), Right)
		for _, f := range l.foot {
			l.place(f, margin, y, l.inner(), Left)
			y += f.height()
		}
		l.stamp(p)
	}
}

// stamp is a framed word in red in the upper right corner.
func (l *layout) stamp(p *page) {
	if l.doc.Stamp == "" {
		return
	}
	gs := l.shape(B(l.doc.Stamp))
	size := min(16, 120/max(1, widthOf(gs, 1)))
	w := widthOf(gs, size)
	x, y := l.width-margin-w-6, 7.0
	p.put(gs, x+3, y+size*0.95, size, true)
	h := size * 1.2
	p.lines = append(p.lines, line{x, y, x + w + 6, y, 1}, line{x, y + h, x + w + 6, y + h, 1}, line{x, y, x, y + h, 1},
		line{x + w + 6, y, x + w + 6, y + h, 1})
}
