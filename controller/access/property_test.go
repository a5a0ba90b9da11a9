package access_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kidoban/controller/access"
	"kidoban/device"
)

var people = []access.PersonID{"a", "b", "c", "d"}

func instants() *rapid.Generator[time.Time] {
	return rapid.Custom(func(t *rapid.T) time.Time {
		switch rapid.IntRange(0, 19).Draw(t, "when") {
		case 0, 1, 2, 3, 4:
			return time.Time{}
		case 5:
			return time.Unix(rapid.Int64().Draw(t, "any"), 0)
		}
		return april.Add(time.Duration(rapid.IntRange(-40, 40).Draw(t, "quarter days"))*6*time.Hour + time.Duration(rapid.IntRange(-1, 1).Draw(t, "tick")))
	})
}

func spans() *rapid.Generator[access.Span] {
	return rapid.Custom(func(t *rapid.T) access.Span {
		return access.Span{From: instants().Draw(t, "from"), Until: instants().Draw(t, "until")}
	})
}

// seldom is true once in n.
func seldom(t *rapid.T, n int, label string) bool { return rapid.IntRange(1, n).Draw(t, label) == n }

// often draws usual, or now and then from the others.
func often[T any](t *rapid.T, label string, usual T, others ...T) T {
	if !seldom(t, 6, label+" unusual") {
		return usual
	}
	return rapid.SampledFrom(others).Draw(t, label)
}

// populated is a roster in which a, b and c may enter, changed at random.
func populated(t *rapid.T) *access.Roster {
	rec := access.Records{
		Persons:    []access.Person{{ID: "a", Kind: access.Staff}, {ID: "b", Kind: access.Staff}, {ID: "c", Kind: access.Staff}, {ID: "d", Kind: access.Contractor}},
		Incumbents: []access.Incumbency{{Person: "a", Post: access.SecurityOfficer}},
		Belongings: []access.Belonging{{Person: "b", Section: access.CivicAffairs}},
		Findings:   []access.Finding{{Person: "c"}},
		Schedules:  []access.Schedule{{ID: "s", Week: everyDay(access.Hours{From: 6 * 60, Until: 22 * 60})}},
	}
	for i, who := range people {
		rec.Credentials = append(rec.Credentials, access.Credential{
			ID: access.CredentialID(fmt.Sprint("k", i)), Person: who, Card: nth(i), State: access.Active, PIN: nth(600 + i),
		})
	}
	r, _ := access.NewRoster(1, rec)
	for range rapid.IntRange(0, 15).Draw(t, "edits") {
		r.Apply(edits().Draw(t, "edit"))
	}
	return r
}

func edits() *rapid.Generator[access.Edit] {
	who := rapid.SampledFrom(append(slices.Clone(people), ""))
	return rapid.Custom(func(t *rapid.T) (e access.Edit) {
		switch rapid.IntRange(0, 6).Draw(t, "table") {
		case 0:
			e.Person = &access.Person{ID: who.Draw(t, "id"), Kind: often(t, "kind", access.Staff, 0, access.Contractor, access.Other)}
		case 1:
			post := rapid.SampledFrom([]access.Post{access.CISO, access.SecurityOfficer, access.WestBranchHead})
			e.Incumbency = &access.Incumbency{Person: who.Draw(t, "id"), Post: post.Draw(t, "post"), Span: spans().Draw(t, "span")}
		case 2:
			section := rapid.SampledFrom([]string{access.CivicAffairs, "digital"})
			e.Belonging = &access.Belonging{Person: who.Draw(t, "id"), Section: section.Draw(t, "section"), Span: spans().Draw(t, "span")}
		case 3:
			e.Finding = &access.Finding{Person: who.Draw(t, "id"), Span: spans().Draw(t, "span")}
		case 4:
			e.Credential = &access.Credential{
				ID: access.CredentialID(fmt.Sprint("k", rapid.IntRange(0, 5).Draw(t, "card id"))), Person: who.Draw(t, "id"),
				Card: nth(rapid.IntRange(0, 5).Draw(t, "card")), State: often(t, "state", access.Active, 0, access.Blocked, access.Lost, access.Revoked),
				Schedule: access.ScheduleID(rapid.SampledFrom([]string{"", "s"}).Draw(t, "schedule")), Span: spans().Draw(t, "span"),
			}
		case 5:
			hours := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) access.Hours {
				return access.Hours{From: rapid.Uint16Max(1441).Draw(t, "from"), Until: rapid.Uint16Max(1441).Draw(t, "until")}
			}), 0, 3)
			s := access.Schedule{ID: "s", Holiday: hours.Draw(t, "holiday")}
			for d := range s.Week {
				s.Week[d] = hours.Draw(t, "day")
			}
			e.Schedule = &s
		case 6:
			e.Holiday = &access.Holiday{Year: 2026, Month: time.April, Day: rapid.IntRange(0, 31).Draw(t, "day"), Working: rapid.Bool().Draw(t, "working")}
		}
		e.Delete = rapid.IntRange(0, 4).Draw(t, "delete") == 0
		return e
	})
}

