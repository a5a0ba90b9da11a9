package controller

import (
	"cmp"
	"slices"
	"time"

	"kidoban/controller/door"
	"kidoban/device"
)

// unshown is what no reader shows: the next signal goes out whatever it is.
const unshown device.Signal = 255

// show sends each reader the signal that is now right for it, if that is another than it shows. Duress has none.
func (s *State) show() {
	for _, g := range s.gates {
		for dir := range g.stands {
			if g.Points[dir] == nil {
				continue
			}
			st := &g.stands[dir]
			if sig := s.signal(g, device.Direction(dir)); sig != st.shown {
				st.shown = sig
				s.command(device.Command{Action: device.Show, Door: g.Name, Direction: device.Direction(dir), Signal: sig})
			}
		}
	}
}

func (s *State) signal(g *gate, dir device.Direction) device.Signal {
	st := &g.stands[dir]
	fsm := g.fsm.State()
	switch {
	case fsm == door.Held || fsm == door.Forced:
		return device.Alarm
	case g.warned:
		return device.PreAlarm
	case st.deniedUntil > 0:
		return device.Denied
	case g.fsm.Lock() == "released":
		return device.Granted
	case dir == device.Entry && (!s.backlog.ok || g.faulty()):
		return device.Degraded
	case st.party.active():
		return device.Waiting
	}
	return device.Idle
}

// View is what anybody may see of a door.
func (s *State) View(name string) DoorView {
	g := s.gate(name)
	v := DoorView{Door: name, Position: g.fsm.Position(), Lock: g.fsm.Lock(), Mode: modeNormal, Alarm: s.alarms.Sign(name),
		Tampered: s.alarms.Tampered(name)}
	if g.mode.Mode != "" {
		v.Mode = g.mode.Mode
	}
	for _, o := range s.inside {
		if o.Inside && o.Zone == g.Zone {
			v.Occupants++
		}
	}
	return v
}

// Recording says that what happens becomes durable; while it does not, nobody is let in.
func (s *State) Recording() bool { return s.backlog.ok }

// Waiting is how many alarms nobody has acknowledged, silent ones left out, and whether one of them is of the enclosure's
// tamper switch.
func (s *State) Waiting() (alarms int, tampered bool) {
	return s.alarms.Waiting(), s.alarms.Tampered("")
}

// Views are all doors'.
func (s *State) Views() []DoorView {
	out := make([]DoorView, len(s.gates))
	for i, g := range s.gates {
		out[i] = s.View(g.Name)
	}
	return out
}

// who lists who is inside, by zone, longest first.
func (s *State) who() []Inside {
	var out []Inside
	for _, o := range s.inside {
		if o.Inside {
			out = append(out, Inside{
				Person: o.Person, Name: s.people.Of(o.Person).Name, Zone: o.Zone, Since: o.Since,
				Assumed: o.Assumed, Unverified: o.Unverified,
			})
		}
	}
	slices.SortFunc(out, func(a, b Inside) int {
		return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.Person, b.Person), cmp.Compare(a.Zone, b.Zone))
	})
	return out
}

func (s *State) status() Status {
	st := Status{
		Doors: s.Views(), Recording: s.backlog.ok, Unrecorded: len(s.backlog.records), Clock: "unsynchronised",
		Inside: len(s.who()), Alarms: s.alarms.Waiting(), Incidents: len(s.crisis.incidents), Persons: s.people.Len(), Roster: s.durableVersion(),
		Cards: s.roster.Len(),
	}
	if s.clock.synced {
		st.Clock = "synchronised"
	}
	return st
}

// durableVersion is the version of the roster that is certainly on disk: what an import is made from is read there.
func (s *State) durableVersion() uint64 {
	if s.change.ticket != 0 {
		return s.change.version
	}
	return s.version
}

func jst(t time.Time) time.Time { return t.In(time.FixedZone("JST", 9*60*60)) }

// ReadersOffline counts the readers that do not answer.
func (s *State) ReadersOffline() (n int) {
	for _, g := range s.gates {
		for i := range g.stands {
			if g.stands[i].offline {
				n++
			}
		}
	}
	return n
}

// Bundle is the office's roster that is in force: its version, 0 if there is none, and when it was made.
func (s *State) Bundle() (version int64, made time.Time) {
	return s.central.held.Version, s.central.held.Made
}
