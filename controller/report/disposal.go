package report

import (
	"fmt"
	"io"

	"kidoban/controller/report/sheet"
	"kidoban/controller/retention"
)

// Disposal is 廃棄記録簿: what was disposed of when its time was over, Article 25, and who decided it.
type Disposal struct{ Lines []retention.Disposal }

func (d Disposal) list(h *Head) list {
	l := list{
		page: page{title: word{"廃棄記録簿", "Record of disposals"}, article: word{"第25条", ", Article 25"}, landscape: true},
		columns: []column{
			{word{"番号", "No."}, 52, sheet.Center}, {word{"記録の種類", "Records"}, 84, sheet.Left}, {word{"年度", "Fiscal year"}, 48, sheet.Center},
			{word{"件数", "Rows"}, 34, sheet.Right}, {word{"証跡の件数", "Entries"}, 40, sheet.Right}, {word{"廃棄の理由", "Reason"}, 84, sheet.Left},
			{word{"保存期間の決定", "Period set by"}, 80, sheet.Left}, {word{"照合値", "Digest"}, 96, sheet.Left},
			{word{"起案者", "Proposed by"}, 80, sheet.Left}, {word{"承認者", "Approved by"}, 80, sheet.Left},
			{word{"廃棄の完了", "Carried out"}, 62, sheet.Left}, {word{"留保した件数", "Withheld"}, 40, sheet.Right},
		},
	}
	for i := range d.Lines {
		x := &d.Lines[i]
		for _, c := range x.Counts {
			l.rows = append(l.rows, h.disposed(x, c))
		}
		if len(x.Counts) == 0 {
			l.rows = append(l.rows, h.disposed(x, retention.Count{}))
		}
	}
	l.after = []sheet.Block{spacer, h.seals(clerk, h.officer())}
	return l
}

func (h *Head) disposed(x *retention.Disposal, c retention.Count) []value {
	class, year, held := plain(h.say(unknown)), plain(h.say(unknown)), 0
	if c.Year > 0 {
		class, year = plain(c.Class.Name(h.Language)), plain(retention.FiscalYearLabel(c.Year, h.Language))
	}
	for _, w := range x.Withheld {
		if w.Class == c.Class && w.Year == c.Year {
			held += w.Rows
		}
	}
	return []value{
		h.known(x.ID), class, year, plain(fmt.Sprint(c.Rows)), plain(fmt.Sprint(c.Entries)), h.known(x.Reason), h.known(x.Decided),
		h.known(x.Digest), h.act(x.Maker, unknown), h.act(x.Approver, unknown), h.time(x.Ended, word{"未了", "not yet"}),
		plain(fmt.Sprint(held)),
	}
}

// Doc lays out the list.
func (d Disposal) Doc(h Head) sheet.Doc { l := d.list(&h); return l.doc(h) }

// CSV writes the list.
func (d Disposal) CSV(w io.Writer, h Head) error { l := d.list(&h); return l.csv(w, h) }
