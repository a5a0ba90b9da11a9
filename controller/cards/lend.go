package cards

import (
	"fmt"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/ledger"
)

// Plan is a line of a ledger and the rows of the roster that make it true: first the card that is lent or returned, then the
// borrower's own.
type Plan struct {
	Lending Lending
	Cards   []access.Credential
}

// Lend lends a stock card to a visitor for the day, on a permit. Of l it takes Card, Person, Purpose and By.
func Lend(r *access.Roster, b *Book, p *ledger.Permit, l Lending, at time.Time) (Plan, string) {
	row, no := stock(r, b, l.Card, at)
	if no == "" {
		no = free(r, b, l.Person)
	}
	if no == "" {
		no = onPermit(p, l.Person, at)
	}
	if no != "" {
		return Plan{}, no
	}
	l.Kind, l.Permit = Visitor, p.ID
	return l.out(row, at), ""
}

// Substitute lends a stock card to one who forgot their own, and blocks these until it is back. Of l it takes Card, Person,
// Purpose, By and Second.
func Substitute(r *access.Roster, b *Book, l Lending, at time.Time) (Plan, string) {
	row, no := stock(r, b, l.Card, at)
	if no == "" {
		no = free(r, b, l.Person)
	}
	if no == "" {
		no = two(r, &l)
	}
	if no != "" {
		return Plan{}, no
	}
	own := forgotten(r, l.Person, at)
	if len(own) == 0 {
		return Plan{}, fmt.Sprintf("%s has no card that is in force, so none was forgotten: apply for one, or lend a visitor's card on a permit", l.Person)
	}
	l.Kind = Temporary
	p := l.out(row, at)
	p.Cards[0].Schedule, p.Cards[0].Extended = own[0].Schedule, own[0].Extended
	for _, c := range own {
		p.Lending.Blocked = append(p.Lending.Blocked, c.ID)
		c.State = access.Blocked
		p.Cards = append(p.Cards, c)
	}
	return p, ""
}

// out is the card in the borrower's hand: valid for the rest of the day, without the PIN of anybody.
func (l Lending) out(row access.Credential, at time.Time) Plan {
	l.Home = Home{Span: row.Span, Schedule: row.Schedule, Extended: row.Extended}
	l.Lent, l.Until = at, Midnight(at)
	row.Person, row.Span = l.Person, access.Span{From: at, Until: l.Until}
	row.PIN, row.Duress = access.Hash{}, access.Hash{}
	return Plan{Lending: l, Cards: []access.Credential{row}}
}

// Back takes a card back. A card that the roster no longer has, or has put elsewhere, stays where it is.
func Back(r *access.Roster, b *Book, card access.CredentialID, by ledger.Act, at time.Time) (Plan, string) {
	l, is := b.Of(card)
	switch {
	case !is:
		return Plan{}, notOut(r, card)
	case !l.Day():
		return Plan{}, fmt.Sprintf("card %s was issued to %s for the term: revoke it (kidoban card revoke %s) when it is given back", card, l.Person, card)
	}
	l.End, l.Ended, l.EndedBy = Returned, at, by
	p := Plan{Lending: l}
	if row, known := r.Credential(card); known && row.Person == l.Person {
		row.Person, row.Span, row.Extended = Stock, l.Home.Span, l.Home.Extended
		row.Schedule = l.Home.Schedule
		row.PIN, row.Duress = access.Hash{}, access.Hash{}
		p.Cards = append(p.Cards, row)
	}
	for _, id := range l.Blocked {
		if c, known := r.Credential(id); known && c.Person == l.Person && c.State == access.Blocked {
			c.State = access.Active
			p.Cards = append(p.Cards, c)
		}
	}
	return p, ""
}

func notOut(r *access.Roster, card access.CredentialID) string {
	c, known := r.Credential(card)
	switch {
	case !known:
		return fmt.Sprintf("no card %s: kidoban card list", card)
	case c.State == access.Lost || c.State == access.Revoked:
		return fmt.Sprintf("card %s was declared lost or revoked, and its line is closed: keep it away, it opens nothing", card)
	}
	return fmt.Sprintf("card %s is not lent: kidoban card ledger", card)
}

