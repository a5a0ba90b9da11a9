package retention

import (
	"fmt"
	"strconv"
	"time"

	"kidoban/controller/access"
)

// era is one of the Japanese calendar. A new one is a new row.
type era struct {
	name   string // 令和
	letter string // R
	roman  string // Reiwa
	from   Date   // its first day
	fiscal int    // the fiscal year that is named its 元年度, or the first that has its name
	zero   int    // the year before its first
}

var eras = [...]era{ // the newest first
	{"令和", "R", "Reiwa", Date{2019, time.May, 1}, 2019, 2018},
	{"平成", "H", "Heisei", Date{1989, time.January, 8}, 1989, 1988},
	{"昭和", "S", "Showa", Date{1926, time.December, 25}, 1927, 1925},
}

var weekdays = [...]string{"日", "月", "火", "水", "木", "金", "土"}

func eraOf(d Date) (era, bool) {
	for _, e := range eras {
		if !d.Before(e.from) {
			return e, true
		}
	}
	return era{}, false
}

// ordinal writes a year of an era: 元 for the first.
func ordinal(n int) string {
	if n == 1 {
		return "元"
	}
	return fmt.Sprint(n)
}

// Era is the day in a sentence, without its weekday: 令和8年4月1日.
func (d Date) Era() string {
	e, known := eraOf(d)
	if !known {
		return fmt.Sprintf("西暦%d年%d月%d日", d.Year, d.Month, d.Day)
	}
	return fmt.Sprintf("%s%s年%d月%d日", e.name, ordinal(d.Year-e.zero), d.Month, d.Day)
}

// EraShort is the day in a table: R8.4.1.
func (d Date) EraShort() string {
	e, known := eraOf(d)
	if !known {
		return d.String()
	}
	return fmt.Sprintf("%s%d.%d.%d", e.letter, d.Year-e.zero, d.Month, d.Day)
}

// EraDate is the day of t in a sentence: 令和8年4月1日(水).
func EraDate(t time.Time) string {
	return On(t).Era() + "(" + weekdays[t.In(access.JST).Weekday()] + ")"
}

// EraDateTime is t in a sentence, to the minute: 令和8年4月1日(水)午前9時5分.
func EraDateTime(t time.Time) string {
	t = t.In(access.JST)
	half, hour := "午前", t.Hour()
	if hour >= 12 {
		half, hour = "午後", hour-12
	}
	return fmt.Sprintf("%s%s%d時%d分", EraDate(t), half, hour, t.Minute())
}

// EraSecond is t in a form, to the second: 令和8年4月1日(水)9時05分12秒.
func EraSecond(t time.Time) string {
	t = t.In(access.JST)
	return EraDate(t) + strconv.Itoa(t.Hour()) + t.Format("時04分05秒")
}

// EraShort is the day of t in a table: R8.4.1.
func EraShort(t time.Time) string { return On(t).EraShort() }

// EraShortTime is t in a table: R8.4.1 09:05.
func EraShortTime(t time.Time) string { return EraShort(t) + t.In(access.JST).Format(" 15:04") }

// FiscalYearLabel names a fiscal year: 令和8年度, FY2026.
func FiscalYearLabel(year int, l access.Language) string {
	if l == access.English {
		return fmt.Sprintf("FY%d", year)
	}
	for _, e := range eras {
		if year >= e.fiscal {
			return e.name + ordinal(year-e.zero) + "年度"
		}
	}
	return fmt.Sprintf("西暦%d年度", year)
}
