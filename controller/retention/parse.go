package retention

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"kidoban/controller/access"
)

const howDates = "write it as 2024-02-29, R6.2.29 or 令和6年2月29日"

// ParseDate reads a day as people write it: 2024-02-29, 2024/2/29, R6.2.29, 令和6年2月29日, or an instant with its offset,
// which is the day in Japan. A day that is not of the era it names is refused, and said how it is written.
func ParseDate(s string) (Date, error) {
	s = narrow(strings.TrimSpace(s))
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return On(t), nil
	}
	name, rest := cutEra(s)
	first := strings.HasPrefix(rest, "元")
	if first {
		rest = "1" + strings.TrimPrefix(rest, "元")
	}
	y, m, d, err := threeNumbers(rest)
	switch {
	case err != nil:
		return Date{}, fmt.Errorf("%q is no date: %s", s, howDates)
	case name == nil && (first || y < 1868 || y > 9998):
		return Date{}, fmt.Errorf("%q has no year of four digits and no era: %s", s, howDates)
	case name == nil:
		return exists(s, y, m, d)
	case y < 1:
		return Date{}, fmt.Errorf("%q: the first year of %s is %s元年", s, name.name, name.name)
	}
	day, err := exists(s, y+name.zero, m, d)
	if err != nil {
		return Date{}, err
	}
	is, known := eraOf(day)
	switch {
	case !known || day.Before(name.from):
		return Date{}, fmt.Errorf("%q lies before %s, which begins on %s: %s is %s", s, name.name, name.from, day, day.Era())
	case is.name != name.name:
		return Date{}, fmt.Errorf("%q lies after %s: that day is %s (%s, %s)", s, name.name, day.Era(), day.EraShort(), day)
	}
	return day, nil
}

// narrow makes full-width letters, digits and signs the usual ones.
func narrow(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			return r - '！' + '!'
		}
		return r
	}, s)
}

func cutEra(s string) (*era, string) {
	for i := range eras {
		e := &eras[i]
		for _, word := range []string{e.name, e.roman, e.letter} {
			if len(s) > len(word) && strings.EqualFold(s[:len(word)], word) {
				return e, strings.TrimLeft(s[len(word):], " .")
			}
		}
	}
	return nil, s
}

var errNumbers = errors.New("not three numbers")

// threeNumbers are year, month and day, apart by signs or words.
func threeNumbers(s string) (y int, m time.Month, d int, err error) {
	s = strings.TrimSuffix(strings.NewReplacer("年", "-", "月", "-", "/", "-", ".", "-").Replace(s), "日")
	part := strings.Split(s, "-")
	if len(part) != 3 {
		return 0, 0, 0, errNumbers
	}
	var n [3]int
	for i, p := range part {
		if n[i], err = strconv.Atoi(p); err != nil || n[i] < 0 || len(p) > 4 || p[0] == '+' {
			return 0, 0, 0, errNumbers
		}
	}
	return n[0], time.Month(n[1]), n[2], nil
}

func exists(s string, y int, m time.Month, d int) (Date, error) {
	day := On(time.Date(y, m, d, 0, 0, 0, 0, access.JST))
	if day != (Date{y, m, d}) {
		return Date{}, fmt.Errorf("%q: there is no such day; %d-%02d has days 1 to %d", s, y, clampMonth(m), daysIn(y, clampMonth(m)))
	}
	return day, nil
}

func clampMonth(m time.Month) time.Month { return min(max(m, time.January), time.December) }

func daysIn(y int, m time.Month) int { return time.Date(y, m+1, 0, 0, 0, 0, 0, access.JST).Day() }
