package store_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kidoban/controller/access"
	"kidoban/controller/alarm"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/store"
)

// The pages of a search are, one after the other, all of its lines in order, however little a page looks through.
func TestPagesAreTheWholeSearch(t *testing.T) {
	t.Parallel()
	dir, keys := begin(t)
	s := open(t, dir, keys)
	lines := rapid.Custom(func(rt *rapid.T) []ledger.Visit {
		var all []ledger.Visit
		for i := range 200 {
			v := drawLine(rt, i+1)
			v.Entered = v.Entered.Truncate(12 * time.Hour) // many at once
			v.Person = access.PersonID(rapid.SampledFrom([]string{"p", "q"}).Draw(rt, "person"))
			v.Name = rapid.SampledFrom([]string{"青木 花子", "𠮷田 太郎"}).Draw(rt, "name")
			all = append(all, v)
		}
		return all
	}).Example(7)
	commit(t, s, ledger.Change{Visits: lines})
	rapid.Check(t, func(rt *rapid.T) {
		l := store.Lines{Limit: rapid.IntRange(1, 60).Draw(rt, "limit"), Look: rapid.IntRange(1, 60).Draw(rt, "look"), Newest: rapid.Bool().Draw(rt, "newest")}
		for _, one := range []func(){
			func() { l.Span = access.Span{From: dawn.AddDate(0, 0, 1), Until: dawn.AddDate(0, 0, 3)} }, func() { l.Zone = "room" },
			func() { l.Person = "q" }, func() { l.Name = "𠮷" },
		} {
			if rapid.Bool().Draw(rt, "asked") {
				one()
			}
		}
		want := fitting(lines, l)
		if got := allPages(rt, s, l); !slices.Equal(got, want) {
			rt.Fatalf("%+v: %v, want %v", l, got, want)
		}
		if n, err := s.HowMany(t.Context(), l); err != nil || n >= 0 && n != len(want) {
			rt.Fatalf("%+v: %d lines, want %d (%v)", l, n, len(want), err)
		}
	})
}

// fitting are the lines of a search as anybody would find them.
func fitting(lines []ledger.Visit, l store.Lines) (ids []string) {
	all := slices.DeleteFunc(slices.Clone(lines), func(v ledger.Visit) bool {
		return !l.Contains(v.Entered) || l.Zone != "" && v.Zone != l.Zone || l.Person != "" && v.Person != l.Person || !strings.Contains(v.Name, l.Name)
	})
	slices.SortFunc(all, func(a, b ledger.Visit) int { return cmp.Or(a.Entered.Compare(b.Entered), cmp.Compare(a.ID, b.ID)) })
	if l.Newest {
		slices.Reverse(all)
	}
	for _, v := range all {
		ids = append(ids, v.ID)
	}
	return ids
}

func allPages(t *rapid.T, s *store.Store, l store.Lines) (ids []string) {
	var at store.Place
	for more := true; more; {
		p, err := s.Page(context.Background(), l, at)
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Lines) > l.Limit || len(p.Lines) == 0 && p.More && !p.Short {
			t.Fatalf("%d lines, more %v, short %v", len(p.Lines), p.More, p.Short)
		}
		for _, v := range p.Lines {
			ids = append(ids, v.ID)
		}
		parsed, ok := store.ParsePlace(p.Next.String())
		if more = p.More; !ok || parsed != p.Next {
			t.Fatalf("%q is read as %v", p.Next, parsed)
		}
		if more && p.Next == at {
			t.Fatalf("the page after %v goes on after %v", at, p.Next)
		}
		at = p.Next
	}
	return ids
}

// The pages of the journal are all entries that fit, newest first, however much of it is indexed and counted.
func TestPagesOfTheJournalAreAllThatFit(t *testing.T) {
	t.Parallel()
	severities := []journal.Severity{journal.Info, journal.Notice, journal.Warning, journal.Alert, journal.Emergency}
	all := append([]journal.Entry{entry(0, journal.JournalStarted)}, rapid.Custom(func(rt *rapid.T) (some []journal.Entry) {
		for i := range 300 {
			e := drawEntry(rt, i+1)
			e.Severity = rapid.SampledFrom(severities).Draw(rt, "severity")
			some = append(some, e)
		}
		return some
	}).Example(7)...)
	for what, indexed := range map[string]int{"none indexed": 1, "half indexed": 150, "all indexed": len(all)} {
		t.Run(what, func(t *testing.T) {
			dir, keys := begin(t)
			s := open(t, dir, keys)
			commit(t, s, ledger.Change{}, all[1:indexed]...)
			if indexed > 1 {
				if err := errors.Join(s.Index(t.Context()), s.Count(t.Context())); err != nil {
					t.Fatal(err)
				}
			}
			commit(t, s, ledger.Change{}, all[indexed:]...)
			rapid.Check(t, func(rt *rapid.T) {
				q := drawSearch(rt)
				q.Newest, q.Whole = false, false
				q.Limit, q.Look = rapid.IntRange(1, 60).Draw(rt, "page"), rapid.IntRange(1, 60).Draw(rt, "look")
				least := rapid.SampledFrom(append([]journal.Severity{""}, severities...)).Draw(rt, "least")
				odd := rapid.Bool().Draw(rt, "odd")
				show := func(n uint64) bool { return !odd || n%2 == 1 }
				var want []uint64
				for i, e := range slices.Backward(all) {
					if meant(q, e) && alarm.AtLeast(e.Severity, least) && show(uint64(i)) {
						want = append(want, uint64(i))
					}
				}
				if got := allLeaves(rt, s, q, least, show); !slices.Equal(got, want) {
					rt.Fatalf("%+v, at least %q: %v, want %v", q, least, got, want)
				}
			})
		})
	}
}

func allLeaves(t *rapid.T, s *store.Store, q store.Search, least journal.Severity, show func(uint64) bool) (got []uint64) {
	for before := s.Head().Size; before > 0; {
		p, err := s.Newest(context.Background(), q, least, before, func(f *store.Found) bool { return show(f.Sequence) })
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Found) > q.Limit || p.Before >= before || p.Before > 0 && len(p.Found) < q.Limit && !p.Short {
			t.Fatalf("%d found, before %d of %d, short %v", len(p.Found), p.Before, before, p.Short)
		}
		for _, f := range p.Found {
			got = append(got, f.Sequence)
		}
		before = p.Before
	}
	return got
}

func FuzzPlace(f *testing.F) {
	f.Add("1775005500000000.2026000000001")
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		if p, ok := store.ParsePlace(s); ok && p.String() != s && s != "0.0" {
			t.Errorf("%q is read as %q", s, p)
		}
	})
}

// The entry of a search is found by its private part, which no other has.
func TestHolding(t *testing.T) {
	dir, keys := begin(t)
	s := open(t, dir, keys)
	for i := range 3 {
		e := entry(i+1, journal.AccountSearched)
		e.Private = fmt.Appendf(nil, `{"salt":"%d"}`, i)
		commit(t, s, ledger.Change{}, e)
	}
	for from, want := range map[uint64]bool{0: true, 2: true, 3: false} {
		n, found, err := s.Holding(t.Context(), from, []byte(`{"salt":"1"}`))
		if err != nil || found != want || want && n != 2 {
			t.Errorf("from %d: %d %v %v", from, n, found, err)
		}
	}
}
