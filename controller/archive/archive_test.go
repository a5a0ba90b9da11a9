package archive_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/mod/sumdb/note"

	"kidoban/controller/archive"
	"kidoban/controller/archive/shelf"
	"kidoban/controller/archive/shelf/shelftest"
	"kidoban/controller/journal"
	"kidoban/controller/outbox/link"
	"kidoban/controller/outbox/link/linktest"
	"kidoban/controller/outbox/outboxtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// central is a central log.
type central struct {
	t      testing.TB
	where  string
	key    note.Signer
	pub    note.Verifier
	own    shelf.Own
	silent time.Duration
	log    *safeBuffer
	stop   func()
}

type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// newCentral is one over a database that is there.
func newCentral(t testing.TB, where string) *central {
	t.Helper()
	dir := t.TempDir()
	public, err := archive.CreateKey(filepath.Join(dir, "keys"), "central")
	if err != nil {
		t.Fatal(err)
	}
	key, err := archive.LoadKey(filepath.Join(dir, "keys"))
	if err != nil {
		t.Fatal(err)
	}
	pub, err := note.NewVerifier(public)
	if err != nil {
		t.Fatal(err)
	}
	origin := journal.Origin{Site: "maizuru", Controller: "central", Boot: "0e6d2f0c"}
	if _, err := archive.CreateOwn(filepath.Join(dir, "keys"), origin.KeyName()); err != nil {
		t.Fatal(err)
	}
	own, err := archive.LoadOwn(filepath.Join(dir, "keys"))
	if err != nil {
		t.Fatal(err)
	}
	own.Origin, own.Central = origin, key
	return &central{t: t, where: where, key: key, pub: pub, own: own, log: &safeBuffer{}}
}

// lose puts a new database in the place of the one that is there.
func (c *central) lose() { c.where = shelftest.Another(c.t, c.where) }

