package permits

import (
	"net/url"
	"slices"
	"strconv"

	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/console/web"
	"kidoban/controller/ledger"
)

// onPage is how many permits the list of all shows at a time.
const onPage = 50

// listed is a permit as a line of a list.
type listed struct {
	ID                        string
	State                     state
	When, Room, From, Who, To string
}

type indexView struct {
	Ask, Oral, Decides bool
	Wait, Today, All   []listed
	States             []filter
	State              string
	Next               string // the page after this one
}

// filter is a choice of the list of all.
type filter struct {
	Name, Word, Path string
	Here             bool
}

// index shows what waits for the reader first, then what is of this day, then all.
func index(c *web.Call) (web.Answer, error) {
	v := indexView{
		Ask: c.May(account.RequestPermit), Oral: c.May(account.RecordOral),
		Decides: c.May(account.DecidePermit, account.DecideAsDeputy), State: c.Form.Get("state"),
	}
	var open, all []ledger.Permit
	if err := c.Get("permits", url.Values{"open": {"1"}}, &open); err != nil {
		return nil, err
	}
	for i := range open {
		p := &open[i]
		switch {
		case waits(c, p):
			v.Wait = append(v.Wait, line(c, p))
		case today(p, c.Now):
			v.Today = append(v.Today, line(c, p))
		}
	}
	q := url.Values{"limit": {strconv.Itoa(onPage + 1)}, "before": {c.Form.Get("before")}}
	if v.State != "" {
		q["state"] = []string{v.State}
	}
	if err := c.Get("permits", q, &all); err != nil {
		return nil, err
	}
	for i := range all[:min(len(all), onPage)] {
		v.All = append(v.All, line(c, &all[i]))
	}
	if len(all) > onPage {
		v.Next = "/permits?" + url.Values{"state": {v.State}, "before": {string(all[onPage-1].ID)}}.Encode()
	}
	v.States = filters(c, v.State)
	return web.Page{Name: "permits/index", Data: v}, nil
}

func filters(c *web.Call, here string) []filter {
	out := []filter{{"", c.T("permits.every"), "/permits", here == ""}}
	for st := access.Requested; st <= access.Withdrawn; st++ {
		out = append(out, filter{st.String(), c.T("permits.only." + st.String()), "/permits?state=" + st.String(), here == st.String()})
	}
	return out
}

// waits says that a permit waits for an act of this account.
func waits(c *web.Call, p *ledger.Permit) bool {
	officer := c.Can(account.DecidePermit, p.Zone)
	switch {
	case p.State == access.Requested:
		return !over(p, c.Now) && (officer || c.Can(account.DecideAsDeputy, p.Zone))
	case p.State == access.NotPermitted || p.State == access.Withdrawn:
		return false
	}
	return officer && unconfirmed(p)
}

func line(c *web.Call, p *ledger.Permit) listed {
	return listed{
		ID: string(p.ID), State: stateOf(c, p), When: period(c, p.From, p.Until, p.Days, p.Daily), Room: room(c, p.Zone),
		From: p.Text.Organisation, Who: who(c, p), To: p.Text.Purpose,
	}
}

// lately are the permits that a new request may be like: the account's own first.
func lately(c *web.Call) ([]listed, error) {
	var all []ledger.Permit
	if err := c.Get("permits", url.Values{"limit": {"30"}}, &all); err != nil {
		return nil, err
	}
	slices.SortStableFunc(all, func(a, b ledger.Permit) int { return own(c, &b) - own(c, &a) })
	var out []listed
	for i := range all[:min(len(all), 5)] {
		out = append(out, line(c, &all[i]))
	}
	return out, nil
}

func own(c *web.Call, p *ledger.Permit) int {
	if p.Account == c.Me.Account {
		return 1
	}
	return 0
}
