package people

import (
	"net/url"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/cards"
	"kidoban/controller/console/web"
	"kidoban/controller/desk"
	"kidoban/controller/ledger"
)

// oneView is everything about one person.
type oneView struct {
	desk.File
	Permits  []ledger.Permit
	Accounts []controller.AccountRow
	Waiting  []controller.Proposal // that concern the person
	Whys     []zoneWhy
	Thens    []zoneWhy // from Next on, where it differs
	Edit     bool      // who looks may propose changes
	Apply    bool      // and apply for cards
	Stop     bool      // and stop them
	Day      bool      // somebody who is only a stock of cards
}

// zoneWhy is whether somebody may enter a zone by their own right, and why.
type zoneWhy struct {
	Title string
	Rule  string // in full; "" for none
}

func one(c *web.Call) (web.Answer, error) {
	v := oneView{
		Edit: c.May(account.ProposeRoster, account.ChangeRoster), Apply: c.May(account.ApplyForCard, account.ChangeRoster),
		Stop: c.May(account.BlockCard),
	}
	id := access.PersonID(c.R.PathValue("id"))
	if err := c.Post("people/file", desk.Whose{Person: id}, &v.File); err != nil {
		return nil, err
	}
	v.Day = id == cards.Stock
	if err := v.around(c, id); err != nil {
		return nil, err
	}
	return web.Page{Name: "people/one", Data: v}, nil
}

// around is what the daemon knows of a person beside the roster.
func (v *oneView) around(c *web.Call, id access.PersonID) error {
	if err := c.Get("permits", url.Values{"person": {string(id)}, "limit": {"20"}}, &v.Permits); err != nil {
		return err
	}
	var rows []controller.AccountRow
	if err := c.Get("accounts", nil, &rows); err != nil {
		return err
	}
	for _, r := range rows {
		if r.Person == id {
			v.Accounts = append(v.Accounts, r)
		}
	}
	var waiting []controller.Proposal
	if err := c.Get("proposals", nil, &waiting); err != nil {
		return err
	}
	for _, p := range waiting {
		for _, ch := range p.Changes {
			if whose(ch) == id {
				v.Waiting = append(v.Waiting, p)
				break
			}
		}
	}
	for i, s := range v.Standing {
		v.Whys = append(v.Whys, newZoneWhy(c, s))
		if i < len(v.Then) && v.Then[i].Rule != s.Rule {
			v.Thens = append(v.Thens, newZoneWhy(c, v.Then[i]))
		}
	}
	return nil
}

func newZoneWhy(c *web.Call, s desk.Standing) zoneWhy {
	z := zoneWhy{Title: titleOf(c, s.Zone)}
	if s.Rule != "" {
		z.Rule = article(c.Lang, s.Rule)
	}
	return z
}

// titleOf is a zone as the site calls it.
func titleOf(c *web.Call, zone string) string {
	for _, z := range c.Site().Zones {
		if z.Name == zone {
			return z.Title
		}
	}
	return zone
}

// KindWord is the kind of person, as the record says it.
func (v oneView) KindWord() string { return kindWord(v.Person.Kind) }

func kindWord(k access.Kind) string {
	return map[access.Kind]string{access.Staff: "staff", access.Contractor: "contractor", access.Other: "other"}[k]
}

// Begins is the first day of a row, as its form names it.
func (v oneView) Begins(s access.Span) string { return edgeText(s.From, false) }

// Span is a card's.
func (v oneView) Span(c desk.ListedCard) access.Span {
	return access.Span{From: c.From, Until: c.Until}
}

// Title is a zone of a duty.
func (v oneView) Title(c *web.Call, zone string) string { return zoneWord(c, zone) }
