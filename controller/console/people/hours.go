package people

import (
	"fmt"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/console/web"
	"kidoban/controller/desk"
)

// hoursView is the timetables and days off.
type hoursView struct {
	Schedules []timetable
	Doors     []doorHours
	Year      int
	Days      []dayOff
	Edit      bool
	Until     time.Time // the end of the announced holidays
	RunOut    bool
}

// timetable is a schedule as a drawing and in words.
type timetable struct {
	ID    access.ScheduleID
	Cards int
	Rows  []dayRow
}

// dayRow is a day of the week, with the parts of the day in which it is open, in minutes.
type dayRow struct {
	Key, Text string
	Parts     []part
}

type part struct{ At, Length int }

type doorHours struct{ Title, Schedule string }

// dayOff is a public holiday, or a day that the site has made one or none.
type dayOff struct {
	On             string
	Weekday        int
	Name           string // of a national holiday
	Local, Working bool
}

func hours(c *web.Call) (web.Answer, error) {
	v := hoursView{
		Year: c.Form.Number("year", 1980, 2099), Edit: c.May(account.ProposeRoster, account.ChangeRoster),
		Until: access.HolidaysAnnouncedUntil(), RunOut: access.HolidaysRunOut(c.Now),
	}
	if v.Year == 0 {
		v.Year = c.Now.In(access.JST).Year()
	}
	var t desk.Timetables
	if err := c.Post("people/hours", struct{}{}, &t); err != nil {
		return nil, err
	}
	for i := range t.Schedules {
		s := &t.Schedules[i]
		v.Schedules = append(v.Schedules, timetable{s.ID, t.Cards[s.ID], week(c, s)})
	}
	for _, d := range t.Doors {
		v.Doors = append(v.Doors, doorHours{doorTitle(c, d.Door), string(d.Schedule)})
	}
	v.Days = daysOff(v.Year, t.Holidays)
	return web.Page{Name: "people/hours", Data: v, Fault: c.Form.Err()}, nil
}

func doorTitle(c *web.Call, door string) string {
	for _, d := range c.Site().Doors {
		if d.Name == door {
			return d.Title
		}
	}
	return door
}

// week is Monday to Sunday, then holidays.
func week(c *web.Call, s *access.Schedule) []dayRow {
	var rows []dayRow
	for i := 1; i <= 7; i++ {
		rows = append(rows, dayRow{hoursFields[i%7], closedOr(c, s.Week[i%7]), parts(s.Week[i%7], s.Week[(i+6)%7])})
	}
	return append(rows, dayRow{"off", closedOr(c, s.Holiday), parts(s.Holiday, nil)})
}

// parts are the open parts of a day; what began the day before and crosses midnight is one.
func parts(on, before []access.Hours) (out []part) {
	for _, h := range on {
		from, until := int(h.From), int(h.Until)
		if until <= from {
			until = 24 * 60
		}
		out = append(out, part{from, until - from})
	}
	for _, h := range before {
		if h.Until <= h.From && h.Until > 0 {
			out = append(out, part{0, int(h.Until)})
		}
	}
	return out
}

// daysOff are the holidays of a year, with what the site has changed.
func daysOff(year int, local []access.Holiday) []dayOff {
	var out []dayOff
	own := map[string]access.Holiday{}
	for _, h := range local {
		if h.Year == year {
			own[fmt.Sprintf("%04d-%02d-%02d", h.Year, h.Month, h.Day)] = h
		}
	}
	national := map[string]string{}
	for _, h := range access.NationalHolidays(year) {
		national[fmt.Sprintf("%04d-%02d-%02d", year, h.Month, h.Day)] = h.Name
	}
	for t := time.Date(year, time.January, 1, 0, 0, 0, 0, time.UTC); t.Year() == year; t = t.AddDate(0, 0, 1) {
		on := t.Format(time.DateOnly)
		h, isOwn := own[on]
		if name, is := national[on]; is || isOwn {
			out = append(out, dayOff{on, int(t.Weekday()), name, isOwn, h.Working})
		}
	}
	return out
}
