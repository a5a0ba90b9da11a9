package draw

import (
	"strconv"
	"strings"
	"time"

	"kidoban/controller/access"
)

// The charts of the figures. Staff are those of Article 20(1), visitors the 入室者, one count a category each.

var (
	entriesByHour  = word{"時刻別の入室", "Entries by hour"}
	entriesByDay   = word{"日別の入室", "Entries by day"}
	entriesByMonth = word{"月別の入室", "Entries by month"}
	lengths        = word{"在室時間の分布", "Length of stays"}
	staff          = word{"職員", "Staff"}
	visitors       = word{"入室者", "Visitors"}
	entries        = word{"件", ""}
	offDays        = word{"土日・祝日・休日", "Weekends and holidays"}
	hour           = word{"時", "Hour"}
	day            = word{"日", "Day"}
	month          = word{"月", "Month"}
	stay           = word{"在室時間", "Stay"}
)

func (c Chart) of(l access.Language, id string, title, categories word, inside, guests []int) Chart {
	c.ID, c.Lang, c.Title, c.Of, c.Unit = id, l, title.in(l), categories.in(l), entries.in(l)
	c.Series = []Series{{staff.in(l), inside}, {visitors.in(l), guests}}
	return c
}

// Hours are the entries by the hour of the day, of 24.
func Hours(l access.Language, id string, staff, visitors []int) Chart {
	var c Chart
	for h := range 24 {
		k := Category{Name: clock(h) + word{"〜", "–"}.in(l) + clock(h+1)}
		if h%3 == 0 {
			k.Label = strconv.Itoa(h) + word{"時", ""}.in(l)
		}
		c.Categories = append(c.Categories, k)
	}
	return c.of(l, id, entriesByHour, hour, staff, visitors)
}

func clock(h int) string { return strconv.Itoa(h) + ":00" }

// Days are the entries by day, from a first one on: a month's. closed says of what else than weekends and public holidays
// the office is closed; nil = of nothing.
func Days(l access.Language, id string, first time.Time, staff, visitors []int, closed func(time.Time) bool) Chart {
	c := Chart{Off: offDays.in(l)}
	first = first.In(access.JST)
	for i := range max(len(staff), len(visitors)) {
		d := first.AddDate(0, 0, i)
		name := holiday(d)
		k := Category{Name: dayName(l, d, name), Off: name != "" || d.Weekday() == time.Saturday || d.Weekday() == time.Sunday || closed != nil && closed(d)}
		if d.Day() == 1 || d.Day()%5 == 0 && d.Day() <= 30 {
			k.Label = strconv.Itoa(d.Day())
		}
		c.Categories = append(c.Categories, k)
	}
	return c.of(l, id, entriesByDay, day, staff, visitors)
}

func holiday(d time.Time) string {
	for _, h := range access.NationalHolidays(d.Year()) {
		if h.Month == d.Month() && h.Day == d.Day() {
			return h.Name
		}
	}
	return ""
}

var weekdays = [...]string{"日", "月", "火", "水", "木", "金", "土"}

func dayName(l access.Language, d time.Time, holiday string) string {
	if l == access.English {
		text := d.Format("Mon 2 Jan")
		if holiday != "" {
			text += " (" + holiday + ")"
		}
		return text
	}
	text := strconv.Itoa(int(d.Month())) + "月" + strconv.Itoa(d.Day()) + "日(" + weekdays[d.Weekday()]
	if holiday != "" {
		text += "・" + holiday
	}
	return text + ")"
}

// Months are the entries by month, from a first one on: a fiscal year's.
func Months(l access.Language, id string, first time.Time, staff, visitors []int) Chart {
	var c Chart
	first = first.In(access.JST)
	for i := range max(len(staff), len(visitors)) {
		m := first.AddDate(0, i, 0)
		k := Category{Label: m.Format("Jan"), Name: m.Format("January 2006")}
		if l != access.English {
			k.Label = strconv.Itoa(int(m.Month())) + "月"
			k.Name = strconv.Itoa(m.Year()) + "年" + k.Label
		}
		c.Categories = append(c.Categories, k)
	}
	return c.of(l, id, entriesByMonth, month, staff, visitors)
}

// Stays are the lines whose length is known, by length: bounds are where one class ends and the next begins, so that there
// is one count more than bounds.
func Stays(l access.Language, id string, bounds []time.Duration, staff, visitors []int) Chart {
	var c Chart
	for i := range len(bounds) + 1 {
		var k Category
		switch {
		case i == len(bounds):
			k.Label = longest(l, bounds)
			k.Name = k.Label
		case i == 0:
			k.Label = shorter(l, bounds[0])
			k.Name = word{span(l, bounds[0]) + "未満", "under " + span(l, bounds[0])}.in(l)
		default:
			k.Label = shorter(l, bounds[i])
			k.Name = word{span(l, bounds[i-1]) + "以上" + span(l, bounds[i]) + "未満", span(l, bounds[i-1]) + " to " + span(l, bounds[i])}.in(l)
		}
		c.Categories = append(c.Categories, k)
	}
	return c.of(l, id, lengths, stay, staff, visitors)
}

// shorter is the label of stays up to a bound: 〜15分, <15m.
func shorter(l access.Language, d time.Duration) string {
	return word{"〜" + span(l, d), "<" + strings.NewReplacer(" ", "", "in", "").Replace(span(l, d))}.in(l)
}

func longest(l access.Language, bounds []time.Duration) string {
	if len(bounds) == 0 {
		return word{"すべて", "all"}.in(l)
	}
	last := span(l, bounds[len(bounds)-1])
	return word{last + "〜", last + "+"}.in(l)
}

// span is a bound: 45分, 2時間; 45 min, 2 h.
func span(l access.Language, d time.Duration) string {
	if d%time.Hour == 0 {
		return strconv.Itoa(int(d/time.Hour)) + word{"時間", " h"}.in(l)
	}
	return strconv.Itoa(int(d/time.Minute)) + word{"分", " min"}.in(l)
}

// Kinds are counts by kind, as lying bars: refusals by reason, alarms by kind. The names are the caller's.
func Kinds(l access.Language, id, title, of string, names []string, counts []int) Chart {
	c := Chart{ID: id, Lang: l, Title: title, Of: of, Unit: entries.in(l), Series: []Series{{Name: title, Counts: counts}}}
	for _, n := range names {
		c.Categories = append(c.Categories, Category{Label: n, Name: n})
	}
	return c
}
