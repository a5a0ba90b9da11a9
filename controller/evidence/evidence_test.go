package evidence_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/mod/sumdb/note"

	"kidoban/controller/evidence"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/store"
	"kidoban/device"
)

var jst = time.FixedZone("JST", 9*60*60)

var nine = time.Date(2026, 4, 1, 9, 0, 0, 0, jst)

// record is a journal with an entry a minute from nine o'clock on.
type record struct {
	*store.Store
	keys store.Keys
}

func newRecord(t *testing.T, n int) record {
	t.Helper()
	dir := t.TempDir()
	o := journal.Origin{Site: "maizuru", Controller: "main-ctl", Boot: "00000000-0000-4000-8000-000000000001", Zone: jst}
	keys, err := store.CreateKeys(filepath.Join(dir, "keys"), o)
	if err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(dir, "data")
	if err := store.Create(t.Context(), data, keys, o, at(0, journal.JournalStarted)); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), data, keys, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	for i := 1; i < n; i++ {
		c, e := ledger.Change{}, at(i, journal.DoorOpened)
		switch i % 5 {
		case 1:
			e.Type, e.Private = journal.AccessGranted, []byte(fmt.Sprintf(`{"salt":"%d","purpose":"点検"}`, i))
		case 2:
			e.Type = journal.DoorClosed
		case 3:
			e.Type = journal.AccessDuress
		}
		if i == 4 {
			c.Visits = []ledger.Visit{{ID: "2026-000001", Zone: "room", Person: "p-1", Name: "青木 花子", Entered: e.At.Wall}}
		}
		if _, err := s.Commit(t.Context(), c, []journal.Entry{e}); err != nil {
			t.Fatal(err)
		}
	}
	return record{s, keys}
}

func at(minute int, typ journal.Type) journal.Entry {
	d := time.Duration(minute) * time.Minute
	return journal.Entry{
		At: device.Instant{Wall: nine.Add(d), Mono: time.Hour + d}, Synced: true, Type: typ, Severity: journal.Notice,
		Subject: "door/room", Data: journal.Data{Door: "room"},
	}
}

func (r record) ask(t *testing.T, from, until int) evidence.Asked {
	t.Helper()
	signed, err := r.Checkpoint(t.Context(), nine.Add(time.Hour), journal.Synchronised)
	if err != nil {
		t.Fatal(err)
	}
	return evidence.Asked{
		Site: "maizuru/main-ctl", Made: nine.Add(time.Hour), Account: "mori", Purpose: "第11条第5号の報告",
		At: nine.Add(time.Duration(from+until) * time.Minute / 2), From: nine.Add(time.Duration(from) * time.Minute),
		Until: nine.Add(time.Duration(until) * time.Minute), Names: true, Checkpoint: signed, Public: r.Public(),
		Shows: func(*journal.Entry) bool { return true }, Now: map[string]int{"doors": 1},
	}
}

func collect(t *testing.T, r record, q evidence.Asked) (evidence.Pack, fstest.MapFS) {
	t.Helper()
	p, err := evidence.Collect(context.Background(), r.Reader, q)
	if err != nil {
		t.Fatal(err)
	}
	m := fstest.MapFS{}
	for _, f := range p.Files {
		m[f.Name] = &fstest.MapFile{Data: slices.Clone(f.Body)}
	}
	return p, m
}

