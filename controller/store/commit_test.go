package store_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"syscall"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/store"
	"kidoban/device"
)

// model is what the store must hold: maps by key, and every entry.
type model struct {
	occupants map[access.OccupantKey]access.Occupant
	grants    map[string]ledger.Grant
	tries     map[access.CredentialID]ledger.Tries
	modes     map[string]ledger.Mode
	alarms    map[string]ledger.Alarm
	cards     map[access.CredentialID]access.Credential
	private   [][]byte
	size      int
	last      time.Time
}

func newModel() *model {
	return &model{map[access.OccupantKey]access.Occupant{}, map[string]ledger.Grant{}, map[access.CredentialID]ledger.Tries{},
		map[string]ledger.Mode{}, map[string]ledger.Alarm{}, map[access.CredentialID]access.Credential{}, [][]byte{nil}, 1, began}
}

func instant(t *rapid.T, label string) time.Time {
	if rapid.Bool().Draw(t, label+" is set") {
		return began.Add(time.Duration(rapid.Int64Range(-1e15, 1e15).Draw(t, label)) * time.Microsecond)
	}
	return time.Time{}
}

func draw(t *rapid.T, m *model) (c ledger.Change) {
	few := func(label string) int { return rapid.IntRange(0, 2).Draw(t, label) }
	name := func(label string) string {
		return rapid.SampledFrom([]string{"a", "b", "市民課", ""}).Draw(t, label)
	}
	gone := func() bool { return rapid.IntRange(0, 3).Draw(t, "gone") == 0 }
	for range few("occupants") {
		c.Occupants = append(c.Occupants, access.Occupant{Person: access.PersonID(name("person")), Zone: name("zone"),
			Since: instant(t, "since"), Mono: time.Duration(rapid.Int64().Draw(t, "mono")), Boot: name("boot"),
			Inside: rapid.Bool().Draw(t, "inside"), Assumed: rapid.Bool().Draw(t, "assumed"), Unverified: rapid.Bool().Draw(t, "unverified")})
	}
	for range few("grants") {
		c.Grants = append(c.Grants, ledger.Grant{ID: name("id"), Door: name("door"), Direction: device.Exit, Person: "p", Credential: "c",
			Pending: rapid.Bool().Draw(t, "pending"), Waiting: name("waiting"), At: instant(t, "at"), Gone: gone()})
	}
	for range few("tries") {
		c.Tries = append(c.Tries, ledger.Tries{Credential: access.CredentialID(name("credential")), Gone: gone(),
			Tries: access.Tries{Wrong: few("wrong"), BlockedUntil: instant(t, "until"), Blocked: rapid.Bool().Draw(t, "blocked")}})
	}
	for range few("modes") {
		c.Modes = append(c.Modes, ledger.Mode{Door: name("door"), Mode: "lockdown", Until: instant(t, "until"), Account: name("account"), Gone: gone()})
	}
	for range few("alarms") {
		c.Alarms = append(c.Alarms, ledger.Alarm{ID: name("id"), Type: "door.forced", Door: name("door"), Severity: "alert",
			Raised: instant(t, "raised"), Acknowledged: instant(t, "acknowledged"), By: name("by"), Gone: gone()})
	}
	for range few("edits") {
		k := rapid.IntRange(0, 5).Draw(t, "card")
		c.Roster = append(c.Roster, ledger.Edit{Delete: gone(), Credential: &access.Credential{ID: access.CredentialID(name("id") + fmt.Sprint(k)),
			Person: "p", Format: "H10301", Card: access.Hash{9, byte(k)}, State: access.Lost,
			Span: access.Span{From: instant(t, "from"), Until: instant(t, "until")}}})
	}
	return c
}

// take applies a change; false where the roster would hold a card twice, which makes the whole of it fail.
func (m *model) take(c ledger.Change) bool {
	cards := map[access.CredentialID]access.Credential{}
	for k, v := range m.cards {
		cards[k] = v
	}
	for _, e := range c.Roster {
		if e.Delete {
			delete(cards, e.Credential.ID)
			continue
		}
		for id, other := range cards {
			if id != e.Credential.ID && other.Card == e.Credential.Card {
				return false
			}
		}
		cards[e.Credential.ID] = *e.Credential
	}
	m.cards = cards
	for _, o := range c.Occupants {
		m.occupants[access.OccupantKey{Zone: o.Zone, Person: o.Person}] = o
	}
	keep(m.grants, c.Grants, func(g ledger.Grant) (string, bool) { return g.ID, g.Gone })
	keep(m.tries, c.Tries, func(g ledger.Tries) (access.CredentialID, bool) { return g.Credential, g.Gone })
	keep(m.modes, c.Modes, func(g ledger.Mode) (string, bool) { return g.Door, g.Gone })
	keep(m.alarms, c.Alarms, func(g ledger.Alarm) (string, bool) { return g.ID, g.Gone })
	return true
}

