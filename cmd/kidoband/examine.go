package main

import (
	"context"
	"time"

	"kidoban/controller"
	"kidoban/controller/journal"
	"kidoban/controller/store"
)

const (
	examineFirst = 3 * time.Second // after the start: the doors come first
	examineEvery = 24 * time.Hour
)

// examine verifies the record behind the door's back, soon after each start and daily: what was edited on the disk while
// nobody looked is on record, and at the central log, within the minute.
func (d *daemon) examine(ctx context.Context) error {
	said := ""
	for next := examineFirst; ; next = examineEvery {
		t := time.NewTimer(next)
		select {
		case <-ctx.Done():
			t.Stop()
			return nil
		case <-t.C:
		}
		rep, err := d.store.Verify(ctx, store.Verifying{Key: d.keys.Verifier()})
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			d.log.Warn("the record cannot be verified now", "err", err)
		case rep.OK():
			said = ""
		case rep.Problems[0].String() != said:
			said = rep.Problems[0].String()
			d.log.Error("the record does not verify", "problems", len(rep.Problems)+rep.More, "first", said)
			d.loop.Post(ctx, controller.Link{Type: journal.JournalVerificationFailed,
				Count: int64(len(rep.Problems) + rep.More), Detail: said})
		}
	}
}
