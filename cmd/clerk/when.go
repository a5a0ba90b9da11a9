// Package clerk is how the commands read and write as clerks do: days and times in Japan, by either calendar, and tables
// whose columns stand under each other whatever a name is written with.
package clerk

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/people"
)

// WhenForms is what the errors offer.
const WhenForms = `"2026-04-01 09:00", "R8.4.1 09:00", "令和8年4月1日 09:00", "today 09:00", "tomorrow 9:00" or "09:00" (today)`

// Moment reads a point in time in Japan as a clerk writes it. Whole says that no hour was named.
func Moment(s string, now time.Time) (at time.Time, whole bool, err error) {
	s = strings.TrimSpace(s)
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04"} {
		if at, err = time.ParseInLocation(layout, s, access.JST); err == nil {
			return at, false, nil
		}
	}
	if s == "now" || s == "今" {
		return now, false, nil
	}
	first, clock, two := strings.Cut(s, " ")
	if !two && strings.Contains(first, ":") {
		first, clock = "today", first
	}
	if at, err = Day(first, now); err != nil {
		return at, false, err
	}
	if clock = strings.TrimSpace(clock); clock == "" {
		return at, true, nil
	}
	minute, err := Minutes(clock)
	return at.Add(minute), false, err
}

// Day reads a date: 00:00 in Japan.
func Day(s string, now time.Time) (time.Time, error) {
	y, m, d := now.In(access.JST).Date()
	switch s {
	case "today", "今日", "本日":
		return time.Date(y, m, d, 0, 0, 0, 0, access.JST), nil
	case "tomorrow", "明日":
		return time.Date(y, m, d+1, 0, 0, 0, 0, access.JST), nil
	case "yesterday", "昨日":
		return time.Date(y, m, d-1, 0, 0, 0, 0, access.JST), nil
	}
	at, err := people.ParseDay(s)
	if err != nil {
		return at, fmt.Errorf("%q: %w; a time is written %s", s, err, WhenForms)
	}
	return at.In(access.JST), nil
}

// Minutes reads HH:MM or HH:MM:SS, up to 24:00.
func Minutes(s string) (time.Duration, error) {
	var sum time.Duration
	parts := strings.Split(s, ":")
	for i, unit := range []time.Duration{time.Hour, time.Minute, time.Second} {
		if i == len(parts) {
			break
		}
		n, err := strconv.ParseUint(parts[i], 10, 8)
		if err != nil || len(parts[i]) > 2 || i > 0 && (n > 59 || len(parts[i]) != 2) {
			return 0, fmt.Errorf("%q is no time of the day: write 09:00", s)
		}
		sum += time.Duration(n) * unit
	}
	if len(parts) < 2 || len(parts) > 3 || sum > 24*time.Hour {
		return 0, fmt.Errorf("%q is no time of the day: write 09:00", s)
	}
	return sum, nil
}

// Fiscal reads a fiscal year: 2026, R8, 令和8年度. It begins on 1 April.
func Fiscal(s string) (int, error) {
	y := strings.TrimSuffix(strings.TrimSuffix(s, "度"), "年")
	if n, err := strconv.Atoi(y); err == nil && n >= 1900 && n <= 2199 {
		return n, nil
	}
	first, err := people.ParseDay(eraFirst(y, "4", "1"))
	if err != nil { // the first fiscal year of an era begins before it: 令和元年度 is 2019
		first, err = people.ParseDay(eraFirst(y, "12", "31"))
	}
	if err != nil {
		return 0, fmt.Errorf("%q is no fiscal year like 2026, R8 or 令和8年度", s)
	}
	return first.Year(), nil
}

// eraFirst completes an era's year to a day that ParseDay reads.
func eraFirst(year, month, day string) string {
	if strings.HasSuffix(year, "元") || len(year) > 0 && year[0] > 0x7f {
		return year + "年" + month + "月" + day + "日"
	}
	return year + "." + month + "." + day
}

// Month reads a month: 2026-04, 2026/4, R8.4, 令和8年4月. Its first day.
func Month(s string) (time.Time, error) {
	full := s + "-01"
	switch {
	case strings.HasSuffix(s, "月"):
		full = s + "1日"
	case strings.Contains(s, "."):
		full = s + ".1"
	case strings.Contains(s, "/"):
		full = s + "/1"
	}
	at, err := people.ParseDay(full)
	if err != nil {
		return at, fmt.Errorf("%q is no month like 2026-04, R8.4 or 令和8年4月", s)
	}
	return at.In(access.JST), nil
}