func keep[K comparable, V any](m map[K]V, rows []V, of func(V) (K, bool)) {
	for _, r := range rows {
		if k, gone := of(r); gone {
			delete(m, k)
		} else {
			m[k] = r
		}
	}
}

func sorted[K comparable, V any](m map[K]V) []V {
	var out []V
	for _, v := range m {
		out = append(out, v)
	}
	return bySprint(out)
}

func bySprint[V any](list []V) []V {
	slices.SortFunc(list, func(a, b V) int { return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	return list
}

func (m *model) check(t *rapid.T, s *store.Store) {
	n, err := s.Snapshot(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	want := ledger.Snapshot{Occupants: sorted(m.occupants), Grants: sorted(m.grants), Tries: sorted(m.tries),
		Modes: sorted(m.modes), Alarms: sorted(m.alarms), LastRecorded: m.last}
	got := ledger.Snapshot{Occupants: bySprint(n.Occupants), Grants: bySprint(n.Grants), Tries: bySprint(n.Tries),
		Modes: bySprint(n.Modes), Alarms: bySprint(n.Alarms), LastRecorded: n.LastRecorded.In(tokyo)}
	if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
		t.Fatalf("snapshot\n%+v\nwant\n%+v", got, want)
	}
	r, _, err := s.Roster(context.Background())
	if err != nil || !reflect.DeepEqual(fmt.Sprint(bySprint(r.Records.Credentials)), fmt.Sprint(sorted(m.cards))) {
		t.Fatalf("cards %v\nwant %v, %v", r.Records.Credentials, sorted(m.cards), err)
	}
	rows, err := s.Rows(context.Background(), 0, 1<<20)
	if err != nil || len(rows) != m.size || s.Head().Size != uint64(m.size) {
		t.Fatalf("%d rows, head %d, want %d, %v", len(rows), s.Head().Size, m.size, err)
	}
	for i, row := range rows {
		p, err := journal.Parse(row.Payload)
		if err != nil || p.Sequence != uint64(i) || row.Sequence != uint64(i) || string(row.Private) != string(m.private[i]) {
			t.Fatalf("row %d is %+v, %v", i, p, err)
		}
	}
	if rep, err := s.Verify(context.Background(), store.Verifying{}); err != nil || !rep.OK() || rep.Root != s.Head().Root {
		t.Fatalf("verify: %s, %v", text(rep), err)
	}
}

// Whatever is committed, well or not, is what a store that is opened again holds; a refused commit leaves nothing.
func TestCommitIsTheModel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		dir, keys := begin(t)
		s, m := open(t, dir, keys), newModel()
		defer func() { _ = s.Close() }()
		rt.Repeat(map[string]func(*rapid.T){
			"commit": func(rt *rapid.T) {
				c := draw(rt, m)
				var entries []journal.Entry
				for range rapid.IntRange(0, 3).Draw(rt, "entries") {
					e := entry(m.size+len(entries), rapid.SampledFrom(journal.Types()[:40]).Draw(rt, "type"))
					if rapid.Bool().Draw(rt, "private") {
						e.Private = fmt.Appendf(nil, `{"salt":"%d"}`, m.size)
					}
					entries = append(entries, e)
				}
				before := s.Head()
				done, err := s.Commit(context.Background(), c, entries)
				if !m.take(c) {
					if store.KindOf(err) != store.Conflict || s.Head() != before {
						rt.Fatalf("a card twice: %v, head %v, before %v", err, s.Head(), before)
					}
					return
				}
				if err != nil || done.First != before.Size || done.Size != s.Head().Size || done.Root != s.Head().Root {
					rt.Fatalf("%+v, %v", done, err)
				}
				for _, e := range entries {
					m.private = append(m.private, e.Private)
					m.last = e.At.Wall
				}
				m.size += len(entries)
			},
			"reopen": func(rt *rapid.T) {
				if err := s.Close(); err != nil {
					rt.Fatal(err)
				}
				s = open(t, dir, keys)
				m.check(rt, s)
			},
			"kill": func(rt *rapid.T) { // what SIGKILL leaves: the files as they are, WAL and all
				to := filepath.Join(t.TempDir(), "killed")
				copyDir(t, dir, to)
				if err := s.Close(); err != nil {
					rt.Fatal(err)
				}
				dir = to
				s = open(t, dir, keys)
				m.check(rt, s)
			},
		})
		m.check(rt, s)
	})
}

