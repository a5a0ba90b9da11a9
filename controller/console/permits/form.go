package permits

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/console/web"
	"kidoban/controller/console/words"
	"kidoban/controller/desk"
	"kidoban/controller/ledger"
)

// form is what was filled in, shown again, with what is wrong beside each field.
type form struct {
	c     *web.Call
	wrong map[string]string
}

// Get is a field as it was typed.
func (f form) Get(field string) string { return f.c.Form.Values.Get(field) }

// Wrong is what is wrong with a field, "" for nothing.
func (f form) Wrong(field string) string {
	if s := f.wrong[field]; s != "" {
		return s
	}
	var bad *web.FieldFault
	if errors.As(f.c.Form.Err(), &bad) && bad.Field == field {
		return f.c.T(bad.Key, bad.Args...)
	}
	return ""
}

func (f form) fail(field, key string, args ...any) {
	name, _, _ := strings.Cut(field, ".") // of a row, the column
	f.c.Form.Fail(name, key, args...)
	if f.wrong[field] == "" {
		f.wrong[field] = f.c.T(key, args...)
	}
}

func (f form) need(field string) string {
	s := f.c.Form.Get(field)
	if s == "" {
		f.fail(field, "web.fault.missing")
	}
	return s
}

// draft is a request that is being filled in.
type draft struct {
	form
	Oral bool
}

// row is a visitor of a draft. One with a Person is in the roster, and is shown by name alone.
type row struct {
	N                                         int
	Person, Name, Reading, Affiliation, Class string
	Wrong                                     string
}

const rowsMost = 50

// stranger says that nobody knows yet where they belong.
func (r row) stranger() bool { return r.Person == "" && r.Name != "" && r.Affiliation == "" }

// Rows are the visitors as they were typed, at least one.
func (d draft) Rows() []row {
	v := d.c.Form.Values
	n := max(1, min(rowsMost, max(len(v["name"]), len(v["person"]))))
	out := make([]row, n)
	for i := range out {
		out[i] = row{
			i, at(v["person"], i), at(v["name"], i), at(v["reading"], i), at(v["affiliation"], i), class(at(v["class"], i)),
			d.wrong["name."+strconv.Itoa(i)],
		}
	}
	return out
}

func at(all []string, i int) string {
	if i < len(all) {
		return all[i]
	}
	return ""
}

// setRows puts the visitors in, as Rows reads them.
func (d draft) setRows(rows []row) {
	v := d.c.Form.Values
	for _, field := range []string{"person", "name", "reading", "affiliation", "class"} {
		v.Del(field)
	}
	for _, r := range rows {
		v.Add("person", r.Person)
		v.Add("name", r.Name)
		v.Add("reading", r.Reading)
		v.Add("affiliation", r.Affiliation)
		v.Add("class", r.Class)
	}
}

// On says that a day of the week is ticked.
func (d draft) On(day int) bool { return slices.Contains(d.c.Form.Values["days"], strconv.Itoa(day)) }

// Zones are the rooms that a permit may be for.
func (d draft) Zones() []web.Place { return d.c.Site().Zones }

func class(s string) string {
	switch s {
	case "staff", "maintenance", "other":
		return s
	}
	return "contractor"
}

// fields are those of one value.
var fields = []string{
	"organisation", "entry_purpose", "work", "equipment", "carry_in", "carry_out", "escort_plan", "conditions", "zone", "day", "begin", "end",
	"last_day", "entries", "most", "spoken", "how",
}

// hidden is a field and what it holds, for a page that only carries it on.
type hidden struct{ Name, Value string }

// Hidden are all fields.
func (d draft) Hidden() (out []hidden) {
	v := d.c.Form.Values
	for _, name := range fields {
		out = append(out, hidden{name, v.Get(name)})
	}
	for _, name := range []string{"days", "person", "name", "reading", "affiliation", "class"} {
		for _, s := range v[name] {
			out = append(out, hidden{name, s})
		}
	}
	return out
}

// permit reads what was filled in, and notes what is wrong with it.
func (d draft) permit() desk.Permit {
	f := d.c.Form
	p := desk.Permit{Zone: f.Get("zone"), Text: ledger.PermitText{
		Organisation: f.Get("organisation"), Work: f.Get("work"), Equipment: f.Get("equipment"),
		CarryIn: f.Get("carry_in"), CarryOut: f.Get("carry_out"), EscortPlan: f.Get("escort_plan"), Conditions: f.Get("conditions"),
	}}
	d.visitors(&p)
	p.Text.Purpose = d.need("entry_purpose")
	d.when(&p)
	p.Entries = d.count("entries", 999)
	if d.Oral {
		d.spoken(&p)
	}
	return p
}

// spoken is when and how the officer said it: within the last day, as what is recorded is fresh in memory.
func (d draft) spoken(p *desk.Permit) {
	if s := d.need("spoken"); s != "" {
		p.Spoken = d.moment("spoken", s)
	}
	if ago := d.c.Now.Sub(p.Spoken); !p.Spoken.IsZero() && (ago < 0 || ago > 24*time.Hour) {
		d.fail("spoken", "permits.fault.spoken")
	}
	if p.How = d.c.Form.Get("how"); p.How != "telephone" && p.How != "in_person" {
		d.fail("how", "web.fault.missing")
	}
}

func (d draft) count(field string, most int) int {
	s := d.c.Form.Get(field)
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > most {
		d.fail(field, "web.fault.number", "least", 0, "most", most)
		return 0
	}
	return n
}

