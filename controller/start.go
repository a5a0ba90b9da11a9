package controller

import (
	"maps"
	"slices"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/door"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/device"
)

// Starting is the first input of a run.
type Starting struct {
	Version  string
	Config   string // digest of the configuration in force
	Watchdog bool   // the last run was ended by the watchdog
	Crashed  bool   // the last run did not say that it was stopping
	Open     []ledger.Grant
	Modes    []ledger.Mode
}

func (Starting) input() {}

// start settles what the last run left open. A grant that was neither taken nor not taken is not taken now, and the
// person is unverified: perhaps inside. What was pending is refused.
func (s *State) start(in Starting) {
	d := journal.Data{Detail: in.Version}
	if in.Crashed {
		d.Reason = "after_crash"
	}
	s.note(journal.SystemStarted, journal.Notice, "controller", d)
	if in.Watchdog {
		s.note(journal.SystemRestartedByWatchdog, journal.Alert, "controller", journal.Data{})
	}
	s.note(journal.ConfigApplied, journal.Notice, "controller", journal.Data{Digest: in.Config})
	for _, row := range in.Open {
		s.settle(row)
	}
	s.lapseImports()
	for _, m := range in.Modes {
		if g := s.gate(m.Door); g != nil {
			g.mode, g.guessed = m, true
			s.reckon(g)
		}
	}
	s.alarms.Reckon(s.now, s.dated(), s.believed())
	s.reckonIncidents()
}

func (s *State) settle(row ledger.Grant) {
	at := "door/" + row.Door + "/" + row.Direction.String()
	d := journal.Data{
		Door: row.Door, Direction: row.Direction.String(), Person: string(row.Person), Credential: string(row.Credential),
	}
	if row.Pending {
		d.Reason, d.Detail = access.PINRequired.String(), "restart"
		if row.Waiting == wantText[waitSecond] {
			d.Reason = access.SecondPersonMissing.String()
		}
		if row.Waiting == wantText[waitEscort] {
			d.Reason = access.EscortMissing.String()
		}
		s.note(journal.AccessDenied, journal.Warning, at, d)
	} else {
		d.Reason, d.Grant = "restart", row.ID
		s.note(journal.AccessNotTaken, journal.Notice, at, d)
		s.unverify(row)
	}
	row.Gone = true
	s.out.Change.Grants = append(s.out.Change.Grants, row)
}

func (s *State) unverify(row ledger.Grant) {
	g := s.gate(row.Door)
	if g == nil || row.Person == "" {
		return
	}
	key := access.OccupantKey{Zone: g.Zone, Person: row.Person}
	o, known := s.inside[key]
	if !known {
		o = access.Occupant{Person: row.Person, Zone: g.Zone, Since: row.At}
	}
	if row.Direction == device.Exit && !o.Inside {
		return // was not inside, and has perhaps left
	}
	o.Inside, o.Unverified = true, true
	s.occupy(key, o)
}

// reckon sets the end of a mode that was begun in an earlier run, as the wall clock says. While that is not believed the
// mode lasts as long as it can have to: since the last record that could be believed no time may have passed.
func (s *State) reckon(g *gate) {
	from := s.now.Wall
	if g.guessed = !s.believed(); g.guessed {
		from = s.clock.recorded
	}
	g.modeEnd = s.now.Mono + min(max(g.mode.Until.Sub(from), time.Second), LockdownMost)
}

// rehang puts the wall clock's end of each mode right after the wall clock was: what is under way ends by the monotonic
// clock, and its row must say so to the next run.
func (s *State) rehang() {
	if !s.believed() {
		return
	}
	s.out.Change.Alarms = append(s.out.Change.Alarms, s.alarms.Rehang(s.now)...)
	s.rehangIncidents()
	for _, g := range s.gates {
		switch {
		case g.modeEnd == 0:
		case g.guessed:
			s.reckon(g)
		default:
			g.mode.Until = s.now.Wall.Add(g.modeEnd - s.now.Mono)
			s.out.Change.Modes = append(s.out.Change.Modes, g.mode)
		}
	}
}

// stop secures every door and closes what is open, so that the next start finds nothing to settle.
func (s *State) stop() {
	s.ending = true
	for _, g := range s.gates {
		if g.stands[device.Entry].party.active() {
			s.lapse(g, device.Entry)
		}
		s.step(g, door.Input{Kind: door.Close})
		for _, id := range slices.Sorted(maps.Keys(g.grants)) {
			s.notTaken(g, g.grants[id], "stopping")
		}
	}
	s.note(journal.SystemStopping, journal.Notice, "controller", journal.Data{})
}

// lookAtClock notices that the wall clock was moved against the monotonic one.
func (s *State) lookAtClock() {
	offset := s.now.Wall.Add(-s.now.Mono)
	step := offset.Sub(s.clock.offset)
	s.clock.offset = offset
	if s.clock.known && step.Abs() > 2*time.Second {
		s.note(journal.ClockStepped, journal.Warning, "controller", journal.Data{DurationMS: step.Milliseconds()})
		s.rehang()
	}
	s.clock.known = true
}

func (s *State) synchronised(yes bool) {
	if yes == s.clock.synced {
		return
	}
	s.clock.synced = yes
	if yes {
		s.note(journal.ClockSynchronised, journal.Info, "controller", journal.Data{})
		s.rehang()
		return
	}
	s.note(journal.ClockLost, journal.Warning, "controller", journal.Data{})
}

// believed says whether dates may be judged by the wall clock as it is.
func (s *State) believed() bool { return s.clock.synced || s.site.ClockBelieve }

// dated is the wall time by which dates are judged: the last that could be believed, while the clock cannot.
func (s *State) dated() time.Time {
	if s.believed() {
		return s.now.Wall
	}
	return s.clock.recorded
}

var linkSeverity = map[journal.Type]journal.Severity{
	journal.LinkLost: journal.Warning, journal.LinkRestored: journal.Notice,
	journal.LinkBacklogged: journal.Warning, journal.LinkDrained: journal.Notice, journal.JournalVerificationFailed: journal.Alert,
	journal.CertificateExpiring: journal.Warning,
}

func (s *State) link(in Link) {
	d := journal.Data{Count: in.Count, Detail: in.Detail, Point: in.Point}
	if !in.Until.IsZero() {
		d.Until = jst(in.Until).Format(time.RFC3339)
	}
	s.note(in.Type, linkSeverity[in.Type], "controller", d)
}

func (s *State) condition(in Condition) {
	d := journal.Data{Mode: in.Mode, Detail: in.Detail}
	if in.Well {
		s.note(journal.SystemRecovered, journal.Notice, "controller", d)
		return
	}
	s.note(journal.SystemDegraded, journal.Alert, "controller", d)
}