func (c *central) accept(d *outboxtest.Door) {
	c.t.Helper()
	f, err := shelf.Open(context.Background(), c.where)
	if err != nil {
		c.t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Accept(context.Background(), d.Keys.Public(), time.Now()); err != nil {
		c.t.Fatal(err)
	}
}

func (c *central) run(broker string) {
	c.t.Helper()
	f, err := shelf.Open(context.Background(), c.where)
	if err != nil {
		c.t.Fatal(err)
	}
	a, err := archive.New(archive.Config{Link: link.Config{Broker: broker, Timeout: 2 * time.Second}, Instance: "central", Key: c.key, Own: c.own, Silent: c.silent,
		Log: slog.New(slog.NewTextHandler(c.log, nil))}, f)
	if err != nil {
		c.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var work sync.WaitGroup
	work.Go(func() {
		if err := a.Run(ctx); err != nil {
			c.t.Error(err)
		}
	})
	var once sync.Once
	c.stop = func() { once.Do(func() { cancel(); work.Wait(); f.Close() }) }
	c.t.Cleanup(c.stop)
}

func (c *central) journals() []shelf.Journal {
	c.t.Helper()
	f, err := shelf.OpenReader(context.Background(), c.where)
	if err != nil {
		c.t.Fatal(err)
	}
	defer f.Close()
	js, err := f.Journals(context.Background())
	if err != nil {
		c.t.Fatal(err)
	}
	return slices.DeleteFunc(js, func(j shelf.Journal) bool { return j.Own })
}

// found lists what the central log's own journal says, each as "type detail".
func (c *central) found() (out []string) {
	c.t.Helper()
	f, err := shelf.OpenReader(context.Background(), c.where)
	if err != nil {
		c.t.Fatal(err)
	}
	defer f.Close()
	js, err := f.Journals(context.Background())
	if err != nil {
		c.t.Fatal(err)
	}
	for _, j := range js {
		if !j.Own {
			continue
		}
		if _, err := journal.OpenCosigned(j.Checkpoint, j.Key, c.pub); err != nil {
			c.t.Fatal(err)
		}
		err := f.Entries(context.Background(), j, 0, func(_ uint64, payload []byte) error {
			e, err := journal.Parse(payload)
			out = append(out, strings.TrimSpace(string(e.Entry.Type)+" "+e.Entry.Data.Controller+" "+e.Entry.Data.Detail))
			return err
		})
		if err != nil {
			c.t.Fatal(err)
		}
	}
	return out
}

// says reports whether an entry of the own journal begins so.
func (c *central) says(what string) bool {
	return slices.ContainsFunc(c.found(), func(s string) bool { return strings.HasPrefix(s, what) })
}

// same fails unless the central log has each entry of the door exactly once, in order, byte for byte.
func (c *central) same(d *outboxtest.Door) {
	c.t.Helper()
	f, err := shelf.OpenReader(context.Background(), c.where)
	if err != nil {
		c.t.Fatal(err)
	}
	defer f.Close()
	js, err := f.Journals(context.Background())
	if err != nil {
		c.t.Fatal(err)
	}
	for _, j := range js {
		if j.Origin != d.Store.Origin().Line() {
			continue
		}
		rows, err := d.Store.Rows(context.Background(), 0, 1<<20)
		if err != nil {
			c.t.Fatal(err)
		}
		next := 0
		err = f.Entries(context.Background(), j, 0, func(seq uint64, payload []byte) error {
			if seq != uint64(next) || next >= len(rows) || !bytes.Equal(payload, rows[next].Payload) {
				return fmt.Errorf("entry %d at the central log is not the door's %d", seq, next)
			}
			next++
			return nil
		})
		if err != nil || next != len(rows) {
			c.t.Fatalf("central log has %d of %d entries: %v\n%s", next, len(rows), err, c.log)
		}
		if _, err := journal.OpenCosigned(j.Checkpoint, d.Keys.Verifier(), c.pub); err != nil {
			c.t.Fatal(err)
		}
		return
	}
	c.t.Fatal("the central log does not know the journal")
}

// confirmed waits until the door has read that all of its journal is confirmed and then compares.
func confirmed(t testing.TB, c *central, d *outboxtest.Door) {
	t.Helper()
	began := time.Now()
	outboxtest.Await(t, "all confirmed", func() bool {
		for _, j := range c.journals() {
			if j.Origin == d.Store.Origin().Line() && j.Size == d.Store.Head().Size {
				return true
			}
		}
		if time.Since(began) > 58*time.Second {
			t.Logf("log: %s", c.log)
		}
		return false
	})
	c.same(d)
}

func count(full int) int {
	if testing.Short() {
		return full / 10
	}
	return full
}

func TestEveryEntryOnceInOrder(t *testing.T) { shelftest.Each(t, testEveryEntryOnceInOrder) }

func testEveryEntryOnceInOrder(t *testing.T, where string) {
	m := linktest.StartMosquitto(t)
	c := newCentral(t, where)
	d := outboxtest.NewDoor(t, "main-ctl", c.pub)
	c.accept(d)
	c.run(m.URL())
	d.Run(m.URL(), nil)
	d.Commit(count(10_000))
	confirmed(t, c, d)
	outboxtest.Await(t, "the door knows", func() bool {
		b, err := os.ReadFile(filepath.Join(d.Data, "acknowledged.note"))
		if err != nil {
			return false
		}
		ack, err := journal.OpenCosigned(b, d.Keys.Verifier(), c.pub)
		return err == nil && ack.Size == d.Store.Head().Size
	})
}

// Pitfall 7: what happens while the broker is away, or forgets, arrives all the same, once and in order.
func TestBrokerKilledWipedOverflowing(t *testing.T) {
	shelftest.Each(t, testBrokerKilledWipedOverflowing)
}

func testBrokerKilledWipedOverflowing(t *testing.T, where string) {
	for name, lines := range map[string][]string{
		"killed": nil, "wiped": nil, "overflowing": {"max_queued_messages 5", "max_inflight_messages 3"},
	} {
		t.Run(name, func(t *testing.T) {
			m := linktest.StartMosquitto(t, lines...)
			c := newCentral(t, shelftest.Another(t, where))
			d := outboxtest.NewDoor(t, "main-ctl", c.pub)
			c.accept(d)
			c.run(m.URL())
			d.Run(m.URL(), nil)
			for i := range 5 {
				d.Commit(count(10_000) / 5)
				if name == "overflowing" {
					continue
				}
				time.Sleep(30 * time.Millisecond)
				m.Kill()
				if name == "wiped" {
					m.Wipe()
				}
				if i%2 == 0 {
					d.Commit(7)
				}
				m.Start()
			}
			confirmed(t, c, d)
		})
	}
}
