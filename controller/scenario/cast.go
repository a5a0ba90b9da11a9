package scenario

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/ledger"
	"kidoban/device"
	"kidoban/device/sim"
	"kidoban/device/wiegand"
)

// cast is who there is before the curtain rises.
type cast struct {
	roster ledger.Roster
	cards  map[string]sim.Act
}

var kinds = map[string]access.Kind{"staff": access.Staff, "contractor": access.Contractor, "other": access.Other}

var states = map[string]access.CardState{"lost": access.Lost, "revoked": access.Revoked, "blocked": access.Blocked}

// stage takes a line that sets the stage; false where the line is none.
func (w *World) stage(words []string) (bool, error) {
	c := &w.cast
	words, span, err := spanOf(words)
	if err != nil {
		return true, err
	}
	r := &c.roster.Records
	switch verb, args := words[0], words[1:]; {
	case verb == "person" && len(args) >= 2:
		k, ok := kinds[args[1]]
		if !ok {
			return true, fmt.Errorf("a person is staff, contractor or other")
		}
		id := access.PersonID(args[0])
		c.roster.People = append(c.roster.People, ledger.Person{Person: access.Person{ID: id, Kind: k}, Name: args[0]})
		if len(args) > 2 {
			r.Belongings = append(r.Belongings, access.Belonging{Person: id, Section: args[2], Span: span})
		}
	case verb == "post" && len(args) == 2:
		r.Incumbents = append(r.Incumbents, access.Incumbency{Person: access.PersonID(args[0]), Post: access.Post(args[1]), Span: span})
	case verb == "member" && len(args) == 2:
		r.Belongings = append(r.Belongings, access.Belonging{Person: access.PersonID(args[0]), Section: args[1], Span: span})
	case verb == "finding" && len(args) == 1:
		r.Findings = append(r.Findings, access.Finding{Person: access.PersonID(args[0]), Span: span})
	case verb == "duty" && len(args) >= 2:
		return true, c.duty(args, span)
	case verb == "card":
		return true, w.card(args, span)
	case verb == "pin":
		return true, w.pin(args)
	case verb == "hours" && len(args) == 3:
		return true, c.hours(args)
	case verb == "set" && len(args) == 2:
		return true, w.set(args[0], args[1])
	default:
		return false, nil
	}
	return true, nil
}

func (c *cast) duty(args []string, span access.Span) error {
	args, zone, _ := take(args, "zone")
	if len(args) != 2 {
		return fmt.Errorf("duty ID consent|clerk|auditor|deputy [zone ZONE]")
	}
	c.roster.Records.Duties = append(c.roster.Records.Duties, access.Duty{
		Person: access.PersonID(args[0]), Duty: access.DutyKind(args[1]), Zone: zone, Span: span,
	})
	return nil
}

func (w *World) card(args []string, span access.Span) error {
	args, owner, ok := take(args, "of")
	args, hours, _ := take(args, "hours")
	args, extended := drop(args, "extended")
	if !ok || len(args) < 2 {
		return fmt.Errorf("card CARD of ID FACILITY/NUMBER")
	}
	act, err := number(args[1])
	if err != nil {
		return err
	}
	row := access.Credential{
		ID: access.CredentialID(args[0]), Person: access.PersonID(owner), Format: "H10301", State: access.Active,
		Schedule: access.ScheduleID(hours), Extended: extended, Span: span,
	}
	if len(args) > 2 {
		if row.State, ok = states[args[2]]; !ok {
			return fmt.Errorf("a card may be lost, revoked or blocked")
		}
	}
	cred, err := credential(act)
	if err != nil {
		return err
	}
	row.Card = w.keys.CardHash(cred)
	if w.cast.cards == nil {
		w.cast.cards = map[string]sim.Act{}
	}
	w.cast.cards[args[0]] = act
	w.cast.roster.Records.Credentials = append(w.cast.roster.Records.Credentials, row)
	return nil
}

func (w *World) pin(args []string) error {
	args, duress, _ := take(args, "duress")
	if len(args) != 2 {
		return fmt.Errorf("pin CARD DIGITS [duress DIGITS]")
	}
	for i := range w.cast.roster.Records.Credentials {
		c := &w.cast.roster.Records.Credentials[i]
		if string(c.ID) != args[0] {
			continue
		}
		c.PIN = w.keys.PINHash(c.ID, []byte(args[1]))
		if duress != "" {
			c.Duress = w.keys.PINHash(c.ID, []byte(duress))
		}
		return nil
	}
	return fmt.Errorf("no card %s", args[0])
}

