package access_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"kidoban/controller/access"
)

// aPermit is one of the vendor for 1 April 2026, 09:00 to 17:00, decided at 08:00.
func aPermit() access.Permit {
	d := func(h int) time.Time { return time.Date(2026, 4, 1, h, 0, 0, 0, access.JST) }
	return access.Permit{
		ID: "2026-0001", Zone: "room", State: access.Permitted, Decided: d(8), Purpose: true,
		Span: access.Span{From: d(9), Until: d(17)}, Holders: []access.Holder{{Person: "vendor"}},
	}
}

// TestPermitJudge: every reason, on both sides of each edge.
func TestPermitJudge(t *testing.T) {
	at := func(clock string) time.Time {
		c, err := time.ParseInLocation("2006-01-02 15:04:05", "2026-04-01 "+clock, access.JST)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	for _, c := range []struct {
		name   string
		change func(*access.Permit)
		at     string
		want   access.Reason
	}{
		{"in force", nil, "12:00:00", access.Granted},
		{"its first instant", nil, "09:00:00", access.Granted},
		{"a second before", nil, "08:59:59", access.PermitNotYetValid},
		{"its last second", nil, "16:59:59", access.Granted},
		{"its end is not of it", nil, "17:00:00", access.PermitExpired},
		{"before the decision", func(p *access.Permit) { p.Decided = at("10:00:00") }, "09:59:59", access.PermitNotGranted},
		{"at the decision", func(p *access.Permit) { p.Decided = at("10:00:00") }, "10:00:00", access.Granted},
		{"asked for", func(p *access.Permit) { p.State = access.Requested }, "12:00:00", access.PermitNotGranted},
		{"refused", func(p *access.Permit) { p.State = access.NotPermitted }, "12:00:00", access.PermitNotGranted},
		{"no state at all", func(p *access.Permit) { p.State = 0 }, "12:00:00", access.PermitNotGranted},
		{"spoken", func(p *access.Permit) { p.State = access.PermittedOrally }, "12:00:00", access.Granted},
		{"withdrawn", func(p *access.Permit) { p.State = access.Withdrawn }, "12:00:00", access.PermitRevoked},
		{"no decision on record", func(p *access.Permit) { p.Decided = time.Time{} }, "12:00:00", access.PermitNotGranted},
		{"without a purpose", func(p *access.Permit) { p.Purpose = false }, "12:00:00", access.PurposeMissing},
		{"another room", func(p *access.Permit) { p.Zone = "west" }, "12:00:00", access.PermitOtherZone},
		{"another person", func(p *access.Permit) { p.Holders[0].Person = "other" }, "12:00:00", access.PermitUnconfirmedPerson},
		{"used once of once", func(p *access.Permit) { p.Entries, p.Holders[0].Used = 1, 1 }, "12:00:00", access.PermitUsedUp},
		{"used once of twice", func(p *access.Permit) { p.Entries, p.Holders[0].Used = 2, 1 }, "12:00:00", access.Granted},
		{"on its weekday, a Wednesday", func(p *access.Permit) { p.Days[time.Wednesday] = true }, "12:00:00", access.Granted},
		{"on another weekday", func(p *access.Permit) { p.Days[time.Thursday] = true }, "12:00:00", access.PermitNotYetValid},
		{"before the hours of the day", func(p *access.Permit) { p.Daily = access.Hours{From: 600, Until: 660} }, "09:59:59", access.PermitNotYetValid},
		{"at the hours' beginning", func(p *access.Permit) { p.Daily = access.Hours{From: 600, Until: 660} }, "10:00:00", access.Granted},
		{"at the hours' end", func(p *access.Permit) { p.Daily = access.Hours{From: 600, Until: 660} }, "11:00:00", access.PermitNotYetValid},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := aPermit()
			if c.change != nil {
				c.change(&p)
			}
			if got := p.Judge("vendor", "room", at(c.at)); got != c.want {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}

// visiting is the vendor's card at the room, which takes visitors, with these permits.
func visiting(t testing.TB, now time.Time, rows ...access.Permit) (*access.Roster, access.Question) {
	t.Helper()
	r := build(t, hall())
	return r, ask(t, r, "vendor", func(q *access.Question) {
		q.At, q.Point.Visitors, q.Permits = at(now), true, access.NewPermits(rows)
	})
}

// Of several permits the one that lets in is used; else the nearest to it speaks.
func TestPermitsNearest(t *testing.T) {
	now := time.Date(2026, 4, 1, 12, 0, 0, 0, access.JST)
	good, revoked, other := aPermit(), aPermit(), aPermit()
	revoked.ID, revoked.State = "2026-0002", access.Withdrawn
	other.ID, other.Zone = "2026-0003", "west"
	for _, c := range []struct {
		rows []access.Permit
		want access.Reason
	}{
		{nil, access.NoPermit}, {[]access.Permit{other}, access.PermitOtherZone},
		{[]access.Permit{other, revoked}, access.PermitRevoked}, {[]access.Permit{other, revoked, good}, access.Granted},
	} {
		for range 2 {
			r, q := visiting(t, now, c.rows...)
			if d := access.Decide(r, q); d.Reason != c.want || d.NeedEscort != (c.want == access.Granted) {
				t.Errorf("%d permits: %v escort %v, want %v", len(c.rows), d.Reason, d.NeedEscort, c.want)
			}
			slices.Reverse(c.rows)
		}
	}
}

// A visitor's clock that cannot be trusted lets nobody in, however good the permit.
func TestPermitNeedsAClock(t *testing.T) {
	r, q := visiting(t, time.Date(2026, 4, 1, 12, 0, 0, 0, access.JST), aPermit())
	q.At.Trusted, q.At.LastRecorded, q.At.Grace = false, q.At.Wall, time.Hour
	if d := access.Decide(r, q); d.Reason != access.ClockUntrusted {
		t.Error(d.Reason)
	}
}

// The escort is of Article 20(1), lets themself in, and is neither the visitor nor another permit holder.
func TestDecideEscort(t *testing.T) {
	visitor := access.Decision{Reason: access.Granted, Rule: access.RulePermit, Permit: "2026-0001", NeedEscort: true, Person: "vendor"}
	second := visitor
	second.Person = "other"
	clerk := access.Decision{Reason: access.Granted, Rule: access.RuleSection, Person: "clerk"}
	lost := clerk
	lost.Reason = access.CredentialLost
	self := clerk
	self.Person = "vendor"
	for _, c := range []struct {
		escort access.Decision
		want   access.Reason
	}{
		{access.Decision{}, access.EscortMissing}, {clerk, access.Granted}, {second, access.EscortNotEntitled},
		{lost, access.CredentialLost}, {self, access.EscortNotEntitled}, {visitor, access.EscortNotEntitled},
	} {
		if got := access.DecideEscort(visitor, c.escort); got != c.want {
			t.Errorf("%+v: %v, want %v", c.escort, got, c.want)
		}
	}
}

// BenchmarkDecidePermits is the decision on a visitor among 10,000 permits.
func BenchmarkDecidePermits(b *testing.B) {
	rows := []access.Permit{aPermit()}
	for i := range 9_999 {
		p := aPermit()
		p.ID = access.PermitID(fmt.Sprintf("2025-%04d", i))
		p.Holders = []access.Holder{{Person: access.PersonID(fmt.Sprintf("v%d", i))}}
		if i < 20 { // and these are the vendor's own of other days
			p.Holders, p.Until = []access.Holder{{Person: "vendor"}}, p.From.Add(time.Hour)
		}
		rows = append(rows, p)
	}
	r, q := visiting(b, time.Date(2026, 4, 1, 12, 0, 0, 0, access.JST), rows...)
	b.ReportAllocs()
	for b.Loop() {
		if d := access.Decide(r, q); d.Reason != access.Granted {
			b.Fatal(d.Reason)
		}
	}
}
