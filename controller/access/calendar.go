package access

import "time"

var (
	firstDay = days(firstYear, time.January, 1)
	endDay   = days(lastYear+1, time.January, 1)
)

// calendar is a bit for each day that is a holiday, from firstDay on.
type calendar struct{ bits []uint64 }

// nationalCalendar is the law's calendar before local overrides.
func nationalCalendar() calendar {
	c := calendar{make([]uint64, (endDay-firstDay+63)/64)}
	for y := firstYear; y <= lastYear; y++ {
		for _, h := range NationalHolidays(y) {
			c.set(days(y, h.Month, h.Day), true)
		}
	}
	return c
}

func (c *calendar) reaches(d int64) bool { return d >= firstDay && d < endDay }

func (c *calendar) holiday(d int64) bool {
	n := d - firstDay
	return c.bits[n/64]>>(n%64)&1 != 0
}

func (c *calendar) set(d int64, holiday bool) {
	n := d - firstDay
	if holiday {
		c.bits[n/64] |= 1 << (n % 64)
	} else {
		c.bits[n/64] &^= 1 << (n % 64)
	}
}

func (h Holiday) days() int64 { return days(h.Year, h.Month, h.Day) }

// valid reports whether h is a day that the calendar reaches.
func (h Holiday) valid() bool {
	return h.Year >= firstYear && h.Year <= lastYear && h.Month >= time.January && h.Month <= time.December &&
		h.Day >= 1 && h.Day <= monthDays(h.Year, h.Month)
}

// days is the number of the day since 1970-01-01.
func days(y int, m time.Month, d int) int64 {
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400
}

func date(n int64) (int, time.Month, int) { return time.Unix(n*86400, 0).UTC().Date() }

func weekday(n int64) time.Weekday {
	w := (n + 4) % 7 // 1970-01-01 was a Thursday
	if w < 0 {
		w += 7
	}
	return time.Weekday(w)
}

func monthDays(y int, m time.Month) int {
	return int(days(y, m+1, 1) - days(y, m, 1))
}
