package access_test

import (
	"testing"
	"time"

	"kidoban/controller/access"
	"kidoban/device"
)

// Every reason that Decide gives, at a nanosecond before, at and after the instant where it begins or ends.
func TestDecideBoundaries(t *testing.T) {
	utcMidnight := time.Date(2026, time.April, 1, 0, 0, 0, 0, time.UTC)
	tests := []struct {
		name   string
		who    access.PersonID
		change func(*access.Records)
		with   func(*access.Question)
		edge   time.Time
		before access.Reason
		from   access.Reason // at the edge and after it
		begins time.Time     // Decision.From, of the refusal
	}{
		{name: "not yet valid", who: "clerk", edge: april, before: access.NotYetValid, from: access.Granted, begins: april,
			change: func(rec *access.Records) {
				row(rec, "clerk", func(c *access.Credential) { c.From = april })
			}},
		{name: "expired at the fiscal year's edge", who: "clerk", edge: april, before: access.Granted, from: access.CredentialExpired,
			change: func(rec *access.Records) {
				row(rec, "clerk", func(c *access.Credential) { c.Until = april })
			}},
		{name: "transferred away on 1 April", who: "clerk", edge: april, before: access.Granted, from: access.NotAuthorised,
			change: func(rec *access.Records) { rec.Belongings[0].Until = april }},
		{name: "transferred in on 1 April", who: "clerk", edge: april, before: access.NotAuthorised, from: access.Granted,
			change: func(rec *access.Records) { rec.Belongings[0].From = april }},
		{name: "09:00 JST, midnight in UTC, ends nothing", who: "clerk", edge: utcMidnight, before: access.NotAuthorised, from: access.NotAuthorised,
			change: func(rec *access.Records) { rec.Belongings[0].Until = april }},
		{name: "a date given in UTC is the same instant", who: "clerk", edge: april, before: access.Granted, from: access.NotAuthorised,
			change: func(rec *access.Records) { rec.Belongings[0].Until = april.UTC() }},
		{name: "post given up in mid-year", who: "officer", edge: noon, before: access.Granted, from: access.NotAuthorised,
			change: func(rec *access.Records) { rec.Incumbents[1].Until = noon }},
		{name: "finding revoked at noon", who: "maintainer", edge: noon, before: access.Granted, from: access.NotAuthorised,
			change: func(rec *access.Records) { rec.Findings[0].Until = noon }},
		{name: "finding made at noon", who: "maintainer", edge: noon, before: access.NotAuthorised, from: access.Granted,
			change: func(rec *access.Records) { rec.Findings[0].From = noon }},
		{name: "office opens", who: "clerk", edge: clock(8, 30), before: access.OutsideSchedule, from: access.Granted, begins: clock(8, 30),
			with: func(q *access.Question) { q.Point.Schedule = "office" }},
		{name: "office closes", who: "clerk", edge: clock(17, 15), before: access.Granted, from: access.OutsideSchedule, begins: clock(24+8, 30),
			with: func(q *access.Question) { q.Point.Schedule = "office" }},
		{name: "the card's own hours", who: "clerk", edge: clock(8, 30), before: access.OutsideSchedule, from: access.Granted, begins: clock(8, 30),
			change: func(rec *access.Records) {
				row(rec, "clerk", func(c *access.Credential) { c.Schedule = "office" })
			}},
		{name: "Friday's night begins", who: "clerk", edge: clock(24+22, 0), before: access.OutsideSchedule, from: access.Granted, begins: clock(24+22, 0),
			with: func(q *access.Question) { q.Point.Schedule = "night" }},
		{name: "Friday's night crosses midnight", who: "clerk", edge: clock(48, 0), before: access.Granted, from: access.Granted,
			with: func(q *access.Question) { q.Point.Schedule = "night" }},
		{name: "Friday's night ends on Saturday", who: "clerk", edge: clock(48+6, 0), before: access.Granted, from: access.OutsideSchedule, begins: clock(7*24+22+24, 0),
			with: func(q *access.Question) { q.Point.Schedule = "night" }},
		{name: "an access point's unknown schedule is never open", who: "clerk", edge: noon, before: access.OutsideSchedule, from: access.OutsideSchedule,
			with: func(q *access.Question) { q.Point.Schedule = "lunch" }},
		{name: "PIN lock-out runs out", who: "clerk", edge: noon, before: access.PINBlocked, from: access.Granted,
			with: func(q *access.Question) { q.Tries.BlockedUntil = noon }},
		{name: "PIN lock-out until lifted", who: "clerk", edge: noon, before: access.PINBlocked, from: access.PINBlocked,
			with: func(q *access.Question) { q.Tries.Blocked = true }},
		{name: "lost", who: "clerk", edge: noon, before: access.CredentialLost, from: access.CredentialLost,
			change: func(rec *access.Records) {
				row(rec, "clerk", func(c *access.Credential) { c.State = access.Lost })
			}},
		{name: "revoked", who: "clerk", edge: noon, before: access.CredentialRevoked, from: access.CredentialRevoked,
			change: func(rec *access.Records) {
				row(rec, "clerk", func(c *access.Credential) { c.State = access.Revoked })
			}},
		{name: "blocked", who: "clerk", edge: noon, before: access.CredentialBlocked, from: access.CredentialBlocked,
			change: func(rec *access.Records) {
				row(rec, "clerk", func(c *access.Credential) { c.State = access.Blocked })
			}},
		{name: "lockdown", who: "officer", edge: noon, before: access.DoorLockedDown, from: access.DoorLockedDown,
			with: func(q *access.Question) { q.Lockdown = true }},
		{name: "unknown", who: "clerk", edge: noon, before: access.UnknownCredential, from: access.UnknownCredential,
			with: func(q *access.Question) { q.Card = nth(9999) }},
		{name: "degenerate", who: "clerk", edge: noon, before: access.UnknownCredential, from: access.UnknownCredential,
			with: func(q *access.Question) { q.Card = access.Hash{} }},
		{name: "no PIN where one is needed", who: "clerk", edge: noon, before: access.PINRequired, from: access.PINRequired,
			with: func(q *access.Question) { q.Point.PIN = access.PINAlways }},
		{name: "trusted, but without a time", who: "clerk", edge: noon, before: access.ClockUntrusted, from: access.ClockUntrusted,
			with: func(q *access.Question) { q.At = access.Moment{Trusted: true} }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rec := hall()
			if tt.change != nil {
				tt.change(&rec)
			}
			r := build(t, rec)
			for _, step := range []struct {
				off  time.Duration
				want access.Reason
			}{{-tick, tt.before}, {0, tt.from}, {tick, tt.from}} {
				q := ask(t, r, tt.who, nil)
				q.At = at(tt.edge.Add(step.off).UTC())
				if tt.with != nil {
					tt.with(&q)
				}
				d := expect(t, r, q, step.want)
				if (d.Reason == access.NotYetValid || d.Reason == access.OutsideSchedule) && !tt.begins.IsZero() && !d.From.Equal(tt.begins) {
					t.Errorf("%v: from %v, want %v", d.Reason, d.From, tt.begins)
				}
				if d.Reason != access.UnknownCredential && d.Person != tt.who {
					t.Errorf("names %q", d.Person)
				}
			}
		})
	}
}

