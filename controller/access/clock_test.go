package access_test

import (
	"testing"
	"time"

	"kidoban/controller/access"
)

const grace = 7 * 24 * time.Hour

// Without a trusted clock a grant holds at every instant of [LastRecorded, LastRecorded+Grace], both ends included, or
// not at all; what the wall clock shows does not matter.
func TestClockUntrusted(t *testing.T) {
	end := noon.Add(grace)
	for _, tt := range []struct {
		name   string
		change func(*access.Records)
		with   func(*access.Question)
		want   access.Reason
	}{
		{name: "open dates", want: access.Granted},
		{name: "card ends at the window's end", want: access.ClockUntrusted, change: card(func(c *access.Credential) { c.Until = end })},
		{name: "card ends a tick after it", want: access.Granted, change: card(func(c *access.Credential) { c.Until = end.Add(tick) })},
		{name: "card begins at the window's start", want: access.Granted, change: card(func(c *access.Credential) { c.From = noon })},
		{name: "card begins a tick after it", want: access.ClockUntrusted, change: card(func(c *access.Credential) { c.From = noon.Add(tick) })},
		{name: "card ended before", want: access.CredentialExpired, change: card(func(c *access.Credential) { c.Until = noon })},
		{name: "card ends a tick into it", want: access.ClockUntrusted, change: card(func(c *access.Credential) { c.Until = noon.Add(tick) })},
		{name: "card begins at the window's end", want: access.ClockUntrusted, change: card(func(c *access.Credential) { c.From = end })},
		{name: "card begins after it", want: access.NotYetValid, change: card(func(c *access.Credential) { c.From = end.Add(tick) })},
		{name: "transfer inside it", want: access.ClockUntrusted, change: func(rec *access.Records) { rec.Belongings[0].Until = end }},
		{name: "transfer after it", want: access.Granted, change: func(rec *access.Records) { rec.Belongings[0].Until = end.Add(tick) }},
		{name: "no standing throughout", want: access.NotAuthorised, change: func(rec *access.Records) { rec.Belongings[0].Until = noon }},
		{name: "from the section into a post without a gap", want: access.Granted, change: func(rec *access.Records) {
			rec.Belongings[0].Until = noon.Add(time.Hour)
			rec.Incumbents[0].Until = noon.Add(time.Hour)
			rec.Incumbents = append(rec.Incumbents, access.Incumbency{Person: "clerk", Post: access.CISO, Span: access.Span{From: noon.Add(time.Hour)}})
		}},
		{name: "the same with a gap of a tick", want: access.ClockUntrusted, change: func(rec *access.Records) {
			rec.Belongings[0].Until = noon.Add(time.Hour)
			rec.Findings = append(rec.Findings, access.Finding{Person: "clerk", Span: access.Span{From: noon.Add(time.Hour + tick)}})
		}},
		{name: "a gap of a tick between two years", want: access.ClockUntrusted, change: func(rec *access.Records) {
			rec.Belongings[0].Until = noon.Add(time.Hour)
			rec.Belongings = append(rec.Belongings, access.Belonging{Person: "clerk", Section: access.CivicAffairs, Span: access.Span{From: noon.Add(time.Hour + tick)}})
		}},
		{name: "hours that never end", want: access.Granted, with: func(q *access.Question) { q.Point.Schedule = "always" }},
		{name: "office hours", want: access.ClockUntrusted, with: func(q *access.Question) { q.Point.Schedule = "office" }},
		{name: "office hours that last through the grace", want: access.Granted, with: func(q *access.Question) {
			q.Point.Schedule, q.At.Grace = "office", 5*time.Hour+15*time.Minute-tick
		}},
		{name: "office hours that end with it", want: access.ClockUntrusted, with: func(q *access.Question) {
			q.Point.Schedule, q.At.Grace = "office", 5*time.Hour+15*time.Minute
		}},
		{name: "shut throughout", want: access.OutsideSchedule, with: func(q *access.Question) {
			q.Point.Schedule, q.At.LastRecorded, q.At.Grace = "office", clock(20, 0), time.Hour
		}},
		{name: "lockdown comes first", want: access.DoorLockedDown, with: func(q *access.Question) { q.Point.Schedule, q.Lockdown = "office", true }},
		{name: "PIN lock-out over before", want: access.Granted, with: func(q *access.Question) { q.Tries.BlockedUntil = noon }},
		{name: "PIN lock-out runs out inside", want: access.ClockUntrusted, with: func(q *access.Question) { q.Tries.BlockedUntil = noon.Add(tick) }},
		{name: "PIN lock-out lasts through", want: access.PINBlocked, with: func(q *access.Question) { q.Tries.BlockedUntil = end.Add(tick) }},
		{name: "nothing recorded yet", want: access.ClockUntrusted, with: func(q *access.Question) { q.At.LastRecorded = time.Time{} }},
		{name: "no grace", want: access.ClockUntrusted, with: func(q *access.Question) { q.At.Grace = 0 }},
		{name: "negative grace", want: access.ClockUntrusted, with: func(q *access.Question) { q.At.Grace = -1 }},
		{name: "endless grace", want: access.Granted, with: func(q *access.Question) { q.At.Grace = 1<<62 - 1 }},
		{name: "a schedule and endless grace", want: access.ClockUntrusted, with: func(q *access.Question) { q.Point.Schedule, q.At.Grace = "always", 1<<62-1 }},
		{name: "grace that overflows", want: access.ClockUntrusted, with: func(q *access.Question) { q.At.Grace = 1<<63 - 1 }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rec := hall()
			if tt.change != nil {
				tt.change(&rec)
			}
			r := build(t, rec)
			for _, wall := range []time.Time{{}, time.Unix(0, 0), noon, noon.AddDate(50, 0, 0)} {
				expect(t, r, ask(t, r, "clerk", func(q *access.Question) {
					q.At = access.Moment{Wall: wall, LastRecorded: noon, Grace: grace}
					if tt.with != nil {
						tt.with(q)
					}
				}), tt.want)
			}
		})
	}
}

func card(change func(*access.Credential)) func(*access.Records) {
	return func(rec *access.Records) { row(rec, "clerk", change) }
}
