package report

import (
	"io"

	"kidoban/controller/access"
	"kidoban/controller/report/sheet"
)

// column of a list.
type column struct {
	head  word
	width float64
	align sheet.Align
}

// list is a form of one ruled table.
type list struct {
	page
	columns []column
	rows    [][]value
	before  []sheet.Block
	after   []sheet.Block
	least   float64 // height of a row, where seals go into it
}

func (l *list) doc(h Head) sheet.Doc {
	blocks := append(append([]sheet.Block{}, l.before...), l.table(&h))
	return h.doc(l.page, append(blocks, l.after...)...)
}

func (l *list) table(h *Head) sheet.Table {
	t := sheet.Table{Size: 8, Lines: 6}
	var heads []sheet.Cell
	for _, c := range l.columns {
		t.Widths = append(t.Widths, c.width)
		heads = append(heads, sheet.Cell{Head: true, Align: sheet.Center, Text: sheet.B(h.say(c.head)), Size: 7.5})
	}
	t.Head = []sheet.Row{sheet.One(heads...)}
	for _, row := range l.rows {
		r := sheet.Row{Least: max(l.least, 16), Name: row[0].csv, Lines: [][]sheet.Cell{nil}}
		for i, v := range row {
			r.Lines[0] = append(r.Lines[0], sheet.Cell{Text: v.text, Align: l.columns[i].align, Name: h.say(l.columns[i].head)})
		}
		t.Rows = append(t.Rows, r)
	}
	t.Rows = append(t.Rows, h.nothingMore(len(l.columns), len(l.rows)))
	return t
}

// nothingMore ends a table, so that nobody adds to it.
func (h *Head) nothingMore(columns, rows int) sheet.Row {
	w := word{"以下余白", "end"}
	if rows == 0 {
		w = word{"該当なし", "none"}
	}
	return sheet.One(sheet.Cell{Cols: columns, Align: sheet.Center, Text: sheet.Text{{S: h.say(w), Pale: true}}})
}

func (l *list) csv(w io.Writer, h Head) error {
	var heads []string
	for _, c := range l.columns {
		heads = append(heads, h.say(c.head))
	}
	var rows [][]string
	for _, row := range l.rows {
		var out []string
		for _, v := range row {
			out = append(out, v.csv)
		}
		rows = append(rows, out)
	}
	return writeCSV(w, h, heads, rows)
}

// field is a labelled box of a form of one thing.
type field struct {
	label word
	value value
	tall  float64 // least height
}

// fields is a form of labelled boxes, one under the other.
func (h *Head) fields(fs []field) sheet.Table {
	t := sheet.Table{Widths: []float64{26, 100}, Size: 9.5, Lines: 14}
	for _, f := range fs {
		t.Rows = append(t.Rows, sheet.Row{Least: max(f.tall, 21), Name: h.say(f.label), Lines: [][]sheet.Cell{{
			{Head: true, Text: sheet.T(h.say(f.label)), Align: sheet.Center}, {Text: f.value.text, Top: f.tall > 30},
		}}})
	}
	return t
}

// fieldsCSV is the same as two columns.
func fieldsCSV(w io.Writer, h Head, fs []field) error {
	var rows [][]string
	for _, f := range fs {
		rows = append(rows, []string{h.say(f.label), f.value.csv})
	}
	return writeCSV(w, h, []string{h.say(word{"項目", "field"}), h.say(word{"内容", "content"})}, rows)
}

// seals is boxes for seals or signatures, at the right.
func (h *Head) seals(names ...word) sheet.Block {
	t := sheet.Table{Wide: min(1, 0.17*float64(len(names))), Align: sheet.Right, Size: 7.5, Lines: 3}
	var heads, boxes []sheet.Cell
	for _, n := range names {
		t.Widths = append(t.Widths, 1)
		heads = append(heads, sheet.Cell{Head: true, Align: sheet.Center, Text: sheet.T(h.say(n))})
		boxes = append(boxes, sheet.Cell{Align: sheet.Center, Text: sheet.Text{{S: h.say(seal), Pale: true}}})
	}
	t.Rows = []sheet.Row{sheet.One(heads...), {Least: 38, Lines: [][]sheet.Cell{boxes}}}
	return sheet.Keep{t}
}

var spacer = sheet.Space(8)

var seal = word{"印", "seal"}

// officer is the security officer of the room, by the post: Articles 10(2) and 11.
func (h *Head) officer() word {
	post, known := posts[h.Officer]
	if !known {
		post = posts[access.SecurityOfficer]
	}
	return word{"セキュリティ責任者\n(" + post.ja + ")", "Security officer\n(" + post.en + ")"}
}

var (
	checker   = word{"点検者", "Checked by"}
	confirmer = word{"確認者", "Confirmed by"}
	clerk     = word{"入退室事務担当", "Register clerk"}
)
