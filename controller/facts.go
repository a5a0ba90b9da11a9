package controller

import (
	"slices"

	"kidoban/controller/access"
	"kidoban/controller/door"
	"kidoban/controller/journal"
	"kidoban/controller/wiring"
	"kidoban/device"
)

// release hands a grant to its door: an entry's only when its record is durable, an exit's at once.
func (s *State) release(g *gate, gr grant) {
	way := door.In
	if gr.dir == device.Exit {
		way = door.Out
	}
	g.grants[gr.id] = gr
	g.opened = gr.at
	s.step(g, door.Input{Kind: door.Grant, ID: gr.id, Way: way, Extended: gr.extended, For: gr.hold})
}

// step tells a door one thing now and does what follows.
func (s *State) step(g *gate, in door.Input) { s.tell(g, in, "") }

// tell is step with a diagnosis for the record.
func (s *State) tell(g *gate, in door.Input, detail string) {
	in.At = s.now.Mono
	s.buf = g.fsm.Step(in, s.buf[:0])
	for _, f := range slices.Clone(s.buf) {
		s.fact(g, f, detail)
	}
}

// fact writes one fact down, with the instant at which it became true, and sends out what it demands.
func (s *State) fact(g *gate, f door.Fact, detail string) {
	d := journal.Data{Door: g.Name, DurationMS: f.Lasted.Milliseconds(), AtStart: f.AtStart, Point: f.Point, Detail: detail}
	note := func(t journal.Type, sev journal.Severity) {
		s.noteAt(s.now.Add(f.At-s.now.Mono), t, sev, subject(g, device.NoDirection), d, nil)
	}
	switch f.Kind {
	case door.DriveRelease:
		s.command(device.Command{Action: device.Release, Door: g.Name, For: f.For})
	case door.DriveSecure:
		s.command(device.Command{Action: device.Secure, Door: g.Name})
	case door.Taken:
		s.taken(g, g.grants[f.ID])
	case door.NotTaken:
		if gr, ok := g.grants[f.ID]; ok {
			why := "not_opened"
			if s.ending {
				why = "stopping"
			}
			s.notTaken(g, gr, why)
		}
	case door.DoorOpened:
		d.Direction = wayText[f.Way]
		note(journal.DoorOpened, journal.Info)
		if f.Way == door.Out {
			s.leaveTogether(g)
		}
	case door.DoorForced:
		if f.Second {
			d.Reason = "second_opening"
		}
		note(journal.DoorForced, journal.Alert)
	case door.HeldWarning:
		g.warned = true
		note(journal.DoorHeldWarning, journal.Notice)
	case door.DoorHeld:
		g.warned = false
		note(journal.DoorHeld, journal.Alert)
	case door.HeldCleared:
		note(journal.DoorHeldCleared, journal.Notice)
	case door.DoorClosed:
		g.warned = false
		note(journal.DoorClosed, journal.Info)
	case door.LockReleased:
		d.LatencyUS = (s.now.Mono - g.opened.Mono).Microseconds()
		note(journal.LockReleased, journal.Info)
	case door.LockSecured:
		note(journal.LockSecured, journal.Info)
	case door.DoorFault:
		note(journal.DoorFault, journal.Alert)
	case door.DoorRestored:
		delete(g.spoiled, spot{point: f.Point})
		note(journal.DoorRestored, journal.Notice)
	}
}

var wayText = map[door.Way]string{door.In: "entry", door.Out: "exit"}

// taken moves the person: in when the door really opened for an entry, out when it did for an exit.
func (s *State) taken(g *gate, gr grant) {
	assumed := g.fsm.Position() == "unknown" // no contact, or none that is believed
	s.note(journal.AccessTaken, journal.Info, subject(g, gr.dir), journal.Data{
		Door: g.Name, Direction: gr.dir.String(), Person: string(gr.person), Credential: string(gr.card),
		Grant: gr.id, Assumed: assumed, Account: gr.account,
	})
	s.forgetGrant(g, gr)
	if gr.dir == device.Exit {
		s.leaveTogether(g)
	}
	if gr.person == "" {
		return
	}
	key := access.OccupantKey{Zone: g.Zone, Person: gr.person}
	o := s.inside[key]
	entered := o.Inside && o.Boot == s.boot && o.Mono == s.now.Mono // by another grant of this opening: they showed twice
	if gr.dir == device.Entry {
		o = access.Occupant{Person: gr.person, Zone: g.Zone, Since: s.now.Wall, Mono: s.now.Mono, Boot: s.boot, Assumed: assumed}
	}
	o.Person, o.Zone, o.Inside, o.Unverified = gr.person, g.Zone, gr.dir == device.Entry, false
	s.occupy(key, o)
	switch {
	case gr.dir == device.Exit:
		s.exited(g, gr.person)
	case !entered:
		s.entered(g, gr, assumed)
	}
}

// occupy keeps a row. Of those who left only timed anti-passback needs to know more than the disk keeps.
func (s *State) occupy(key access.OccupantKey, o access.Occupant) {
	if o.Inside || s.timed(o.Zone) {
		s.inside[key] = o
	} else {
		delete(s.inside, key)
	}
	s.out.Change.Occupants = append(s.out.Change.Occupants, o)
}

func (s *State) timed(zone string) bool {
	return slices.ContainsFunc(s.gates, func(g *gate) bool {
		p := g.Points[device.Entry]
		return g.Zone == zone && p != nil && p.AntiPass == access.APBTimed
	})
}

// driven is how the panel fared with a strike; only what was really driven is written as released or secured.
func (s *State) driven(in Driven) {
	g := s.gate(in.Command.Door)
	if g == nil || in.Command.Action == device.Show || in.Command.Action == device.Warn {
		return
	}
	s.saw(wiring.SeeDriven(s.now.Wall, in.Command, in.Err))
	kind := door.Driven
	if in.Err != "" {
		kind = door.DriveFailed
	}
	s.tell(g, door.Input{Kind: kind}, in.Err)
}
