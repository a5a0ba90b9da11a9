package alarm_test

import (
	"testing"
	"time"

	"kidoban/controller/alarm"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/device"
)

func raise(b alarm.Book, at device.Instant, t journal.Type, d journal.Data) ledger.Alarm {
	e := entry(t, d)
	e.At = at
	rows, _ := b.Observe(e)
	return rows[0]
}

func due(t *testing.T, b alarm.Book, want time.Duration) {
	t.Helper()
	if at, ok := b.Deadline(); !ok && want != 0 || ok && at != want {
		t.Errorf("due at %v (%v), want %v", at, ok, want)
	}
}

// TestEscalation: what nobody acknowledges is told to the CISO, each alarm once, by its severity.
func TestEscalation(t *testing.T) {
	b := alarm.NewBook(nil, patience)
	forced := raise(b, morning, journal.DoorForced, room)
	fire := raise(b, morning.Add(time.Minute), journal.FireAlarmed, journal.Data{})
	raise(b, morning, journal.LinkLost, journal.Data{}) // a warning waits for ever
	due(t, b, morning.Mono+3*time.Minute)
	if rows, _ := b.Escalate(morning.Add(3*time.Minute - 1)); rows != nil {
		t.Errorf("too early: %v", rows)
	}
	rows, said := b.Escalate(morning.Add(3 * time.Minute))
	if len(rows) != 1 || rows[0].ID != fire.ID || !rows[0].Escalated.Equal(morning.Wall.Add(3*time.Minute)) || !rows[0].Due.IsZero() ||
		said[0].Type != journal.AlarmEscalated || said[0].Severity != journal.Emergency || said[0].Data.Alarm != fire.ID {
		t.Errorf("%+v %+v", rows, said)
	}
	due(t, b, morning.Mono+10*time.Minute)
	rows, _ = b.Escalate(morning.Add(time.Hour))
	if len(rows) != 1 || rows[0].ID != forced.ID {
		t.Errorf("%+v", rows)
	}
	due(t, b, 0)
	if rows, _ := b.Escalate(morning.Add(2 * time.Hour)); rows != nil {
		t.Errorf("told twice: %v", rows)
	}
	b = alarm.NewBook(b.Open(true), patience)
	b.Reckon(morning, morning.Wall, true)
	due(t, b, 0)
}

func TestAcknowledgedInTime(t *testing.T) {
	b := alarm.NewBook(nil, patience)
	row := raise(b, morning, journal.DoorForced, room)
	acked, _, _ := b.Ack(row.ID, "guard", morning.Add(time.Minute))
	due(t, b, 0)
	b = alarm.NewBook([]ledger.Alarm{acked}, patience)
	b.Reckon(morning, morning.Wall, true)
	due(t, b, 0)
}

// TestGraverIsSooner: an alarm that becomes graver waits no longer than it would have.
func TestGraverIsSooner(t *testing.T) {
	b := alarm.NewBook(nil, patience)
	raise(b, morning, journal.DoorFault, room)
	e := entry(journal.DoorFault, room)
	e.At, e.Severity = morning.Add(time.Minute), journal.Emergency
	b.Observe(e)
	due(t, b, morning.Mono+3*time.Minute)
	e = entry(journal.DoorForced, room)
	b.Observe(e)
	e.At, e.Severity = morning.Add(9*time.Minute), journal.Emergency
	b.Observe(e)
	b.Escalate(morning.Add(3 * time.Minute))
	due(t, b, morning.Mono+10*time.Minute)
}

