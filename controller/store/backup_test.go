package store_test

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"
	"golang.org/x/sync/errgroup"

	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/store"
)

func identity(t testing.TB) *age.X25519Identity {
	t.Helper()
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func backing(id *age.X25519Identity) store.Backing {
	return store.Backing{Recipients: []age.Recipient{id.Recipient()}, At: began, Clock: journal.Synchronised}
}

func backup(t testing.TB, s *store.Store, id *age.X25519Identity) ([]byte, store.Backed) {
	t.Helper()
	var out bytes.Buffer
	b, err := s.Backup(context.Background(), &out, backing(id))
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), b
}

func restore(t testing.TB, file []byte, id age.Identity, dir string) (store.Restored, error) {
	t.Helper()
	return store.Restore(context.Background(), bytes.NewReader(file), dir, store.Restoring{Identities: []age.Identity{id}})
}

// While badges are committed: what is restored is one moment of the record, in order, with every badge before its head.
func TestBackupWhileBadgesAreCommitted(t *testing.T) {
	dir, keys := begin(t)
	s := open(t, dir, keys)
	for i := 0; i < 20_000; i += 1000 {
		many(t, s, i, 1000)
	}
	id := identity(t)
	before := s.Head().Size
	var file bytes.Buffer
	var b store.Backed
	var steps, last int64
	done := make(chan struct{})
	var group errgroup.Group
	group.Go(func() error {
		defer close(done)
		how := backing(id)
		how.Progress = func(n, total int64) {
			if n < last || n > total {
				t.Errorf("progress goes from %d to %d of %d", last, n, total)
			}
			steps, last = steps+1, n
		}
		var err error
		b, err = s.Backup(context.Background(), &file, how)
		return err
	})
	for n, more := 0, true; more; n++ {
		select {
		case <-done:
			more = false
		default:
		}
		c, e := badge(30_000 + n)
		if _, err := s.Commit(context.Background(), c, e); err != nil {
			t.Fatal(err)
		}
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	if b.Size < before || b.Size >= s.Head().Size || steps < 10 {
		t.Fatalf("backed up %d entries of %d to %d, in %d steps", b.Size, before, s.Head().Size, steps)
	}
	if root, err := s.RootAt(context.Background(), b.Size); err != nil || root != b.Root {
		t.Fatalf("root %v of the backup, %v of the record, %v", b.Root, root, err)
	}
	to := filepath.Join(t.TempDir(), "elsewhere")
	got, err := restore(t, file.Bytes(), id, to)
	if err != nil {
		t.Fatal(err)
	}
	if !got.Report.OK() || got.Report.Size != b.Size || got.Report.Signed != b.Size || got.Report.Root != b.Root || got.Checkpoint.Size != b.Size {
		t.Errorf("restored %+v of %+v", got.Report, b)
	}
	r, err := store.OpenReadOnly(context.Background(), to)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if rows, err := r.Rows(context.Background(), b.Size-1, 2); err != nil || len(rows) != 1 {
		t.Errorf("%d rows from the last entry on, %v", len(rows), err)
	}
	if b.Bytes != int64(file.Len()) || b.Digest != fmt.Sprintf("%x", sha256.Sum256(file.Bytes())) {
		t.Errorf("%d octets %s, written %d", b.Bytes, b.Digest, file.Len())
	}
}

// Nothing but the files that belong in it, no key, and no name that can be read without the identity.
func TestBackupHoldsNoKeyAndNothingInTheClear(t *testing.T) {
	dir, keys, name := namedJournal(t)
	s := open(t, dir, keys)
	id := identity(t)
	file, _ := backup(t, s, id)
	secrets := secretsOf(t)
	for _, text := range append(secrets, name) {
		if bytes.Contains(file, []byte(text)) {
			t.Errorf("the file shows %.8s…", text)
		}
	}
	in, err := age.Decrypt(bytes.NewReader(file), id)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	found := false
	for tr := tar.NewReader(in); ; {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, h.Name)
		b, err := io.ReadAll(tr)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range secrets {
			if bytes.Contains(b, []byte(text)) {
				t.Errorf("%s holds a key", h.Name)
			}
		}
		found = found || bytes.Contains(b, []byte(name))
	}
	if got := strings.Join(names, " "); got != "kidoban-backup.json checkpoint journal.db signature" {
		t.Errorf("in it: %s", got)
	}
	if !found {
		t.Error("the roster is not in it")
	}
	clean(t, dir)
}

