package store_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/store"
	"kidoban/device"
)

// lost is a journal of 40 entries that the central log co-signed at 40, and a backup of its first 20.
type lost struct {
	dir, keyDir   string
	keys          store.Keys
	central       note.Verifier
	own, cosigned []byte // the checkpoint of 40 entries
	early         []byte // that of 20, co-signed
	backup        []byte
	restored      string // directories
}

func lose(t *testing.T) *lost {
	t.Helper()
	l := &lost{}
	l.dir, l.keys, _ = namedJournal(t)
	l.keyDir = keysBeside(t, l.keys)
	secret, public, err := note.GenerateKey(rand.Reader, "central")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	if l.central, err = note.NewVerifier(public); err != nil {
		t.Fatal(err)
	}
	s := open(t, l.dir, l.keys)
	id := identity(t)
	many(t, s, 2, 18)
	sign := func() ([]byte, []byte) {
		own, err := s.Checkpoint(context.Background(), began, journal.Synchronised)
		if err != nil {
			t.Fatal(err)
		}
		both, err := journal.Cosign(own, l.keys.Verifier(), signer)
		if err != nil {
			t.Fatal(err)
		}
		return own, both
	}
	_, l.early = sign()
	l.backup, _ = backup(t, s, id)
	many(t, s, 20, 20)
	l.own, l.cosigned = sign()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	l.restored = filepath.Join(t.TempDir(), "restored")
	if _, err := restore(t, l.backup, id, l.restored); err != nil {
		t.Fatal(err)
	}
	return l
}

// keysBeside finds the directory of a test's keys.
func keysBeside(t *testing.T, k store.Keys) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(filepath.Dir(t.TempDir()), "*", "keys"))
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range found {
		if got, err := store.LoadKeys(dir); err == nil && got.Public() == k.Public() {
			return dir
		}
	}
	t.Fatal("no key directory")
	return ""
}

func (l *lost) how(checkpoint []byte) store.Succession {
	return store.Succession{Checkpoint: checkpoint, Central: l.central, At: entry(99, journal.JournalStarted).At, Synced: true}
}