// moments are instants, seldom none.
func moments(t *rapid.T, label string) time.Time {
	if seldom(t, 8, label+" unusual") {
		return instants().Draw(t, label)
	}
	return april.Add(time.Duration(rapid.IntRange(-60, 60).Draw(t, label)) * 4 * time.Hour)
}

func questions() *rapid.Generator[access.Question] {
	return rapid.Custom(func(t *rapid.T) access.Question {
		q := access.Question{
			Point: access.AccessPoint{
				Direction: often(t, "direction", device.Entry, device.Exit, device.NoDirection, 9), Zone: "room",
				Place: often(t, "place", access.ManagementRoom, access.TerminalPlace, 0, 9), Officer: access.SecurityOfficer, Section: access.CivicAffairs,
				Schedule: often[access.ScheduleID](t, "schedule", "", "s", "none"),
				PIN:      access.PINUse(rapid.IntRange(0, 3).Draw(t, "pin")), PINHours: "s",
				TwoPerson: rapid.Bool().Draw(t, "two"), AntiPass: access.APB(rapid.IntRange(0, 4).Draw(t, "apb")),
				AntiPassFor: time.Duration(rapid.Int64().Draw(t, "apb for")), Limit: rapid.IntRange(-1, 3).Draw(t, "limit"),
			},
			At: access.Moment{
				Wall: moments(t, "wall"), Trusted: rapid.Bool().Draw(t, "trusted"), LastRecorded: moments(t, "last"),
				Grace: time.Duration(rapid.Int64Range(-1, int64(4*24*time.Hour)).Draw(t, "grace")), Boot: "b",
			},
			Card:     nth(rapid.IntRange(0, 4).Draw(t, "card")),
			Lockdown: seldom(t, 8, "lockdown"),
			Tries:    access.Tries{Blocked: seldom(t, 8, "blocked")},
		}
		if seldom(t, 4, "locked out") {
			q.Tries.BlockedUntil = instants().Draw(t, "until")
		}
		if rapid.Bool().Draw(t, "someone inside") {
			who := rapid.SampledFrom(people).Draw(t, "inside")
			q.Inside = access.Occupancy{{Zone: "room", Person: who}: {
				Inside: rapid.Bool().Draw(t, "in"), Unverified: rapid.Bool().Draw(t, "unverified"),
				Since: instants().Draw(t, "since"), Boot: rapid.SampledFrom([]string{"", "b", "c"}).Draw(t, "boot"),
			}}
		}
		return q
	})
}

// Default deny: over an empty roster, and over none, every question is refused.
func TestEmptyRosterRefuses(t *testing.T) {
	empty := build(t, access.Records{})
	var zero access.Roster
	rapid.Check(t, func(t *rapid.T) {
		q := questions().Draw(t, "question")
		for _, r := range []*access.Roster{empty, &zero, nil} {
			if d := access.Decide(r, q); d.Reason != access.UnknownCredential {
				t.Fatalf("%v", d.Reason)
			}
		}
	})
}

// Pitfall 23: enrolment can never imply access. People with cards of every kind, and no post, section or finding, stay out.
func TestACardAloneNeverGrants(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rec := populated(t).Records()
		rec.Incumbents, rec.Belongings, rec.Findings = nil, nil, nil
		r, _ := access.NewRoster(1, rec)
		q := questions().Draw(t, "question")
		if d := access.Decide(r, q); d.Reason == access.Granted || d.Reason == access.Undecided {
			t.Fatalf("%+v", d)
		}
	})
}

