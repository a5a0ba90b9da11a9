package bench_test

import (
	"context"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"kidoban/controller/desk"
	"kidoban/device/sim"
)

// resident is P11: what kidoband keeps in memory after many events, delivered to a central log, beside the minimal
// daemon.
func resident(t *testing.T, dir string) {
	if testing.Short() {
		t.Skip("builds programs")
	}
	bin := programs(t, dir)
	people, n := count(10_000, 100), count(*events, 200)
	s := build(t, filepath.Join(dir, "p11"), people, 0)
	c := follow(t, bin, filepath.Join(dir, "p11c"), s)
	s.configure(t, "tcp://"+c.broker, c.key)
	p := launch(t, filepath.Join(bin, "kidoband"), "--config", s.file)
	client := p.ready(s.socket())
	early, _ := p.memory()
	began := time.Now()
	happen(t, client, people, uint64(n))
	delivered(t, client)
	took := time.Since(began)
	late, most := p.memory()
	p.end()

	least := launch(t, filepath.Join(bin, "minimal"), filepath.Join(dir, "p11c"), "tcp://"+c.broker)
	least.ready(filepath.Join(dir, "p11c", "minimal.sock"))
	floor, _ := least.memory()
	mb := func(b int64) string { return fmt.Sprintf("%.1fMB", float64(b)/1e6) }
	show(line{"P11", fmt.Sprintf("resident after %d events, %d cardholders", n, people), mb(late), "32MB", "20MB",
		verdict(true, late <= 32e6, late <= 20e6),
		fmt.Sprintf("%s at start, %s at most; minimal daemon %s; %.0f events/s", mb(early), mb(most), mb(floor), float64(n)/took.Seconds())})
}

// happen lets people in and out at every door at once until the journal holds n entries.
func happen(t *testing.T, client *desk.Client, people int, n uint64) {
	var all sync.WaitGroup
	for d := range doors {
		all.Go(func() {
			for i := d; ; i += doors {
				if err := pass(client, fmt.Sprintf("room-%d", d+1), i%people); err != nil {
					t.Error(err)
					return
				}
				if i/doors%20 == 0 && status(t, client).Entries >= n {
					return
				}
			}
		})
	}
	all.Wait()
}

// pass lets one cardholder in at a door and out again: card, open, close at either side.
func pass(client *desk.Client, door string, who int) error {
	c := card(who)
	for _, side := range []string{"entry", "exit"} {
		open := map[string]string{"entry": "open", "exit": "handle"}[side]
		for _, step := range []func() error{
			func() error {
				return act(client, sim.Act{Verb: "card", Door: door, Side: side, Format: c.Format, Facility: c.Facility, Card: c.Card})
			},
			func() error { return strike(client, door, true) },
			func() error { return act(client, sim.Act{Verb: open, Door: door}) },
			func() error { return strike(client, door, false) }, // or the next would find it as this one left it
			func() error { return act(client, sim.Act{Verb: "close", Door: door}) },
		} {
			if err := step(); err != nil {
				return fmt.Errorf("cardholder %d at %s, %s: %w", who, door, side, err)
			}
		}
	}
	return nil
}

func act(client *desk.Client, a sim.Act) error {
	return client.Post(context.Background(), "sim", a, nil)
}

// strike waits until a door's strike is driven, or is not.
func strike(client *desk.Client, door string, driven bool) error {
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(500 * time.Microsecond) {
		var look sim.Look
		if err := client.Get(context.Background(), "sim", url.Values{"door": {door}}, &look); err != nil {
			return err
		}
		if look.Strike == driven {
			return nil
		}
		if time.Now().After(end) {
			return fmt.Errorf("the strike does not move: driven is %t", look.Strike)
		}
	}
}

func status(t *testing.T, client *desk.Client) (s desk.Status) {
	if err := client.Get(context.Background(), "status", nil, &s); err != nil {
		t.Error(err)
	}
	return s
}

// delivered waits until the central log has confirmed all of it.
func delivered(t *testing.T, client *desk.Client) {
	for end := time.Now().Add(5 * time.Minute); ; time.Sleep(50 * time.Millisecond) {
		s := status(t, client)
		if strings.HasSuffix(s.Link, ", 0 to go") {
			return
		}
		if time.Now().After(end) {
			t.Errorf("not delivered: %s", s.Link)
			return
		}
	}
}
