package room

import (
	"cmp"
	"fmt"
	"html/template"
	"slices"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/console/draw"
	"kidoban/controller/console/live"
	"kidoban/controller/console/words"
	"kidoban/controller/ledger"
)

// doors are the plan, and each door in words.
type doors struct {
	Plan  template.HTML
	Doors []doorView
}

type doorView struct {
	Name, Title              string
	Position, Lock, Mode     string // said
	PositionIs, LockIs, Sign string // how they look: ok, wait, bad, off
	SignWord                 string
	Until, By                string
	Readers                  []reader
	Faults                   []string
	Faulty, Siren, Down      bool // Down: nobody is let in, by order
	Tampered                 bool
}

type reader struct {
	Side  string
	Works bool
}

func doorsOf(s live.Seen) doors {
	out := doors{Plan: plan(s)}
	for i := range s.Now.Doors {
		out.Doors = append(out.Doors, doorOf(s, &s.Now.Doors[i]))
	}
	return out
}

func doorOf(s live.Seen, d *controller.DoorNow) doorView {
	v := doorView{
		Name: d.Name, Title: s.Door(d.Name).Title, Position: words.Term(s.Lang, words.Positions, d.Position),
		Lock: words.Term(s.Lang, words.Locks, d.Lock), Mode: words.Term(s.Lang, words.Modes, d.Mode),
		PositionIs: map[string]string{"closed": "ok", "open": "wait"}[d.Position], LockIs: map[string]string{"locked": "ok", "released": "wait"}[d.Lock],
		Sign: "ok", SignWord: words.Term(s.Lang, words.Signs, d.Alarm), Until: s.When(d.Until), By: d.By, Faulty: d.Faulty,
		Siren: d.Siren, Down: d.Mode == "lockdown", Tampered: d.Tampered,
	}
	v.PositionIs, v.LockIs = cmp.Or(v.PositionIs, "off"), cmp.Or(v.LockIs, "off")
	if d.Alarm != "none" {
		v.Sign = "bad"
	}
	for dir := range d.Readers {
		if point := sides[dir]; d.Readers[dir] != "" {
			v.Readers = append(v.Readers, reader{words.Term(s.Lang, words.Points, point), answers(d, dir)})
		}
	}
	for _, p := range d.Faults {
		if dir := slices.Index(sides[:], p); dir < 0 || d.Readers[dir] == "" { // a reader was said already
			v.Faults = append(v.Faults, words.Term(s.Lang, words.Points, p))
		}
	}
	return v
}

// sides are the points of a door's readers, by direction.
var sides = [...]string{"", "reader entry", "reader exit"}

// answers says that a reader works, as far as it and its line tell.
func answers(d *controller.DoorNow, dir int) bool {
	return d.Readers[dir] == "online" && !slices.Contains(d.Faults, sides[dir])
}

func plan(s live.Seen) template.HTML {
	p := draw.Plan{Lang: s.Lang}
	for _, z := range s.Site.Zones {
		zone := draw.Zone{Name: z.Name, Title: z.Title}
		for i := range s.Now.Doors {
			if d := &s.Now.Doors[i]; d.Zone == z.Name {
				zone.Doors = append(zone.Doors, drawn(s, d))
			}
		}
		for _, l := range s.Now.Muster.Lines {
			if l.Zone == z.Name {
				zone.People = append(zone.People, draw.Person{ID: string(l.Person), Name: l.Name, Visitor: l.Visitor, Escort: string(l.Escort)})
			}
		}
		if len(zone.Doors) > 0 {
			p.Zones = append(p.Zones, zone)
		}
	}
	if own := s.Site.Plan; own != nil {
		return own.Draw(p)
	}
	return p.Draw()
}

