package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/mattn/go-sqlite3"

	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/store"
)

// raw is a second way into the database, with none of the store's care.
func raw(t testing.TB, dir string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(dir, "journal.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func run(t testing.TB, dir string, statements ...string) {
	t.Helper()
	db := raw(t, dir)
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// written is a closed journal of n entries, some with private parts, and the checkpoint of its whole.
func written(t testing.TB, n int) (dir string, keys store.Keys, checkpoint []byte) {
	t.Helper()
	dir, keys = begin(t)
	s := open(t, dir, keys)
	for i := 1; i < n; i++ {
		e := entry(i, journal.AccessGranted)
		if i%5 == 3 {
			e.Private = fmt.Appendf(nil, `{"salt":"%d","name":"木戸 番"}`, i)
		}
		if _, err := s.Commit(context.Background(), ledger.Change{}, []journal.Entry{e}); err != nil {
			t.Fatal(err)
		}
	}
	checkpoint, err := s.Checkpoint(context.Background(), began, journal.Synchronised)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return dir, keys, checkpoint
}

func verify(t testing.TB, dir string, with store.Verifying) journal.Report {
	t.Helper()
	r, err := store.OpenReadOnly(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	rep, err := r.Verify(context.Background(), with)
	if err != nil {
		t.Fatal(err)
	}
	return rep
}

func verifyExport(t testing.TB, dir string, with store.Verifying) journal.Report {
	t.Helper()
	r, err := store.OpenReadOnly(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	var out bytes.Buffer
	if err := r.Export(context.Background(), &out); err != nil {
		t.Fatal(err)
	}
	x, err := store.ExportOf(&out)
	if err != nil {
		t.Fatal(err)
	}
	rep, err := x.Verify(with)
	if err != nil {
		t.Fatal(err)
	}
	return rep
}

func text(r journal.Report) string {
	var s []string
	for _, p := range r.Problems {
		s = append(s, p.String())
	}
	return strings.Join(s, "\n")
}

// What was done to the file behind our back, and all that verifying the directory, or an export of it, says.
func TestTamperingIsFoundAndNamed(t *testing.T) {
	const swap = "UPDATE entry SET sequence = -1 WHERE sequence = 10; UPDATE entry SET sequence = 10 WHERE sequence = 20; " +
		"UPDATE entry SET sequence = 20 WHERE sequence = -1"
	for name, c := range map[string]struct{ sql, want string }{
		"nothing": {"", ""},
		"flip a byte": {"UPDATE entry SET payload = CAST(replace(payload, '\"room\"', '\"roon\"') AS BLOB) WHERE sequence = 17",
			"entry 17: edited, the bytes do not match their hash"},
		"flip a hash": {"UPDATE entry SET hashes = CAST(zeroblob(32) || substr(hashes, 33) AS BLOB) WHERE sequence = 17",
			"entry 17: stored hash edited"},
		"delete":             {"DELETE FROM entry WHERE sequence = 17", "entry 17: deleted"},
		"delete many":        {"DELETE FROM entry WHERE sequence BETWEEN 10 AND 15", "entries 10 to 15: deleted"},
		"cut the tail":       {"DELETE FROM entry WHERE sequence >= 33", "checkpoint of 40 entries: the tail was cut off: 33 entries are there"},
		"delete all":         {"DELETE FROM entry", "checkpoint of 40 entries: the tail was cut off: 0 entries are there"},
		"swap":               {swap, "entries 10 and 20: swapped"},
		"insert before":      {"PRAGMA ignore_check_constraints = 1; INSERT INTO entry SELECT -3, hashes, payload, private FROM entry WHERE sequence = 4", "entry 0: inserted: a row numbered -3"},
		"insert far behind":  {"INSERT INTO entry SELECT 900000000000, hashes, payload, private FROM entry WHERE sequence = 4", "entries 40 to 899999999999: deleted\nentry 900000000000: the number inside disagrees: the first says 4, as if 899999999996 had been inserted before"},
		"edit private":       {"UPDATE entry SET private = CAST('{\"salt\":\"8\",\"name\":\"別人\"}' AS BLOB) WHERE sequence = 8", "entry 8: private part edited"},
		"delete private":     {"UPDATE entry SET private = NULL WHERE sequence = 8", "entry 8: private part missing"},
		"delete the payload": {"UPDATE entry SET payload = NULL WHERE sequence = 9", "entry 9: payload deleted without a journal.purged entry"},
	} {
		t.Run(name, func(t *testing.T) {
			dir, keys, _ := written(t, 40)
			var deeds []string
			for d := range strings.SplitSeq(c.sql, "; ") {
				if name == "swap" || name == "insert before" {
					deeds = []string{"PRAGMA ignore_check_constraints = 1; " + c.sql}
					break
				}
				deeds = append(deeds, d)
			}
			run(t, dir, deeds...)
			with := store.Verifying{Key: keys.Verifier()}
			if got := text(verify(t, dir, with)); got != c.want {
				t.Errorf("says\n%s\nwant\n%s", got, c.want)
			}
			if got := text(verifyExport(t, dir, with)); got != c.want {
				t.Errorf("of the export:\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func copyDir(t testing.TB, from, to string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
}

// A directory rolled back whole is consistent in itself: only a checkpoint from elsewhere shows it.
func TestRolledBackBehindAKnownCheckpoint(t *testing.T) {
	dir, keys, _ := written(t, 20)
	backup := filepath.Join(t.TempDir(), "backup")
	copyDir(t, dir, backup)
	s := open(t, dir, keys)
	many(t, s, 100, 10)
	known, err := s.Checkpoint(context.Background(), began, journal.Synchronised)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	with := store.Verifying{Key: keys.Verifier(), Known: [][]byte{known}}
	if r := verify(t, dir, with); !r.OK() || r.Signed != 30 {
		t.Errorf("the true one: %s", text(r))
	}
	if r := verify(t, backup, store.Verifying{}); !r.OK() {
		t.Errorf("the old one by itself: %s", text(r))
	}
	if got := text(verify(t, backup, with)); got != "checkpoint of 30 entries: rolled back behind a known checkpoint: 20 entries are there" {
		t.Errorf("the old one against what is known: %s", got)
	}
	s = open(t, backup, keys)
	many(t, s, 500, 15)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if got := text(verify(t, backup, with)); got != "checkpoint of 30 entries: rolled back behind a known checkpoint: its entries are others" {
		t.Errorf("the old one gone on: %s", got)
	}
}

// The database alone put back under a newer checkpoint is refused at start already: going on would number entries twice.
func TestOpenRefusesARolledBackDatabase(t *testing.T) {
	dir, keys, _ := written(t, 20)
	old, err := os.ReadFile(filepath.Join(dir, "journal.db"))
	if err != nil {
		t.Fatal(err)
	}
	s := open(t, dir, keys)
	many(t, s, 100, 10)
	if _, err := s.Checkpoint(context.Background(), began, journal.Synchronised); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "journal.db"), old, 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, dir, keys, store.RolledBack, "30")
}

func TestOpenRefusesEditedHashes(t *testing.T) {
	dir, keys, _ := written(t, 20)
	run(t, dir, "UPDATE entry SET hashes = zeroblob(160) WHERE sequence = 15")
	refused(t, dir, keys, store.RolledBack, "not those of the checkpoint")
}

func refused(t testing.TB, dir string, keys store.Keys, kind store.FaultKind, says string) {
	t.Helper()
	before := list(t, dir)
	s, err := store.Open(context.Background(), dir, keys, origin)
	if err == nil {
		_ = s.Close()
		t.Fatal("opened")
	}
	if store.KindOf(err) != kind || !strings.Contains(err.Error(), says) {
		t.Errorf("%s: %v", store.KindOf(err), err)
	}
	if after := list(t, dir); kind == store.Missing && after != before {
		t.Errorf("opening made %s of %s", after, before)
	}
}

func list(t testing.TB, dir string) string {
	t.Helper()
	var all []string
	_ = filepath.WalkDir(dir, func(path string, _ fs.DirEntry, _ error) error {
		all = append(all, path)
		return nil
	})
	return strings.Join(all, " ")
}

// A whole other journal in the place of ours, keys, checkpoint and all.
func TestFileReplacedByAnother(t *testing.T) {
	dir, keys, _ := written(t, 10)
	other, _, _ := written(t, 10)
	for _, name := range []string{"journal.db", "checkpoint"} {
		b, err := os.ReadFile(filepath.Join(other, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	refused(t, dir, keys, store.WrongKey, "signed with another key")
	r := verify(t, dir, store.Verifying{Key: keys.Verifier()})
	if !strings.Contains(text(r), "checkpoint: not to be believed") || !strings.Contains(text(r), "entries 0 to 9: of another journal") {
		t.Errorf("says %s", text(r))
	}
}

// The daemon keeps writing while another process verifies, and a reader never changes the directory.
func TestVerifyBesideTheDaemon(t *testing.T) {
	dir, keys := begin(t)
	s := open(t, dir, keys)
	for i := range 20 {
		many(t, s, i*100, 100)
		if _, err := s.Checkpoint(context.Background(), began, journal.Synchronised); err != nil {
			t.Fatal(err)
		}
		if r := verify(t, dir, store.Verifying{Key: keys.Verifier()}); !r.OK() || r.Signed != s.Head().Size {
			t.Fatalf("%s; signed %d of %d", text(r), r.Signed, r.Size)
		}
	}
	if r, err := s.Verify(context.Background(), store.Verifying{}); err != nil || !r.OK() || r.Root != s.Head().Root {
		t.Errorf("through the store itself: %s, %v", text(r), err)
	}
}

func TestProofFromTheDirectory(t *testing.T) {
	dir, keys, _ := written(t, 10)
	r, err := store.OpenReadOnly(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	proof, err := r.Prove(context.Background(), 7)
	if err != nil {
		t.Fatal(err)
	}
	if e, c, err := journal.CheckProof(proof, keys.Verifier()); err != nil || e.Sequence != 7 || c.Size != 10 {
		t.Errorf("%+v, %+v, %v", e, c, err)
	}
	if _, err := r.Prove(context.Background(), 10); err == nil {
		t.Error("proved what is not there")
	}
}
