package bench_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kidoban/controller"
	"kidoban/controller/outbox"
)

// What uhppoted, a daemon for controllers of its own kind, took from a card to a message on loopback: nothing durable.
const (
	uhppotedP50 = 1300 * time.Microsecond
	uhppotedP99 = 6300 * time.Microsecond
)

// badgeShown is P12: from a card's last bit, over the door's commit, Debian's broker and the central log's commit, to the
// line that the central log prints. Badges are apart, as people are, and the door opens after that, as people are slow.
func badgeShown(t *testing.T, dir string) {
	if testing.Short() {
		t.Skip("builds programs")
	}
	bin := programs(t, dir)
	s := build(t, filepath.Join(dir, "p12"), count(10_000, 100), 0)
	w := watch(t, bin, filepath.Join(dir, "p12c"), s)
	var out *outbox.Outbox
	ready, shown := make(chan struct{}), map[string]string{}
	d := start(t, s, count(10_000, 100), func(v controller.Turned) {
		<-ready
		passOn(out, v, shown)
	})
	out = carry(t, s, d.disk, w.central)
	close(ready)
	background(t, out.Run)
	limit := overwrite(t, s.conf.Storage.Data)
	for end := time.Now().Add(20 * time.Second); out.Acked() < d.disk.Head().Size; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the central log confirms nothing")
		}
	}
	w.ask.Store(true)
	r := measure(t, func() (r round) {
		for range count(60, 4) {
			time.Sleep(250 * time.Millisecond)
			r.add(w.after(d), limit()+limit())
		}
		return r
	})
	p50, p99 := r.ours(50), r.ours(99)
	show(line{"P12", "badge -> the central log shows it, p50 p99", short(p50) + " " + short(p99), "1.3ms, 6ms", "half",
		verdict(r.enough(), p50 <= uhppotedP50 && p99 <= 6*time.Millisecond, p50 <= uhppotedP50/2 && p99 <= 3*time.Millisecond),
		fmt.Sprintf("both ends durable; two overwrites and syncs of the disk %s p99 %s; uhppoted %s p99 %s, nothing durable; %s",
			short(r.limit(50)), short(r.limit(99)), short(uhppotedP50), short(uhppotedP99), r.count())})
}

// after is how long a badge takes to be shown.
func (w *watched) after(d *door) time.Duration {
	d.t.Helper()
	for len(w.shown) > 0 {
		<-w.shown
	}
	seen := make(chan time.Time, 1)
	stop := make(chan struct{})
	go func() {
		for {
			select {
			case l := <-w.shown:
				if strings.Contains(l, "entry: granted") {
					seen <- time.Now()
					return
				}
			case <-stop:
				return
			}
		}
	}()
	defer close(stop)
	began := time.Now()
	d.present()
	took := take(d, seen, "line at the central log").Sub(began)
	d.pass()
	return took
}
