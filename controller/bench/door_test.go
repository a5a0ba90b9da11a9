package bench_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/store"
	"kidoban/device"
	"kidoban/device/clock"
)

// door is a running controller over the real store, with a panel that says when the strike moved and a ledger that says
// how long the grant's commit took.
type door struct {
	t        *testing.T
	clock    clock.Clock
	loop     *controller.Controller
	disk     *store.Store
	events   chan device.Event
	released chan device.Instant
	granted  chan commit
	seen     chan journal.Type
	one      sync.Mutex // a commit
	badges   int
	people   int
}

type commit struct{ began, ended device.Instant }

// Events implements controller.Panel.
func (d *door) Events() <-chan device.Event { return d.events }

// Do implements controller.Panel.
func (d *door) Do(_ context.Context, c device.Command) error {
	if c.Action == device.Release {
		d.released <- d.clock.Now()
	}
	return nil
}

// Commit implements controller.Ledger.
func (d *door) Commit(ctx context.Context, c ledger.Change, es []journal.Entry) error {
	d.one.Lock()
	defer d.one.Unlock()
	began := d.clock.Now()
	_, err := d.disk.Commit(ctx, c, es)
	took := commit{began, d.clock.Now()}
	for _, e := range es {
		switch e.Type {
		case journal.AccessGranted:
			d.granted <- took
		case journal.LockReleased, journal.LockSecured, journal.DoorClosed:
			d.seen <- e.Type
		}
	}
	return err
}

