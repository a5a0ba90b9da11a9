package access_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"kidoban/controller/access"
)

// The days as they were announced for these years.
func TestHolidaysAnnounced(t *testing.T) {
	for year, want := range map[int]string{
		2019: "1/1 1/14 2/11 3/21 4/29 4/30 5/1 5/2 5/3 5/4 5/5 5/6 7/15 8/11 8/12 9/16 9/23 10/14 10/22 11/3 11/4 11/23",
		2020: "1/1 1/13 2/11 2/23 2/24 3/20 4/29 5/3 5/4 5/5 5/6 7/23 7/24 8/10 9/21 9/22 11/3 11/23",
		2021: "1/1 1/11 2/11 2/23 3/20 4/29 5/3 5/4 5/5 7/22 7/23 8/8 8/9 9/20 9/23 11/3 11/23",
		2022: "1/1 1/10 2/11 2/23 3/21 4/29 5/3 5/4 5/5 7/18 8/11 9/19 9/23 10/10 11/3 11/23",
		2023: "1/1 1/2 1/9 2/11 2/23 3/21 4/29 5/3 5/4 5/5 7/17 8/11 9/18 9/23 10/9 11/3 11/23",
		2024: "1/1 1/8 2/11 2/12 2/23 3/20 4/29 5/3 5/4 5/5 5/6 7/15 8/11 8/12 9/16 9/22 9/23 10/14 11/3 11/4 11/23",
		2025: "1/1 1/13 2/11 2/23 2/24 3/20 4/29 5/3 5/4 5/5 5/6 7/21 8/11 9/15 9/23 10/13 11/3 11/23 11/24",
		2026: "1/1 1/12 2/11 2/23 3/20 4/29 5/3 5/4 5/5 5/6 7/20 8/11 9/21 9/22 9/23 10/12 11/3 11/23",
		2027: "1/1 1/11 2/11 2/23 3/21 3/22 4/29 5/3 5/4 5/5 7/19 8/11 9/20 9/23 10/11 11/3 11/23",
	} {
		var got []string
		for _, h := range access.NationalHolidays(year) {
			got = append(got, fmt.Sprintf("%d/%d", h.Month, h.Day))
		}
		if g := strings.Join(got, " "); g != want {
			t.Errorf("%d:\n got %s\nwant %s", year, g, want)
		}
	}
}

func TestHolidayNames(t *testing.T) {
	name := func(y int, m time.Month, d int) string {
		for _, h := range access.NationalHolidays(y) {
			if h.Month == m && h.Day == d {
				return h.Name
			}
		}
		return ""
	}
	for _, tt := range []struct {
		y    int
		m    time.Month
		d    int
		want string
	}{
		{1988, 4, 29, "天皇誕生日"}, {1989, 4, 29, "みどりの日"}, {2006, 4, 29, "みどりの日"}, {2007, 4, 29, "昭和の日"},
		{1985, 5, 4, ""}, {1988, 5, 4, "国民の休日"}, {1992, 5, 4, "振替休日"}, {2006, 5, 4, "国民の休日"}, {2007, 5, 4, "みどりの日"},
		{1986, 5, 4, ""}, // a Sunday, and not yet a holiday of its own
		{1989, 2, 24, "大喪の礼"}, {1990, 11, 12, "即位礼正殿の儀"}, {1993, 6, 9, "結婚の儀"},
		{1999, 1, 15, "成人の日"}, {2000, 1, 15, ""}, {2000, 1, 10, "成人の日"},
		{1995, 7, 20, ""}, {1996, 7, 20, "海の日"}, {2003, 7, 21, "海の日"}, {2015, 8, 11, ""}, {2016, 8, 11, "山の日"},
		{2002, 9, 15, "敬老の日"}, {2003, 9, 15, "敬老の日"}, {2004, 9, 20, "敬老の日"}, {1999, 10, 10, "体育の日"}, {1999, 10, 11, "振替休日"},
		{2018, 12, 23, "天皇誕生日"}, {2018, 12, 24, "振替休日"}, {2019, 12, 23, ""}, {2019, 2, 23, ""},
		{2019, 4, 30, "国民の休日"}, {2019, 5, 1, "即位の日"}, {2019, 5, 2, "国民の休日"}, {2019, 5, 6, "振替休日"},
		{2020, 10, 12, ""}, {2021, 10, 11, ""}, {2021, 8, 11, ""}, {2021, 8, 9, "振替休日"},
		{2008, 5, 6, "振替休日"}, {2009, 5, 6, "振替休日"}, {2009, 9, 22, "国民の休日"}, {2015, 9, 22, "国民の休日"},
		{2012, 9, 22, "秋分の日"}, {2026, 9, 22, "国民の休日"}, {2032, 9, 21, "国民の休日"}, {1979, 1, 1, ""}, {2100, 1, 1, ""},
	} {
		if got := name(tt.y, tt.m, tt.d); got != tt.want {
			t.Errorf("%d-%02d-%02d: %q, want %q", tt.y, tt.m, tt.d, got, tt.want)
		}
	}
}

