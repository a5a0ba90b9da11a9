package clerk_test

import (
	"strings"
	"testing"
	"time"

	"kidoban/cmd/clerk"
	"kidoban/controller/access"
)

// noon of the day on which these clerks write: Wednesday, 1 April 2026 in Japan, still 31 March further west.
var morning = time.Date(2026, 3, 31, 23, 30, 0, 0, time.UTC)

func stamp(t time.Time) string { return t.In(access.JST).Format("2006-01-02 15:04:05") }

func TestMoment(t *testing.T) {
	for s, want := range map[string]string{
		"2026-04-01 09:00":      "2026-04-01 09:00:00",
		"2026-04-01T09:00":      "2026-04-01 09:00:00",
		"2026-04-01T00:00:00Z":  "2026-04-01 09:00:00",
		"2026/4/1 9:05":         "2026-04-01 09:05:00",
		"R8.4.1 09:05:07":       "2026-04-01 09:05:07",
		"令和8年4月1日 09:00":        "2026-04-01 09:00:00",
		"令和元年5月1日":              "2019-05-01 00:00:00",
		"H31.4.30 24:00":        "2019-05-01 00:00:00",
		"today 09:00":           "2026-04-01 09:00:00",
		"今日 09:00":              "2026-04-01 09:00:00",
		"09:00":                 "2026-04-01 09:00:00",
		"tomorrow 0:00":         "2026-04-02 00:00:00",
		"明日":                    "2026-04-02 00:00:00",
		"yesterday":             "2026-03-31 00:00:00",
		"now":                   "2026-04-01 08:30:00",
		"  2026-04-01   09:00 ": "2026-04-01 09:00:00",
	} {
		at, whole, err := clerk.Moment(s, morning)
		if err != nil || stamp(at) != want || whole != !strings.Contains(s, ":") && s != "now" {
			t.Errorf("%q: %s, whole %v, %v; want %s", s, stamp(at), whole, err, want)
		}
	}
	for s, want := range map[string]string{
		"someday":          "is not a day",
		"":                 "is not a day",
		"R8.4.31":          "no such day",
		"H31.5.1":          "平成",
		"2026-04-01 25:00": "no time of the day",
		"2026-04-01 24:01": "no time of the day",
		"2026-04-01 9":     "no time of the day",
		"2026-04-01 9:5":   "no time of the day",
		"9:00 extra":       "is not a day",
		"２０２６年４月１日":        "full-width",
	} {
		if at, _, err := clerk.Moment(s, morning); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %s, %v; want %q", s, stamp(at), err, want)
		}
	}
}

func TestFiscalYearAndMonth(t *testing.T) {
	for s, want := range map[string]int{"2026": 2026, "2026年度": 2026, "R8": 2026, "R8年度": 2026, "令和8年度": 2026, "令和8": 2026, "令和元年度": 2019, "R1": 2019, "H30": 2018, "昭和63年度": 1988} {
		if got, err := clerk.Fiscal(s); err != nil || got != want {
			t.Errorf("%q: %d %v, want %d", s, got, err, want)
		}
	}
	for _, s := range []string{"", "26", "R", "X8", "8", "令和", "year"} {
		if got, err := clerk.Fiscal(s); err == nil {
			t.Errorf("%q: %d", s, got)
		}
	}
	for s, want := range map[string]string{"2026-04": "2026-04-01", "2026/4": "2026-04-01", "R8.4": "2026-04-01", "令和8年4月": "2026-04-01", "令和元年12月": "2019-12-01"} {
		if got, err := clerk.Month(s); err != nil || got.Format("2006-01-02") != want {
			t.Errorf("%q: %v %v", s, got, err)
		}
	}
	for _, s := range []string{"", "2026", "4", "R8", "2026-13", "April"} {
		if got, err := clerk.Month(s); err == nil {
			t.Errorf("%q: %v", s, got)
		}
	}
}

func FuzzMoment(f *testing.F) {
	for _, s := range []string{"today 09:00", "R8.4.1", "令和8年4月1日 9:00", "2026-04-01T09:00", "24:00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		at, _, err := clerk.Moment(s, morning)
		if err == nil && (at.Year() < 1 || at.Year() > 9999) {
			t.Errorf("%q: %v", s, at)
		}
		_, _ = clerk.Fiscal(s)
		_, _ = clerk.Month(s)
	})
}
