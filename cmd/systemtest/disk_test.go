package systemtest_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kidoban/controller/journal"
	"kidoban/device/sim"
)

// disk is what lies under a daemon and does as it is told.
type disk struct {
	t      *testing.T
	dir    string
	serial int
}

// newDisk builds the library that stands before the daemon's writes, and puts it under s.
func newDisk(t *testing.T, s *site) *disk {
	t.Helper()
	gcc, err := exec.LookPath("gcc")
	if err != nil {
		t.Fatal("install gcc: SQLite needs a C compiler, and so does this test")
	}
	d := &disk{t: t, dir: t.TempDir()}
	lib := filepath.Join(d.dir, "disk.so")
	if out, err := exec.Command(gcc, "-shared", "-fPIC", "-O2", "-o", lib, "testdata/disk.c", "-ldl").CombinedOutput(); err != nil {
		t.Fatalf("gcc: %v\n%s", err, out)
	}
	d.order("ok", 0)
	s.env = []string{"LD_PRELOAD=" + lib, "DISK_ORDERS=" + d.dir + "/orders", "DISK_LOG=" + d.dir + "/failures"}
	return d
}

func (d *disk) order(what string, number int) {
	d.t.Helper()
	d.serial++
	next := filepath.Join(d.dir, "next")
	if err := os.WriteFile(next, fmt.Appendf(nil, "%d %s %d\n", d.serial, what, number), 0o600); err != nil {
		d.t.Fatal(err)
	}
	if err := os.Rename(next, filepath.Join(d.dir, "orders")); err != nil {
		d.t.Fatal(err)
	}
}

// failed is how many calls failed so far.
func (d *disk) failed() int64 {
	i, err := os.Stat(filepath.Join(d.dir, "failures"))
	if err != nil {
		return 0
	}
	return i.Size()
}

const clerks = "id,name,kind,section,card_id,format,facility,number\n0201,Y,職員,市民課,C-1,H10301,118,1201\n" +
	"0202,Z,職員,市民課,C-2,H10301,118,1202\nK-001,K,委託,,C-9,H10301,118,1901\n"

var (
	firstClerk  = sim.Act{Verb: "card", Door: "room", Facility: 118, Card: 1201}
	secondClerk = sim.Act{Verb: "card", Door: "room", Facility: 118, Card: 1202}
)

func at(verb string) sim.Act { return sim.Act{Verb: verb, Door: "room"} }

// leaves presses the exit button, which must release the strike at once, goes out, and sees the door locked again.
func (s *site) leaves() {
	s.t.Helper()
	began := time.Now()
	s.look("room")
	asking := time.Since(began) // what a question takes on this machine just now
	began = time.Now()
	s.act(at("exit"))
	for !s.look("room").Strike {
		if time.Since(began) > 5*time.Second {
			s.t.Fatal("the exit button does not release the strike")
		}
	}
	if took := time.Since(began); took > 100*time.Millisecond+4*asking {
		s.t.Errorf("the exit button released the strike after %v", took)
	}
	s.act(at("handle"))
	for end := time.Now().Add(2 * time.Second); s.look("room").Strike; {
		if time.Now().After(end) {
			s.t.Fatal("the strike is still driven with the door open")
		}
	}
	s.act(at("close"))
}

// staysLocked fails if the strike moves within a while.
func (s *site) staysLocked(within time.Duration) {
	s.t.Helper()
	for end := time.Now().Add(within); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		if s.look("room").Strike {
			s.t.Fatal("the strike moved")
		}
	}
}

// enters presents a card until it is let in, and goes in.
func (s *site) enters(card sim.Act, within time.Duration) {
	s.t.Helper()
	await(s.t.(*testing.T), "the card is let in", within, func() bool {
		s.act(card)
		for end := time.Now().Add(300 * time.Millisecond); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
			if s.look("room").Strike {
				return true
			}
		}
		return false
	})
	s.act(at("open"))
	s.act(at("close"))
}

