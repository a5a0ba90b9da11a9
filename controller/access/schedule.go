package access

import (
	"math"
	"slices"
)

const (
	minutes = 24 * 60
	minute  = day / minutes
)

func (s *Schedule) clone() Schedule {
	c := Schedule{ID: s.ID, Holiday: slices.Clone(s.Holiday)}
	for i := range s.Week {
		c.Week[i] = slices.Clone(s.Week[i])
	}
	return c
}

// crosses reports whether h ends on the day after the one it starts on.
func (h Hours) crosses() bool { return h.Until <= h.From }

// on returns the hours that start on a day of JST. Days that the calendar does not reach have none.
func (s *Schedule) on(cal *calendar, d int64) []Hours {
	switch {
	case !cal.reaches(d):
		return nil
	case cal.holiday(d):
		return s.Holiday
	}
	return s.Week[weekday(d)]
}

// open reports whether t lies in the schedule. Hours that cross midnight belong to the day they start on: Friday 22:00 to
// 06:00 ends on Saturday morning even if Saturday is a holiday.
func (s *Schedule) open(cal *calendar, t int64) bool {
	d, within := dayOf(t)
	for _, h := range s.on(cal, d) {
		if int64(h.From)*minute <= within && (h.crosses() || within < int64(h.Until)*minute) {
			return true
		}
	}
	for _, h := range s.on(cal, d-1) {
		if h.crosses() && within < int64(h.Until)*minute {
			return true
		}
	}
	return false
}

// next is the first instant after t at which open may change: an edge of the day's hours, or the midnight that ends it.
func (s *Schedule) next(cal *calendar, t int64) int64 {
	d, within := dayOf(t)
	edge := day
	take := func(m uint16) {
		if at := int64(m) * minute; at > within && at < edge {
			edge = at
		}
	}
	for _, h := range s.on(cal, d) {
		take(h.From)
		if !h.crosses() {
			take(h.Until)
		}
	}
	for _, h := range s.on(cal, d-1) {
		if h.crosses() {
			take(h.Until)
		}
	}
	if t > math.MaxInt64-day {
		return math.MaxInt64
	}
	return t - within + edge
}
