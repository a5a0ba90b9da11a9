package access_test

import (
	"testing"
	"time"

	"kidoban/controller/access"
	"kidoban/device"
)

func TestAntiPassback(t *testing.T) {
	const hold = 10 * time.Minute
	in := access.Occupant{Inside: true, Since: noon.Add(-hold), Boot: "b1"}
	out := access.Occupant{Since: noon.Add(-hold), Boot: "b1"}
	doubtful := access.Occupant{Inside: true, Unverified: true, Since: noon, Boot: "b0"}
	since := func(o access.Occupant, d time.Duration) access.Occupant { o.Mono = time.Hour - d; return o }
	before := func(o access.Occupant, d time.Duration) access.Occupant {
		o.Boot, o.Since = "b0", noon.Add(-d)
		return o
	}
	for _, tt := range []struct {
		name string
		mode access.APB
		row  *access.Occupant
		with func(*access.Question)
		want access.Reason
		soft access.Reason
	}{
		{name: "off, inside", mode: access.APBOff, row: &in, want: access.Granted},
		{name: "soft, outside", mode: access.APBSoft, want: access.Granted},
		{name: "soft, inside", mode: access.APBSoft, row: &in, want: access.Granted, soft: access.AntiPassback},
		{name: "hard, never seen", mode: access.APBHard, want: access.Granted},
		{name: "hard, inside", mode: access.APBHard, row: &in, want: access.AntiPassback},
		{name: "hard, left", mode: access.APBHard, row: &out, want: access.Granted},
		{name: "hard, unverified passes", mode: access.APBHard, row: &doubtful, want: access.Granted},
		{name: "soft, unverified is no violation", mode: access.APBSoft, row: &doubtful, want: access.Granted},
		{name: "unknown mode is hard", mode: 99, row: &in, want: access.AntiPassback},
		{name: "timed, a tick too soon", mode: access.APBTimed, row: ptr(since(in, hold-tick)), want: access.AntiPassback},
		{name: "timed, just in time", mode: access.APBTimed, row: ptr(since(in, hold)), want: access.Granted},
		{name: "timed, left again too soon", mode: access.APBTimed, row: ptr(since(out, hold-tick)), want: access.AntiPassback},
		{name: "timed, monotonic: a clock stepped by a day changes nothing", mode: access.APBTimed, row: ptr(since(in, hold-tick)), want: access.AntiPassback,
			with: func(q *access.Question) { q.At.Wall = noon.AddDate(0, 0, 1) }},
		{name: "timed, after a restart, a tick too soon", mode: access.APBTimed, row: ptr(before(in, hold-tick)), want: access.AntiPassback},
		{name: "timed, after a restart, just in time", mode: access.APBTimed, row: ptr(before(in, hold)), want: access.Granted},
		{name: "timed, after a restart without a clock, too soon throughout", mode: access.APBTimed, row: ptr(before(in, 0)), want: access.AntiPassback,
			with: func(q *access.Question) {
				q.At = access.Moment{LastRecorded: noon, Grace: hold - tick, Boot: "b1"}
			}},
		{name: "timed, after a restart without a clock, too soon in part", mode: access.APBTimed, row: ptr(before(in, 0)), want: access.ClockUntrusted,
			with: func(q *access.Question) { q.At = access.Moment{LastRecorded: noon, Grace: hold, Boot: "b1"} }},
		{name: "timed, after a restart without a clock, late enough", mode: access.APBTimed, row: ptr(before(in, hold)), want: access.Granted,
			with: func(q *access.Question) { q.At = access.Moment{LastRecorded: noon, Grace: grace, Boot: "b1"} }},
		{name: "timed, no boot ids: by the wall clock", mode: access.APBTimed, row: &access.Occupant{Since: noon.Add(-hold)}, want: access.Granted,
			with: func(q *access.Question) { q.At.Boot = "" }},
		{name: "timed, for ever", mode: access.APBTimed, row: ptr(before(in, hold)), want: access.AntiPassback,
			with: func(q *access.Question) { q.Point.AntiPassFor = 1<<63 - 1 }},
		{name: "the clock comes first", mode: access.APBHard, row: &in, want: access.ClockUntrusted,
			with: func(q *access.Question) {
				q.At, q.Point.Schedule = access.Moment{LastRecorded: noon, Grace: grace}, "office"
			}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := build(t, hall())
			q := ask(t, r, "clerk", func(q *access.Question) {
				q.Point.AntiPass, q.Point.AntiPassFor, q.At.Mono = tt.mode, hold, time.Hour
				if tt.row != nil {
					q.Inside = access.Occupancy{{Zone: "room", Person: "clerk"}: *tt.row, {Zone: "hall", Person: "clerk"}: in}
				}
				if tt.with != nil {
					mono := q.At.Mono
					tt.with(q)
					q.At.Mono = mono
				}
			})
			if d := expect(t, r, q, tt.want); d.Soft != tt.soft {
				t.Errorf("soft %v, want %v", d.Soft, tt.soft)
			}
			q.Point.Direction = device.Exit
			if d := access.Decide(r, q); tt.row != nil && tt.row.Inside && d.Reason == access.AntiPassback {
				t.Error("leaving is a violation of one who is inside")
			}
		})
	}
}

func ptr[T any](v T) *T { return &v }

func TestRoomFull(t *testing.T) {
	r := build(t, hall())
	inside := access.Occupancy{
		{Zone: "room", Person: "officer"}:    {Inside: true},
		{Zone: "room", Person: "ciso"}:       {Inside: true, Assumed: true},
		{Zone: "room", Person: "maintainer"}: {Unverified: true},
		{Zone: "room", Person: "system"}:     {},
		{Zone: "hall", Person: "clerk2"}:     {Inside: true},
	}
	if n := inside.Count("room"); n != 3 {
		t.Errorf("%d inside, want 3", n)
	}
	expect(t, r, ask(t, r, "clerk", func(q *access.Question) { // no direction is an entry
		q.Point.Limit, q.Inside, q.Point.Direction = 3, inside, device.NoDirection
	}), access.RoomFull)
	for _, tt := range []struct {
		name  string
		who   access.PersonID
		limit int
		two   bool
		want  access.Reason
		come  int
	}{
		{"no limit", "clerk", 0, false, access.Granted, 0},
		{"one place left", "clerk", 4, false, access.Granted, 0},
		{"none left", "clerk", 3, false, access.RoomFull, 0},
		{"over it already", "clerk", 2, false, access.RoomFull, 0},
		{"inside already", "officer", 3, false, access.Granted, 0},
		{"unverified, counted once", "maintainer", 3, false, access.Granted, 0},
		{"left, so not inside", "system", 3, false, access.RoomFull, 0},
		{"two must enter, one place", "clerk", 4, true, access.RoomFull, 0},
		{"two must enter, two places", "clerk", 5, true, access.Granted, 0},
		{"the last place is another's who was let in", "clerk", 4, false, access.RoomFull, 1},
		{"a place left beside him", "clerk", 5, false, access.Granted, 1},
		{"second of two, the first one coming", "clerk", 5, true, access.Granted, 1},
		{"second of two, no place for both", "clerk", 4, true, access.RoomFull, 1},
		{"a count below zero makes no room", "clerk", 3, false, access.RoomFull, -1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			expect(t, r, ask(t, r, tt.who, func(q *access.Question) {
				q.Point.Limit, q.Point.TwoPerson, q.Inside, q.Coming = tt.limit, tt.two, inside, tt.come
			}), tt.want)
		})
	}
}
