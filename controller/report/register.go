package report

import (
	"fmt"
	"io"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/ledger"
	"kidoban/controller/report/sheet"
	"kidoban/controller/retention"
)

// Register is 住基ネット管理室 入退室管理簿: Article 20(3) and (4), a line a visit, of one room and one fiscal year or a
// month of it. Lines are in the order of entry.
type Register struct {
	Year  int
	Month time.Month // 0 = the whole year
	Lines []ledger.Visit
}

var registerArticle = word{"第20条第3項・第4項", ", Article 20(3) and (4)"}

func (r Register) paper(h *Head) page {
	title := word{"入退室管理簿", "Register of entries and exits"}
	if h.Room != "" {
		title.ja, title.en = h.Room+" "+title.ja, title.en+": "+h.Room
	}
	return page{title: title, article: registerArticle, sub: h.period(r.Year, r.Month), landscape: true}
}

// Doc lays out the book, by months.
func (r Register) Doc(h Head) sheet.Doc {
	t := sheet.Table{
		Widths: []float64{54, 76, 86, 70, 54, 104, 84, 78, 72, 84, 52, 72}, Size: 7, Lines: 8, Head: []sheet.Row{h.registerHead()},
	}
	month := time.Month(0)
	for i := range r.Lines {
		v := &r.Lines[i]
		if m := v.Entered.In(access.JST).Month(); r.Month == 0 && m != month {
			month = m
			t.Rows = append(t.Rows, sheet.One(sheet.Cell{
				Cols: len(t.Widths), Head: true, Text: sheet.B(h.period(retention.FiscalYear(v.Entered), m)), Size: 8,
			}))
		}
		t.Rows = append(t.Rows, h.registerRow(v))
	}
	t.Rows = append(t.Rows, h.nothingMore(len(t.Widths), len(r.Lines)))
	return h.doc(r.paper(&h), t, sheet.Space(4), sheet.Keep{
		sheet.Paragraph{Text: sheet.T(r.sum(&h)), Size: 8, After: 3}, h.seals(clerk, checker, confirmer, h.officer()),
	})
}

// upper and lower are which columns (from 1) stand over each other in a line of the book.
var upper, lower = [12]int{1, 5, 6, 8, 9, 10, 12, 13, 14, 17, 18, 19}, [12]int{22, 4, 7, 0, 16, 11, 0, 0, 15, 0, 21, 0}

func (h *Head) registerHead() sheet.Row {
	return twoLines(func(n int) sheet.Cell {
		return sheet.Cell{Head: true, Align: sheet.Center, Size: 6.5, Text: sheet.T(fmt.Sprintf("%d %s", n, h.say(columns[n-1])))}
	}, 0)
}

// registerRow is a line of the book: two lines of boxes, and a third for its corrections.
func (h *Head) registerRow(v *ledger.Visit) sheet.Row {
	values := h.line(v)
	row := twoLines(func(n int) sheet.Cell {
		c := sheet.Cell{Text: values[n-1].text, Name: h.say(columns[n-1])}
		switch n {
		case 4:
			c.Size = 8.5
		case 1, 22, 18:
			c.Align = sheet.Center
		case 21:
			c.Align = sheet.Center
			if !v.Checked.Done() {
				c.Text = sheet.Text{{S: h.say(seal), Pale: true}}
			}
		}
		return c
	}, 15)
	row.Name = v.ID
	if len(v.Corrections) > 0 {
		label := fmt.Sprintf("20 %s", h.say(columns[19]))
		row.Lines = append(row.Lines, []sheet.Cell{
			{Text: sheet.T(label), Align: sheet.Center, Head: true, Size: 6.5},
			{Text: values[19].text, Cols: len(upper) - 1, Name: h.say(columns[19])},
		})
	}
	return row
}

// twoLines arranges the columns' boxes; one without a lower neighbour is as high as both.
func twoLines(cell func(n int) sheet.Cell, least float64) sheet.Row {
	row := sheet.Row{Lines: make([][]sheet.Cell, 2), Least: least}
	for i, n := range upper {
		c := cell(n)
		if lower[i] == 0 {
			c.Rows = 2
		} else {
			row.Lines[1] = append(row.Lines[1], cell(lower[i]))
		}
		row.Lines[0] = append(row.Lines[0], c)
	}
	return row
}

// sum is what the lines come to.
func (r Register) sum(h *Head) string {
	var visitors, open, without, corrected int
	for i := range r.Lines {
		v := &r.Lines[i]
		visitors += count(v.Visitor())
		open += count(v.Left.IsZero())
		without += count(v.Consent.State == ledger.ConsentMissing || v.Consent.State == ledger.ConsentAfter)
		corrected += count(len(v.Corrections) > 0)
	}
	return fmt.Sprintf(h.say(word{
		"計 %d件　うち入室者(第20条第2項) %d件　退室の記録のないもの %d件　未承諾退室 %d件　訂正のあるもの %d件",
		"%d lines, of them permit holders (Article 20(2)) %d, without an exit %d, left without consent %d, corrected %d",
	}), len(r.Lines), visitors, open, without, corrected)
}

func count(is bool) int {
	if is {
		return 1
	}
	return 0
}

// CSV writes the 22 columns.
func (r Register) CSV(w io.Writer, h Head) error {
	var heads []string
	for _, c := range columns {
		heads = append(heads, h.say(c))
	}
	var rows [][]string
	for i := range r.Lines {
		var row []string
		for _, v := range h.line(&r.Lines[i]) {
			row = append(row, v.csv)
		}
		rows = append(rows, row)
	}
	return writeCSV(w, h, heads, rows)
}
