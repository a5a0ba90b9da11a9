package controller

import (
	"time"

	"kidoban/controller/access"
	"kidoban/controller/journal"
)

// Searched records, before anything is shown, that an account looks into the register and for what purpose (Article 21(4)
// by analogy: nothing is looked up that need not be).
type Searched struct {
	What    string // "day", "month", "year", "person", "inside", "compare", "entry", "uses": what was looked for
	Zone    string
	Person  access.PersonID
	Entry   string // the entries that were looked at, "123-123"
	From    time.Time
	Until   time.Time
	Private []byte // the purpose in the person's words, as a private part
}

// MaySearch asks whether an account may go on with a search that is on record. That it may not is an entry.
type MaySearch struct{ Zone string }

func (Searched) ask()  {}
func (MaySearch) ask() {}

// searched writes a search down. Looking needs no more than that, and no less: without the record nothing is shown.
func (s *State) searched(a Account, ask Searched) string {
	if len(ask.Private) == 0 {
		return "say what the search is for (--purpose): nothing is looked up that need not be (運用基準, after 第21条第4項)"
	}
	d := journal.Data{Account: a.Name, Mode: ask.What, Zone: ask.Zone, Person: string(ask.Person), Ranges: ask.Entry}
	if !ask.From.IsZero() {
		d.From = jst(ask.From).Format(time.RFC3339)
	}
	if !ask.Until.IsZero() {
		d.Until = jst(ask.Until).Format(time.RFC3339)
	}
	s.noteWith(journal.AccountSearched, journal.Info, "register", d, ask.Private)
	return ""
}
