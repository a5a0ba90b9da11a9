package inquiry_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"kidoban/controller/archive/inquiry"
	"kidoban/controller/archive/shelf"
	"kidoban/controller/archive/shelf/shelftest"
	"kidoban/controller/evidence"
	"kidoban/controller/journal"
)

// TestEvidence: the pack of an alarm verifies with the controller's key alone, and is on record with its digest.
func TestEvidence(t *testing.T) {
	shelftest.Each(t, func(t *testing.T, where string) {
		s := newSite(t, where)
		s.day()
		_, found, err := s.ask().Search(t.Context(), inquiry.Asked{Kinds: []string{"alarm.raised"}})
		if err != nil {
			t.Fatal(err)
		}
		alarm := ""
		for a, err := range found {
			if err != nil {
				t.Fatal(err)
			}
			alarm = a.Entry.Data.Alarm
		}
		p, err := s.ask().Evidence(t.Context(), inquiry.Asked{Alarm: alarm}, 16*time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		for _, f := range p.Files {
			path := filepath.Join(dir, f.Name)
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, f.Body, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		key, err := note.NewVerifier(s.doors["maizuru/main-ctl"].Key)
		if err != nil {
			t.Fatal(err)
		}
		v, err := evidence.Verify(os.DirFS(dir), key)
		if err != nil || !v.OK() || v.Entries < 5 || v.Digest != p.Digest {
			t.Fatalf("%+v %v", v, err)
		}
		if inside := string(readAll(t, dir+"/inside.json")); !strings.Contains(inside, "佐藤") || !strings.Contains(inside, "𠮷田") || strings.Contains(inside, "山﨑") {
			t.Errorf("inside of this controller's room were %s", inside)
		}
		d := s.deeds(journal.AccountExported)
		if last := d[len(d)-1].Entry.Data; last.Digest != p.Digest || last.Alarm != alarm || last.Mode != "evidence" {
			t.Errorf("on record: %+v", last)
		}
	})
}

// TestAuditPack: everything in a pack verifies offline; one changed byte of any file is found, by its sum and in a journal by
// the journal itself.
func TestAuditPack(t *testing.T) {
	shelftest.Each(t, func(t *testing.T, where string) {
		s := newSite(t, where)
		before := entry(-60*24*30, journal.SystemStarted, journal.Data{}, nil) // in the fiscal year before
		s.write("maizuru/main-ctl", before)
		s.day()
		after := entry(60*24*400, journal.SystemStarted, journal.Data{}, nil)
		s.write("maizuru/main-ctl", after)
		if _, _, err := s.ask().Search(t.Context(), inquiry.Asked{Person: "p-2"}); err != nil {
			t.Fatal(err)
		}
		witness := shelf.Witness{Name: "west", Key: "west+00000000+key", Note: []byte("heads\n\n— west signed\n")}
		if err := s.shelf.Witnessed(t.Context(), s.own, witness, entry(599, journal.CheckpointWitnessed, journal.Data{}, nil)); err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir() + "/pack"
		digest, err := s.ask().Audit(t.Context(), 2026, inquiry.Asked{}, dir)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprintf("%x", sha256.Sum256(readAll(t, dir+"/SHA256SUMS"))); got != digest {
			t.Errorf("the digest is %s, on record %s", got, digest)
		}
		if bad := s.packFaults(dir); len(bad) > 0 {
			t.Fatalf("the pack as it was made: %q", bad)
		}
		s.packTells(dir)
		s.everyByte(dir)
		left, err := filepath.Glob(filepath.Dir(dir) + "/.audit-*")
		if err != nil || len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	})
}

// packTells looks at what a person reads.
func (s *site) packTells(dir string) {
	s.t.Helper()
	for name, wants := range map[string][]string{
		"README.txt":         {"年次監査資料", "令和8年度", "kidoban journal verify", "sha256sum -c", "照会への回答"},
		"asked.csv":          {"maizuru/central", "mori", "account.searched", "照会への回答", "p-2"},
		"witnesses/west.txt": {"west signed"},
		"alarms.csv":         {"door.forced/room", "maizuru/main-ctl", "alert"},
		"disposals.csv":      {"digest"},
		"duties.csv":         {"approver"},
	} {
		text := string(readAll(s.t, filepath.Join(dir, name)))
		for _, want := range wants {
			if !strings.Contains(text, want) {
				s.t.Errorf("%s says nothing of %q:\n%s", name, want, text)
			}
		}
	}
	exports, err := filepath.Glob(dir + "/journals/maizuru.main-ctl.*.jsonl")
	if err != nil || len(exports) != 1 {
		s.t.Fatal(exports, err)
	}
	export := string(readAll(s.t, exports[0]))
	if !strings.Contains(export, "佐藤") || strings.Contains(export, "kidoban.system.started") {
		s.t.Error("the export is not of the year")
	}
}

// packFaults verifies a pack as an auditor does.
func (s *site) packFaults(dir string) (bad []string) {
	s.t.Helper()
	sums := map[string]string{}
	for _, l := range strings.Split(strings.TrimSpace(string(readAll(s.t, dir+"/SHA256SUMS"))), "\n") {
		sum, name, _ := strings.Cut(l, "  ")
		sums[name] = sum
	}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == "SHA256SUMS" {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		body := readAll(s.t, path)
		if fmt.Sprintf("%x", sha256.Sum256(body)) != sums[name] {
			bad = append(bad, "sum of "+name)
		}
		if strings.HasPrefix(name, "journals/") {
			bad = append(bad, s.journalFaults(dir, strings.TrimSuffix(d.Name(), ".jsonl"), body)...)
		}
		delete(sums, name)
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	for name := range sums {
		bad = append(bad, "missing "+name)
	}
	return bad
}

func (s *site) journalFaults(dir, name string, body []byte) (bad []string) {
	key, err := note.NewVerifier(strings.TrimSpace(string(readAll(s.t, dir+"/keys/"+name+".txt"))))
	if err != nil {
		return []string{"key of " + name}
	}
	r := verify(s.t, body, key)
	for _, p := range r.Problems {
		bad = append(bad, name+": "+p.String())
	}
	if r.OK() && r.Signed != r.Size {
		bad = append(bad, name+": not all of it is signed")
	}
	return bad
}

// everyByte changes a byte here and there in each file.
func (s *site) everyByte(dir string) {
	s.t.Helper()
	_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, _ error) error {
		if d.IsDir() || d.Name() == "SHA256SUMS" || strings.Contains(path, "/keys/") {
			return nil
		}
		body := readAll(s.t, path)
		for i := 0; i < len(body); i += max(1, len(body)/5) {
			body[i] ^= 1
			if err := os.WriteFile(path, body, 0o600); err != nil {
				s.t.Fatal(err)
			}
			if len(s.packFaultsQuietly(dir)) == 0 {
				s.t.Errorf("%s: byte %d changed, and nobody sees it", path, i)
			}
			body[i] ^= 1
		}
		s.forged(path, body)
		return os.WriteFile(path, body, 0o600)
	})
}

// packFaultsQuietly is packFaults by the sums alone where a changed export does not even begin as one.
func (s *site) packFaultsQuietly(dir string) (bad []string) {
	for _, l := range strings.Split(strings.TrimSpace(string(readAll(s.t, dir+"/SHA256SUMS"))), "\n") {
		sum, name, _ := strings.Cut(l, "  ")
		if fmt.Sprintf("%x", sha256.Sum256(readAll(s.t, filepath.Join(dir, name)))) != sum {
			bad = append(bad, name)
		}
	}
	return bad
}

// forged changes bytes of entries and private parts: the journal itself tells, whatever the sums say.
func (s *site) forged(path string, body []byte) {
	s.t.Helper()
	if filepath.Base(filepath.Dir(path)) != "journals" {
		return
	}
	dir := filepath.Dir(filepath.Dir(path))
	for at, line := 0, 0; line < 8; line++ {
		next := bytes.Index(body[at:], []byte(`,"entry":`))
		if next < 0 {
			return
		}
		for at += next + 10; body[at] != '\n'; at += 37 {
			if body[at] ^= 1; len(s.journalFaults(dir, strings.TrimSuffix(filepath.Base(path), ".jsonl"), body)) == 0 {
				s.t.Errorf("%s: byte %d changed, and the journal does not tell", path, at)
			}
			if body[at] ^= 1; at+37 > len(body)-2 || bytes.IndexByte(body[at:at+37], '\n') >= 0 {
				break
			}
		}
	}
}
