package alarm_test

import (
	"testing"
	"time"

	"kidoban/controller/alarm"
	"kidoban/controller/journal"
)

func TestWarn(t *testing.T) {
	for _, c := range []struct {
		name string
		typ  journal.Type
		data journal.Data
		lit  bool
		loud bool
	}{
		{"its own", journal.DoorForced, room, true, true},
		{"held", journal.DoorHeld, room, true, true},
		{"a fault lights and is not loud", journal.DoorFault, room, true, false},
		{"another door's", journal.DoorForced, journal.Data{Door: "store"}, false, false},
		{"its zone's", journal.VisitEscortLost, journal.Data{Zone: "juki"}, true, false},
		{"another zone's", journal.VisitEscortLost, journal.Data{Zone: "west"}, false, false},
		{"the controller's", journal.PowerMainsLost, journal.Data{}, true, false},
		{"duress", journal.AccessDuress, room, false, false},
		{"a drill", journal.DoorForced, journal.Data{Door: "room", Drill: true}, false, false},
	} {
		b := alarm.NewBook(nil, patience)
		rows, _ := b.Observe(entry(c.typ, c.data))
		if lit, last := b.Warn("room", "juki"); lit != c.lit || (last == morning.Mono) != c.loud {
			t.Errorf("%s: lit %v, last %v", c.name, lit, last)
		}
		again := entry(c.typ, c.data)
		again.At = morning.Add(time.Minute)
		b.Observe(again)
		if _, last := b.Warn("room", "juki"); c.loud && last != again.At.Mono {
			t.Errorf("%s: it came again, and is %v", c.name, last)
		}
		if lit, last := alarm.NewBook(rows, patience).Warn("room", "juki"); lit != c.lit || last != 0 {
			t.Errorf("%s, after a restart: %v, %v", c.name, lit, last)
		}
		b.Ack(rows[0].ID, "guard", again.At)
		if lit, last := b.Warn("room", "juki"); lit || last != 0 {
			t.Errorf("%s, acknowledged: %v, %v", c.name, lit, last)
		}
	}
}
