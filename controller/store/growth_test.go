package store_test

import (
	"testing"

	"kidoban/controller/journal"
	"kidoban/controller/ledger"
)

// Who waits for the journal to grow is woken by the commit, each time; who asked before a commit misses none.
func TestGrown(t *testing.T) {
	dir, keys := begin(t)
	s := open(t, dir, keys)
	for range 3 {
		one, other := s.Grown(), s.Grown()
		select {
		case <-one:
			t.Fatal("grown before anything was committed")
		default:
		}
		if _, err := s.Commit(t.Context(), ledger.Change{}, []journal.Entry{entry(1, journal.DoorOpened)}); err != nil {
			t.Fatal(err)
		}
		<-one
		<-other
	}
}
