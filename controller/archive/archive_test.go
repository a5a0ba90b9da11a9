package archive_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/mod/sumdb/note"

	"kidoban/controller/archive"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/outbox"
	"kidoban/controller/outbox/link"
	"kidoban/controller/outbox/link/linktest"
	"kidoban/controller/store"
	"kidoban/device"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var tokyo = time.FixedZone("JST", 9*60*60)

// door is a controller's store and its outbox, without the door.
type door struct {
	t         testing.TB
	data      string
	keys      store.Keys
	signer    note.Signer
	central   note.Verifier
	store     *store.Store
	out       *outbox.Outbox
	stop      func()
	committed int
	mu        sync.Mutex
	notices   []outbox.Notice
}

func newDoor(t testing.TB, name string, central note.Verifier) *door {
	t.Helper()
	o := journal.Origin{Site: "maizuru", Controller: name, Boot: "0e6d2f0c", Zone: tokyo}
	dir := t.TempDir()
	keys, err := store.CreateKeys(dir+"/keys", o)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := os.ReadFile(dir + "/keys/signing.key")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(strings.TrimSpace(string(secret)))
	if err != nil {
		t.Fatal(err)
	}
	d := &door{t: t, data: dir + "/data", keys: keys, signer: signer, central: central}
	if err := store.Create(context.Background(), d.data, keys, o, d.entry(journal.JournalStarted)); err != nil {
		t.Fatal(err)
	}
	d.open(o)
	return d
}

func (d *door) open(o journal.Origin) {
	d.t.Helper()
	s, err := store.Open(context.Background(), d.data, d.keys, o)
	if err != nil {
		d.t.Fatal(err)
	}
	d.store = s
	d.t.Cleanup(func() { s.Close() })
}

func (d *door) entry(typ journal.Type) journal.Entry {
	at := time.Duration(d.committed) * time.Millisecond
	d.committed++
	return journal.Entry{At: device.Instant{Wall: time.Date(2026, 4, 1, 9, 0, 0, 0, tokyo).Add(at), Mono: at}, Synced: true, Type: typ,
		Severity: journal.Info, Subject: "door/room/entry", Data: journal.Data{Door: "room", Person: "p-17", Count: int64(d.committed)}}
}

func (d *door) commit(n int) {
	d.t.Helper()
	for n > 0 {
		k := min(n, 50)
		es := make([]journal.Entry, k)
		for i := range es {
			es[i] = d.entry(journal.AccessGranted)
		}
		if _, err := d.store.Commit(context.Background(), ledger.Change{}, es); err != nil {
			d.t.Fatal(err)
		}
		n -= k
		if d.out != nil {
			d.out.Kick()
		}
	}
}

// run starts the outbox; the daemon's other parts are not needed for it.
func (d *door) run(broker string, change func(*outbox.Config)) {
	d.t.Helper()
	cfg := outbox.Config{Delivery: outbox.Central, Dir: d.data, Link: link.Config{Broker: broker, Timeout: 2 * time.Second},
		Own: d.signer, OwnKey: d.keys.Verifier(), Central: d.central, Version: "test",
		Pace: outbox.Pace{Silence: 2 * time.Second, Stuck: 3 * time.Second, RetryMost: 500 * time.Millisecond, Resend: 200 * time.Millisecond, Status: time.Second}}
	if change != nil {
		change(&cfg)
	}
	out, err := outbox.New(cfg, d.store)
	if err != nil {
		d.t.Fatal(err)
	}
	d.out = out
	ctx, cancel := context.WithCancel(context.Background())
	var work sync.WaitGroup
	work.Go(func() {
		if err := out.Run(ctx); err != nil {
			d.t.Error(err)
		}
	})
	work.Go(func() {
		for {
			select {
			case n := <-out.Notices():
				d.mu.Lock()
				d.notices = append(d.notices, n)
				d.mu.Unlock()
			case <-ctx.Done():
				return
			}
		}
	})
	var once sync.Once
	d.stop = func() { once.Do(func() { cancel(); work.Wait() }) }
	d.t.Cleanup(d.stop)
}

func (d *door) noticed(k outbox.Kind) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, n := range d.notices {
		if n.Kind == k {
			return true
		}
	}
	return false
}

