package sim

import (
	"fmt"
	"strings"

	"kidoban/device"
	"kidoban/device/wiegand"
)

// Act is one thing that somebody does at a door.
type Act struct {
	Verb     string `json:"verb"` // one of Verbs
	Door     string `json:"door,omitempty"`
	Side     string `json:"side,omitempty"`     // "entry" (the default) or "exit": which reader
	Format   string `json:"format,omitempty"`   // card, misread
	Facility uint64 `json:"facility,omitempty"` // card
	Card     uint64 `json:"card,omitempty"`     // card
	Keys     string `json:"keys,omitempty"`     // keys: digits, * and #
	Point    string `json:"point,omitempty"`    // cut, mend: "contact", "strike", "reader entry", …
}

// Verbs are what can be done, with what each needs.
var Verbs = map[string]string{
	"card":       "present a card to a reader: side, format, facility, card",
	"misread":    "a frame that cannot be read: side",
	"void":       "a further pulse right after a card: side",
	"keys":       "press keys: keys, ends with #",
	"open":       "open the door from outside: only while the strike is driven",
	"handle":     "open the door from inside by its mechanical handle",
	"force":      "open the door although it is locked",
	"close":      "close the door",
	"exit":       "press the exit button and let it go",
	"cut":        "cut a wire: point",
	"mend":       "mend it",
	"tamper":     "open a reader's case or, without a door, the controller's",
	"untamper":   "close it again",
	"mains-fail": "mains power fails", "mains-back": "mains power is back",
	"fire": "the fire panel alarms", "fire-clear": "the fire panel is quiet again",
}

// Act does one thing. An error says that it cannot be done so, and nothing has happened.
func (p *Panel) Act(a Act) error {
	events, err := p.act(a)
	for _, ev := range events {
		p.events <- ev
	}
	return err
}

func (p *Panel) act(a Act) ([]device.Event, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	ev := device.Event{At: p.now(), Door: a.Door, Direction: side(a.Side)}
	if kind, point := wholeSite(a); kind != 0 {
		ev.Kind, ev.Point, ev.Direction = kind, point, device.NoDirection
		if p.on[point] == rising(kind) {
			return nil, nil
		}
		p.on[point] = rising(kind)
		return []device.Event{ev}, nil
	}
	d := p.doors[a.Door]
	if d == nil {
		return nil, fmt.Errorf("no simulated door %q", a.Door)
	}
	switch a.Verb {
	case "card", "misread", "void", "keys":
		if d.cut["reader "+ev.Direction.String()] {
			return nil, nil
		}
		if kept, err := d.teach(ev.Direction, a); kept || err != nil {
			return nil, err
		}
		return atReader(ev, a)
	case "open", "handle", "force", "close":
		return d.swing(ev, a.Verb)
	case "exit":
		if d.cut["exit button"] {
			return nil, nil
		}
		up := ev
		ev.Kind, up.Kind, up.Direction, ev.Direction = device.ExitPressed, device.ExitReleased, 0, 0
		return []device.Event{ev, up}, nil
	case "cut", "mend":
		return d.wire(ev, a)
	case "tamper", "untamper":
		ev.Kind, ev.Point = device.Tampered, "tamper"
		if a.Verb == "untamper" {
			ev.Kind = device.TamperCleared
		}
		if a.Side == "" {
			ev.Direction = device.NoDirection
		}
		return []device.Event{ev}, nil
	}
	return nil, fmt.Errorf("cannot %q at a simulated door: try %s", a.Verb, strings.Join(verbs(), ", "))
}

func atReader(ev device.Event, a Act) ([]device.Event, error) {
	switch a.Verb {
	case "misread":
		ev.Kind, ev.Diagnosis = device.Misread, "the frame is short: check the wires and the common ground"
		return []device.Event{ev}, nil
	case "void":
		ev.Kind, ev.Voids, ev.Diagnosis = device.Misread, true, "a further pulse within the frame gap: the read is void"
		return []device.Event{ev}, nil
	case "keys":
		var out []device.Event
		for i := range len(a.Keys) {
			k := a.Keys[i]
			if (k < '0' || k > '9') && k != '*' && k != '#' {
				return nil, fmt.Errorf("key %d of the keys is none of 0-9, * and #", i+1)
			}
			ev.Kind, ev.Key = device.KeyPressed, device.Key(k)
			out = append(out, ev)
		}
		return out, nil
	}
	c, err := read(a)
	if err != nil {
		return nil, err
	}
	ev.Kind, ev.Credential = device.CardRead, c
	return []device.Event{ev}, nil
}

// read sends the number through the wire's own code: encoded to bits, decoded as a reader's frame is.
func read(a Act) (device.Credential, error) {
	bits, err := frame(a)
	if err != nil {
		return device.Credential{}, err
	}
	f, err := format(a)
	if err != nil {
		return device.Credential{}, err
	}
	return wiegand.Decode(f, bits)
}

// swing opens or closes the door.
func (d *door) swing(ev device.Event, verb string) ([]device.Event, error) {
	open := verb != "close"
	if verb == "open" && d.driven <= ev.At.Mono && !d.open {
		return nil, fmt.Errorf("the door is locked: it can be opened from inside (handle) or forced (force)")
	}
	if d.open == open {
		return nil, nil
	}
	d.open = open
	if d.cut["contact"] {
		return nil, nil
	}
	ev.Kind, ev.Direction = device.DoorOpened, device.NoDirection
	if !open {
		ev.Kind = device.DoorClosed
	}
	return []device.Event{ev}, nil
}

func (d *door) wire(ev device.Event, a Act) ([]device.Event, error) {
	if a.Point == "" {
		return nil, fmt.Errorf("name the point whose wire is meant: contact, strike, exit button, reader entry, reader exit")
	}
	ev.Kind, ev.Point, ev.Direction = device.PointFaulted, a.Point, device.NoDirection
	ev.Diagnosis = "the line does not answer: check its wire"
	if d.cut[a.Point] == (a.Verb == "cut") {
		return nil, nil
	}
	d.cut[a.Point] = a.Verb == "cut"
	if a.Verb == "cut" {
		return []device.Event{ev}, nil
	}
	ev.Kind, ev.Diagnosis = device.PointRestored, ""
	out := []device.Event{ev}
	if a.Point == "contact" {
		level := device.Event{At: ev.At, Door: ev.Door, Kind: device.DoorClosed, AtStart: true}
		if d.open {
			level.Kind = device.DoorOpened
		}
		out = append(out, level)
	}
	return out, nil
}

func wholeSite(a Act) (device.Kind, string) {
	switch {
	case a.Verb == "mains-fail":
		return device.MainsLost, "mains"
	case a.Verb == "mains-back":
		return device.MainsRestored, "mains"
	case a.Verb == "fire":
		return device.FireAlarmed, "fire"
	case a.Verb == "fire-clear":
		return device.FireCleared, "fire"
	case a.Verb == "tamper" && a.Door == "":
		return device.Tampered, "tamper"
	case a.Verb == "untamper" && a.Door == "":
		return device.TamperCleared, "tamper"
	}
	return 0, ""
}

func rising(k device.Kind) bool {
	return k == device.MainsLost || k == device.FireAlarmed || k == device.Tampered
}

func side(s string) device.Direction {
	if s == "exit" {
		return device.Exit
	}
	return device.Entry
}

func verbs() []string {
	var out []string
	for v := range Verbs {
		out = append(out, v)
	}
	return out
}
