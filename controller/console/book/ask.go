package book

import (
	"time"

	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/console/web"
	"kidoban/controller/desk"
	"kidoban/controller/retention"
)

// The ways to search, and the field that each reads.
var ways = []struct{ what, field string }{
	{"month", "month"}, {"day", "day"}, {"year", "year"}, {"name", "find"}, {"person", "person"}, {"inside", "at"},
}

// asked is a search as it was filled in.
func asked(f *web.Form) desk.Page {
	what := meant(f)
	p := desk.Page{Search: desk.Search{What: what, Zone: f.Get("zone"), Purpose: f.Need("why")}, Newest: f.Has("newest")}
	switch what {
	case "day":
		p.From, p.Until = span(f, "day", f.Day, 0, 1)
	case "month":
		p.From, p.Until = span(f, "month", f.Month, 1, 0)
	case "year":
		p.From, p.Until = yearSpan(f)
	case "name":
		p.Name = f.Need("find")
	case "person":
		p.Person = access.PersonID(f.Need("person"))
	case "inside":
		f.Need("at")
		p.At = f.Time("at")
	default:
		f.Fail("what", "web.fault.missing")
	}
	return p
}

// meant is the way that was chosen, unless its field is empty, or still as it was offered, and one other is filled in: then
// that one is.
func meant(f *web.Form) string {
	what, others := f.Get("what"), []string{}
	for _, w := range ways {
		if w.what != what && touched(f, w.field) {
			others = append(others, w.what)
		}
	}
	if len(others) == 1 && !touched(f, fieldOf(what)) {
		return others[0]
	}
	return what
}

// touched says that somebody has filled a field in.
func touched(f *web.Form, field string) bool {
	s := f.Get(field)
	return s != "" && (field != "month" || s != f.Get("offered"))
}

func fieldOf(what string) string {
	for _, w := range ways {
		if w.what == what {
			return w.field
		}
	}
	return ""
}

func span(f *web.Form, field string, read func(string) time.Time, months, days int) (from, until time.Time) {
	f.Need(field)
	if from = read(field); !from.IsZero() {
		until = from.AddDate(0, months, days)
	}
	return from, until
}

func yearSpan(f *web.Form) (from, until time.Time) {
	f.Need("year")
	if y := f.Number("year", 1989, 2199); y != 0 {
		from = firstOf(y)
		until = from.AddDate(1, 0, 0)
	}
	return from, until
}

// firstOf is the beginning of a fiscal year.
func firstOf(year int) time.Time { return time.Date(year, time.April, 1, 0, 0, 0, 0, access.JST) }

// indexView is the page on which a search is begun.
type indexView struct {
	Tabs   []tab
	Search bool
	Lost   bool // the search whose page was asked for is over
	Form   searchForm
	Years  []year
}

// searchForm is the form of a search as it stands.
type searchForm struct {
	What, Zone, Why          string
	Day, Month, Find, Person string
	At, Offered              string
	Year                     int
	Newest                   bool
	Years                    []year
	Zones                    []web.Place
}

// year is a fiscal year to choose.
type year struct {
	Year int
	Here bool
}

// years are those that a register may have, the newest first.
func years(now time.Time, here int) (out []year) {
	for y := retention.FiscalYear(now); y > retention.FiscalYear(now)-8; y-- {
		out = append(out, year{y, y == here})
	}
	return out
}

// formOf is the form as it was filled in, or as it is offered first: this month's lines.
func formOf(c *web.Call, why string) searchForm {
	f := c.Form
	this := c.Now.In(access.JST)
	out := searchForm{
		What: f.Get("what"), Zone: f.Get("zone"), Why: why, Day: f.Get("day"), Month: f.Get("month"), Find: f.Get("find"),
		Person: f.Get("person"), At: f.Get("at"), Newest: f.Has("newest"), Zones: c.Site().Zones,
		Year: f.Number("year", 1989, 2199), Offered: this.Format("2006-01"),
	}
	if out.What == "" {
		out.What, out.Month = "month", out.Offered
	}
	out.Years = years(c.Now, out.Year)
	return out
}

func index(c *web.Call) (web.Answer, error) { return indexPage(c, c.Form.Get("why"), nil), nil }

func indexPage(c *web.Call, why string, fault error) web.Answer {
	v := indexView{
		Tabs: tabs(c, "/register"), Search: c.May(account.SearchRegister), Lost: c.Form.Has("lost"), Form: formOf(c, why),
	}
	v.Years = years(c.Now, retention.FiscalYear(c.Now))
	return web.Page{Name: "book/search", Data: v, Fault: fault}
}
