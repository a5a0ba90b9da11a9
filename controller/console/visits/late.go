package visits

import (
	"strings"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/console/web"
	"kidoban/controller/desk"
)

type lateView struct {
	form
	People []named
	Staff  []person
	At     string
}

func latePage(c *web.Call) (web.Answer, error) { return lately(c, nil) }

// lately is the form of one who came in without a line (供連れ).
func lately(c *web.Call, fault error) (web.Answer, error) {
	all, err := permitsNow(c)
	if err != nil {
		return nil, err
	}
	v := lateView{form: form{c}, At: c.Form.Get("entered")}
	if v.At == "" {
		v.At = c.Now.In(access.JST).Format("2006-01-02T15:04")
	}
	for i := range all {
		them, err := people(c, &all[i])
		if err != nil {
			return nil, err
		}
		for _, n := range them {
			if n.Permit = string(all[i].ID); !n.Inside {
				v.People = append(v.People, n)
			}
		}
	}
	open, err := lines(c)
	if err != nil {
		return nil, err
	}
	for i := range open {
		if x := &open[i]; x.Inside() && !x.Visitor() {
			p := personOf(c, x)
			p.ID = string(x.Person)
			v.Staff = append(v.Staff, p)
		}
	}
	return web.Page{Name: "visits/late", Data: v, Fault: fault}, nil
}

func late(c *web.Call) (web.Answer, error) {
	permit, who, _ := strings.Cut(c.Form.Need("visitor"), " ")
	l := desk.Late{
		Person: access.PersonID(who), Permit: access.PermitID(permit), Escort: access.PersonID(c.Form.Get("escort")),
		Entered: c.Form.Time("entered"), Text: c.Form.Need("how_came"),
	}
	if l.Entered.IsZero() {
		c.Form.Need("entered")
	}
	if ago := c.Now.Sub(l.Entered); !l.Entered.IsZero() && (ago < 0 || ago > 24*time.Hour) {
		c.Form.Fail("entered", "visits.fault.entered")
	}
	if err := c.Form.Err(); err != nil {
		return lately(c, err)
	}
	if err := zoneOf(c, &l); err != nil {
		return nil, err
	}
	err := c.Post("visit/late", l, nil)
	switch {
	case refusal(err):
		return lately(c, err)
	case err != nil:
		return nil, err
	}
	return web.Go{To: "/visits", Done: "visits.done.late"}, nil
}

// zoneOf is the room of the permit.
func zoneOf(c *web.Call, l *desk.Late) error {
	all, err := permitsNow(c)
	for i := range all {
		if all[i].ID == l.Permit {
			l.Zone = all[i].Zone
		}
	}
	return err
}