func verify(t *testing.T, pack fs.FS, key note.Verifier) *evidence.Verified {
	t.Helper()
	v, err := evidence.Verify(pack, key)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestPack: the entries of the time and no others, each proven; verified with the pinned key alone.
func TestPack(t *testing.T) {
	r := newRecord(t, 40)
	p, pack := collect(t, r, r.ask(t, 10, 20))
	v := verify(t, pack, r.keys.Verifier())
	if !v.OK() || v.Entries != 10 || p.Entries != 10 || v.Names != 2 || v.Signed.Size != 40 || v.Digest != p.Digest {
		t.Errorf("%+v, pack of %d", v, p.Entries)
	}
	lines := strings.Split(strings.TrimSpace(string(pack["entries.jsonl"].Data)), "\n")
	if len(lines) != 10 || !strings.HasPrefix(lines[0], `{"sequence":10,`) || !strings.HasPrefix(lines[9], `{"sequence":19,`) {
		t.Errorf("%d lines, from %.20s", len(lines), lines[0])
	}
	if inside := string(pack["inside.json"].Data); !strings.Contains(inside, "青木") {
		t.Errorf("inside: %s", inside)
	}
	if doors := string(pack["doors.json"].Data); !strings.Contains(doors, `"position": "open"`) {
		t.Errorf("doors: %s", doors)
	}
	for _, want := range []string{"証跡一式", "2026-04-01 09:15:00", "第11条第5号の報告", "10 from number 10", "journal verify --pack"} {
		if !strings.Contains(string(pack["README.txt"].Data), want) {
			t.Errorf("the index does not say %q:\n%s", want, pack["README.txt"].Data)
		}
	}
}

// TestEveryByte: one changed byte anywhere is found, and so are files that are missing or not of the pack.
func TestEveryByte(t *testing.T) {
	r := newRecord(t, 12)
	_, pack := collect(t, r, r.ask(t, 4, 7))
	seen := func() bool {
		v, err := evidence.Verify(pack, r.keys.Verifier())
		return err != nil || !v.OK()
	}
	for name := range maps.Clone(pack) {
		body := pack[name].Data
		for i := 0; i < len(body); i += max(1, len(body)/16) {
			if body[i] ^= 1; !seen() {
				t.Errorf("%s: byte %d changed, and nobody sees it", name, i)
			}
			body[i] ^= 1
		}
		file := pack[name]
		if delete(pack, name); !seen() {
			t.Errorf("%s is missing, and nobody sees it", name)
		}
		pack[name] = file
	}
	if seen() {
		t.Error("the pack as it was does not verify")
	}
	if pack["more.txt"] = (&fstest.MapFile{Data: []byte("x")}); !seen() {
		t.Error("a file that is not of the pack, and nobody sees it")
	}
}

// TestForger: whoever rewrites entry, private part and SHA256SUMS has not the journal's key.
func TestForger(t *testing.T) {
	r := newRecord(t, 12)
	later, err := r.Checkpoint(t.Context(), nine.Add(2*time.Hour), journal.Synchronised)
	if err != nil {
		t.Fatal(err)
	}
	for name, forge := range map[string]func(fstest.MapFS){
		"an entry": func(p fstest.MapFS) {
			for n := range p {
				replace(p, n, "access.granted", "access.revoked")
			}
		},
		"an entry, its proof left":          func(p fstest.MapFS) { replace(p, "entries.jsonl", "access.granted", "access.revoked") },
		"a private part":                    func(p fstest.MapFS) { replace(p, "entries.jsonl", "点検", "私用") },
		"an entry left out":                 func(p fstest.MapFS) { cutLine(p, "entries.jsonl", 1) },
		"an entry said to be lost":          func(p fstest.MapFS) { replace(p, "entries.jsonl", `"entry":`, `"missing":"lost","entry":`) },
		"a checkpoint of another size":      func(p fstest.MapFS) { replace(p, "checkpoint.txt", "\n12\n", "\n13\n") },
		"another checkpoint of the journal": func(p fstest.MapFS) { p["checkpoint.txt"].Data = later },
		"no checkpoint":                     func(p fstest.MapFS) { p["checkpoint.txt"].Data = nil },
		"the proof of another entry":        func(p fstest.MapFS) { *p["proofs/000000000000000005.txt"] = *p["proofs/000000000000000006.txt"] },
		"no proof":                          func(p fstest.MapFS) { delete(p, "proofs/000000000000000005.txt") },
	} {
		_, pack := collect(t, r, r.ask(t, 4, 9))
		forge(pack)
		resum(pack)
		if v := verify(t, pack, r.keys.Verifier()); v.OK() {
			t.Errorf("%s: nobody sees it", name)
		}
	}
	// With a key of one's own all of it fits itself; the pinned key tells.
	other := newRecord(t, 12)
	_, pack := collect(t, other, other.ask(t, 4, 9))
	if v := verify(t, pack, nil); !v.OK() {
		t.Errorf("%+v", v)
	}
	if v := verify(t, pack, r.keys.Verifier()); v.OK() {
		t.Error("another journal's pack passes")
	}
}

// TestWithheld: what the asker may not see leaves its number and its hash, and is counted.
func TestWithheld(t *testing.T) {
	r := newRecord(t, 30)
	q := r.ask(t, 10, 20)
	q.Names = false
	q.Shows = func(e *journal.Entry) bool { return e.Type != journal.AccessDuress }
	_, pack := collect(t, r, q)
	if v := verify(t, pack, r.keys.Verifier()); !v.OK() || v.Entries != 8 || v.Withheld != 2 || v.Names != 0 {
		t.Errorf("%+v", v)
	}
	for name, f := range pack {
		for _, secret := range []string{"duress", "点検", "青木"} {
			if bytes.Contains(f.Data, []byte(secret)) {
				t.Errorf("%s tells %s", name, secret)
			}
		}
	}
}

func TestEdgesOfTime(t *testing.T) {
	r := newRecord(t, 3)
	q := r.ask(t, -10, 60)
	if p, pack := collect(t, r, q); p.Entries != 3 || !verify(t, pack, nil).OK() {
		t.Errorf("all of a short journal: %d", p.Entries)
	}
	q.From, q.Until = nine.Add(-time.Hour), nine.Add(-time.Minute)
	if p, pack := collect(t, r, q); p.Entries != 0 || !verify(t, pack, nil).OK() {
		t.Errorf("a time before everything: %d", p.Entries)
	}
	q.Checkpoint = []byte("nothing")
	if _, err := evidence.Collect(t.Context(), r.Reader, q); err == nil {
		t.Error("without a checkpoint")
	}
}

// FuzzVerify: whatever lies in a pack's files, it is judged and nothing falls over.
func FuzzVerify(f *testing.F) {
	f.Add([]byte("x  README.txt\n"), []byte(`{"sequence":1,"entry":{},"private":{}}`+"\n"), []byte("kidoban proof of an entry\n{}\n\n"), []byte("x"))
	f.Fuzz(func(t *testing.T, sums, entries, proof, signed []byte) {
		pack := fstest.MapFS{
			"SHA256SUMS": {Data: sums}, "entries.jsonl": {Data: entries}, "proofs/000000000000000001.txt": {Data: proof},
			"checkpoint.txt": {Data: signed}, "verifier.txt": {Data: []byte("k+00000000+AA==")},
		}
		if v, err := evidence.Verify(pack, nil); err == nil && v.OK() {
			t.Error("proven without a key")
		}
	})
}

func replace(p fstest.MapFS, name, old, with string) {
	p[name].Data = bytes.ReplaceAll(p[name].Data, []byte(old), []byte(with))
}

func cutLine(p fstest.MapFS, name string, n int) {
	lines := bytes.SplitAfter(p[name].Data, []byte("\n"))
	p[name].Data = bytes.Join(slices.Delete(lines, n, n+1), nil)
}

// resum writes SHA256SUMS anew, as a forger would.
func resum(p fstest.MapFS) {
	var sums []byte
	for _, name := range slices.Sorted(maps.Keys(p)) {
		if name != "SHA256SUMS" {
			sums = fmt.Appendf(sums, "%x  %s\n", sha256.Sum256(p[name].Data), name)
		}
	}
	p["SHA256SUMS"].Data = sums
}
