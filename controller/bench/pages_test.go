package bench_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/store"
)

// readPages is what the console asks for of the register of P8 and a journal of as many entries: the figures of a month
// and a year, and pages of 100 lines or entries. Peers have none of it, so that the bars are times alone.
func readPages(t *testing.T, disk *store.Store, n int) {
	ctx := context.Background()
	began := time.Now()
	record(t, disk, n)
	recorded := time.Since(began)
	slow := asked(t, func(i int) error { _, err := disk.Figures(ctx, monthOf(n, i)); return err }, 2)
	began = time.Now()
	if err := disk.Index(ctx); err != nil {
		t.Fatal(err)
	}
	indexed := time.Since(began)
	began = time.Now()
	if err := disk.Count(ctx); err != nil {
		t.Fatal(err)
	}
	raw := fmt.Sprintf("%d lines, as many entries; recorded in %s, indexed in %s, counted in %s, a month before that %s", n, recorded.Round(time.Second),
		indexed.Round(time.Second), time.Since(began).Round(time.Second), short(quantile(slow, 50)))
	day := access.Span{From: april, Until: april.AddDate(0, 0, 1)}
	year := access.Span{From: april, Until: april.AddDate(1, 0, 0)}
	page := func(l store.Lines) func(int) error {
		var at store.Place
		return func(int) error {
			l.Limit = 100
			p, err := disk.Page(ctx, l, at)
			if at = p.Next; !p.More {
				at = store.Place{}
			}
			return err
		}
	}
	leaf := func(q store.Search, least journal.Severity) func(int) error {
		before := disk.Head().Size
		return func(int) error {
			q.Limit = 100
			p, err := disk.Newest(ctx, q, least, before, func(*store.Found) bool { return true })
			if before = p.Before; before == 0 {
				before = disk.Head().Size
			}
			return err
		}
	}
	for _, c := range []struct {
		what string
		bar  time.Duration
		ask  func(i int) error
	}{
		{"figures, a month", 30 * time.Millisecond, func(i int) error { _, err := disk.Figures(ctx, monthOf(n, i)); return err }},
		{"figures, a year", 30 * time.Millisecond, func(int) error { _, err := disk.Figures(ctx, year); return err }},
		{"figures, a month with a day just corrected", 30 * time.Millisecond, func(i int) error {
			if i == 0 {
				line := visit(n, 0)
				line.Purpose = "訂正"
				if _, err := disk.Commit(ctx, ledger.Change{Visits: []ledger.Visit{line}}, nil); err != nil {
					return err
				}
			}
			_, err := disk.Figures(ctx, monthOf(n, 0))
			return err
		}},
		{"register, a page of a day", 20 * time.Millisecond, page(store.Lines{Span: day})},
		{"register, a page of all", 20 * time.Millisecond, page(store.Lines{Newest: true})},
		{"register, a page of a person", 20 * time.Millisecond, page(store.Lines{Person: guest(n, 3)})},
		{"register, a page of a rare name", 20 * time.Millisecond, page(store.Lines{Name: "山田", Newest: true})},
		{"register, a page of a room with none", 20 * time.Millisecond, page(store.Lines{Zone: "cellar", Newest: true})},
		{"register, how many in a year", 20 * time.Millisecond, func(int) error { _, err := disk.HowMany(ctx, store.Lines{Span: year}); return err }},
		{"journal, a page of all", 20 * time.Millisecond, func(i int) error { _, err := disk.Last(ctx, uint64(n-i*1000), 100); return err }},
		{"journal, a page of a frequent type", 20 * time.Millisecond, leaf(store.Search{Types: []journal.Type{journal.AccessDenied}}, "")},
		{"journal, a page of a rare type", 20 * time.Millisecond, leaf(store.Search{Types: []journal.Type{journal.DoorForced}}, "")},
		{"journal, a page of alerts", 20 * time.Millisecond, leaf(store.Search{}, journal.Alert)},
		{"journal, a page of a person", 20 * time.Millisecond, leaf(store.Search{Person: guest(n, 3)}, "")},
		{"journal, a page of a door with none", 20 * time.Millisecond, leaf(store.Search{Door: "cellar"}, "")},
		{"journal, a page of a month's refusals", 20 * time.Millisecond, leaf(store.Search{Span: monthOf(n, 0), Types: []journal.Type{journal.AccessDenied}}, "")},
	} {
		took := asked(t, c.ask, count(60, 2))
		if err := disk.Count(ctx); err != nil { // as Run does
			t.Fatal(err)
		}
		p95 := quantile(took, 95)
		show(line{"P8", c.what, short(p95), c.bar.String(), "-", verdict(true, p95 <= c.bar, false), fmt.Sprintf("p95; p50 %s; %s", short(quantile(took, 50)), raw)})
		raw = "as above"
	}
}

func asked(t *testing.T, ask func(i int) error, n int) (took []time.Duration) {
	for i := range n {
		began := time.Now()
		if err := ask(i); err != nil {
			t.Fatal(err)
		}
		took = append(took, time.Since(began))
	}
	return took
}

func monthOf(n, i int) access.Span {
	from := april.AddDate(0, i%max(n/linesADay/31, 1), 0)
	return access.Span{From: from, Until: from.AddDate(0, 1, 0)}
}

// record fills the journal with n entries at the times of the lines: one in twenty a refusal, one in a thousand an alarm.
func record(t *testing.T, disk *store.Store, n int) {
	t.Helper()
	for i := 0; i < n; {
		var some []journal.Entry
		for ; i < n && len(some) < 2000; i++ {
			some = append(some, happened(n, i))
		}
		if _, err := disk.Commit(context.Background(), ledger.Change{}, some); err != nil {
			t.Fatal(err)
		}
	}
}

func happened(n, i int) journal.Entry {
	e := journal.Entry{Synced: true, Type: journal.AccessGranted, Severity: journal.Info, Subject: "door/room-1/entry", Data: journal.Data{
		Door: "room-1", Direction: "entry", Person: string(guest(n, i*7919)), Credential: fmt.Sprintf("c-%05d", i%10_000), Rule: "art20.1.2"}}
	e.At.Wall = visit(n, i).Entered
	switch {
	case i%1000 == 1:
		e.Type, e.Severity = journal.AlarmRaised, journal.Alert
		e.Data = journal.Data{Door: "room-1", Alarm: fmt.Sprintf("door.held/room-1/%x", e.At.Wall.UnixMilli())}
	case i%5000 == 2:
		e.Type, e.Severity, e.Data = journal.DoorForced, journal.Alert, journal.Data{Door: "room-1"}
	case i%20 == 3:
		e.Type, e.Severity, e.Data.Reason = journal.AccessDenied, journal.Warning, []string{"no_permit", "escort_missing", "misread"}[i/20%3]
	}
	return e
}
