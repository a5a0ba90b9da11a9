package archive_test

import (
	"context"
	"math"
	"testing"
	"time"

	"kidoban/controller/archive/shelf/shelftest"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/outbox/link/linktest"
	"kidoban/controller/outbox/outboxtest"
	"kidoban/controller/retention"
	"kidoban/controller/store"
)

// A central log that begins anew after a disposal gets leaves in the place of what has gone, and confirms the whole.
func TestTheCentralLogLosesItsDiskAfterADisposal(t *testing.T) {
	shelftest.Each(t, testTheCentralLogLosesItsDiskAfterADisposal)
}

func testTheCentralLogLosesItsDiskAfterADisposal(t *testing.T, where string) {
	m := linktest.StartMosquitto(t)
	c := newCentral(t, where)
	d := outboxtest.NewDoor(t, "main-ctl", c.pub)
	c.accept(d)
	c.run(m.URL())
	d.Run(m.URL(), nil)
	d.Commit(1500)
	confirmed(t, c, d)
	c.stop()
	dispose(t, d)
	c.lose()
	c.accept(d)
	c.run(m.URL())
	d.Commit(10)
	confirmed(t, c, d)
	if rep, err := d.Store.Verify(context.Background(), store.Verifying{}); err != nil || !rep.OK() || rep.Purged != 1500 {
		t.Errorf("%v, %v, %d purged", err, rep.Problems, rep.Purged)
	}
}

func dispose(t *testing.T, d *outboxtest.Door) {
	t.Helper()
	p, err := d.Store.PlanPurge(context.Background(), store.Disposing{Day: retention.Date{Year: 2032, Month: time.April, Day: 1}, Delivered: math.MaxInt64})
	if err != nil || p.Entries() != 1500 {
		t.Fatal(p.Entries(), err)
	}
	for _, l := range p.Lists {
		e := d.Entry(journal.JournalPurged)
		e.Data = journal.Data{Ranges: l.Ranges, Count: l.Count, Digest: l.Digest}
		if _, err := d.Store.Commit(context.Background(), ledger.Change{}, []journal.Entry{e}); err != nil {
			t.Fatal(err)
		}
	}
	d.Out.Kick()
	if err := d.Store.Purge(context.Background(), &p); err != nil {
		t.Fatal(err)
	}
}
