package book

import (
	"net/url"
	"strconv"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/console/web"
	"kidoban/controller/console/words"
	"kidoban/controller/desk"
	"kidoban/controller/retention"
)

// reviewView is a fiscal year's monthly reviews (月次点検).
type reviewView struct {
	Tabs   []tab
	Year   int
	Title  string
	Years  []year
	Months []reviewed
	Zones  []web.Place
	Search bool
	Form   url.Values
}

// reviewed is a month of a zone.
type reviewed struct {
	Month, Word, Zone, Room string
	State                   mark
	When                    string
	Sequence                uint64
	Over                    bool // it can be reviewed
	Again                   bool // it was sent, and not taken: what was written stands there again
	Sign                    bool // by this account
}

func review(c *web.Call) (web.Answer, error) { return reviewPage(c, nil) }

func reviewPage(c *web.Call, fault error) (web.Answer, error) {
	year := reviewYear(c)
	var done desk.Coverage
	if err := c.Get("coverage", url.Values{"year": {strconv.Itoa(year)}}, &done); err != nil {
		return nil, err
	}
	var next desk.Coverage // what is signed of a year's last months is signed in the next
	if err := c.Get("coverage", url.Values{"year": {strconv.Itoa(year + 1)}}, &next); err != nil {
		return nil, err
	}
	v := reviewView{
		Tabs: tabs(c, "/register/review"), Year: year, Title: words.FiscalYear(c.Lang, year), Years: years(c.Now, year),
		Zones: c.Site().Zones, Search: c.May(account.SearchRegister), Form: c.Form.Values,
	}
	for m := range 12 {
		first := firstOf(year).AddDate(0, m, 0)
		for _, z := range v.Zones {
			m := monthOf(c, first, z, done.Began, append(done.Done, next.Done...))
			m.Again = fault != nil && m.Month == c.Form.Get("month") && m.Zone == c.Form.Get("zone")
			v.Months = append(v.Months, m)
		}
	}
	return web.Page{Name: "book/review", Data: v, Fault: fault}, nil
}

// reviewYear is the fiscal year that is asked for, that of the month that is signed, or this one.
func reviewYear(c *web.Call) int {
	if year := c.Form.Number("year", 2000, 2199); year != 0 {
		return year
	}
	if m, err := time.ParseInLocation("2006-01", c.Form.Get("month"), access.JST); err == nil {
		return retention.FiscalYear(m)
	}
	return retention.FiscalYear(c.Now)
}

// monthOf is how a month stands: its last signature counts.
func monthOf(c *web.Call, first time.Time, z web.Place, began time.Time, done []desk.Act) reviewed {
	r := reviewed{Month: first.Format("2006-01"), Zone: z.Name, Room: z.Title}
	until := first.AddDate(0, 1, 0)
	r.Over = !c.Now.Before(until) && until.After(began)
	r.Word = words.Month(c.Lang, r.Month)
	switch {
	case !until.After(began):
		r.State = mark{"off", c.T("book.review.before")}
	case r.Over:
		r.State = mark{"wait", c.T("book.review.open")}
	case !c.Now.Before(first):
		r.State = mark{"off", c.T("book.review.running")}
	default:
		r.State = mark{"off", c.T("book.review.future")}
	}
	r.Sign = r.Over && c.Can(account.SignRegister, z.Name)
	for _, a := range done {
		if a.Kind != desk.CoverReviewed || a.Of != r.Month+"/"+z.Name {
			continue
		}
		r.When, r.Sequence, r.State = words.Stamp(a.At), a.Sequence, mark{"ok", c.T("book.review.fine")}
		if a.Bad {
			r.State = mark{"bad", c.T("book.review.amiss")}
		}
	}
	return r
}

// signMonth signs the monthly review.
func signMonth(c *web.Call) (web.Answer, error) {
	f := c.Form
	q := desk.Review{Zone: f.Get("zone"), Month: f.Need("month"), Findings: f.Get("findings"), Abnormal: f.Has("abnormal")}
	err := f.Err()
	if err == nil {
		err = c.Post("register/sign", q, nil)
	}
	if err != nil {
		if e := must(err); e != nil {
			return nil, e
		}
		return reviewPage(c, err)
	}
	year := ""
	if m, err := time.ParseInLocation("2006-01", q.Month, access.JST); err == nil {
		year = "?year=" + strconv.Itoa(retention.FiscalYear(m))
	}
	return web.Go{To: "/register/review" + year, Done: "book.done.signed"}, nil
}
