//go:build lab

package lab_test

import (
	"testing"
	"time"

	"kidoban/device/lab"
)

// slack is what an edge may take to become an entry's instant, beside the debounce that its line asks for.
const slack = 10 * time.Millisecond

// within checks that an entry's own time is that of its cause, and that the entry was heard of soon.
func within(t *testing.T, p published, due, debounced time.Duration) {
	t.Helper()
	if p.at() < due-time.Millisecond || p.at() > due+debounced+slack {
		t.Errorf("%s was due at %v and says %v", p.Type, due, p.at())
	}
	if p.came-due > 500*time.Millisecond {
		t.Errorf("%s was due at %v and was heard of at %v", p.Type, due, p.came)
	}
}

// TestForced: an opening without a grant is an alarm at once, and left open it is held as well.
func TestForced(t *testing.T) {
	h := newHouse(t)
	at := h.drive(h.contact, true)
	within(t, h.record.wait(t, "door.forced", time.Second), at, debounce)
	within(t, h.record.wait(t, "door.held", 2*open), at+open, debounce)
	at = h.drive(h.contact, false)
	within(t, h.record.wait(t, "door.closed", time.Second), at, debounce)
}

// TestHeld: a door left open warns and then alarms at its configured times.
func TestHeld(t *testing.T) {
	h := newHouse(t)
	h.badge(h.entry, 0)
	h.until("the strike", time.Second, h.energised)
	at := h.drive(h.contact, true)
	within(t, h.record.wait(t, "access.taken", time.Second), at, debounce)
	within(t, h.record.wait(t, "door.held_warning", open), at+open-preAlarm, debounce)
	within(t, h.record.wait(t, "door.held", open), at+open, debounce)
	if h.energised() {
		t.Error("the strike is energised under an open door that relocks on opening")
	}
	at = h.drive(h.contact, false)
	within(t, h.record.wait(t, "door.held_cleared", time.Second), at, debounce)
}

// TestNotTaken: a grant that nobody uses ends at the release time, and so does the strike.
func TestNotTaken(t *testing.T) {
	h := newHouse(t)
	end := h.trace()
	from := h.badge(h.entry, 0)
	not := h.record.wait(t, "access.not_taken", 2*release)
	events := end()
	up := rises(events, from, lab.Now())
	if len(up) != 1 {
		t.Fatalf("the strike rose %d times", len(up))
	}
	within(t, not, up[0]+release, 0)
	for _, e := range events {
		if e.What == lab.LineSet && !e.High && e.At > up[0] {
			if lasted := e.At - up[0]; lasted < release-time.Millisecond || lasted > release+slack {
				t.Errorf("the strike was energised for %v, want %v", lasted, release)
			}
			return
		}
	}
	t.Error("the strike was not let go")
}

// TestShortPulse: an opening of 400 ms is never missed. Pitfall 3: what the contact says follows its level.
func TestShortPulse(t *testing.T) {
	h := newHouse(t)
	const times = 25
	for range times {
		at := h.drive(h.contact, true)
		time.Sleep(400 * time.Millisecond)
		shut := h.drive(h.contact, false)
		within(t, h.record.wait(t, "door.forced", time.Second), at, debounce)
		within(t, h.record.wait(t, "door.closed", time.Second), shut, debounce)
		time.Sleep(300 * time.Millisecond)
	}
	for _, what := range []string{"door.forced", "door.closed"} {
		if n := len(h.record.since(what, 0)); n != times {
			t.Errorf("%d openings, %d times %s", times, n, what)
		}
	}
}

// TestBounce: a contact and a button that bounce are one opening and one press.
func TestBounce(t *testing.T) {
	h := newHouse(t)
	bounce := func(l *lab.Line, to bool) {
		for i := range 11 {
			h.drive(l, to == (i%2 == 0))
			time.Sleep(time.Duration(200+i*100) * time.Microsecond)
		}
	}
	const times = 3
	for range times {
		bounce(h.contact, true)
		time.Sleep(time.Second)
		bounce(h.contact, false)
		time.Sleep(time.Second)
		bounce(h.button, false)
		time.Sleep(time.Second)
		bounce(h.button, true)
		time.Sleep(release + 200*time.Millisecond)
	}
	for _, what := range []string{"door.forced", "door.closed", "door.exit_requested"} {
		if n := len(h.record.since(what, 0)); n != times {
			t.Errorf("%d bouncing changes each, %d times %s", times, n, what)
		}
	}
}
