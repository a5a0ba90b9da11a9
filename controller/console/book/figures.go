package book

import (
	"html/template"
	"strconv"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/console/draw"
	"kidoban/controller/console/web"
	"kidoban/controller/console/words"
	"kidoban/controller/desk"
	"kidoban/controller/retention"
)

// figuresView is a month or a fiscal year in numbers. It shows no person.
type figuresView struct {
	Tabs                                []tab
	Title                               string
	Month                               string
	Years                               []year
	Year                                int
	Zone                                string
	Zones                               []web.Place
	Lines, Staff, Visitors              int
	Open, Unrecorded, Unconsented       int
	Before, After                       string // addresses of the month or the year beside it
	Charts                              []pictured
	LinesGone, RefusalsGone, AlarmsGone bool
	Drills                              int
}

// pictured is a drawing with the table of what it shows.
type pictured struct {
	draw.Chart
	Drawing template.HTML
	Rows    []counted
}

type counted struct {
	Name   string
	Counts []int
}

func figures(c *web.Call) (web.Answer, error) {
	q, from := wanted(c)
	if err := c.Form.Err(); err != nil {
		return nil, err
	}
	var got desk.Figured
	if err := c.Post("figures", q, &got); err != nil {
		return nil, err
	}
	v := figuresView{
		Tabs: tabs(c, "/register/figures"), Month: q.Month, Year: q.Year, Years: years(c.Now, q.Year), Zone: q.Zone, Zones: c.Site().Zones,
		Lines: got.Staff.Lines + got.Visitors.Lines, Staff: got.Staff.Lines, Visitors: got.Visitors.Lines,
		Open: got.Staff.Open + got.Visitors.Open, Unrecorded: got.Staff.Unrecorded + got.Visitors.Unrecorded,
		Unconsented: got.Visitors.Unconsented, LinesGone: got.LinesGone, RefusalsGone: got.RefusalsGone, AlarmsGone: got.AlarmsGone,
	}
	v.beside(c, &q, from)
	v.Charts = charts(c, &q, from, &got)
	for _, a := range got.Alarms {
		v.Drills += a.Drill
	}
	return web.Page{Name: "book/figures", Data: v}, nil
}

// wanted is the time that is asked for: this month, where none is.
func wanted(c *web.Call) (desk.Figures, time.Time) {
	q := desk.Figures{Year: c.Form.Number("year", 1989, 2199), Zone: c.Form.Get("zone")}
	if q.Year != 0 {
		return q, firstOf(q.Year)
	}
	m := c.Form.Month("month")
	if m.IsZero() {
		y, month, _ := c.Now.In(access.JST).Date()
		m = time.Date(y, month, 1, 0, 0, 0, 0, access.JST)
	}
	q.Month = m.Format("2006-01")
	return q, m
}

// beside are the title, and the ways to the time before and after.
func (v *figuresView) beside(c *web.Call, q *desk.Figures, from time.Time) {
	path := func(t time.Time) string {
		at := "/register/figures?zone=" + q.Zone
		if q.Year != 0 {
			return at + "&year=" + strconv.Itoa(retention.FiscalYear(t))
		}
		return at + "&month=" + t.Format("2006-01")
	}
	step := 1
	if v.Title = words.Month(c.Lang, q.Month); q.Year != 0 {
		v.Title, step = words.FiscalYear(c.Lang, q.Year), 12
	}
	v.Before = path(from.AddDate(0, -step, 0))
	if next := from.AddDate(0, step, 0); !next.After(c.Now) {
		v.After = path(next)
	}
}

func charts(c *web.Call, q *desk.Figures, from time.Time, f *desk.Figured) []pictured {
	s, v := &f.Staff, &f.Visitors
	out := []pictured{columns(draw.Hours(c.Lang, "hours", s.Hours, v.Hours))}
	if q.Year != 0 {
		out = append(out, columns(draw.Months(c.Lang, "months", from, s.Months, v.Months)))
	} else {
		out = append(out, columns(draw.Days(c.Lang, "days", from, s.Days, v.Days, nil)))
	}
	return append(out, columns(draw.Stays(c.Lang, "stays", desk.StayBounds(), s.Stays, v.Stays)),
		rows(kinds(c, "refusals", words.Reasons, f.Refusals)), rows(kinds(c, "alarms", words.Alarms, f.Alarms)))
}

func kinds(c *web.Call, id string, of words.Domain, all []desk.Kind) draw.Chart {
	var names []string
	var counts []int
	for _, k := range all {
		names = append(names, words.Term(c.Lang, of, k.Kind))
		counts = append(counts, k.Count)
	}
	return draw.Kinds(c.Lang, id, c.T("book.figures."+id), c.T("book.figures.of_"+id), names, counts)
}

func columns(c draw.Chart) pictured { return pictured{c, draw.Columns(c), tabled(c)} }

func rows(c draw.Chart) pictured { return pictured{c, draw.Rows(c), tabled(c)} }

// tabled is a chart as a table; what nothing was counted of is left out.
func tabled(c draw.Chart) (out []counted) {
	for i, k := range c.Categories {
		if c.Total(i) == 0 {
			continue
		}
		row := counted{Name: k.Name}
		for _, s := range c.Series {
			row.Counts = append(row.Counts, s.At(i))
		}
		out = append(out, row)
	}
	return out
}