// Pitfall 26: no master card. Nothing gets past a lockdown, a lost card or a date, whoever holds what.
func TestNothingGetsPast(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := populated(t)
		q := questions().Draw(t, "question")
		d := access.Decide(r, q)
		if d.Reason != access.Granted {
			if d.NeedPIN || d.NeedSecond {
				t.Fatalf("refused with a condition: %+v", d)
			}
			return
		}
		c, ok := r.Card(q.Card)
		switch {
		case !ok, q.Lockdown, q.Tries.Blocked, c.State != access.Active:
			t.Fatalf("granted: %+v", d)
		case q.At.Trusted && !c.Contains(q.At.Wall):
			t.Fatalf("granted outside the dates: %+v", d)
		case !q.At.Trusted && !(c.Contains(q.At.LastRecorded) && c.Contains(q.At.LastRecorded.Add(q.At.Grace))):
			t.Fatalf("granted on a doubtful date: %+v", d)
		case !access.IsStanding(d.Rule), d.Person == "", d.Credential != c.ID:
			t.Fatalf("granted on no rule: %+v", d)
		}
	})
}

// An untrusted clock grants exactly where a trusted one would at each instant: sampled here, computed there.
func TestUntrustedMeansThroughout(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := populated(t)
		q := questions().Draw(t, "question")
		q.At.Trusted, q.At.Wall, q.Point.PIN = false, time.Time{}, access.PINNever
		d := access.Decide(r, q)
		if q.At.LastRecorded.IsZero() || q.At.Grace <= 0 {
			if d.Reason == access.Granted {
				t.Fatal("granted without a window")
			}
			return
		}
		all := true
		sample := func(at time.Time) {
			trusted := q
			trusted.At.Wall, trusted.At.Trusted = at, true
			granted := access.Decide(r, trusted).Reason == access.Granted
			all = all && granted
			if d.Reason == access.Granted && !granted {
				t.Fatalf("granted, though not at %v", at)
			}
		}
		end := q.At.LastRecorded.Add(q.At.Grace)
		for at := q.At.LastRecorded; !at.After(end); at = at.Add(q.At.Grace/97 + 1) {
			sample(at)
		}
		sample(end)
		for _, edge := range edges(r.Records()) {
			for _, at := range []time.Time{edge.Add(-tick), edge, edge.Add(tick)} {
				if !at.Before(q.At.LastRecorded) && !at.After(end) {
					sample(at)
				}
			}
		}
		if all && d.Reason == access.ClockUntrusted && q.Point.Schedule == "" && q.Point.AntiPass != access.APBTimed && noSchedules(r.Records()) {
			t.Fatal("refused, though granted at every instant")
		}
	})
}

func noSchedules(rec access.Records) bool {
	return !slices.ContainsFunc(rec.Credentials, func(c access.Credential) bool { return c.Schedule != "" })
}

// edges lists the dated edges of a roster.
func edges(rec access.Records) (all []time.Time) {
	for _, c := range rec.Credentials {
		all = append(all, c.From, c.Until)
	}
	for _, b := range rec.Belongings {
		all = append(all, b.From, b.Until)
	}
	for _, i := range rec.Incumbents {
		all = append(all, i.From, i.Until)
	}
	for _, f := range rec.Findings {
		all = append(all, f.From, f.Until)
	}
	return all
}

// The model of the roster: a row per key. Each edit that is taken must give what a new roster of the same rows is.
func TestEditsAgreeWithImport(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := populated(t)
		for range rapid.IntRange(1, 20).Draw(t, "edits") {
			e := edits().Draw(t, "edit")
			before := r.Records()
			checked, applied := r.Check(e), r.Apply(e)
			if !reflect.DeepEqual(checked, applied) {
				t.Fatalf("check says %v, apply %v", checked, applied)
			}
			after := r.Records()
			if applied != nil && !reflect.DeepEqual(before, after) {
				t.Fatal("a refused change changed the roster")
			}
			again, bad := access.NewRoster(1, after)
			if len(bad) > 0 || !reflect.DeepEqual(again.Records(), after) {
				t.Fatalf("the roster would not be imported: %v", bad)
			}
			q := questions().Draw(t, "question")
			if a, b := access.Decide(r, q), access.Decide(again, q); a != b {
				t.Fatalf("%+v, but imported %+v", a, b)
			}
		}
	})
}

func TestDecideAllocatesNothing(t *testing.T) {
	r := build(t, hall())
	q := ask(t, r, "clerk", func(q *access.Question) {
		q.Point.Schedule, q.Point.AntiPass, q.Point.Limit = "office", access.APBHard, 5
		q.Inside = access.Occupancy{{Zone: "room", Person: "officer"}: {Inside: true}}
	})
	closed, untrusted := q, q
	closed.At = at(clock(20, 0))
	untrusted.At = access.Moment{LastRecorded: noon, Grace: time.Hour}
	if n := testing.AllocsPerRun(100, func() {
		access.Decide(r, q)
		access.Decide(r, closed)
		access.Decide(r, untrusted)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
