package scenario

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"kidoban/config"
	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/device/sim"
)

// play plays one line.
func (w *World) play(l Line) error {
	words := l.Words
	if w.store == nil {
		if done, err := w.stage(words); done || err != nil {
			return err
		}
		return w.open(words)
	}
	if done, err := w.refused(l); done || err != nil {
		return err
	}
	if done, err := w.expect(words); done || err != nil {
		return err
	}
	if done, err := w.time(words); done || err != nil {
		return err
	}
	if done, err := w.order(words); done || err != nil {
		return err
	}
	if done, err := w.alarmed(words); done || err != nil {
		return err
	}
	if done, err := w.lent(words); done || err != nil {
		return err
	}
	if done, err := w.permitted(words); done || err != nil {
		return err
	}
	if done, err := w.transferred(words); done || err != nil {
		return err
	}
	if done, err := w.visited(words); done || err != nil {
		return err
	}
	return w.happen(words)
}

// open is "config FILE" and "start DATE TIME".
func (w *World) open(words []string) (err error) {
	switch {
	case words[0] == "config" && len(words) == 2:
		w.conf, err = config.Load(w.beside(words[1]))
		return err
	case words[0] == "start" && len(words) == 3:
		at, err := instant(words[1], words[2])
		if err != nil {
			return err
		}
		return w.begin(at)
	}
	return fmt.Errorf("not known before the start; see kidoban help scenario")
}

// beside is a file's place relative to the scenario's.
func (w *World) beside(file string) string {
	if filepath.IsAbs(file) {
		return file
	}
	return filepath.Join(filepath.Dir(w.file), file)
}

func instant(date, clock string) (time.Time, error) {
	at, err := time.ParseInLocation("2006-01-02 15:04:05", date+" "+clock, jst)
	if err != nil {
		return at, fmt.Errorf("a date and a time are written like 2026-04-01 08:55:00")
	}
	return at, nil
}

// time lets time pass, and breaks clocks and disks.
func (w *World) time(words []string) (bool, error) {
	switch {
	case words[0] == "at" && len(words) == 2:
		clock, err := time.Parse("15:04:05", words[1])
		if err != nil {
			return true, fmt.Errorf("at HH:MM:SS")
		}
		n := w.now.Wall.In(jst)
		to := time.Date(n.Year(), n.Month(), n.Day(), clock.Hour(), clock.Minute(), clock.Second(), 0, jst)
		if !to.After(n) {
			to = to.AddDate(0, 0, 1)
		}
		w.pass(to.Sub(n))
	case words[0] == "at" && len(words) == 3:
		to, err := instant(words[1], words[2])
		if err != nil {
			return true, err
		}
		if !to.After(w.now.Wall) {
			return true, fmt.Errorf("that is past: it is %s", w.now.Wall.In(jst).Format("2006-01-02 15:04:05"))
		}
		w.pass(to.Sub(w.now.Wall))
	case words[0] == "wait" && len(words) == 2:
		d, err := time.ParseDuration(words[1])
		if err != nil {
			return true, err
		}
		w.pass(d)
	case words[0] == "clock" && len(words) >= 2:
		return true, w.clock(words[1:])
	case words[0] == "disk" && len(words) >= 2:
		return true, w.disk(words[1:])
	case words[0] == "restart":
		w.told = nil
		return true, w.restart()
	default:
		return false, nil
	}
	return true, nil
}

func (w *World) pass(d time.Duration) {
	w.told = nil
	end := w.now.Mono + d
	// The panel looks at w.now: time passes for it in the same steps.
	for w.now.Mono < end {
		step := end - w.now.Mono
		if due, ok := w.drive.Due(); ok {
			step = min(step, max(due-w.now.Mono, time.Microsecond))
		}
		w.now = w.now.Add(step)
		w.drive.Pass(w.now)
	}
}

func (w *World) clock(words []string) error {
	w.told = nil
	switch {
	case words[0] == "steps" && len(words) == 2:
		d, err := time.ParseDuration(words[1])
		if err != nil {
			return err
		}
		w.now.Wall = w.now.Wall.Add(d)
		w.drive.Turn(w.now, controller.Tick{})
	case words[0] == "lost", words[0] == "synchronised":
		w.adrift = words[0] == "lost"
		w.drive.Turn(w.now, controller.ClockSynchronised{Yes: !w.adrift})
	default:
		return fmt.Errorf("a clock steps, is lost or synchronised")
	}
	return nil
}

func (w *World) disk(words []string) error {
	switch {
	case words[0] == "fails", words[0] == "mends":
		w.broken = words[0] == "fails"
	case words[0] == "stalls" && len(words) == 2:
		d, err := time.ParseDuration(words[1])
		w.drive.Stall = d
		return err
	default:
		return fmt.Errorf("a disk fails, mends or stalls")
	}
	return nil
}

