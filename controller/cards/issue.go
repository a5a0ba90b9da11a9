package cards

import (
	"cmp"
	"slices"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/ledger"
)

// Follow says what a change of one card's row means for the ledgers: old is the row before, fresh after, nil where there is
// none. It returns the lines that open or close, without the number of one that opens.
func Follow(b *Book, old, fresh *access.Credential, by ledger.Act, at time.Time) []Lending {
	var out []Lending
	if old != nil {
		if l, open := b.Of(old.ID); open {
			if end := ended(&l, old, fresh); end != "" {
				l.End, l.Ended, l.EndedBy = end, at, by
				out = append(out, l)
			}
		} else if end := ended(&Lending{Kind: Issued, Person: old.Person}, old, fresh); end != "" && own(old) {
			out = append(out, Lending{Kind: Issued, Card: old.ID, Person: old.Person, Lent: old.From, Until: old.Until,
				End: end, Ended: at, EndedBy: by})
		}
	}
	if old != nil && fresh != nil && old.State == access.Blocked && fresh.State == access.Blocked {
		if l, is := b.For(old.ID); is { // blocked for a reason of its own now
			l.Blocked = slices.DeleteFunc(slices.Clone(l.Blocked), func(id access.CredentialID) bool { return id == old.ID })
			out = append(out, l)
		}
	}
	if fresh != nil && own(fresh) && (old == nil || old.Person != fresh.Person) && alive(fresh) {
		if l, open := b.Of(fresh.ID); !open || l.Person != fresh.Person {
			out = append(out, Lending{Kind: Issued, Card: fresh.ID, Person: fresh.Person, Lent: at, Until: fresh.Until, By: by})
		}
	}
	return out
}

func own(c *access.Credential) bool { return c.Person != Stock && alive(c) }

func alive(c *access.Credential) bool { return c.State == access.Active || c.State == access.Blocked }

// ended is how a line closes with a row's change, "" where it stays open.
func ended(l *Lending, old, fresh *access.Credential) State {
	switch {
	case fresh == nil:
		return Returned
	case fresh.State == access.Lost && old.State != access.Lost:
		return Lost
	case fresh.State == access.Revoked && old.State != access.Revoked:
		return Revoked
	case fresh.Person != l.Person && old.Person == l.Person:
		return Returned
	}
	return ""
}

// Ledger is one of the two ledgers, oldest first: the lines of its kind that were open in [from, until), and for the
// staff's also the cards that the roster has and no line speaks of, as those of an import. Zero times leave a side open.
func Ledger(lines []Lending, roster ledger.Roster, staff bool, from, until time.Time) []Lending {
	out := []Lending{}
	spoken := map[access.CredentialID]bool{}
	for _, l := range lines {
		if l.Kind == Issued && l.End == "" || l.Day() && l.End == "" {
			spoken[l.Card] = true
		}
		if l.Staff() == staff && l.within(from, until) {
			out = append(out, l)
		}
	}
	if staff {
		out = append(out, imported(lines, roster, spoken, from, until)...)
	}
	slices.SortStableFunc(out, func(x, y Lending) int {
		return cmp.Or(x.Lent.Compare(y.Lent), cmp.Compare(x.ID, y.ID), cmp.Compare(x.Card, y.Card))
	})
	return out
}

func (l *Lending) within(from, until time.Time) bool {
	return (until.IsZero() || l.Lent.Before(until)) && (from.IsZero() || l.Ended.IsZero() || !l.Ended.Before(from))
}

// imported are the lines of cards that came into the roster otherwise than one by one.
func imported(lines []Lending, roster ledger.Roster, spoken map[access.CredentialID]bool, from, until time.Time) []Lending {
	for _, l := range lines {
		if l.Kind == Issued && (l.End == Lost || l.End == Revoked) {
			spoken[l.Card] = true
		}
	}
	who := make(map[access.PersonID]ledger.Person, len(roster.People))
	for _, p := range roster.People {
		who[p.ID] = p
	}
	var out []Lending
	for _, c := range roster.Records.Credentials {
		if c.Person == Stock || spoken[c.ID] {
			continue
		}
		l := Lending{Kind: Issued, Card: c.ID, Person: c.Person, Lent: c.From, Until: c.Until}
		l.Name, l.Affiliation = who[c.Person].Name, who[c.Person].Affiliation
		switch c.State {
		case access.Lost:
			l.End = Lost
		case access.Revoked:
			l.End = Revoked
		}
		if l.within(from, until) {
			out = append(out, l)
		}
	}
	return out
}
