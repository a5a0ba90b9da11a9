package store_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/store"
)

// A missing journal is never silently begun anew.
func TestMissingJournalIsNeverCreated(t *testing.T) {
	dir, keys, _ := written(t, 3)
	refused(t, filepath.Join(dir, "nowhere"), keys, store.Missing, "kidoban init")
	if err := os.Rename(filepath.Join(dir, "journal.db"), filepath.Join(dir, "elsewhere")); err != nil {
		t.Fatal(err)
	}
	refused(t, dir, keys, store.Missing, "kidoban init")
	if _, err := store.OpenReadOnly(context.Background(), dir); store.KindOf(err) != store.Missing {
		t.Errorf("read-only: %v", err)
	}
	if err := store.Create(context.Background(), dir, keys, origin, entry(0, journal.JournalStarted)); store.KindOf(err) != store.Exists {
		t.Errorf("begun anew beside an old checkpoint: %v", err)
	}
}

func TestCreateRefusesWhatExists(t *testing.T) {
	dir, keys, _ := written(t, 3)
	if err := store.Create(context.Background(), dir, keys, origin, entry(0, journal.JournalStarted)); store.KindOf(err) != store.Exists {
		t.Errorf("%v", err)
	}
	if r := verify(t, dir, store.Verifying{}); !r.OK() || r.Size != 3 {
		t.Errorf("the old one is now: %s, %d entries", text(r), r.Size)
	}
}

func TestCreateAfterAnUnfinishedOne(t *testing.T) {
	dir := t.TempDir()
	keys, err := store.CreateKeys(filepath.Join(t.TempDir(), "keys"), origin)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"journal.db.unfinished", "journal.db.unfinished-wal"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.Create(context.Background(), dir, keys, origin, entry(0, journal.JournalStarted)); err != nil {
		t.Fatal(err)
	}
	if s := open(t, dir, keys); s.Head().Size != 1 {
		t.Errorf("%d entries", s.Head().Size)
	}
	if l := list(t, dir); strings.Contains(l, "unfinished") {
		t.Errorf("left behind: %s", l)
	}
}

func TestOpenRefusesWhatIsNotOurs(t *testing.T) {
	dir, keys, _ := written(t, 3)
	_, other := begin(t)
	refused(t, dir, other, store.WrongKey, "storage.keys")
	o := origin
	o.Controller = "other-ctl"
	if _, err := store.Open(context.Background(), dir, keys, o); store.KindOf(err) != store.WrongKey {
		t.Errorf("another controller: %v", err)
	}
	run(t, dir, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, 1)")
	refused(t, dir, keys, store.Newer, "99999")
}

func TestOpenRefusesDamage(t *testing.T) {
	for name, damage := range map[string]func([]byte) []byte{
		"not a database": func(b []byte) []byte { return []byte(strings.Repeat("not a database ", 1000)) },
		"empty":          func([]byte) []byte { return nil },
		"cut":            func(b []byte) []byte { return b[:4096*3] },
		"schema zeroed":  func(b []byte) []byte { clear(b[100:4096]); return b },
	} {
		t.Run(name, func(t *testing.T) {
			dir, keys, _ := written(t, 30)
			path := filepath.Join(dir, "journal.db")
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, damage(b), 0o600); err != nil {
				t.Fatal(err)
			}
			s, err := store.Open(context.Background(), dir, keys, origin)
			if err == nil {
				_ = s.Close()
				t.Fatal("opened")
			}
			if store.KindOf(err) != store.Corrupt {
				t.Errorf("%s: %v", store.KindOf(err), err)
			}
			t.Log(err)
		})
	}
}

// A torn write of the checkpoint's file leaves the one before.
func TestCheckpointSurvivesATornWrite(t *testing.T) {
	dir, keys, first := written(t, 5)
	s := open(t, dir, keys)
	many(t, s, 100, 5)
	second, err := s.Checkpoint(context.Background(), began, journal.Unsynchronised)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir, keys)
	if string(s.LatestCheckpoint()) != string(second) {
		t.Errorf("kept %s", s.LatestCheckpoint())
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "checkpoint")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	torn := []byte(strings.Replace(string(whole), "\n10\n", "\n1\x00\n", 1))
	if err := os.WriteFile(path, torn, 0o600); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir, keys)
	if string(s.LatestCheckpoint()) != string(first) {
		t.Errorf("after a torn write %s", s.LatestCheckpoint())
	}
	if _, err := s.Commit(context.Background(), ledger.Change{}, []journal.Entry{entry(9, journal.DoorOpened)}); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(strings.Repeat("x", len(whole))), 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, dir, keys, store.Corrupt, "neither of its blocks")
	if r := verify(t, dir, store.Verifying{}); text(r) == "" {
		t.Error("verify says nothing of the checkpoint")
	}
}

func TestOneWriterAtATime(t *testing.T) {
	dir, keys, _ := written(t, 3)
	s := open(t, dir, keys)
	refused(t, dir, keys, store.Busy, "another process")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	open(t, dir, keys)
}
