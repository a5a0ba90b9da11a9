package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/people"
)

// whenForms is what the errors offer.
const whenForms = `"2026-04-01 09:00", "R8.4.1 09:00", "令和8年4月1日 09:00", "today 09:00", "tomorrow 9:00" or "09:00" (today)`

// moment reads a point in time in Japan as a clerk writes it. Whole says that no hour was named.
func moment(s string, now time.Time) (at time.Time, whole bool, err error) {
	s = strings.TrimSpace(s)
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04"} {
		if at, err = time.ParseInLocation(layout, s, jst); err == nil {
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
	if at, err = day(first, now); err != nil {
		return at, false, err
	}
	if clock = strings.TrimSpace(clock); clock == "" {
		return at, true, nil
	}
	minute, err := minutes(clock)
	return at.Add(minute), false, err
}

// day reads a date: 00:00 in Japan.
func day(s string, now time.Time) (time.Time, error) {
	y, m, d := now.In(jst).Date()
	switch s {
	case "today", "今日", "本日":
		return time.Date(y, m, d, 0, 0, 0, 0, jst), nil
	case "tomorrow", "明日":
		return time.Date(y, m, d+1, 0, 0, 0, 0, jst), nil
	case "yesterday", "昨日":
		return time.Date(y, m, d-1, 0, 0, 0, 0, jst), nil
	}
	at, err := people.ParseDay(s)
	if err != nil {
		return at, fmt.Errorf("%q: %w; a time is written %s", s, err, whenForms)
	}
	return at.In(jst), nil
}

// minutes reads HH:MM or HH:MM:SS, up to 24:00.
func minutes(s string) (time.Duration, error) {
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

// hours reads HH:MM-HH:MM of a day.
func hours(s string) (h access.Hours, err error) {
	from, until, ok := strings.Cut(s, "-")
	if !ok {
		return h, fmt.Errorf("%q: hours are written 09:00-17:00", s)
	}
	for _, side := range []struct {
		text string
		to   *uint16
	}{{from, &h.From}, {until, &h.Until}} {
		d, err := minutes(strings.TrimSpace(side.text))
		if err != nil {
			return h, err
		}
		*side.to = uint16(d / time.Minute)
	}
	return h, nil
}

// hoursOf reads "today 09:00-17:00", or a date alone: the whole day.
func hoursOf(s string, now time.Time) (span access.Span, err error) {
	first, clock, _ := strings.Cut(strings.TrimSpace(s), " ")
	if strings.Contains(first, ":") {
		first, clock = "today", first
	}
	if span.From, err = day(first, now); err != nil {
		return span, err
	}
	if strings.TrimSpace(clock) == "" {
		span.Until = span.From.AddDate(0, 0, 1)
		return span, nil
	}
	h, err := hours(strings.TrimSpace(clock))
	if err != nil {
		return span, err
	}
	span.Until = span.From.Add(time.Duration(h.Until) * time.Minute)
	span.From = span.From.Add(time.Duration(h.From) * time.Minute)
	return span, nil
}

// weekdays reads mon-fri, mon,wed or 月-金.
func weekdays(s string) (set [7]bool, err error) {
	for _, part := range strings.Split(s, ",") {
		from, until, many := strings.Cut(strings.TrimSpace(part), "-")
		if !many {
			until = from
		}
		i, j := weekday(from), weekday(until)
		if i < 0 || j < 0 {
			return set, fmt.Errorf("%q: days are written mon-fri, mon,wed,fri or 月-金", part)
		}
		for ; ; i = (i + 1) % 7 {
			set[i] = true
			if i == j {
				break
			}
		}
	}
	return set, nil
}

const kanjiDays = "日月火水木金土"

func weekday(s string) int {
	if i := strings.Index(kanjiDays, s); i >= 0 && len(s) == len("日") {
		return i / len("日")
	}
	return dayIndex(s)
}

// fiscal reads a fiscal year: 2026, R8, 令和8年度. It begins on 1 April.
func fiscal(s string) (int, error) {
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

// monthOf reads a month: 2026-04, 2026/4, R8.4, 令和8年4月. Its first day.
func monthOf(s string) (time.Time, error) {
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
	return at.In(jst), nil
}
