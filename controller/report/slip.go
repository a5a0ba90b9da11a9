package report

import (
	"io"

	"kidoban/controller/ledger"
	"kidoban/controller/report/sheet"
)

// Slip is 入退室票(単票): one visit on a sheet of its own, so that no visitor sees another.
type Slip struct{ Visit ledger.Visit }

func (s Slip) fields(h *Head) []field {
	values := h.line(&s.Visit)
	values[8], values[15] = h.second(s.Visit.Entered, unknown), h.leftInWords(&s.Visit)
	var out []field
	for i, c := range columns {
		if i != 2 { // the room is over the form
			out = append(out, field{label: c, value: values[i]})
		}
	}
	return out
}

func (h *Head) leftInWords(v *ledger.Visit) value {
	if v.Inside() {
		return h.left(v)
	}
	return h.corrected(v, "left", h.second(v.Left, unknown))
}

// Doc lays out the slip.
func (s Slip) Doc(h Head) sheet.Doc {
	p := page{title: word{"入退室票(単票)", "Entry and exit slip"}, article: registerArticle, sub: s.Visit.ID}
	return h.doc(p, h.fields(s.fields(&h)), spacer, h.seals(word{"立会者", "Escort"}, clerk, h.officer()))
}

// CSV writes the slip as two columns.
func (s Slip) CSV(w io.Writer, h Head) error { return fieldsCSV(w, h, s.fields(&h)) }