func (l *lost) succeed(t *testing.T, dir string, how store.Succession) store.Succeeded {
	t.Helper()
	got, err := store.Succeed(context.Background(), dir, l.keyDir, origin, how)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// After a restored backup: people stay inside, unverified; roster, alarms, tries, modes and numbers go on; no number is given
// twice; and both records verify, each with its own key.
func TestSucceedAfterARestore(t *testing.T) {
	l := lose(t)
	card := device.Credential{Format: "H10301", Facility: 118, Card: 7, HasFacility: true, Bits: 26}
	hash := l.keys.CardHash(card)
	got := l.succeed(t, l.restored, l.how(l.cosigned))
	if !got.Cosigned || got.Held != 20 || got.Old.Size != 40 || got.Keys.Journal() == l.keys.Journal() {
		t.Errorf("%+v", got)
	}
	if got.Keys.CardHash(card) != hash {
		t.Error("the card key is another: no card would be known")
	}
	s := open(t, l.restored, got.Keys)
	n, err := s.Snapshot(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if len(n.Occupants) != 1 || !n.Occupants[0].Inside || !n.Occupants[0].Unverified || n.Occupants[0].Person != "0305" {
		t.Errorf("inside: %+v", n.Occupants)
	}
	if len(n.Alarms) != 1 || len(n.Tries) != 1 || len(n.Modes) != 1 {
		t.Errorf("carried over: %+v", n)
	}
	numbers := map[int]int{}
	for _, x := range n.Numbers {
		numbers[x.Year] = x.Last
	}
	if numbers[2024] != 9 || numbers[2025] < 417+20 || numbers[2026] < 20 {
		t.Errorf("numbers: %v", numbers)
	}
	r, _, err := s.Roster(context.Background())
	if err != nil || len(r.People) != 1 || r.People[0].Name == "" {
		t.Errorf("roster: %+v, %v", r, err)
	}
	first := sealed(t, s, 0)
	if d := first.Entry.Data; first.Entry.Type != journal.JournalStarted || d.Succeeds != got.Old.Origin || d.Count != 40 ||
		d.Digest != got.Old.Root.String() || first.Entry.Severity != journal.Alert || d.Private != "" {
		t.Errorf("the first entry: %+v", first.Entry)
	}
	many(t, s, 1, 5)
	if _, err := s.Checkpoint(context.Background(), began, journal.Synchronised); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if r := verify(t, l.restored, store.Verifying{Key: got.Keys.Verifier()}); !r.OK() || r.Size != 6 {
		t.Errorf("the new one: %s, %d entries", text(r), r.Size)
	}
	if r := verify(t, got.Closed, store.Verifying{Key: l.keys.Verifier()}); !r.OK() || r.Size != 20 {
		t.Errorf("the old one: %s, %d entries", text(r), r.Size)
	}
	proven(t, got.Closed, 3, l.keys.Verifier())
	proven(t, l.restored, 3, got.Keys.Verifier())
	clean(t, l.restored)
	retiredKeys(t, l)
}

func sealed(t *testing.T, s *store.Store, n uint64) journal.Sealed {
	t.Helper()
	rows, err := s.Rows(context.Background(), n, 1)
	if err != nil || len(rows) != 1 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	e, err := journal.Parse(rows[0].Payload)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func proven(t *testing.T, dir string, n uint64, key note.Verifier) {
	t.Helper()
	r, err := store.OpenReadOnly(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	p, err := r.Prove(context.Background(), n)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := journal.CheckProof(p, key); err != nil {
		t.Errorf("entry %d of %s: %v", n, dir, err)
	}
}

// retiredKeys fails unless the old keys stay under their journal's id.
func retiredKeys(t *testing.T, l *lost) {
	t.Helper()
	id := l.keys.Journal()
	b, err := os.ReadFile(filepath.Join(l.keyDir, "verifier."+id+".pub"))
	if err != nil || strings.TrimSpace(string(b)) != l.keys.Public() {
		t.Errorf("the old verifier key: %s, %v", b, err)
	}
	if info, err := os.Stat(filepath.Join(l.keyDir, "signing."+id+".key")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the old signing key: %v, %v", info, err)
	}
}

// Nothing is left of the disk: the head alone goes on, on the word of the central log.
func TestSucceedAfterALostDisk(t *testing.T) {
	l := lose(t)
	for name, keyDir := range map[string]string{"keys in the safe": l.keyDir, "keys lost too": filepath.Join(t.TempDir(), "new")} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "new")
			got, err := store.Succeed(context.Background(), dir, keyDir, origin, l.how(l.cosigned))
			if err != nil {
				t.Fatal(err)
			}
			if got.Held != 0 || got.Closed != "" || !got.Cosigned {
				t.Errorf("%+v", got)
			}
			s := open(t, dir, got.Keys)
			if e := sealed(t, s, 0); e.Entry.Data.Count != 40 || !strings.Contains(e.Entry.Data.Detail, "nothing carried over") {
				t.Errorf("%+v", e.Entry)
			}
		})
	}
}

