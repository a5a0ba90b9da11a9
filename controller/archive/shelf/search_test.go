package shelf_test

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"pgregory.net/rapid"

	"kidoban/controller/access"
	"kidoban/controller/archive/shelf"
	"kidoban/controller/archive/shelf/shelftest"
	"kidoban/controller/journal"
	"kidoban/device"
)

// writerOf is who writes a journal of its own.
func writerOf(t testing.TB, controller string, central note.Signer) shelf.Own {
	t.Helper()
	o := journal.Origin{Site: "maizuru", Controller: controller, Boot: "0e6d2f0c", Zone: access.JST}
	secret, public, err := note.GenerateKey(rand.Reader, o.KeyName())
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	if central == nil {
		central = signer
	}
	return shelf.Own{Origin: o, Key: public, Signer: signer, Central: central}
}

var spring = time.Date(2026, 4, 1, 9, 0, 0, 0, access.JST)

func drawEntry(t *rapid.T) journal.Entry {
	pick := func(of ...string) string { return rapid.SampledFrom(of).Draw(t, "value") }
	return journal.Entry{
		At: device.Instant{Wall: spring.Add(time.Duration(rapid.IntRange(-5, 5).Draw(t, "minute")) * time.Minute)}, Synced: true,
		Type:     rapid.SampledFrom([]journal.Type{journal.AccessGranted, journal.DoorForced, journal.VisitOpened, journal.VisitClosed, journal.AlarmRaised}).Draw(t, "type"),
		Severity: rapid.SampledFrom([]journal.Severity{journal.Info, journal.Warning, journal.Alert}).Draw(t, "severity"), Subject: "controller",
		Data: journal.Data{Door: pick("", "room", "hall"), Person: pick("", "p-1", "p-2"), Escort: pick("", "p-1", "p-3"), Permit: pick("", "2026-0001"),
			Credential: pick("", "c-1"), Visit: pick("", "2026-000001", "2026-000002"), Alarm: pick("", "door.forced/room/1")},
	}
}

func drawQuery(t *rapid.T, journals []int64) (q shelf.Query) {
	maybe := func(name string) bool { return rapid.IntRange(0, 3).Draw(t, name) == 0 }
	q.Newest = rapid.Bool().Draw(t, "newest")
	if maybe("limited") {
		q.Limit = rapid.IntRange(1, 20).Draw(t, "limit")
	}
	if maybe("from") {
		q.From = spring.Add(time.Duration(rapid.IntRange(-5, 5).Draw(t, "from at")) * time.Minute)
	}
	if maybe("until") {
		q.Until = spring.Add(time.Duration(rapid.IntRange(-5, 5).Draw(t, "until at")) * time.Minute)
	}
	if maybe("journals") {
		q.Journals = rapid.SliceOfNDistinct(rapid.SampledFrom(journals), 1, len(journals), rapid.ID).Draw(t, "of")
	}
	for _, m := range []struct {
		to *string
		of string
	}{{&q.Door, "room"}, {&q.Permit, "2026-0001"}, {&q.Credential, "c-1"}, {&q.Visit, "2026-000002"}, {&q.Alarm, "door.forced/room/1"}} {
		if maybe("member") {
			*m.to = m.of
		}
	}
	if maybe("person") {
		q.Person = rapid.SampledFrom([]access.PersonID{"p-1", "p-2", "p-3"}).Draw(t, "who")
	}
	if maybe("types") {
		q.Types = []journal.Type{journal.AccessGranted, journal.VisitOpened}
	}
	if maybe("least") {
		q.Least = journal.Warning
	}
	return q
}

// spot is where an entry stands.
type spot struct {
	journal  int64
	sequence uint64
}

// TestSearchIsAFilter: whatever is asked, the index finds what looking at every entry finds, in the same order.
func TestSearchIsAFilter(t *testing.T) {
	shelftest.Each(t, func(t *testing.T, where string) { searchIsAFilter(t, open(t, where)) })
}

func searchIsAFilter(t *testing.T, s *shelf.Shelf) {
	ctx := context.Background()
	owns := []shelf.Own{writerOf(t, "main-ctl", nil), writerOf(t, "annex-ctl", nil), writerOf(t, "west-ctl", nil)}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 12).Draw(t, "entries")
		for _, o := range owns {
			var es []journal.Entry
			for range n {
				es = append(es, drawEntry(t))
			}
			if err := s.Record(ctx, o, es...); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.IndexAll(ctx); err != nil {
			t.Fatal(err)
		}
		js, err := s.Journals(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if len(js) == 0 {
			return
		}
		ids := make([]int64, len(js))
		for i, j := range js {
			ids[i] = j.ID
		}
		q := drawQuery(t, ids)
		want, err := naive(ctx, s, js, q)
		if err != nil {
			t.Fatal(err)
		}
		var got []spot
		for f, err := range s.Search(ctx, q) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, spot{f.Journal, f.Sequence})
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%+v finds %v, want %v", q, got, want)
		}
		if count, err := s.Matches(ctx, q); err != nil || count != int64(len(want)) {
			t.Fatalf("%+v counts %d, %v, want %d", q, count, err, len(want))
		}
	})
}

