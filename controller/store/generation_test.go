package store_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/store"
)

// Duplicate cards, whether staged or edited, never become true; a staged roster does in one commit; a change in between
// makes it void.
func TestRosterInGenerations(t *testing.T) {
	dir, keys := begin(t)
	s := open(t, dir, keys)
	ctx := context.Background()
	r := people(300)
	r.Records.Schedules = []access.Schedule{{ID: "office", Holiday: []access.Hours{{From: 540, Until: 600}},
		Week: [7][]access.Hours{1: {{From: 510, Until: 1035}, {From: 1320, Until: 360}}}}}
	r.Records.Holidays = []access.Holiday{{Year: 2026, Month: time.April, Day: 29}, {Year: 2026, Month: time.May, Day: 4, Working: true}}
	r.Records.Incumbents = []access.Incumbency{{Person: "p-00001", Post: access.CISO, Span: access.Span{Until: time.Date(9999, 12, 31, 0, 0, 0, 0, tokyo)}}}
	r.Records.Findings = []access.Finding{{Person: "p-00002", Span: access.Span{From: began}}}
	r.Records.Duties = []access.Duty{{Person: "p-00002", Duty: access.DutyConsent, Zone: "room", Span: access.Span{From: began}}}
	r.Records.Credentials[0].PIN, r.Records.Credentials[1].Duress = access.Hash{7}, access.Hash{8}
	adopt(t, s, r)
	got, gen, err := s.Roster(ctx)
	if err != nil || fmt.Sprint(got) != fmt.Sprint(r) {
		t.Fatalf("roster is not what was staged: %v\n%v\n%v", err, got.Records.Schedules, r.Records.Schedules)
	}

	twice := people(5)
	twice.Records.Credentials[4].Card = twice.Records.Credentials[1].Card
	if _, err := s.Stage(ctx, twice); store.KindOf(err) != store.Conflict {
		t.Errorf("a card twice: %v", err)
	}

	next, err := s.Stage(ctx, people(10))
	if err != nil {
		t.Fatal(err)
	}
	if _, now, err := s.Roster(ctx); err != nil || now != gen {
		t.Errorf("staging made generation %d current, %v", now, err)
	}
	lost := r.Records.Credentials[3]
	lost.State = access.Lost
	if _, err := s.Commit(ctx, ledger.Change{Roster: []ledger.Edit{{Credential: &lost}}}, []journal.Entry{entry(2, journal.CredentialLost)}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Commit(ctx, ledger.Change{Switch: next}, []journal.Entry{entry(3, journal.RosterChanged)}); store.KindOf(err) != store.Conflict {
		t.Errorf("a switch that would undo a lost card: %v", err)
	}
	if _, err := s.Commit(ctx, ledger.Change{Switch: 12345}, nil); store.KindOf(err) != store.Conflict {
		t.Errorf("a switch to nothing: %v", err)
	}
	if next, err = s.Stage(ctx, people(10)); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir, keys)
	if _, err := s.Commit(ctx, ledger.Change{Switch: next}, nil); store.KindOf(err) != store.Conflict {
		t.Errorf("a switch to what another process staged: %v", err)
	}
	adopt(t, s, people(20))
	if err := s.Sweep(ctx); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	var left, cards int
	if err := raw(t, dir).QueryRow("SELECT (SELECT count(*) FROM generation), (SELECT count(*) FROM credential) + "+
		"(SELECT count(*) FROM schedule) + (SELECT count(*) FROM incumbency)").Scan(&left, &cards); err != nil || left != 1 || cards != 20 {
		t.Errorf("after sweeping %d generations, %d rows, %v", left, cards, err)
	}
}

// Commits pass while a roster is staged and swept, readers read, checkpoints are signed, and Run keeps the WAL short.
func TestEverythingAtOnce(t *testing.T) {
	dir, keys := begin(t)
	s := open(t, dir, keys)
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	fail := func(err error) {
		if err != nil && ctx.Err() == nil {
			t.Error(err)
		}
	}
	wg.Go(func() { fail(s.Run(ctx)) })
	wg.Go(func() {
		for ctx.Err() == nil {
			head := s.Head()
			_, err := s.Checkpoint(ctx, began, journal.Synchronised)
			fail(err)
			root, err := s.RootAt(ctx, head.Size)
			if err == nil && root != head.Root {
				t.Errorf("root at %d", head.Size)
			}
			fail(err)
			_, err = s.Rows(ctx, head.Size-1, 10)
			fail(err)
		}
	})
	staged := make(chan uint64)
	wg.Go(func() {
		for range 3 {
			gen, err := s.Stage(ctx, people(500))
			fail(err)
			staged <- gen
			fail(s.Sweep(ctx))
		}
		close(staged)
	})
	for i := 0; ; i++ {
		c, e := badge(i)
		select {
		case gen, ok := <-staged:
			if !ok {
				cancel()
				wg.Wait()
				if r, err := s.Verify(context.Background(), store.Verifying{}); err != nil || !r.OK() || r.Size != uint64(i+1) {
					t.Errorf("%s, %d of %d, %v", text(r), r.Size, i+1, err)
				}
				return
			}
			c.Switch = gen
		default:
		}
		if _, err := s.Commit(context.Background(), c, e); err != nil {
			t.Fatal(err)
		}
	}
}

// Run says when the file was taken from under us.
func TestRunNoticesAReplacedFile(t *testing.T) {
	dir, keys := begin(t)
	s := open(t, dir, keys)
	if err := os.Rename(filepath.Join(dir, "journal.db"), filepath.Join(dir, "away")); err != nil {
		t.Fatal(err)
	}
	if err := s.Run(context.Background()); store.KindOf(err) != store.Missing {
		t.Errorf("%v", err)
	}
}
