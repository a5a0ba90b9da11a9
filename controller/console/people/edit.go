package people

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/console/web"
	"kidoban/controller/console/words"
	"kidoban/controller/desk"
	"kidoban/controller/ledger"
)

// editView is the form of one row.
type editView struct {
	What     string
	Name     string // of the person whose row it is, where the form came with one
	Old      bool   // the row is there: what names it stays as it is
	Posts    []access.Post
	Duties   []access.DutyKind
	Sections []string
	Days     [8]string
}

func newEditView(c *web.Call) editView {
	return editView{
		What: c.Form.Get("what"), Old: c.Form.Has("old"), Posts: allPosts,
		Duties: []access.DutyKind{access.DutyConsent, access.DutyClerk, access.DutyAuditor, access.DutyDeputy}, Days: hoursFields,
	}
}

var allPosts = []access.Post{access.CISO, access.SecurityOfficer, access.WestBranchHead, access.SystemManager}

// editPage is an empty form, or with old that of a row that is there: it is found by what names it.
func editPage(c *web.Call) (web.Answer, error) {
	if !known(c.Form.Get("what")) {
		return web.Go{To: "/people"}, nil
	}
	if c.Form.Has("old") {
		row, err := standing(c)
		if err != nil {
			return nil, err
		}
		fill(c.Form, row)
	}
	return form(c, nil)
}

// form shows the form with what was filled in.
func form(c *web.Call, fault error) (web.Answer, error) {
	v := newEditView(c)
	var found desk.FoundPeople
	if v.What == "member" {
		if err := c.Post("people/find", desk.FindPeople{Limit: 1}, &found); err != nil {
			return nil, err
		}
		v.Sections = found.Sections
	}
	if v.What != "person" && c.Form.Has("person") {
		var f desk.File
		if c.Post("people/file", desk.Whose{Person: access.PersonID(c.Form.Get("person"))}, &f) == nil {
			v.Name = f.Person.Name
		}
	}
	return web.Page{Name: "people/edit", Data: v, Fault: fault}, nil
}

// Title is a zone of a duty.
func (v editView) Title(c *web.Call, zone string) string { return zoneWord(c, zone) }

var errNoRow = &desk.Error{Status: http.StatusNotFound, Code: desk.CodeMissing, Text: "there is no such row"}

// standing is the row that the query names.
func standing(c *web.Call) (ledger.Edit, error) {
	if c.Form.Get("what") == "schedule" {
		var t desk.Timetables
		if err := c.Post("people/hours", struct{}{}, &t); err != nil {
			return ledger.Edit{}, err
		}
		for i := range t.Schedules {
			if string(t.Schedules[i].ID) == c.Form.Get("schedule") {
				return ledger.Edit{Schedule: &t.Schedules[i]}, nil
			}
		}
		return ledger.Edit{}, errNoRow
	}
	var f desk.File
	if err := c.Post("people/file", desk.Whose{Person: access.PersonID(c.Form.Get("person"))}, &f); err != nil {
		return ledger.Edit{}, err
	}
	return rowOf(f, c.Form)
}

func rowOf(f desk.File, q *web.Form) (ledger.Edit, error) {
	begins := func(s access.Span) bool { return edgeText(s.From, false) == q.Get("begins") }
	switch q.Get("what") {
	case "person":
		return ledger.Edit{Person: &f.Person}, nil
	case "post":
		for i, r := range f.Incumbents {
			if string(r.Post) == q.Get("post") && begins(r.Span) {
				return ledger.Edit{Incumbency: &f.Incumbents[i]}, nil
			}
		}
	case "member":
		for i, r := range f.Belongings {
			if r.Section == q.Get("section") && begins(r.Span) {
				return ledger.Edit{Belonging: &f.Belongings[i]}, nil
			}
		}
	case "finding":
		for i, r := range f.Findings {
			if begins(r.Span) {
				return ledger.Edit{Finding: &f.Findings[i]}, nil
			}
		}
	case "duty":
		for i, r := range f.Duties {
			if string(r.Duty) == q.Get("duty") && r.Zone == q.Get("zone") && begins(r.Span) {
				return ledger.Edit{Duty: &f.Duties[i]}, nil
			}
		}
	}
	return ledger.Edit{}, errNoRow
}

// reviewView is a change before it is sent.
type reviewView struct {
	controller.Looked
	Rows   []difference
	No     string
	Fields url.Values // to be sent on
}

