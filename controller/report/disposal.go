package report

import (
	"fmt"
	"io"

	"kidoban/controller/ledger"
	"kidoban/controller/report/sheet"
	"kidoban/controller/retention"
)

// Disposal is 廃棄記録簿: what was disposed of when its time was over, Article 25, and who decided it.
type Disposal struct{ Lines []Disposed }

// Disposed is one disposal.
type Disposed struct {
	ID       string
	Class    string // 記録の種類
	Year     int    // fiscal year of the records
	Count    int
	Ranges   string         // of the journal's numbers
	Through  retention.Date // 保存満了日
	Digest   string
	Proposed ledger.Act
	Approved ledger.Act
	Done     ledger.Act
	Held     int // kept back by a legal hold (廃棄留保) or because they are open
}

func (d Disposal) list(h *Head) list {
	l := list{
		page: page{title: word{"廃棄記録簿", "Record of disposals"}, article: word{"第25条", ", Article 25"}, landscape: true},
		columns: []column{
			{word{"番号", "No."}, 56, sheet.Center}, {word{"記録の種類", "Records"}, 84, sheet.Left}, {word{"年度", "Fiscal year"}, 48, sheet.Center},
			{word{"件数", "Count"}, 36, sheet.Right}, {word{"保存満了日", "Kept through"}, 48, sheet.Left}, {word{"証跡の番号", "Range"}, 70, sheet.Left},
			{word{"照合値", "Digest"}, 110, sheet.Left}, {word{"起案者", "Proposed by"}, 78, sheet.Left}, {word{"承認者", "Approved by"}, 78, sheet.Left},
			{word{"廃棄した者・日時", "Disposed by, on"}, 78, sheet.Left}, {word{"留保件数", "Held back"}, 36, sheet.Right},
		},
	}
	for _, x := range d.Lines {
		through := plain(h.say(unknown))
		if !x.Through.IsZero() {
			through = h.day(x.Through.Start(), unknown)
		}
		l.rows = append(l.rows, []value{
			h.known(x.ID), h.known(x.Class), plain(retention.FiscalYearLabel(x.Year, h.Language)), plain(fmt.Sprint(x.Count)), through,
			h.written(x.Ranges), h.known(x.Digest), h.act(x.Proposed, unknown), h.act(x.Approved, unknown), h.act(x.Done, unknown),
			plain(fmt.Sprint(x.Held)),
		})
	}
	l.after = []sheet.Block{spacer, h.seals(clerk, officer)}
	return l
}

// PDF writes the list.
func (d Disposal) PDF(w io.Writer, h Head) error { l := d.list(&h); return l.pdf(w, h) }

// CSV writes the list.
func (d Disposal) CSV(w io.Writer, h Head) error { l := d.list(&h); return l.csv(w, h) }
