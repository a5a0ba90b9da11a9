package access_test

import (
	"testing"
	"time"

	"kidoban/controller/access"
	"kidoban/device"
)

// april is the fiscal year's edge: 2026-04-01T00:00:00+09:00, which is still 31 March in UTC.
var april = time.Date(2026, time.April, 1, 0, 0, 0, 0, access.JST)

// noon is a working Thursday: 2026-04-02 12:00.
var noon = time.Date(2026, time.April, 2, 12, 0, 0, 0, access.JST)

const tick = time.Nanosecond

func weekdays(h ...access.Hours) (week [7][]access.Hours) {
	for d := time.Monday; d <= time.Friday; d++ {
		week[d] = h
	}
	return week
}

func office(id access.ScheduleID) access.Schedule {
	return access.Schedule{ID: id, Week: weekdays(access.Hours{From: 8*60 + 30, Until: 17*60 + 15})}
}

// hall is a small city hall.
func hall() access.Records {
	rec := access.Records{
		Persons: []access.Person{
			{ID: "ciso", Kind: access.Staff}, {ID: "officer", Kind: access.Staff}, {ID: "west", Kind: access.Staff},
			{ID: "system", Kind: access.Staff}, {ID: "clerk", Kind: access.Staff}, {ID: "clerk2", Kind: access.Staff},
			{ID: "engineer", Kind: access.Staff}, {ID: "maintainer", Kind: access.Staff},
			{ID: "westclerk", Kind: access.Staff}, {ID: "vendor", Kind: access.Contractor},
			{ID: "dispatched", Kind: access.Contractor}, {ID: "guest", Kind: access.Other},
		},
		Incumbents: []access.Incumbency{
			{Person: "ciso", Post: access.CISO}, {Person: "officer", Post: access.SecurityOfficer},
			{Person: "west", Post: access.WestBranchHead}, {Person: "system", Post: access.SystemManager},
		},
		Belongings: []access.Belonging{
			{Person: "clerk", Section: access.CivicAffairs}, {Person: "clerk2", Section: access.CivicAffairs},
			{Person: "engineer", Section: "digital"}, {Person: "maintainer", Section: "digital"},
			{Person: "system", Section: "digital"}, {Person: "dispatched", Section: access.CivicAffairs},
			{Person: "west", Section: "west-branch"}, {Person: "westclerk", Section: "west-branch"},
		},
		Findings: []access.Finding{{Person: "maintainer"}},
		Schedules: []access.Schedule{
			office("office"),
			{ID: "night", Week: [7][]access.Hours{time.Friday: {{From: 22 * 60, Until: 6 * 60}}}},
			{ID: "always", Week: everyDay(access.Hours{Until: 1440}), Holiday: []access.Hours{{Until: 1440}}},
		},
	}
	for i, p := range rec.Persons {
		rec.Credentials = append(rec.Credentials, access.Credential{
			ID: access.CredentialID("card-" + p.ID), Person: p.ID, Format: "H10301", Card: nth(i), State: access.Active,
		})
	}
	return rec
}

func everyDay(h ...access.Hours) (week [7][]access.Hours) {
	for d := range week {
		week[d] = h
	}
	return week
}

func build(t testing.TB, rec access.Records) *access.Roster {
	t.Helper()
	r, bad := access.NewRoster(1, rec)
	for _, p := range bad {
		t.Errorf("unexpected problem: %v", p)
	}
	return r
}

// room is the management room's entry.
func room() access.AccessPoint {
	return access.AccessPoint{
		Door: "room", Direction: device.Entry, Zone: "room", Place: access.ManagementRoom,
		Officer: access.SecurityOfficer, Section: access.CivicAffairs,
	}
}

// terminal is the terminal place of a section.
func terminal(officer access.Post, section string) access.AccessPoint {
	return access.AccessPoint{Door: "terminal", Direction: device.Entry, Zone: section, Place: access.TerminalPlace, Officer: officer, Section: section}
}

func at(t time.Time) access.Moment { return access.Moment{Wall: t, Trusted: true, Boot: "b1"} }

// ask is a person's own card at the room at noon, changed by with.
func ask(t testing.TB, r *access.Roster, p access.PersonID, with func(*access.Question)) access.Question {
	t.Helper()
	q := access.Question{Point: room(), At: at(noon)}
	if c, ok := r.Credential(access.CredentialID("card-" + p)); ok {
		q.Card = c.Card
	} else {
		t.Fatalf("%s has no card", p)
	}
	if with != nil {
		with(&q)
	}
	return q
}

// row changes one credential of rec.
func row(rec *access.Records, p access.PersonID, change func(*access.Credential)) {
	for i := range rec.Credentials {
		if rec.Credentials[i].Person == p {
			change(&rec.Credentials[i])
		}
	}
}

func expect(t *testing.T, r *access.Roster, q access.Question, want access.Reason) access.Decision {
	t.Helper()
	d := access.Decide(r, q)
	if d.Reason != want {
		t.Errorf("at %v: %v, want %v", q.At.Wall, d.Reason, want)
	}
	return d
}
