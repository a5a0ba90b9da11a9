package store_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/store"
	"kidoban/device"
)

// badge is what one staff badge in makes true and records.
func badge(i int) (ledger.Change, []journal.Entry) {
	e := entry(i, journal.AccessGranted)
	e.Data = journal.Data{Door: "room", Direction: "entry", Reader: "entry", Person: "p-0012", Credential: "c-0034",
		Rule: "art20.1.2", Grant: "g-1", LatencyUS: 1830}
	return ledger.Change{Grants: []ledger.Grant{{ID: "g-1", Door: "room", Direction: device.Entry, Person: "p-0012",
		Credential: "c-0034", At: e.At.Wall}}}, []journal.Entry{e}
}

// overwrite is the limit: one 4 KiB overwrite and fdatasync in dir.
func overwrite(b *testing.B, dir string) func() {
	f, err := os.Create(filepath.Join(dir, "overwritten"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = f.Close() })
	page := make([]byte, 4096)
	for i := range int64(256) {
		if _, err := f.WriteAt(page, i*4096); err != nil {
			b.Fatal(err)
		}
	}
	if err := f.Sync(); err != nil {
		b.Fatal(err)
	}
	var n int64
	return func() {
		page[0]++
		if _, err := f.WriteAt(page, n%256*4096); err != nil {
			b.Fatal(err)
		}
		if err := syscall.Fdatasync(int(f.Fd())); err != nil {
			b.Fatal(err)
		}
		n++
	}
}

// P1, P2: the commit of a badge against the disk's own limit, in turn.
func BenchmarkCommit(b *testing.B) {
	dir, keys := begin(b)
	s := open(b, dir, keys)
	running(b, s, dir)
	limit := overwrite(b, dir)
	var ours, theirs []time.Duration
	n := 0
	for b.Loop() {
		n++
		c, e := badge(n)
		at := time.Now()
		if _, err := s.Commit(context.Background(), c, e); err != nil {
			b.Fatal(err)
		}
		ours = append(ours, time.Since(at))
		at = time.Now()
		limit()
		theirs = append(theirs, time.Since(at))
	}
	report(b, ours, theirs)
}

// What the line of the register adds to the commits after the badge's: opened when the door was, closed at leaving.
func BenchmarkCommitVisit(b *testing.B) {
	dir, keys := begin(b)
	s := open(b, dir, keys)
	running(b, s, dir)
	var ours, theirs []time.Duration
	n := 0
	for b.Loop() {
		v := ledger.Visit{ID: fmt.Sprintf("2026-%06d", n/2+1), Zone: "room", Person: access.PersonID(fmt.Sprintf("p-%04d", n/2%997)),
			Name: "木戸 番", Affiliation: "市民課", Class: "art20.1.2", Credential: "c-0034", Entered: began.Add(time.Duration(n) * time.Second)}
		if n++; n%2 == 0 {
			v.Entered, v.Left = v.Entered.Add(-time.Second), v.Entered.Add(time.Hour)
		}
		c, e := badge(n)
		bare := c
		c.Visits = []ledger.Visit{v}
		for to, change := range map[*[]time.Duration]ledger.Change{&ours: c, &theirs: bare} {
			at := time.Now()
			if _, err := s.Commit(context.Background(), change, e); err != nil {
				b.Fatal(err)
			}
			*to = append(*to, time.Since(at))
		}
	}
	report(b, ours, theirs)
}

