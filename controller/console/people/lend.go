package people

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/cards"
	"kidoban/controller/console/web"
	"kidoban/controller/desk"
	"kidoban/controller/ledger"
)

// ledgerReaders may look at the card ledgers, for a purpose.
var ledgerReaders = []account.Action{account.SearchRegister}

// outView is the cards that are out for the day.
type outView struct {
	Out  []cards.Lending
	Lend bool
	now  time.Time
}

// State is how a line stands.
func (v outView) State(l cards.Lending) cards.State { return l.At(v.now) }

func out(c *web.Call) (web.Answer, error) { return outPage(c, nil) }

func outPage(c *web.Call, fault error) (web.Answer, error) {
	v := outView{Lend: c.May(account.LendCard), now: c.Now}
	if err := c.Get("cards/out", nil, &v.Out); err != nil {
		return nil, err
	}
	v.Out = slices.DeleteFunc(v.Out, func(l cards.Lending) bool { return !l.Day() })
	return web.Page{Name: "people/out", Data: v, Fault: fault}, nil
}

// lendView is the form of a lending.
type lendView struct {
	Stock  []desk.FoundCard
	Guests []guest
}

// guest is somebody whom a permit of today names.
type guest struct {
	Value  string // permit/person
	Name   string
	Permit access.PermitID
}

func lendPage(c *web.Call) (web.Answer, error) { return lending(c, nil) }

func lending(c *web.Call, fault error) (web.Answer, error) {
	var v lendView
	var f desk.FoundCards
	if err := c.Post("card/find", desk.FindCards{Stock: true, State: "active", Limit: 200}, &f); err != nil {
		return nil, err
	}
	for _, x := range f.Cards {
		if x.Person == cards.Stock {
			v.Stock = append(v.Stock, x)
		}
	}
	var permits []ledger.Permit
	if err := c.Get("permits", url.Values{"state": {"granted", "oral"}, "limit": {"200"}}, &permits); err != nil {
		return nil, err
	}
	for _, p := range permits {
		v.Guests = append(v.Guests, guests(p, c.Now)...)
	}
	return web.Page{Name: "people/lend", Data: v, Fault: fault}, nil
}

// guests are those of a permit whom a card can be lent to today.
func guests(p ledger.Permit, now time.Time) (out []guest) {
	end := cards.Midnight(now)
	if !p.Until.IsZero() && !p.Until.After(now) || !p.From.IsZero() && !p.From.Before(end) {
		return nil
	}
	for _, x := range p.Text.Visitors {
		if x.Person != "" {
			out = append(out, guest{string(p.ID) + "/" + string(x.Person), x.Name + " (" + p.Text.Organisation + ")", p.ID})
		}
	}
	return out
}

// lendOut lends a card of the stock for the day.
func lendOut(c *web.Call) (web.Answer, error) {
	l, what, err := lent(c)
	if err == nil {
		var line cards.Lending
		err = c.Post(what, l, &line)
	}
	if err != nil {
		return shown(err, func() (web.Answer, error) { return lending(c, err) })
	}
	return web.Go{To: "/people/cards/out", Done: "people.done.lent"}, nil
}

func lent(c *web.Call) (l desk.Lend, what string, err error) {
	f := c.Form
	l = desk.Lend{Card: access.CredentialID(f.Need("card")), Purpose: f.Get("purpose")}
	if f.Get("kind") == "visitor" {
		permit, person, _ := strings.Cut(f.Need("guest"), "/")
		l.Permit, l.Person = access.PermitID(permit), access.PersonID(person)
		return l, "card/lend", f.Err()
	}
	for _, field := range []string{"person", "second"} {
		if err := whom(c, field); err != nil {
			return l, "", err
		}
	}
	l.Person, l.Second = access.PersonID(f.Get("person")), access.PersonID(f.Get("second"))
	return l, "card/temporary", f.Err()
}

func takeBack(c *web.Call) (web.Answer, error) {
	var line cards.Lending
	back := desk.Return{Card: access.CredentialID(c.Form.Need("card"))}
	err := c.Form.Err()
	if err == nil {
		err = c.Post("card/return", back, &line)
	}
	if err != nil {
		return shown(err, func() (web.Answer, error) { return outPage(c, err) })
	}
	return web.Go{To: "/people/cards/out", Done: "people.done.returned"}, nil
}