// start runs the controller of a site until the test ends. each is what the daemon does after each turn.
func start(t *testing.T, s *site, people int, each func(controller.Turned)) *door {
	t.Helper()
	clk, err := clock.Start()
	if err != nil {
		t.Fatal(err)
	}
	d := &door{t: t, clock: clk, disk: s.open(t), people: people, events: make(chan device.Event, 16),
		released: make(chan device.Instant, 4), granted: make(chan commit, 4), seen: make(chan journal.Type, 16)}
	snap, err := d.disk.Snapshot(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	rows, version, err := d.disk.Roster(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	roster, _ := access.NewRoster(version, records(rows))
	rules := controller.NewSite(s.conf, controller.Hashes{Card: s.keys.CardHash, PIN: s.keys.PINHash, Tag: store.Tag, Salt: store.Salt})
	d.loop = controller.New(controller.NewState(rules, origin.Boot, roster, rows.People, snap), d, d, clk)
	d.loop.After = each
	ctx, stop := context.WithCancel(context.Background())
	var parts sync.WaitGroup
	for _, run := range []func(context.Context) error{
		func(ctx context.Context) error { return d.loop.Run(ctx, controller.Starting{Version: "bench"}) },
		d.loop.Commit, d.disk.Run,
	} {
		parts.Go(func() {
			if err := run(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	t.Cleanup(func() { stop(); parts.Wait(); d.disk.Close() })
	d.loop.Post(ctx, controller.Happened{Event: device.Event{At: clk.Now(), Kind: device.DoorClosed, Door: "room-1", AtStart: true}})
	return d
}

// badge is what one entry took: to its commit, the commit, and from there to the strike.
type badge struct{ before, commit, after time.Duration }

func (b badge) total() time.Duration { return b.before + b.commit + b.after }
func before(b badge) time.Duration   { return b.before }
func after(b badge) time.Duration    { return b.after }

// badge lets one cardholder in and waits until the door is closed again and all of that is durable: the next is alone.
func (d *door) badge() badge {
	b := d.present()
	d.pass()
	return b
}

// present lets the next cardholder in.
func (d *door) present() badge {
	const regulars = 97
	who := d.badges % regulars * 7919 % d.people
	d.badges++
	ev := device.Event{Kind: device.CardRead, Door: "room-1", Direction: device.Entry, Credential: card(who), At: d.clock.Now()}
	d.events <- ev
	moved := take(d, d.released, "release")
	c := take(d, d.granted, "commit")
	return badge{c.began.Mono - ev.At.Mono, c.ended.Mono - c.began.Mono, moved.Mono - c.ended.Mono}
}

// pass goes through the door.
func (d *door) pass() {
	d.until(journal.LockReleased)
	d.events <- device.Event{At: d.clock.Now(), Kind: device.DoorOpened, Door: "room-1"}
	d.until(journal.LockSecured)
	d.events <- device.Event{At: d.clock.Now(), Kind: device.DoorClosed, Door: "room-1"}
	d.until(journal.DoorClosed)
}

func (d *door) until(want journal.Type) {
	for take(d, d.seen, string(want)) != want {
	}
}

func take[T any](d *door, from <-chan T, what string) T {
	select {
	case v := <-from:
		return v
	case <-time.After(20 * time.Second):
		d.t.Fatalf("waited for %s of badge %d", what, d.badges)
		panic("not reached")
	}
}

// overwrite is the limit of P1: one 4 KiB overwrite and fdatasync of a file that has its blocks, in dir.
func overwrite(t *testing.T, dir string) func() time.Duration {
	t.Helper()
	f, err := os.Create(filepath.Join(dir, "overwritten"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	page := make([]byte, 4096)
	const pages = 1024
	for i := range int64(pages) {
		if _, err := f.WriteAt(page, i*4096); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Sync(); err != nil {
		t.Fatal(err)
	}
	var n int64
	return func() time.Duration {
		page[0]++
		began := time.Now()
		if _, err := f.WriteAt(page, n%pages*4096); err != nil {
			t.Fatal(err)
		}
		if err := syscall.Fdatasync(int(f.Fd())); err != nil {
			t.Fatal(err)
		}
		n++
		return time.Since(began)
	}
}

// rest is long enough for caches to be others' and processors asleep.
const rest = 2 * time.Millisecond

// lastBitToStrike is P1 and P2: one badge after the other, each alone; and once more, unjudged, each after a rest.
func lastBitToStrike(t *testing.T, dir string) {
	people := count(10_000, 100)
	s := build(t, filepath.Join(dir, "p1"), people, count(20_000, 10))
	d := start(t, s, people, nil)
	limit := overwrite(t, s.conf.Storage.Data)
	d.badge()
	var parts []badge
	r := measure(t, func() (r round) {
		for range count(500, 8) {
			b := d.badge()
			r.add(b.total(), limit())
			parts = append(parts, b)
		}
		return r
	})
	rested := measure(t, func() (r round) {
		for range count(200, 8) {
			time.Sleep(rest)
			ours := d.badge().total()
			time.Sleep(rest)
			r.add(ours, limit())
		}
		return r
	})
	raw := func(r result, p float64) string {
		return fmt.Sprintf("%s, limit %s, %s", short(r.ours(p)), short(r.limit(p)), r.count())
	}
	show(line{"P1", "last bit -> strike, durable first, p50", times(r.ratio(50)), "1.5x", "1.15x",
		verdict(r.enough(), r.ratio(50) <= 1.5, r.ratio(50) <= 1.15),
		fmt.Sprintf("%s; to the commit %s, commit %s, to the strike %s; %d badges", raw(r, 50),
			part(parts, 50, before), part(parts, 50, func(b badge) time.Duration { return b.commit }), part(parts, 50, after), len(parts))})
	show(line{"P1", "the same, each after 2 ms of rest", times(rested.ratio(50)), "-", "-", "not judged", raw(rested, 50)})
	beyond := r.median(99, func(ours, limit float64) float64 { return (ours - 1e6) / limit })
	show(line{"P2", "the same, p99", times(r.ratio(99)), "2x + 1ms", "1.3x",
		verdict(r.enough(), beyond <= 2, r.ratio(99) <= 1.3), raw(r, 99)})
}

func part(all []badge, percent float64, of func(badge) time.Duration) string {
	var d []time.Duration
	for _, b := range all {
		d = append(d, of(b))
	}
	return short(quantile(d, percent))
}
