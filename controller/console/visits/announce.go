package visits

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/console/web"
	"kidoban/controller/console/words"
	"kidoban/controller/desk"
	"kidoban/controller/ledger"
)

// named is somebody whom a permit names.
type named struct {
	Person, Name, Reading, Affiliation, Permit string
	Inside                                     bool
	No                                         string // why they would not be let in now, "" if they would
}

// permitted is a permit of today.
type permitted struct{ ID, Organisation, Purpose, When string }

// permitsNow are those on which somebody may enter or ask to today.
func permitsNow(c *web.Call) (out []ledger.Permit, err error) {
	var all []ledger.Permit
	if err := c.Get("permits", url.Values{"open": {"1"}, "state": {"granted", "oral"}}, &all); err != nil {
		return nil, err
	}
	y, m, d := c.Now.In(access.JST).Date()
	day := time.Date(y, m, d, 0, 0, 0, 0, access.JST)
	for i := range all {
		if p := &all[i]; p.From.Before(day.AddDate(0, 0, 1)) && (p.Until.IsZero() || c.Now.Before(p.Until)) {
			out = append(out, *p)
		}
	}
	return out, nil
}

type announceView struct {
	form
	Permits []permitted // to choose from
	Permit  *permitted  // the one chosen
	People  []named
	Doors   []web.Place
}

func announcePage(c *web.Call) (web.Answer, error) { return announcing(c, nil) }

func announcing(c *web.Call, fault error) (web.Answer, error) {
	all, err := permitsNow(c)
	if err != nil {
		return nil, err
	}
	v := announceView{form: form{c}}
	for i := range all {
		p := &all[i]
		row := permitted{
			ID: string(p.ID), Organisation: p.Text.Organisation, Purpose: p.Text.Purpose, When: words.Period(c.Lang, p.From, p.Until),
		}
		if c.Form.Get("permit") != row.ID {
			v.Permits = append(v.Permits, row)
			continue
		}
		v.Permit, v.Doors = &row, doorsOf(c, p.Zone)
		if v.People, err = people(c, p); err != nil {
			return nil, err
		}
	}
	if v.Permit == nil && c.Form.Get("permit") != "" {
		return nil, &desk.Error{Status: http.StatusNotFound, Code: desk.CodeMissing, Text: "no permit " + c.Form.Get("permit") + ": kidoban permit list"}
	}
	return web.Page{Name: "visits/announce", Data: v, Fault: fault}, nil
}

// people are those named, and who of them is inside.
func people(c *web.Call, p *ledger.Permit) ([]named, error) {
	open, err := lines(c)
	if err != nil {
		return nil, err
	}
	inside := map[access.PersonID]bool{}
	for i := range open {
		inside[open[i].Person] = inside[open[i].Person] || open[i].Inside() && open[i].Zone == p.Zone
	}
	var out []named
	for _, v := range p.Text.Visitors {
		n := named{Person: string(v.Person), Name: v.Name, Reading: v.Reading, Affiliation: v.Affiliation, Inside: inside[v.Person]}
		if why := p.Judge(v.Person, p.Zone, c.Now); why != access.Granted {
			n.No = access.DeskText(why, c.Lang, access.Fill{Date: p.From, Time: p.From})
		}
		out = append(out, n)
	}
	return out, nil
}

func doorsOf(c *web.Call, zone string) (out []web.Place) {
	for _, d := range c.Site().Doors {
		if d.Zone == zone {
			out = append(out, d)
		}
	}
	return out
}

// announceThem chooses visitors by name at a door; an escort's badge then lets them in.
func announceThem(c *web.Call) (web.Answer, error) {
	a := desk.Announce{
		Permit: access.PermitID(c.Form.Get("permit")), Door: c.Form.Get("door"), Identity: c.Form.Get("identity"), Badge: c.Form.Get("badge"),
	}
	for _, who := range c.Form.All("visitor") {
		a.Persons = append(a.Persons, access.PersonID(who))
	}
	if len(a.Persons) == 0 {
		c.Form.Fail("visitor", "visits.fault.nobody")
	}
	err := c.Form.Err()
	if err == nil {
		if err = c.Post("visit/announce", a, nil); err == nil {
			return web.Go{To: "/visits", Done: "visits.done.announced"}, nil
		}
	}
	var field *web.FieldFault
	if errors.As(err, &field) || refusal(err) {
		return announcing(c, err)
	}
	return nil, err
}

// Identities are the usual ways to make sure who somebody is.
func (v announceView) Identities() []string {
	var out []string
	for _, key := range []string{"licence", "company", "mynumber", "known"} {
		out = append(out, v.c.T("visits.identity."+key))
	}
	return out
}