// review shows what a change would do, and whether it needs another person.
func review(c *web.Call) (web.Answer, error) {
	if c.Form.Has("back") {
		return form(c, nil)
	}
	e, err := changeOf(c)
	if err != nil {
		return form(c, err)
	}
	v := reviewView{Fields: carried(c)}
	if err := c.Post("edit/look", e, &v.Looked); err != nil {
		return shown(err, func() (web.Answer, error) { return form(c, err) })
	}
	if v.Looked.No != "" {
		v.No = words.Refusal(c.Lang, v.Looked.No)
	}
	for _, ch := range v.Changes {
		v.Rows = append(v.Rows, differ(c, ch))
	}
	return web.Page{Name: "people/review", Data: v}, nil
}

// changeOf is the form as an order, with whom it is about found by number, name or reading.
func changeOf(c *web.Call) (desk.Edit, error) {
	if w := c.Form.Get("what"); w != "person" && w != "schedule" && w != "holiday" {
		if err := whom(c, "person"); err != nil {
			return desk.Edit{}, err
		}
	}
	e := editOf(c.Form)
	return e, c.Form.Err()
}

// carried are the fields of a form that the next one sends on.
func carried(c *web.Call) url.Values {
	out := url.Values{}
	for k, v := range c.Form.Values {
		if k != "once" && k != "back" && len(v) > 0 {
			out[k] = v[:1]
		}
	}
	return out
}

// change sends it.
func change(c *web.Call) (web.Answer, error) {
	e, err := changeOf(c)
	if err != nil {
		return form(c, err)
	}
	var p controller.Proposed
	if err := c.Post("edit", e, &p); err != nil {
		return shown(err, func() (web.Answer, error) { return form(c, err) })
	}
	to := "/people"
	switch {
	case e.Schedule != nil || e.Holiday != nil:
		to = "/people/hours"
	case e.Person != nil && !e.Delete:
		to = "/people/of/" + url.PathEscape(string(e.Person.ID))
	case e.Person == nil:
		to = "/people/of/" + url.PathEscape(c.Form.Get("person"))
	}
	return done(p, to, "people.done.changed"), nil
}

// done leads on after an order: to where it is seen, or if another person must approve it to what waits.
func done(p controller.Proposed, to, what string) web.Go {
	if p.ID != "" {
		return web.Go{To: "/people/proposals?of=mine", Done: "people.done.waits"}
	}
	return web.Go{To: to, Done: what}
}

// shown shows a fault on a page, but for those that lead elsewhere: who must prove who they are, sign in, set something up.
func shown(err error, page func() (web.Answer, error)) (web.Answer, error) {
	switch desk.CodeOf(err) {
	case desk.CodeProve, desk.CodeSecond, desk.CodePassword, desk.CodeEnded:
		return nil, err
	}
	return page()
}

// whom makes a field that names a person by number, name or reading the person's number.
func whom(c *web.Call, field string) error {
	said := c.Form.Get(field)
	if said == "" {
		c.Form.Fail(field, "web.fault.missing")
		return c.Form.Err()
	}
	var f desk.File
	err := c.Post("people/file", desk.Whose{Person: access.PersonID(said)}, &f)
	if refused, is := errors.AsType[*desk.Error](err); err == nil || is && refused.Status != http.StatusNotFound && refused.Status != http.StatusBadRequest {
		return err
	}
	var found desk.FoundPeople
	if err := c.Post("people/find", desk.FindPeople{Words: said, Limit: 10}, &found); err != nil {
		return err
	}
	if found.All == 1 {
		c.Form.Values.Set(field, string(found.People[0].ID))
		return nil
	}
	key, names := "people.fault.nobody", ""
	for i, p := range found.People {
		if key = "people.fault.several"; i > 0 {
			names += c.T("people.comma")
		}
		names += p.Name + " (" + string(p.ID) + ")"
	}
	c.Form.Fail(field, key, "names", names)
	return c.Form.Err()
}

// today is the beginning of the day in Japan.
func today(now time.Time) time.Time {
	y, m, d := now.In(access.JST).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, access.JST)
}

// Kinds are those of people.
func (v editView) Kinds() []string { return []string{"staff", "contractor", "other"} }

// Week are the fields of a timetable, Monday first, then holidays.
func (v editView) Week() []string {
	return append(append([]string{}, hoursFields[1:7]...), hoursFields[0], hoursFields[7])
}
