package wiring_test

import (
	"testing"
	"time"

	"kidoban/controller/wiring"
	"kidoban/device"
)

func at(ms int) time.Time { return time.UnixMilli(int64(ms)) }

// What was seen of a point, and what that is worth.
func TestJudge(t *testing.T) {
	contact := wiring.NewPoint("room", wiring.Contact, 0)
	button := wiring.NewPoint("room", wiring.Button, 0)
	reader := wiring.NewPoint("room", wiring.Reader, device.Entry)
	fire := wiring.NewPoint("", wiring.Fire, 0)
	strike, lamp := wiring.NewPoint("room", wiring.Strike, 0), wiring.NewPoint("room", wiring.Lamp, 0)
	told := func(ms int, a device.Action, fault string) wiring.Seen {
		return wiring.SeeDriven(at(ms), device.Command{Door: "room", Action: a}, fault)
	}
	here := func(ms int, w wiring.What) wiring.Seen { return wiring.Seen{At: at(ms), What: w, Door: "room"} }
	card := func(side device.Direction, w wiring.What) wiring.Seen {
		return wiring.Seen{What: w, Door: "room", Side: side, Diagnosis: "D0 and D1 look swapped: exchange the two wires"}
	}
	for _, c := range []struct {
		name    string
		point   wiring.Point
		seen    []wiring.Seen
		done    bool
		trouble wiring.Trouble
		waits   wiring.What
	}{
		{"nothing yet", contact, nil, false, "", wiring.Opened},
		{"half", contact, []wiring.Seen{here(0, wiring.Opened)}, false, "", wiring.Closed},
		{"whole", contact, []wiring.Seen{here(0, wiring.Opened), here(2000, wiring.Closed)}, true, "", ""},
		{"a short press", button, []wiring.Seen{here(0, wiring.Pressed), here(60, wiring.LetGo)}, true, "", ""},
		{"the wrong way round, and then as if right", contact, []wiring.Seen{here(0, wiring.Closed), here(2000, wiring.Opened), here(4000, wiring.Closed)}, false, wiring.Inverted, ""},
		{"it bounces", contact, []wiring.Seen{here(0, wiring.Opened), here(50, wiring.Closed), here(90, wiring.Opened)}, false, wiring.Bounces, ""},
		{"opened twice, by somebody", contact, []wiring.Seen{here(0, wiring.Opened), here(900, wiring.Closed), here(1800, wiring.Opened)}, true, "", ""},
		{"another door", contact, []wiring.Seen{{What: wiring.Opened, Door: "west"}}, false, wiring.Other, wiring.Opened},
		{"a card", reader, []wiring.Seen{card(device.Entry, wiring.Card)}, true, "", ""},
		{"the reader inside", reader, []wiring.Seen{card(device.Exit, wiring.Card)}, false, wiring.Other, wiring.Card},
		{"misread, then read", reader, []wiring.Seen{card(device.Entry, wiring.Misread), card(device.Entry, wiring.Card)}, true, "", ""},
		{"misread", reader, []wiring.Seen{card(device.Entry, wiring.Misread)}, false, wiring.Garbled, wiring.Card},
		{"misread at the other", reader, []wiring.Seen{card(device.Exit, wiring.Misread)}, false, "", wiring.Card},
		{"a cut wire", contact, []wiring.Seen{{What: wiring.Faulted, Door: "room", Point: "contact"}}, false, wiring.Broken, wiring.Opened},
		{"another's wire", contact, []wiring.Seen{{What: wiring.Faulted, Door: "room", Point: "tamper"}}, false, "", wiring.Opened},
		{"fire", fire, []wiring.Seen{{What: wiring.FireOn}, {What: wiring.FireOff, At: at(10)}}, true, "", ""},
		{"a cut wire in the end", contact, []wiring.Seen{here(0, wiring.Opened), here(900, wiring.Closed), {What: wiring.Faulted, Door: "room", Point: "contact"}}, false, wiring.Broken, ""},
		{"by eye", wiring.NewPoint("room", wiring.Handle, 0), []wiring.Seen{here(0, wiring.Opened)}, true, "", ""},
		{"a strike that was not driven", strike, []wiring.Seen{here(0, wiring.Opened)}, false, "", wiring.Driven},
		{"a strike that is driven still", strike, []wiring.Seen{told(0, device.Release, "")}, false, "", wiring.Rested},
		{"a strike", strike, []wiring.Seen{told(0, device.Secure, ""), told(1, device.Release, ""), told(90, device.Release, ""), told(99, device.Secure, "")}, true, "", ""},
		{"a strike that cannot be driven", strike, []wiring.Seen{told(0, device.Release, "no such line")}, false, wiring.Broken, wiring.Driven},
		{"another's strike", strike, []wiring.Seen{wiring.SeeDriven(at(0), device.Command{Door: "west", Action: device.Release}, "")}, false, "", wiring.Driven},
		{"a lamp", lamp, []wiring.Seen{wiring.SeeSignal(at(0), lamp)}, true, "", ""},
		{"the siren beside it", lamp, []wiring.Seen{wiring.SeeSignal(at(0), wiring.NewPoint("room", wiring.Siren, 0))}, false, "", wiring.Driven},
	} {
		f := wiring.Judge(c.point, c.seen)
		if f.Done() != c.done || f.Trouble != c.trouble || f.Waits != c.waits {
			t.Errorf("%s: %+v", c.name, f)
		}
	}
	if contact.ID != "room.contact" || button.ID != "room.exit-button" || reader.ID != "room.reader.entry" || fire.ID != "controller.fire" {
		t.Error(contact, button, reader, fire)
	}
}

// No check keeps a card's number or a key, nor what was found so at the start.
func TestSee(t *testing.T) {
	s, ok := wiring.See(device.Event{Kind: device.CardRead, Door: "room", Direction: device.Entry, Credential: device.Credential{Card: 1234}})
	if !ok || s != (wiring.Seen{What: wiring.Card, Door: "room", Side: device.Entry}) {
		t.Errorf("%+v", s)
	}
	if _, ok := wiring.See(device.Event{Kind: device.DoorClosed, AtStart: true}); ok {
		t.Error("what was found at the start is told")
	}
}
