package faulttest_test

import (
	"bytes"
	"context"
	"fmt"
	"testing"
	"time"

	"kidoban/controller/archive/shelf"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/outbox"
	"kidoban/controller/outbox/link/linktest"
	"kidoban/controller/outbox/outboxtest"
)

// TestBacklog records a lot while there is no central log, starts it, and compares both ends.
func TestBacklog(t *testing.T) {
	k := begin(t, "backlog", 2000, 1_000_000, 10_000_000)
	m := linktest.StartMosquitto(t)
	c := newCentral(t, bin, m.URL())
	d := outboxtest.NewDoor(t, "main-ctl", verifier(t, c.in("keys/central.pub")))
	c.run("pin", d.Keys.Public())
	d.Run(m.URL(), func(o *outbox.Config) { o.Pace = outbox.Pace{} })
	for d.Store.Head().Size < uint64(k.want) {
		es := make([]journal.Entry, min(250, uint64(k.want)-d.Store.Head().Size))
		for i := range es {
			es[i] = d.Entry(journal.AccessGranted)
		}
		if _, err := d.Store.Commit(context.Background(), ledger.Change{}, es); err != nil {
			t.Fatal(err)
		}
	}
	began := time.Now()
	d.Out.Kick()
	c.start()
	most := time.Minute + time.Duration(k.want)*time.Second/2000
	if !within(most, func() bool { return d.Out.Acked() >= d.Store.Head().Size }) {
		k.isLost("after %v the central log has confirmed %d of %d", most, d.Out.Acked(), k.want)
	}
	took := time.Since(began)
	c.kill()
	k.count = int(d.Store.Head().Size)
	sameAsDoor(k, c, d)
	k.more = fmt.Sprintf(" drained=%v rate=%.0f/s", took.Round(time.Millisecond), float64(k.count)/took.Seconds())
}

// sameAsDoor compares what the central log's file holds with the door's record, entry by entry.
func sameAsDoor(k *kind, c *central, d *outboxtest.Door) {
	k.t.Helper()
	f, err := shelf.OpenReader(context.Background(), c.in("data"))
	if err != nil {
		k.t.Fatal(err)
	}
	defer f.Close()
	js, err := f.Journals(context.Background())
	if err != nil {
		k.t.Fatal(err)
	}
	var next uint64
	for _, j := range js {
		if j.Origin != d.Store.Origin().Line() {
			continue
		}
		var rows [][]byte
		err = f.Entries(context.Background(), j, 0, func(seq uint64, payload []byte) error {
			if len(rows) == 0 {
				got, err := d.Store.Rows(context.Background(), next, 1000)
				if err != nil {
					return err
				}
				for _, r := range got {
					rows = append(rows, r.Payload)
				}
			}
			if seq < next {
				k.isDuplicated("entry %d", seq)
				return nil
			}
			if seq != next || len(rows) == 0 || !bytes.Equal(payload, rows[0]) {
				return fmt.Errorf("entry %d at the central log is not the door's %d", seq, next)
			}
			next, rows = next+1, rows[1:]
			return nil
		})
	}
	if err != nil {
		k.isWrong("%v", err)
	}
	if next < d.Store.Head().Size {
		k.isLost("the central log has %d of %d entries", next, d.Store.Head().Size)
	}
}
