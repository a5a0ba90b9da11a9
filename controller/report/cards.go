package report

import (
	"io"

	"kidoban/controller/cards"
	"kidoban/controller/report/sheet"
)

// StaffCards is 入室カード貸与簿(職員): cards of one's own, and temporary cards.
type StaffCards struct {
	Year  int
	Lines []cards.Lending
}

// VisitorCards is 入室者用カード貸出簿: cards lent to permit holders for a day.
type VisitorCards struct {
	Year  int
	Lines []cards.Lending
}

var cardArticle = word{"第11条第6号(カードの管理は運用基準)", ", Article 11(6) (cards: the site's own rule)"}

var lendingKinds = map[cards.Kind]word{
	cards.Issued: {"貸与", "issued"}, cards.Temporary: {"臨時カード", "temporary card"}, cards.Visitor: {"貸出(当日)", "lent for the day"},
}

var lendingStates = map[cards.State]word{
	cards.Out: {"貸出中", "out"}, cards.Overdue: {"未返却(期限経過)", "overdue"}, cards.Returned: {"返却", "returned"},
	cards.Lost: {"紛失", "lost"}, cards.Revoked: {"失効", "revoked"},
}

func (h *Head) lendings(p page, lines []cards.Lending, of func(*cards.Lending) bool, third column, more func(*cards.Lending) value) list {
	p.landscape = true
	l := list{page: p, columns: []column{
		{word{"番号", "No."}, 62, sheet.Center}, {word{"カードの管理番号", "Card"}, 60, sheet.Left}, third,
		{word{"氏名", "Name"}, 80, sheet.Left}, {word{"所属", "Affiliation"}, 92, sheet.Left},
		{word{"使用目的・理由", "Purpose"}, 110, sheet.Left}, {word{"貸与・貸出日時", "Lent"}, 62, sheet.Left},
		{word{"期限", "Until"}, 62, sheet.Left}, {word{"貸出者", "Lent by"}, 76, sheet.Left},
		{word{"状態", "State"}, 50, sheet.Left}, {word{"返却等の日時", "Back"}, 62, sheet.Left},
		{word{"受領者", "Taken back by"}, 76, sheet.Left},
	}}
	for i := range lines {
		if of(&lines[i]) {
			l.rows = append(l.rows, h.lending(&lines[i], more(&lines[i])))
		}
	}
	l.after = []sheet.Block{spacer, h.seals(clerk, checker, h.officer())}
	return l
}

func (h *Head) lending(l *cards.Lending, third value) []value {
	name := l.Name
	if name == "" {
		name = string(l.Person)
	}
	state, known := lendingStates[l.At(h.At)]
	if !known {
		state = unknown
	}
	by := plain(h.say(unknown))
	if l.By.Done() {
		by = plain(h.who(l.By))
	}
	if l.Second.Done() {
		by = join("\n", " ", by, plain(h.who(l.Second)))
	}
	back := plain(h.say(none))
	if l.EndedBy.Done() {
		back = plain(h.who(l.EndedBy))
	}
	until := h.until(l.Until, word{"定めなし", "no end"})
	return []value{
		h.known(l.ID), h.known(string(l.Card)), third, h.known(name), h.written(l.Affiliation), h.written(l.Purpose),
		h.time(l.Lent, unknown), until, by, plain(h.say(state)), h.time(l.Ended, none), back,
	}
}

func (s StaffCards) list(h *Head) list {
	p := page{title: word{"入室カード貸与簿(職員)", "Ledger of cards of staff"}, article: cardArticle, sub: h.period(s.Year, 0)}
	return h.lendings(p, s.Lines, (*cards.Lending).Staff, column{word{"区分", "Kind"}, 52, sheet.Left}, func(l *cards.Lending) value {
		w, known := lendingKinds[l.Kind]
		if !known {
			w = unknown
		}
		return plain(h.say(w))
	})
}

// Doc lays out the ledger.
func (s StaffCards) Doc(h Head) sheet.Doc { l := s.list(&h); return l.doc(h) }

// CSV writes the ledger.
func (s StaffCards) CSV(w io.Writer, h Head) error { l := s.list(&h); return l.csv(w, h) }

func (v VisitorCards) list(h *Head) list {
	p := page{title: word{"入室者用カード貸出簿", "Ledger of cards of permit holders"}, article: cardArticle, sub: h.period(v.Year, 0)}
	of := func(l *cards.Lending) bool { return !l.Staff() }
	return h.lendings(p, v.Lines, of, column{word{"許可番号", "Permit"}, 52, sheet.Center}, func(l *cards.Lending) value {
		return h.known(string(l.Permit))
	})
}

// Doc lays out the ledger.
func (v VisitorCards) Doc(h Head) sheet.Doc { l := v.list(&h); return l.doc(h) }

// CSV writes the ledger.
func (v VisitorCards) CSV(w io.Writer, h Head) error { l := v.list(&h); return l.csv(w, h) }
