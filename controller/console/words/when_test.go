package words_test

import (
	"testing"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/console/words"
)

func TestWhen(t *testing.T) {
	at := time.Date(2026, time.November, 23, 16, 50, 3, 0, access.JST).UTC()
	ja, en := access.Japanese, access.English
	for _, c := range []struct{ got, want string }{
		{words.Date(ja, at), "令和8年11月23日(月)"}, {words.Date(en, at), "23 November 2026"},
		{words.Time(ja, at), "令和8年11月23日(月) 16:50"}, {words.Time(en, at), "23 November 2026 16:50"},
		{words.Stamp(at), "2026-11-23 16:50:03"}, {words.Minute(at), "2026-11-23 16:50"}, {words.Day(at), "2026-11-23"}, {words.Clock(at), "16:50"},
		{words.Time(ja, time.Time{}), ""}, {words.Stamp(time.Time{}), ""},
		{words.Time(ja, time.Date(2026, 3, 31, 15, 5, 0, 0, time.UTC)), "令和8年4月1日(水) 00:05"},
		{words.Period(ja, at, at.Add(time.Hour)), "令和8年11月23日(月) 16:50〜17:50"},
		{words.Period(en, at, at.Add(24*time.Hour)), "23 November 2026 16:50 – 24 November 2026 16:50"},
		{words.Period(ja, at, time.Time{}), "令和8年11月23日(月) 16:50から"}, {words.Period(en, time.Time{}, at), "until 23 November 2026 16:50"},
		{words.Period(ja, time.Time{}, time.Time{}), "期限の定めなし"},
		{words.Month(ja, "2026-11"), "令和8年11月"}, {words.Month(en, "2026-11"), "November 2026"}, {words.Month(ja, "2019-05"), "令和元年5月"},
		{words.Month(ja, "soon"), "soon"}, {words.FiscalYear(ja, 2026), "令和8年度"}, {words.FiscalYear(en, 2026), "FY2026"},
		{words.Span(ja, 25*time.Minute), "25分"}, {words.Span(ja, 190*time.Minute), "3時間10分"}, {words.Span(ja, 40*time.Second), "40秒"},
		{words.Span(ja, 52*time.Hour+59*time.Minute), "2日4時間"}, {words.Span(en, 190*time.Minute), "3 h 10 min"}, {words.Span(en, time.Hour), "1 h"},
		{words.Span(ja, 0), "0秒"}, {words.Span(ja, -90*time.Second), "-1分30秒"}, {words.Span(ja, 300*time.Millisecond), "0秒"},
		{words.Ago(ja, at, at.Add(10*time.Second)), "たった今"}, {words.Ago(ja, at, at.Add(3*time.Minute+50*time.Second)), "3分前"},
		{words.Ago(en, at, at.Add(2*time.Hour+40*time.Minute)), "2 h ago"}, {words.Ago(ja, at, at.Add(25*time.Hour)), "令和8年11月23日(月) 16:50"},
		{words.Ago(ja, at, at.Add(-time.Hour)), "令和8年11月23日(月) 16:50"}, {words.Ago(ja, time.Time{}, at), ""},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func FuzzSpan(f *testing.F) {
	f.Add(int64(0), int64(1))
	f.Add(int64(-1)<<63, int64(1)<<62)
	f.Fuzz(func(t *testing.T, d, at int64) {
		for _, l := range []access.Language{access.Japanese, access.English} {
			if words.Span(l, time.Duration(d)) == "" || words.Ago(l, time.Unix(at%1e11, 0), time.Unix(0, 0)) == "" {
				t.Errorf("%d, %d: nothing is said", d, at)
			}
		}
	})
}
