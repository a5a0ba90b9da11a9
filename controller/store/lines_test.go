package store_test

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kidoban/controller/access"
	"kidoban/controller/fold"
	"kidoban/controller/ledger"
	"kidoban/controller/store"
)

func ids(t interface{ Fatal(...any) }, all iter.Seq2[ledger.Visit, error]) (out []string) {
	for v, err := range all {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, v.ID)
	}
	return out
}

// drawLines draws a register of four zones' and persons' lines over three fiscal years, with stays of minutes and of days.
func drawLines(t *rapid.T) []ledger.Visit {
	name := func(label string, of ...string) string { return rapid.SampledFrom(of).Draw(t, label) }
	var out []ledger.Visit
	for i := range rapid.IntRange(0, 60).Draw(t, "lines") {
		entered := began.Add(time.Duration(rapid.Int64Range(-100, 100).Draw(t, "entered")) * 5 * time.Hour)
		v := ledger.Visit{ID: fmt.Sprintf("%d-%06d", 2025+rapid.IntRange(0, 2).Draw(t, "book"), i+1), Zone: name("zone", "a", "b"),
			Person: access.PersonID(name("person", "p", "q", "r")), Name: name("name", "佐藤", "髙橋", ""), Entered: entered,
			Reading: name("reading", "さとう", ""), Affiliation: name("affiliation", "市民課", ""), Class: name("class", "art20.1.1", "visitor.other"),
			Permit:  access.PermitID(name("permit", "", "", "2026-0001", "2026-0002")),
			Consent: ledger.Consent{State: ledger.ConsentState(name("consent", "", "requested", "consented", "missing", "after", "withheld"))},
			Late:    rapid.Bool().Draw(t, "late"), PermitOral: rapid.Bool().Draw(t, "oral")}
		if rapid.IntRange(0, 4).Draw(t, "left") > 0 {
			v.Left = entered.Add(time.Duration(rapid.IntRange(0, 60).Draw(t, "stay")) * time.Hour)
		}
		if v.Left.IsZero() && rapid.Bool().Draw(t, "unrecorded") {
			v.LeftHow = ledger.LeftUnrecorded
		}
		v.Incidents = slices.Repeat([]ledger.Incident{{Type: "visit.escort_lost"}}, rapid.IntRange(0, 2).Draw(t, "incidents"))
		out = append(out, v)
	}
	return out
}

func drawQuery(t *rapid.T) (l store.Lines) {
	maybe := func(label string) bool { return rapid.IntRange(0, 3).Draw(t, label) == 0 }
	at := func(label string) time.Time {
		return began.Add(time.Duration(rapid.Int64Range(-100, 100).Draw(t, label)) * 5 * time.Hour)
	}
	if maybe("from") {
		l.From = at("from")
	}
	if maybe("until") {
		l.Until = at("until")
	}
	if maybe("book") {
		l.Book = 2026
	}
	if maybe("zone") {
		l.Zone = "a"
	}
	if maybe("person") {
		l.Person = "p"
	}
	if maybe("permit") {
		l.Permit = "2026-0001"
	}
	if maybe("name") {
		l.Name = rapid.SampledFrom([]string{"佐", "とう", "ト", "課", "高", "佐 藤", "%", "藤さ"}).Draw(t, "name")
	}
	if maybe("limit") {
		l.Limit = 3
	}
	l.Open, l.Waiting, l.Newest = maybe("open"), maybe("waiting"), maybe("newest")
	return l
}

func waits(v ledger.Visit) bool {
	return slices.Contains([]ledger.ConsentState{"requested", "missing", "withheld"}, v.Consent.State)
}

// fits is what Lines says in words.
func fits(l store.Lines, v ledger.Visit) bool {
	return l.Contains(v.Entered) && (l.Book == 0 || strings.HasPrefix(v.ID, fmt.Sprint(l.Book, "-"))) &&
		(l.Zone == "" || l.Zone == v.Zone) && (l.Person == "" || l.Person == v.Person) && (l.Permit == "" || l.Permit == v.Permit) &&
		(!l.Open || v.Inside()) && (!l.Waiting || v.Left.IsZero() || waits(v)) &&
		slices.ContainsFunc([]string{v.Name, v.Reading, v.Affiliation}, func(text string) bool { return strings.Contains(fold.Text(text), fold.Text(l.Name)) })
}

func expected(l store.Lines, all []ledger.Visit) (out []string) {
	byNumber := l.Book != 0 && l.Span == access.Span{} && l.Person == "" && l.Permit == "" && !l.Open && !l.Waiting
	fit := slices.DeleteFunc(slices.Clone(all), func(v ledger.Visit) bool { return !fits(l, v) })
	slices.SortFunc(fit, func(a, b ledger.Visit) int {
		order := cmp.Or(a.Entered.Compare(b.Entered), cmp.Compare(a.ID, b.ID))
		if byNumber {
			order = cmp.Compare(a.ID, b.ID)
		}
		if l.Newest {
			order = -order
		}
		return order
	})
	for _, v := range fit {
		out = append(out, v.ID)
	}
	if l.Limit > 0 {
		out = out[:min(len(out), l.Limit)]
	}
	return out
}

