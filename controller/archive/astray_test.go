package archive_test

import (
	"bytes"
	"context"
	"database/sql"
	"os"
	"os/exec"
	"path/filepath"
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

// shut stops a door and closes its record.
func shut(t *testing.T, d *outboxtest.Door) {
	t.Helper()
	d.Stop()
	if err := d.Store.Close(); err != nil {
		t.Fatal(err)
	}
}

func copied(t *testing.T, d *outboxtest.Door) (dir string) {
	t.Helper()
	dir = t.TempDir() + "/data"
	if b, err := exec.Command("cp", "-r", d.Data, dir).CombinedOutput(); err != nil {
		t.Fatalf("%s", b)
	}
	return dir
}

// site is a central log with one door, whose record so far is confirmed.
func site(t *testing.T, where string, entries int) (*linktest.Mosquitto, *central, *outboxtest.Door) {
	t.Helper()
	m := linktest.StartMosquitto(t)
	c := newCentral(t, where)
	d := outboxtest.NewDoor(t, "main-ctl", c.pub)
	c.accept(d)
	c.run(m.URL())
	d.Run(m.URL(), nil)
	d.Commit(entries)
	confirmed(t, c, d)
	outboxtest.Await(t, "the door knows", func() bool { return d.Out.Acked() == d.Store.Head().Size })
	return m, c, d
}

// named waits for a finding, and fails if it took longer than a minute after from.
func (c *central) named(what string, from time.Time) {
	c.t.Helper()
	outboxtest.Await(c.t, "named: "+what, func() bool {
		if time.Since(from) > 50*time.Second {
			c.t.Fatalf("%q of %q\n%s", what, c.found(), c.log)
		}
		return c.says(what)
	})
	c.t.Logf("named after %v: %s", time.Since(from).Round(time.Millisecond), what)
}

// evidence fails unless what is confirmed lies beside what contradicts it.
func (c *central) evidence() {
	c.t.Helper()
	f, err := shelf.OpenReader(context.Background(), c.where)
	if err != nil {
		c.t.Fatal(err)
	}
	defer f.Close()
	all, err := f.Evidence(context.Background())
	if err != nil || len(all) == 0 || len(all[len(all)-1].Note) == 0 || len(all[len(all)-1].Ours) == 0 {
		c.t.Errorf("evidence %v, %v", all, err)
	}
}

// An older copy of the directory is put back, and the door goes on with it.
func TestARolledBackDiskIsNamed(t *testing.T) { shelftest.Each(t, testARolledBackDiskIsNamed) }

func testARolledBackDiskIsNamed(t *testing.T, where string) {
	m, c, d := site(t, where, 50)
	shut(t, d)
	old := copied(t, d)
	d.Open(outboxtest.Origin("main-ctl"))
	d.Run(m.URL(), nil)
	d.Commit(50)
	confirmed(t, c, d)
	shut(t, d)
	d.Data = old
	d.Open(outboxtest.Origin("main-ctl"))
	began := time.Now()
	d.Commit(1) // a daemon says that it has started
	d.Run(m.URL(), nil)
	c.named("controller.rolled_back main-ctl", began)
	c.evidence()
	if !c.says("alarm.raised main-ctl") {
		t.Error(c.found())
	}
}

// Two daemons with one key.
func TestAForkIsNamed(t *testing.T) { shelftest.Each(t, testAForkIsNamed) }

func testAForkIsNamed(t *testing.T, where string) {
	m, c, d := site(t, where, 50)
	shut(t, d)
	twin := d.Twin(copied(t, d))
	d.Open(outboxtest.Origin("main-ctl"))
	began := time.Now()
	d.Run(m.URL(), nil)
	d.Commit(30)
	twin.Commit(20)
	twin.Run(m.URL(), func(o *outbox.Config) { o.Link.ClientID = "twin" })
	c.named("controller.forked main-ctl", began)
	c.evidence()
}

// edit changes one entry. deep makes the tree over it anew, as whoever holds the signing key would.
func edit(t *testing.T, d *outboxtest.Door, seq uint64, deep bool) {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(d.Data, "journal.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query("SELECT payload FROM entry ORDER BY sequence")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var payloads [][]byte
	for rows.Next() {
		var b []byte
		if err := rows.Scan(&b); err != nil {
			t.Fatal(err)
		}
		payloads = append(payloads, b)
	}
	payloads[seq] = bytes.Replace(payloads[seq], []byte("p-17"), []byte("p-18"), 1)
	var tree journal.Tree
	for i, p := range payloads {
		var blob []byte
		for _, h := range tree.Append(nil, journal.LeafHash(p)) {
			blob = append(blob, h[:]...)
		}
		switch {
		case deep:
			_, err = db.Exec("UPDATE entry SET payload = ?, hashes = ? WHERE sequence = ?", p, blob, i)
		case uint64(i) == seq:
			_, err = db.Exec("UPDATE entry SET payload = ?, hashes = ? || substr(hashes, 33) WHERE sequence = ?", p, blob[:32], i)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestAnEditedDatabaseIsNamed(t *testing.T) { shelftest.Each(t, testAnEditedDatabaseIsNamed) }

func testAnEditedDatabaseIsNamed(t *testing.T, where string) {
	for name, from0 := range map[string]bool{"with its position": false, "without": true} {
		t.Run(name, func(t *testing.T) {
			m, c, d := site(t, shelftest.Another(t, where), 50)
			shut(t, d)
			edit(t, d, 20, true)
			if err := os.WriteFile(filepath.Join(d.Data, "checkpoint"), make([]byte, 8192), 0o600); err != nil {
				t.Fatal(err)
			}
			position := filepath.Join(d.Data, "acknowledged.note")
			kept, err := os.ReadFile(position)
			if err != nil || os.Remove(position) != nil {
				t.Fatal(err)
			}
			d.Open(outboxtest.Origin("main-ctl"))
			if !from0 {
				if err := os.WriteFile(position, kept, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			began := time.Now()
			d.Run(m.URL(), nil)
			d.Commit(1)
			c.named("controller.contradicted main-ctl", began)
			outboxtest.Await(t, "it is confirmed no more", func() bool { return strings.Contains(c.journals()[0].Fork, "edited") })
			c.evidence()
		})
	}
}

// A signed head that the entries on the way to a later one do not meet proves a fork, though nothing of it was confirmed.
func TestAHeadThatIsPassedByIsNamed(t *testing.T) { shelftest.Each(t, testAHeadThatIsPassedByIsNamed) }

func testAHeadThatIsPassedByIsNamed(t *testing.T, where string) {
	m, c, d := site(t, where, 20)
	d.Stop()
	l := stranger(t, m.URL())
	for _, size := range []uint64{24, 26} {
		send(t, l, "checkpoint", head(t, d, size, tlog.Hash{7}))
	}
	began := time.Now()
	d.Commit(9)
	d.Run(m.URL(), nil)
	c.named("controller.rolled_back main-ctl", began)
	c.evidence()
}

// head is signed with the door's true key.
func head(t *testing.T, d *outboxtest.Door, size uint64, root tlog.Hash) []byte {
	t.Helper()
	msg, err := journal.Checkpoint{Origin: d.Store.Origin().Line(), Size: size, Root: root, Time: time.Now().Add(time.Minute),
		Clock: journal.Synchronised}.Sign(d.Signer)
	if err != nil {
		t.Fatal(err)
	}
	return msg
}

// Entries that do not lead to the one head that is signed, however often they are asked for: nothing proves whose fault it
// is, but it is said, in a few tries.
func TestEntriesThatLeadNowhereAreNamed(t *testing.T) {
	shelftest.Each(t, testEntriesThatLeadNowhereAreNamed)
}

func testEntriesThatLeadNowhereAreNamed(t *testing.T, where string) {
	m, c, d := site(t, where, 20)
	d.Stop()
	d.Commit(7)
	rows, err := d.Store.Rows(context.Background(), 21, 7)
	if err != nil {
		t.Fatal(err)
	}
	l, err := link.Open(context.Background(), link.Config{Broker: m.URL(), ClientID: "liar"}, nil, prefix+"resend")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	send(t, l, "checkpoint", head(t, d, 28, tlog.Hash{7}))
	began := time.Now()
	asked := 0
	for !c.says("controller.contradicted main-ctl the controller's record of 28 entries does not continue the 21 confirmed") {
		select {
		case <-l.In():
			asked++
			for _, r := range rows {
				send(t, l, "event/access", r.Payload)
			}
		case <-time.After(100 * time.Millisecond):
		}
		if time.Since(began) > 50*time.Second {
			t.Fatal(asked, c.found(), c.log)
		}
	}
	t.Logf("named after %v, asked %d times", time.Since(began), asked)
	if c.journals()[0].Fork != "" {
		t.Error("an outsider's bytes are no proof")
	}
	d.Run(m.URL(), nil) // its own record goes on
	c.evidence()
}

// What repeats of confirmed entries show tells an edited database from one that was put back.
func TestAnEditedEntryIsNamedByItsNumber(t *testing.T) {
	m, c, d := site(t, shelftest.SQLite(t), 20)
	d.Stop()
	rows, err := d.Store.Rows(context.Background(), 4, 5)
	if err != nil {
		t.Fatal(err)
	}
	l := stranger(t, m.URL())
	for i, r := range rows {
		if i == 1 {
			r.Payload = bytes.Replace(r.Payload, []byte("p-17"), []byte("p-18"), 1)
		}
		send(t, l, "event/access", r.Payload)
	}
	outboxtest.Await(t, "the other one is seen", func() bool { return c.says("controller.contradicted main-ctl entry 5 came again with other bytes") })
	send(t, l, "checkpoint", head(t, d, 9, tlog.Hash{7}))
	outboxtest.Await(t, "it is named", func() bool { return strings.Contains(c.journals()[0].Fork, "edited at entry 5") })
}

// Two heads of one length over different entries are proof, though none of these has come.
func TestTwoHeadsOfOneLengthAreAFork(t *testing.T) {
	m, c, d := site(t, shelftest.SQLite(t), 20)
	d.Stop()
	l := stranger(t, m.URL())
	began := time.Now()
	for i := range byte(2) {
		send(t, l, "checkpoint", head(t, d, 24, tlog.Hash{i}))
	}
	c.named("controller.forked main-ctl the controller signed two records of 24 entries", began)
	if c.journals()[0].Fork == "" {
		t.Error("it is confirmed all the same")
	}
	c.evidence()
}
