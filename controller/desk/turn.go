package desk

import (
	"cmp"
	"context"
	"slices"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/ledger"
	"kidoban/controller/people"
)

// changesMost bounds the rows that a Turned lists.
const changesMost = 500

// Turn asks for posts and duties, and what begins or ends on a day.
type Turn struct {
	On time.Time `json:"on"` // 00:00 of the day
}

// Turned is who holds what: all posts and duties, whenever, and of everything else what begins or ends on the day.
type Turned struct {
	Incumbents []access.Incumbency               `json:"incumbents"`
	Duties     []access.Duty                     `json:"duties"`
	Changes    []Dated                           `json:"changes"`
	More       int                               `json:"more,omitempty"` // changes that are not listed
	People     map[access.PersonID]ledger.Person `json:"people"`         // who is named
}

// Dated is a row that begins or ends on a day.
type Dated struct {
	What   string          `json:"what"` // "post", "member", "finding", "duty", "card"
	Ends   bool            `json:"ends,omitempty"`
	Person access.PersonID `json:"person"`
	Name   string          `json:"name,omitempty"` // of the post, section, duty or card
	Zone   string          `json:"zone,omitempty"` // of a duty
	access.Span
}

func (k *Desk) turn(_ context.Context, f *form, q *Turn, x *people.Index) (out Turned, _ *refused) {
	if q.On.IsZero() {
		f.refuse("name the day")
	}
	rec := &x.Roster.Records
	out = Turned{
		Incumbents: slices.Clone(rec.Incumbents), Duties: slices.Clone(rec.Duties), Changes: []Dated{},
		People: map[access.PersonID]ledger.Person{},
	}
	slices.SortFunc(out.Incumbents, func(a, b access.Incumbency) int { return cmp.Or(cmp.Compare(a.Post, b.Post), a.From.Compare(b.From)) })
	out.Changes = edges(rec, q.On)
	if n := len(out.Changes); n > changesMost {
		out.Changes, out.More = out.Changes[:changesMost], n-changesMost
	}
	for _, r := range out.Incumbents {
		out.People[r.Person] = x.Of(r.Person)
	}
	for _, r := range out.Duties {
		out.People[r.Person] = x.Of(r.Person)
	}
	for _, r := range out.Changes {
		out.People[r.Person] = x.Of(r.Person)
	}
	return out, nil
}

// edges are the rows that begin or end at an instant, ends first.
func edges(rec *access.Records, at time.Time) []Dated {
	out := []Dated{}
	take := func(d Dated) {
		if begins := d.From.Equal(at); begins || d.Until.Equal(at) {
			d.Ends = !begins
			out = append(out, d)
		}
	}
	for _, r := range rec.Incumbents {
		take(Dated{What: "post", Person: r.Person, Name: string(r.Post), Span: r.Span})
	}
	for _, r := range rec.Duties {
		take(Dated{What: pointDuty, Person: r.Person, Name: string(r.Duty), Zone: r.Zone, Span: r.Span})
	}
	for _, r := range rec.Findings {
		take(Dated{What: pointFinding, Person: r.Person, Span: r.Span})
	}
	for _, r := range rec.Belongings {
		take(Dated{What: "member", Person: r.Person, Name: r.Section, Span: r.Span})
	}
	for _, r := range rec.Credentials {
		take(Dated{What: "card", Person: r.Person, Name: string(r.ID), Span: r.Span})
	}
	slices.SortStableFunc(out, func(a, b Dated) int { return endsFirst(a) - endsFirst(b) })
	return out
}

// endsFirst is where an edge stands among others.
func endsFirst(d Dated) int {
	if d.Ends {
		return 0
	}
	return 1
}

// Timetables are the hours and days off of the roster.
type Timetables struct {
	Schedules []access.Schedule         `json:"schedules"`
	Holidays  []access.Holiday          `json:"holidays"`
	Cards     map[access.ScheduleID]int `json:"cards"` // how many cards go by one
	Doors     []DoorHours               `json:"doors"`
}

// DoorHours is the timetable that the configuration gives a door.
type DoorHours struct {
	Door     string            `json:"door"`
	Schedule access.ScheduleID `json:"schedule,omitempty"`
}

func (k *Desk) hours(_ context.Context, _ *form, _ *struct{}, x *people.Index) (Timetables, *refused) {
	rec := &x.Roster.Records
	out := Timetables{Schedules: rec.Schedules, Holidays: rec.Holidays, Cards: map[access.ScheduleID]int{}, Doors: []DoorHours{}}
	for _, c := range rec.Credentials {
		if c.Schedule != "" {
			out.Cards[c.Schedule]++
		}
	}
	for _, d := range k.Config.Doors {
		out.Doors = append(out.Doors, DoorHours{d.Name, access.ScheduleID(d.Schedule)})
	}
	return out, nil
}
