package alarms

import (
	"time"

	"kidoban/controller/console/live"
	"kidoban/controller/console/web"
	"kidoban/controller/desk"
	"kidoban/controller/ledger"
)

// hoursMost bounds a declaration, as the daemon does.
const hoursMost = 24

type incidentView struct {
	ID, Zone, Since, Until, By  string
	Drill, Lockdown, NoVisitors bool
}

type incidentsView struct {
	can
	Declared []incidentView
	Zones    []web.Place
	Hours    int
	Missing  int // on the list to go by
}

func incidentsPage(c *web.Call) (web.Answer, error) { return incidents(c, nil) }

func incidents(c *web.Call, fault error) (web.Answer, error) {
	s, err := live.SeenBy(c)
	if err != nil {
		return nil, err
	}
	v := incidentsView{can: canOf(c), Zones: c.Site().Zones, Hours: hoursMost}
	if m := musterNow(s); m.ID != "" {
		v.Missing = len(m.Lines)
	}
	for _, d := range s.Now.Incidents {
		v.Declared = append(v.Declared, incidentOf(s, d))
	}
	return web.Page{Name: "alarms/incidents", Fault: fault, Data: v}, nil
}

func incidentOf(s live.Seen, d ledger.Declaration) incidentView {
	by := d.Declared.Name
	if by == "" {
		by = d.Account
	}
	return incidentView{
		ID: d.ID, Zone: s.Zone(d.Zone), Since: s.When(d.Declared.At), Until: s.When(d.Until), By: by, Drill: d.Drill,
		Lockdown: d.Lockdown, NoVisitors: d.NoVisitors,
	}
}

// declare is 緊急事態を宣言する.
func declare(c *web.Call) (web.Answer, error) {
	in := desk.Declare{
		Zone: c.Form.Get("zone"), Reason: c.Form.Need("reason"), For: hours(c), Drill: c.Form.Has("drill"), Lockdown: c.Form.Has("lockdown"),
		NoVisitors: c.Form.Has("no_visitors"),
	}
	return switched(c, "emergency/declare", in, "alarms.done.declared")
}

func hours(c *web.Call) time.Duration {
	return time.Duration(c.Form.Number("hours", 1, hoursMost)) * time.Hour
}

// renew lets one go on from now.
func renew(c *web.Call) (web.Answer, error) {
	in := desk.Declare{ID: c.Form.Need("id"), Reason: c.Form.Get("reason"), For: hours(c)}
	return switched(c, "emergency/declare", in, "alarms.done.renewed")
}

// clearIncident is 解除する.
func clearIncident(c *web.Call) (web.Answer, error) {
	in := desk.Clear{ID: c.Form.Need("id"), Text: c.Form.Get("text")}
	return switched(c, "emergency/clear", in, "alarms.done.cleared")
}

func switched(c *web.Call, what string, order any, done string) (web.Answer, error) {
	err := c.Form.Err()
	if err == nil {
		err = c.Post(what, order, nil)
	}
	return after(c, err, "/alarms/incidents", done, func(no error) (web.Answer, error) { return incidents(c, no) })
}
