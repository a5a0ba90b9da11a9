package main

import (
	"strings"
	"testing"
	"time"

	"kidoban/cmd/clerk"
	"kidoban/controller/access"
)

// noon of the day on which these clerks write: Wednesday, 1 April 2026 in Japan, still 31 March further west.
var morning = time.Date(2026, 3, 31, 23, 30, 0, 0, time.UTC)

func TestHoursOfADay(t *testing.T) {
	for s, want := range map[string]string{
		"today 09:00-17:00":      "2026-04-01 09:00-17:00",
		"09:00-17:00":            "2026-04-01 09:00-17:00",
		"R8.4.2 9:00-24:00":      "2026-04-02 09:00-24:00",
		"tomorrow":               "2026-04-02 00:00-24:00",
		"令和8年4月2日 09:00 - 17:00": "2026-04-02 09:00-17:00",
		"2026-04-02 17:00-09:00": "2026-04-02 17:00-2026-04-02 09:00", // the step says what is wrong with it
	} {
		span, err := hoursOf(s, morning)
		if got := spanOf(span); err != nil || got != want && !strings.Contains(want, "17:00-2026") {
			t.Errorf("%q: %s, %v; want %s", s, got, err, want)
		}
	}
	for _, s := range []string{"today 9", "today 09:00", "today 09:00-", "today 25:00-26:00", "x 09:00-10:00"} {
		if span, err := hoursOf(s, morning); err == nil {
			t.Errorf("%q: %s", s, spanOf(span))
		}
	}
}

func TestSpanNamesTheEndsDayWhereItIsAnother(t *testing.T) {
	at := func(s string) time.Time { m, _, _ := clerk.Moment(s, morning); return m }
	for want, s := range map[string]access.Span{
		"2026-04-01 09:00-17:00":            {From: at("R8.4.1 09:00"), Until: at("R8.4.1 17:00")},
		"2026-04-01 09:00-24:00":            {From: at("R8.4.1 09:00"), Until: at("R8.4.2")},
		"2026-04-01 09:00-2026-04-03 00:00": {From: at("R8.4.1 09:00"), Until: at("R8.4.3")},
		"2026-04-01 22:00-2026-04-02 05:00": {From: at("R8.4.1 22:00"), Until: at("R8.4.2 05:00")},
		"2025-04-01 09:00-2026-04-01 17:00": {From: at("R7.4.1 09:00"), Until: at("R8.4.1 17:00")},
	} {
		if got := spanOf(s); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestWeekdays(t *testing.T) {
	for s, want := range map[string][7]bool{
		"mon-fri":   {1: true, 2: true, 3: true, 4: true, 5: true},
		"fri-mon":   {5: true, 6: true, 0: true, 1: true},
		"月-金":       {1: true, 2: true, 3: true, 4: true, 5: true},
		"mon,wed,日": {0: true, 1: true, 3: true},
		"sun":       {0: true},
		"tue , thu": {2: true, 4: true},
		"sun-sat":   {true, true, true, true, true, true, true},
	} {
		if got, err := weekdays(s); err != nil || got != want {
			t.Errorf("%q: %v %v", s, got, err)
		}
	}
	for _, s := range []string{"", "someday", "mon-", "月火", "mon;tue", "\xe6\x9c"} {
		if got, err := weekdays(s); err == nil {
			t.Errorf("%q: %v", s, got)
		}
	}
}

func FuzzHoursOf(f *testing.F) {
	for _, s := range []string{"today 09:00-17:00", "R8.4.1", "mon-fri", "月-金", "24:00-"} {
		f.Add(s)
	}
	f.Fuzz(func(_ *testing.T, s string) {
		_, _ = hoursOf(s, morning)
		_, _ = weekdays(s)
	})
}