// running lets Run work beside a benchmark, once it has grown the WAL.
func running(b *testing.B, s *store.Store, dir string) {
	b.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { _ = s.Run(ctx) })
	b.Cleanup(func() { cancel(); wg.Wait() })
	for {
		if info, err := os.Stat(filepath.Join(dir, "journal.db-wal")); err == nil && info.Size() >= 8<<20 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func report(b *testing.B, ours, theirs []time.Duration) {
	o50, o99 := quantiles(ours)
	t50, t99 := quantiles(theirs)
	b.ReportMetric(o50.Seconds()*1e6, "us-p50")
	b.ReportMetric(o99.Seconds()*1e6, "us-p99")
	b.ReportMetric(float64(o50)/float64(t50), "x-p50")
	b.ReportMetric(float64(o99)/float64(t99), "x-p99")
}

// P10: opening a journal and its roster of 10,000 cardholders.
func BenchmarkOpen(b *testing.B) {
	dir, keys := begin(b)
	s := open(b, dir, keys)
	adopt(b, s, people(10000))
	for i := range 20 {
		many(b, s, i*1000, 1000)
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		s, err := store.Open(context.Background(), dir, keys, origin)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := s.Snapshot(context.Background()); err != nil {
			b.Fatal(err)
		}
		if r, _, err := s.Roster(context.Background()); err != nil || len(r.People) != 10000 {
			b.Fatal(len(r.People), err)
		}
		b.StopTimer()
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}

func many(b testing.TB, s *store.Store, from, n int) {
	b.Helper()
	var all []journal.Entry
	for i := range n {
		_, e := badge(from + i)
		all = append(all, e...)
	}
	if _, err := s.Commit(context.Background(), ledger.Change{}, all); err != nil {
		b.Fatal(err)
	}
}

// P9: verifying from disk, against the tree alone in memory.
func BenchmarkVerify(b *testing.B) {
	dir, keys := begin(b)
	s := open(b, dir, keys)
	const n = 200_000
	for i := 0; i < n; i += 1000 {
		many(b, s, i, 1000)
	}
	rows, err := s.Rows(context.Background(), 1, n)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("disk", func(b *testing.B) {
		for b.Loop() {
			r, err := s.Verify(context.Background(), store.Verifying{})
			if err != nil || !r.OK() || r.Size != n+1 {
				b.Fatal(r, err)
			}
		}
		b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
	})
	b.Run("memory", func(b *testing.B) {
		for b.Loop() {
			var t journal.Tree
			for i := range rows {
				t.Append(nil, journal.LeafHash(rows[i].Payload))
			}
		}
		b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
	})
}

// How long a commit takes while 10,000 rows are imported, against how long it takes by itself.
func BenchmarkCommitBesideImport(b *testing.B) {
	dir, keys := begin(b)
	s := open(b, dir, keys)
	running(b, s, dir)
	r := people(10000)
	var with, alone []time.Duration
	one := func(i int) time.Duration {
		c, e := badge(i)
		at := time.Now()
		if _, err := s.Commit(context.Background(), c, e); err != nil {
			b.Fatal(err)
		}
		return time.Since(at)
	}
	for b.Loop() {
		var wg sync.WaitGroup
		done := make(chan struct{})
		wg.Go(func() {
			defer close(done)
			gen, err := s.Stage(context.Background(), r)
			if err != nil {
				panic(err)
			}
			if err := s.Drop(gen); err != nil {
				panic(err)
			}
			if err := s.Sweep(context.Background()); err != nil {
				panic(err)
			}
		})
		for i, busy := 0, true; busy; i++ {
			select {
			case <-done:
				busy = false
			case <-time.After(3 * time.Millisecond):
				with = append(with, one(i))
			}
		}
		wg.Wait()
		for i := range 200 {
			alone = append(alone, one(i))
		}
	}
	report(b, with, alone)
	b.ReportMetric(slices.Max(with).Seconds()*1e3, "ms-longest")
	b.ReportMetric(slices.Max(alone).Seconds()*1e3, "ms-longest-alone")
}

func people(n int) ledger.Roster {
	var r ledger.Roster
	for i := range n {
		id := access.PersonID(fmt.Sprintf("p-%05d", i))
		r.People = append(r.People, ledger.Person{Person: access.Person{ID: id, Kind: access.Staff}, Name: "木戸 番", Reading: "きど ばん",
			Affiliation: "市民課"})
		r.Records.Credentials = append(r.Records.Credentials, access.Credential{ID: access.CredentialID(fmt.Sprintf("c-%05d", i)),
			Person: id, Format: "H10301", Card: access.Hash{1, byte(i), byte(i >> 8), byte(i >> 16)}, State: access.Active,
			Span: access.Span{From: began}})
		r.Records.Belongings = append(r.Records.Belongings, access.Belonging{Person: id, Section: access.CivicAffairs,
			Span: access.Span{From: began}})
	}
	return r
}

func adopt(t testing.TB, s *store.Store, r ledger.Roster) {
	t.Helper()
	gen, err := s.Stage(context.Background(), r)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Commit(context.Background(), ledger.Change{Switch: gen}, []journal.Entry{entry(1, journal.RosterChanged)}); err != nil {
		t.Fatal(err)
	}
}
func quantiles(d []time.Duration) (p50, p99 time.Duration) {
	slices.Sort(d)
	if len(d) == 0 {
		return 1, 1
	}
	return d[len(d)/2], d[len(d)*99/100]
}

// The longest part of a start: 10,000 cardholders with a card and a section each.
func BenchmarkRoster(b *testing.B) {
	dir, keys := begin(b)
	s := open(b, dir, keys)
	adopt(b, s, people(10000))
	b.ReportAllocs()
	for b.Loop() {
		if r, _, err := s.Roster(context.Background()); err != nil || len(r.People) != 10000 {
			b.Fatal(len(r.People), err)
		}
	}
}
