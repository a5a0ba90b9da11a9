package access_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"kidoban/controller/access"
)

// Each fault of a row: refused by the import with its line, and by a single change that leaves the roster as it was.
func TestProblems(t *testing.T) {
	span := func(from, until time.Time) access.Span { return access.Span{From: from, Until: until} }
	card := func(change func(*access.Credential)) access.Edit {
		c := access.Credential{ID: "new", Person: "clerk", Card: nth(900), State: access.Active}
		change(&c)
		return access.Edit{Credential: &c}
	}
	hours := func(h access.Hours) access.Edit {
		return access.Edit{Schedule: &access.Schedule{ID: "new", Week: [7][]access.Hours{6: {h}}}}
	}
	for _, tt := range []struct {
		name string
		edit access.Edit
		want access.Fault
	}{
		{"person without an id", access.Edit{Person: &access.Person{Kind: access.Staff}}, access.MissingID},
		{"person without a kind", access.Edit{Person: &access.Person{ID: "new"}}, access.BadValue},
		{"person of an unknown kind", access.Edit{Person: &access.Person{ID: "new", Kind: 9}}, access.BadValue},
		{"no post", access.Edit{Incumbency: &access.Incumbency{Person: "clerk"}}, access.MissingID},
		{"post of an unknown person", access.Edit{Incumbency: &access.Incumbency{Person: "nobody", Post: "p"}}, access.UnknownPerson},
		{"post of a contractor", access.Edit{Incumbency: &access.Incumbency{Person: "vendor", Post: "p"}}, access.NotStaff},
		{"post with an empty span", access.Edit{Incumbency: &access.Incumbency{Person: "clerk", Post: "p", Span: span(noon, noon)}}, access.EmptySpan},
		{"two incumbents", access.Edit{Incumbency: &access.Incumbency{Person: "clerk", Post: access.SecurityOfficer, Span: span(april, noon)}}, access.PostTaken},
		{"no section", access.Edit{Belonging: &access.Belonging{Person: "clerk"}}, access.MissingID},
		{"section of an unknown person", access.Edit{Belonging: &access.Belonging{Person: "nobody", Section: "s"}}, access.UnknownPerson},
		{"section with a span that ends before", access.Edit{Belonging: &access.Belonging{Person: "clerk", Section: "s", Span: span(noon, april)}}, access.EmptySpan},
		{"a date without sense", access.Edit{Belonging: &access.Belonging{Person: "clerk", Section: "s", Span: span(time.Time{}.AddDate(1, 0, 0), noon)}}, access.BadValue},
		{"finding for a contractor", access.Edit{Finding: &access.Finding{Person: "vendor"}}, access.NotStaff},
		{"finding for a guest", access.Edit{Finding: &access.Finding{Person: "guest"}}, access.NotStaff},
		{"finding for nobody", access.Edit{Finding: &access.Finding{Person: "nobody"}}, access.UnknownPerson},
		{"finding that ends before", access.Edit{Finding: &access.Finding{Person: "clerk", Span: span(noon, april)}}, access.EmptySpan},
		{"card without an id", card(func(c *access.Credential) { c.ID = "" }), access.MissingID},
		{"card without a person", card(func(c *access.Credential) { c.Person = "" }), access.UnknownPerson},
		{"card without a state", card(func(c *access.Credential) { c.State = 0 }), access.BadValue},
		{"card without a card", card(func(c *access.Credential) { c.Card = access.Hash{} }), access.NoCard},
		{"card that another has", card(func(c *access.Credential) { c.Card = nth(0) }), access.DuplicateCard},
		{"card with an unknown schedule", card(func(c *access.Credential) { c.Schedule = "lunch" }), access.UnknownSched},
		{"card with an empty span", card(func(c *access.Credential) { c.Span = span(noon, noon) }), access.EmptySpan},
		{"duress PIN that is the PIN", card(func(c *access.Credential) { c.PIN, c.Duress = nth(901), nth(901) }), access.DuressIsPIN},
		{"duress PIN alone", card(func(c *access.Credential) { c.Duress = nth(901) }), access.DuressAlone},
		{"schedule without an id", access.Edit{Schedule: &access.Schedule{}}, access.MissingID},
		{"hours from 24:00", hours(access.Hours{From: 1440, Until: 60}), access.BadValue},
		{"hours until 24:01", hours(access.Hours{From: 60, Until: 1441}), access.BadValue},
		{"30 February", access.Edit{Holiday: &access.Holiday{Year: 2026, Month: 2, Day: 30}}, access.BadValue},
		{"month 13", access.Edit{Holiday: &access.Holiday{Year: 2026, Month: 13, Day: 1}}, access.BadValue},
		{"holiday beyond the calendar", access.Edit{Holiday: &access.Holiday{Year: 2100, Month: 1, Day: 1}}, access.BadValue},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rec := hall()
			r := build(t, rec)
			before := r.Records()
			if p := r.Check(tt.edit); p == nil || p.Fault != tt.want {
				t.Fatalf("check: %v, want fault %d", p, tt.want)
			}
			p := r.Apply(tt.edit)
			if p == nil || p.Fault != tt.want || p.What == "" || p.Do == "" || p.Row != -1 {
				t.Fatalf("apply: %+v, want fault %d", p, tt.want)
			}
			if !reflect.DeepEqual(before, r.Records()) {
				t.Error("the roster changed")
			}
			line := add(&rec, tt.edit)
			_, bad := access.NewRoster(1, rec)
			if len(bad) != 1 || bad[0].Fault != tt.want || bad[0].Row != line {
				t.Errorf("import: %v, want fault %d in row %d", bad, tt.want, line)
			}
			if h := nth(0); strings.Contains(p.String(), fmt.Sprintf("%x", h[:4])) {
				t.Error("a card's hash is shown")
			}
		})
	}
}

