package systemtest_test

import (
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kidoban/controller/journal"
)

// TestWatchdog: systemd is told that the daemon is ready once it can be used, and that its loop turns, also while the disk
// stalls; a daemon that is stopped in its tracks falls silent. A run that the watchdog ended is on record at the next start.
func TestWatchdog(t *testing.T) {
	t.Parallel()
	s := newSite(t, "", gate{"room", "H10301", "never"})
	d := newDisk(t, s)
	c, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: s.in("notify"), Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var ready, fed atomic.Int64
	go func() {
		b := make([]byte, 4096)
		for {
			n, err := c.Read(b)
			if err != nil {
				return
			}
			if strings.Contains(string(b[:n]), "READY=1") {
				ready.Add(1)
			}
			if strings.Contains(string(b[:n]), "WATCHDOG=1") {
				fed.Add(1)
			}
		}
	}()
	s.env = append(s.env, "NOTIFY_SOCKET="+s.in("notify"), "WATCHDOG_USEC=900000")
	s.start()
	await(t, "READY=1", 5*time.Second, func() bool { return ready.Load() == 1 })
	feeds := func(during time.Duration) int64 {
		before := fed.Load()
		time.Sleep(during)
		return fed.Load() - before
	}
	if n := feeds(2 * time.Second); n < 2 {
		t.Errorf("fed %d times in 2 s, at 900 ms", n)
	}
	d.order("stall", 10_000)
	s.act(at("misread"))
	if n := feeds(2 * time.Second); n < 2 {
		t.Errorf("fed %d times in 2 s while the disk stalls", n)
	}
	d.order("ok", 0)
	if ready.Load() != 1 {
		t.Errorf("READY=1 was said %d times", ready.Load())
	}
	s.kill()
	if _, err := run([]string{"SERVICE_RESULT=watchdog"}, "", program("kidoband"), "--secure", "--config", s.in("kidoban.toml")); err != nil {
		t.Fatal(err)
	}
	s.start()
	await(t, "the watchdog's deed is on record", 5*time.Second, func() bool {
		return find(entries(t, s.in("data"), 0), func(e entry) bool { return e.is(journal.SystemRestartedByWatchdog) }) != nil
	})
	s.stop()
}
