package controller_test

import (
	"testing"
	"time"

	"kidoban/controller"
	"kidoban/controller/journal"
	"kidoban/controller/wiring"
	"kidoban/device"
)

// wired is a hall whose first door has a strike, a lamp and a siren to be checked; what a panel is told is kept.
func wired(t *testing.T, told *[]device.Command) (h *cityHall, strike, lamp, siren string) {
	points := []wiring.Point{
		wiring.NewPoint("front", wiring.Strike, 0), wiring.NewPoint("front", wiring.Lamp, 0), wiring.NewPoint("front", wiring.Siren, 0),
	}
	h = hall(t, cityRecords(), func(s *controller.Site) { s.Wiring, s.Doors[0].Warns, s.Doors[0].SirenFor = points, true, time.Minute })
	h.drive.Do = func(c device.Command) error {
		if c.Action != device.Show {
			*told = append(*told, c)
		}
		return nil
	}
	return h, points[0].ID, points[1].ID, points[2].ID
}

// later lets time pass, and whatever is due in it happen.
func (h *cityHall) later(d time.Duration) {
	end := h.now.Mono + d
	for {
		due, ok := h.drive.Due()
		if !ok || due > end {
			break
		}
		h.now = h.now.Add(max(due-h.now.Mono, 0))
		h.drive.Pass(h.now)
	}
	h.now = h.now.Add(end - h.now.Mono)
}

// A strike is passed only after it was driven and let go again, by whoever may: the system manager, who releases no door, sees
// what the officer's order does.
func TestStrikeIsPassedOnceDriven(t *testing.T) {
	var told []device.Command
	h, strike, _, _ := wired(t, &told)
	passed := controller.EndPoint{ID: strike, Result: controller.PointPassed}
	h.done(as("dx"), controller.BeginPoint{ID: strike})
	h.refused(as("dx"), passed, "was not seen")
	h.refused(as("dx"), controller.ReleaseDoor{Door: "front"})
	h.refused(as("dx"), controller.TryPoint{ID: strike}, "whoever may release the door")
	if len(told) > 0 {
		t.Fatalf("the panel is told %+v", told)
	}
	h.done(as("kacho"), controller.ReleaseDoor{Door: "front", For: 3 * time.Second})
	h.refused(as("dx"), passed, "was not seen")
	h.later(4 * time.Second)
	h.done(as("dx"), passed)
	if d := h.last(journal.ConfigChecked); d.Point != "strike" || d.Mode != "passed" || d.Person != "dx" {
		t.Errorf("%+v", d)
	}
	h.done(as("dx"), controller.BeginPoint{ID: strike})
	h.refused(as("dx"), passed, "was not seen")
}

// A lamp and a siren are driven for a moment while they are being checked, by whoever checks them; it is on record, and no alarm
// that comes meanwhile is hidden by it.
func TestLampAndSirenAreTried(t *testing.T) {
	var told []device.Command
	h, _, lamp, siren := wired(t, &told)
	h.refused(as("dx"), controller.TryPoint{ID: siren}, "begin with this point first")
	h.done(as("dx"), controller.BeginPoint{ID: siren})
	h.refused(as("kacho"), controller.TryPoint{ID: siren}, "begin with this point first")
	h.refused(as("dx"), controller.TryPoint{ID: lamp}, "begin with this point first")
	h.refused(as("dx"), controller.EndPoint{ID: siren, Result: controller.PointPassed}, "was not seen")
	h.done(as("dx"), controller.TryPoint{ID: siren})
	if d := h.last(journal.ConfigChecked); d.Point != "siren" || d.Mode != "tried" || d.Account != as("dx").Name {
		t.Errorf("%+v", d)
	}
	if len(told) != 1 || told[0].Warning != device.Sounding || told[0].For <= 0 || told[0].For > 10*time.Second {
		t.Fatalf("%+v", told)
	}
	h.later(10 * time.Second)
	if len(told) != 2 || told[1].Warning != device.Calm {
		t.Fatalf("after the try: %+v", told)
	}
	h.done(as("dx"), controller.EndPoint{ID: siren, Result: controller.PointPassed})

	h.done(as("dx"), controller.BeginPoint{ID: lamp})
	h.done(as("dx"), controller.TryPoint{ID: lamp})
	if told[2].Warning != device.Lit || told[2].For != 0 {
		t.Errorf("%+v", told[2])
	}
	h.drive.Turn(h.now, controller.Happened{Event: device.Event{At: h.now, Kind: device.Tampered, Door: "front", Point: "tamper"}})
	h.later(10 * time.Second)
	if last := told[len(told)-1]; last.Warning != device.Sounding {
		t.Errorf("an alarm during the try: %+v", told)
	}
	h.done(as("dx"), controller.SilenceSiren{Door: "front"})
	h.done(as("dx"), controller.TryPoint{ID: lamp})
	h.later(10 * time.Second)
	if last := told[len(told)-1]; last.Warning != device.Lit {
		t.Errorf("the alarm waits on, and its lamp is %v", last.Warning)
	}
}