// stock is a card that may be lent.
func stock(r *access.Roster, b *Book, id access.CredentialID, at time.Time) (access.Credential, string) {
	c, known := r.Credential(id)
	nobody, _ := r.Person(Stock)
	l, lent := b.Of(id)
	switch {
	case !known:
		return c, fmt.Sprintf("no card %s: kidoban card list", id)
	case lent && l.Day():
		return c, fmt.Sprintf("card %s is lent to %s and not back: take it back first (kidoban card return %s), or lend another", id, l.Person, id)
	case c.Person != Stock:
		return c, fmt.Sprintf("card %s is %s's own: only cards of the stock (enrolled to the person %q) are lent for a day", id, c.Person, Stock)
	case nobody.Kind != access.Other:
		return c, fmt.Sprintf("the person %q is not of kind other: nobody's cards must not be staff's; correct it", Stock)
	case c.State != access.Active:
		return c, fmt.Sprintf("card %s is blocked, lost or revoked: lend another", id)
	case !c.Contains(at):
		return c, fmt.Sprintf("card %s is not valid today: lend another, or correct its dates", id)
	}
	return c, ""
}

// free refuses one who cannot borrow.
func free(r *access.Roster, b *Book, id access.PersonID) string {
	_, known := r.Person(id)
	l, has := b.Borrowed(id)
	switch {
	case id == Stock:
		return "the stock is nobody: name who takes the card"
	case !known:
		return fmt.Sprintf("person %q is not in the roster: kidoban person list", id)
	case has:
		return fmt.Sprintf("%s has card %s, lent on %s and not back: take it back first (kidoban card return %s)", id, l.Card, day(l.Lent), l.Card)
	}
	return ""
}

func day(t time.Time) string { return t.In(access.JST).Format("2006-01-02 15:04") }

// two refuses unless two persons lend, who are not the borrower.
func two(r *access.Roster, l *Lending) string {
	const ground = " (臨時カード, 運用基準)"
	second, known := r.Person(l.Second.Person)
	switch {
	case l.By.Person == "":
		return "a temporary card is lent by two persons: this account is no person's, use one that names its person in the configuration" + ground
	case l.Second.Person == "":
		return "a temporary card is lent by two persons: name the second one (--second)" + ground
	case l.By.Person == l.Second.Person:
		return fmt.Sprintf("%s cannot be both persons who lend a temporary card: name another (--second)", l.By.Person) + ground
	case !known || second.Kind != access.Staff:
		return fmt.Sprintf("the second person %q is not a member of staff in the roster: name another (--second)", l.Second.Person) + ground
	case l.Person == l.By.Person || l.Person == l.Second.Person:
		return fmt.Sprintf("%s cannot lend a card to themselves: two others do", l.Person) + ground
	}
	return ""
}

// forgotten are a person's own cards that are in force.
func forgotten(r *access.Roster, id access.PersonID, at time.Time) (own []access.Credential) {
	for _, c := range r.CredentialsOf(id) {
		if c.State == access.Active && c.Contains(at) {
			own = append(own, c)
		}
	}
	return own
}

// onPermit refuses a permit on which the person cannot come today.
func onPermit(p *ledger.Permit, id access.PersonID, at time.Time) string {
	named := false
	if p == nil {
		return "no such permit: a visitor's card is lent on a permit (Article 20(2)); kidoban permit list"
	}
	for _, h := range p.Holders {
		if h.Person == id {
			named = true
			if p.Entries > 0 && h.Used >= p.Entries {
				return fmt.Sprintf("permit %s is used up for %s: the officer decides on another (Article 20(2))", p.ID, id)
			}
		}
	}
	switch {
	case p.State != access.Permitted && p.State != access.PermittedOrally:
		return fmt.Sprintf("permit %s is %s: a card is lent when the officer has granted it (Article 20(2))", p.ID, p.State)
	case !p.Until.IsZero() && !at.Before(p.Until):
		return fmt.Sprintf("permit %s ended on %s: another is needed (Article 20(2))", p.ID, day(p.Until))
	case !p.From.IsZero() && !p.From.Before(Midnight(at)):
		return fmt.Sprintf("permit %s begins on %s: lend the card on that day", p.ID, day(p.From))
	case !named:
		return fmt.Sprintf("permit %s does not name %s: name them first (kidoban permit name), or take the permit that does", p.ID, id)
	}
	return ""
}
