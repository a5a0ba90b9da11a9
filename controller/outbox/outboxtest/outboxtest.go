// Package outboxtest gives tests a controller's record and its outbox, without the door.
package outboxtest

import (
	"context"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/outbox"
	"kidoban/controller/outbox/link"
	"kidoban/controller/store"
	"kidoban/device"
)

var tokyo = time.FixedZone("JST", 9*60*60)

// Door is a controller's store and its outbox, without the door.
type Door struct {
	t         testing.TB
	Data      string // directory
	Keys      store.Keys
	Signer    note.Signer
	Store     *store.Store
	Out       *outbox.Outbox
	Stop      func()
	central   note.Verifier
	committed int
	mu        sync.Mutex
	notices   []outbox.Notice
}

// NewDoor makes a door that pins central.
func NewDoor(t testing.TB, name string, central note.Verifier) *Door {
	t.Helper()
	o := Origin(name)
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
	d := &Door{t: t, Data: dir + "/data", Keys: keys, Signer: signer, central: central}
	if err := store.Create(context.Background(), d.Data, keys, o, d.Entry(journal.JournalStarted)); err != nil {
		t.Fatal(err)
	}
	d.Open(o)
	return d
}

// Twin is the same controller over a copy of its data that lies in dir: a second machine with its key.
func (d *Door) Twin(dir string) *Door {
	d.t.Helper()
	twin := &Door{t: d.t, Data: dir, Keys: d.Keys, Signer: d.Signer, central: d.central, committed: d.committed + 1_000_000}
	twin.Open(Origin(d.Store.Origin().Controller))
	return twin
}

// Open opens the record that lies in Data.
func (d *Door) Open(o journal.Origin) {
	d.t.Helper()
	s, err := store.Open(context.Background(), d.Data, d.Keys, o)
	if err != nil {
		d.t.Fatal(err)
	}
	d.Store = s
	d.t.Cleanup(func() { s.Close() })
}

// Entry is the next to commit.
func (d *Door) Entry(typ journal.Type) journal.Entry {
	at := time.Duration(d.committed) * time.Millisecond
	d.committed++
	return journal.Entry{At: device.Instant{Wall: time.Date(2026, 4, 1, 9, 0, 0, 0, tokyo).Add(at), Mono: at}, Synced: true, Type: typ,
		Severity: journal.Info, Subject: "door/room/entry", Data: journal.Data{Door: "room", Direction: "entry", Person: "p-17", Count: int64(d.committed)}}
}

// Commit records n entries.
func (d *Door) Commit(n int) {
	d.t.Helper()
	for n > 0 {
		k := min(n, 50)
		es := make([]journal.Entry, k)
		for i := range es {
			es[i] = d.Entry(journal.AccessGranted)
		}
		if _, err := d.Store.Commit(context.Background(), ledger.Change{}, es); err != nil {
			d.t.Fatal(err)
		}
		n -= k
		if d.Out != nil {
			d.Out.Kick()
		}
	}
}

// Run starts the outbox; the daemon's other parts are not needed for it.
func (d *Door) Run(broker string, change func(*outbox.Config)) {
	d.t.Helper()
	cfg := outbox.Config{Delivery: outbox.Central, Dir: d.Data, Link: link.Config{Broker: broker, Timeout: 2 * time.Second},
		Own: d.Signer, OwnKey: d.Keys.Verifier(), Announce: d.Keys.Public(), Central: d.central, Version: "test",
		Pace: outbox.Pace{Silence: 2 * time.Second, Stuck: 3 * time.Second, RetryMost: 500 * time.Millisecond, Resend: 200 * time.Millisecond, Status: time.Second}}
	if change != nil {
		change(&cfg)
	}
	out, err := outbox.New(cfg, d.Store)
	if err != nil {
		d.t.Fatal(err)
	}
	d.Out = out
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
	d.Stop = func() { once.Do(func() { cancel(); work.Wait() }) }
	d.t.Cleanup(d.Stop)
}

// Noticed reports whether a notice of that kind came.
func (d *Door) Noticed(k outbox.Kind) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, n := range d.notices {
		if n.Kind == k {
			return true
		}
	}
	return false
}

// Origin is what the door's journal is made with.
func Origin(controller string) journal.Origin {
	return journal.Origin{Site: "maizuru", Controller: controller, Boot: "0e6d2f0c", Zone: tokyo}
}

// Await polls cond for up to a minute.
func Await(t testing.TB, what string, cond func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if cond() {
			return
		}
	}
	t.Fatal("never happened: ", what)
}
