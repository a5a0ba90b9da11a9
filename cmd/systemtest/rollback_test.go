package systemtest_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"kidoban/controller/journal"
	"kidoban/controller/outbox/link/linktest"
	"kidoban/device/sim"
)

// TestRolledBackDisk: a door whose whole data directory is taken back to an earlier day is in order by itself; the central
// log's word gives it away. The door says so, lets people in and out, and sends nothing more; what the log holds stays.
func TestRolledBackDisk(t *testing.T) {
	t.Parallel()
	m := linktest.StartMosquitto(t)
	c := newCentral(t, "--broker", m.URL())
	s := newSite(t, c.table(m.URL()), gate{"room", "H10301", "never"})
	c.pin(s)
	c.start()
	confirmed := func() bool { return strings.HasSuffix(s.status().Link, ", 0 to go") }
	s.start()
	s.bring(clerks)
	await(t, "the morning is confirmed", 20*time.Second, confirmed)
	s.stop()
	if err := os.CopyFS(s.in("backup"), os.DirFS(s.in("data"))); err != nil {
		t.Fatal(err)
	}
	s.start()
	for range 5 {
		s.act(sim.Act{Verb: "misread", Door: "room"})
	}
	await(t, "the afternoon is recorded", 5*time.Second, func() bool {
		return find(entries(t, s.in("data"), 0), func(e entry) bool { return e.is(journal.ReaderMisread) }) != nil
	})
	await(t, "the afternoon is confirmed", 20*time.Second, confirmed)
	s.stop()
	held := c.entries()
	if err := os.RemoveAll(s.in("data")); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(s.in("backup"), s.in("data")); err != nil {
		t.Fatal(err)
	}
	s.start()
	await(t, "the door finds out", 20*time.Second, func() bool {
		return find(entries(t, s.in("data"), 0), func(e entry) bool {
			return e.is(journal.JournalVerificationFailed) && e.Severity == "alert"
		}) != nil
	})
	s.enters(firstClerk, 5*time.Second)
	s.leaves()
	time.Sleep(time.Second)
	s.stop()
	got := c.entries()
	if len(got) < len(held) {
		t.Fatalf("the central log held %d entries, now %d", len(held), len(got))
	}
	for i := range held {
		if got[i] != held[i] {
			t.Fatalf("the central log's entry %d changed", i)
		}
	}
	if len(got) != len(held) {
		t.Errorf("the central log took %d entries of the record that was rolled back", len(got)-len(held))
	}
}
