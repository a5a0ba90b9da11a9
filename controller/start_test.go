package controller_test

import (
	"testing"
	"time"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/device"
)

// Pitfall 16: at a start nothing is reported that did not happen; what is found amiss is, as found.
func TestFoundAtStart(t *testing.T) {
	for _, c := range []struct {
		ev   device.Event
		want journal.Type // "" = nothing
	}{
		{device.Event{Kind: device.DoorClosed, Door: "front"}, ""},
		{device.Event{Kind: device.DoorOpened, Door: "front"}, journal.DoorOpened},
		{device.Event{Kind: device.ExitReleased, Door: "front"}, ""},
		{device.Event{Kind: device.TamperCleared, Door: "front", Point: "tamper"}, ""},
		{device.Event{Kind: device.TamperCleared, Door: "front", Point: "tamper", Direction: device.Entry}, ""},
		{device.Event{Kind: device.Tampered, Door: "front", Point: "tamper"}, journal.DoorTampered},
		{device.Event{Kind: device.Tampered, Door: "front", Point: "tamper", Direction: device.Exit}, journal.ReaderTampered},
		{device.Event{Kind: device.TamperCleared, Point: "tamper"}, ""},
		{device.Event{Kind: device.Tampered, Point: "tamper"}, journal.DoorTampered},
		{device.Event{Kind: device.FireCleared, Point: "fire"}, ""},
		{device.Event{Kind: device.FireAlarmed, Point: "fire"}, journal.FireAlarmed},
		{device.Event{Kind: device.MainsRestored, Point: "mains"}, ""},
		{device.Event{Kind: device.MainsLost, Point: "mains"}, journal.PowerMainsLost},
		{device.Event{Kind: device.ReaderOnline, Door: "front", Direction: device.Entry}, ""},
		{device.Event{Kind: device.ReaderOffline, Door: "front", Direction: device.Entry}, journal.ReaderOffline},
		{device.Event{Kind: device.PointFaulted, Door: "front", Point: "green lamp", Direction: device.Entry}, journal.DoorFault},
		{device.Event{Kind: device.PointRestored, Door: "front", Point: "green lamp", Direction: device.Entry}, ""},
	} {
		b := newBench(t, newSite())
		before := len(b.disk.entries)
		c.ev.At, c.ev.AtStart = b.now, true
		out := b.Turn(b.now, controller.Happened{Event: c.ev})
		for _, cmd := range out.First {
			if cmd.Action == device.Release {
				t.Errorf("%+v releases", c.ev)
			}
		}
		got := b.disk.entries[before:]
		switch {
		case c.want == "" && len(got) > 0:
			t.Errorf("%+v is reported as %s", c.ev, got[0].Type)
		case c.want != "" && (len(got) == 0 || got[0].Type != c.want || !got[0].Data.AtStart):
			t.Errorf("%+v is reported as %+v, want %s at_start", c.ev, got, c.want)
		}
	}
}

// A lamp that is out, a switch or the exit's wires lock nobody out; a line that an entry rests on does.
func TestWhatLocksOut(t *testing.T) {
	for _, c := range []struct {
		point string
		dir   device.Direction
		out   bool
	}{
		{"contact", device.NoDirection, true}, {"strike", device.NoDirection, true}, {"reader entry", device.Entry, true},
		{"reader exit", device.Exit, false}, {"exit button", device.NoDirection, false}, {"green lamp", device.Entry, false},
		{"buzzer", device.Entry, false}, {"tamper", device.NoDirection, false},
	} {
		b := newBench(t, newSite())
		at := func(k device.Kind) {
			b.Turn(b.now, controller.Happened{Event: device.Event{At: b.now, Kind: k, Door: "back", Point: c.point, Direction: c.dir}})
		}
		at(device.PointFaulted)
		at(device.PointFaulted)
		b.want("door.fault", 1)
		b.badge("back", 1, device.Entry)
		if b.strike["back"] == c.out {
			t.Errorf("%s at fault: released for an entry: %v", c.point, b.strike["back"])
		}
		b.badge("back", 9, device.Exit)
		if !b.strike["back"] {
			t.Errorf("Rule 2: %s at fault: somebody is held in", c.point)
		}
		b.pass(10 * time.Second)
		at(device.PointRestored)
		at(device.PointRestored)
		b.pass(2 * time.Second)
		b.want("door.restored", 1)
		b.badge("back", 1, device.Entry)
		if !b.strike["back"] {
			t.Errorf("%s mended: still locked out", c.point)
		}
	}
}

// A restart between a grant and its opening: who was on the way in is perhaps inside; who was on the way out was inside
// before, or was not.
func TestUnverifiedAfterRestart(t *testing.T) {
	now := device.Instant{Wall: time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC), Mono: time.Minute}
	for _, c := range []struct {
		dir    device.Direction
		inside bool
		want   string
	}{
		{device.Entry, false, "unverified"}, {device.Entry, true, "unverified"}, {device.Exit, true, "unverified"}, {device.Exit, false, "outside"},
	} {
		snap := ledger.Snapshot{Grants: []ledger.Grant{{ID: "g", Door: "back", Direction: c.dir, Person: "aoki", Credential: "A1"}}}
		if c.inside {
			snap.Occupants = []access.Occupant{{Person: "aoki", Zone: "room", Inside: true}}
		}
		s := controller.NewState(newSite(), "boot", newRoster(), persons, snap)
		out := s.Turn(now, controller.Starting{Open: snap.Grants})
		got := "outside"
		for _, in := range s.Turn(now, controller.Request{Ask: controller.AskWho{}}).Answer.Value.([]controller.Inside) {
			got = map[bool]string{true: "unverified", false: "inside"}[in.Unverified]
		}
		if got != c.want {
			t.Errorf("%v, inside before: %v: %s, want %s", c.dir, c.inside, got, c.want)
		}
		if len(out.First) > 0 && out.First[0].Action == device.Release || len(out.Change.Grants) != 1 || !out.Change.Grants[0].Gone {
			t.Errorf("%v: %+v, %+v", c.dir, out.First, out.Change.Grants)
		}
	}
}
