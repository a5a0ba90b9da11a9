package controller

import (
	"time"

	"kidoban/controller/journal"
	"kidoban/device"
)

// siren is what a door's alarm lamp and siren were last told.
type siren struct {
	shown    device.Warning
	until    time.Duration // monotonic: the siren stops; 0 = it does not sound
	silenced time.Duration // monotonic: what came until then sounds no more
	trial    trial
}

// trial is a lamp or a siren that somebody checks: it tells so for a moment, whatever alarm there is.
type trial struct {
	shown device.Warning
	until time.Duration
}

// warn lights the lamp while an alarm waits, and sounds the siren for a bounded time after its cause came last. That needs
// no record: it goes out at once.
func (s *State) warn(g *gate) {
	if !g.Warns {
		return
	}
	lit, last := s.alarms.Warn(g.Name, g.Zone)
	now, until := device.Calm, time.Duration(0)
	if lit {
		now = device.Lit
	}
	if last > g.siren.silenced && s.now.Mono < last+g.SirenFor {
		now, until = device.Sounding, last+g.SirenFor
	}
	if try := g.siren.trial; s.now.Mono < try.until {
		now = max(now, try.shown)
		if try.shown == device.Sounding {
			until = max(until, try.until)
		}
	}
	if now == g.siren.shown && until == g.siren.until {
		return
	}
	g.siren.shown, g.siren.until = now, until
	c := device.Command{Action: device.Warn, Door: g.Name, Warning: now}
	if until > 0 {
		c.For = until - s.now.Mono
	}
	s.out.First = append(s.out.First, c)
}

// silence stops a siren; the alarm waits on, its lamp stays lit.
func (s *State) silence(a Account, ask SilenceSiren) string {
	g := s.gate(ask.Door)
	switch {
	case g == nil:
		return s.noDoor(ask.Door)
	case g.siren.until == 0:
		return "no siren sounds at this door"
	}
	g.siren.silenced, g.siren.trial = s.now.Mono, trial{}
	s.note(journal.AlarmSilenced, journal.Notice, subject(g, device.NoDirection), journal.Data{Door: g.Name, Account: a.Name})
	return ""
}
