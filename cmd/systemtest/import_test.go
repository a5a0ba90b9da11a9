package systemtest_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kidoban/controller/journal"
	"kidoban/device/sim"
)

// TestImportDelaysNobody imports 10,000 people with their cards while somebody badges. Every badge is let in, none waits,
// and the import is one entry.
func TestImportDelaysNobody(t *testing.T) {
	s := newSite(t, "", gate{"room", "H10301", "never"})
	s.start()
	s.bring(clerks)
	var b strings.Builder
	b.WriteString("id,name,kind,section,card_id,format,facility,number\n")
	for i := range 10_000 {
		fmt.Fprintf(&b, "T-%d,氏名 %d,職員,市民課,CT-%d,H10301,%d,%d\n", i, i, i, 1+i/5000, 1000+i%5000)
	}
	s.write("many.csv", b.String())
	before := len(record(t, s.in("data"), 0))
	var over atomic.Bool
	var work sync.WaitGroup
	work.Go(func() {
		defer over.Store(true)
		s.kidoban("import", s.in("many.csv"))
	})
	badges, slowest := 0, time.Duration(0)
	for !over.Load() {
		began := time.Now()
		s.act(firstClerk)
		for !s.look("room").Strike {
			if time.Since(began) > 2*time.Second {
				t.Fatal("a badge was not let in during the import")
			}
		}
		slowest = max(slowest, time.Since(began))
		badges++
		s.act(at("open"))
		s.act(at("close"))
		for s.look("room").Strike {
			time.Sleep(time.Millisecond)
		}
	}
	work.Wait()
	s.act(sim.Act{Verb: "card", Door: "room", Facility: 2, Card: 1000 + 4999})
	await(t, "the last of the file is let in", 5*time.Second, func() bool { return s.look("room").Strike })
	s.stop()
	verified(t, s.in("data"))
	imports := 0
	for _, e := range entries(t, s.in("data"), before) {
		if e.is(journal.RosterChanged) {
			imports++
		}
		if e.is(journal.SystemDegraded) {
			t.Errorf("the import disturbed the record: %+v", e.Data)
		}
	}
	t.Logf("%d badges during the import, the slowest took %v", badges, slowest)
	if imports != 1 || badges < 5 {
		t.Errorf("%d imports are on record, %d badges came during them", imports, badges)
	}
	if slowest > time.Second {
		t.Errorf("a badge waited for %v", slowest)
	}
}