func naive(ctx context.Context, s *shelf.Shelf, js []shelf.Journal, q shelf.Query) ([]spot, error) {
	type at struct {
		spot
		wall int64
	}
	var all []at
	for _, j := range js {
		if q.Journals != nil && !slices.Contains(q.Journals, j.ID) {
			continue
		}
		if err := s.Entries(ctx, j, 0, func(seq uint64, payload []byte) error {
			e, err := journal.Parse(payload)
			if err == nil && q.Fits(&e.Entry) {
				all = append(all, at{spot{j.ID, seq}, e.Entry.At.Wall.UnixMicro()})
			}
			return err
		}); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(all, func(a, b at) int {
		return cmp.Or(cmp.Compare(a.wall, b.wall), cmp.Compare(a.journal, b.journal), cmp.Compare(a.sequence, b.sequence))
	})
	if q.Newest {
		slices.Reverse(all)
	}
	if q.Limit > 0 && len(all) > q.Limit {
		all = all[:q.Limit]
	}
	var out []spot
	for _, a := range all {
		out = append(out, a.spot)
	}
	return out, nil
}

// TestIndexGoesOn: an index is built in parts, and one that was broken off goes on where it was.
func TestIndexGoesOn(t *testing.T) {
	shelftest.Each(t, func(t *testing.T, where string) {
		s, ctx := open(t, where), context.Background()
		o := writerOf(t, "main-ctl", nil)
		var es []journal.Entry
		for i := range 1300 {
			es = append(es, journal.Entry{At: device.Instant{Wall: spring.Add(time.Duration(i) * time.Second)}, Synced: true, Type: journal.AccessGranted,
				Severity: journal.Info, Subject: "door/room/entry", Data: journal.Data{Door: "room", Person: fmt.Sprint("p-", i%7)}})
		}
		if err := s.Record(ctx, o, es...); err != nil {
			t.Fatal(err)
		}
		parts := 0
		for {
			more, err := s.Index(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if !more {
				break
			}
			parts++
			left, err := s.Unindexed(ctx)
			if want := max(0, int64(1301-512*parts)); err != nil || left != want {
				t.Fatalf("after %d parts %d are left, %v, want %d", parts, left, err, want)
			}
		}
		n, err := s.Matches(ctx, shelf.Query{Person: "p-3"})
		if parts != 3 || err != nil || n != 186 {
			t.Errorf("%d parts, %d found, %v", parts, n, err)
		}
		walk(t, s, shelf.Query{Types: []journal.Type{journal.AccessGranted}}, 1)
		walk(t, s, shelf.Query{Types: []journal.Type{journal.AccessGranted}, Newest: true}, -1)
	})
}

// walk goes through three pages, each entry once and in order: way 1 oldest first, -1 newest first.
func walk(t *testing.T, s *shelf.Shelf, q shelf.Query, way int) {
	t.Helper()
	var last time.Time
	found := 0
	for f, err := range s.Search(context.Background(), q) {
		if err != nil || found > 0 && f.Entry.At.Wall.Compare(last) != way {
			t.Fatalf("%v, %v after %v", err, f.Entry.At.Wall, last)
		}
		last, found = f.Entry.At.Wall, found+1
	}
	if found != 1300 {
		t.Errorf("%d of 1300 found", found)
	}
}

// TestDisposedIsNotFound: what was disposed of leaves the index, and the rest stays.
func TestDisposedIsNotFound(t *testing.T) {
	shelftest.Each(t, func(t *testing.T, where string) {
		s, ctx := open(t, where), context.Background()
		var es []journal.Entry
		for i := range 10 {
			es = append(es, journal.Entry{At: device.Instant{Wall: spring.Add(time.Duration(i) * time.Minute)}, Synced: true, Type: journal.VisitOpened,
				Severity: journal.Info, Subject: "zone/room", Data: journal.Data{Zone: "room", Person: "p-1", Visit: fmt.Sprintf("2026-%06d", i)}})
		}
		o := writerOf(t, "main-ctl", nil)
		_, err := s.Accept(ctx, o.Key, spring)
		me := shelf.Instance{Name: "log-a", Session: "1"}
		if err := errors.Join(err, s.Record(ctx, o, es...), s.IndexAll(ctx), s.Enter(ctx, me, time.Hour)); err != nil {
			t.Fatal(err)
		}
		holds, err := s.Lease(ctx, me, time.Hour)
		js, err2 := s.Journals(ctx)
		if err := errors.Join(err, err2); err != nil {
			t.Fatal(err)
		}
		for _, h := range holds {
			if h.Controller == o.Origin.KeyName() {
				js[0].Hold = h
			}
		}
		if err := s.Forget(ctx, js[0], []shelf.Span{{From: 0, To: 2}, {From: 5, To: 6}}); err != nil {
			t.Fatal(err)
		}
		n, err := s.Matches(ctx, shelf.Query{Person: "p-1"})
		stays := 0
		for _, err2 := range s.Stays(ctx, shelf.Stays{Zone: "room"}) {
			err = errors.Join(err, err2)
			stays++
		}
		if err != nil || n != 6 || stays != 6 {
			t.Errorf("%d entries and %d visits are found, %v, want 6 of each", n, stays, err)
		}
		gone, err := s.GoneBetween(ctx, js[0].ID, -1, 11)
		if err != nil || gone != 5 {
			t.Errorf("%d are gone, %v", gone, err)
		}
	})
}
