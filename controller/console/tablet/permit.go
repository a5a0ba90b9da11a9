package tablet

import (
	"net/url"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/console/web"
	"kidoban/controller/ledger"
)

// ofToday are the permits of this day for the room behind the door, decided or not.
func ofToday(c *web.Call) (out []ledger.Permit, err error) {
	var all []ledger.Permit
	if err := c.Get("permits", url.Values{"open": {"1"}, "state": {"requested", "granted", "oral"}}, &all); err != nil {
		return nil, err
	}
	y, m, d := c.Now.In(access.JST).Date()
	day, in := time.Date(y, m, d, 0, 0, 0, 0, access.JST), zone(c)
	for i := range all {
		if p := &all[i]; p.Zone == in && p.From.Before(day.AddDate(0, 0, 1)) && (p.Until.IsZero() || day.Before(p.Until)) {
			out = append(out, *p)
		}
	}
	return out, nil
}

// find looks for the one visitor of today whose name begins like what was typed. Of several permits of theirs it takes the one
// that lets in now, or else the one that comes nearest.
func find(all []ledger.Permit, typed, from string, now time.Time) (p *ledger.Permit, v *ledger.Visitor, several bool) {
	for i := range all {
		for j := range all[i].Text.Visitors {
			x := &all[i].Text.Visitors[j]
			if !fits(typed, x) || from != "" && house(from) != house(x.Affiliation) {
				continue
			}
			switch {
			case v == nil:
			case !same(v, x):
				return nil, nil, true
			case !better(&all[i], x, p, v, now):
				continue
			}
			p, v = &all[i], x
		}
	}
	return p, v, false
}

func better(a *ledger.Permit, av *ledger.Visitor, b *ledger.Permit, bv *ledger.Visitor, now time.Time) bool {
	now1, now2 := a.Judge(av.Person, a.Zone, now), b.Judge(bv.Person, b.Zone, now)
	if (now1 == access.Granted) != (now2 == access.Granted) {
		return now1 == access.Granted
	}
	return a.From.Before(b.From)
}

// openFor is the one permit in force now that leaves names to the day, for people of a company; nil where there is none, or
// several.
func openFor(all []ledger.Permit, from string, now time.Time) (found *ledger.Permit) {
	for i := range all {
		p := &all[i]
		switch {
		case p.State != access.Permitted && p.State != access.PermittedOrally, len(p.Holders) >= p.Most:
		case house(from) == "" || house(from) != house(p.Text.Organisation):
		case now.Before(p.From) || !p.Until.IsZero() && !now.Before(p.Until):
		case found != nil:
			return nil
		default:
			found = p
		}
	}
	return found
}

// mine is the slip's own permit and visitor, as they stand now.
func mine(c *web.Call, s slip) (*ledger.Permit, *ledger.Visitor, error) {
	var all []ledger.Permit
	if s.Permit == "" {
		return nil, nil, nil
	}
	if err := c.Get("permits", url.Values{"id": {string(s.Permit)}}, &all); err != nil || len(all) != 1 {
		return nil, nil, err
	}
	for i := range all[0].Text.Visitors {
		if v := &all[0].Text.Visitors[i]; v.Person == s.Person {
			return &all[0], v, nil
		}
	}
	return &all[0], nil, nil
}
