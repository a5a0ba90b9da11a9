package words

import (
	"fmt"
	"strings"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/retention"
)

// Date is a day in a sentence: 令和8年11月23日(月), 23 November 2026. A zero time is "".
func Date(l access.Language, t time.Time) string { return access.Date(t, l) }

// Time is a minute in a sentence: 令和8年11月23日(月) 16:50, 23 November 2026 16:50.
func Time(l access.Language, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return Date(l, t) + " " + Clock(t)
}

// Stamp is a second in a table, in either language: 2026-11-23 16:50:03.
func Stamp(t time.Time) string { return format(t, "2006-01-02 15:04:05") }

// Minute is a minute in a table: 2026-11-23 16:50.
func Minute(t time.Time) string { return format(t, "2006-01-02 15:04") }

// Day is a day in a table: 2026-11-23.
func Day(t time.Time) string { return format(t, time.DateOnly) }

// Clock is the time of day alone: 16:50.
func Clock(t time.Time) string { return format(t, "15:04") }

func format(t time.Time, layout string) string {
	if t.IsZero() {
		return ""
	}
	return t.In(access.JST).Format(layout)
}

// Period is from one minute to another: 令和8年4月1日(水) 09:00〜17:00. Without an end it says so.
func Period(l access.Language, from, until time.Time) string {
	switch {
	case from.IsZero() && until.IsZero():
		return word{"期限の定めなし", "no end set"}.in(l)
	case until.IsZero():
		return word{Time(l, from) + "から", "from " + Time(l, from)}.in(l)
	case from.IsZero():
		return word{Time(l, until) + "まで", "until " + Time(l, until)}.in(l)
	}
	end := Time(l, until)
	if Day(from) == Day(until) {
		end = Clock(until)
	}
	return Time(l, from) + word{"〜", " – "}.in(l) + end
}

// Month is a month of the calendar, of "2026-11": 令和8年11月, November 2026. What is no month is shown as it came.
func Month(l access.Language, month string) string {
	t, err := time.ParseInLocation("2006-01", month, access.JST)
	if err != nil {
		return month
	}
	if l == access.English {
		return t.Format("January 2006")
	}
	day := retention.On(t).Era()
	return strings.TrimSuffix(day, "1日")
}

// FiscalYear is a fiscal year: 令和8年度, FY2026.
func FiscalYear(l access.Language, year int) string { return retention.FiscalYearLabel(year, l) }

// Span is a length of time, to the second below a minute, then to the minute: 40秒, 25分, 3時間10分, 2日4時間.
func Span(l access.Language, d time.Duration) string {
	if d < 0 {
		return "-" + Span(l, -max(d, -1<<62))
	}
	units := [...]struct {
		size time.Duration
		name word
	}{
		{24 * time.Hour, word{"日", " d"}}, {time.Hour, word{"時間", " h"}}, {time.Minute, word{"分", " min"}}, {time.Second, word{"秒", " s"}},
	}
	for i, u := range units {
		if d < u.size {
			continue
		}
		text := fmt.Sprint(int64(d/u.size)) + u.name.in(l)
		if i+1 < len(units) {
			next := units[i+1]
			if rest := d % u.size / next.size; rest > 0 {
				text += word{"", " "}.in(l) + fmt.Sprint(int64(rest)) + next.name.in(l)
			}
		}
		return text
	}
	return word{"0秒", "0 s"}.in(l)
}

// Ago is how long before now something was, coarsely: たった今, 3分前, 2時間前, then the day.
func Ago(l access.Language, t, now time.Time) string {
	d := now.Sub(t)
	switch {
	case t.IsZero():
		return ""
	case d < -time.Minute, d >= 24*time.Hour:
		return Time(l, t)
	case d < time.Minute:
		return word{"たった今", "just now"}.in(l)
	case d < time.Hour:
		d = d.Truncate(time.Minute)
	default:
		d = d.Truncate(time.Hour)
	}
	return Span(l, d) + word{"前", " ago"}.in(l)
}