// central is a central log.
type central struct {
	t    testing.TB
	dir  string
	key  note.Signer
	pub  note.Verifier
	log  *safeBuffer
	stop func()
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

func newCentral(t testing.TB) *central {
	t.Helper()
	dir := t.TempDir()
	if err := archive.Create(context.Background(), dir); err != nil {
		t.Fatal(err)
	}
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
	return &central{t: t, dir: dir, key: key, pub: pub, log: &safeBuffer{}}
}

func (c *central) accept(d *door) {
	c.t.Helper()
	f, err := archive.Open(context.Background(), c.dir)
	if err != nil {
		c.t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Accept(context.Background(), d.keys.Public(), time.Now()); err != nil {
		c.t.Fatal(err)
	}
}

func (c *central) run(broker string) {
	c.t.Helper()
	f, err := archive.Open(context.Background(), c.dir)
	if err != nil {
		c.t.Fatal(err)
	}
	a, err := archive.New(archive.Config{Link: link.Config{Broker: broker, Timeout: 2 * time.Second}, Key: c.key,
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

func (c *central) journals() []archive.Journal {
	c.t.Helper()
	f, err := archive.OpenReader(context.Background(), c.dir)
	if err != nil {
		c.t.Fatal(err)
	}
	defer f.Close()
	js, err := f.Journals(context.Background())
	if err != nil {
		c.t.Fatal(err)
	}
	return js
}

// same fails unless the central log has each entry of the door exactly once, in order, byte for byte.
func (c *central) same(d *door) {
	c.t.Helper()
	f, err := archive.OpenReader(context.Background(), c.dir)
	if err != nil {
		c.t.Fatal(err)
	}
	defer f.Close()
	js, err := f.Journals(context.Background())
	if err != nil {
		c.t.Fatal(err)
	}
	for _, j := range js {
		if j.Origin != d.store.Origin().Line() {
			continue
		}
		rows, err := d.store.Rows(context.Background(), 0, 1<<20)
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
		if _, err := journal.OpenCosigned(j.Checkpoint, d.keys.Verifier(), c.pub); err != nil {
			c.t.Fatal(err)
		}
		return
	}
	c.t.Fatal("the central log does not know the journal")
}

// await polls cond for up to a minute.
func await(t testing.TB, what string, cond func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if cond() {
			return
		}
	}
	t.Fatal("never happened: ", what)
}

// confirmed waits until the door has read that all of its journal is confirmed and then compares.
func confirmed(t testing.TB, c *central, d *door) {
	t.Helper()
	began := time.Now()
	await(t, "all confirmed", func() bool {
		for _, j := range c.journals() {
			if j.Origin == d.store.Origin().Line() && j.Size == d.store.Head().Size {
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

func TestEveryEntryOnceInOrder(t *testing.T) {
	m := linktest.StartMosquitto(t)
	c := newCentral(t)
	d := newDoor(t, "main-ctl", c.pub)
	c.accept(d)
	c.run(m.URL())
	d.run(m.URL(), nil)
	d.commit(count(10_000))
	confirmed(t, c, d)
	await(t, "the door knows", func() bool {
		b, err := os.ReadFile(filepath.Join(d.data, "acknowledged.note"))
		if err != nil {
			return false
		}
		ack, err := journal.OpenCosigned(b, d.keys.Verifier(), c.pub)
		return err == nil && ack.Size == d.store.Head().Size
	})
}

// Pitfall 7: what happens while the broker is away, or forgets, arrives all the same, once and in order.
func TestBrokerKilledWipedOverflowing(t *testing.T) {
	for name, lines := range map[string][]string{
		"killed": nil, "wiped": nil, "overflowing": {"max_queued_messages 5", "max_inflight_messages 3"},
	} {
		t.Run(name, func(t *testing.T) {
			m := linktest.StartMosquitto(t, lines...)
			c := newCentral(t)
			d := newDoor(t, "main-ctl", c.pub)
			c.accept(d)
			c.run(m.URL())
			d.run(m.URL(), nil)
			for i := range 5 {
				d.commit(count(10_000) / 5)
				if name == "overflowing" {
					continue
				}
				time.Sleep(30 * time.Millisecond)
				m.Kill()
				if name == "wiped" {
					m.Wipe()
				}
				if i%2 == 0 {
					d.commit(7)
				}
				m.Start()
			}
			confirmed(t, c, d)
		})
	}
}
