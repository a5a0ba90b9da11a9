package access

import "time"

// The public holidays follow the law (国民の祝日に関する法律, 昭和23年法律第178号) as it stood in each year: fixed days,
// Mondays, equinoxes, days of ceremony, the moves for the Games, substitute days (Article 3(2)) and days between two
// holidays (Article 3(3)).
const (
	firstYear = 1980
	lastYear  = 2099 // the equinox formula ends here

	// The equinoxes of a year are announced in February of the year before it; from later years on the days are the
	// formula's and the law's as it stands now.
	announcedYear = 2027
)

// NationalHoliday is one public holiday (祝日, 振替休日 or 国民の休日).
type NationalHoliday struct {
	Month time.Month
	Day   int
	Name  string
}

// HolidaysAnnouncedUntil is the end of the last year whose holidays were announced when this table was made.
func HolidaysAnnouncedUntil() time.Time {
	return time.Date(announcedYear+1, time.January, 1, 0, 0, 0, 0, JST)
}

// HolidayNotice is how long before HolidaysAnnouncedUntil people are warned.
const HolidayNotice = 60 * 24 * time.Hour

// HolidaysRunOut reports whether fewer than HolidayNotice remain of the announced holidays.
func HolidaysRunOut(at time.Time) bool { return HolidaysAnnouncedUntil().Sub(at) < HolidayNotice }

// NationalHolidays lists the public holidays of a year from 1980 to 2099 in order, none of other years.
func NationalHolidays(year int) []NationalHoliday {
	if year < firstYear || year > lastYear {
		return nil
	}
	all := make([]NationalHoliday, 0, 24)
	n, after := days(year, time.January, 1), false
	for m := time.January; m <= time.December; m++ {
		for d := range monthDays(year, m) {
			name := celebrated(year, m, d+1)
			celebrates := name != ""
			if !celebrates && after {
				name = derived(year, n)
			}
			if name != "" {
				all = append(all, NationalHoliday{m, d + 1, name})
			}
			n, after = n+1, celebrates
		}
	}
	return all
}

// national reports whether a day is a public holiday.
func national(y int, m time.Month, d int) bool {
	n := days(y, m, d)
	return celebratedOn(n) || celebratedOn(n-1) && derived(y, n) != ""
}

// derived names what day n, after a celebrated day and itself none, is by its neighbours.
func derived(y int, n int64) string {
	switch {
	case substitute(y, n):
		return "振替休日"
	case y >= 1986 && weekday(n) != time.Sunday && celebratedOn(n+1):
		return "国民の休日"
	}
	return ""
}

// substitute reports whether day n, itself not celebrated but after one that is, stands in for a Sunday: until 2006 only
// the Monday after it, from 2007 the next day that is not celebrated.
func substitute(y int, n int64) bool {
	if y < 2007 {
		return weekday(n) == time.Monday
	}
	for n--; celebratedOn(n); n-- {
		if weekday(n) == time.Sunday {
			return true
		}
	}
	return false
}

func celebratedOn(n int64) bool {
	y, m, d := date(n)
	return celebrated(y, m, d) != ""
}

// celebrated names the 国民の祝日 on a day, without substitutes and days between.
func celebrated(y int, m time.Month, d int) string {
	if name := ceremony(y, m, d); name != "" {
		return name
	}
	switch m {
	case time.January:
		switch {
		case d == 1:
			return "元日"
		case y < 2000 && d == 15, y >= 2000 && nthMonday(y, m, d, 2):
			return "成人の日"
		}
	case time.February:
		switch {
		case d == 11:
			return "建国記念の日"
		case d == 23 && y >= 2020:
			return "天皇誕生日"
		}
	case time.March:
		if d == equinox(y, 20_843_100) {
			return "春分の日"
		}
	case time.April, time.May:
		return goldenWeek(y, m, d)
	case time.July, time.August:
		return summer(y, m, d)
	case time.September:
		switch {
		case y < 2003 && d == 15, y >= 2003 && nthMonday(y, m, d, 3):
			return "敬老の日"
		case d == equinox(y, 23_248_800):
			return "秋分の日"
		}
	case time.October:
		return sports(y, m, d)
	case time.November:
		switch d {
		case 3:
			return "文化の日"
		case 23:
			return "勤労感謝の日"
		}
	case time.December:
		if d == 23 && y >= 1989 && y <= 2018 {
			return "天皇誕生日"
		}
	}
	return ""
}

// ceremony names the days made holidays once by a law of their own.
func ceremony(y int, m time.Month, d int) string {
	switch [3]int{y, int(m), d} {
	case [3]int{1989, 2, 24}:
		return "大喪の礼"
	case [3]int{1990, 11, 12}, [3]int{2019, 10, 22}:
		return "即位礼正殿の儀"
	case [3]int{1993, 6, 9}:
		return "結婚の儀"
	case [3]int{2019, 5, 1}:
		return "即位の日"
	}
	return ""
}

func goldenWeek(y int, m time.Month, d int) string {
	switch {
	case m == time.April && d == 29 && y < 1989:
		return "天皇誕生日"
	case m == time.April && d == 29 && y < 2007, m == time.May && d == 4 && y >= 2007:
		return "みどりの日"
	case m == time.April && d == 29:
		return "昭和の日"
	case m == time.May && d == 3:
		return "憲法記念日"
	case m == time.May && d == 5:
		return "こどもの日"
	}
	return ""
}

// summer knows the moves of 2020 and 2021 for the Games (平成30年法律第55号, 令和2年法律第68号).
func summer(y int, m time.Month, d int) string {
	marine, mountain, sport := 0, 11, 0
	switch y {
	case 2020:
		marine, mountain, sport = 23, 10, 24
	case 2021:
		marine, mountain, sport = 22, 8, 23
	}
	switch {
	case m == time.July && d == sport:
		return "スポーツの日"
	case m == time.July && marine != 0:
		if d == marine {
			return "海の日"
		}
	case m == time.July && (y >= 2003 && nthMonday(y, m, d, 3) || y >= 1996 && y < 2003 && d == 20):
		return "海の日"
	case m == time.August && y >= 2016 && d == mountain:
		return "山の日"
	}
	return ""
}

func sports(y int, m time.Month, d int) string {
	switch {
	case y < 2000 && d == 10, y >= 2000 && y < 2020 && nthMonday(y, m, d, 2):
		return "体育の日"
	case y >= 2022 && nthMonday(y, m, d, 2):
		return "スポーツの日"
	}
	return ""
}

func nthMonday(y int, m time.Month, d, n int) bool {
	return (d-1)/7+1 == n && weekday(days(y, m, d)) == time.Monday
}

// equinox is the day of the month by the usual formula for 1980 to 2099, base in millionths of a day.
func equinox(y, base int) int {
	n := y - 1980
	return (base+242_194*n)/1_000_000 - n/4
}
