package controller

import (
	"fmt"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/cards"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
)

// forTemporary is the detail of entries about a card that is blocked because its holder has a temporary one.
const forTemporary = "temporary_card"

// lendings are the lines of the card ledgers that are open.
func lendings(snap ledger.Snapshot) *cards.Book {
	b := cards.NewBook(nil)
	for _, d := range snap.Documents {
		if d.Kind != cards.Document {
			continue
		}
		if line, err := cards.Read(d.Body); err == nil {
			b.Put(line)
		}
	}
	return b
}

// cardOrder carries out the orders about cards that are lent; nil where it is another one.
func (s *State) cardOrder(r Request) *Answer {
	switch ask := r.Ask.(type) {
	case LendCard:
		return s.lendCard(r.Account, ask)
	case TemporaryCard:
		return s.temporaryCard(r.Account, ask)
	case ReturnCard:
		return s.returnCard(r.Account, ask)
	case CountCards:
		return s.countCards(r.Account, ask)
	}
	return nil
}

func (s *State) lendCard(a Account, ask LendCard) *Answer {
	if no := s.datable(); no != "" {
		return &Answer{Refusal: no}
	}
	plan, no := cards.Lend(s.roster, s.lent, s.permitOf(ask.Permit), cards.Lending{
		Card: ask.Card, Person: ask.Person, Purpose: ask.Purpose, By: s.act(a.Person),
	}, s.now.Wall)
	if no != "" {
		return &Answer{Refusal: no}
	}
	return s.lend(a, plan)
}

func (s *State) temporaryCard(a Account, ask TemporaryCard) *Answer {
	if no := s.datable(); no != "" {
		return &Answer{Refusal: no}
	}
	plan, no := cards.Substitute(s.roster, s.lent, cards.Lending{
		Card: ask.Card, Person: ask.Person, Purpose: ask.Reason, By: s.act(a.Person), Second: s.act(ask.Second),
	}, s.now.Wall)
	if no != "" {
		return &Answer{Refusal: no}
	}
	return s.lend(a, plan)
}

// datable refuses while nobody knows what day it is.
func (s *State) datable() string {
	if s.believed() {
		return ""
	}
	return "the clock cannot be trusted, so nobody knows when the card's day ends: set the time first (clock_untrusted)"
}

// lend makes a plan of lending true: the card is the borrower's, nobody's wrong PINs count against them.
func (s *State) lend(a Account, p cards.Plan) *Answer {
	if no := s.changeCards(a, p.Cards); no != "" {
		return &Answer{Refusal: no}
	}
	l := s.keepLending(p.Lending)
	s.keepTries(l.Card, access.Tries{})
	d := s.cardData(a, &l)
	d.Approver, d.Until = string(l.Second.Person), jst(l.Until).Format(time.RFC3339)
	s.noteWith(journal.CredentialLent, journal.Notice, rosterSubject, d, s.private(struct {
		Number  string          `json:"number"`
		Name    string          `json:"name,omitempty"`
		Where   string          `json:"affiliation,omitempty"`
		Purpose string          `json:"purpose,omitempty"`
		By      access.PersonID `json:"by,omitempty"`
	}{l.ID, l.Name, l.Affiliation, l.Purpose, l.By.Person}))
	s.noteOwn(journal.CredentialBlocked, a, p.Cards[1:])
	return &Answer{Value: l, Order: true}
}

func (s *State) returnCard(a Account, ask ReturnCard) *Answer {
	plan, no := cards.Back(s.roster, s.lent, ask.Card, s.act(a.Person), s.now.Wall)
	if no == "" {
		no = s.changeCards(a, plan.Cards)
	}
	if no != "" {
		return &Answer{Refusal: no}
	}
	l := s.keepLending(plan.Lending)
	s.noteWith(journal.CredentialReturned, journal.Notice, rosterSubject, s.cardData(a, &l), s.private(struct {
		Number string          `json:"number"`
		By     access.PersonID `json:"by,omitempty"`
	}{l.ID, l.EndedBy.Person}))
	var own []access.Credential
	for _, c := range plan.Cards {
		if c.ID != l.Card {
			own = append(own, c)
		}
	}
	s.noteOwn(journal.CredentialUnblocked, a, own)
	return &Answer{Value: l, Order: true}
}

func (s *State) cardData(a Account, l *cards.Lending) journal.Data {
	return journal.Data{
		Credential: string(l.Card), Person: string(l.Person), Permit: string(l.Permit), Account: a.Name, Mode: string(l.Kind),
	}
}

