package bench_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"kidoban/controller"
	"kidoban/controller/desk"
	"kidoban/controller/journal"
	"kidoban/controller/outbox"
	"kidoban/controller/outbox/link"
	"kidoban/controller/store"
)

// besideEverything is P3: what the software adds to the commit while a backlog drains to the central log and, as people at
// the command line do it, the journal is verified and the roster is listed, over and over.
func besideEverything(t *testing.T, dir string) {
	if testing.Short() {
		t.Skip("builds programs")
	}
	people, backlog := count(10_000, 100), count(60_000, 3000)
	s := build(t, filepath.Join(dir, "p3"), people, count(100_000, 100))
	bin := programs(t, dir)
	c := follow(t, bin, filepath.Join(dir, "p3c"), s)
	var out *outbox.Outbox
	ready, shown := make(chan struct{}), map[string]string{}
	d := start(t, s, people, func(v controller.Turned) {
		<-ready
		passOn(out, v, shown)
	})
	out = carry(t, s, d.disk, c)
	close(ready)
	background(t, out.Run)
	serve(t, s, d)
	background(t, again(bin, "journal", "verify", "--data", s.conf.Storage.Data))
	background(t, again(bin, "person", "list", "--socket", s.socket()))
	bare := hops()
	var parts []badge
	filled := 0
	r := measure(t, func() (r round) {
		d.top(out, backlog)
		for range count(300, 8) {
			b := d.badge()
			r.add(b.before+b.after, bare())
			parts = append(parts, b)
			if d.disk.Head().Size < out.Acked()+1000 {
				d.top(out, backlog)
				filled++
			}
		}
		return r
	})
	p99 := r.ours(99)
	show(line{"P3", "software without the commit, under load, p99", short(p99), "1ms", "0.3ms",
		verdict(r.enough(), p99 <= time.Millisecond, p99 <= 300*time.Microsecond),
		fmt.Sprintf("p50 %s; to the commit p99 %s, to the strike p99 %s; with the commit p50 %s p99 %s; bare hops p99 %s; backlog filled up %d times, %s",
			short(r.ours(50)), part(parts, 99, before), part(parts, 99, after), part(parts, 50, badge.total), part(parts, 99, badge.total),
			short(r.limit(99)), filled, r.count())})
}

// top fills the journal up until the central log is n entries behind. No badge is under way.
func (d *door) top(out *outbox.Outbox, n int) {
	d.one.Lock()
	defer d.one.Unlock()
	if behind := int(d.disk.Head().Size - out.Acked()); behind < n {
		fill(d.t, d.disk, n-behind)
	}
	out.Kick()
}

// passOn is what the daemon does after each turn: whatever changed of a door is published. shown is what was, last.
func passOn(out *outbox.Outbox, v controller.Turned, shown map[string]string) {
	if !v.Durable {
		return
	}
	out.Kick()
	for _, view := range v.State.Views() {
		if b, err := json.Marshal(view); err == nil && shown[view.Door] != string(b) {
			shown[view.Door] = string(b)
			out.Door(view.Door, b)
		}
	}
}

func carry(t *testing.T, s *site, disk *store.Store, c central) *outbox.Outbox {
	t.Helper()
	pinned, err := note.NewVerifier(c.key)
	if err != nil {
		t.Fatal(err)
	}
	out, err := outbox.New(outbox.Config{Delivery: outbox.Central, Dir: s.conf.Storage.Data, Version: "bench", Own: s.keys.Signer(),
		OwnKey: s.keys.Verifier(), Central: pinned, Link: link.Config{Broker: "tcp://" + c.broker}}, disk)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// background runs work until the test ends.
func background(t *testing.T, work func(context.Context) error) {
	ctx, stop := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Go(func() {
		if err := work(ctx); err != nil && ctx.Err() == nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() { stop(); done.Wait() })
}

// again runs the operator's command line over and over, as a person beside the door would.
func again(bin string, args ...string) func(context.Context) error {
	return func(ctx context.Context) error {
		for ctx.Err() == nil {
			c := exec.CommandContext(ctx, filepath.Join(bin, "kidoban"), args...)
			var errs bytes.Buffer
			c.Stderr = &errs
			if err := c.Run(); err != nil && ctx.Err() == nil {
				return fmt.Errorf("kidoban %s: %w: %s", strings.Join(args, " "), err, errs.String())
			}
		}
		return nil
	}
}

// serve answers on the site's socket until the test ends.
func serve(t *testing.T, s *site, d *door) {
	t.Helper()
	k, err := desk.New(desk.Deps{Controller: d.loop, Store: d.disk, Keys: s.keys, Config: s.conf, Clock: d.clock,
		Link: func() string { return "" }, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	background(t, k.Run)
	wait(t, "unix", s.socket())
}

// hops is what the machine takes for goroutines alone to hand a value on as a badge's is, there and back twice.
func hops() func() time.Duration {
	there, back := make(chan journal.Type), make(chan journal.Type)
	go func() {
		for v := range there {
			back <- v
		}
	}()
	return func() time.Duration {
		began := time.Now()
		for range 2 {
			there <- journal.AccessGranted
			<-back
		}
		return time.Since(began)
	}
}
