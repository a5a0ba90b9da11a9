package report

import (
	"io"
	"strconv"

	"kidoban/controller/ledger"
	"kidoban/controller/report/sheet"
)

// Items is 機器媒体持込持出簿: what was carried in and out, as the register's lines say.
type Items struct {
	Year  int
	Lines []ledger.Visit // those that carried nothing are left out
}

func itoa(n int) string { return strconv.Itoa(n) }

func (i Items) list(h *Head) list {
	l := list{
		page: page{
			title: word{"機器媒体持込持出簿", "Equipment and media carried in and out"}, landscape: true, sub: h.period(i.Year, 0),
			article: word{"第11条第6号・第20条第3項", ", Articles 11(6) and 20(3)"},
		},
		least: 24,
		columns: []column{
			{word{"入退室管理簿の連番", "Line"}, 62, sheet.Center}, {word{"氏名", "Name"}, 86, sheet.Left}, {word{"所属", "Affiliation"}, 96, sheet.Left},
			{word{"入室", "Entry"}, 62, sheet.Left}, {word{"持込機器・媒体(品名・数・番号)", "Carried in"}, 130, sheet.Left},
			{word{"退室", "Exit"}, 62, sheet.Left}, {word{"持出機器・媒体(品名・数・番号)", "Carried out"}, 130, sheet.Left},
			{word{"立会者", "Escort"}, 86, sheet.Left}, {word{"確認", "Checked"}, 34, sheet.Center},
		},
	}
	for n := range i.Lines {
		v := &i.Lines[n]
		if v.CarryIn == "" && v.CarryOut == "" {
			continue
		}
		l.rows = append(l.rows, []value{
			h.known(v.ID), h.known(v.Name), h.known(v.Affiliation), h.time(v.Entered, unknown), h.corrected(v, "carry_in", h.written(v.CarryIn)),
			h.left(v), h.corrected(v, "carry_out", h.written(v.CarryOut)), h.escorts(v), {sheet.Text{{S: h.say(seal), Pale: true}}, "―"},
		})
	}
	l.after = []sheet.Block{spacer, h.seals(clerk, checker, h.officer())}
	return l
}

// Doc lays out the list.
func (i Items) Doc(h Head) sheet.Doc { l := i.list(&h); return l.doc(h) }

// CSV writes the list.
func (i Items) CSV(w io.Writer, h Head) error { l := i.list(&h); return l.csv(w, h) }
