package people

import (
	"strconv"

	"kidoban/controller/access"
	"kidoban/controller/console/web"
	"kidoban/controller/desk"
	"kidoban/device/wiegand"
)

// whyView is the question "may X enter now, and why (not)?", and the door's answer to it.
type whyView struct {
	Doors   []web.Place
	Formats []string
	Answers []answer
	Asked   bool
}

// why asks for a person or a card of the roster.
func why(c *web.Call) (web.Answer, error) {
	v := newWhy(c)
	if !c.Form.Has("person") && !c.Form.Has("card") {
		return web.Page{Name: "people/why", Data: v}, nil
	}
	q := desk.Why{Credential: access.CredentialID(c.Form.Get("card"))}
	if q.Credential == "" {
		if err := whom(c, "person"); err != nil {
			return shown(err, func() (web.Answer, error) { return web.Page{Name: "people/why", Data: v, Fault: err}, nil })
		}
		q.Person = access.PersonID(c.Form.Get("person"))
	}
	return v.ask(c, q)
}

// whyNumber asks for a card by its number, which stands in no address and is shown to nobody.
func whyNumber(c *web.Call) (web.Answer, error) {
	v := newWhy(c)
	n, ok := number(c.Form)
	delete(c.Form.Values, "number")
	if !ok {
		return web.Page{Name: "people/why", Data: v, Fault: c.Form.Err()}, nil
	}
	return v.ask(c, desk.Why{Card: &n})
}

func newWhy(c *web.Call) *whyView {
	v := &whyView{Doors: c.Site().Doors}
	for _, f := range wiegand.Formats() {
		v.Formats = append(v.Formats, f.Name())
	}
	return v
}

func (v *whyView) ask(c *web.Call, q desk.Why) (web.Answer, error) {
	q.Door, q.Side, q.At, q.Lang = c.Form.Get("door"), c.Form.Get("side"), c.Form.Time("at"), web.Tag(c.Lang)
	if q.Door == "" && len(v.Doors) > 0 {
		q.Door = v.Doors[0].Name
	}
	var lines []string
	err := c.Form.Err()
	if err == nil {
		err = c.Post("why", q, &lines)
	}
	if err != nil {
		return shown(err, func() (web.Answer, error) { return web.Page{Name: "people/why", Data: v, Fault: err}, nil })
	}
	v.Asked, v.Answers = true, split(c.Lang, lines)
	return web.Page{Name: "people/why", Data: v}, nil
}

// number reads a card's number; the format says whether it is decimal.
func number(f *web.Form) (n desk.Number, ok bool) {
	n.Format = f.Need("format")
	format, err := wiegand.Lookup(n.Format)
	if err != nil {
		f.Fail("format", "people.fault.format")
		return n, false
	}
	base := 10
	if !format.Checked() && !format.HasFacility() {
		base = 16
	}
	if n.Card, err = strconv.ParseUint(f.Get("number"), base, 64); err != nil {
		f.Fail("number", "people.fault.number")
	}
	if s := f.Get("facility"); format.HasFacility() {
		facility, err := strconv.ParseUint(s, 10, 64)
		if n.Facility = &facility; err != nil {
			f.Fail("facility", "people.fault.facility")
		}
	}
	return n, f.Err() == nil
}