// An old journal that lies there whole and in order may be ended at its own last checkpoint.
func TestSucceedAtTheControllersOwnWord(t *testing.T) {
	l := lose(t)
	how := l.how(l.own)
	how.Central = nil
	got := l.succeed(t, l.dir, how)
	if got.Cosigned || got.Held != 40 {
		t.Errorf("%+v", got)
	}
	s := open(t, l.dir, got.Keys)
	n, err := s.Snapshot(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range n.Numbers {
		if x.Last != map[int]int{2025: 417, 2024: 9}[x.Year] {
			t.Errorf("nothing was lost, yet numbers are left out: %+v", n.Numbers)
		}
	}
}

func TestSucceedRefuses(t *testing.T) {
	l := lose(t)
	other := lose(t)
	elsewhere := origin
	elsewhere.Controller = "other-ctl"
	forged := bytes.Replace(bytes.Clone(l.cosigned), []byte("\n40\n"), []byte("\n41\n"), 1)
	stranger, err := journal.Checkpoint{Origin: "kidoban/maizuru/main-ctl/" + l.keys.Journal(), Size: 40, Time: began,
		Clock: journal.Synchronised}.Sign(other.keys.Signer())
	if err != nil {
		t.Fatal(err)
	}
	fork, err := journal.Checkpoint{Origin: "kidoban/maizuru/main-ctl/" + l.keys.Journal(), Size: 20, Time: began,
		Clock: journal.Synchronised}.Sign(l.keys.Signer())
	if err != nil {
		t.Fatal(err)
	}
	before := list(t, l.dir) + " " + list(t, l.restored) + " " + list(t, l.keyDir)
	for name, c := range map[string]struct {
		dir    string
		origin journal.Origin
		how    store.Succession
		kind   store.FaultKind
	}{
		"no checkpoint":           {l.restored, origin, l.how([]byte("x")), store.Malformed},
		"of another controller":   {l.restored, elsewhere, l.how(l.cosigned), store.WrongKey},
		"of another, lost disk":   {filepath.Join(t.TempDir(), "new"), elsewhere, l.how(l.cosigned), store.WrongKey},
		"of another journal":      {l.restored, origin, other.how(other.cosigned), store.WrongKey},
		"edited":                  {l.restored, origin, l.how(forged), store.WrongKey},
		"signed by a stranger":    {l.restored, origin, l.how(stranger), store.WrongKey},
		"no key to check it with": {filepath.Join(t.TempDir(), "new"), origin, store.Succession{Checkpoint: other.cosigned}, store.Missing},
		"older than the disk":     {l.dir, origin, l.how(l.early), store.Conflict},
		"of other entries":        {l.restored, origin, l.how(fork), store.RolledBack},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := store.Succeed(context.Background(), c.dir, l.keyDir, c.origin, c.how)
			if store.KindOf(err) != c.kind {
				t.Errorf("%v: %v", store.KindOf(err), err)
			}
			t.Log(err)
		})
	}
	if after := list(t, l.dir) + " " + list(t, l.restored) + " " + list(t, l.keyDir); stable(after) != stable(before) {
		t.Errorf("something changed:\n%s\n%s", before, after)
	}
	open(t, l.dir, l.keys)
	if _, err := store.Succeed(context.Background(), l.dir, l.keyDir, origin, l.how(l.cosigned)); store.KindOf(err) != store.Busy {
		t.Errorf("while it is in use: %v", err)
	}
}

// stable leaves out what SQLite makes and removes by itself.
func stable(l string) string {
	var out []string
	for _, name := range strings.Fields(l) {
		if !strings.HasSuffix(name, "-wal") && !strings.HasSuffix(name, "-shm") {
			out = append(out, name)
		}
	}
	return strings.Join(out, " ")
}

