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
	Edit     bool // who looks may propose changes
	Apply    bool // and apply for cards
	Stop     bool // and stop them
	Day      bool // somebody who is only a stock of cards
}

// zoneWhy is whether somebody may enter a zone by their own right, and why.
type zoneWhy struct {
	Zone, Title string
	Rule        string // in full; "" for none
	Lines       []string
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
			if of(ch) == id {
				v.Waiting = append(v.Waiting, p)
				break
			}
		}
	}
	for _, s := range v.Standing {
		z := zoneWhy{Zone: s.Zone, Title: titleOf(c, s.Zone)}
		if s.Rule != "" {
			z.Rule = article(c.Lang, s.Rule)
		}
		v.Whys = append(v.Whys, z)
	}
	return nil
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

// of is the person whose row changes.
func of(ch controller.Change) access.PersonID {
	e := ch.After
	if e == nil {
		e = ch.Before
	}
	switch {
	case e == nil:
	case e.Person != nil:
		return e.Person.ID
	case e.Incumbency != nil:
		return e.Incumbency.Person
	case e.Belonging != nil:
		return e.Belonging.Person
	case e.Finding != nil:
		return e.Finding.Person
	case e.Duty != nil:
		return e.Duty.Person
	case e.Credential != nil:
		return e.Credential.Person
	}
	return ""
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
