package retention_test

import (
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/retention"
)

func jst(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 12, 0, 0, 0, access.JST) }

// The regulation's own cases (Article 25(1) and (3)), and how each day is written.
func TestGolden(t *testing.T) {
	for _, c := range []struct {
		at                    time.Time
		era, short            string
		fiscal                int
		operation, register   string
		registerEra, fiscalJa string
	}{
		{jst(2024, 2, 28), "令和6年2月28日(水)", "R6.2.28", 2023, "2029-02-27", "2029-03-31", "R11.3.31", "令和5年度"},
		{jst(2024, 2, 29), "令和6年2月29日(木)", "R6.2.29", 2023, "2029-02-28", "2029-03-31", "R11.3.31", "令和5年度"},
		{jst(2024, 3, 1), "令和6年3月1日(金)", "R6.3.1", 2023, "2029-02-28", "2029-03-31", "R11.3.31", "令和5年度"},
		{jst(2023, 3, 1), "令和5年3月1日(水)", "R5.3.1", 2022, "2028-02-29", "2028-03-31", "R10.3.31", "令和4年度"},
		{jst(2025, 3, 31), "令和7年3月31日(月)", "R7.3.31", 2024, "2030-03-30", "2030-03-31", "R12.3.31", "令和6年度"},
		{jst(2025, 4, 1), "令和7年4月1日(火)", "R7.4.1", 2025, "2030-03-31", "2031-03-31", "R13.3.31", "令和7年度"},
		{jst(2026, 3, 31), "令和8年3月31日(火)", "R8.3.31", 2025, "2031-03-30", "2031-03-31", "R13.3.31", "令和7年度"},
		{jst(2026, 4, 1), "令和8年4月1日(水)", "R8.4.1", 2026, "2031-03-31", "2032-03-31", "R14.3.31", "令和8年度"},
		{jst(2019, 4, 30), "平成31年4月30日(火)", "H31.4.30", 2019, "2024-04-29", "2025-03-31", "R7.3.31", "令和元年度"},
		{jst(2019, 5, 1), "令和元年5月1日(水)", "R1.5.1", 2019, "2024-04-30", "2025-03-31", "R7.3.31", "令和元年度"},
		{jst(1989, 1, 7), "昭和64年1月7日(土)", "S64.1.7", 1988, "1994-01-06", "1994-03-31", "H6.3.31", "昭和63年度"},
		{jst(1989, 1, 8), "平成元年1月8日(日)", "H1.1.8", 1988, "1994-01-07", "1994-03-31", "H6.3.31", "昭和63年度"},
		{jst(1926, 12, 25), "昭和元年12月25日(土)", "S1.12.25", 1926, "1931-12-24", "1932-03-31", "S7.3.31", "西暦1926年度"},
		{time.Date(2026, 3, 31, 15, 30, 0, 0, time.UTC), "令和8年4月1日(水)", "R8.4.1", 2026, "2031-03-31", "2032-03-31", "R14.3.31", "令和8年度"},
		{time.Date(2026, 3, 31, 14, 59, 59, 0, time.UTC), "令和8年3月31日(火)", "R8.3.31", 2025, "2031-03-30", "2031-03-31", "R13.3.31", "令和7年度"},
	} {
		got := fmt.Sprintln(retention.EraDate(c.at), retention.EraShort(c.at), retention.FiscalYear(c.at), retention.OperationKeepThrough(c.at),
			retention.RegisterKeepThrough(c.at), retention.RegisterKeepThrough(c.at).EraShort(),
			retention.FiscalYearLabel(retention.FiscalYear(c.at), access.Japanese))
		want := fmt.Sprintln(c.era, c.short, c.fiscal, c.operation, c.register, c.registerEra, c.fiscalJa)
		if got != want {
			t.Errorf("%v:\n got %s\nwant %s", c.at, got, want)
		}
	}
}

func TestTimesOfDay(t *testing.T) {
	for at, want := range map[string][3]string{
		"2026-04-01T09:05:12+09:00": {"令和8年4月1日(水)午前9時5分", "令和8年4月1日(水)9時05分12秒", "R8.4.1 09:05"},
		"2026-04-01T00:00:00+09:00": {"令和8年4月1日(水)午前0時0分", "令和8年4月1日(水)0時00分00秒", "R8.4.1 00:00"},
		"2026-04-01T12:00:00+09:00": {"令和8年4月1日(水)午後0時0分", "令和8年4月1日(水)12時00分00秒", "R8.4.1 12:00"},
		"2026-04-01T14:59:59Z":      {"令和8年4月1日(水)午後11時59分", "令和8年4月1日(水)23時59分59秒", "R8.4.1 23:59"},
	} {
		v, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := [3]string{retention.EraDateTime(v), retention.EraSecond(v), retention.EraShortTime(v)}; got != want {
			t.Errorf("%s: %v, want %v", at, got, want)
		}
	}
	if got := retention.FiscalYearLabel(2026, access.English); got != "FY2026" {
		t.Error(got)
	}
}

// lengths of the months of a year, by the calendar's rule and not by package time's.
func lengths(y int) [13]int {
	l := [13]int{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}
	if y%4 == 0 && y%100 != 0 || y%400 == 0 {
		l[2] = 29
	}
	return l
}

