package book

import (
	"fmt"
	"html/template"
	"regexp"
	"strings"

	"kidoban/controller/report/sheet"
)

// paper is a form for a browser, which prints it as it stands.
type paper struct {
	Title, Stamp string
	Wide         bool
	Bare         bool // a part of a page: without the form's own head and foot
	Foot         []template.HTML
	Parts        []part
}

// part is a block of it; what is nothing else is a space.
type part struct {
	Kind  string // "table", "text", "keep", "break", ""
	Class string
	Text  template.HTML
	Table ruled
	Parts []part
}

// ruled is a table. Its columns share the width in hundredths.
type ruled struct {
	Class   string
	Widths  []string
	Columns int
	Head    [][]box
	Rows    []group
	Foot    []template.HTML // repeated at the foot of every page
}

// group is lines that stay together.
type group struct {
	Class string
	Lines [][]box
}

// box is a cell.
type box struct {
	Tag        string // "th" or "td"
	Class      string
	Cols, Rows int
	Text       template.HTML
}

func paperOf(p *sheet.Page, bare bool) paper {
	out := paper{Title: p.Title, Stamp: p.Stamp, Wide: p.Landscape, Bare: bare}
	for _, t := range p.Foot {
		out.Foot = append(out.Foot, text(t))
	}
	out.Parts = partsOf(p.Parts)
	out.repeatFoot()
	return out
}

// repeatFoot moves the foot into the table that goes on over pages, if there is one.
func (p *paper) repeatFoot() {
	for i := range p.Parts {
		if t := &p.Parts[i].Table; len(t.Head) > 0 {
			t.Foot, p.Foot = p.Foot, nil
			return
		}
	}
}

func partsOf(all []sheet.Part) (out []part) {
	for _, p := range all {
		switch {
		case p.Table != nil:
			out = append(out, part{Kind: "table", Table: ruledOf(p.Table)})
		case p.Paragraph != nil:
			out = append(out, part{Kind: "text", Class: strings.TrimSpace(aligned(p.Paragraph.Align) + sized(p.Paragraph.Size)), Text: text(p.Paragraph.Text)})
		case p.Keep != nil:
			out = append(out, part{Kind: "keep", Parts: partsOf(p.Keep)})
		case p.Break:
			out = append(out, part{Kind: "break"})
		default:
			out = append(out, part{})
		}
	}
	return out
}

func ruledOf(t *sheet.Table) ruled {
	sum := 0.0
	for _, w := range t.Widths {
		sum += w
	}
	out := ruled{Columns: len(t.Widths), Class: strings.TrimSpace(aligned(t.Align) + sized(t.Size))}
	if t.Wide > 0 {
		out.Class += fmt.Sprintf(" wide%d", int(t.Wide*100+0.5))
	}
	for _, w := range t.Widths {
		out.Widths = append(out.Widths, fmt.Sprintf("%.2f%%", 100*w/sum))
	}
	for _, r := range t.Head {
		for _, l := range r.Lines {
			out.Head = append(out.Head, boxes(l))
		}
	}
	for _, r := range t.Rows {
		g := group{Class: tall(r.Least)}
		for _, l := range r.Lines {
			g.Lines = append(g.Lines, boxes(l))
		}
		out.Rows = append(out.Rows, g)
	}
	return out
}

// tall is a row that has room for a seal.
func tall(least float64) string {
	if least > 30 {
		return "tall"
	}
	return ""
}

func boxes(cells []sheet.Cell) (out []box) {
	for _, c := range cells {
		b := box{Tag: "td", Cols: max(1, c.Cols), Rows: max(1, c.Rows), Text: text(c.Text)}
		class := []string{aligned(c.Align)}
		if c.Head {
			b.Tag = "th"
		}
		if c.Open {
			class = append(class, "open")
		}
		b.Class = strings.Join(strings.Fields(strings.Join(class, " ")), " ")
		out = append(out, b)
	}
	return out
}

func aligned(a sheet.Align) string {
	switch a {
	case sheet.Center:
		return "center"
	case sheet.Right:
		return "right"
	}
	return ""
}

// sized is the class of a size: what is large is a title, what is small a form's table.
func sized(size float64) string {
	switch {
	case size >= 14:
		return " title"
	case size >= 11:
		return " large"
	case size > 0 && size < 7.5:
		return " small"
	}
	return ""
}

// text is runs as HTML. What was struck out stays legible, and is told to those who listen.
func text(t sheet.Text) template.HTML {
	var b strings.Builder
	for _, r := range t {
		s := strings.ReplaceAll(template.HTMLEscapeString(r.S), "\n", "<br>")
		switch {
		case r.Strike:
			s = "<del>" + s + "</del>"
		case r.Bold:
			s = "<b>" + s + "</b>"
		case r.Pale:
			s = `<span class="pale">` + s + "</span>"
		}
		b.WriteString(s)
	}
	return template.HTML(rule.ReplaceAllString(b.String(), `<span lang="ja">$0</span>`)) // escaped above
}

// rule is a regulation's name, which stays as it is in every language.
var rule = regexp.MustCompile(`[\p{Han}\p{Hiragana}\p{Katakana}ー]+規程\([^)<>&]*\)`)