// noteOwn records what became of the borrower's own cards.
func (s *State) noteOwn(t journal.Type, a Account, own []access.Credential) {
	for _, c := range own {
		s.note(t, journal.Notice, rosterSubject, journal.Data{
			Credential: string(c.ID), Person: string(c.Person), Account: a.Name, Detail: forTemporary,
		})
	}
}

// changeCards changes rows of the roster, all or none.
func (s *State) changeCards(a Account, rows []access.Credential) string {
	if len(rows) == 0 {
		return ""
	}
	edits := make([]ledger.Edit, len(rows))
	for i := range rows {
		edits[i].Credential = &rows[i]
	}
	return s.alter(a, edits)
}

// keepLending writes a line of the ledger down; one that opens gets its number and the borrower's name as of now.
func (s *State) keepLending(l cards.Lending) cards.Lending {
	if l.ID == "" {
		l.ID = s.number(cards.Document, "%d-L%04d")
		who := s.people.Of(l.Person)
		l.Name, l.Affiliation = who.Name, who.Affiliation
	}
	s.lent.Put(l)
	s.file(cards.Document, l.ID, l)
	return l
}

// act is what a person does now.
func (s *State) act(p access.PersonID) ledger.Act {
	return ledger.Act{Person: p, Name: s.people.Of(p).Name, At: s.now.Wall}
}

// permitOf is a permit as it stands, nil where there is none.
func (s *State) permitOf(id access.PermitID) *ledger.Permit {
	if p, known := s.permits.rows[id]; known {
		return &p
	}
	return nil
}

// countCards compares what was found with what should be there. What differs is named in the private part alone: an id that
// nobody knows is what somebody typed.
func (s *State) countCards(a Account, ask CountCards) *Answer {
	rows := s.roster.CredentialsOf(cards.Stock)
	if ask.All {
		rows = s.roster.Records().Credentials
	}
	c := cards.Compare(s.roster, s.lent, rows, ask.Found, ask.All)
	c.ID, c.At, c.By = s.number(cards.CountDocument, "%d-C%04d"), s.now.Wall, s.act(a.Person)
	s.file(cards.CountDocument, c.ID, c)
	d := journal.Data{Account: a.Name, Mode: "stock", Count: int64(c.Found), Detail: fmt.Sprintf(
		"%d expected, %d found, %d missing, %d unexpected", c.Expected, c.Found, c.Missing(), c.Unexpected())}
	if ask.All {
		d.Mode = "all"
	}
	severity := journal.Notice
	if len(c.Differences) > 0 {
		severity = journal.Warning
	}
	s.noteWith(journal.CredentialCounted, severity, rosterSubject, d, s.private(struct {
		Number      string                `json:"number"`
		Found       []access.CredentialID `json:"found"`
		Differences []cards.Difference    `json:"differences,omitempty"`
	}{c.ID, ask.Found, c.Differences}))
	return &Answer{Value: c, Order: true}
}

// keptBlocked refuses to unblock a card while its holder has a temporary one instead.
func (s *State) keptBlocked(edits []ledger.Edit) string {
	for _, e := range edits {
		if e.Credential == nil || e.Delete || e.Credential.State != access.Active {
			continue
		}
		if l, is := s.lent.For(e.Credential.ID); is {
			return fmt.Sprintf("%s has the temporary card %s instead of %s: take that back first (kidoban card return %s)",
				l.Person, l.Card, e.Credential.ID, l.Card)
		}
	}
	return ""
}

// followImport closes the lines of issued cards that an import has taken away, lost or revoked. A card that is lent for the
// day stays on its line until it is returned, wherever the import has put it.
func (s *State) followImport(a Account) {
	for _, line := range s.lent.Open() {
		old, had := s.change.roster.Credential(line.Card)
		if line.Day() || !had {
			continue
		}
		var fresh *access.Credential
		if row, has := s.roster.Credential(line.Card); has {
			fresh = &row
		}
		for _, l := range cards.Follow(s.lent, &old, fresh, s.act(a.Person), s.now.Wall) {
			s.keepLending(l)
		}
	}
}

// follow lets the ledgers follow the change of the roster that was just made.
func (s *State) follow(a Account, edits []ledger.Edit) {
	for i, e := range edits {
		if e.Credential == nil {
			continue
		}
		old, fresh := s.change.edits[i].Credential, e.Credential
		if s.change.edits[i].Delete {
			old = nil
		}
		if e.Delete {
			fresh = nil
		}
		for _, l := range cards.Follow(s.lent, old, fresh, s.act(a.Person), s.now.Wall) {
			s.keepLending(l)
		}
	}
}
