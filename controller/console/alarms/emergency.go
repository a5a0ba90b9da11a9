package alarms

import (
	"cmp"
	"slices"

	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/console/live"
	"kidoban/controller/console/web"
	"kidoban/controller/console/words"
	"kidoban/controller/desk"
	"kidoban/controller/ledger"
)

// countMost bounds how many may have come.
const countMost = 999

type entryView struct {
	ID, Zone, Door, Service, Entered, LetIn, Text string
	Count                                         int
}

type emergencyView struct {
	can
	Open     []entryView
	Zones    []web.Place
	Doors    []web.Place // those that the account may release
	Services []service
	Most     int
	LetIn    []service // who may have let them in, by number and name
}

type service struct{ Name, Word string }

func emergencyPage(c *web.Call) (web.Answer, error) { return entering(c, nil) }

func entering(c *web.Call, fault error) (web.Answer, error) {
	s, err := live.SeenBy(c)
	if err != nil {
		return nil, err
	}
	v := emergencyView{can: canOf(c), Zones: c.Site().Zones, Most: countMost, LetIn: present(c, s)}
	for _, e := range s.Now.Emergency {
		v.Open = append(v.Open, entryOf(s, e))
	}
	for _, d := range c.Site().Doors {
		if c.Can(account.RecordEmergency, d.Zone) {
			v.Doors = append(v.Doors, d)
		}
	}
	for _, name := range []string{"fire", "police", "ambulance", "key"} {
		v.Services = append(v.Services, service{name, words.Term(c.Lang, words.Services, name)})
	}
	return web.Page{Name: "alarms/emergency", Fault: fault, Data: v}, nil
}

// present are those who may have let somebody in: who asks, and the staff inside.
func present(c *web.Call, s live.Seen) (out []service) {
	if c.Me.Person != "" {
		out = append(out, service{string(c.Me.Person), c.Self()})
	}
	for i := range s.Now.Muster.Lines {
		if l := &s.Now.Muster.Lines[i]; !l.Visitor && l.Person != c.Me.Person {
			out = append(out, service{string(l.Person), cmp.Or(l.Name, string(l.Person))})
		}
	}
	return out
}

func entryOf(s live.Seen, e ledger.EmergencyEntry) entryView {
	v := entryView{
		ID: e.ID, Zone: s.Zone(e.Zone), Service: words.Term(s.Lang, words.Services, e.Service), Entered: s.When(e.Entered), LetIn: s.Name(e.LetIn),
		Text: e.Text, Count: e.Count,
	}
	if e.Door != "" {
		v.Door = s.Door(e.Door).Title
	}
	return v
}

// enter records a 緊急入室, and with a door releases that once.
func enter(c *web.Call) (web.Answer, error) {
	in := desk.Emergency{
		Zone: c.Form.Get("zone"), Door: c.Form.Get("door"), Service: c.Form.Need("service"), Count: c.Form.Number("count", 0, countMost),
		LetIn: access.PersonID(c.Form.Get("let_in")), Text: c.Form.Get("text"),
	}
	var id string
	err := c.Form.Err()
	if err == nil {
		err = c.Post("emergency/enter", in, &id)
	}
	return after(c, err, "/alarms/emergency", "alarms.done.entered", func(no error) (web.Answer, error) { return entering(c, no) })
}

func completePage(c *web.Call) (web.Answer, error) { return completing(c, nil) }

type completeView struct {
	entryView
	Most int
	Left string
}

func completing(c *web.Call, fault error) (web.Answer, error) {
	s, err := live.SeenBy(c)
	if err != nil {
		return nil, err
	}
	id := c.R.PathValue("id")
	i := slices.IndexFunc(s.Now.Emergency, func(e ledger.EmergencyEntry) bool { return e.ID == id })
	if i < 0 {
		return entering(c, &desk.Error{Status: 404, Code: desk.CodeMissing, Text: "no emergency entry " + id + " waits for its completion"})
	}
	v := completeView{entryOf(s, s.Now.Emergency[i]), countMost, c.Form.Get("left")}
	if v.Left == "" {
		v.Left = local(c.Now)
	}
	return web.Page{Name: "alarms/complete", Fault: fault, Data: v}, nil
}

// complete says afterwards what happened.
func complete(c *web.Call) (web.Answer, error) {
	in := desk.EmergencyEnd{
		ID: c.R.PathValue("id"), Count: c.Form.Number("count", 0, countMost), Left: c.Form.Time("left"), Text: oneLine(c.Form.Need("text")),
	}
	err := c.Form.Err()
	if err == nil {
		err = c.Post("emergency/complete", in, nil)
	}
	return after(c, err, "/alarms/papers", "alarms.done.completed", func(no error) (web.Answer, error) { return completing(c, no) })
}