// TestStalledDisk: the disk stalls for 8 s in the commit of a grant. Whoever is inside leaves at once all the while; the
// grant whose record comes late opens nothing; an entry meanwhile is refused; all of it is on record in the end.
func TestStalledDisk(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes 10 s")
	}
	s := newSite(t, "", gate{"room", "H10301", "never"})
	d := newDisk(t, s)
	s.start()
	s.bring(clerks)
	s.enters(secondClerk, 5*time.Second)
	before := len(record(t, s.in("data"), 0))
	d.order("stall", 8000)
	began := time.Now()
	s.act(firstClerk)
	s.staysLocked(300 * time.Millisecond)
	s.leaves()
	s.staysLocked(1500 * time.Millisecond)
	if st := s.status(); st.Recording {
		t.Error("status does not say that nothing can be recorded")
	}
	if l := s.look("room"); l.Entry != "degraded" {
		t.Errorf("the entry reader shows %s", l.Entry)
	}
	s.leaves()
	s.act(secondClerk)
	s.staysLocked(2 * time.Second)
	s.leaves()
	s.staysLocked(8*time.Second - time.Since(began))
	d.order("ok", 0)
	s.staysLocked(time.Second)
	await(t, "the record is written again", 10*time.Second, func() bool { st := s.status(); return st.Recording && st.Unrecorded == 0 })
	s.enters(firstClerk, 5*time.Second)
	s.stop()
	verified(t, s.in("data"))
	es := entries(t, s.in("data"), before)
	for what, fits := range map[string]func(entry) bool{
		"the grant that came late": func(e entry) bool { return e.is(journal.AccessGranted) && e.Data.Credential == "C-1" },
		"that it was not carried out": func(e entry) bool {
			return e.is(journal.AccessNotTaken) && e.Data.Credential == "C-1" && e.Data.Reason == "late"
		},
		"the refusal meanwhile": func(e entry) bool {
			return e.is(journal.AccessDenied) && e.Data.Credential == "C-2" && e.Data.Reason == "record_unavailable"
		},
		"who left":           func(e entry) bool { return e.is(journal.DoorExitRequested) },
		"the trouble":        func(e entry) bool { return e.is(journal.SystemDegraded) && e.Data.Mode == "record_unavailable" },
		"the end of trouble": func(e entry) bool { return e.is(journal.SystemRecovered) },
	} {
		if find(es, fits) == nil {
			t.Errorf("not on record: %s", what)
		}
	}
	exits := 0
	for _, e := range es {
		if e.is(journal.DoorExitRequested) {
			exits++
		}
	}
	if exits != 3 {
		t.Errorf("%d of 3 presses of the exit button are on record", exits)
	}
}

// TestDiskErrors: a full disk and one that fails let nobody in and everybody out, and entry comes back with the disk.
func TestDiskErrors(t *testing.T) {
	t.Parallel()
	for _, what := range []string{"full", "broken"} {
		t.Run(what, func(t *testing.T) {
			s := newSite(t, "", gate{"room", "H10301", "never"})
			d := newDisk(t, s)
			s.start()
			s.bring(clerks)
			d.order(what, 0)
			s.act(firstClerk)
			s.staysLocked(200 * time.Millisecond)
			s.leaves()
			s.act(secondClerk)
			s.staysLocked(1200 * time.Millisecond)
			if l := s.look("room"); l.Entry != "degraded" {
				t.Errorf("the entry reader shows %s", l.Entry)
			}
			if d.failed() == 0 {
				t.Fatal("nothing failed")
			}
			if _, err := run(nil, "", program("kidoban"), "--socket", s.in("sock"), "person", "put", "9"); err == nil ||
				!strings.Contains(err.Error(), "record_unavailable") {
				t.Errorf("an order is answered %v", err)
			}
			s.leaves()
			d.order("ok", 0)
			s.enters(secondClerk, 10*time.Second)
			s.stop()
			verified(t, s.in("data"))
			es := entries(t, s.in("data"), 0)
			for _, c := range []string{"C-1", "C-2"} {
				if find(es, func(e entry) bool {
					return e.is(journal.AccessDenied) && e.Data.Credential == c && e.Data.Reason == "record_unavailable"
				}) == nil {
					t.Errorf("the refusal of %s is not on record", c)
				}
			}
		})
	}
}

// TestEveryCallFails lets one call after another of a badge's way to the disk fail with EIO, and then kills the daemon.
// Whatever failed, a strike that moved has its grant on record, a red lamp its refusal, and the record verifies.
func TestEveryCallFails(t *testing.T) {
	s := newSite(t, "", gate{"room", "H10301", "never"})
	d := newDisk(t, s)
	s.start()
	s.bring(clerks)
	s.stop()
	step := 1
	if testing.Short() {
		step = 9
	}
	failures, releases := 0, 0
	for n := 1; n <= 60; n += step {
		d.order("ok", 0)
		size, before := len(record(t, s.in("data"), 0)), d.failed()
		s.start()
		d.order("error", n)
		s.act(firstClerk)
		var seen sim.Look
		for end := time.Now().Add(time.Second / 4); time.Now().Before(end) && !seen.Strike && seen.Entry != "denied" && seen.Entry != "degraded"; {
			seen = s.look("room")
		}
		if seen.Strike {
			releases++
			s.act(at("open"))
			s.act(at("close"))
			s.act(firstClerk) // further calls
			time.Sleep(10 * time.Millisecond)
		}
		s.kill()
		if d.failed() > before {
			failures++
		}
		verified(t, s.in("data"))
		es := entries(t, s.in("data"), size)
		if seen.Strike && find(es, func(e entry) bool { return e.is(journal.AccessGranted) && e.Data.Credential == "C-1" }) == nil {
			t.Errorf("call %d failed: the strike moved without a grant on record", n)
		}
		if seen.Entry == "denied" && find(es, func(e entry) bool { return e.is(journal.AccessDenied) && e.Data.Credential == "C-1" }) == nil {
			t.Errorf("call %d failed: a refusal was shown that is not on record", n)
		}
	}
	t.Logf("%d failed calls, %d releases", failures, releases)
	if failures < 60/step/3 || releases == 0 {
		t.Error("the calls that failed were not those of a badge")
	}
}
