package scenario

import (
	"fmt"
	"slices"
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
	if done, err := w.expect(words); done || err != nil {
		return err
	}
	if done, err := w.time(words); done || err != nil {
		return err
	}
	if done, err := w.order(words); done || err != nil {
		return err
	}
	return w.happen(words)
}

// open is "config FILE" and "start DATE TIME".
func (w *World) open(words []string) (err error) {
	switch {
	case words[0] == "config" && len(words) == 2:
		w.conf, err = config.Load(words[1])
		return err
	case words[0] == "start" && len(words) == 3:
		at, err := time.ParseInLocation("2006-01-02 15:04:05", words[1]+" "+words[2], jst)
		if err != nil {
			return fmt.Errorf("start DATE TIME, like 2026-04-01 08:55:00")
		}
		return w.begin(at)
	}
	return fmt.Errorf("not known before the start; see kidoban help scenario")
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
		w.drive.Turn(w.now, controller.ClockSynchronised{Yes: words[0] == "synchronised"})
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
	case verb == "acknowledge" && len(args) == 1:
		return true, w.acknowledge(args[0])
	case verb == "lost" && len(args) == 1:
		return true, w.lost(access.CredentialID(args[0]))
	}
	return false, nil
}

func (w *World) acknowledge(kind string) error {
	out := w.drive.State.Turn(w.now, controller.Request{Account: controller.Account{Operate: true}, Ask: controller.AskAlarms{}})
	for _, a := range out.Answer.Value.([]ledger.Alarm) {
		if a.Type == kind {
			return w.ask(controller.AckAlarm{ID: a.ID})
		}
	}
	return fmt.Errorf("no alarm %s is open", kind)
}

func (w *World) lost(id access.CredentialID) error {
	for _, c := range w.cast.roster.Records.Credentials {
		if c.ID == id {
			c.State = access.Lost
			return w.ask(controller.EditRoster{
				Edits: []ledger.Edit{{Credential: &c}}, Type: journal.CredentialLost,
				Data: journal.Data{Credential: string(id), Person: string(c.Person)},
			})
		}
	}
	return fmt.Errorf("no card %s", id)
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

// set changes a tunable of the first door and its zone.
func (w *World) set(key, value string) error {
	d, z := &w.conf.Doors[0], &w.conf.Zones[0]
	switch key {
	case "antipassback":
		z.Antipass = value
		return nil
	case "pin":
		d.PIN = value
		return nil
	case "relock":
		d.Relock = value
		return nil
	case "two_person":
		z.TwoPerson = value == "true"
		return nil
	case "limit":
		_, err := fmt.Sscan(value, &z.Limit)
		return err
	case "contact":
		d.Contact = nil
		return nil
	}
	t, err := time.ParseDuration(value)
	if err != nil {
		return err
	}
	to := map[string]*config.Duration{
		"release": &d.Release, "open": &d.Open, "pre_alarm": &d.PreAlarm, "relock_delay": &d.RelockDelay,
		"extended_release": &d.ExtendedRelease, "antipassback_for": &z.AntipassFor, "pin_lockout": &w.conf.Access.PINLockout,
		"duplicate_use": &w.conf.Access.DuplicateUse,
	}[key]
	if to == nil {
		return fmt.Errorf("no tunable %q", key)
	}
	*to = config.Duration(t)
	return nil
}

// expect compares what is on record, driven and shown with what must be.
func (w *World) expect(words []string) (bool, error) {
	switch verb, args := words[0], words[1:]; {
	case verb == "expect" && len(args) > 0:
		for i, e := range w.told {
			if matches(e, args) {
				w.told = w.told[i+1:]
				return true, nil
			}
		}
		return true, fmt.Errorf("not on record; there is: %s", w.telling())
	case verb == "never" && len(args) > 0:
		if slices.ContainsFunc(w.told, func(e journal.Entry) bool { return matches(e, args) }) {
			return true, fmt.Errorf("is on record: %s", w.telling())
		}
	case verb == "strike" && len(args) > 0:
		look, err := w.panel.Look(w.door(args[1:]))
		if err != nil || look.Strike != (args[0] == "released") {
			return true, fmt.Errorf("the strike is %s", map[bool]string{true: "released", false: "secured"}[look.Strike])
		}
	case verb == "shows" && len(args) > 0:
		args, exit := drop(args, "exit")
		look, err := w.panel.Look(w.door(args[1:]))
		got := look.Entry
		if exit {
			got = look.Exit
		}
		if err != nil || got != args[0] {
			return true, fmt.Errorf("it shows %s", got)
		}
	case verb == "inside":
		return true, w.inside(args)
	default:
		return false, nil
	}
	return true, nil
}

func (w *World) inside(want []string) error {
	out := w.drive.State.Turn(w.now, controller.Request{Ask: controller.AskWho{}})
	var got []string
	for _, i := range out.Answer.Value.([]controller.Inside) {
		got = append(got, string(i.Person))
	}
	if len(got) == 0 {
		got = []string{"nobody"}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		return fmt.Errorf("inside: %s", strings.Join(got, " "))
	}
	return nil
}

func (w *World) telling() string {
	var b strings.Builder
	for _, e := range w.told {
		fmt.Fprintf(&b, "\n  %s", Brief(e))
	}
	if b.Len() == 0 {
		return "nothing"
	}
	return b.String()
}

// matches compares an entry with TYPE NAME=VALUE …
func matches(e journal.Entry, want []string) bool {
	if string(e.Type) != want[0] {
		return false
	}
	have := fields(e)
	for _, w := range want[1:] {
		name, value, _ := strings.Cut(w, "=")
		if have[name] != value {
			return false
		}
	}
	return true
}

func fields(e journal.Entry) map[string]string {
	d := e.Data
	out := map[string]string{
		"person": d.Person, "card": d.Credential, "reason": d.Reason, "rule": d.Rule, "direction": d.Direction,
		"waiting": d.WaitingFor, "point": d.Point, "mode": d.Mode, "severity": string(e.Severity), "account": d.Account,
		"duration": (time.Duration(d.DurationMS) * time.Millisecond).String(), "tag": d.Tag, "door": d.Door,
		"at": e.At.Wall.In(jst).Format("15:04:05.000"), "count": fmt.Sprint(d.Count),
	}
	for name, on := range map[string]bool{"start": d.AtStart, "assumed": d.Assumed} {
		if on {
			out[name] = "true"
		}
	}
	return out
}

// Brief is an entry in one line for a person: 09:05:12 access.granted person=aoki …
func Brief(e journal.Entry) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", e.At.Wall.In(jst).Format("15:04:05.000"), e.Type)
	have := fields(e)
	for _, n := range []string{"door", "direction", "person", "card", "reason", "rule", "waiting", "point", "mode", "start"} {
		if have[n] != "" {
			fmt.Fprintf(&b, " %s=%s", n, have[n])
		}
	}
	return b.String()
}
