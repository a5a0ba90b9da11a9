package notify

import (
	"slices"
	"time"

	"kidoban/controller/access"
)

// Hours say when a rule holds.
type Hours string

// The hours of a rule.
const (
	Always  Hours = "always"
	Within  Hours = "office"
	Outside Hours = "outside"
)

func (h Hours) hold(open bool) bool { return h == Always || h == "" || (h == Within) == open }

// Office is when somebody is at the office: Mondays to Fridays that are no public holidays, in Japan's time.
type Office struct {
	From, Until time.Duration // of the day
	Closed      []string      // further days: "12-29" of every year, "2026-08-14" of one
}

// Open says whether the office is open.
func (o Office) Open(at time.Time) bool {
	at = at.In(access.JST)
	day := at.Format(time.DateOnly)
	clock := time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute + time.Duration(at.Second())*time.Second
	if clock < o.From || clock >= o.Until || at.Weekday() == time.Saturday || at.Weekday() == time.Sunday {
		return false
	}
	if slices.Contains(o.Closed, day) || slices.Contains(o.Closed, day[len("2026-"):]) {
		return false
	}
	return !slices.ContainsFunc(access.NationalHolidays(at.Year()), func(h access.NationalHoliday) bool {
		return h.Month == at.Month() && h.Day == at.Day()
	})
}
