package sheet

import (
	"bytes"
	"fmt"
	"io"

	"github.com/signintech/gopdf"

	"kidoban/controller/report/font"
)

// draw makes the file. Only here is the PDF library spoken to.
func (l *layout) draw(w io.Writer) error {
	var pdf gopdf.GoPdf
	pdf.Start(gopdf.Config{PageSize: gopdf.Rect{W: l.width, H: l.height}})
	i := l.doc.Info
	pdf.SetInfo(gopdf.PdfInfo{
		Title: i.Title, Subject: i.Subject, Author: i.Author, Creator: "kidoban", Producer: "kidoban", CreationDate: i.Made,
	})
	faces, err := l.addFaces(&pdf)
	if err != nil {
		return err
	}
	pen := pen{pdf: &pdf}
	for _, p := range l.pages {
		pdf.AddPage()
		pen.page(p)
	}
	if pen.err != nil {
		return fmt.Errorf("draw %s: %w", i.Title, pen.err)
	}
	var b bytes.Buffer
	if _, err := pdf.WriteTo(&b); err != nil {
		return fmt.Errorf("write %s: %w", i.Title, err)
	}
	mended, err := mend(b.Bytes(), faces)
	if err != nil {
		return fmt.Errorf("write %s: %w", i.Title, err)
	}
	_, err = w.Write(mended)
	return err
}

// addFaces embeds the faces that the pages use, in the order of their first use.
func (l *layout) addFaces(pdf *gopdf.GoPdf) ([]*font.Face, error) {
	var faces []*font.Face
	have := map[*font.Face]bool{}
	for _, p := range l.pages {
		for _, t := range p.texts {
			if !have[t.face] {
				have[t.face] = true
				faces = append(faces, t.face)
			}
		}
	}
	for _, f := range faces {
		if err := pdf.AddTTFFontData(f.Name, f.Data); err != nil {
			return nil, fmt.Errorf("embed font %s: %w", f.Name, err)
		}
	}
	return faces, nil
}

// pen draws, and keeps the first error.
type pen struct {
	pdf *gopdf.GoPdf
	err error
}

func (p *pen) page(pg *page) {
	p.pdf.SetGrayFill(0.92)
	for _, b := range pg.fills {
		p.pdf.RectFromUpperLeftWithStyle(b.x, b.y, b.w, b.h, "F")
	}
	p.pdf.SetGrayFill(0)
	p.pdf.SetStrokeColor(0, 0, 0)
	p.pdf.SetLineWidth(0.5)
	for _, f := range pg.frames {
		p.pdf.RectFromUpperLeftWithStyle(f.x, f.y, f.w, f.h, "D")
	}
	for _, s := range pg.lines {
		p.pdf.SetLineWidth(s.width)
		p.pdf.Line(s.x1, s.y1, s.x2, s.y2)
	}
	for _, t := range pg.texts {
		p.text(t)
	}
}

func (p *pen) text(t placed) {
	switch {
	case t.style.red:
		p.pdf.SetTextColor(200, 0, 0)
	case t.style.pale:
		p.pdf.SetTextColor(120, 120, 120)
	default:
		p.pdf.SetTextColor(0, 0, 0)
	}
	p.keep(p.pdf.SetFont(t.face.Name, "", t.size))
	p.pdf.SetXY(t.x, t.y)
	p.keep(p.pdf.Text(t.draw))
	if t.style.strike {
		p.pdf.SetLineWidth(0.4)
		for _, up := range []float64{0.30, 0.44} {
			p.pdf.Line(t.x, t.y-t.size*up, t.x+t.width, t.y-t.size*up)
		}
	}
}

func (p *pen) keep(err error) {
	if p.err == nil {
		p.err = err
	}
}
