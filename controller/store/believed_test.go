package store_test

import (
	"context"
	"testing"
	"time"

	"kidoban/controller/journal"
	"kidoban/controller/ledger"
)

// A board that boots without a clock writes 1970; by that, what has long expired would be good again.
func TestLastRecordedIsABelievedTime(t *testing.T) {
	dir, keys, _ := written(t, 3)
	s := open(t, dir, keys)
	want, err := s.Snapshot(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	e := entry(0, journal.SystemStarted)
	e.Synced, e.At.Wall = false, time.Unix(17, 0)
	if _, err := s.Commit(context.Background(), ledger.Change{}, []journal.Entry{e}); err != nil {
		t.Fatal(err)
	}
	got, err := s.Snapshot(context.Background())
	if err != nil || !got.LastRecorded.Equal(want.LastRecorded) || want.LastRecorded.Year() < 2000 {
		t.Errorf("last believed %v, then an entry of 1970: %v, %v", want.LastRecorded, got.LastRecorded, err)
	}
}