// add appends an edit's row to rec and returns its index.
func add(rec *access.Records, e access.Edit) int {
	switch {
	case e.Person != nil:
		rec.Persons = append(rec.Persons, *e.Person)
		return len(rec.Persons) - 1
	case e.Incumbency != nil:
		rec.Incumbents = append(rec.Incumbents, *e.Incumbency)
		return len(rec.Incumbents) - 1
	case e.Belonging != nil:
		rec.Belongings = append(rec.Belongings, *e.Belonging)
		return len(rec.Belongings) - 1
	case e.Finding != nil:
		rec.Findings = append(rec.Findings, *e.Finding)
		return len(rec.Findings) - 1
	case e.Credential != nil:
		rec.Credentials = append(rec.Credentials, *e.Credential)
		return len(rec.Credentials) - 1
	case e.Schedule != nil:
		rec.Schedules = append(rec.Schedules, *e.Schedule)
		return len(rec.Schedules) - 1
	}
	rec.Holidays = append(rec.Holidays, *e.Holiday)
	return len(rec.Holidays) - 1
}

// A contractor with a finding is refused, and even so has no standing.
func TestContractorNeverFound(t *testing.T) {
	rec := hall()
	rec.Findings = append(rec.Findings, access.Finding{Person: "vendor"})
	r, bad := access.NewRoster(1, rec)
	if len(bad) != 1 || bad[0].Fault != access.NotStaff || bad[0].Table != access.FindingTable || bad[0].Row != 1 {
		t.Fatalf("got %v", bad)
	}
	expect(t, r, ask(t, r, "vendor", nil), access.NotAuthorised)
	for _, who := range []access.PersonID{"maintainer", "officer"} {
		if p := r.PutPerson(access.Person{ID: who, Kind: access.Contractor}); p == nil || p.Fault != access.StillReferred {
			t.Errorf("%s made a contractor: %v", who, p)
		}
	}
	if p := r.PutPerson(access.Person{ID: "clerk", Kind: access.Contractor}); p != nil {
		t.Fatal(p)
	}
	expect(t, r, ask(t, r, "clerk", nil), access.NotAuthorised)
}