func TestHolidaysRunOut(t *testing.T) {
	end := access.HolidaysAnnouncedUntil()
	if h, m, s := end.In(access.JST).Clock(); h+m+s != 0 || end.In(access.JST).YearDay() != 1 {
		t.Errorf("ends at %v, not with a year of Japan", end)
	}
	edge := end.Add(-access.HolidayNotice)
	if access.HolidaysRunOut(edge) || !access.HolidaysRunOut(edge.Add(tick)) || !access.HolidaysRunOut(end.AddDate(1, 0, 0)) {
		t.Error("the notice begins at another time")
	}
}

// A holiday takes its own hours; a local override adds one or takes it away; taking the override away restores the law's.
func TestHolidayHours(t *testing.T) {
	rec := hall()
	rec.Schedules[0].Holiday = []access.Hours{{From: 10 * 60, Until: 11 * 60}}
	r := build(t, rec)
	showa := time.Date(2026, time.April, 29, 12, 0, 0, 0, access.JST) // a Wednesday
	working := showa.AddDate(0, 0, 1)
	want := func(when time.Time, reason access.Reason) {
		t.Helper()
		expect(t, r, ask(t, r, "clerk", func(q *access.Question) { q.At, q.Point.Schedule = at(when), "office" }), reason)
	}
	want(showa, access.OutsideSchedule)
	want(showa.Add(-90*time.Minute), access.Granted)
	want(working, access.Granted)
	put := func(p *access.Problem) {
		t.Helper()
		if p != nil {
			t.Fatal(p)
		}
	}
	put(r.PutHoliday(access.Holiday{Year: 2026, Month: 4, Day: 29, Working: true}))
	put(r.PutHoliday(access.Holiday{Year: 2026, Month: 4, Day: 30}))
	want(showa, access.Granted)
	want(working, access.OutsideSchedule)
	put(r.DeleteHoliday(access.Holiday{Year: 2026, Month: 4, Day: 29}))
	put(r.DeleteHoliday(access.Holiday{Year: 2026, Month: 4, Day: 30}))
	want(showa, access.OutsideSchedule)
	want(working, access.Granted)
}

// Hours that cross midnight belong to the day they start on, whatever the next day is.
func TestHoursAcrossMidnight(t *testing.T) {
	rec := hall()
	rec.Schedules = append(rec.Schedules,
		access.Schedule{ID: "weeknights", Week: weekdays(access.Hours{From: 22 * 60, Until: 6 * 60})},
		access.Schedule{ID: "round", Week: [7][]access.Hours{time.Friday: {{From: 9 * 60, Until: 9 * 60}}}},
		access.Schedule{ID: "eve", Holiday: []access.Hours{{From: 23 * 60, Until: 60}}},
	)
	r := build(t, rec)
	for _, tt := range []struct {
		schedule access.ScheduleID
		when     string
		want     access.Reason
	}{
		{"weeknights", "2026-04-29T03:00:00+09:00", access.Granted}, // Tuesday's night runs into the holiday
		{"weeknights", "2026-04-29T23:00:00+09:00", access.OutsideSchedule},
		{"weeknights", "2026-04-30T03:00:00+09:00", access.OutsideSchedule}, // the holiday had no night
		{"weeknights", "2026-04-30T22:00:00+09:00", access.Granted},
		{"round", "2026-04-03T08:59:59.999999999+09:00", access.OutsideSchedule},
		{"round", "2026-04-03T09:00:00+09:00", access.Granted}, // From = Until is 24 hours
		{"round", "2026-04-04T08:59:59.999999999+09:00", access.Granted},
		{"round", "2026-04-04T09:00:00+09:00", access.OutsideSchedule},
		{"eve", "2026-12-31T23:30:00+09:00", access.OutsideSchedule},
		{"eve", "2026-01-01T23:30:00+09:00", access.Granted},
		{"eve", "2026-01-02T00:59:59.999999999+09:00", access.Granted},
		{"eve", "2026-01-02T01:00:00+09:00", access.OutsideSchedule},
		{"always", "2026-04-29T12:00:00+09:00", access.Granted},
		{"always", "2098-12-31T23:59:59+09:00", access.Granted},
		{"always", "2100-01-01T00:00:00+09:00", access.OutsideSchedule}, // beyond the calendar nothing is open
		{"always", "1979-12-31T23:59:59+09:00", access.OutsideSchedule},
		{"always", "1970-01-01T00:00:00Z", access.OutsideSchedule},
	} {
		when, err := time.Parse(time.RFC3339Nano, tt.when)
		if err != nil {
			t.Fatal(err)
		}
		q := ask(t, r, "clerk", func(q *access.Question) { q.At, q.Point.Schedule = at(when), tt.schedule })
		if d := access.Decide(r, q); d.Reason != tt.want {
			t.Errorf("%s at %s: %v, want %v", tt.schedule, tt.when, d.Reason, tt.want)
		}
	}
}
