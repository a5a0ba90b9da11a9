package access_test

import (
	"testing"

	"kidoban/controller/access"
)

// Article 20(1) and 11(2) as regulation and office read them: who has standing where, and by which item.
func TestStanding(t *testing.T) {
	civic := terminal(access.SecurityOfficer, access.CivicAffairs)
	west := terminal(access.WestBranchHead, "west-branch")
	for _, tt := range []struct {
		who               access.PersonID
		room, civic, west string
	}{
		{"ciso", "art20.1.1", "", ""},
		{"officer", "art20.1.1", "art11.2", ""},
		{"west", "", "", "art11.2"},
		{"system", "art20.1.1", "", ""},
		{"clerk", "art20.1.2", "art11.2", ""},
		{"engineer", "", "", ""},
		{"maintainer", "art20.1.3", "", ""},
		{"westclerk", "", "", "art11.2"},
		{"vendor", "", "", ""},
		{"dispatched", "", "", ""}, // works in 市民課, but is not its staff
		{"guest", "", "", ""},
	} {
		r := build(t, hall())
		for _, p := range []struct {
			point access.AccessPoint
			want  string
			none  string
		}{{room(), tt.room, "art20.2"}, {civic, tt.civic, "art11.2"}, {west, tt.west, "art11.2"}} {
			d := access.Decide(r, ask(t, r, tt.who, func(q *access.Question) { q.Point = p.point }))
			reason, rule := access.Granted, p.want
			if p.want == "" {
				reason, rule = access.NotAuthorised, p.none
			}
			if d.Reason != reason || d.Rule != rule {
				t.Errorf("%s at %s: %v %s, want %v %s", tt.who, p.point.Zone, d.Reason, d.Rule, reason, rule)
			}
			if got := r.Standing(tt.who, p.point, noon); got != p.want {
				t.Errorf("%s at %s: standing %q, want %q", tt.who, p.point.Zone, got, p.want)
			}
		}
	}
}

// The articles name posts and section of the management room; no setting widens them.
func TestTheRoomIsNotTheConfigs(t *testing.T) {
	r := build(t, hall())
	for _, who := range []access.PersonID{"west", "westclerk", "engineer"} {
		q := ask(t, r, who, func(q *access.Question) {
			q.Point.Officer, q.Point.Section = access.WestBranchHead, "west-branch"
			if who == "engineer" {
				q.Point.Section = "digital"
			}
		})
		expect(t, r, q, access.NotAuthorised)
	}
	expect(t, r, ask(t, r, "clerk", func(q *access.Question) { q.Point.Place = 0 }), access.NotAuthorised)
	blank := ask(t, r, "clerk", func(q *access.Question) { q.Point = terminal("", "") })
	expect(t, r, blank, access.NotAuthorised)
}

func TestTwoPostsOnePerson(t *testing.T) {
	rec := hall()
	rec.Incumbents[0].Until = april // the CISO's post falls vacant, the officer holds it too from then on
	rec.Incumbents = append(rec.Incumbents, access.Incumbency{Person: "officer", Post: access.CISO, Span: access.Span{From: april}})
	rec.Incumbents[1].Until = noon // and gives up the first one later
	rec.Belongings = append(rec.Belongings, access.Belonging{Person: "officer", Section: access.CivicAffairs, Span: access.Span{Until: noon}})
	r := build(t, rec)
	for _, m := range []struct {
		at   access.Moment
		want string
	}{{at(april.Add(-tick)), "art20.1.1"}, {at(april), "art20.1.1"}, {at(noon), "art20.1.1"}} {
		if d := expect(t, r, ask(t, r, "officer", func(q *access.Question) { q.At = m.at }), access.Granted); d.Rule != m.want {
			t.Errorf("rule %s", d.Rule)
		}
	}
	expect(t, r, ask(t, r, "ciso", func(q *access.Question) { q.At = at(april.Add(-tick)) }), access.Granted)
	expect(t, r, ask(t, r, "ciso", func(q *access.Question) { q.At = at(april) }), access.NotAuthorised)
	if who, ok := r.Incumbent(access.CISO, april); !ok || who != "officer" {
		t.Errorf("CISO is %q", who)
	}
	if _, ok := r.Incumbent(access.SecurityOfficer, noon); ok {
		t.Error("the post is vacant from noon")
	}
}

// A person who leaves the post but stays in the section keeps the standing of the section, under its own item.
func TestStandingFallsBack(t *testing.T) {
	rec := hall()
	rec.Incumbents[1].Until = noon
	rec.Belongings = append(rec.Belongings, access.Belonging{Person: "officer", Section: access.CivicAffairs})
	r := build(t, rec)
	for _, m := range []struct {
		at   access.Moment
		want string
	}{{at(noon.Add(-tick)), "art20.1.1"}, {at(noon), "art20.1.2"}} {
		if d := expect(t, r, ask(t, r, "officer", func(q *access.Question) { q.At = m.at }), access.Granted); d.Rule != m.want {
			t.Errorf("rule %s, want %s", d.Rule, m.want)
		}
	}
}
