package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"kidoban/controller/access"
	"kidoban/controller/desk"
)

// schedule is a weekly timetable.
func (t *tool) schedule() *cobra.Command {
	c := &cobra.Command{Use: "schedule", Short: "weekly hours"}
	put := &cobra.Command{
		Use:   "put ID DAYS=HH:MM-HH:MM…",
		Short: "set a timetable, like office mon-fri=08:30-17:15 holiday=none",
		Args:  cobra.MinimumNArgs(2),
		RunE: func(cmd *cobra.Command, a []string) error {
			s, err := parseSchedule(a[0], a[1:])
			if err != nil {
				return err
			}
			return t.put(cmd, desk.Edit{Schedule: &s})
		},
	}
	remove := &cobra.Command{
		Use: "remove ID", Short: "remove one that no card uses", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, a []string) error {
			return t.put(cmd, desk.Edit{Schedule: &access.Schedule{ID: access.ScheduleID(a[0])}, Delete: true})
		},
	}
	c.AddCommand(put, remove, t.list("list them", func(w io.Writer, l desk.Listing) {
		for _, s := range l.Schedules {
			for d, hours := range s.Week {
				fmt.Fprintf(w, "%s\t%s\t%s\n", s.ID, strings.ToLower(time.Weekday(d).String()[:3]), hoursText(hours))
			}
			fmt.Fprintf(w, "%s\tholiday\t%s\n", s.ID, hoursText(s.Holiday))
		}
	}))
	return c
}

func hoursText(h []access.Hours) string {
	var parts []string
	for _, x := range h {
		parts = append(parts, fmt.Sprintf("%02d:%02d-%02d:%02d", x.From/60, x.From%60, x.Until/60, x.Until%60))
	}
	if parts == nil {
		return "none"
	}
	return strings.Join(parts, " ")
}

var dayNames = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

func parseSchedule(id string, rules []string) (access.Schedule, error) {
	s := access.Schedule{ID: access.ScheduleID(id)}
	for _, r := range rules {
		days, hours, ok := strings.Cut(r, "=")
		if !ok {
			return s, fmt.Errorf("%q: write DAYS=HH:MM-HH:MM", r)
		}
		var list []access.Hours
		if hours != "none" {
			var h access.Hours
			var a, b, c, d uint16
			if n, _ := fmt.Sscanf(hours, "%d:%d-%d:%d", &a, &b, &c, &d); n != 4 || a > 24 || c > 24 || b > 59 || d > 59 {
				return s, fmt.Errorf("%q: hours are HH:MM-HH:MM, or none", r)
			}
			h.From, h.Until = a*60+b, c*60+d
			list = append(list, h)
		}
		if days == "holiday" {
			s.Holiday = append(s.Holiday, list...)
			continue
		}
		from, until, many := strings.Cut(days, "-")
		if !many {
			until = from
		}
		i, j := dayIndex(from), dayIndex(until)
		if i < 0 || j < 0 {
			return s, fmt.Errorf("%q: days are sun … sat, mon-fri or holiday", r)
		}
		for ; ; i = (i + 1) % 7 {
			s.Week[i] = append(s.Week[i], list...)
			if i == j {
				break
			}
		}
	}
	return s, nil
}

func dayIndex(s string) int {
	for i, d := range dayNames {
		if d == s {
			return i
		}
	}
	return -1
}

// holiday adds to the national holidays, or takes away.
func (t *tool) holiday() *cobra.Command {
	c := &cobra.Command{Use: "holiday", Short: "local holidays and working days beside the national holidays"}
	for _, v := range []struct {
		verb, short     string
		working, remove bool
	}{
		{"add", "this day is a holiday here", false, false},
		{"working", "this day is worked although it is a holiday", true, false},
		{"remove", "what was said of this day no longer holds", false, true},
	} {
		c.AddCommand(&cobra.Command{
			Use: v.verb + " DATE", Short: v.short, Args: cobra.ExactArgs(1),
			RunE: func(cmd *cobra.Command, a []string) error {
				day, err := parseTime(a[0])
				if err != nil {
					return err
				}
				y, m, d := day.Date()
				return t.put(cmd, desk.Edit{Holiday: &access.Holiday{Year: y, Month: m, Day: d, Working: v.working}, Delete: v.remove})
			},
		})
	}
	c.AddCommand(t.list("list them", func(w io.Writer, l desk.Listing) {
		for _, h := range l.Holidays {
			fmt.Fprintf(w, "%04d-%02d-%02d\t%s\n", h.Year, h.Month, h.Day, map[bool]string{true: "worked", false: "holiday"}[h.Working])
		}
	}))
	return c
}