// Every day of 2000 to 2399 against the law's own words, day by day: five years counted from the day end on the day before
// the one that answers to it; where there is none, on the last of that month (民法第143条第2項).
func TestEveryDay(t *testing.T) {
	days := 0
	for y := 2000; y < 2400; y++ {
		for m := 1; m <= 12; m++ {
			for d := 1; d <= lengths(y)[m]; d++ {
				days++
				at := time.Date(y, time.Month(m), d, 23, 59, 59, 0, access.JST)
				if got, want := retention.OperationKeepThrough(at).String(), operation(y, m, d); got != want {
					t.Fatalf("operation on %d-%d-%d: kept through %s, want %s", y, m, d, got, want)
				}
				fiscal := y
				if m <= 3 {
					fiscal--
				}
				register := fmt.Sprintf("%04d-03-31", fiscal+6)
				if got := retention.RegisterKeepThrough(at).String(); got != register || retention.FiscalYear(at) != fiscal {
					t.Fatalf("register on %d-%d-%d: kept through %s, want %s", y, m, d, got, register)
				}
				if register < operation(y, m, d) {
					t.Fatalf("%d-%d-%d: the register's end is before the operation log's", y, m, d)
				}
			}
		}
	}
	if days != 146_097 {
		t.Errorf("%d days", days)
	}
}

func operation(y, m, d int) string {
	y += 5
	switch l := lengths(y); {
	case d > l[m]: // no such day: the end of the month
		d = l[m]
	case d > 1:
		d--
	case m > 1:
		m--
		d = l[m]
	default:
		y, m, d = y-1, 12, 31
	}
	return fmt.Sprintf("%04d-%02d-%02d", y, m, d)
}

// Dates are Japan's whatever TZ says.
func TestWhateverTZ(t *testing.T) {
	if os.Getenv("KIDOBAN_TEST_TZ") != "" {
		return
	}
	for _, tz := range []string{"UTC", "Pacific/Kiritimati", "America/Anchorage", "Asia/Tokyo", "nonsense"} {
		c := exec.Command(os.Args[0], "-test.run=^(TestGolden|TestTimesOfDay|TestParse|TestEraOfEveryDay)$", "-test.count=1")
		c.Env = append(os.Environ(), "TZ="+tz, "KIDOBAN_TEST_TZ=1")
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("TZ=%s: %v\n%s", tz, err, out)
		}
	}
}

// Each day from the first of 昭和 on is read back from both its forms.
func TestEraOfEveryDay(t *testing.T) {
	for at := jst(1926, 12, 25); at.Year() < 2100; at = at.AddDate(0, 0, 1) {
		want := retention.On(at)
		for _, text := range []string{want.String(), want.Era(), want.EraShort()} {
			if got, err := retention.ParseDate(text); err != nil || got != want {
				t.Fatalf("%s: %v, %v", text, got, err)
			}
		}
	}
}

func TestParse(t *testing.T) {
	for text, want := range map[string]string{
		"2024-02-29": "2024-02-29", "2024/2/29": "2024-02-29", "R6.2.29": "2024-02-29", "r6.2.29": "2024-02-29",
		"令和6年2月29日": "2024-02-29", "令和６年２月２９日": "2024-02-29", "Ｒ６.２.２９": "2024-02-29", "令和元年5月1日": "2019-05-01",
		"平成31年4月30日": "2019-04-30", "昭和64年1月7日": "1989-01-07", "H1.1.8": "1989-01-08", "Reiwa 6-2-29": "2024-02-29",
		"2026-03-31T15:30:00Z": "2026-04-01", " 2026-04-01 ": "2026-04-01", "2024年2月29日": "2024-02-29",
	} {
		if got, err := retention.ParseDate(text); err != nil || got.String() != want {
			t.Errorf("%s: %v, %v, want %s", text, got, err, want)
		}
	}
	const how = "write it as 2024-02-29, R6.2.29 or 令和6年2月29日"
	for text, want := range map[string]string{
		"":            `"" is no date: ` + how,
		"soon":        `"soon" is no date: ` + how,
		"2024-02":     `"2024-02" is no date: ` + how,
		"24-02-29":    `"24-02-29" has no year of four digits and no era: ` + how,
		"2023-02-29":  `"2023-02-29": there is no such day; 2023-02 has days 1 to 28`,
		"2024-13-01":  `"2024-13-01": there is no such day; 2024-12 has days 1 to 31`,
		"R5.2.29":     `"R5.2.29": there is no such day; 2023-02 has days 1 to 28`,
		"平成31年5月1日":   `"平成31年5月1日" lies after 平成: that day is 令和元年5月1日 (R1.5.1, 2019-05-01)`,
		"平成36年2月29日":  `"平成36年2月29日" lies after 平成: that day is 令和6年2月29日 (R6.2.29, 2024-02-29)`,
		"令和元年4月30日":   `"令和元年4月30日" lies before 令和, which begins on 2019-05-01: 2019-04-30 is 平成31年4月30日`,
		"R0.5.1":      `"R0.5.1": the first year of 令和 is 令和元年`,
		"2024-2--9":   `"2024-2--9" is no date: ` + how,
		"元年5月1日":      `"元年5月1日" has no year of four digits and no era: ` + how,
		"令和6年2月29":    "",
		"昭和元年12月24日":  `"昭和元年12月24日" lies before 昭和, which begins on 1926-12-25: 1926-12-24 is 西暦1926年12月24日`,
		"大正15年12月24日": `"大正15年12月24日" is no date: ` + how,
	} {
		got, err := retention.ParseDate(text)
		if want == "" {
			continue
		}
		if err == nil || err.Error() != want {
			t.Errorf("%q: %v, %v\nwant %s", text, got, err, want)
		}
	}
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"2024-02-29", "R6.2.29", "令和元年5月1日", "平成31.5.1", "元", "R", "--", "2026-03-31T15:30:00Z"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := retention.ParseDate(s)
		if err != nil {
			return
		}
		if again, err := retention.ParseDate(d.String()); d.Year >= 1868 && d.Year < 9999 && (err != nil || again != d) {
			t.Errorf("%q is %v, which is %v, %v", s, d, again, err)
		}
	})
}
