package desk

import (
	"context"
	"net/http"
	"time"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/cards"
)

// Lend lends a card of the stock for the day: to a visitor on a permit, or as a temporary card to one who forgot their own.
type Lend struct {
	Card    access.CredentialID `json:"card"`
	Person  access.PersonID     `json:"person"`
	Permit  access.PermitID     `json:"permit,omitempty"`
	Second  access.PersonID     `json:"second,omitempty"` // who lends a temporary card with the account's own person
	Purpose string              `json:"purpose,omitempty"`
}

// Return takes a card back.
type Return struct {
	Card access.CredentialID `json:"card"`
}

// Stocktake is the cards that were found (現物照合).
type Stocktake struct {
	Found []access.CredentialID `json:"found"`
	All   bool                  `json:"all,omitempty"`
}

// stocktakeMost bounds the cards of one stock-take.
const stocktakeMost = 20_000

// CardLedger asks for a card ledger: 入室カード貸与簿(職員) or 入室者用カード貸出簿.
type CardLedger struct {
	Ledger  string    `json:"ledger"`         // "staff", "visitors"
	From    time.Time `json:"from,omitzero"`  // lines that were open in this time
	Until   time.Time `json:"until,omitzero"` //
	Purpose string    `json:"purpose"`
}

func (k *Desk) cardRoutes(m *http.ServeMux) {
	m.HandleFunc("GET /cards/out", func(w http.ResponseWriter, r *http.Request) { k.ask(w, r, controller.AskLendings{}) })
	m.HandleFunc("POST /card/lend", order(k, func(f *form, l *Lend) controller.Ask {
		l.check(f)
		if l.Permit == "" {
			f.refuse("a visitor's card is lent on a permit (--permit, Article 20(2)); one's own that was forgotten: card temporary")
		}
		return controller.LendCard{Card: l.Card, Person: l.Person, Permit: l.Permit, Purpose: l.Purpose}
	}))
	m.HandleFunc("POST /card/temporary", order(k, func(f *form, l *Lend) controller.Ask {
		l.check(f)
		if l.Permit != "" {
			f.refuse("a temporary card replaces one's own and needs no permit; to a visitor: card lend")
		}
		return controller.TemporaryCard{Card: l.Card, Person: l.Person, Second: l.Second, Reason: l.Purpose}
	}))
	m.HandleFunc("POST /card/return", order(k, func(f *form, b *Return) controller.Ask {
		f.id("card", string(b.Card))
		return controller.ReturnCard{Card: b.Card}
	}))
	m.HandleFunc("POST /card/count", order(k, func(f *form, s *Stocktake) controller.Ask {
		if len(s.Found) > stocktakeMost {
			f.refuse("at most %d cards are counted at a time", stocktakeMost)
		}
		for _, id := range s.Found {
			f.id("a card", string(id))
		}
		return controller.CountCards{Found: s.Found, All: s.All}
	}))
	m.HandleFunc("POST /card/ledger", k.cardLedger)
}

func (l *Lend) check(f *form) {
	f.id("card", string(l.Card))
	f.id("person", string(l.Person))
	f.id("permit", string(l.Permit))
	f.id("second", string(l.Second))
	f.words("purpose", &l.Purpose)
	if l.Card == "" || l.Person == "" {
		f.refuse("name the card and who takes it")
	}
}

// cardLedger shows a ledger. That an account looks at it, and what for, is on record first.
func (k *Desk) cardLedger(w http.ResponseWriter, r *http.Request) {
	q, ok := read[CardLedger](w, r)
	if !ok {
		return
	}
	var f form
	f.words("purpose", &q.Purpose)
	if q.Ledger != "staff" && q.Ledger != "visitors" {
		f.refuse("there are two card ledgers: staff (入室カード貸与簿) and visitors (入室者用カード貸出簿)")
	}
	if q.Purpose == "" {
		f.refuse("say what you look at the ledger for (--purpose): it is recorded (運用基準)")
	}
	if !f.filled(w) {
		return
	}
	a, err := k.Controller.Ask(r.Context(), controller.Request{Account: k.account(r), Ask: controller.Searched{
		What: "cards_" + q.Ledger, From: q.From, Until: q.Until, Private: private(map[string]string{"purpose": q.Purpose}),
	}})
	var lines []cards.Lending
	if err == nil && a.Refusal == "" {
		lines, err = k.CardLines(r.Context(), q.Ledger == "staff", q.From, q.Until)
	}
	switch {
	case err != nil:
		refuse(w, http.StatusServiceUnavailable, "%v", err)
	case a.Refusal != "":
		refuse(w, http.StatusConflict, "%s", a.Refusal)
	default:
		reply(w, http.StatusOK, lines)
	}
}

// CardLines are the lines of one of the two card ledgers that were open in [from, until), oldest first.
func (k *Desk) CardLines(ctx context.Context, staff bool, from, until time.Time) ([]cards.Lending, error) {
	all := []cards.Lending{}
	for d, err := range k.Store.Documents(ctx, cards.Document) {
		if err != nil {
			return nil, err
		}
		l, err := cards.Read(d.Body)
		if err != nil {
			return nil, err
		}
		all = append(all, l)
	}
	roster, _, err := k.Store.Roster(ctx)
	if err != nil {
		return nil, err
	}
	return cards.Ledger(all, roster, staff, from, until), nil
}
