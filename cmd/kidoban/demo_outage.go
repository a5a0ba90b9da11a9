package main

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"kidoban/controller/archive/overview"
	"kidoban/controller/archive/shelf"
	page "kidoban/controller/console/demo"
	"kidoban/controller/desk"
	"kidoban/controller/journal"
	"kidoban/device/sim"
)

const passages = 160 // of one person, in and out, while the central log is away

// outage stops the central log for a while. The door goes on; what it wrote meanwhile is delivered afterwards, all of it.
func (d *demo) outage(ctx context.Context) error {
	fmt.Fprintf(d.out, "\n--- The central log stops. The door goes on as always: a clerk goes in and out %d times.\n", passages)
	if err := d.around.Set(page.Standing{Broker: true}); err != nil {
		return err
	}
	d.hush.Store(true)
	for range passages {
		if err := d.passage(ctx); err != nil {
			return err
		}
	}
	if err := pause(ctx, 3*time.Second); err != nil { // the strike's last release ends
		return err
	}
	fmt.Fprintf(d.out, "(%d entries, not printed here)\n", d.hushed.Load())
	d.hush.Store(false)
	fmt.Fprintf(d.out, "\n--- The central log starts again, and the backlog drains.\n")
	f, err := shelf.OpenReader(ctx, d.in("central"))
	if err != nil {
		return err
	}
	defer f.Close()
	b := &backlog{file: f}
	if _, err := d.drain(ctx, b); err != nil { // as it is before
		return err
	}
	if err := d.around.Set(page.Standing{Broker: true, Central: true}); err != nil {
		return err
	}
	return d.drained(ctx, b)
}

// passage is one person in and out again, as fast as the strike allows.
func (d *demo) passage(ctx context.Context) error {
	for _, way := range []struct{ side, open string }{{"", "open"}, {"exit", "handle"}} {
		for _, step := range []func() error{
			func() error { return d.client.Post(ctx, "sim", d.at(d.card(1201, way.side)), nil) },
			func() error { return d.strike(ctx, true) },
			func() error { return d.client.Post(ctx, "sim", d.at(sim.Act{Verb: way.open}), nil) },
			func() error { return d.strike(ctx, false) },
			func() error { return d.client.Post(ctx, "sim", d.at(sim.Act{Verb: "close"}), nil) },
		} {
			if err := step(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *demo) at(a sim.Act) sim.Act {
	a.Door = "room"
	return a
}

// strike waits until it is driven, or is not.
func (d *demo) strike(ctx context.Context, driven bool) error {
	for range 2000 {
		var look sim.Look
		if err := d.client.Get(ctx, "sim", url.Values{"door": {"room"}}, &look); err != nil || look.Strike == driven {
			return err
		}
		if err := pause(ctx, 2*time.Millisecond); err != nil {
			return err
		}
	}
	return fmt.Errorf("the strike does not move: driven is %t", !driven)
}

// backlog is what the central log still lacks, as it was last shown.
type backlog struct {
	file *shelf.Shelf
	most uint64
	last string
	size uint64
}

// drained shows the backlog as it comes down, then that both hold the same.
func (d *demo) drained(ctx context.Context, b *backlog) error {
	for range 3000 {
		if done, err := d.drain(ctx, b); err != nil {
			return err
		} else if done {
			return d.same(ctx, b.size)
		}
		if err := pause(ctx, 20*time.Millisecond); err != nil {
			return err
		}
	}
	return fmt.Errorf("the backlog does not drain; see %s", d.in("kidobanlog.log"))
}

// drain shows how far it has come, and says whether that is all.
func (d *demo) drain(ctx context.Context, b *backlog) (done bool, err error) {
	var s desk.Status
	if err := d.client.Get(ctx, "status", nil, &s); err != nil {
		return false, err
	}
	size, root, err := confirmed(ctx, b.file)
	if err != nil {
		return false, err
	}
	left := max(s.Entries, size) - size
	b.size, b.most = size, max(b.most, left)
	if bar := overview.Bar(left, b.most); bar != b.last {
		b.last = bar
		fmt.Fprintln(d.out, bar)
	}
	return left == 0 && root == s.Root, nil
}

// confirmed is how far the central log has come with the door's journal.
func confirmed(ctx context.Context, f *shelf.Shelf) (size uint64, root string, err error) {
	js, err := f.Journals(ctx)
	for _, j := range js {
		if j.Own || j.Size == 0 {
			continue
		}
		c, err := journal.PeekCheckpoint(j.Checkpoint)
		return j.Size, c.Root.String(), err
	}
	return 0, "", err
}

// same says what was compared, and shows what the central log says of the door.
func (d *demo) same(ctx context.Context, size uint64) error {
	fmt.Fprintf(d.out, "Nothing is lost: %d entries at the door, %d confirmed at the central log, one and the same root over all of them.\n\n$ kidobanlog status\n", size, size)
	c := d.command(ctx, "kidobanlog", "--data", d.in("central"), "status")
	var out strings.Builder
	c.Stdout = &out
	_ = c.Run() // its code says that somebody should look at the forced door's alarm
	fmt.Fprint(d.out, out.String())
	return nil
}