// clock is a time of noon's day, hours past 24 on the days after.
func clock(hour, minute int) time.Time {
	return time.Date(noon.Year(), noon.Month(), noon.Day(), hour, minute, 0, 0, access.JST)
}

func TestLastNanosecondOfTheFiscalYear(t *testing.T) {
	last, err := time.Parse(time.RFC3339Nano, "2026-03-31T23:59:59.999999999+09:00")
	if err != nil {
		t.Fatal(err)
	}
	rec := hall()
	rec.Belongings[0].Until = april
	r := build(t, rec)
	expect(t, r, ask(t, r, "clerk", func(q *access.Question) { q.At = at(last) }), access.Granted)
	expect(t, r, ask(t, r, "clerk", func(q *access.Question) { q.At = at(last.Add(1)) }), access.NotAuthorised)
}

// Where several things are wrong the first of the order in the package comment is the answer.
func TestOrder(t *testing.T) {
	rec := hall()
	rec.Schedules = append(rec.Schedules, access.Schedule{ID: "shut"})
	row(&rec, "engineer", func(c *access.Credential) { c.State, c.Until, c.Schedule = access.Lost, april, "shut" })
	r := build(t, rec)
	q := ask(t, r, "engineer", func(q *access.Question) {
		q.Lockdown = true
		q.Tries.Blocked = true
		q.Point.AntiPass, q.Point.Limit, q.Point.PIN = access.APBHard, 1, access.PINAlways
		q.Inside = access.Occupancy{
			{Zone: "room", Person: "engineer"}: {Inside: true},
			{Zone: "room", Person: "clerk"}:    {Inside: true},
		}
	})
	card, _ := r.Credential("card-engineer")
	fix := func(change func()) {
		change()
		if p := r.PutCredential(card); p != nil {
			t.Fatal(p)
		}
	}
	unknown := q
	unknown.Card = nth(9999)
	expect(t, r, unknown, access.UnknownCredential)
	expect(t, r, q, access.CredentialLost)
	fix(func() { card.State = access.Active })
	expect(t, r, q, access.CredentialExpired)
	fix(func() { card.Until = time.Time{} })
	expect(t, r, q, access.NotAuthorised)
	if p := r.PutFinding(access.Finding{Person: "engineer"}); p != nil {
		t.Fatal(p)
	}
	expect(t, r, q, access.OutsideSchedule)
	fix(func() { card.Schedule = "" })
	expect(t, r, q, access.DoorLockedDown)
	q.Lockdown = false
	q.At = access.Moment{}
	expect(t, r, q, access.ClockUntrusted)
	q.At = at(noon)
	expect(t, r, q, access.AntiPassback)
	q.Inside[access.OccupantKey{Zone: "room", Person: "engineer"}] = access.Occupant{}
	expect(t, r, q, access.RoomFull)
	q.Point.Limit = 2
	expect(t, r, q, access.PINBlocked)
	q.Tries.Blocked = false
	expect(t, r, q, access.PINRequired)
	fix(func() { card.PIN = nth(500) })
	if d := expect(t, r, q, access.Granted); !d.NeedPIN || d.Rule != access.RuleFinding {
		t.Errorf("got %+v", d)
	}
}