// namedJournal has a cardholder with a name.
func namedJournal(t *testing.T) (dir string, keys store.Keys, name string) {
	dir, keys = begin(t)
	s := open(t, dir, keys)
	name = "髙﨑 花子"
	p := ledger.Person{Person: access.Person{ID: "0305", Kind: access.Staff}, Name: name}
	if _, err := s.Commit(context.Background(), ledger.Change{
		Roster:    []ledger.Edit{{Person: &p}},
		Occupants: []access.Occupant{{Zone: "room", Person: "0305", Since: began, Inside: true}},
		Alarms:    []ledger.Alarm{{ID: "door.forced/room/1", Type: "door.forced", Door: "room", Severity: "alert", Raised: began}},
		Tries:     []ledger.Tries{{Credential: "C-1", Tries: access.Tries{Wrong: 2}}},
		Modes:     []ledger.Mode{{Door: "room", Mode: "lockdown", Until: began, Account: "clerk"}},
		Numbers:   []ledger.Number{{Kind: "visit", Year: 2025, Last: 417}, {Kind: "visit", Year: 2024, Last: 9}},
	}, []journal.Entry{entry(1, journal.RosterChanged)}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return dir, keys, name
}

// secretsOf are the keys that lie in the key directories of this test.
func secretsOf(t *testing.T) (out []string) {
	t.Helper()
	for _, name := range []string{"signing.key", "card.key"} {
		found, err := filepath.Glob(filepath.Join(filepath.Dir(t.TempDir()), "*", "keys", name))
		if err != nil || len(found) == 0 {
			t.Fatalf("no %s: %v", name, err)
		}
		for _, path := range found {
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			text := strings.TrimSpace(string(b))
			out = append(out, text, text[len(text)/2:])
		}
	}
	return out
}

// clean fails if anything of a backup is left in a data directory.
func clean(t *testing.T, dir string) {
	t.Helper()
	if l := list(t, dir); strings.Contains(l, "unfinished") || strings.Contains(l, "restoring") || strings.Contains(l, "succeeding") {
		t.Errorf("left behind: %s", l)
	}
}

// empty fails if anything is in a directory.
func empty(t *testing.T, dir string) {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil || len(files) > 0 {
		t.Errorf("left in place: %v, %v", files, err)
	}
}

var errFull = errors.New("no space left on device")

// narrow takes n octets and no more.
type narrow struct{ n int }

func (f *narrow) Write(p []byte) (int, error) {
	if f.n -= len(p); f.n < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestBackupThatCannotBeWritten(t *testing.T) {
	dir, keys, _ := written(t, 2000)
	s := open(t, dir, keys)
	id := identity(t)
	whole, _ := backup(t, s, id)
	for _, n := range []int{0, 1, 100, 70_000, len(whole) - 20, len(whole) - 1} {
		if _, err := s.Backup(context.Background(), &narrow{n}, backing(id)); !errors.Is(err, errFull) {
			t.Errorf("after %d octets: %v", n, err)
		}
		clean(t, dir)
	}
	ctx, cancel := context.WithCancel(context.Background())
	how := backing(id)
	how.Progress = func(int64, int64) { cancel() }
	if _, err := s.Backup(ctx, io.Discard, how); !errors.Is(err, context.Canceled) {
		t.Errorf("when nobody waits any more: %v", err)
	}
	clean(t, dir)
	if _, err := s.Backup(context.Background(), io.Discard, store.Backing{At: began}); err == nil || !strings.Contains(err.Error(), "recipient") {
		t.Errorf("for nobody: %v", err)
	}
	if _, err := s.Commit(context.Background(), ledger.Change{}, []journal.Entry{entry(9, journal.DoorOpened)}); err != nil {
		t.Errorf("a badge after it: %v", err)
	}
}

// What one that was killed has left is gone after the next start.
func TestStartTidiesUp(t *testing.T) {
	dir, keys, _ := written(t, 3)
	for _, name := range []string{"backup-1.unfinished", "backup-1.unfinished-journal", "restoring/journal.db", "succeeding/journal.db"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("names"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	open(t, dir, keys)
	clean(t, dir)
}

func TestRestoreRefuses(t *testing.T) {
	dir, keys, _ := namedJournal(t)
	s := open(t, dir, keys)
	for i := range 300 {
		c, e := badge(i)
		if _, err := s.Commit(context.Background(), c, e); err != nil {
			t.Fatal(err)
		}
	}
	id := identity(t)
	file, _ := backup(t, s, id)
	flipped := func(at int) []byte {
		b := bytes.Clone(file)
		b[at] ^= 4
		return b
	}
	cases := map[string]struct {
		file []byte
		id   age.Identity
		kind store.FaultKind
	}{
		"another identity":        {file, identity(t), store.WrongKey},
		"nothing":                 {nil, id, store.Corrupt},
		"no backup":               {[]byte("kidoban"), id, store.Corrupt},
		"one octet cut off":       {file[:len(file)-1], id, store.Corrupt},
		"the last chunk cut off":  {file[:len(file)/2], id, store.Corrupt},
		"the header cut off":      {file[:60], id, store.Corrupt},
		"a bit in the header":     {flipped(40), id, store.WrongKey},
		"a bit in the middle":     {flipped(len(file) / 2), id, store.Corrupt},
		"a bit at the end":        {flipped(len(file) - 1), id, store.Corrupt},
		"something behind it":     {append(bytes.Clone(file), 0), id, store.Corrupt},
		"something else in it":    {sealedTar(t, id, "secret.txt", []byte("x")), id, store.Corrupt},
		"a form of another time":  {sealedTar(t, id, "kidoban-backup.json", []byte(`{"kidoban_backup":"2"}`)), id, store.Newer},
		"a form without a number": {sealedTar(t, id, "kidoban-backup.json", []byte(`[]`)), id, store.Corrupt},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			to := filepath.Join(t.TempDir(), "to")
			_, err := restore(t, c.file, c.id, to)
			if kind := store.KindOf(err); kind != c.kind && !(name == "a bit in the header" && kind == store.Corrupt) {
				t.Errorf("%v: %v", store.KindOf(err), err)
			}
			empty(t, to)
		})
	}
	if _, err := restore(t, file, id, dir); store.KindOf(err) != store.Exists {
		t.Errorf("over a journal: %v", err)
	}
	_, other := begin(t)
	to := t.TempDir()
	_, err := store.Restore(context.Background(), bytes.NewReader(file), to, store.Restoring{Identities: []age.Identity{id}, Key: other.Verifier()})
	if store.KindOf(err) != store.WrongKey {
		t.Errorf("of another controller: %v", err)
	}
	empty(t, to)
}

func sealedTar(t *testing.T, id *age.X25519Identity, name string, text []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := age.Encrypt(&out, id.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	tw := tar.NewWriter(w)
	if err := errors.Join(tw.WriteHeader(&tar.Header{Name: name, Size: int64(len(text)), Mode: 0o600}), second(tw.Write(text)), tw.Close(), w.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func second(_ int, err error) error { return err }

// Whoever knows the recipient can encrypt: what is true beside the record is believed by the controller's signature alone.
func TestRestoreRefusesARosterThatTheControllerNeverWrote(t *testing.T) {
	dir, keys, name := namedJournal(t)
	s := open(t, dir, keys)
	id := identity(t)
	file, _ := backup(t, s, id)
	in, err := age.Decrypt(bytes.NewReader(file), id)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w, err := age.Encrypt(&out, id.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	clear, err := io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	changed := bytes.ReplaceAll(clear, []byte(name), []byte("髙﨑 太子"))
	if bytes.Equal(changed, clear) {
		t.Fatal("the name is not there")
	}
	if err := errors.Join(second(w.Write(changed)), w.Close()); err != nil {
		t.Fatal(err)
	}
	to := t.TempDir()
	if _, err := restore(t, out.Bytes(), id, to); store.KindOf(err) != store.Corrupt || !strings.Contains(err.Error(), "not the one that the controller signed") {
		t.Errorf("%v", err)
	}
	empty(t, to)
}

// An edited entry, however well encrypted, is not restored.
func TestRestoreVerifiesTheRecord(t *testing.T) {
	dir, keys, _ := written(t, 50)
	id := identity(t)
	s := open(t, dir, keys)
	run(t, dir, "UPDATE entry SET payload = CAST(replace(CAST(payload AS TEXT), 'room', 'roof') AS BLOB) WHERE sequence = 7")
	file, _ := backup(t, s, id)
	to := t.TempDir()
	if _, err := restore(t, file, id, to); store.KindOf(err) != store.Corrupt || !strings.Contains(err.Error(), "entry 7") {
		t.Errorf("%v", err)
	}
	empty(t, to)
}

// A journal that was put back is not opened: it would give numbers again that were given.
func TestRestoredJournalIsNotOpened(t *testing.T) {
	dir, keys, _ := written(t, 20)
	s := open(t, dir, keys)
	id := identity(t)
	file, _ := backup(t, s, id)
	to := filepath.Join(t.TempDir(), "to")
	if _, err := restore(t, file, id, to); err != nil {
		t.Fatal(err)
	}
	refused(t, to, keys, store.RolledBack, "kidoban init --succeeds")
	if r := verify(t, to, store.Verifying{}); !r.OK() || r.Size != 20 || r.Signed != 20 {
		t.Errorf("%s, %d entries, %d signed", text(r), r.Size, r.Signed)
	}
}

// A restore that was killed when all but the database was in place begins again.
func TestRestoreAfterAKilledOne(t *testing.T) {
	dir, keys, _ := written(t, 20)
	s := open(t, dir, keys)
	id := identity(t)
	file, _ := backup(t, s, id)
	to := filepath.Join(t.TempDir(), "to")
	if err := os.MkdirAll(filepath.Join(to, "restoring"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"restored", "checkpoint"} {
		if err := errors.Join(os.WriteFile(filepath.Join(to, "restoring", name), []byte("half"), 0o600),
			os.Link(filepath.Join(to, "restoring", name), filepath.Join(to, name))); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := restore(t, file, id, to); err != nil {
		t.Fatal(err)
	}
	clean(t, to)
	if err := os.WriteFile(filepath.Join(dir, "elsewhere"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	alone := t.TempDir()
	if err := os.WriteFile(filepath.Join(alone, "checkpoint"), []byte("of a lost journal"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := restore(t, file, id, alone); store.KindOf(err) != store.Exists {
		t.Errorf("beside a lost journal's checkpoint: %v", err)
	}
}
