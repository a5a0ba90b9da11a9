package book

import (
	"cmp"
	"strings"
	"time"

	"kidoban/controller/console/web"
	"kidoban/controller/console/words"
	"kidoban/controller/desk"
	"kidoban/controller/rebuild"
	"kidoban/controller/retention"
)

// comparing is a comparison of the book with the record as the page shows it. What it found is shown to whoever asked for it.
type comparing struct {
	Running          bool
	By, Begun, Ended string
	Done, Size       uint64
	Percent          int
	Left             string
	Why              string
	Year             int
	Found            *rebuild.Result
	Differences      []difference
	Failed           string
}

// difference is a column that is not what the journal tells, in words.
type difference struct{ Visit, Field, Kept, Told string }

// estimateAfter is how much must be done before it is said how long the rest takes; refresh is after how many seconds a page
// that shows progress asks again.
const (
	estimateAfter = 2 * time.Second
	refresh       = "1"
)

func comparingOf(c *web.Call, now *desk.Comparing) comparing {
	v := comparing{
		Running: now.Running, By: now.By, Begun: words.Stamp(now.Begun), Ended: words.Stamp(now.Ended), Done: now.Done, Size: now.Size,
		Why: now.Purpose, Year: now.Year, Found: now.Found, Failed: words.Refusal(c.Lang, now.Failed),
	}
	if now.Size > 0 {
		v.Percent = int(min(now.Done, now.Size) * 100 / now.Size)
	}
	if worked := c.Now.Sub(now.Begun); now.Running && worked > estimateAfter && now.Done > 0 && now.Size > now.Done {
		v.Left = words.Span(c.Lang, (worked * time.Duration(now.Size-now.Done) / time.Duration(now.Done)).Round(time.Second))
	}
	if now.Found != nil {
		for _, d := range now.Found.Differences {
			v.Differences = append(v.Differences, differenceOf(c, &d))
		}
	}
	return v
}

// differenceOf says a column by its name, and an instant as the register does. A line that one side lacks has no column.
func differenceOf(c *web.Call, d *rebuild.Difference) difference {
	if d.Field == "" {
		has := map[bool]string{true: c.T("book.compare.lacks"), false: c.T("book.compare.has")}
		return difference{d.Visit, c.T("book.compare.whole"), has[d.Kept == "nothing"], has[d.Told == "nothing"]}
	}
	return difference{d.Visit, c.T("book.column." + strings.ToLower(d.Field)), stamped(d.Kept), stamped(d.Told)}
}

func stamped(s string) string {
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return words.Stamp(t)
	}
	return s
}

// compareView is the page on which a comparison is asked for and watched.
type compareView struct {
	Tabs  []tab
	Now   comparing
	Years []year
	Why   string
}

// compare shows how far a comparison is, and what it found. While one runs the page asks again by itself.
func compare(c *web.Call) (web.Answer, error) { return compareAgain(c, nil) }

func compareAgain(c *web.Call, fault error) (web.Answer, error) {
	var now desk.Comparing
	if err := c.Get("register/comparison", nil, &now); err != nil {
		return nil, err
	}
	if now.Running && fault == nil {
		c.W.Header().Set("Refresh", refresh)
	}
	here := cmp.Or(c.Form.Number("year", 2000, 2199), retention.FiscalYear(c.Now))
	return web.Page{Name: "book/compare", Fault: fault, Data: compareView{
		Tabs: tabs(c, "/register/review"), Now: comparingOf(c, &now), Years: years(c.Now, here), Why: c.Form.Get("why"),
	}}, nil
}

// beginCompare has a fiscal year's lines made anew from the journal, once that is on record.
func beginCompare(c *web.Call) (web.Answer, error) {
	q := desk.Compare{Year: c.Form.Number("year", 2000, 2199), Purpose: c.Form.Need("why")}
	err := c.Form.Err()
	if err == nil {
		err = c.Post("register/comparison", q, nil)
	}
	if err == nil {
		return web.Go{To: "/register/compare"}, nil
	}
	if e := must(err); e != nil {
		return nil, e
	}
	return compareAgain(c, err)
}
