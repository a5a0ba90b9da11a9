package demo

import (
	"strconv"
	"strings"

	"kidoban/controller/console/web"
	"kidoban/device/sim"
)

// facility and format are those of the demonstration's cards.
const (
	format   = "H10301"
	facility = 118
)

// cards are those that can be shown to a reader: a number, and the key of what there is to say of it.
var cards = []card{
	{1201, "demo.card.staff"}, {1102, "demo.card.officer"}, {1301, "demo.card.maintenance"}, {1302, "demo.card.elsewhere"},
	{1104, "demo.card.west"}, {1901, "demo.card.visitor"}, {1203, "demo.card.lost"}, {7777, "demo.card.unknown"},
}

type card struct {
	Number uint64
	Word   string
}

// verb is something to be done at the door, and how it is called.
type verb struct {
	Verb, Point, Word string
	Whole             bool // it happens to the controller, at no door
}

var atDoor = []verb{
	{Verb: "open", Word: "demo.act.open"}, {Verb: "close", Word: "demo.act.close"}, {Verb: "handle", Word: "demo.act.handle"},
	{Verb: "exit", Word: "demo.act.exit"}, {Verb: "force", Word: "demo.act.force"}, {Verb: "misread", Word: "demo.act.misread"},
}

var faults = []verb{
	{Verb: "cut", Point: "contact", Word: "demo.act.cut_contact"}, {Verb: "mend", Point: "contact", Word: "demo.act.mend_contact"},
	{Verb: "cut", Point: "strike", Word: "demo.act.cut_strike"}, {Verb: "mend", Point: "strike", Word: "demo.act.mend_strike"},
	{Verb: "cut", Point: "reader entry", Word: "demo.act.cut_reader"}, {Verb: "mend", Point: "reader entry", Word: "demo.act.mend_reader"},
	{Verb: "tamper", Whole: true, Word: "demo.act.tamper"}, {Verb: "untamper", Whole: true, Word: "demo.act.untamper"},
	{Verb: "fire", Whole: true, Word: "demo.act.fire"}, {Verb: "fire-clear", Whole: true, Word: "demo.act.fire_clear"},
	{Verb: "mains-fail", Whole: true, Word: "demo.act.mains_fail"}, {Verb: "mains-back", Whole: true, Word: "demo.act.mains_back"},
}

// act does one thing at the simulated door. What cannot be done so is said on the page.
func act(c *web.Call) (web.Answer, error) {
	a := sim.Act{Verb: c.Form.Get("verb"), Door: c.Form.Get("door"), Side: c.Form.Get("side"), Point: c.Form.Get("point")}
	if n := c.Form.Get("card"); n != "" {
		number, err := strconv.ParseUint(n, 10, 64)
		if err != nil {
			c.Form.Fail("card", "web.fault.number", "least", 0, "most", 65535)
			return web.Page{Name: "web/fault", Fault: c.Form.Err()}, nil
		}
		a.Verb, a.Format, a.Facility, a.Card = "card", format, facility, number
	}
	if a.Verb == "misread" {
		a.Format = format
	}
	if err := c.Post("sim", a, nil); err != nil {
		return nil, err
	}
	at := "faults"
	if a.Verb == "card" || strings.Contains(" open close handle exit force misread ", " "+a.Verb+" ") {
		at = "door"
	}
	return web.Go{To: "/demo#" + at}, nil
}
