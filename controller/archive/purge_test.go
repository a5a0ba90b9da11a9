package archive_test

import (
	"bytes"
	"context"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kidoban/controller/archive/shelf"
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

// What the door disposes of goes at the central log too, once no hold covers it, and leaves nothing behind but hashes.
func TestTheCentralLogDisposesOfTheSame(t *testing.T) {
	shelftest.Each(t, testTheCentralLogDisposesOfTheSame)
}

func testTheCentralLogDisposesOfTheSame(t *testing.T, where string) {
	m := linktest.StartMosquitto(t)
	c := newCentral(t, where)
	d := outboxtest.NewDoor(t, "main-ctl", c.pub)
	c.accept(d)
	c.run(m.URL())
	d.Run(m.URL(), nil)
	d.Commit(1500)
	confirmed(t, c, d)
	f, err := shelf.Open(context.Background(), where)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	e := journal.Entry{At: d.Entry(journal.JournalStarted).At, Type: journal.JournalHoldChanged, Subject: "account/officer"}
	officer := shelf.Actor{Account: "officer"}
	hold, err := f.HoldBack(context.Background(), c.own, "main-ctl", officer, e)
	if err != nil {
		t.Fatal(err)
	}
	dispose(t, d)
	outboxtest.Await(t, "it is held back", func() bool { return c.says("journal.purge_ended main-ctl as entry") })
	if n := c.purged(); n != 0 {
		t.Fatalf("%d went in spite of the hold", n)
	}
	if err := f.LetGo(context.Background(), c.own, hold, officer, e); err != nil {
		t.Fatal(err)
	}
	outboxtest.Await(t, "it is gone", func() bool { return c.purged() == 1500 })
	outboxtest.Await(t, "that is on record", func() bool { return strings.Count(strings.Join(c.found(), "\n"), "journal.purge_ended") == 2 })
	d.Commit(10)
	outboxtest.Await(t, "the rest goes on", func() bool { return c.journals()[0].Size == d.Store.Head().Size })
	root, err := f.RootAt(context.Background(), c.journals()[0].ID, d.Store.Head().Size)
	if want, err2 := d.Store.RootAt(context.Background(), d.Store.Head().Size); err != nil || err2 != nil || root != want {
		t.Error("the tree is another", err, err2)
	}
	if f.Shared() {
		return
	}
	for _, name := range []string{"central.db", "central.db-wal"} {
		b, err := os.ReadFile(filepath.Join(where, name))
		if err != nil || bytes.Contains(b, []byte(`000000000000000700","severity`)) {
			t.Errorf("%s holds what was disposed of (%v)", name, err)
		}
	}
}

// A list that is not so disposes of nothing.
func TestAFalseListDisposesOfNothing(t *testing.T) {
	_, c, d := site(t, shelftest.SQLite(t), 30)
	for _, l := range []journal.Data{{Ranges: "1-10", Count: 10, Digest: "00"}, {Ranges: "5-1000", Count: 996}, {Ranges: "9-3", Count: 1}, {Count: 4}} {
		e := d.Entry(journal.JournalPurged)
		e.Data = l
		if _, err := d.Store.Commit(context.Background(), ledger.Change{}, []journal.Entry{e}); err != nil {
			t.Fatal(err)
		}
	}
	d.Out.Kick()
	outboxtest.Await(t, "it is named", func() bool {
		return c.says("controller.contradicted main-ctl entry 31 lists as disposed of what is not so")
	})
	if n := c.purged(); n != 0 {
		t.Errorf("%d entries went", n)
	}
}

// purged counts the entries that have no payload.
func (c *central) purged() (n int) {
	c.t.Helper()
	f, err := shelf.OpenReader(context.Background(), c.where)
	if err != nil {
		c.t.Fatal(err)
	}
	defer f.Close()
	err = f.Entries(context.Background(), c.journals()[0], 0, func(_ uint64, payload []byte) error {
		if payload == nil {
			n++
		}
		return nil
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return n
}