// An older checkpoint ends the journal earlier than it lies there only by force, whose reason is on record.
func TestSucceedByForce(t *testing.T) {
	l := lose(t)
	how := l.how(l.early)
	how.Force = "中央記録の故障のため"
	got := l.succeed(t, l.dir, how)
	s := open(t, l.dir, got.Keys)
	rows, err := s.Rows(context.Background(), 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	if e := sealed(t, s, 0); e.Entry.Data.Reason != "forced" || e.Entry.Data.Count != 20 || e.Entry.Data.Private == "" {
		t.Errorf("%+v", e.Entry)
	}
	if !bytes.Contains(rows[0].Private, []byte(how.Force)) || bytes.Contains(rows[0].Payload, []byte(how.Force)) {
		t.Errorf("the reason: %s", rows[0].Private)
	}
	if r := verify(t, got.Closed, store.Verifying{}); r.Size != 40 {
		t.Errorf("of the old one %d entries are left", r.Size)
	}
}

// A record that is not in order goes on only by force, which says what was wrong with it.
func TestSucceedADamagedRecord(t *testing.T) {
	l := lose(t)
	run(t, l.dir, "UPDATE entry SET payload = x'00' WHERE sequence = 7")
	if _, err := store.Succeed(context.Background(), l.dir, l.keyDir, origin, l.how(l.cosigned)); store.KindOf(err) != store.Corrupt ||
		!strings.Contains(err.Error(), "entry 7") {
		t.Errorf("%v", err)
	}
	how := l.how(l.cosigned)
	how.Force = "x"
	got := l.succeed(t, l.dir, how)
	s := open(t, l.dir, got.Keys)
	if e := sealed(t, s, 0); !strings.Contains(e.Entry.Data.Detail, "entry 7") {
		t.Errorf("%+v", e.Entry)
	}
}

// Without the card key every card would be unknown: that is asked for first.
func TestSucceedWithoutTheCardKey(t *testing.T) {
	l := lose(t)
	s := open(t, l.dir, l.keys)
	c := access.Credential{ID: "C-1", Person: "0305", Format: "H10301", Card: access.Hash{1}, State: access.Active}
	if _, err := s.Commit(context.Background(), ledger.Change{Roster: []ledger.Edit{{Credential: &c}}},
		[]journal.Entry{entry(41, journal.CredentialIssued)}); err != nil {
		t.Fatal(err)
	}
	own, err := s.Checkpoint(context.Background(), began, journal.Synchronised)
	if err := errors.Join(err, s.Close(), os.Remove(filepath.Join(l.keyDir, "card.key"))); err != nil {
		t.Fatal(err)
	}
	how := l.how(own)
	if _, err := store.Succeed(context.Background(), l.dir, l.keyDir, origin, how); store.KindOf(err) != store.Missing ||
		!strings.Contains(err.Error(), "--new-card-key") {
		t.Errorf("%v", err)
	}
	how.NewCards = true
	got := l.succeed(t, l.dir, how)
	open(t, l.dir, got.Keys)
}

// Killed anywhere, the old journal counts until the new one is complete, and the same call goes on.
func TestSucceedAfterAKilledOne(t *testing.T) {
	// As far as everything but the database in place: keys changed, the old files linked, the checkpoint replaced.
	half := lose(t)
	got := half.succeed(t, half.restored, half.how(half.cosigned))
	db := filepath.Join(half.restored, "journal.db")
	if err := errors.Join(os.Remove(db), os.Link(filepath.Join(got.Closed, "journal.db"), db),
		os.Mkdir(filepath.Join(half.restored, "succeeding"), 0o700)); err != nil {
		t.Fatal(err)
	}
	again := half.succeed(t, half.restored, half.how(half.cosigned))
	if again.Held != 20 || again.Keys.Journal() == got.Keys.Journal() {
		t.Errorf("%+v", again)
	}
	s := open(t, half.restored, again.Keys)
	if s.Head().Size != 1 {
		t.Errorf("%d entries", s.Head().Size)
	}
	if r := verify(t, again.Closed, store.Verifying{Key: half.keys.Verifier()}); !r.OK() || r.Size != 20 {
		t.Errorf("the old one: %s, %d entries", text(r), r.Size)
	}
}

// Each table is of what is true, and goes on, or of the one record, whose numbers mean nothing in another. A new table is to
// be said here, and if it is of the record, left out in carry.
func TestEveryTableGoesOnOrStays(t *testing.T) {
	l := lose(t)
	goesOn := "alarm belonging credential document duty emergency finding generation holiday incumbency mode number occupant open_grant permit person schedule tries visit"
	stays := "counted entry goose_db_version journal trace"
	want := strings.Fields(goesOn + " " + stays)
	slices.Sort(want)
	if got := tables(t, l.dir); !slices.Equal(got, want) {
		t.Errorf("tables %v, known here %v", got, want)
	}
	run(t, l.dir, "INSERT INTO trace SELECT sequence, 0, '', 0, '', '', '', '', '', '' FROM entry")
	got := l.succeed(t, l.dir, l.how(l.cosigned))
	for _, name := range strings.Fields(goesOn) {
		if was, is := rows(t, got.Closed, name), rows(t, l.dir, name); was != is {
			t.Errorf("%s had %d rows, has %d", name, was, is)
		}
	}
	if n := rows(t, l.dir, "trace"); n != 0 {
		t.Errorf("%d traces of another journal", n)
	}
}

func tables(t *testing.T, dir string) (out []string) {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+dir+"/journal.db?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	found, err := db.Query("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	for found.Next() {
		var name string
		if err := found.Scan(&name); err != nil {
			t.Fatal(err)
		}
		out = append(out, name)
	}
	return out
}

func rows(t *testing.T, dir, table string) (n int) {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+dir+"/journal.db?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRow("SELECT count(*) FROM " + table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
