package archive_test

import (
	"context"
	"fmt"
	"testing"

	"kidoban/controller/archive/shelf"
	"kidoban/controller/archive/shelf/shelftest"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/outbox"
	"kidoban/controller/outbox/link/linktest"
	"kidoban/controller/outbox/outboxtest"
)

// Private parts are stored beside the entries that bind them, where the door publishes them; what was not sent is owed, and
// asked for.
func TestPrivateParts(t *testing.T) { shelftest.Each(t, testPrivateParts) }

func testPrivateParts(t *testing.T, where string) {
	m := linktest.StartMosquitto(t)
	c := newCentral(t, where)
	d := outboxtest.NewDoor(t, "main-ctl", c.pub)
	c.accept(d)
	c.run(m.URL())
	names := func(yes bool) func(*outbox.Config) { return func(o *outbox.Config) { o.Names = yes } }
	named := func(n int) {
		t.Helper()
		for i := range n {
			e := d.Entry(journal.RosterChanged)
			e.Private = fmt.Appendf(nil, `{"salt":"%032x","name":"橋本 美咲"}`, d.Store.Head().Size+uint64(i))
			if _, err := d.Store.Commit(context.Background(), ledger.Change{}, []journal.Entry{e}); err != nil {
				t.Fatal(err)
			}
			d.Commit(1)
		}
	}
	named(20)
	d.Run(m.URL(), names(true))
	confirmed(t, c, d)
	outboxtest.Await(t, "they are here", func() bool { return c.names() == 20 })
	if c.owed() != 0 {
		t.Errorf("%d are owed", c.owed())
	}
	d.Stop()
	named(3)
	d.Run(m.URL(), names(false))
	confirmed(t, c, d)
	if c.owed() != 3 || c.names() != 20 {
		t.Errorf("%d are owed, %d are here", c.owed(), c.names())
	}
	d.Stop()
	d.Run(m.URL(), names(true))
	outboxtest.Await(t, "the others were asked for", func() bool { return c.names() == 23 && c.owed() == 0 })
	c.same(d)
}

// names counts the private parts that are stored and are the bytes that their entries bind.
func (c *central) names() (n int) {
	c.t.Helper()
	f, err := shelf.OpenReader(context.Background(), c.where)
	if err != nil {
		c.t.Fatal(err)
	}
	defer f.Close()
	j := c.journals()[0]
	x := journal.NewExaminer(journal.Origin{Site: "maizuru", Controller: "main-ctl", Journal: j.Origin[len(j.Origin)-8:]})
	for r, err := range f.Rows(context.Background(), j.ID, 0, j.Size) {
		if err != nil {
			c.t.Fatal(err)
		}
		switch leaf := x.Examine(r); {
		case leaf.Private != 0 && leaf.Private != journal.PrivateMissing:
			c.t.Fatalf("entry %d: its private part is another", r.Sequence)
		case leaf.Private == 0 && r.Private != nil:
			n++
		}
	}
	return n
}

func (c *central) owed() (n int64) {
	c.t.Helper()
	f, err := shelf.OpenReader(context.Background(), c.where)
	if err != nil {
		c.t.Fatal(err)
	}
	defer f.Close()
	all, err := f.OwedCount(context.Background())
	if err != nil {
		c.t.Fatal(err)
	}
	return all[c.journals()[0].ID]
}