// order is what people ask for at the command line.
func (w *World) order(words []string) (bool, error) {
	words, span, hasFor := take(words, "for")
	var length time.Duration
	if hasFor {
		d, err := time.ParseDuration(span)
		if err != nil {
			return true, err
		}
		length = d
	}
	switch verb, args := words[0], words[1:]; {
	case verb == "lockdown":
		return true, w.ask(controller.SetMode{Door: w.door(args), Mode: "lockdown", For: length})
	case verb == "normal":
		return true, w.ask(controller.SetMode{Door: w.door(args), Mode: "normal"})
	case verb == "release":
		return true, w.ask(controller.ReleaseDoor{Door: w.door(args), For: length})
	case verb == "forgive" && len(args) == 1:
		return true, w.ask(controller.Forgive{Person: access.PersonID(args[0])})
	case declared[verb].state != 0 && len(args) == 1:
		return true, w.declare(access.CredentialID(args[0]), verb)
	case verb == "unblock" && len(args) == 1:
		return true, w.ask(controller.UnblockPIN{Credential: access.CredentialID(args[0])})
	}
	return false, nil
}

var declared = map[string]struct {
	state access.CardState
	t     journal.Type
}{
	"lost": {access.Lost, journal.CredentialLost}, "revoked": {access.Revoked, journal.CredentialRevoked},
	"blocked": {access.Blocked, journal.CredentialBlocked},
}

// declare says that a card is lost, revoked or blocked.
func (w *World) declare(id access.CredentialID, verb string) error {
	out := w.drive.State.Turn(w.now, controller.Request{Ask: controller.AskCredential{ID: id}})
	c, known := out.Answer.Value.(access.Credential)
	if !known {
		return errors.New(out.Answer.Refusal)
	}
	c.State = declared[verb].state
	return w.ask(controller.EditRoster{
		Edits: []ledger.Edit{{Credential: &c}}, Type: declared[verb].t,
		Data: journal.Data{Credential: string(id), Person: string(c.Person)},
	})
}

// happen is what people and things do at the doors.
func (w *World) happen(words []string) error {
	words, exit := drop(words, "exit")
	a := sim.Act{Verb: words[0]}
	if exit {
		a.Side = "exit"
	}
	args := words[1:]
	switch words[0] {
	case "badge":
		if len(args) == 0 {
			return fmt.Errorf("badge CARD [DOOR] [exit]")
		}
		card, known := w.cast.cards[args[0]]
		if !known {
			var err error
			if card, err = number(args[0]); err != nil {
				return fmt.Errorf("no card %s", args[0])
			}
		}
		card.Side = a.Side
		a, args = card, args[1:]
	case "keys", "cut", "mend":
		if len(args) == 0 {
			return fmt.Errorf("%s needs to be told what", words[0])
		}
		a.Keys, a.Point, args = args[0], args[0], args[1:]
	case "button":
		a.Verb = "exit"
	case "mains", "fire":
		return w.whole(words)
	}
	a.Door = w.door(args)
	return w.act(a)
}

func (w *World) whole(words []string) error {
	verb, known := map[string]string{
		"mains fails": "mains-fail", "mains back": "mains-back", "fire alarms": "fire", "fire clears": "fire-clear",
	}[strings.Join(words, " ")]
	if !known {
		return fmt.Errorf("mains fails|back, fire alarms|clears")
	}
	return w.act(sim.Act{Verb: verb})
}

func (w *World) door(args []string) string {
	if len(args) > 0 {
		return args[0]
	}
	return w.conf.Doors[0].Name
}

// set changes a tunable of the first door and its zone, or of the site.
func (w *World) set(key, value string) error {
	d, z := &w.conf.Doors[0], &w.conf.Zones[0]
	if to := map[string]*string{
		"antipassback": &z.Antipass, "pin": &d.PIN, "pin_hours": &d.PINHours, "schedule": &d.Schedule, "relock": &d.Relock,
		"escort_order": &w.conf.Visits.EscortOrder,
	}[key]; to != nil {
		*to = value
		return nil
	}
	switch key + " " + value {
	case "two_person true":
		z.TwoPerson = true
		return nil
	case "contact none":
		d.Contact = nil
		return nil
	case "visitors true":
		z.Visitors = true
		return nil
	case "four_eyes false":
		w.conf.Duties.FourEyes = false
		return nil
	case "deputy true":
		w.conf.Duties.DeputyDecision = true
		return nil
	case "clock checked":
		w.conf.Clock.Unchecked = false
		return nil
	}
	if to := map[string]*int{"limit": &z.Limit, "escort_limit": &w.conf.Visits.EscortLimit}[key]; to != nil {
		_, err := fmt.Sscan(value, to)
		return err
	}
	to := map[string]*config.Duration{
		"release": &d.Release, "open": &d.Open, "pre_alarm": &d.PreAlarm, "relock_delay": &d.RelockDelay,
		"extended_release": &d.ExtendedRelease, "extended_open": &d.ExtendedOpen, "antipassback_for": &z.AntipassFor,
		"pin_lockout": &w.conf.Access.PINLockout, "duplicate_use": &w.conf.Access.DuplicateUse, "clock_grace": &w.conf.Clock.Grace,
		"escort_window": &w.conf.Visits.EscortWindow, "consent_for": &w.conf.Visits.ConsentFor,
		"consent_window": &w.conf.Visits.ConsentWindow, "stay": &w.conf.Visits.Stay,
	}[key]
	if to == nil {
		return fmt.Errorf("no tunable %q of that value", key)
	}
	t, err := time.ParseDuration(value)
	*to = config.Duration(t)
	return err
}
