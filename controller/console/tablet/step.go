package tablet

import (
	"strings"
	"unicode/utf8"

	"kidoban/controller/access"
	"kidoban/controller/console/web"
	"kidoban/controller/desk"
	"kidoban/controller/ledger"
)

// step is a button that the visitor pressed.
func step(c *web.Call) (web.Answer, error) {
	s := read(c)
	s.Said, s.Close = "", false
	switch c.Form.Get("do") {
	case "own", "write":
		return slip{Step: c.Form.Get("do")}.keep(c)
	case "find":
		return s.find(c)
	case "call":
		return s.call(c)
	case "check":
		return s.check(c)
	case "edit":
		if s.Step == stepCheck {
			s.Step = stepWrite
		}
		return s.keep(c)
	case "send":
		return s.send(c)
	}
	return over(c)
}

// over ends the slip: the next visitor begins anew, in Japanese.
func over(c *web.Call) (web.Answer, error) {
	speak(c)
	return slip{}.keep(c)
}

// find looks for the visitor's own name among the permits of today.
func (s slip) find(c *web.Call) (web.Answer, error) {
	s = slip{Step: stepOwn, Typed: short(c.Form.Get("own_name")), TypedHouse: short(c.Form.Get("own_house"))}
	if s.Typed == "" {
		s.Said = c.T("tablet.fault.name")
		return s.keep(c)
	}
	all, err := ofToday(c)
	if err != nil {
		return nil, err
	}
	p, v, several := find(all, s.Typed, s.TypedHouse, c.Now)
	switch {
	case several:
		s.Close, s.Said = true, c.T("tablet.fault.more")
	case v == nil:
		s.Said = c.T("tablet.fault.none")
	default:
		s.Step, s.Permit, s.Person = stepMine, p.ID, v.Person
	}
	return s.keep(c)
}

// call announces the visitor at the door: an escort's card then lets them in.
func (s slip) call(c *web.Call) (web.Answer, error) {
	if s.Permit == "" || s.Person == "" {
		return over(c)
	}
	var now desk.Status
	if err := c.Get("status", nil, &now); err != nil {
		return nil, err
	}
	s.From = now.Entries
	err := c.Post("visit/announce", desk.Announce{Permit: s.Permit, Persons: []access.PersonID{s.Person}, Door: c.Tablet, Tablet: true}, nil)
	if err == nil {
		s.Step = stepWait
		return s.keep(c)
	}
	if desk.CodeOf(err) != desk.CodeRefused {
		return nil, err
	}
	if o, lost := happened(c, s); lost == nil && o.Kind == refused {
		s.Step = stepWait
	} else {
		s.Said = c.Say(err)
	}
	return s.keep(c)
}

// check reads what was written.
func (s slip) check(c *web.Call) (web.Answer, error) {
	s = slip{
		Step: stepCheck, Name: short(c.Form.Get("name")), Reading: short(c.Form.Get("reading")), Affiliation: short(c.Form.Get("affiliation")),
		Purpose: short(c.Form.Get("entry_purpose")), CarryIn: short(c.Form.Get("carry_in")),
	}
	for _, f := range []struct{ value, key string }{
		{s.Name, "tablet.fault.name"}, {s.Affiliation, "tablet.fault.affiliation"}, {s.Purpose, "tablet.fault.purpose"},
	} {
		if f.value == "" && s.Step == stepCheck {
			s.Step, s.Said = stepWrite, c.T(f.key)
		}
	}
	return s.keep(c)
}

// short is one line of what somebody typed, as long as a form has room for.
func short(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "")), " ")
	for utf8.RuneCountInString(s) > 200 {
		_, n := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-n]
	}
	return s
}

// send makes of the slip a name on a permit of today that leaves names to the day, or else a request for a permit.
func (s slip) send(c *web.Call) (web.Answer, error) {
	if s.Step != stepCheck {
		return over(c)
	}
	all, err := ofToday(c)
	if err != nil {
		return nil, err
	}
	v := ledger.Visitor{Name: s.Name, Reading: s.Reading, Affiliation: s.Affiliation, Class: "contractor"}
	if p := openFor(all, s.Affiliation, c.Now); p != nil {
		s.Permit = p.ID
		err = c.Post("permit/name", desk.NameOnTheDay{Permit: p.ID, Visitor: v, Tablet: c.Tablet}, &s.Person)
	} else {
		err = s.request(c, v)
	}
	switch {
	case desk.CodeOf(err) == desk.CodeRefused, desk.CodeOf(err) == desk.CodeInvalid:
		s.Said, s.Permit, s.Person = c.Say(err), "", ""
		return s.keep(c)
	case err != nil:
		return nil, err
	}
	s.Step = stepAsked
	return s.keep(c)
}

// request asks for a permit until the end of this day, for the officer to decide.
func (s *slip) request(c *web.Call, v ledger.Visitor) error {
	p := desk.Permit{Zone: zone(c), Tablet: c.Tablet, Text: ledger.PermitText{
		Organisation: s.Affiliation, Purpose: s.Purpose, CarryIn: s.CarryIn, Visitors: []ledger.Visitor{v},
	}}
	if err := c.Post("permit/request", p, &s.Permit); err != nil {
		return err
	}
	row, _, err := mine(c, *s)
	if err == nil && row != nil && len(row.Text.Visitors) == 1 {
		s.Person = row.Text.Visitors[0].Person
	}
	return err
}