func TestNeeds(t *testing.T) {
	rec := hall()
	row(&rec, "clerk", func(c *access.Credential) { c.PIN, c.Extended = nth(500), true })
	r := build(t, rec)
	for _, tt := range []struct {
		name        string
		with        func(*access.Question)
		pin, second bool
	}{
		{"nothing", func(*access.Question) {}, false, false},
		{"PIN always", func(q *access.Question) { q.Point.PIN = access.PINAlways }, true, false},
		{"within the hours", func(q *access.Question) { q.Point.PIN, q.Point.PINHours = access.PINOutsideHours, "office" }, false, false},
		{"a tick after the hours", func(q *access.Question) {
			q.Point.PIN, q.Point.PINHours, q.At = access.PINOutsideHours, "office", at(clock(17, 15))
		}, true, false},
		{"a tick before their end", func(q *access.Question) {
			q.Point.PIN, q.Point.PINHours, q.At = access.PINOutsideHours, "office", at(clock(17, 15).Add(-tick))
		}, false, false},
		{"unknown hours", func(q *access.Question) { q.Point.PIN, q.Point.PINHours = access.PINOutsideHours, "lunch" }, true, false},
		{"unknown use", func(q *access.Question) { q.Point.PIN = 99 }, true, false},
		{"hours not held throughout", func(q *access.Question) {
			q.Point.PIN, q.Point.PINHours = access.PINOutsideHours, "office"
			q.At = access.Moment{LastRecorded: noon, Grace: 6 * time.Hour}
		}, true, false},
		{"second", func(q *access.Question) { q.Point.TwoPerson = true }, false, true},
		{"both", func(q *access.Question) { q.Point.TwoPerson, q.Point.PIN = true, access.PINAlways }, true, true},
		{"none when leaving", func(q *access.Question) {
			q.Point.TwoPerson, q.Point.PIN, q.Point.Direction = true, access.PINAlways, device.Exit
		}, false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := expect(t, r, ask(t, r, "clerk", tt.with), access.Granted)
			if d.NeedPIN != tt.pin || d.NeedSecond != tt.second || !d.Extended {
				t.Errorf("got %+v", d)
			}
		})
	}
}

