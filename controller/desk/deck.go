package desk

import (
	"context"
	"errors"
	"net/http"
	"time"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/cards"
	"kidoban/controller/people"
	"kidoban/device/wiegand"
)

// FindCards looks for cards by their number or holder.
type FindCards struct {
	Words  string              `json:"words,omitempty"`
	ID     access.CredentialID `json:"id,omitempty"`     // this one
	State  string              `json:"state,omitempty"`  // active, blocked, lost, revoked
	Stock  bool                `json:"stock,omitempty"`  // those that are lent for a day, lent or not
	Live   bool                `json:"live,omitempty"`   // neither lost nor revoked
	Locked bool                `json:"locked,omitempty"` // after too many wrong PINs
	From   int                 `json:"from,omitempty"`
	Limit  int                 `json:"limit,omitempty"`
}

// FoundCards is a page of them, in the order of their numbers.
type FoundCards struct {
	Cards []FoundCard `json:"cards"`
	All   int         `json:"all"`
}

// FoundCard is one line.
type FoundCard struct {
	ListedCard
	Extended    bool           `json:"extended,omitempty"`
	Name        string         `json:"name,omitempty"` // the holder's
	Affiliation string         `json:"affiliation,omitempty"`
	Lending     *cards.Lending `json:"lending,omitempty"` // in whose hand it is, where it is out
}

func listed(c access.Credential, locked map[access.CredentialID]*Lockout) ListedCard {
	return ListedCard{
		ID: c.ID, Person: c.Person, Format: c.Format, State: stateName(c.State), From: c.From, Until: c.Until,
		Schedule: c.Schedule, PIN: c.PIN != access.Hash{}, Lockout: locked[c.ID],
	}
}

func (k *Desk) findCards(ctx context.Context, f *form, q *FindCards, x *people.Index) (FoundCards, *refused) {
	out := FoundCards{Cards: []FoundCard{}}
	f.words("words", &q.Words)
	f.id("card", string(q.ID))
	f.part(&q.From, &q.Limit)
	if _, known := cardStates[q.State]; q.State != "" && !known {
		f.refuse("a card's state is active, blocked, lost or revoked")
	}
	lent, err := k.lent(ctx)
	locked, no := k.lockouts(ctx)
	if err = errors.Join(err, no); err != nil {
		return out, broken(err)
	}
	open := map[access.CredentialID]*cards.Lending{}
	for i := range lent {
		open[lent[i].Card] = &lent[i]
	}
	rows, all := x.Cards(q.Words, func(c access.Credential) bool { return (!q.Locked || locked[c.ID] != nil) && q.means(c, open[c.ID]) }, q.From, q.Limit)
	out.All = all
	for _, c := range rows {
		p := x.Of(c.Person)
		out.Cards = append(out.Cards, FoundCard{
			ListedCard: listed(c, locked), Extended: c.Extended, Name: p.Name, Affiliation: p.Affiliation, Lending: open[c.ID],
		})
	}
	return out, nil
}

func (q *FindCards) means(c access.Credential, l *cards.Lending) bool {
	return (q.ID == "" || c.ID == q.ID) && (q.State == "" || stateName(c.State) == q.State) &&
		(!q.Stock || c.Person == cards.Stock || l != nil && l.Day()) &&
		(!q.Live || c.State == access.Active || c.State == access.Blocked)
}

// Enrol has the next badge at a reader enrolled as a card: its number is read, hashed and gone, and nobody sees it.
type Enrol struct {
	Door string        `json:"door"`
	Side string        `json:"side"`
	For  time.Duration `json:"for,omitempty"`
	Card Card          `json:"card"` // without a number
}

// enrol waits for a badge and has its card issued as the account may: at once, or as an application. That somebody watches
// the reader is on record before anything is seen.
func (k *Desk) enrol(w http.ResponseWriter, r *http.Request) {
	e, ok := read[Enrol](w, r)
	if !ok {
		return
	}
	edit := Edit{Card: &e.Card, maker: k.account(r).Person}
	if err := edit.nameable(); err != nil {
		refuse(w, http.StatusBadRequest, "%v", err)
		return
	}
	bits, no := k.watch(r, Learn{Door: e.Door, Side: e.Side, For: e.For})
	if no != nil {
		refuse(w, no.status, "%v", no.error)
		return
	}
	reader := k.reader(Learn{Door: e.Door, Side: e.Side})
	if e.Card.Number, no = numberOf(reader.Format, bits); no != nil {
		refuse(w, no.status, "%v", no.error)
		return
	}
	ask, err := k.change(r.Context(), edit)
	if err != nil {
		refuse(w, http.StatusBadRequest, "%v", err)
		return
	}
	k.ask(w, r, controller.Propose{Ask: ask})
}

// numberOf reads a frame by the format of its reader. What is wrong with one is said without its bits.
func numberOf(format, bits string) (Number, *refused) {
	f, err := wiegand.Lookup(format)
	if err != nil {
		return Number{}, &refused{err, http.StatusConflict}
	}
	b, err := wiegand.ParseBits(bits)
	if err != nil {
		return Number{}, &refused{err, http.StatusConflict}
	}
	c, err := wiegand.Decode(f, b)
	if err != nil {
		return Number{}, &refused{err, http.StatusConflict}
	}
	n := Number{Format: c.Format, Card: c.Card}
	if c.HasFacility {
		n.Facility = &c.Facility
	}
	return n, nil
}
