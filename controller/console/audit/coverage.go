package audit

import (
	"net/url"
	"strconv"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/console/web"
	"kidoban/controller/console/words"
	"kidoban/controller/desk"
	"kidoban/controller/retention"
)

// coverageView is what was done in a fiscal year, month by month and day by day: Article 6.
type coverageView struct {
	Tabs     []tab
	Year     int
	Title    string
	Years    []int
	Kinds    []kind
	Months   []month
	Days     []int
	Measures []measure
}

// kind is a column.
type kind struct {
	Name desk.CoverageKind
	Sign string // one character, which stands for it in the days
}

// measure is one of the four of Article 6.
type measure struct{ Name, Text string }

// month is a row.
type month struct {
	Word  string
	Cells []cell
	Days  []day
}

type cell struct {
	Class, Word string
	Sequence    uint64 // of the last one
}

type day struct {
	Signs string
	Names string
	Bad   bool
	None  bool // no such day
}

// monthly are the kinds that each month should have one of.
var monthly = map[desk.CoverageKind]bool{desk.CoverVerified: true, desk.CoverReviewed: true, desk.CoverBackedUp: true}

func kinds(c *web.Call) (out []kind) {
	for _, k := range []desk.CoverageKind{
		desk.CoverVerified, desk.CoverReviewed, desk.CoverBackedUp, desk.CoverCounted, desk.CoverDrilled, desk.CoverDisposed,
	} {
		out = append(out, kind{k, c.T("audit.sign." + string(k))})
	}
	return out
}

func coverage(c *web.Call) (web.Answer, error) {
	this := retention.FiscalYear(c.Now)
	year := c.Form.Number("year", 2000, 2199)
	if err := c.Form.Err(); err != nil {
		return nil, err
	}
	if year == 0 {
		year = this
	}
	var got, next desk.Coverage
	for _, q := range []struct {
		year int
		to   *desk.Coverage
	}{{year, &got}, {year + 1, &next}} {
		if err := c.Get("coverage", url.Values{"year": {strconv.Itoa(q.year)}}, q.to); err != nil {
			return nil, err
		}
	}
	v := coverageView{Tabs: tabs(c, "/audit/coverage"), Year: year, Title: words.FiscalYear(c.Lang, year), Kinds: kinds(c)}
	for y := this; y > this-8; y-- {
		v.Years = append(v.Years, y)
	}
	for d := 1; d <= 31; d++ {
		v.Days = append(v.Days, d)
	}
	for m := range 12 {
		first := time.Date(year, time.April, 1, 0, 0, 0, 0, access.JST).AddDate(0, m, 0)
		v.Months = append(v.Months, monthOf(c, first, v.Kinds, &got, next.Done))
	}
	for _, m := range []string{"deter", "prevent", "detect", "recover"} {
		v.Measures = append(v.Measures, measure{c.T("audit.measure." + m), c.T("audit.measured." + m)})
	}
	return web.Page{Name: "audit/coverage", Data: v}, nil
}

// monthOf is a month: what was done in it, but of a review what was done about it, whenever that was.
func monthOf(c *web.Call, first time.Time, all []kind, got *desk.Coverage, next []desk.Act) month {
	m := month{Word: words.Month(c.Lang, first.Format("2006-01"))}
	until, done := first.AddDate(0, 1, 0), got.Done
	due := !c.Now.Before(until) && until.After(got.Began)
	for d := first; d.Before(first.AddDate(0, 0, 31)); d = d.AddDate(0, 0, 1) {
		m.Days = append(m.Days, dayOf(c, d, until, all, done))
	}
	for _, k := range all {
		var n int
		var last desk.Act
		for _, a := range append(append([]desk.Act{}, done...), next...) {
			if a.Kind == k.Name && of(&a, first, until) {
				n, last = n+1, a
			}
		}
		m.Cells = append(m.Cells, cellOf(c, k.Name, n, &last, due))
	}
	return m
}

func of(a *desk.Act, first, until time.Time) bool {
	if a.Kind == desk.CoverReviewed {
		return len(a.Of) > 7 && a.Of[:7] == first.Format("2006-01")
	}
	return !a.At.Before(first) && a.At.Before(until)
}

func cellOf(c *web.Call, k desk.CoverageKind, n int, last *desk.Act, due bool) cell {
	switch {
	case n > 0 && last.Bad:
		return cell{"bad", c.T("audit.covered.bad", "n", n), last.Sequence}
	case n > 0:
		return cell{"ok", c.T("audit.covered.times", "n", n), last.Sequence}
	case due && monthly[k]:
		return cell{"wait", c.T("audit.covered.none"), 0}
	}
	return cell{}
}

func dayOf(c *web.Call, d, until time.Time, all []kind, done []desk.Act) (out day) {
	if !d.Before(until) {
		return day{None: true}
	}
	end := d.AddDate(0, 0, 1)
	for _, k := range all {
		for i := range done {
			a := &done[i]
			if a.Kind != k.Name || a.At.Before(d) || !a.At.Before(end) {
				continue
			}
			out.Signs += k.Sign
			out.Names += " " + c.T("audit.kind."+string(k.Name))
			out.Bad = out.Bad || a.Bad
			break
		}
	}
	if out.Signs != "" {
		out.Names = words.Day(d) + out.Names
	}
	return out
}
