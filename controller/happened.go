package controller

import (
	"kidoban/controller/access"
	"kidoban/controller/door"
	"kidoban/controller/journal"
	"kidoban/device"
)

// happened is one event of the panel.
func (s *State) happened(ev device.Event) {
	s.witness(ev)
	if ev.AtStart && s.quiet(ev) {
		return // found as it should be: nothing has happened
	}
	g := s.gate(ev.Door)
	if g == nil {
		s.atController(ev)
		return
	}
	switch ev.Kind {
	case device.CardRead:
		if ev.Direction == device.Exit {
			s.leave(g, ev)
		} else {
			s.enter(g, ev)
		}
	case device.KeyPressed:
		s.key(g, ev)
	case device.Misread:
		s.misread(g, ev)
	case device.DoorOpened:
		s.step(g, door.Input{Kind: door.ContactOpen, AtStart: ev.AtStart})
	case device.DoorClosed:
		s.step(g, door.Input{Kind: door.ContactClose, AtStart: ev.AtStart})
	case device.ExitPressed:
		s.exitPressed(g, ev)
	case device.Tampered, device.TamperCleared, device.PointFaulted, device.PointRestored,
		device.ReaderOnline, device.ReaderOffline:
		s.point(g, ev)
	}
}

// quiet says that what was found at start is nothing to tell. A closed door is the door's to judge.
func (s *State) quiet(ev device.Event) bool {
	switch ev.Kind {
	case device.TamperCleared, device.FireCleared, device.MainsRestored:
		return true
	case device.ReaderOnline:
		g := s.gate(ev.Door)
		return g == nil || !g.stands[ev.Direction].offline
	}
	return false
}

// exitPressed releases the door for whoever is inside, once a press.
func (s *State) exitPressed(g *gate, ev device.Event) {
	g.opened = ev.At
	s.step(g, door.Input{Kind: door.Grant, Way: door.Out})
	s.note(journal.DoorExitRequested, journal.Info, subject(g, device.Exit), journal.Data{Door: g.Name, Direction: "exit"})
}

// misread says so and lets nobody in. One that takes back the card read just before it stops what that had begun; a
// strike that has already moved makes it an alert.
func (s *State) misread(g *gate, ev device.Event) {
	st := &g.stands[ev.Direction]
	sev := journal.Notice
	if ev.Voids && st.lastTicket > 0 && !s.void(g, ev.Direction, st.lastTicket) {
		sev = journal.Alert
	}
	s.note(journal.ReaderMisread, sev, subject(g, ev.Direction), journal.Data{
		Door: g.Name, Direction: ev.Direction.String(), Detail: ev.Diagnosis,
	})
	if ev.Direction == device.Entry {
		s.wait(waiting{gate: g, dir: ev.Direction, denied: true})
	}
}

// void takes back what a card read began, and reports whether the strike has not moved.
func (s *State) void(g *gate, dir device.Direction, t Ticket) bool {
	st := &g.stands[dir]
	st.lastTicket = 0
	if st.party.active() {
		for i := range st.party.members {
			d := st.party.members[i].Decision
			d.Reason = access.Misread
			s.unpend(&st.party.members[i])
			s.deny(g, dir, d, access.Hash{})
		}
		st.party = party{}
		return true
	}
	for i := range s.waiting {
		if w := &s.waiting[i]; w.ticket == t && w.gate == g && w.dir == dir {
			w.voided, w.denied = true, len(w.grants) == 0
			return true
		}
	}
	return g.fsm.Lock() == "locked"
}

// point is a line, a reader or a tamper switch of a door that cannot or can again be believed.
func (s *State) point(g *gate, ev device.Event) {
	d := journal.Data{Door: g.Name, Direction: ev.Direction.String(), Point: ev.Point, Detail: ev.Diagnosis, AtStart: ev.AtStart}
	at, where := subject(g, ev.Direction), spot{ev.Point, ev.Direction}
	switch ev.Kind {
	case device.Tampered:
		t := journal.DoorTampered
		if ev.Direction != device.NoDirection {
			t = journal.ReaderTampered
		}
		s.note(t, journal.Alert, at, d)
	case device.TamperCleared:
		s.note(journal.DoorRestored, journal.Notice, at, d)
	case device.ReaderOffline:
		g.stands[ev.Direction].offline = true
		s.note(journal.ReaderOffline, journal.Alert, at, d)
	case device.ReaderOnline:
		g.stands[ev.Direction].offline = false
		s.note(journal.ReaderOnline, journal.Notice, at, d)
	case device.PointFaulted:
		if !g.spoiled[where] {
			g.spoiled[where] = true
			s.spoil(g, where, door.Fault, d)
		}
	case device.PointRestored:
		if g.spoiled[where] {
			delete(g.spoiled, where)
			s.spoil(g, where, door.Restored, d)
		}
	}
}

// spoil tells the door of a fault, or its end, that it judges by, and records any other.
func (s *State) spoil(g *gate, where spot, kind door.InputKind, d journal.Data) {
	switch {
	case where.point == door.ContactPoint || where.point == door.StrikePoint:
		s.tell(g, door.Input{Kind: kind, Point: where.point}, d.Detail)
	case kind == door.Fault:
		s.note(journal.DoorFault, journal.Alert, subject(g, where.dir), d)
	default:
		s.note(journal.DoorRestored, journal.Notice, subject(g, where.dir), d)
	}
}

// atController is what belongs to no door: mains, fire, the enclosure, the kernel.
func (s *State) atController(ev device.Event) {
	what, known := controllerEvents[ev.Kind]
	if !known || ev.Door != "" {
		return
	}
	d := journal.Data{Point: ev.Point, Detail: ev.Diagnosis, AtStart: ev.AtStart, Mode: what.mode}
	if ev.Kind == device.FireAlarmed {
		s.fire(d)
		return
	}
	s.note(what.t, what.sev, "controller", d)
}

var controllerEvents = map[device.Kind]struct {
	t    journal.Type
	sev  journal.Severity
	mode string
}{
	device.Tampered:       {journal.DoorTampered, journal.Alert, ""},
	device.TamperCleared:  {journal.DoorRestored, journal.Notice, ""},
	device.FireAlarmed:    {journal.FireAlarmed, journal.Emergency, ""},
	device.FireCleared:    {journal.FireCleared, journal.Notice, ""},
	device.MainsLost:      {journal.PowerMainsLost, journal.Alert, ""},
	device.MainsRestored:  {journal.PowerMainsRestored, journal.Notice, ""},
	device.PointFaulted:   {journal.DoorFault, journal.Alert, ""},
	device.PointRestored:  {journal.DoorRestored, journal.Notice, ""},
	device.OutputsPersist: {journal.SystemDegraded, journal.Alert, "outputs_persist"},
}
