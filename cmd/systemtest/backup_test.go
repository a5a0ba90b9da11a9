package systemtest_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"kidoban/controller"
	"kidoban/controller/journal"
	"kidoban/controller/outbox/link/linktest"
	"kidoban/device/sim"
)

// reader makes an age identity in a file and returns its recipient.
func reader(t testing.TB, file string) string {
	t.Helper()
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(id.String()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return id.Recipient().String()
}

func (s *site) fails(want string, args ...string) {
	s.t.Helper()
	out, err := run(nil, "", program("kidoban"), append([]string{"--socket", s.in("sock")}, args...)...)
	if err == nil || !strings.Contains(err.Error(), want) {
		s.t.Errorf("kidoban %s: %s, %v; want %s", strings.Join(args, " "), out, err, want)
	}
}

// TestLostDisk: a morning is backed up, the afternoon goes to the central log, the disk is lost. The backup is restored and
// succeeded: who was inside is inside, unverified; the central log takes the new journal when a person accepts it, keeps the
// old one apart, and both prove themselves offline.
func TestLostDisk(t *testing.T) {
	t.Parallel()
	m := linktest.StartMosquitto(t)
	c := newCentral(t, "--broker", m.URL())
	s := newSite(t, c.table(m.URL()), gate{"room", "H10301", "never"})
	c.pin(s)
	c.start()
	confirmed := func() bool { return strings.HasSuffix(s.status().Link, ", 0 to go") }
	to := reader(t, s.in("identity"))
	s.start()
	s.bring(clerks)
	s.enters(firstClerk, 5*time.Second)
	s.kidoban("backup", "-o", s.in("morning.age"), "--recipient", to)
	for range 5 {
		s.act(sim.Act{Verb: "misread", Door: "room"})
	}
	await(t, "the afternoon is confirmed", 20*time.Second, func() bool {
		return confirmed() && find(entries(t, s.in("data"), 0), func(e entry) bool { return e.is(journal.ReaderMisread) }) != nil
	})
	s.kill()
	held := c.entries()
	old, err := os.ReadFile(s.in("keys/verifier.pub"))
	if err := errors.Join(err, os.RemoveAll(s.in("data"))); err != nil {
		t.Fatal(err)
	}

	out := s.kidoban("restore", s.in("morning.age"), "--identity", s.in("identity"), "--data", s.in("data"), "--key", s.in("keys/verifier.pub"))
	if !strings.Contains(out, "in order") || !strings.Contains(out, "kidoban init --succeeds") {
		t.Errorf("restore says %s", out)
	}
	if _, err := run(nil, "", program("kidoband"), "--config", s.in("kidoban.toml")); err == nil || !strings.Contains(err.Error(), "kidoban init --succeeds") {
		t.Errorf("a daemon on the restored record: %v", err)
	}
	s.write("last", c.run("checkpoint", "main-ctl"))
	out = s.kidoban("init", "--succeeds", s.in("last"), "--config", s.in("kidoban.toml"))
	if !strings.Contains(out, "co-signed by the central log") || !strings.Contains(out, "are lost on this disk") {
		t.Errorf("init says %s", out)
	}
	s.start()
	var inside []controller.Inside
	if err := s.desk.Get(context.Background(), "who", nil, &inside); err != nil || len(inside) != 1 || inside[0].Person != "0201" || !inside[0].Unverified {
		t.Errorf("inside: %+v, %v", inside, err)
	}
	s.enters(secondClerk, 5*time.Second)
	await(t, "the new journal is shown", 90*time.Second, func() bool { return strings.Contains(c.run("journals"), "awaits acceptance") })
	if got := c.entries(); len(got) != len(held) {
		t.Errorf("the central log took %d entries of a journal that nobody accepted", len(got)-len(held))
	}
	c.pin(s)
	await(t, "the new journal is confirmed", 20*time.Second, confirmed)
	await(t, "the old one is closed", 20*time.Second, func() bool { return strings.Contains(c.run("journals"), "closed: ") })
	s.stop()
	succeeded(t, s, c, held, string(old))
}

// succeeded looks at both records, here and at the central log.
func succeeded(t *testing.T, s *site, c *central, held []string, old string) {
	t.Helper()
	verified(t, s.in("data"))
	closed, err := filepath.Glob(s.in("data/closed-*"))
	if err != nil || len(closed) != 1 {
		t.Fatalf("%v, %v", closed, err)
	}
	s.kidoban("journal", "verify", "--data", closed[0], "--key", strings.TrimSpace(old))
	s.write("proof", s.kidoban("journal", "prove", "3", "--data", closed[0]))
	s.kidoban("journal", "prove", "--check", s.in("proof"), "--key", strings.TrimSpace(old))
	s.write("proof", s.kidoban("journal", "prove", "3", "--data", s.in("data")))
	s.kidoban("journal", "prove", "--check", s.in("proof"), "--key", s.in("keys/verifier.pub"))
	got := c.entries()
	for i := range held {
		if got[i] != held[i] {
			t.Fatalf("the central log's entry %d changed", i)
		}
	}
	if first := parse(t, got[len(held)]); !first.is(journal.JournalStarted) || first.Data.Succeeds == "" || first.Data.Count != int64(len(held)) {
		t.Errorf("after the old journal comes %s", got[len(held)])
	}
}

// TestBackupOnAFullOrDyingMachine: what cannot be copied is no backup and leaves nothing; badges do not notice; and what a
// killed daemon leaves is gone when it starts again.
func TestBackupOnAFullOrDyingMachine(t *testing.T) {
	s := newSite(t, "", gate{"room", "H10301", "never"})
	d := newDisk(t, s)
	to := reader(t, s.in("identity"))
	s.start()
	s.bring(clerks)
	left := func() []string {
		found, err := filepath.Glob(s.in("data/backup-*"))
		more, err2 := filepath.Glob(s.in("*.age*"))
		if err := errors.Join(err, err2); err != nil {
			t.Fatal(err)
		}
		return append(found, more...)
	}
	d.order("copyfull", 0)
	s.fails("disk", "backup", "-o", s.in("a.age"), "--recipient", to)
	if l := left(); len(l) > 0 {
		t.Errorf("left by a full disk: %v", l)
	}
	s.enters(firstClerk, 5*time.Second)
	d.order("copystall", 2000)
	go func() { // it ends with the daemon
		_, _ = run(nil, "", program("kidoban"), "--socket", s.in("sock"), "backup", "-o", s.in("b.age"), "--recipient", to)
	}()
	await(t, "it is being copied", 10*time.Second, func() bool {
		found, _ := filepath.Glob(s.in("data/backup-*"))
		return len(found) > 0
	})
	s.enters(secondClerk, 5*time.Second)
	s.kill()
	if found, _ := filepath.Glob(s.in("data/backup-*")); len(found) == 0 {
		t.Fatal("it was killed too late")
	}
	d.order("ok", 0)
	s.start()
	await(t, "nothing is left", 10*time.Second, func() bool { return len(left()) == 0 })
	s.kidoban("backup", "-o", s.in("c.age"), "--recipient", to)
	s.stop()
	verified(t, s.in("data"))
	es := entries(t, s.in("data"), 0)
	for what, fits := range map[string]func(entry) bool{
		"the one that broke off": func(e entry) bool { return e.is(journal.JournalBackedUp) && e.Data.Reason == "incomplete" },
		"the whole one": func(e entry) bool {
			return e.is(journal.JournalBackedUp) && e.Data.Reason == "" && len(e.Data.Digest) == 64 && e.Data.Account == "tester" && e.Data.Count > 0
		},
	} {
		if find(es, fits) == nil {
			t.Errorf("not on record: %s", what)
		}
	}
}
