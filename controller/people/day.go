package people

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"kidoban/controller/access"
)

// era is a Japanese era: its first day, and the last, zero while it lasts.
type era struct {
	name, letter string
	first, last  time.Time
}

// eras is the table; a new era is a new row.
var eras = [...]era{
	{"令和", "R", date(2019, 5, 1), time.Time{}},
	{"平成", "H", date(1989, 1, 8), date(2019, 4, 30)},
	{"昭和", "S", date(1926, 12, 25), date(1989, 1, 7)},
}

func date(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, access.JST) }

const dayForms = "write 2026-04-01, 2026/4/1, R8.4.1 or 令和8年4月1日"

// ParseDay reads a day: 00:00 JST of it.
func ParseDay(s string) (time.Time, error) {
	if wideDigits(s) {
		return time.Time{}, errors.New("full-width digits; write them as 0 to 9")
	}
	rest, in := cutEra(s)
	year, month, day, ok := numbers(rest)
	if !ok {
		if len(s) == 5 && onlyDigits(s) {
			return time.Time{}, errors.New("it looks like a spreadsheet's day number; format the cell as a date, or " + dayForms)
		}
		return time.Time{}, errors.New("it is not a day; " + dayForms)
	}
	if in != nil {
		if year < 1 {
			return time.Time{}, errors.New("an era begins with year 1 (元年)")
		}
		year += in.first.Year() - 1
	} else if year < 1900 {
		return time.Time{}, errors.New("the year needs four digits or an era; " + dayForms)
	}
	if year > 2199 {
		return time.Time{}, errors.New("the year is beyond 2199; leave the cell empty for no end")
	}
	t := date(year, time.Month(month), day)
	if t.Month() != time.Month(month) || t.Day() != day {
		return time.Time{}, errors.New("there is no such day in the calendar")
	}
	if in != nil && (t.Before(in.first) || !in.last.IsZero() && t.After(in.last)) {
		return time.Time{}, fmt.Errorf("%s was from %s%s; that day is %s", in.name, in.first.Format("2006-01-02"), until(in.last), eraDay(t))
	}
	return t, nil
}

func until(last time.Time) string {
	if last.IsZero() {
		return " on"
	}
	return " to " + last.Format("2006-01-02")
}

// eraDay writes t in its own era.
func eraDay(t time.Time) string {
	for _, e := range eras {
		if !t.Before(e.first) {
			return fmt.Sprintf("%s%d.%d.%d", e.letter, t.Year()-e.first.Year()+1, t.Month(), t.Day())
		}
	}
	return t.Format("2006-01-02")
}

func cutEra(s string) (string, *era) {
	for i := range eras {
		e := &eras[i]
		if rest, ok := strings.CutPrefix(s, e.name); ok {
			return strings.Replace(rest, "元年", "1年", 1), e
		}
		if len(s) > 1 && strings.EqualFold(s[:1], e.letter) {
			return s[1:], e
		}
	}
	return s, nil
}

// numbers reads year, month and day between one kind of separator.
func numbers(s string) (year, month, day int, ok bool) {
	var parts []string
	if rest, kanji := strings.CutSuffix(s, "日"); kanji {
		y, md, _ := strings.Cut(rest, "年")
		m, d, _ := strings.Cut(md, "月")
		parts = []string{y, m, d}
	} else {
		for _, sep := range []string{"-", "/", "."} {
			if strings.Contains(s, sep) {
				parts = strings.Split(s, sep)
				break
			}
		}
	}
	if len(parts) != 3 {
		return 0, 0, 0, false
	}
	var n [3]int
	for i, p := range parts {
		if len(p) > 4 || !onlyDigits(p) {
			return 0, 0, 0, false
		}
		n[i], _ = strconv.Atoi(p)
	}
	return n[0], n[1], n[2], true
}

func onlyDigits(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

func wideDigits(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= '\uff10' && r <= '\uff19' }) >= 0
}
