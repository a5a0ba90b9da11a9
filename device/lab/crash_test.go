//go:build lab

package lab_test

import (
	"syscall"
	"testing"
	"time"

	"kidoban/device/lab"
)

// TestKilled: a daemon killed while the strike is energised leaves it off, and its restart releases nothing.
func TestKilled(t *testing.T) {
	h := newHouse(t)
	h.crash(syscall.SIGKILL, false, time.Second)
}

// TestUnfed: so does a daemon that stops feeding the watchdog.
func TestUnfed(t *testing.T) {
	h := newHouse(t)
	h.crash(syscall.SIGSTOP, true, watchdog+2*time.Second)
}

func (h *house) crash(with syscall.Signal, dog bool, within time.Duration) {
	t := h.t
	t.Helper()
	h.badge(h.entry, 0)
	h.until("the strike", time.Second, h.energised)
	must(t, h.daemon.Signal(with))
	r, err := h.daemon.Ended(within)
	must(t, err)
	if r.Watchdog != dog {
		t.Errorf("ended by the watchdog: %v, want %v", r.Watchdog, dog)
	}
	if r.StopPost != nil {
		t.Errorf("securing the strike after the end: %v", r.StopPost)
	}
	if h.energised() {
		t.Error("the strike is energised though no daemon runs")
	}
	end := h.trace()
	from := lab.Now()
	h.start()
	if dog {
		h.record.wait(t, "system.restarted_by_watchdog", 5*time.Second)
	}
	lost := h.record.wait(t, "access.not_taken", 5*time.Second)
	if lost.Data.Reason != "restart" {
		t.Errorf("the open grant ended as %q, want restart", lost.Data.Reason)
	}
	time.Sleep(2 * release)
	if up := rises(end(), from, lab.Now()); len(up) > 0 {
		t.Errorf("the strike rose at %v with nobody at the door", up)
	}
	h.badge(h.entry, 1)
	h.until("the strike, as before", time.Second, h.energised)
}
