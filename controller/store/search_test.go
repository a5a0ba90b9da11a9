package store_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/store"
)

var searched = []journal.Type{journal.AccessGranted, journal.AccessTaken, journal.DoorForced, journal.VisitConsented}

func drawEntry(t *rapid.T, i int) journal.Entry {
	one := func(label string, of ...string) string { return rapid.SampledFrom(of).Draw(t, label) }
	e := entry(i, rapid.SampledFrom(searched).Draw(t, "type"))
	e.At.Wall = began.Add(time.Duration(rapid.IntRange(0, 200).Draw(t, "at")) * 12 * time.Hour) // the clock was stepped
	e.Data = journal.Data{Door: one("door", "room", "store", ""), Person: one("person", "p", "q", ""), Visit: one("visit", "", "2026-000001"),
		Permit: one("permit", "", "2026-0001"), Alarm: one("alarm", "", "a-1")}
	switch who := one("other", "p", "q", "r"); one("as", "escort", "consent", "approver", "") {
	case "escort":
		e.Data.Escort = who
	case "consent":
		e.Data.ConsentBy = who
	case "approver":
		e.Data.Approver = who
	}
	if rapid.Bool().Draw(t, "private") {
		e.Private = fmt.Appendf(nil, `{"salt":"%d"}`, i)
	}
	return e
}

func drawSearch(t *rapid.T) (q store.Search) {
	maybe := func(label string) bool { return rapid.IntRange(0, 3).Draw(t, label) == 0 }
	if maybe("from") {
		q.From = began.Add(time.Duration(rapid.IntRange(0, 200).Draw(t, "from")) * 12 * time.Hour)
	}
	if maybe("until") {
		q.Until = began.Add(time.Duration(rapid.IntRange(0, 200).Draw(t, "until")) * 12 * time.Hour)
	}
	if maybe("person") {
		q.Person = access.PersonID(rapid.SampledFrom([]string{"p", "q", "r", "s"}).Draw(t, "person"))
	}
	if maybe("door") {
		q.Door = "room"
	}
	if maybe("types") {
		q.Types = searched[rapid.IntRange(0, 3).Draw(t, "first type"):]
	}
	if maybe("visit") {
		q.Visit = "2026-000001"
	}
	if maybe("permit") {
		q.Permit = "2026-0001"
	}
	if maybe("alarm") {
		q.Alarm = "a-1"
	}
	if maybe("limit") {
		q.Limit = rapid.IntRange(1, 3).Draw(t, "limit")
	}
	q.Newest, q.Whole = maybe("newest"), maybe("whole")
	return q
}

// meant is what Search says in words.
func meant(q store.Search, e journal.Entry) bool {
	d := e.Data
	others := []string{d.Person, d.Escort, d.ConsentBy, d.Approver}
	return q.Contains(e.At.Wall) && (q.Person == "" || slices.Contains(others, string(q.Person))) &&
		(q.Door == "" || d.Door == q.Door) && (len(q.Types) == 0 || slices.Contains(q.Types, e.Type)) &&
		(q.Visit == "" || d.Visit == q.Visit) && (q.Permit == "" || d.Permit == string(q.Permit)) && (q.Alarm == "" || d.Alarm == q.Alarm)
}

// A search finds what looking at every entry finds, in order, however much of the journal the index has.
func TestSearchFindsAllThatFit(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	rapid.Check(t, func(rt *rapid.T) {
		dir, keys := begin(t)
		s := open(t, dir, keys)
		defer s.Close()
		all := []journal.Entry{entry(0, journal.JournalStarted)}
		search := func(rt *rapid.T) {
			q := drawSearch(rt)
			var want, got []int
			for i, e := range all {
				if meant(q, e) {
					want = append(want, i)
				}
			}
			if q.Newest {
				slices.Reverse(want)
			}
			if q.Limit > 0 {
				want = want[:min(len(want), q.Limit)]
			}
			for f, err := range s.Entries(ctx, q) {
				if err != nil {
					rt.Fatal(err)
				}
				i := int(f.Sequence)
				if f.Entry.Data.Door != all[i].Data.Door || string(f.Private) != string(all[i].Private) || f.Leaf != journal.LeafHash(f.Payload) {
					rt.Fatalf("entry %d is %+v", i, f)
				}
				got = append(got, i)
			}
			if !slices.Equal(got, want) {
				rt.Fatalf("%+v: %v, want %v", q, got, want)
			}
		}
		rt.Repeat(map[string]func(*rapid.T){
			"commit": func(rt *rapid.T) {
				var some []journal.Entry
				for range rapid.IntRange(1, 40).Draw(rt, "entries") {
					some = append(some, drawEntry(rt, len(all)+len(some)))
				}
				commit(t, s, ledger.Change{}, some...)
				all = append(all, some...)
			},
			"index": func(rt *rapid.T) {
				if err := s.Index(ctx); err != nil {
					rt.Fatal(err)
				}
			},
			"search": search,
			"":       search,
		})
	})
}

// What is purged leaves no trace, and neither that nor what is damaged stops a search.
func TestPurgedEntriesLeaveNoTrace(t *testing.T) {
	ctx := context.Background()
	dir, keys := begin(t)
	s := open(t, dir, keys)
	many(t, s, 1, 300)
	if err := s.Index(ctx); err != nil {
		t.Fatal(err)
	}
	many(t, s, 301, 10)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	run(t, dir, "UPDATE entry SET payload = NULL WHERE sequence BETWEEN 100 AND 199 OR sequence = 305",
		"UPDATE entry SET payload = x'00' WHERE sequence IN (50, 306)")
	var n int
	if err := raw(t, dir).QueryRow("SELECT count(*) FROM trace WHERE sequence BETWEEN 100 AND 199").Scan(&n); err != nil || n != 0 {
		t.Errorf("%d traces, %v", n, err)
	}
	s = open(t, dir, keys)
	for range 2 {
		n := 0
		for _, err := range s.Entries(ctx, store.Search{Person: "p-0012"}) {
			if n++; err != nil {
				t.Fatal(err)
			}
		}
		if n != 310-103 {
			t.Errorf("found %d", n)
		}
		if err := s.Index(ctx); err != nil {
			t.Fatal(err)
		}
	}
}

// Who takes entries out of the index hides them from a quick search alone.
func TestWholeSearchNeedsNoIndex(t *testing.T) {
	dir, keys := begin(t)
	s := open(t, dir, keys)
	many(t, s, 1, 100)
	if err := s.Index(context.Background()); err != nil {
		t.Fatal(err)
	}
	run(t, dir, "DELETE FROM trace WHERE sequence < 90")
	for whole, want := range map[bool]int{false: 11, true: 100} {
		n := 0
		for _, err := range s.Entries(context.Background(), store.Search{Person: "p-0012", Whole: whole}) {
			if n++; err != nil {
				t.Fatal(err)
			}
		}
		if n != want {
			t.Errorf("whole %v: found %d, want %d", whole, n, want)
		}
	}
}
