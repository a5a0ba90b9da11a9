package main

import (
	"fmt"
	"strings"
	"time"

	"kidoban/cmd/clerk"
	"kidoban/controller/access"
)

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
		d, err := clerk.Minutes(strings.TrimSpace(side.text))
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
	if span.From, err = clerk.Day(first, now); err != nil {
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