func TestImportListsEveryProblem(t *testing.T) {
	rec := hall()
	rec.Persons = append(rec.Persons, access.Person{ID: "clerk", Kind: access.Staff}, access.Person{})
	rec.Credentials = append(rec.Credentials,
		access.Credential{ID: "z1", Person: "nobody", Card: nth(900), State: access.Active},
		access.Credential{ID: "a1", Person: "clerk", Card: nth(4), State: access.Active},
	)
	_, bad := access.NewRoster(1, rec)
	var got []string
	for _, p := range bad {
		got = append(got, fmt.Sprintf("%v %d %d", p.Table, p.Row, p.Fault))
	}
	n, c := len(rec.Persons), len(rec.Credentials)
	want := []string{
		fmt.Sprintf("person %d %d", n-2, access.DuplicateRow), fmt.Sprintf("person %d %d", n-1, access.MissingID),
		// a1 comes before card-clerk by key, so that it stays and card-clerk is the duplicate
		fmt.Sprintf("credential %d %d", 4, access.DuplicateCard), fmt.Sprintf("credential %d %d", c-2, access.UnknownPerson),
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestPutReplaceDelete(t *testing.T) {
	r := build(t, hall())
	do := func(p *access.Problem) {
		t.Helper()
		if p != nil {
			t.Fatal(p)
		}
	}
	refuse := func(want access.Fault, p *access.Problem) {
		t.Helper()
		if p == nil || p.Fault != want {
			t.Fatalf("%v, want fault %d", p, want)
		}
	}
	refuse(access.StillReferred, r.DeletePerson("clerk"))
	refuse(access.NoSuchRow, r.DeletePerson("nobody"))

	c, _ := r.Credential("card-clerk")
	old := c.Card
	c.Card, c.Schedule = nth(900), "office"
	do(r.PutCredential(c)) // another card under the same id
	if _, ok := r.Card(old); ok {
		t.Error("the card that was replaced is still known")
	}
	if got, ok := r.Card(nth(900)); !ok || got.ID != "card-clerk" {
		t.Error("the new card is not known")
	}
	refuse(access.StillReferred, r.DeleteSchedule("office"))
	do(r.PutSchedule(access.Schedule{ID: "office"})) // replaced, and at once in force for its cards
	expect(t, r, ask(t, r, "clerk", nil), access.OutsideSchedule)
	c.Person, c.Schedule = "clerk2", ""
	do(r.PutCredential(c)) // the card changes hands
	if got := r.CredentialsOf("clerk2"); len(got) != 2 {
		t.Errorf("clerk2 has %d cards", len(got))
	}
	do(r.DeleteCredential("card-clerk"))
	refuse(access.NoSuchRow, r.DeleteCredential("card-clerk"))
	do(r.DeleteBelonging(access.Belonging{Person: "clerk", Section: access.CivicAffairs}))
	refuse(access.NoSuchRow, r.DeleteBelonging(access.Belonging{Person: "clerk", Section: access.CivicAffairs}))
	do(r.DeletePerson("clerk"))
	do(r.DeleteSchedule("office"))
	refuse(access.NoSuchRow, r.DeleteSchedule("office"))

	refuse(access.NoSuchRow, r.DeleteIncumbency(access.Incumbency{Person: "ciso", Post: access.SecurityOfficer}))
	do(r.PutIncumbency(access.Incumbency{Person: "officer", Post: access.SecurityOfficer, Span: access.Span{Until: noon}}))
	do(r.PutIncumbency(access.Incumbency{Person: "clerk2", Post: access.SecurityOfficer, Span: access.Span{From: noon}}))
	refuse(access.PostTaken, r.PutIncumbency(access.Incumbency{Person: "officer", Post: access.SecurityOfficer, Span: access.Span{Until: noon.Add(tick)}}))
	do(r.DeleteIncumbency(access.Incumbency{Person: "clerk2", Post: access.SecurityOfficer, Span: access.Span{From: noon}}))
	if _, ok := r.Incumbent(access.SecurityOfficer, noon); ok {
		t.Error("deleted, but still holding the post")
	}
	do(r.PutFinding(access.Finding{Person: "maintainer", Span: access.Span{Until: noon}})) // revoked
	expect(t, r, ask(t, r, "maintainer", nil), access.NotAuthorised)
	do(r.DeleteFinding(access.Finding{Person: "maintainer"}))
	refuse(access.NoSuchRow, r.DeleteFinding(access.Finding{Person: "maintainer"}))
	refuse(access.NoSuchRow, r.DeleteHoliday(access.Holiday{Year: 2026, Month: 4, Day: 2}))
	refuse(access.NotOneRow, r.Apply(access.Edit{}))
	refuse(access.NotOneRow, r.Apply(access.Edit{Person: &access.Person{}, Finding: &access.Finding{}}))
	before := r.Records()
	if p := r.Check(access.Edit{Credential: &access.Credential{ID: "card-ciso"}, Delete: true}); p != nil || !reflect.DeepEqual(before, r.Records()) {
		t.Error("a check changed the roster")
	}
}

// The roster keeps none of its input's slices: later writes to them change nothing.
func TestRosterIsItsOwn(t *testing.T) {
	rec := hall()
	r := build(t, rec)
	rec.Schedules[0].Week[noon.Weekday()][0] = access.Hours{From: 1, Until: 2}
	expect(t, r, ask(t, r, "clerk", func(q *access.Question) { q.Point.Schedule = "office" }), access.Granted)
	out := r.Records()
	for i := range out.Schedules {
		out.Schedules[i].Week = [7][]access.Hours{}
	}
	expect(t, r, ask(t, r, "clerk", func(q *access.Question) { q.Point.Schedule = "office" }), access.Granted)
}

func TestRecordsRoundTrip(t *testing.T) {
	rec := hall()
	rec.Holidays = []access.Holiday{{Year: 2026, Month: 12, Day: 29}, {Year: 2026, Month: 5, Day: 6, Working: true}}
	rec.Belongings[0].Span = access.Span{From: april.UTC(), Until: noon.Add(tick)}
	once := build(t, rec).Records()
	slices.Reverse(rec.Persons)
	slices.Reverse(rec.Credentials)
	slices.Reverse(rec.Belongings)
	slices.Reverse(rec.Holidays)
	if again := build(t, rec).Records(); !reflect.DeepEqual(once, again) {
		t.Errorf("the order of the rows matters:\n%+v\n%+v", once, again)
	}
	if again := build(t, once).Records(); !reflect.DeepEqual(once, again) {
		t.Error("records of the records differ")
	}
	if n := len(once.Credentials); n != len(rec.Credentials) || len(once.Incumbents) != len(rec.Incumbents) {
		t.Errorf("%d credentials came back", n)
	}
}
