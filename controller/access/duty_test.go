package access_test

import (
	"fmt"
	"testing"
	"time"

	"kidoban/controller/access"
)

func TestDutyByDate(t *testing.T) {
	rec := hall()
	rec.Duties = []access.Duty{
		{Person: "engineer", Duty: access.DutyConsent, Zone: "room", Span: access.Span{From: april, Until: april.AddDate(1, 0, 0)}},
		{Person: "westclerk", Duty: access.DutyConsent},
		{Person: "clerk", Duty: access.DutyClerk, Zone: "west"},
		{Person: "clerk", Duty: access.DutyClerk, Zone: "west", Span: access.Span{From: april}},
	}
	r := build(t, rec)
	for _, c := range []struct {
		id   access.PersonID
		duty access.DutyKind
		zone string
		at   time.Time
		want bool
	}{
		{"engineer", access.DutyConsent, "room", april, true},
		{"engineer", access.DutyConsent, "room", april.Add(-tick), false},
		{"engineer", access.DutyConsent, "room", april.AddDate(1, 0, 0).Add(-tick), true},
		{"engineer", access.DutyConsent, "room", april.AddDate(1, 0, 0), false},
		{"engineer", access.DutyConsent, "west", april, false},
		{"engineer", access.DutyConsent, "", april, false},
		{"engineer", access.DutyClerk, "room", april, false},
		{"westclerk", access.DutyConsent, "room", april, true},
		{"westclerk", access.DutyConsent, "west", april.AddDate(-30, 0, 0), true},
		{"clerk", access.DutyClerk, "west", noon, true},
		{"officer", access.DutyConsent, "room", noon, false},
		{"nobody", access.DutyConsent, "room", noon, false},
	} {
		if got := r.HasDuty(c.id, c.duty, c.zone, c.at); got != c.want {
			t.Errorf("%s %s in %q at %v: %v", c.id, c.duty, c.zone, c.at, got)
		}
	}
	if got := fmt.Sprint(r.DutyHolders(access.DutyConsent, "room", noon), r.DutyHolders(access.DutyClerk, "west", noon),
		r.DutyHolders(access.DutyDeputy, "room", noon)); got != "[engineer westclerk] [clerk] []" {
		t.Errorf("holders: %s", got)
	}
}

// The holder of a post is its incumbent of that instant, and one person may hold two.
func TestHolds(t *testing.T) {
	rec := hall()
	rec.Incumbents = []access.Incumbency{
		{Person: "officer", Post: access.SecurityOfficer, Span: access.Span{Until: april}},
		{Person: "ciso", Post: access.SecurityOfficer, Span: access.Span{From: april}},
		{Person: "ciso", Post: access.CISO},
	}
	r := build(t, rec)
	for _, c := range []struct {
		id   access.PersonID
		post access.Post
		at   time.Time
		want bool
	}{
		{"officer", access.SecurityOfficer, april.Add(-tick), true},
		{"officer", access.SecurityOfficer, april, false},
		{"ciso", access.SecurityOfficer, april.Add(-tick), false},
		{"ciso", access.SecurityOfficer, april, true},
		{"ciso", access.CISO, april, true},
		{"west", access.SecurityOfficer, april, false},
		{"", access.SystemManager, april, false},
	} {
		if got := r.Holds(c.id, c.post, c.at); got != c.want {
			t.Errorf("%s %s at %v: %v", c.id, c.post, c.at, got)
		}
	}
}

func TestDutyProblems(t *testing.T) {
	r := build(t, hall())
	give := func(p access.PersonID, d access.DutyKind, s access.Span) *access.Problem {
		return r.PutDuty(access.Duty{Person: p, Duty: d, Zone: "room", Span: s})
	}
	for _, kind := range []access.DutyKind{access.DutyConsent, access.DutyClerk, access.DutyAuditor, access.DutyDeputy} {
		for _, p := range []access.PersonID{"vendor", "guest"} {
			if bad := give(p, kind, access.Span{}); bad == nil || bad.Fault != access.NotStaff || bad.Do == "" {
				t.Errorf("%s %s: %v", p, kind, bad)
			}
		}
		if bad := give("westclerk", kind, access.Span{}); bad != nil {
			t.Errorf("staff %s: %v", kind, bad)
		}
	}
	for _, c := range []struct {
		bad  *access.Problem
		want access.Fault
	}{
		{give("clerk", "emperor", access.Span{}), access.BadValue},
		{give("nobody", access.DutyClerk, access.Span{}), access.UnknownPerson},
		{give("clerk", access.DutyClerk, access.Span{From: noon, Until: april}), access.EmptySpan},
		{r.DeleteDuty(access.Duty{Person: "clerk", Duty: access.DutyClerk}), access.NoSuchRow},
		{r.DeleteDuty(access.Duty{Person: "nobody", Duty: access.DutyClerk}), access.NoSuchRow},
		{r.DeleteDuty(access.Duty{Person: "westclerk", Duty: access.DutyClerk}), access.NoSuchRow}, // that one is in zone room
		{r.PutPerson(access.Person{ID: "westclerk", Kind: access.Contractor}), access.StillReferred},
	} {
		if c.bad == nil || c.bad.Fault != c.want {
			t.Errorf("%v, want fault %d", c.bad, c.want)
		}
	}
	rec := hall()
	rec.Duties = []access.Duty{{Person: "vendor", Duty: access.DutyConsent}, {Person: "clerk", Duty: access.DutyClerk}, {Person: "clerk", Duty: access.DutyClerk}}
	_, all := access.NewRoster(1, rec)
	if len(all) != 2 || all[0].Table != access.DutyTable || all[0].Row != 0 || all[1].Fault != access.DuplicateRow || all[1].Row != 2 {
		t.Errorf("%v", all)
	}
}

// A duty keeps its person in the roster, is ended by putting it again, and comes back in Records.
func TestDutyIsARow(t *testing.T) {
	rec := hall()
	rec.Persons = append(rec.Persons, access.Person{ID: "new", Kind: access.Staff})
	r := build(t, rec)
	d := access.Duty{Person: "new", Duty: access.DutyDeputy, Span: access.Span{From: april}}
	if bad := r.PutDuty(d); bad != nil {
		t.Fatal(bad)
	}
	if bad := r.DeletePerson("new"); bad == nil || bad.Fault != access.StillReferred {
		t.Errorf("removed: %v", bad)
	}
	d.Until = noon
	if bad := r.PutDuty(d); bad != nil {
		t.Fatal(bad)
	}
	if r.HasDuty("new", access.DutyDeputy, "room", noon) || !r.HasDuty("new", access.DutyDeputy, "room", noon.Add(-tick)) {
		t.Error("not ended at noon")
	}
	again := build(t, r.Records())
	if got, want := fmt.Sprint(again.Records()), fmt.Sprint(r.Records()); got != want || len(again.Records().Duties) != 1 {
		t.Errorf("got %s\nwant %s", got, want)
	}
	if bad := r.DeleteDuty(d); bad != nil {
		t.Fatal(bad)
	}
	if bad := r.DeletePerson("new"); bad != nil || len(r.Records().Duties) != 0 {
		t.Errorf("%v, %v", bad, r.Records().Duties)
	}
}
