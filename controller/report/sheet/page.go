package sheet

// Page is a document for a browser: the same blocks, which a browser gives their places. Nothing of it is cut off, so it
// needs no annex.
type Page struct {
	Title     string `json:"title"`
	Landscape bool   `json:"landscape,omitempty"`
	Stamp     string `json:"stamp,omitempty"`
	Foot      []Text `json:"foot"`
	Parts     []Part `json:"parts"`
}

// Part is a block; exactly one of its members is set, none for a space.
type Part struct {
	Table     *Table     `json:"table,omitempty"`
	Paragraph *Paragraph `json:"paragraph,omitempty"`
	Keep      []Part     `json:"keep,omitempty"`
	Break     bool       `json:"break,omitempty"`
}

// Page is the document for a browser.
func (d *Doc) Page() Page {
	return Page{d.Info.Title, d.Landscape, d.Stamp, d.Foot, parts(d.Blocks)}
}

func parts(blocks []Block) []Part {
	out := make([]Part, 0, len(blocks))
	for _, b := range blocks {
		switch b := b.(type) {
		case Table:
			out = append(out, Part{Table: &b})
		case Paragraph:
			out = append(out, Part{Paragraph: &b})
		case Keep:
			out = append(out, Part{Keep: parts(b)})
		case Break:
			out = append(out, Part{Break: true})
		default:
			out = append(out, Part{})
		}
	}
	return out
}
