package report

import (
	"fmt"
	"io"
	"slices"
	"time"

	"kidoban/controller/ledger"
	"kidoban/controller/report/sheet"
)

// Monthly is 入退室管理月次点検表: what is looked at each month, what was found and done, and who signs.
type Monthly struct {
	Year         int // fiscal
	Month        time.Month
	Lines        []ledger.Visit // of the month: they answer the first items
	LinesGone    bool           // they were disposed of
	Alarms       []Raised
	AlarmsGone   bool // their entries were disposed of
	Refusals     []Denied
	RefusalsGone bool
	More         []Check        // what is looked at beside
	Review       *ledger.Review // nil = not signed yet
}

// Check is one item of the monthly review.
type Check struct {
	Item    string
	Count   int // -1 = nothing to count
	Odd     bool
	Unknown bool   // nobody can say any more whether it was
	Finding string // what was found
	Action  string // what was done about it
}

// checks are the items that the month's lines themselves answer.
func (h *Head) checks(lines []ledger.Visit) []Check {
	type item struct {
		label word
		odd   bool
		is    func(*ledger.Visit) bool
	}
	incident := func(kind string) func(*ledger.Visit) bool {
		return func(v *ledger.Visit) bool {
			for _, i := range v.Incidents {
				if i.Type == kind {
					return true
				}
			}
			return false
		}
	}
	items := []item{
		{word{"入退室の記録(全件)", "Lines of the register"}, false, func(*ledger.Visit) bool { return true }},
		{word{"うち入室者(第20条第2項の許可)", "of them permit holders (Article 20(2))"}, false, (*ledger.Visit).Visitor},
		{word{"口頭許可による入室", "Entries on an oral permission"}, false, func(v *ledger.Visit) bool { return v.PermitOral }},
		{word{"退室の記録のないもの", "Without an exit"}, true, func(v *ledger.Visit) bool { return v.Left.IsZero() }},
		{word{"未承諾退室・事後承諾", "Left without consent, later consent"}, true, func(v *ledger.Visit) bool {
			return v.Consent.State == ledger.ConsentMissing || v.Consent.State == ledger.ConsentAfter
		}},
		{word{"立会者不在", "Escort lost"}, true, incident("visit.escort_lost")},
		{word{"滞在時間超過", "Overstay"}, true, incident("visit.overstayed")},
		{word{"事後記入", "Entered by hand afterwards"}, true, func(v *ledger.Visit) bool { return v.Late }},
		{word{"立会者と退室承諾者が同一", "Escort and consenter are the same"}, false, sameHand},
		{word{"訂正(見え消し)", "Corrections"}, false, func(v *ledger.Visit) bool { return len(v.Corrections) > 0 }},
	}
	var out []Check
	for _, i := range items {
		c := Check{Item: h.say(i.label)}
		for n := range lines {
			c.Count += count(i.is(&lines[n]))
		}
		c.Odd = i.odd && c.Count > 0
		out = append(out, c)
	}
	return out
}

func sameHand(v *ledger.Visit) bool {
	for _, e := range v.Escorts {
		if e.Person != "" && e.Person == v.Consent.Act.Person {
			return true
		}
	}
	return false
}

func (m Monthly) list(h *Head) list {
	l := list{
		page: page{
			title: word{"入退室管理月次点検表", "Monthly review of entries and exits"}, sub: h.period(m.Year, m.Month),
			article: word{"第11条第6号・第20条", ", Articles 11(6) and 20"},
		},
		least: 26,
		columns: []column{
			{word{"番号", "No."}, 22, sheet.Center}, {word{"点検項目", "Item"}, 130, sheet.Left}, {word{"件数", "Count"}, 32, sheet.Right},
			{word{"異常の有無", "Out of order"}, 44, sheet.Center}, {word{"内容", "Finding"}, 100, sheet.Left},
			{word{"処置", "Action"}, 100, sheet.Left}, {word{"点検者", "Checked by"}, 40, sheet.Center},
			{word{"確認者", "Confirmed by"}, 40, sheet.Center},
		},
	}
	stamp := value{sheet.Text{{S: h.say(seal), Pale: true}}, "―"}
	for i, c := range slices.Concat(m.lines(h), m.alarms(h), m.refusals(h), m.More) {
		n := plain(h.say(none))
		if c.Count >= 0 {
			n = plain(fmt.Sprint(c.Count))
		}
		odd := word{"無", "no"}
		switch {
		case c.Odd:
			odd = word{"有", "yes"}
		case c.Unknown:
			odd = unknown
		}
		l.rows = append(l.rows, []value{
			plain(fmt.Sprint(i + 1)), h.known(c.Item), n, plain(h.say(odd)), m.told(h, c, c.Finding), m.told(h, c, c.Action), stamp, stamp,
		})
	}
	l.after = []sheet.Block{spacer, sheet.Keep{h.fields(m.signed(h))}, spacer, h.seals(checker, confirmer, h.officer())}
	return l
}

// told is what is said of an item that is out of order, by hand where nothing is said yet.
func (m Monthly) told(h *Head, c Check, s string) value {
	switch {
	case s != "" || !c.Odd:
		return h.written(s)
	case m.Review != nil && m.Review.Findings != "":
		return plain(h.say(word{"所見欄のとおり", "see below"}))
	}
	w := h.say(word{"(記入)", "(to be written)"})
	return value{sheet.Text{{S: w, Pale: true}}, w}
}

// signed is the officer's own word on the month.
func (m Monthly) signed(h *Head) []field {
	r := m.Review
	if r == nil {
		return []field{{label: word{"電子署名", "Signed"}, value: plain(h.say(word{"未署名", "not signed"}))}}
	}
	odd := word{"異常なし", "nothing out of order"}
	if r.Abnormal {
		odd = word{"異常あり", "something out of order"}
	}
	return []field{
		{label: word{"電子署名", "Signed"}, value: h.act(r.Signed, unknown)},
		{label: word{"点検の結果", "Result"}, value: plain(h.say(odd))},
		{label: word{"所見・処置", "Findings"}, value: h.written(r.Findings)},
		{label: word{"点検した件数", "Lines reviewed"}, value: plain(fmt.Sprint(r.Lines))},
		{label: word{"点検した内容の照合値", "Digest"}, value: h.known(r.Digest)},
	}
}

// Doc lays out the table.
func (m Monthly) Doc(h Head) sheet.Doc { l := m.list(&h); return l.doc(h) }

// CSV writes the table.
func (m Monthly) CSV(w io.Writer, h Head) error { l := m.list(&h); return l.csv(w, h) }