func drawn(s live.Seen, d *controller.DoorNow) draw.Door {
	part := func(there bool, point string) draw.Part {
		switch {
		case slices.Contains(d.Faults, point):
			return draw.Faulty
		case there:
			return draw.Well
		}
		return draw.None
	}
	side := func(state, point string) draw.Part {
		if state == "offline" {
			return draw.Faulty
		}
		return part(state != "", point)
	}
	place := s.Door(d.Name)
	return draw.Door{
		Name: d.Name, Title: place.Title, Position: d.Position, Lock: d.Lock, Mode: d.Mode, Alarm: d.Alarm, Tampered: d.Tampered,
		Entry: side(d.Readers[1], "reader entry"), Exit: side(d.Readers[2], "reader exit"), Button: part(place.Button, "exit button"),
		Lamp: part(place.Lamp, "lamp"),
	}
}

// inside is who is inside.
type inside struct {
	Staff, Visitors int
	Lines           []personView
}

type personView struct {
	Zone, Name, Affiliation, Since, Visit string
	Escort                                string
	Visitor, Alone, Assumed, Unverified   bool
	Consent                               string // said
	ConsentIs                             string
}

func insideOf(s live.Seen) (out inside) {
	consents := map[string]ledger.ConsentState{}
	for _, v := range s.Now.Visits {
		consents[v.ID] = v.Consent.State
	}
	for _, l := range s.Now.Muster.Lines {
		p := personView{
			Zone: s.Zone(l.Zone), Name: cmp.Or(l.Name, string(l.Person)), Affiliation: l.Affiliation, Since: s.When(l.Since), Visit: l.Visit,
			Escort: cmp.Or(l.EscortName, string(l.Escort)), Visitor: l.Visitor, Assumed: l.Assumed, Unverified: l.Unverified,
		}
		if l.Visitor {
			out.Visitors++
			p.Alone = l.Escort == ""
			if c := consents[l.Visit]; c != ledger.ConsentNone {
				p.Consent, p.ConsentIs = words.Term(s.Lang, words.Consents, string(c)), consentLooks[c]
			}
		} else {
			out.Staff++
		}
		out.Lines = append(out.Lines, p)
	}
	return out
}

var consentLooks = map[ledger.ConsentState]string{
	ledger.ConsentRequested: "wait", ledger.Consented: "ok", ledger.ConsentWithheld: "bad", ledger.ConsentMissing: "bad", ledger.ConsentAfter: "off",
}

// events are the last entries that people look for.
type events struct{ Lines []eventLine }

type eventLine struct {
	words.Line
	When string
}

func eventsOf(s live.Seen) (out events) {
	for _, e := range s.Now.Last {
		l := s.Line(e)
		out.Lines = append(out.Lines, eventLine{l, timeOf(s, l)})
	}
	return out
}

func timeOf(s live.Seen, l words.Line) string {
	if words.Day(l.At) == words.Day(s.Now.At) {
		return l.At.In(access.JST).Format("15:04:05")
	}
	return words.Stamp(l.At)
}

// health is how the machine and the way to the central log are.
type health struct {
	Recording, Clock, Disk bool // well
	Link                   string
	LinkIs                 string
	Waiting, Entries       int
	Readers, Answering     int
	Believed               bool
	Free                   string
	Unrecorded             int
	Version                string
}

func healthOf(s live.Seen) health {
	n := s.Now
	h := health{
		Recording: n.Recording, Clock: n.Clock == "synchronised", Link: words.Term(s.Lang, words.Links, n.Link), LinkIs: "ok", Waiting: int(n.Waiting), Believed: n.Believed,
		Entries: int(n.Entries), Unrecorded: n.Unrecorded, Version: n.Version, Disk: n.Disk == 0 || n.Free*100 >= n.Disk*5,
	}
	switch {
	case n.Link == "none":
		h.LinkIs = "off"
	case linkLost(n.Link):
		h.LinkIs = "wait"
	}
	for i := range n.Doors {
		for dir, r := range n.Doors[i].Readers {
			if r != "" {
				h.Readers++
			}
			if answers(&n.Doors[i], dir) {
				h.Answering++
			}
		}
	}
	if n.Disk > 0 {
		h.Free = fmt.Sprintf("%.1f GB (%d%%)", float64(n.Free)/1e9, n.Free*100/n.Disk)
	}
	return h
}

func linkLost(link string) bool { return link == "down" }
