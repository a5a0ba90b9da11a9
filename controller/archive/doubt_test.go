package archive_test

import (
	"bytes"
	"context"
	"os/exec"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"kidoban/controller/archive/shelf"
	"kidoban/controller/archive/shelf/shelftest"
	"kidoban/controller/journal"
	"kidoban/controller/outbox"
	"kidoban/controller/outbox/link"
	"kidoban/controller/outbox/link/linktest"
	"kidoban/controller/outbox/outboxtest"
)

const prefix = "kidoban/v1/maizuru/main-ctl/"

func stranger(t testing.TB, broker string) *link.Link {
	t.Helper()
	l, err := link.Open(context.Background(), link.Config{Broker: broker, ClientID: "stranger"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return l
}

func send(t testing.TB, l *link.Link, topic string, payload []byte) {
	t.Helper()
	select {
	case l.Out() <- link.Message{Topic: prefix + topic, Payload: payload}:
	case <-l.Lost():
		t.Fatal(l.Why())
	}
}

func TestForgedEntriesAreNeverStored(t *testing.T) {
	shelftest.Each(t, testForgedEntriesAreNeverStored)
}

func testForgedEntriesAreNeverStored(t *testing.T, where string) {
	m := linktest.StartMosquitto(t)
	c := newCentral(t, where)
	d := outboxtest.NewDoor(t, "main-ctl", c.pub)
	c.accept(d)
	c.run(m.URL())
	d.Commit(10)
	d.Run(m.URL(), nil)
	confirmed(t, c, d)
	rows, err := d.Store.Rows(context.Background(), 5, 1)
	if err != nil {
		t.Fatal(err)
	}
	l := stranger(t, m.URL())
	// One that the door never wrote, at the next place; then the door writes its own there.
	forged := bytes.ReplaceAll(rows[0].Payload, []byte("000000000000000005"), []byte("000000000000000011"))
	send(t, l, "event/access", forged)
	// One that contradicts what is recorded, one under another class, and noise.
	send(t, l, "event/access", bytes.Replace(rows[0].Payload, []byte("p-17"), []byte("p-18"), 1))
	send(t, l, "event/door", forged)
	for _, noise := range []string{"", "{", "{}", "null", "[]", strings.Repeat("x", 9000)} {
		for _, topic := range []string{"event/access", "batch", "leaves", "checkpoint"} {
			send(t, l, topic, []byte(noise))
		}
	}
	time.Sleep(200 * time.Millisecond)
	d.Commit(10)
	confirmed(t, c, d)
	if !strings.Contains(c.log.String(), "other bytes") {
		t.Errorf("the contradiction was not named:\n%s", c.log)
	}
}

func TestTheCentralLogRestartsAndLosesItsDisk(t *testing.T) {
	shelftest.Each(t, testTheCentralLogRestartsAndLosesItsDisk)
}

func testTheCentralLogRestartsAndLosesItsDisk(t *testing.T, where string) {
	m := linktest.StartMosquitto(t)
	c := newCentral(t, where)
	d := outboxtest.NewDoor(t, "main-ctl", c.pub)
	c.accept(d)
	c.run(m.URL())
	d.Run(m.URL(), nil)
	d.Commit(count(12_000))
	confirmed(t, c, d)
	c.stop()
	d.Commit(500)
	c.run(m.URL())
	d.Commit(500)
	confirmed(t, c, d)
	c.stop()
	c.lose()
	c.accept(d)
	c.run(m.URL())
	confirmed(t, c, d) // more than a window: the door's position does not go back for it
}

// Pitfall 11: what was overwritten or changed says so itself.
func TestADiskPutBackIsNamed(t *testing.T) { shelftest.Each(t, testADiskPutBackIsNamed) }

func testADiskPutBackIsNamed(t *testing.T, where string) {
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
	old := t.TempDir() + "/data"
	if b, err := exec.Command("cp", "-r", d.Data, old).CombinedOutput(); err != nil {
		t.Fatalf("%s", b)
	}
	d.Open(outboxtest.Origin("main-ctl"))
	d.Run(m.URL(), nil)
	d.Commit(50)
	confirmed(t, c, d)
	d.Stop()
	d.Store.Close()
	d.Data = old
	d.Open(outboxtest.Origin("main-ctl"))
	d.Run(m.URL(), nil)
	outboxtest.Await(t, "the door knows", func() bool { return d.Noticed(outbox.RolledBack) })
	outboxtest.Await(t, "the central log says so", func() bool { return strings.Contains(c.log.String(), "rolled back") })
	d.Commit(1) // the daemon's own entry about it takes a number that is taken
	outboxtest.Await(t, "proof", func() bool { return c.journals()[0].Fork != "" })
	if j := c.journals()[0]; j.Size != 100 {
		t.Errorf("confirmed %d, want the 100 from before", j.Size)
	}
}

func TestAForkIsProvenAndConfirmedNoMore(t *testing.T) {
	shelftest.Each(t, testAForkIsProvenAndConfirmedNoMore)
}

func testAForkIsProvenAndConfirmedNoMore(t *testing.T, where string) {
	m := linktest.StartMosquitto(t)
	c := newCentral(t, where)
	d := outboxtest.NewDoor(t, "main-ctl", c.pub)
	c.accept(d)
	c.run(m.URL())
	d.Commit(9)
	d.Run(m.URL(), nil)
	confirmed(t, c, d)
	l := stranger(t, m.URL())
	// A checkpoint of another record, signed with the door's true key.
	msg, err := journal.Checkpoint{Origin: d.Store.Origin().Line(), Size: 7, Root: tlog.Hash{7}, Time: time.Now(), Clock: journal.Synchronised}.Sign(d.Signer)
	if err != nil {
		t.Fatal(err)
	}
	send(t, l, "checkpoint", msg)
	outboxtest.Await(t, "fork on record", func() bool { return c.journals()[0].Fork != "" })
	d.Commit(5)
	time.Sleep(time.Second)
	if j := c.journals()[0]; j.Size != 10 {
		t.Errorf("confirmed %d entries after the fork, want 10", j.Size)
	}
	c.stop()
	c.run(m.URL()) // and after a restart
	outboxtest.Await(t, "named again", func() bool { return strings.Count(c.log.String(), "confirmed no more") == 2 })
}

func TestOnlyAcceptedJournalsAreTaken(t *testing.T) {
	shelftest.Each(t, testOnlyAcceptedJournalsAreTaken)
}

func testOnlyAcceptedJournalsAreTaken(t *testing.T, where string) {
	m := linktest.StartMosquitto(t)
	c := newCentral(t, where)
	d := outboxtest.NewDoor(t, "main-ctl", c.pub)
	impostor := outboxtest.NewDoor(t, "main-ctl", c.pub)
	c.run(m.URL())
	d.Commit(20)
	d.Run(m.URL(), nil)
	outboxtest.Await(t, "named", func() bool { return strings.Contains(c.log.String(), "not accepted") })
	c.accept(d)
	confirmed(t, c, d) // without a restart
	impostor.Commit(5)
	impostor.Run(m.URL(), func(o *outbox.Config) { o.Link.ClientID = "impostor" })
	time.Sleep(500 * time.Millisecond)
	if js := c.journals(); len(js) != 1 || js[0].Size != 21 {
		t.Errorf("journals %v", js)
	}
}

func TestAcceptRefuses(t *testing.T) { shelftest.Each(t, testAcceptRefuses) }

func testAcceptRefuses(t *testing.T, where string) {
	c := newCentral(t, where)
	f, err := shelf.Open(context.Background(), c.where)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, key := range []string{"", "x", "kidoban/maizuru+12345678+AAAA", c.pub.Name()} {
		if origin, err := f.Accept(context.Background(), key, time.Now()); err == nil {
			t.Errorf("accepted %q as %s", key, origin)
		}
	}
	if _, err := shelf.Open(context.Background(), t.TempDir()); err == nil || !strings.Contains(err.Error(), "kidobanlog init") {
		t.Errorf("opened what is not there: %v", err)
	}
	if err := shelf.Create(context.Background(), c.where); err == nil {
		t.Error("created over what is there")
	}
}
