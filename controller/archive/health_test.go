package archive_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kidoban/controller/archive/shelf"
	"kidoban/controller/archive/shelf/shelftest"
	"kidoban/controller/journal"
	"kidoban/controller/outbox"
	"kidoban/controller/outbox/link"
	"kidoban/controller/outbox/link/linktest"
	"kidoban/controller/outbox/outboxtest"
)

// refuse makes the database refuse every entry, as a full disk does, until the test asks for the end of it.
func refuse(t *testing.T, dir string) (end func()) {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(dir, "central.db")+"?_busy_timeout=10000")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if _, err := db.Exec("CREATE TRIGGER refuse BEFORE INSERT ON entry BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"); err != nil {
		t.Fatal(err)
	}
	return func() {
		if _, err := db.Exec("DROP TRIGGER refuse"); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAFailingDatabaseEndsNothing(t *testing.T) {
	where := shelftest.SQLite(t)
	_, c, d := site(t, where, 50)
	known := d.Out.Acked()
	end := refuse(t, where)
	d.Commit(200)
	outboxtest.Await(t, "it is said", func() bool { return strings.Count(c.log.String(), "the database fails") >= 3 })
	if d.Out.Acked() != known || c.journals()[0].Size != known {
		t.Errorf("confirmed %d, %d, of what cannot be written", d.Out.Acked(), c.journals()[0].Size)
	}
	end()
	confirmed(t, c, d)
	outboxtest.Await(t, "it is on record", func() bool { return c.says("system.recovered") })
	said := strings.Join(c.found(), "\n")
	if strings.Count(said, "system.degraded") != 1 || !strings.Contains(said, "alarm.raised") || strings.Contains(said, "silent") {
		t.Error(said)
	}
}

func TestASilentDoorIsNamedAndHeardAgain(t *testing.T) {
	shelftest.Each(t, testASilentDoorIsNamedAndHeardAgain)
}

func testASilentDoorIsNamedAndHeardAgain(t *testing.T, where string) {
	m := linktest.StartMosquitto(t)
	c := newCentral(t, where)
	c.silent = 3 * time.Second // a door of these tests signs every second
	d := outboxtest.NewDoor(t, "main-ctl", c.pub)
	c.accept(d)
	c.run(m.URL())
	d.Commit(5)
	d.Run(m.URL(), nil)
	confirmed(t, c, d)
	last := c.journals()[0].Checkpoint
	d.Stop()
	stopped := time.Now()
	replay := stranger(t, m.URL())
	for !c.says("controller.silent main-ctl no fresh checkpoint for 3s") {
		send(t, replay, "checkpoint", last) // keeps nobody alive
		time.Sleep(50 * time.Millisecond)
		if time.Since(stopped) > 30*time.Second {
			t.Fatal(c.found())
		}
	}
	if took := time.Since(stopped); took > 4500*time.Millisecond {
		t.Logf("silent only after %v", took)
	}
	c.stop()
	c.run(m.URL()) // it goes on being silent, and that is not said twice
	d.Run(m.URL(), nil)
	outboxtest.Await(t, "heard", func() bool { return c.says("controller.heard main-ctl") })
	if said := strings.Join(c.found(), "\n"); strings.Count(said, "controller.silent") != 1 || strings.Count(said, "controller.heard") != 1 {
		t.Error(said)
	}
	if c.journals()[0].Silent != "" {
		t.Error("it still counts as silent")
	}
}

// What cannot be used is named and counted, and a storm of it is one alarm.
func TestGarbledMessagesAreCounted(t *testing.T) { shelftest.Each(t, testGarbledMessagesAreCounted) }

func testGarbledMessagesAreCounted(t *testing.T, where string) {
	m, c, d := site(t, where, 5)
	l := stranger(t, m.URL())
	rows, err := d.Store.Rows(context.Background(), 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	entry := string(rows[0].Payload)
	for range 50 {
		send(t, l, "event/access", []byte("{"))
		send(t, l, "event/access", []byte(strings.Replace(entry, `"1.0"`, `"0.3"`, 1)))
		send(t, l, "event/access", []byte(strings.ReplaceAll(entry, "main-ctl", "back-ctl")))
		send(t, l, "event/access", []byte(`{"x":"`+strings.Repeat("x", 9000)+`"}`))
		send(t, l, "checkpoint", []byte("kidoban/maizuru/main-ctl/"+d.Store.Origin().Journal+"\n1\nAAAA\n"))
	}
	outside := link.Message{Topic: "kidoban/v1/maizuru/nobody/checkpoint", Payload: []byte("x")}
	l.Out() <- outside
	want := map[string]int64{"malformed": 100, "version": 50, "foreign": 50, "oversized": 50}
	f, err := shelf.OpenReader(context.Background(), where)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	outboxtest.Await(t, "all are counted", func() bool {
		all, err := f.Garbled(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, g := range all {
			if g.Controller == "kidoban/maizuru/main-ctl" && g.Count == want[g.Kind] || g.Controller == "" && g.Count == 1 {
				n++
			}
		}
		return n == 5
	})
	said := strings.Join(c.found(), "\n")
	if strings.Count(said, "controller.garbled") != 4 || strings.Count(said, "alarm.raised") != 4 {
		t.Error(said)
	}
	d.Commit(3)
	confirmed(t, c, d)
}

// Another journal in the name of an accepted controller is a finding; its key is shown, for a person to compare.
func TestAReplacedControllerIsNamed(t *testing.T) { shelftest.Each(t, testAReplacedControllerIsNamed) }

func testAReplacedControllerIsNamed(t *testing.T, where string) {
	m, c, _ := site(t, where, 5)
	impostor := outboxtest.NewDoor(t, "main-ctl", c.pub)
	impostor.Commit(5)
	began := time.Now()
	impostor.Run(m.URL(), func(o *outbox.Config) { o.Link.ClientID = "impostor" })
	c.named("controller.replaced main-ctl another journal speaks in its name", began)
	outboxtest.Await(t, "its key waits", func() bool {
		return len(c.waiting()) == 1 && c.waiting()[0].Key == impostor.Keys.Public()
	})
	e := journal.Entry{At: impostor.Entry(journal.JournalStarted).At, Type: journal.ControllerAccepted, Subject: "controller/main-ctl"}
	f, err := shelf.Open(context.Background(), where)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, fresh := range []bool{true, false} {
		if origin, was, err := f.AcceptBy(context.Background(), c.own, impostor.Keys.Public(), e); err != nil || was != fresh || origin != impostor.Store.Origin().Line() {
			t.Error(origin, was, err)
		}
	}
	if n := strings.Count(strings.Join(c.found(), "\n"), "controller.accepted"); n != 1 {
		t.Errorf("recorded %d times", n)
	}
}
