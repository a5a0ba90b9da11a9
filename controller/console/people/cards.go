package people

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/cards"
	"kidoban/controller/console/web"
	"kidoban/controller/desk"
)

func cardRoutes() []web.Route {
	issue := []account.Action{account.ApplyForCard, account.ChangeRoster}
	lend, stop := []account.Action{account.LendCard}, []account.Action{account.BlockCard}
	return []web.Route{
		{Method: "GET", Path: "/people/cards", May: May(), Do: cardList},
		{Method: "GET", Path: "/people/card/{id}", May: May(), Do: cardPage},
		{Method: "POST", Path: "/people/card/{id}/state", May: May(), Do: declare},
		{Method: "POST", Path: "/people/card/{id}/pin", May: issue, Do: setPIN},
		{Method: "POST", Path: "/people/card/{id}/unblock", May: []account.Action{account.UnblockPIN}, Do: unblockPIN},
		{Method: "GET", Path: "/people/cards/new", May: issue, Do: newCard},
		{Method: "POST", Path: "/people/cards/new", May: issue, Do: issueCard},
		{Method: "GET", Path: "/lost", May: stop, Do: lost},
		{Method: "POST", Path: "/lost", May: stop, Do: reportLost},
		{Method: "GET", Path: "/people/cards/out", May: May(), Do: out},
		{Method: "GET", Path: "/people/cards/lend", May: lend, Do: lendPage},
		{Method: "POST", Path: "/people/cards/lend", May: lend, Do: lendOut},
		{Method: "POST", Path: "/people/cards/return", May: lend, Do: takeBack},
		{Method: "GET", Path: "/people/cards/count", May: []account.Action{account.CountCards}, Do: countPage},
		{Method: "POST", Path: "/people/cards/count", May: []account.Action{account.CountCards}, Do: count, Most: 1 << 20},
		{Method: "GET", Path: "/people/cards/ledger", May: ledgerReaders, Do: ledgerPage},
		{Method: "POST", Path: "/people/cards/ledger", May: ledgerReaders, Do: showLedger},
		{Method: "POST", Path: "/people/cards/print", May: []account.Action{account.PrintRegister}, Do: printLedger},
	}
}

// locked stands among the states that cards are looked for by.
const locked = "locked"

// cardsView is a page of cards.
type cardsView struct {
	desk.FoundCards
	Pages  pages
	Issue  bool
	Lend   bool
	Count  bool
	Ledger bool
}

func cardList(c *web.Call) (web.Answer, error) {
	q := desk.FindCards{
		Words: c.Form.Get("q"), State: c.Form.Get("state"), Locked: c.Form.Get("state") == locked, Stock: c.Form.Has("stock"), From: c.Form.Number("from", 0, 1_000_000),
		Limit: linesOfPage,
	}
	if q.Locked {
		q.State = ""
	}
	v := cardsView{
		Issue: c.May(account.ApplyForCard, account.ChangeRoster), Lend: c.May(account.LendCard), Count: c.May(account.CountCards),
		Ledger: c.May(ledgerReaders...),
	}
	err := c.Form.Err()
	if err == nil {
		err = c.Post("card/find", q, &v.FoundCards)
	}
	v.Pages = leaf(c.Form.Values, q.From, len(v.Cards), v.All)
	return web.Page{Name: "people/cards", Data: v, Fault: err}, nil
}

// cardView is one card, and what may be done with it.
type cardView struct {
	desk.FoundCard
	Stop    bool
	Issue   bool // its PIN, its end and its return to use may be asked for
	Unblock bool
	Lend    bool
	Stock   bool
}

func cardPage(c *web.Call) (web.Answer, error) { return oneCard(c, nil) }

func oneCard(c *web.Call, fault error) (web.Answer, error) {
	id := access.CredentialID(c.R.PathValue("id"))
	var f desk.FoundCards
	if err := c.Post("card/find", desk.FindCards{ID: id}, &f); err != nil {
		return nil, err
	}
	if len(f.Cards) == 0 {
		return nil, &desk.Error{Status: http.StatusNotFound, Code: desk.CodeMissing, Text: "no card " + string(id)}
	}
	x := f.Cards[0]
	return web.Page{Name: "people/card", Fault: fault, Data: cardView{
		FoundCard: x, Stop: c.May(account.BlockCard, account.ChangeRoster),
		Issue: c.May(account.ApplyForCard, account.ChangeRoster), Unblock: c.May(account.UnblockPIN), Lend: c.May(account.LendCard),
		Stock: x.Person == cards.Stock,
	}}, nil
}

// declare declares a card lost, revoked, blocked or active.
func declare(c *web.Call) (web.Answer, error) {
	id := access.CredentialID(c.R.PathValue("id"))
	p, err := declared(c, id, c.Form.Get("state"))
	if err != nil {
		return shown(err, func() (web.Answer, error) { return oneCard(c, err) })
	}
	return done(p, "/people/card/"+url.PathEscape(string(id)), "people.done.state"), nil
}

func declared(c *web.Call, id access.CredentialID, to string) (p controller.Proposed, err error) {
	return p, c.Post("edit", desk.Edit{State: &desk.CardState{ID: id, To: to}}, &p)
}