// TestEscalationOverARestart: the deadline runs on by the wall clock where it is believed, and else as long as it can
// have to.
func TestEscalationOverARestart(t *testing.T) {
	b := alarm.NewBook(nil, patience)
	row := raise(b, morning, journal.DoorForced, room)
	old := row
	old.Due = time.Time{} // of a schema that knew no deadline
	boot := func(wall time.Duration) device.Instant {
		return device.Instant{Wall: morning.Wall.Add(wall), Mono: time.Minute}
	}
	for _, c := range []struct {
		name string
		row  ledger.Alarm
		now  device.Instant
		from time.Duration
		firm bool
		want time.Duration
	}{
		{"four minutes later", row, boot(4 * time.Minute), 4 * time.Minute, true, time.Minute + 6*time.Minute},
		{"long after", row, boot(24 * time.Hour), 24 * time.Hour, true, time.Minute + time.Second},
		{"no clock", row, boot(-50 * 365 * 24 * time.Hour), 0, false, time.Minute + 10*time.Minute},
		{"a clock before the alarm", row, boot(-time.Hour), -time.Hour, true, time.Minute + 10*time.Minute},
		{"a row without a deadline", old, boot(4 * time.Minute), 4 * time.Minute, true, time.Minute + 6*time.Minute},
	} {
		b := alarm.NewBook([]ledger.Alarm{c.row}, patience)
		due(t, b, 0)
		b.Reckon(c.now, morning.Wall.Add(c.from), c.firm)
		if at, _ := b.Deadline(); at != c.want {
			t.Errorf("%s: due at %v, want %v", c.name, at, c.want)
		}
	}
	b = alarm.NewBook([]ledger.Alarm{row}, patience)
	b.Reckon(boot(0), morning.Wall, false)
	rows := b.Rehang(device.Instant{Wall: morning.Wall.Add(8 * time.Minute), Mono: 2 * time.Minute}) // the clock is found
	if due(t, b, 4*time.Minute); len(rows) != 1 || !rows[0].Due.Equal(morning.Wall.Add(10*time.Minute)) {
		t.Errorf("%+v", rows)
	}
}

// TestRehang: a step of the wall clock moves the row, not the deadline.
func TestRehang(t *testing.T) {
	b := alarm.NewBook(nil, patience)
	raise(b, morning, journal.DoorForced, room)
	stepped := morning.Add(time.Minute)
	stepped.Wall = stepped.Wall.Add(-5 * time.Hour)
	rows := b.Rehang(stepped)
	due(t, b, morning.Mono+10*time.Minute)
	if len(rows) != 1 || !rows[0].Due.Equal(stepped.Wall.Add(9*time.Minute)) || !rows[0].Raised.Equal(morning.Wall) {
		t.Errorf("%+v", rows)
	}
}

func TestImpatience(t *testing.T) {
	b := alarm.NewBook(nil, alarm.Patience{Emergency: time.Minute})
	raise(b, morning, journal.DoorForced, room)
	due(t, b, 0)
}

// TestDrillIsQuiet: on record and to be closed like any other, and neither grave nor on a lamp nor escalated.
func TestDrillIsQuiet(t *testing.T) {
	b := alarm.NewBook(nil, patience)
	drill := journal.Data{Door: "room", Drill: true}
	row := raise(b, morning, journal.DoorForced, drill)
	due(t, b, 0)
	if !row.Drill || row.Severity != "notice" || b.Sign("room") != "none" {
		t.Errorf("%+v, %s", row, b.Sign("room"))
	}
	if real := raise(b, morning, journal.DoorForced, room); real.Drill || real.ID == row.ID || b.Sign("room") != "forced" {
		t.Errorf("a real one in a drill: %+v", real)
	}
	_, said, _ := b.Ack(row.ID, "guard", morning)
	if !said.Data.Drill {
		t.Errorf("%+v", said)
	}
}

// TestOneAlertAnEvent: three visitors of one permit who leave without consent are one alarm; two firms are two.
func TestOneAlertAnEvent(t *testing.T) {
	b := alarm.NewBook(nil, patience)
	for _, d := range []journal.Data{
		{Zone: "room", Permit: "2026-001", Visit: "2026-000001"}, {Zone: "room", Permit: "2026-001", Visit: "2026-000002"},
		{Zone: "room", Permit: "2026-001", Visit: "2026-000003"}, {Zone: "room", Permit: "2026-002", Visit: "2026-000004"},
	} {
		b.Observe(entry(journal.VisitLeftWithoutConsent, d))
	}
	if open := b.Open(false); len(open) != 2 || open[0].Zone != "room" {
		t.Errorf("%+v", open)
	}
}

func TestRaisedAt(t *testing.T) {
	row := raise(alarm.NewBook(nil, patience), morning, journal.DoorForced, room)
	if at, ok := alarm.RaisedAt(row.ID); !ok || !at.Equal(morning.Wall) {
		t.Errorf("%v %v", at, ok)
	}
	for _, id := range []string{"", "door.forced", "door.forced/room", "door.forced/room/", "/1", "door.forced/room/!"} {
		if at, ok := alarm.RaisedAt(id); ok && id != "door.forced/room" { // "room" reads as a stamp
			t.Errorf("%q: %v", id, at)
		}
	}
}
