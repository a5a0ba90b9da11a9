package store_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/store"
	"kidoban/device"
)

var (
	tokyo  = time.FixedZone("JST", 9*60*60)
	origin = journal.Origin{Site: "maizuru", Controller: "main-ctl", Boot: "0e6d2f0c-6f53-4c7e-8a64-6a0a2f6d1c11", Zone: tokyo}
	began  = time.Date(2026, 4, 1, 9, 0, 0, 0, tokyo)
)

func entry(i int, t journal.Type) journal.Entry {
	d := time.Duration(i) * time.Second
	return journal.Entry{At: device.Instant{Wall: began.Add(d), Mono: time.Hour + d}, Synced: true, Type: t,
		Severity: journal.Info, Subject: "door/room/entry", Data: journal.Data{Door: "room", Direction: "entry", Count: int64(i)}}
}

func begin(t testing.TB) (dir string, keys store.Keys) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "data")
	keys, err := store.CreateKeys(filepath.Join(t.TempDir(), "keys"), origin)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Create(context.Background(), dir, keys, origin, entry(0, journal.JournalStarted)); err != nil {
		t.Fatal(err)
	}
	return dir, keys
}

func open(t testing.TB, dir string, keys store.Keys) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), dir, keys, origin)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestCommitAndReopen(t *testing.T) {
	dir, keys := begin(t)
	s := open(t, dir, keys)
	c, err := s.Commit(context.Background(), ledger.Change{}, []journal.Entry{entry(1, journal.AccessGranted), entry(2, journal.AccessTaken)})
	if err != nil {
		t.Fatal(err)
	}
	if c.First != 1 || c.Size != 3 {
		t.Fatalf("first %d, size %d", c.First, c.Size)
	}
	if _, err := s.Checkpoint(context.Background(), began, journal.Synchronised); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir, keys)
	if s.Head().Root != c.Root || s.Head().Size != 3 {
		t.Errorf("head %v after reopening", s.Head())
	}
	rows, err := s.Rows(context.Background(), 0, 10)
	if err != nil || len(rows) != 3 || rows[1].Class != "access" {
		t.Fatalf("rows %v, %v", rows, err)
	}
	t.Logf("%s", rows[1].Payload)
	if _, err := s.Snapshot(context.Background()); err != nil {
		t.Error(err)
	}
}
