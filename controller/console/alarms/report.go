package alarms

import (
	"time"

	"kidoban/controller/access"
	"kidoban/controller/console/live"
	"kidoban/controller/console/web"
	"kidoban/controller/console/words"
	"kidoban/controller/desk"
	"kidoban/controller/ledger"
)

type reportView struct {
	Zones     []web.Place
	Alarms    []alarmView
	Chosen    map[string]bool
	Incidents []incidentView
	Found     string
}

// reportPage is the form of Article 11(5): セキュリティ脅威報告書.
func reportPage(c *web.Call) (web.Answer, error) { return reporting(c, nil) }

func reporting(c *web.Call, fault error) (web.Answer, error) {
	s, err := live.SeenBy(c)
	if err != nil {
		return nil, err
	}
	v := reportView{Zones: c.Site().Zones, Alarms: openOf(s).Alarms, Chosen: map[string]bool{}, Found: c.Form.Get("found")}
	for _, id := range c.Form.All("alarm") {
		v.Chosen[id] = true
	}
	for _, d := range s.Now.Incidents {
		v.Incidents = append(v.Incidents, incidentOf(s, d))
	}
	if v.Found == "" {
		v.Found = local(c.Now)
	}
	return web.Page{Name: "alarms/report", Fault: fault, Data: v}, nil
}

// report is 統括責任者へ報告する.
func report(c *web.Call) (web.Answer, error) {
	c.Form.Need("found")
	in := desk.Report{
		Zone: c.Form.Need("zone"), Incident: c.Form.Get("incident"), Alarms: c.Form.All("alarm"), Found: c.Form.Time("found"),
		Text: ledger.ReportText{
			FoundBy: c.Form.Get("found_by"), What: oneLine(c.Form.Need("what")), Affected: c.Form.Get("affected"), Measures: c.Form.Get("measures"),
			Status: c.Form.Get("status"),
		},
	}
	err := c.Form.Err()
	if err == nil {
		err = c.Post("report", in, nil)
	}
	return after(c, err, "/alarms/papers", "alarms.done.reported", func(no error) (web.Answer, error) { return reporting(c, no) })
}

func papersPage(c *web.Call) (web.Answer, error) { return papersWith(c, nil) }

func papersWith(c *web.Call, fault error) (web.Answer, error) {
	s, err := live.SeenBy(c)
	if err != nil {
		return nil, err
	}
	v, err := papers(c, s)
	return web.Page{Name: "alarms/papers", Fault: fault, Data: v}, err
}

// printed are the forms that this group prints.
var printed = map[string]bool{"threat": true, "emergency": true, "muster": true}

// printPaper hands out one as PDF; that it was is on record with its purpose.
func printPaper(c *web.Call) (web.Answer, error) {
	q := desk.Print{Form: c.Form.Get("form"), ID: c.Form.Get("id"), Zone: c.Form.Get("zone"), Purpose: c.Form.Need("purpose"), Lang: web.Tag(c.Lang)}
	if !printed[q.Form] {
		c.Form.Fail("form", "web.fault.missing")
	}
	var sheet desk.Sheet
	err := c.Form.Err()
	if err == nil {
		err = c.Post("print", q, &sheet)
	}
	switch {
	case err == nil:
		return web.File{Name: words.Term(c.Lang, words.Forms, q.Form) + "-" + q.ID + ".pdf", Type: "application/pdf", Body: sheet.File}, nil
	case web.OnForm(err):
		return papersWith(c, err)
	}
	return nil, err
}

// local is an instant as a datetime-local field shows it.
func local(t time.Time) string { return t.In(access.JST).Format("2006-01-02T15:04") }
