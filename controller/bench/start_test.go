package bench_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	builtin "kidoban/controller/broker"
)

// startToReady is P10: from the start of kidoband until its socket answers, with 10,000 cardholders, beside the minimal
// daemon's; with a broker and without one, with a long journal and with a short one.
func startToReady(t *testing.T, dir string) {
	if testing.Short() {
		t.Skip("builds programs")
	}
	bin := programs(t, dir)
	n := count(*entries, 2000)
	people := count(10_000, 100)
	long := build(t, filepath.Join(dir, "p10"), people, n)
	brief := build(t, filepath.Join(dir, "p10b"), people, 0)
	broker, err := builtin.New(builtin.Config{Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- broker.Run(ctx) }()
	defer func() { stop(); <-done }()
	up, down := "tcp://"+broker.Address(), "tcp://"+free(t)
	for _, c := range []struct {
		what   string
		site   *site
		broker string
	}{
		{fmt.Sprintf("start to ready, %d entries, broker up", n), long, up},
		{fmt.Sprintf("start to ready, %d entries, broker down", n), long, down},
		{"start to ready, new journal, broker down", brief, down},
	} {
		c.site.configure(t, c.broker, "")
		r := measure(t, func() (r round) {
			for range count(4, 1) {
				r.add(kidoband(t, bin, c.site), minimal(t, bin, filepath.Join(dir, "p10m"), down))
			}
			return r
		})
		ms := r.ours(50)
		show(line{"P10", c.what, short(ms), "100ms", "2x", verdict(r.enough(), ms <= 100*time.Millisecond, r.ratio(50) <= 2),
			fmt.Sprintf("%s the minimal daemon's %s, slowest %s, %s", times(r.ratio(50)), short(r.limit(50)), short(r.ours(100)), r.count())})
	}
}

func kidoband(t *testing.T, bin string, s *site) time.Duration {
	began := time.Now()
	p := launch(t, filepath.Join(bin, "kidoband"), "--config", s.file)
	p.ready(s.socket())
	took := time.Since(began)
	p.end()
	return took
}

func minimal(t *testing.T, bin, dir, broker string) time.Duration {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	p := launch(t, filepath.Join(bin, "minimal"), dir, broker)
	p.ready(filepath.Join(dir, "minimal.sock"))
	took := time.Since(began)
	p.end()
	return took
}
