//go:build lab

package lab_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"kidoban/device/lab"
)

// people is the roster as the operator would import it.
func people() string {
	var b strings.Builder
	b.WriteString("id,name,kind,section,from,card_id,format,facility,number,state,valid_from\n")
	for i := range cards {
		fmt.Fprintf(&b, "%s,試験 %d,職員,市民課,2025-04-01,C-%s,H10301,%d,%d,有効,2025-04-01\n", person(i), i, person(i), facility, firstCard+i)
	}
	return b.String()
}

// rises are the instants at which the strike was energised within [from, until).
func rises(events []lab.Event, from, until time.Duration) (list []time.Duration) {
	for _, e := range events {
		if e.What == lab.LineSet && e.High && e.At >= from && e.At < until {
			list = append(list, e.At)
		}
	}
	return list
}

// synced is the end of the first sync of the journal's log that both began and ended after from without an error.
func synced(events []lab.Event, from time.Duration) (begun, done time.Duration) {
	for _, e := range events {
		switch {
		case e.At < from:
		case e.What == lab.SyncBegun:
			begun = e.At
		case e.What == lab.SyncDone && begun != 0 && !e.Failed:
			return begun, e.At
		}
	}
	return 0, 0
}

// TestFrames: 500 of 500 frames at 1 ms a bit are read, each as the card that it was.
func TestFrames(t *testing.T) {
	h := newHouse(t)
	const frames = 500
	for i := range frames {
		h.badge(h.entry, i*7%cards)
		got := h.record.wait(t, "access.granted", time.Second)
		if got.Data.Person != person(i*7%cards) || got.Data.Direction != "entry" {
			t.Errorf("frame %d was card %d, read as %q", i, i*7%cards, got.Data.Person)
		}
	}
	if n := len(h.record.since("access.granted", 0)); n != frames {
		t.Errorf("%d frames sent, %d granted", frames, n)
	}
	if bad := h.record.since("reader.misread", 0); len(bad) > 0 {
		t.Errorf("%d misreads", len(bad))
	}
	t.Logf("%d of %d frames", len(h.record.since("access.granted", 0)), frames)
}

// TestRecordBeforeRelease: for an entry the strike rises once the sync of the journal's log has returned; one trace shows
// both. It prints what the software takes around the commit, on one core.
func TestRecordBeforeRelease(t *testing.T) {
	h := newHouseOn(t, "/data", 1)
	remove, err := lab.Probe("/bin/kidoband", "kidoban/controller/store.(*Store).Commit", "begun", "returned")
	if err != nil {
		t.Logf("no probes, so no times: %v", err)
		remove = func() error { return nil }
	}
	const rounds = 20
	var shown []time.Duration
	end := h.trace()
	for i := range rounds {
		shown = append(shown, h.badge(h.entry, i%cards))
		h.walkThrough("access.granted")
		time.Sleep(1200 * time.Millisecond) // whatever else the daemon writes is written
	}
	events := end()
	must(t, remove())
	shown = append(shown, lab.Now())
	var took, before, after []time.Duration
	for i, at := range shown[:rounds] {
		up := rises(events, at, shown[i+1])
		_, done := synced(events, at)
		if len(up) != 1 {
			t.Errorf("badge %d: the strike rose %d times", i, len(up))
			continue
		}
		if done == 0 || done > up[0] {
			t.Errorf("badge %d: read at %v, log synced at %v, strike rose at %v", i, at, done, up[0])
			continue
		}
		if begun, returned := probed(events, "begun", at), probed(events, "returned", at); begun != 0 && returned != 0 {
			took = append(took, begun-at+up[0]-returned)
			before, after = append(before, begun-at), append(after, up[0]-returned)
		}
	}
	if len(took) == rounds {
		const bar = 60 * time.Microsecond
		t.Logf("P5 last edge to commit begun, plus commit returned to line set: median %v (%v and %v), %.2f of %v", median(took), median(before), median(after), float64(median(took))/float64(bar), bar)
	}
}

