package store

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/device"
)

var testOrigin = journal.Origin{Site: "maizuru", Controller: "main-ctl", Boot: "boot"}

func testStore(t *testing.T) *Store {
	t.Helper()
	keys, err := CreateKeys(filepath.Join(t.TempDir(), "keys"), testOrigin)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "data")
	if err := Create(context.Background(), dir, keys, testOrigin, testEntry()); err != nil {
		t.Fatal(err)
	}
	s, err := Open(context.Background(), dir, keys, testOrigin)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func testEntry() journal.Entry {
	return journal.Entry{At: device.Instant{Wall: time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)}, Type: journal.JournalStarted}
}

// No connection is used that is not what was asked for, whatever the driver made of the request.
func TestConnectionsAreAsserted(t *testing.T) {
	s := testStore(t)
	path := filepath.Join(s.dir, databaseFile)
	for _, how := range []string{"NORMAL", "OFF", "EXTRA"} {
		db := connect(path, "mode=rw&_journal_mode=WAL&_synchronous="+how, map[string]string{"synchronous": "2"})
		if err := db.Ping(); err == nil || !strings.Contains(err.Error(), "synchronous") {
			t.Errorf("synchronous=%s: %v", how, err)
		}
		_ = db.Close()
	}
	db := connect(path, "mode=rw", map[string]string{"query_only": "1"})
	if err := db.Ping(); err == nil {
		t.Error("a reader that may write")
	}
	_ = db.Close()
	for name, want := range map[string]string{"synchronous": "2", "journal_mode": "wal", "secure_delete": "1", "busy_timeout": "10000"} {
		if got, err := one[string](context.Background(), s.conn, "PRAGMA "+name); err != nil || got != want {
			t.Errorf("writer's %s is %s, %v", name, got, err)
		}
	}
	if _, err := s.read.Exec("DELETE FROM entry"); err == nil {
		t.Error("a reader deleted")
	}
	db = writing(filepath.Join(t.TempDir(), "nothing.db"))
	if err := db.Ping(); err == nil {
		t.Error("a missing file was created")
	}
	_ = db.Close()
}

// Where the transaction became durable although its end was reported as failed, it is a success; where it did not, the tree
// is the disk's.
func TestAfterAFailureTheDiskDecides(t *testing.T) {
	s := testStore(t)
	var b batch
	if err := b.fill(s.tree, s.origin, []journal.Entry{testEntry(), testEntry()}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.stmt.begin.Exec(); err != nil {
		t.Fatal(err)
	}
	if s.durable(&b) || s.Head().Size != 1 || s.tree.Size() != 1 {
		t.Errorf("a transaction that was begun is durable; head %d, tree %d", s.Head().Size, s.tree.Size())
	}
	if err := s.stmt.transact(&ledger.Change{}, &b, s.origin); err != nil {
		t.Fatal(err)
	}
	if !s.durable(&b) || s.Head().Size != 3 || s.tree.Size() != 3 || s.Head().Root != b.root {
		t.Errorf("a transaction that ended is not durable; head %d, tree %d", s.Head().Size, s.tree.Size())
	}
	if _, err := s.Commit(context.Background(), ledger.Change{}, []journal.Entry{testEntry()}); err != nil || s.Head().Size != 4 {
		t.Errorf("and then: %d, %v", s.Head().Size, err)
	}
}

// After a failure that left the disk unreadable, the next commit reads it first.
func TestAStaleTreeIsReadAgain(t *testing.T) {
	s := testStore(t)
	s.stale, s.tree = true, journal.Tree{}
	if c, err := s.Commit(context.Background(), ledger.Change{}, []journal.Entry{testEntry()}); err != nil || c.First != 1 {
		t.Errorf("%+v, %v", c, err)
	}
}

// Once grown, the WAL is overwritten in place, and the zeros behind its end are not taken for frames. Commits beside the
// growing lose nothing.
func TestWALIsGrown(t *testing.T) {
	s := testStore(t)
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := s.growWAL(context.Background()); err != nil {
			t.Error(err)
		}
	})
	commit := func() {
		for range 100 {
			if _, err := s.Commit(context.Background(), ledger.Change{}, []journal.Entry{testEntry()}); err != nil {
				t.Fatal(err)
			}
		}
	}
	commit()
	wg.Wait()
	path := filepath.Join(s.dir, databaseFile+"-wal")
	before := size(t, path)
	if before < walGrown {
		t.Fatalf("WAL of %d bytes", before)
	}
	commit()
	if after := size(t, path); after != before {
		t.Errorf("WAL grew from %d to %d", before, after)
	}
	killed := filepath.Join(t.TempDir(), "killed")
	if err := os.CopyFS(killed, os.DirFS(s.dir)); err != nil {
		t.Fatal(err)
	}
	again, err := Open(context.Background(), killed, s.keys, testOrigin)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = again.Close() }()
	if r, err := again.Verify(context.Background(), Verifying{}); err != nil || !r.OK() || r.Size != 201 {
		t.Errorf("%v, %v", r, err)
	}
}

func size(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

// Entries are indexed when nothing was recorded for a while and there are many of them, never beside badges.
func TestIndexingWaitsForQuiet(t *testing.T) {
	s := testStore(t)
	ctx := context.Background()
	several := func(n int) {
		entries := make([]journal.Entry, n)
		for i := range entries {
			entries[i] = testEntry()
			entries[i].Type = journal.DoorOpened
		}
		if _, err := s.Commit(ctx, ledger.Change{}, entries); err != nil {
			t.Fatal(err)
		}
	}
	var q quiet
	tick := func() int64 {
		if q.since(s.Head().Size) {
			s.tidy(ctx, &q)
		}
		n, err := indexed(ctx, s.read)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	several(indexLag)
	for i := range quietTicks - 1 {
		if n := tick(); n != 0 {
			t.Fatalf("tick %d: %d indexed beside badges", i, n)
		}
	}
	if n := tick(); n != indexLag+1 {
		t.Errorf("%d indexed of %d", n, indexLag+1)
	}
	several(indexLag / 2)
	for range 2 * quietTicks {
		tick()
	}
	if n := tick(); n != indexLag+1 {
		t.Errorf("%d indexed: too few are not worth a write", n)
	}
	if err := s.Index(ctx); err != nil || tick() != int64(s.Head().Size) {
		t.Errorf("%d indexed, %v", tick(), err)
	}
}