func (d draft) visitors(p *desk.Permit) {
	if p.Text.Organisation == "" && slices.ContainsFunc(d.Rows(), row.stranger) {
		d.need("organisation")
	}
	p.Most = d.count("most", rowsMost)
	for _, r := range d.Rows() {
		switch {
		case r.Person != "":
			p.Text.Visitors = append(p.Text.Visitors, ledger.Visitor{Person: access.PersonID(r.Person), Class: r.Class})
		case r.Name != "":
			p.Text.Visitors = append(p.Text.Visitors, ledger.Visitor{
				Name: r.Name, Reading: r.Reading, Affiliation: r.Affiliation, Class: r.Class,
			})
		case r.Reading != "":
			d.fail("name."+strconv.Itoa(r.N), "web.fault.missing")
		}
	}
	if len(p.Text.Visitors) == 0 && p.Most == 0 {
		d.fail("name.0", "permits.fault.nobody")
	}
	if p.Most > 0 && p.Most < len(p.Text.Visitors) {
		d.fail("most", "permits.fault.most", "n", len(p.Text.Visitors))
	}
}

// when is the time: one day, or the same hours of several.
func (d draft) when(p *desk.Permit) {
	f := d.c.Form
	day, begin, end, last := d.need("day"), d.need("begin"), d.need("end"), f.Get("last_day")
	if day == "" || begin == "" || end == "" {
		return
	}
	p.From = d.moment("day", day+"T"+begin)
	if last == "" || last == day {
		p.Until = d.moment("end", day+"T"+end)
	} else {
		p.Until = d.moment("last_day", last+"T"+end)
		p.Daily = access.Hours{From: minute(begin), Until: minute(end)}
		for i := range p.Days {
			p.Days[i] = d.On(i)
		}
		if minute(begin) >= minute(end) && !p.From.IsZero() && !p.Until.IsZero() {
			d.fail("end", "permits.fault.order")
		}
	}
	switch {
	case p.From.IsZero() || p.Until.IsZero():
	case !p.From.Before(p.Until):
		d.fail("end", "permits.fault.order")
	case !d.c.Now.Before(p.Until):
		d.fail("end", "permits.fault.past")
	}
}

func (d draft) moment(field, s string) time.Time {
	if t, err := time.ParseInLocation("2006-01-02T15:04", s, access.JST); err == nil && t.Year() >= 1900 && t.Year() < 3000 {
		return t
	}
	d.fail(field, "web.fault.time")
	return time.Time{}
}

func minute(clock string) uint16 {
	t, err := time.Parse("15:04", clock)
	if err != nil {
		return 0
	}
	return uint16(t.Hour()*60 + t.Minute())
}

// blank is a new draft, for the rest of this day or, towards its end, for tomorrow; in a demonstration for now, at any hour.
func blank(now time.Time, demo bool) url.Values {
	now = now.In(access.JST)
	begin, end := now.Truncate(15*time.Minute), "17:30"
	switch late := now.Hour() < 8 || now.Hour() >= 17; {
	case late && demo:
		end = "23:59"
	case late:
		if now.Hour() >= 17 {
			now = now.AddDate(0, 0, 1)
		}
		begin = time.Date(now.Year(), now.Month(), now.Day(), 9, 0, 0, 0, access.JST)
	}
	return url.Values{
		"day": {begin.Format(time.DateOnly)}, "begin": {begin.Format("15:04")}, "end": {end}, "days": {"1", "2", "3", "4", "5"},
		"spoken": {now.Format("2006-01-02T15:04")}, "how": {"telephone"},
	}
}

// like fills a draft from an earlier permit: all but the time, and who was named on the day.
func (d draft) like(p *ledger.Permit) {
	v := d.c.Form.Values
	for name, s := range map[string]string{
		"organisation": p.Text.Organisation, "entry_purpose": p.Text.Purpose, "work": p.Text.Work, "equipment": p.Text.Equipment,
		"carry_in": p.Text.CarryIn, "carry_out": p.Text.CarryOut, "escort_plan": p.Text.EscortPlan, "conditions": p.Text.Conditions,
		"zone": p.Zone,
	} {
		v.Set(name, s)
	}
	for name, n := range map[string]int{"entries": p.Entries, "most": p.Most} {
		if n > 0 {
			v.Set(name, fmt.Sprint(n))
		}
	}
	if p.Daily != (access.Hours{}) {
		v.Set("begin", hour(p.Daily.From))
		v.Set("end", hour(p.Daily.Until))
	}
	var rows []row
	for _, x := range p.Text.Visitors {
		rows = append(rows, row{Person: string(x.Person), Name: called(x), Reading: x.Reading, Affiliation: x.Affiliation, Class: x.Class})
	}
	d.setRows(rows)
}

// choice is a value of a field and how it is called.
type choice struct{ Name, Value string }

// Classes are what a visitor may be.
func (f form) Classes() []choice {
	return f.choices(words.Classes, "contractor", "maintenance", "staff", "other")
}

// Hows are the ways in which a permission is spoken.
func (f form) Hows() []choice { return f.choices(words.Spoken, "telephone", "in_person") }

func (f form) choices(d words.Domain, all ...string) []choice {
	out := make([]choice, len(all))
	for i, s := range all {
		out[i] = choice{s, words.Term(f.c.Lang, d, s)}
	}
	return out
}

// Nth is the row's number for people.
func (r row) Nth() int { return r.N + 1 }