// walkThrough opens the door once the entry of this type came, and closes it behind whoever went.
func (h *house) walkThrough(after string) {
	h.t.Helper()
	h.record.wait(h.t, after, time.Second)
	h.until("the strike", time.Second, h.energised)
	h.drive(h.contact, true)
	h.record.wait(h.t, "access.taken", time.Second)
	h.drive(h.contact, false)
	h.record.wait(h.t, "door.closed", time.Second)
}

func probed(events []lab.Event, name string, from time.Duration) time.Duration {
	for _, e := range events {
		if e.What == lab.Probed && e.Name == name && e.At >= from {
			return e.At
		}
	}
	return 0
}

func median(d []time.Duration) time.Duration {
	d = slices.Clone(d)
	slices.Sort(d)
	return d[len(d)/2]
}

// TestLeavingDoesNotWait: for who goes out the strike rises before anything is made durable.
func TestLeavingDoesNotWait(t *testing.T) {
	h := newHouse(t)
	for _, way := range []struct {
		name  string
		leave func() time.Duration
		after time.Duration // the strike rises this long after it, at the latest
	}{
		{"exit button", func() time.Duration { return h.press(200 * time.Millisecond) }, pressed + 10*time.Millisecond},
		{"exit reader", func() time.Duration { return h.badge(h.exit, 3) }, time.Millisecond},
		{"exit reader, unknown card", func() time.Duration { return h.badge(h.exit, 3000) }, time.Millisecond},
	} {
		t.Run(way.name, func(t *testing.T) {
			for range 3 {
				end := h.trace()
				at := way.leave()
				time.Sleep(release + 500*time.Millisecond)
				events := end()
				up := rises(events, at, lab.Now())
				_, done := synced(events, at)
				switch {
				case len(up) != 1 || up[0]-at > way.after:
					t.Errorf("left at %v, the strike rose at %v", at, up)
				case done == 0:
					t.Error("nothing was recorded")
				case done < up[0]:
					t.Errorf("the strike rose %v after the record was durable: it waited", up[0]-done)
				}
			}
		})
	}
}

// press presses the exit button, and gives the instant at which it went down.
func (h *house) press(d time.Duration) time.Duration {
	h.t.Helper()
	at := h.drive(h.button, false)
	time.Sleep(d)
	h.drive(h.button, true)
	return at
}

// TestStalledDisk: while the disk stalls for 8 s the exit button works at once and no badge opens; the grant whose commit
// comes late opens nothing; both are recorded.
func TestStalledDisk(t *testing.T) {
	h := newHouseOn(t, "/inner", raspberryPi)
	time.Sleep(40 * time.Second) // until all that was written lies on the disk: every page is clean and has to be asked for anew
	thaw, err := lab.Freeze("/data")
	must(t, err)
	defer thaw()
	end := h.trace()
	began := lab.Now()
	h.badge(h.entry, 1)
	time.Sleep(3 * time.Second)
	if up := h.energised(); up {
		t.Error("the strike is energised for an entry that is not recorded")
	}
	leaving := h.press(200 * time.Millisecond)
	time.Sleep(5 * time.Second)
	must(t, thaw())
	late := h.record.wait(t, "access.not_taken", 5*time.Second)
	time.Sleep(release + time.Second)
	up := rises(end(), began, lab.Now())
	if len(up) != 1 || up[0] < leaving+pressed-time.Millisecond || up[0] > leaving+pressed+10*time.Millisecond {
		t.Errorf("the button went down at %v, the strike rose at %v", leaving, up)
	}
	if late.Data.Reason != "late" || late.Data.Person != person(1) {
		t.Errorf("the grant came to nothing as %q of %q, want late of %q", late.Data.Reason, late.Data.Person, person(1))
	}
	for _, want := range []string{"access.granted", "door.exit_requested"} {
		if len(h.record.since(want, began)) == 0 {
			t.Errorf("no %s recorded", want)
		}
	}
}