var weekdays = map[string][]time.Weekday{
	"mon": {1}, "tue": {2}, "wed": {3}, "thu": {4}, "fri": {5}, "sat": {6}, "sun": {0},
	"mon-fri": {1, 2, 3, 4, 5}, "all": {0, 1, 2, 3, 4, 5, 6},
}

func hoursOf(text string) (access.Hours, error) {
	from, until, ok := strings.Cut(text, "-")
	f, err1 := minutes(from)
	u, err2 := minutes(until)
	if !ok || err1 != nil || err2 != nil {
		return access.Hours{}, fmt.Errorf("hours are HH:MM-HH:MM")
	}
	return access.Hours{From: f, Until: u}, nil
}

func (c *cast) hours(args []string) error {
	h, err := hoursOf(args[2])
	if err != nil {
		return err
	}
	var s *access.Schedule
	for i := range c.roster.Records.Schedules {
		if c.roster.Records.Schedules[i].ID == access.ScheduleID(args[0]) {
			s = &c.roster.Records.Schedules[i]
		}
	}
	if s == nil {
		c.roster.Records.Schedules = append(c.roster.Records.Schedules, access.Schedule{ID: access.ScheduleID(args[0])})
		s = &c.roster.Records.Schedules[len(c.roster.Records.Schedules)-1]
	}
	if args[1] == "holiday" {
		s.Holiday = append(s.Holiday, h)
		return nil
	}
	days, ok := weekdays[args[1]]
	if !ok {
		return fmt.Errorf("days are mon … sun, mon-fri, all or holiday")
	}
	for _, d := range days {
		s.Week[d] = append(s.Week[d], h)
	}
	return nil
}

func minutes(s string) (uint16, error) {
	h, m, ok := strings.Cut(s, ":")
	hh, err1 := strconv.Atoi(h)
	mm, err2 := strconv.Atoi(m)
	if !ok || err1 != nil || err2 != nil || hh > 24 || mm > 59 {
		return 0, fmt.Errorf("no time of day")
	}
	return uint16(hh*60 + mm), nil
}

// enrol brings the cast in as an import does: staged, then switched to.
func (w *World) enrol() error {
	gen, err := w.store.Stage(w.ctx, w.cast.roster)
	if err != nil {
		return err
	}
	roster, problems := access.NewRoster(gen, Records(w.cast.roster))
	if len(problems) > 0 {
		return fmt.Errorf("%s", problems[0].String())
	}
	_, version, err := w.store.Roster(w.ctx)
	if err != nil {
		return err
	}
	return w.ask(controller.SwitchRoster{Base: version, Generation: gen, Roster: roster, People: ledger.NewDirectory(w.cast.roster.People)})
}

// number reads FACILITY/NUMBER.
func number(s string) (sim.Act, error) {
	f, n, ok := strings.Cut(s, "/")
	fac, err1 := strconv.ParseUint(f, 10, 32)
	num, err2 := strconv.ParseUint(n, 10, 32)
	if !ok || err1 != nil || err2 != nil {
		return sim.Act{}, fmt.Errorf("a card's number is FACILITY/NUMBER")
	}
	return sim.Act{Verb: "card", Format: "H10301", Facility: fac, Card: num}, nil
}

func credential(a sim.Act) (device.Credential, error) {
	f, err := wiegand.Lookup(a.Format)
	if err != nil {
		return device.Credential{}, err
	}
	bits, err := wiegand.Encode(f, a.Facility, a.Card)
	if err != nil {
		return device.Credential{}, err
	}
	return wiegand.Decode(f, bits)
}

// moment reads 2026-04-01, which is 00:00 in Japan, 2026-04-01T09:00 or 2026-04-01T09:00:30.
func moment(value string) (t time.Time, err error) {
	for _, form := range []string{"2006-01-02", "2006-01-02T15:04", "2006-01-02T15:04:05"} {
		if t, err = time.ParseInLocation(form, value, jst); err == nil {
			return t, nil
		}
	}
	return t, err
}

// spanOf takes "from DATE" and "until DATE" out of words. A date is a day in Japan.
func spanOf(words []string) ([]string, access.Span, error) {
	var s access.Span
	for _, side := range []struct {
		word string
		to   *time.Time
	}{{"from", &s.From}, {"until", &s.Until}} {
		rest, value, ok := take(words, side.word)
		if !ok {
			continue
		}
		t, err := moment(value)
		if err != nil {
			return words, s, fmt.Errorf("%s is no date like 2026-04-01 or 2026-04-01T09:00", value)
		}
		words, *side.to = rest, t
	}
	return words, s, nil
}