func TestCommitRefusesWhatItCannotSeal(t *testing.T) {
	dir, keys := begin(t)
	s := open(t, dir, keys)
	long := entry(1, journal.DoorFault)
	long.Data.Detail = string(make([]byte, journal.MaxPayload))
	before := s.Head()
	if _, err := s.Commit(context.Background(), ledger.Change{}, []journal.Entry{entry(1, journal.DoorOpened), long}); !errors.Is(err, journal.ErrTooLong) {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := s.Commit(ctx, ledger.Change{}, []journal.Entry{entry(1, journal.DoorOpened)}); err == nil {
		t.Error("committed for nobody")
	}
	if s.Head() != before {
		t.Errorf("head %v", s.Head())
	}
	many(t, s, 1, 3)
	if r, err := s.Verify(context.Background(), store.Verifying{}); err != nil || !r.OK() || r.Size != 4 {
		t.Errorf("%s, %v", text(r), err)
	}
}

// fill commits until the disk says no, and returns how often it did not.
func fill(t *testing.T, s *store.Store) (n int, err error) {
	t.Helper()
	big := entry(1, journal.DoorFault)
	big.Data.Detail = fmt.Sprintf("%07000d", 1)
	for n < 100_000 && err == nil {
		before := s.Head()
		if _, err = s.Commit(context.Background(), ledger.Change{}, []journal.Entry{big, big}); err != nil && s.Head() != before {
			t.Fatalf("head %v after a failed commit, before %v", s.Head(), before)
		}
		n++
	}
	return n, err
}

// A full disk refuses entries by its name, loses none, and once there is room the same store goes on.
func TestDiskFull(t *testing.T) {
	small := filepath.Join(t.TempDir(), "small")
	if err := os.Mkdir(small, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", small, "tmpfs", 0, "size=14m"); err != nil {
		t.Skipf("no file system of its own here: %v", err)
	}
	defer func() { _ = syscall.Unmount(small, 0) }()
	keys, err := store.CreateKeys(filepath.Join(t.TempDir(), "keys"), origin)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(small, "data")
	if err := store.Create(context.Background(), dir, keys, origin, entry(0, journal.JournalStarted)); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(context.Background(), dir, keys, origin)
	if err != nil {
		t.Fatal(err)
	}
	ballast := filepath.Join(small, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 1<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	n, err := fill(t, s)
	if store.KindOf(err) != store.Full {
		t.Fatalf("after %d: %s, %v", n, store.KindOf(err), err)
	}
	t.Logf("after %d commits: %v", n, err)
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	many(t, s, 1, 2)
	size := s.Head().Size
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if r := verify(t, dir, store.Verifying{Key: keys.Verifier()}); !r.OK() || r.Size != size {
		t.Errorf("%s; %d entries, want %d", text(r), r.Size, size)
	}
}

// A file size limit stops writes in their middle, as a quota or a failing disk does.
func TestWritesCutShort(t *testing.T) {
	if os.Getenv("KIDOBAN_TEST_FSIZE") == "" {
		again(t, "KIDOBAN_TEST_FSIZE")
		return
	}
	dir, keys := begin(t)
	s := open(t, dir, keys)
	limit(t, 9<<20)
	n, err := fill(t, s)
	if k := store.KindOf(err); k != store.Full && k != store.IO {
		t.Fatalf("after %d: %s, %v", n, k, err)
	}
	limit(t, 1<<30)
	many(t, s, 1, 2)
	if r, err := s.Verify(context.Background(), store.Verifying{}); err != nil || !r.OK() || r.Size != s.Head().Size {
		t.Errorf("%s, %v", text(r), err)
	}
}