// setPIN sets a PIN that was typed twice. Neither is shown again.
func setPIN(c *web.Call) (web.Answer, error) {
	id := access.CredentialID(c.R.PathValue("id"))
	first, again := c.Form.Values.Get("pin"), c.Form.Values.Get("again")
	delete(c.Form.Values, "pin")
	delete(c.Form.Values, "again")
	switch {
	case first == "":
		c.Form.Fail("pin", "web.fault.missing")
	case first != again:
		c.Form.Fail("again", "people.fault.again")
	}
	err := c.Form.Err()
	var p controller.Proposed
	if err == nil {
		err = c.Post("pin", desk.PIN{Credential: id, Digits: desk.Digits(first), Duress: c.Form.Has("duress")}, &p)
	}
	if err != nil {
		return shown(err, func() (web.Answer, error) { return oneCard(c, err) })
	}
	return done(p, "/people/card/"+url.PathEscape(string(id)), "people.done.pin"), nil
}

func unblockPIN(c *web.Call) (web.Answer, error) {
	id := access.CredentialID(c.R.PathValue("id"))
	if err := c.Post("pin/unblock", desk.Unblock{Credential: id}, nil); err != nil {
		return shown(err, func() (web.Answer, error) { return oneCard(c, err) })
	}
	return web.Go{To: "/people/card/" + url.PathEscape(string(id)), Done: "people.done.unblocked"}, nil
}

// lostView is the cards that somebody may report lost: the own ones first.
type lostView struct {
	Own, Others []desk.FoundCard
	Asked       bool
}

// lost is one tap away from every page: the own cards, and others by number or holder.
func lost(c *web.Call) (web.Answer, error) { return lostPage(c, nil) }

func lostPage(c *web.Call, fault error) (web.Answer, error) {
	var v lostView
	var f desk.FoundCards
	if c.Me.Person != "" {
		if err := c.Post("card/find", desk.FindCards{Words: string(c.Me.Person), Live: true}, &f); err != nil {
			return nil, err
		}
		for _, x := range f.Cards {
			if x.Person == c.Me.Person {
				v.Own = append(v.Own, x)
			}
		}
	}
	if q := c.Form.Get("q"); q != "" {
		v.Asked = true
		if err := c.Post("card/find", desk.FindCards{Words: q, Live: true, Limit: 20}, &f); err != nil {
			return nil, err
		}
		v.Others = f.Cards
	}
	return web.Page{Name: "people/lost", Data: v, Fault: fault}, nil
}

// reportLost stops a card from this moment on; or blocks it, where it may turn up again.
func reportLost(c *web.Call) (web.Answer, error) {
	to := "lost"
	if c.Form.Get("state") == "blocked" {
		to = "blocked"
	}
	p, err := declared(c, access.CredentialID(c.Form.Need("card")), to)
	if err != nil {
		return shown(err, func() (web.Answer, error) { return lostPage(c, err) })
	}
	return done(p, "/lost", "people.done."+to), nil
}

// issueView is the form of a card.
type issueView struct {
	Formats   []string
	Doors     []web.Place
	Schedules []access.Schedule
}

func newCard(c *web.Call) (web.Answer, error) { return issuePage(c, nil) }

func issuePage(c *web.Call, fault error) (web.Answer, error) {
	v := issueView{Formats: newWhy(c).Formats, Doors: c.Site().Doors}
	var t desk.Timetables
	if err := c.Post("people/hours", struct{}{}, &t); err != nil {
		return nil, err
	}
	v.Schedules = t.Schedules
	return web.Page{Name: "people/issue", Data: v, Fault: fault}, nil
}

// enrolFor is how long a page waits for a badge: shorter than an answer may take.
const enrolFor = 20 * time.Second

// issueCard issues a card, or applies for it: by the number that was typed, or by the next badge at a reader.
func issueCard(c *web.Call) (web.Answer, error) {
	card, n, err := issued(c)
	delete(c.Form.Values, "number")
	var p controller.Proposed
	switch {
	case err != nil:
	case c.Form.Has("badge"):
		door, side, _ := strings.Cut(c.Form.Get("reader"), "/")
		err = c.Post("card/enrol", desk.Enrol{Door: door, Side: side, For: enrolFor, Card: card}, &p)
	default:
		card.Number = n
		err = c.Post("edit", desk.Edit{Card: &card}, &p)
	}
	if err != nil {
		return shown(err, func() (web.Answer, error) { return issuePage(c, err) })
	}
	return done(p, "/people/card/"+url.PathEscape(string(card.ID)), "people.done.issued"), nil
}

func issued(c *web.Call) (card desk.Card, n desk.Number, err error) {
	f := c.Form
	if err := whom(c, "person"); err != nil {
		return card, n, err
	}
	card = desk.Card{
		ID: access.CredentialID(f.Need("card")), Person: access.PersonID(f.Get("person")), Schedule: access.ScheduleID(f.Get("schedule")),
		Extended: f.Has("extended"), Span: spanOf(f),
	}
	if !f.Has("badge") {
		n, _ = number(f)
	}
	return card, n, f.Err()
}

// Span is the card's.
func (v cardView) Span() access.Span { return access.Span{From: v.From, Until: v.Until} }
