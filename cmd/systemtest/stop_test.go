package systemtest_test

import (
	"testing"
	"time"

	"kidoban/controller/journal"
	"kidoban/device/sim"
)

// TestStop: an end by SIGTERM says that it is one, settles what is open, and the next start knows of no crash; an end by
// SIGKILL is a crash.
func TestStop(t *testing.T) {
	s := newSite(t, "", gate{"room", "H10301", "never"})
	s.start()
	s.bring("id,name,kind,section,card_id,format,facility,number\n0201,Y,職員,市民課,C-1,H10301,118,1201\n")
	s.act(sim.Act{Verb: "card", Door: "room", Facility: 118, Card: 1201})
	await(t, "the strike is released", 5*time.Second, func() bool { return s.look("room").Strike })
	s.stop()
	es := entries(t, s.in("data"), 0)
	if find(es, func(e entry) bool { return e.is(journal.SystemStopping) }) == nil {
		t.Error("the end is not on record")
	}
	if find(es, func(e entry) bool { return e.is(journal.AccessNotTaken) }) == nil {
		t.Error("the open grant was not closed")
	}
	s.start()
	started := func(e entry) bool { return e.is(journal.SystemStarted) }
	await(t, "the start is on record", 5*time.Second, func() bool { return find(entries(t, s.in("data"), len(es)), started) != nil })
	s.kill()
	s.start()
	s.stop()
	var reasons []string
	for _, e := range entries(t, s.in("data"), 0) {
		if e.is(journal.SystemStarted) {
			reasons = append(reasons, e.Data.Reason)
		}
	}
	if len(reasons) != 3 || reasons[0] != "" || reasons[1] != "" || reasons[2] != "after_crash" {
		t.Errorf("the starts say %q", reasons)
	}
	verified(t, s.in("data"))
}