// Article 20(3)'s room is left at any time: Decide names what an entry would have been refused for and asks no more.
func TestLeaving(t *testing.T) {
	r := build(t, hall())
	exit := func(with func(*access.Question)) func(*access.Question) {
		return func(q *access.Question) {
			q.Point.Direction = device.Exit
			if with != nil {
				with(q)
			}
		}
	}
	inside := access.Occupancy{{Zone: "room", Person: "clerk"}: {Inside: true}, {Zone: "room", Person: "officer"}: {Inside: true}}
	for _, tt := range []struct {
		name string
		who  access.PersonID
		with func(*access.Question)
		want access.Reason
		soft access.Reason
	}{
		{"staff", "clerk", nil, access.Granted, 0},
		{"one without standing", "vendor", nil, access.NotAuthorised, 0},
		{"recorded inside", "clerk", func(q *access.Question) { q.Point.AntiPass, q.Inside = access.APBHard, inside }, access.Granted, 0},
		{"not recorded inside", "clerk2", func(q *access.Question) { q.Point.AntiPass, q.Inside = access.APBHard, inside }, access.AntiPassback, 0},
		{"not recorded inside, soft", "clerk2", func(q *access.Question) { q.Point.AntiPass, q.Inside = access.APBSoft, inside }, access.Granted, access.AntiPassback},
		{"timed has no exit", "clerk2", func(q *access.Question) {
			q.Point.AntiPass, q.Point.AntiPassFor, q.Inside = access.APBTimed, time.Hour, inside
		}, access.Granted, 0},
		{"a full room", "clerk2", func(q *access.Question) { q.Point.Limit, q.Inside = 1, inside }, access.Granted, 0},
		{"lockdown", "clerk", func(q *access.Question) { q.Lockdown = true }, access.DoorLockedDown, 0},
		{"unknown card", "clerk", func(q *access.Question) { q.Card = nth(9999) }, access.UnknownCredential, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if d := expect(t, r, ask(t, r, tt.who, exit(tt.with)), tt.want); d.Soft != tt.soft {
				t.Errorf("soft %v", d.Soft)
			}
		})
	}
}

func TestDecideSecond(t *testing.T) {
	granted := func(p access.PersonID, rule string) access.Decision {
		return access.Decision{Reason: access.Granted, Person: p, Rule: rule}
	}
	a := granted("a", access.RuleSection)
	for _, tt := range []struct {
		name          string
		first, second access.Decision
		want          access.Reason
	}{
		{"two", a, granted("b", access.RulePost), access.Granted},
		{"the same person with another card", a, granted("a", access.RuleSection), access.SecondPersonMissing},
		{"nobody", a, access.Decision{}, access.SecondPersonMissing},
		{"nobody at all", access.Decision{}, access.Decision{}, access.NotAuthorised},
		{"second refused", a, access.Decision{Reason: access.CredentialLost, Person: "b"}, access.CredentialLost},
		{"second by a permit only", a, granted("b", access.RulePermit), access.NotAuthorised},
		{"first by a permit only", granted("c", access.RulePermit), a, access.NotAuthorised},
		{"first refused", access.Decision{Reason: access.RoomFull, Person: "b"}, a, access.RoomFull},
		{"second without a name", a, granted("", access.RulePost), access.NotAuthorised},
	} {
		if got := access.DecideSecond(tt.first, tt.second); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}