func inside(zone string, at time.Time, all []ledger.Visit) (out []string) {
	for _, v := range all {
		lost := v.LeftHow == ledger.LeftUnrecorded && !v.Entered.After(at.Add(-24*time.Hour))
		if !v.Entered.After(at) && !lost && (v.Left.IsZero() || v.Left.After(at)) && (zone == "" || v.Zone == zone) {
			out = append(out, v.ID)
		}
	}
	return out
}

// Whatever is asked for is what looking at every line would find, in the order that is promised.
func TestVisitsAreThoseThatFit(t *testing.T) {
	dir, keys := begin(t)
	s := open(t, dir, keys)
	ctx := context.Background()
	rapid.Check(t, func(rt *rapid.T) {
		all := drawLines(rt)
		commit(t, s, ledger.Change{Visits: all})
		defer func() {
			for i := range all {
				all[i].Gone = true
			}
			commit(t, s, ledger.Change{Visits: all})
		}()
		for range 20 {
			l := drawQuery(rt)
			if got, want := ids(rt, s.Visits(ctx, l)), expected(l, all); !slices.Equal(got, want) {
				rt.Fatalf("%+v: %v, want %v", l, got, want)
			}
			at := began.Add(time.Duration(rapid.Int64Range(-500, 560).Draw(rt, "at")) * time.Hour)
			got, want := ids(rt, s.Inside(ctx, l.Zone, at)), inside(l.Zone, at, all)
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				rt.Fatalf("inside %q at %v: %v, want %v", l.Zone, at, got, want)
			}
			tallied(rt, s, l.Span, all)
		}
	})
}

func tallied(t *rapid.T, s *store.Store, span access.Span, all []ledger.Visit) {
	got, err := s.Tallies(context.Background(), span)
	if err != nil {
		t.Fatal(err)
	}
	type key struct {
		day, zone, class string
	}
	want := map[key]store.Tally{}
	for _, v := range all {
		if !span.Contains(v.Entered) {
			continue
		}
		day := v.Entered.In(access.JST).Truncate(time.Hour)
		day = time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, access.JST)
		k := key{day.Format(time.DateOnly), v.Zone, v.Class}
		n := want[k]
		n.Day, n.Zone, n.Class = day, v.Zone, v.Class
		for to, yes := range map[*int]bool{&n.Lines: true, &n.Visitors: v.Visitor(), &n.Oral: v.PermitOral, &n.Open: v.Inside(), &n.Unrecorded: v.LeftHow == ledger.LeftUnrecorded,
			&n.Unconsented: v.Consent.State == "missing" || v.Consent.State == "after", &n.After: v.Consent.State == "after",
			&n.Late: v.Late} {
			if yes {
				*to++
			}
		}
		n.Incidents += len(v.Incidents)
		want[k] = n
	}
	if len(got) != len(want) {
		t.Fatalf("%d tallies, want %d", len(got), len(want))
	}
	for _, n := range got {
		if w := want[key{n.Day.Format(time.DateOnly), n.Zone, n.Class}]; w != n {
			t.Fatalf("%+v, want %+v", n, w)
		}
	}
}

func TestOneLineAndOnePermit(t *testing.T) {
	dir, keys := begin(t)
	s := open(t, dir, keys)
	c := registered(t)
	commit(t, s, c)
	ctx := context.Background()
	if v, ok, err := s.Visit(ctx, c.Visits[1].ID); !ok || err != nil {
		t.Error(ok, err)
	} else {
		same(t, "visit", v, c.Visits[1])
	}
	if p, ok, err := s.Permit(ctx, c.Permits[1].ID); !ok || err != nil {
		t.Error(ok, err)
	} else {
		same(t, "permit", p, c.Permits[1])
	}
	for _, id := range []string{"2026-999999", "nonsense"} {
		if _, ok, err := s.Visit(ctx, id); ok || err != nil {
			t.Errorf("%s: %v, %v", id, ok, err)
		}
		if _, ok, err := s.Permit(ctx, access.PermitID(id)); ok || err != nil {
			t.Errorf("%s: %v, %v", id, ok, err)
		}
	}
	n := 0
	for p, err := range s.Permits(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		same(t, "permit", p, c.Permits[n])
		n++
	}
	for d, err := range s.Documents(ctx, c.Documents[1].Kind) {
		if n++; err != nil || d.ID != c.Documents[1].ID {
			t.Error(d, err)
		}
	}
	for e, err := range s.Emergencies(ctx, access.Span{From: c.Emergency[1].Entered}) {
		if n++; err != nil || e.ID != c.Emergency[1].ID {
			t.Error(e, err)
		}
	}
	if n != 4 {
		t.Errorf("%d rows", n)
	}
}

// A reader of a directory at rest, without keys, finds the same.
func TestRegisterIsReadOffline(t *testing.T) {
	dir, keys := begin(t)
	s := open(t, dir, keys)
	c := registered(t)
	commit(t, s, c)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := store.OpenReadOnly(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	got := ids(t, r.Visits(context.Background(), store.Lines{Book: 2026}))
	if want := []string{c.Visits[0].ID, c.Visits[1].ID}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
