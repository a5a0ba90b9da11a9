package book

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/console/web"
	"kidoban/controller/console/words"
	"kidoban/controller/desk"
	"kidoban/controller/retention"
)

// sort is what a form is about, and so which fields it asks for.
type sort struct {
	Word  string // of the words
	Forms []choice
	Month bool
	Year  bool
	ID    string // the field that names what it is of; "" = none
}

// choice is a form to choose.
type choice struct {
	Name, Word string
	Here       bool
}

// sorts are all forms, by what they ask for.
func sorts(c *web.Call, here string) []sort {
	of := func(names ...string) (out []choice) {
		for _, n := range names {
			out = append(out, choice{n, words.Term(c.Lang, words.Forms, n), n == here})
		}
		return out
	}
	return []sort{
		{Word: "book.sort.time", Forms: of("register", "items", "staff-cards", "visitor-cards"), Month: true, Year: true},
		{Word: "book.sort.month", Forms: of("monthly"), Month: true},
		{Word: "book.sort.visit", Forms: of("slip"), ID: "visit"},
		{Word: "book.sort.permit", Forms: of("application", "permit", "badge"), ID: "permit"},
		{Word: "book.sort.report", Forms: of("threat", "emergency"), ID: "report"},
		{Word: "book.sort.muster", Forms: of("muster"), ID: "muster"},
		{Word: "book.sort.now", Forms: of("designees", "maintenance", "disposal", "installation")},
	}
}

type formsView struct {
	Tabs   []tab
	Sorts  []sort
	Zones  []web.Place
	Form   url.Values
	Years  []year
	Print  bool
	Export bool
	Month  string
}

func formsPage(c *web.Call) (web.Answer, error) { return formsAgain(c, nil), nil }

func formsAgain(c *web.Call, fault error) web.Answer {
	year := c.Form.Number("year", 1989, 2199)
	return web.Page{Name: "book/forms", Fault: fault, Data: formsView{
		Tabs: tabs(c, "/register/forms"), Sorts: sorts(c, c.Form.Get("form")), Zones: c.Site().Zones, Form: c.Form.Values,
		Print: c.May(account.PrintRegister), Export: c.May(account.ExportRegister), Years: years(c.Now, year),
		Month: cmp.Or(c.Form.Get("month"), c.Now.In(access.JST).Format("2006-01")),
	}}
}

// ordered is a form as it was asked for. Of a form of a month or a year, the year is meant where one is chosen.
func ordered(c *web.Call) desk.Print {
	f := c.Form
	q := desk.Print{
		Form: f.Need("form"), Zone: f.Get("zone"), Purpose: f.Need("why"), Drill: f.Has("drill"), Lang: web.Tag(c.Lang),
		CSV: f.Get("as") == "csv", Page: f.Get("as") == "page",
	}
	for _, s := range sorts(c, "") {
		if slices.ContainsFunc(s.Forms, func(x choice) bool { return x.Name == q.Form }) {
			s.read(f, &q)
		}
	}
	return q
}

// read takes the fields that a form of this sort is of, and no others.
func (s *sort) read(f *web.Form, q *desk.Print) {
	if s.Year {
		q.Year = f.Number("year", 1989, 2199)
	}
	if s.Month && q.Year == 0 {
		if m := f.Month("month"); !m.IsZero() {
			q.Month = m.Format("2006-01")
		}
	}
	switch s.ID {
	case "visit":
		q.Visit = f.Need("visit")
	case "permit":
		q.Permit = access.PermitID(f.Need("permit"))
	case "report":
		q.ID = f.Need("report")
	case "muster":
		q.ID = f.Get("muster")
	}
}

// pressFor is how long the making of a whole year's form may take.
const pressFor = 5 * time.Minute

// printForm has a form made, which is on record before it is, and hands it out: as a page that the browser prints, as PDF, or
// as CSV.
func printForm(c *web.Call) (web.Answer, error) {
	q := ordered(c)
	var sheet desk.Sheet
	err := c.Form.Err()
	if err == nil {
		_ = http.NewResponseController(c.W).SetWriteDeadline(time.Now().Add(pressFor))
		err = c.Post("print", q, &sheet)
	}
	if err != nil {
		return formsAgain(c, err), must(err)
	}
	name := q.Form + "-" + sheet.ID
	switch {
	case q.CSV:
		return web.File{Name: name + ".csv", Type: "text/csv; charset=utf-8", Body: sheet.File}, nil
	case sheet.Page == nil:
		return web.File{Name: name + ".pdf", Type: "application/pdf", Body: sheet.File}, nil
	}
	return web.Page{Name: "book/paper", Data: paperOf(sheet.Page, false)}, nil
}

// keptThrough says until when a record of a day is kept, in both calendars.
type keptThrough struct {
	Date, Era, Year, Operation, OperationEra, Register, RegisterEra, Free, FreeEra string
}

func through(c *web.Call, at time.Time) keptThrough {
	both := func(d retention.Date) (string, string) { return d.String(), retention.EraDate(d.Start()) }
	k := keptThrough{Year: words.FiscalYear(c.Lang, retention.FiscalYear(at))}
	k.Date, k.Era = both(retention.On(at))
	k.Operation, k.OperationEra = both(retention.OperationKeepThrough(at))
	end := retention.RegisterKeepThrough(at)
	k.Register, k.RegisterEra = both(end)
	k.Free, k.FreeEra = both(end.Next())
	return k
}
