package archive_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"kidoban/controller/archive/shelf"
	"kidoban/controller/archive/shelf/shelftest"
	"kidoban/controller/journal"
	"kidoban/controller/outbox/link/linktest"
	"kidoban/controller/outbox/outboxtest"
	"kidoban/controller/store"
)

// succeed begins a new journal after d's, whose record ends at the central log's word, and makes d the new one.
func succeed(t *testing.T, c *central, d *outboxtest.Door, dir string, checkpoint []byte) {
	t.Helper()
	keys := filepath.Dir(d.Data) + "/keys"
	got, err := store.Succeed(context.Background(), dir, keys, outboxtest.Origin("main-ctl"), store.Succession{
		Checkpoint: checkpoint, Central: c.pub, At: d.Entry(journal.JournalStarted).At, Synced: true})
	if err != nil {
		t.Fatal(err)
	}
	d.Data, d.Keys, d.Signer = dir, got.Keys, got.Keys.Signer()
	d.Open(outboxtest.Origin("main-ctl"))
}

func (c *central) waiting() []shelf.Waiting {
	c.t.Helper()
	f, err := shelf.OpenReader(context.Background(), c.where)
	if err != nil {
		c.t.Fatal(err)
	}
	defer f.Close()
	all, err := f.Waiting(context.Background())
	if err != nil {
		c.t.Fatal(err)
	}
	return all
}

// After a lost disk: the new journal is shown and not taken; accepted, it closes the old one, and the two are never mixed.
func TestASuccessorWaitsUntilItIsAccepted(t *testing.T) {
	shelftest.Each(t, testASuccessorWaitsUntilItIsAccepted)
}

func testASuccessorWaitsUntilItIsAccepted(t *testing.T, where string) {
	m := linktest.StartMosquitto(t)
	c := newCentral(t, where)
	d := outboxtest.NewDoor(t, "main-ctl", c.pub)
	c.accept(d)
	c.run(m.URL())
	d.Commit(49)
	d.Run(m.URL(), nil)
	confirmed(t, c, d)
	d.Stop()
	if err := d.Store.Close(); err != nil {
		t.Fatal(err)
	}
	oldData, oldKeys, oldSigner := d.Data, d.Keys, d.Signer
	succeed(t, c, d, t.TempDir()+"/new", c.journals()[0].Checkpoint)
	d.Commit(9)
	d.Run(m.URL(), nil)
	outboxtest.Await(t, "it is shown", func() bool { w := c.waiting(); return len(w) == 1 && w[0].Succeeds != "" })
	if w := c.waiting()[0]; w.Origin != d.Store.Origin().Line() || w.Succeeds != c.journals()[0].Origin || w.Size != 50 {
		t.Errorf("%+v", w)
	}
	outboxtest.Await(t, "it is said", func() bool { return strings.Contains(c.log.String(), "awaits acceptance") })
	if js := c.journals(); len(js) != 1 || js[0].Closed != "" || js[0].Size != 50 {
		t.Fatalf("before a person accepted: %+v", js)
	}
	c.accept(d)
	confirmed(t, c, d)
	outboxtest.Await(t, "the old one is closed", func() bool { return c.journals()[0].Closed != "" })
	js := c.journals()
	if len(js) != 2 || js[0].Size != 50 || !strings.Contains(js[0].Closed, js[1].Origin) || js[1].Size != 10 || len(c.waiting()) != 0 {
		t.Errorf("%+v", js)
	}
	// The old disk turns up again beside the new one.
	d.Stop()
	d.Store.Close()
	d.Data, d.Keys, d.Signer = oldData, oldKeys, oldSigner
	d.Open(outboxtest.Origin("main-ctl"))
	d.Commit(5)
	d.Run(m.URL(), nil)
	outboxtest.Await(t, "it is named", func() bool { return strings.Contains(c.log.String(), "the old disk is in use beside the new") })
	c.stop()
	c.run(m.URL()) // and after a restart
	if js := c.journals(); js[0].Size != 50 || js[1].Size != 10 {
		t.Errorf("the closed one grew: %+v", js)
	}
}

// A successor that contradicts what is confirmed is a fork, though a person accepted it.
func TestASuccessorOfAnotherRecordIsAFork(t *testing.T) {
	shelftest.Each(t, testASuccessorOfAnotherRecordIsAFork)
}

func testASuccessorOfAnotherRecordIsAFork(t *testing.T, where string) {
	m := linktest.StartMosquitto(t)
	c := newCentral(t, where)
	d := outboxtest.NewDoor(t, "main-ctl", c.pub)
	c.accept(d)
	c.run(m.URL())
	d.Commit(19)
	d.Run(m.URL(), nil)
	confirmed(t, c, d)
	d.Stop()
	d.Store.Close()
	false20, err := journal.Checkpoint{Origin: c.journals()[0].Origin, Size: 20, Time: d.Entry(journal.JournalStarted).At.Wall,
		Clock: journal.Synchronised}.Sign(d.Signer)
	if err != nil {
		t.Fatal(err)
	}
	succeed(t, c, d, t.TempDir()+"/new", false20)
	c.accept(d)
	d.Run(m.URL(), nil)
	outboxtest.Await(t, "the fork is on record", func() bool { js := c.journals(); return len(js) == 2 && js[1].Fork != "" })
	if js := c.journals(); js[0].Closed != "" || js[0].Fork != "" {
		t.Errorf("the old one: %+v", js[0])
	}
}
