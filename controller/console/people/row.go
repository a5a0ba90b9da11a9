package people

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/console/web"
	"kidoban/controller/desk"
	"kidoban/controller/ledger"
)

// The rows that a form changes.
var whats = []string{"person", "post", "member", "finding", "duty", "schedule", "holiday"}

// editOf reads a form into a change of one row. What is wrong stands with its field.
func editOf(f *web.Form) desk.Edit {
	e := desk.Edit{Delete: f.Has("delete"), Reason: f.Get("reason")}
	person := access.PersonID(f.Get("person"))
	switch f.Get("what") {
	case "person":
		e.Person = personOf(f)
		return e
	case "schedule":
		e.Schedule = scheduleOf(f)
		return e
	case "holiday":
		e.Holiday = holidayOf(f)
		return e
	}
	if person == "" {
		f.Fail("person", "web.fault.missing")
	}
	s := spanOf(f)
	switch f.Get("what") {
	case "post":
		e.Incumbency = &access.Incumbency{Person: person, Post: access.Post(f.Need("post")), Span: s}
	case "member":
		e.Belonging = &access.Belonging{Person: person, Section: sectionOf(f), Span: s}
	case "finding":
		e.Finding = &access.Finding{Person: person, Span: s}
	case "duty":
		e.Duty = &access.Duty{Person: person, Duty: access.DutyKind(f.Need("duty")), Zone: f.Get("zone"), Span: s}
	default:
		f.Fail("what", "web.fault.missing")
	}
	return e
}

func personOf(f *web.Form) *ledger.Person {
	kind := map[string]access.Kind{"staff": access.Staff, "contractor": access.Contractor, "other": access.Other}[f.Get("kind")]
	p := &ledger.Person{Person: access.Person{ID: access.PersonID(f.Need("person")), Kind: kind}}
	if f.Has("delete") {
		return p
	}
	p.Name, p.Reading, p.Affiliation = f.Need("fullname"), f.Get("reading"), f.Get("affiliation")
	if kind == 0 {
		f.Fail("kind", "web.fault.missing")
	}
	return p
}

// sectionOf is the section by its id: the ones that the regulation names have ids of their own.
func sectionOf(f *web.Form) string {
	s := f.Need("section")
	if s == "市民課" {
		return access.CivicAffairs
	}
	return s
}

// spanOf reads the first day and the last one that belongs to it. An instant that is no midnight comes as it is.
func spanOf(f *web.Form) access.Span {
	s := access.Span{From: edgeOf(f, "begins"), Until: edgeOf(f, "ends")}
	if !s.Until.IsZero() && len(f.Get("ends")) == len(time.DateOnly) {
		s.Until = s.Until.AddDate(0, 0, 1)
	}
	if !s.From.IsZero() && !s.Until.IsZero() && !s.From.Before(s.Until) {
		f.Fail("ends", "people.fault.order")
	}
	return s
}

func edgeOf(f *web.Form, field string) time.Time {
	if t, err := time.Parse(time.RFC3339, f.Get(field)); err == nil {
		return t.In(access.JST)
	}
	return f.Day(field)
}

// edgeText is the edge of a span as a form holds it: a day where it is a midnight.
func edgeText(t time.Time, end bool) string {
	if t.IsZero() {
		return ""
	}
	j := t.In(access.JST)
	if j.Hour()+j.Minute()+j.Second()+j.Nanosecond() > 0 {
		return j.Format(time.RFC3339)
	}
	if end {
		j = j.AddDate(0, 0, -1)
	}
	return j.Format(time.DateOnly)
}

func holidayOf(f *web.Form) *access.Holiday {
	f.Need("on")
	t := f.Day("on")
	return &access.Holiday{Year: t.Year(), Month: t.Month(), Day: t.Day(), Working: f.Get("working") == "yes"}
}

// hoursFields are the fields of a week, Sunday first, and that of holidays.
var hoursFields = [8]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat", "off"}

func scheduleOf(f *web.Form) *access.Schedule {
	s := &access.Schedule{ID: access.ScheduleID(f.Need("schedule"))}
	for i, field := range hoursFields {
		h, ok := parseHours(f.Get(field))
		if !ok {
			f.Fail(field, "people.fault.hours")
		}
		if i == 7 {
			s.Holiday = h
		} else {
			s.Week[i] = h
		}
	}
	return s
}

// parseHours reads "08:30-17:15, 22:00-06:00"; "" is no hours at all, "00:00-24:00" the whole day.
func parseHours(s string) (out []access.Hours, ok bool) {
	wide := strings.NewReplacer("〜", "-", "～", "-", "~", "-", "–", "-", "\uff1a", ":", "、", ",", " ", "", "\u3000", "")
	for part := range strings.SplitSeq(wide.Replace(s), ",") {
		if part == "" {
			continue
		}
		from, until, both := strings.Cut(part, "-")
		a, ok1 := parseMinute(from)
		b, ok2 := parseMinute(until)
		if !both || !ok1 || !ok2 || a == 24*60 {
			return nil, false
		}
		out = append(out, access.Hours{From: a, Until: b})
	}
	return out, true
}

func parseMinute(s string) (uint16, bool) {
	h, m, both := strings.Cut(s, ":")
	hour, err1 := strconv.Atoi(h)
	minute, err2 := strconv.Atoi(m)
	n := hour*60 + minute
	if !both || err1 != nil || err2 != nil || hour < 0 || minute < 0 || minute > 59 || n > 24*60 || len(m) != 2 {
		return 0, false
	}
	return uint16(n), true //nolint:gosec // 0 to 1440
}

func hoursText(all []access.Hours) string {
	parts := make([]string, len(all))
	for i, h := range all {
		parts[i] = fmt.Sprintf("%02d:%02d-%02d:%02d", h.From/60, h.From%60, h.Until/60, h.Until%60)
	}
	return strings.Join(parts, ", ")
}

// fill puts a row into a form that is shown.
func fill(f *web.Form, e ledger.Edit) {
	set := func(pairs ...string) {
		for i := 0; i+1 < len(pairs); i += 2 {
			f.Values.Set(pairs[i], pairs[i+1])
		}
	}
	span := func(s access.Span) { set("begins", edgeText(s.From, false), "ends", edgeText(s.Until, true)) }
	switch {
	case e.Person != nil:
		set("person", string(e.Person.ID), "fullname", e.Person.Name, "reading", e.Person.Reading, "affiliation", e.Person.Affiliation,
			"kind", kindWord(e.Person.Kind))
	case e.Incumbency != nil:
		set("post", string(e.Incumbency.Post))
		span(e.Incumbency.Span)
	case e.Belonging != nil:
		set("section", e.Belonging.Section)
		span(e.Belonging.Span)
	case e.Finding != nil:
		span(e.Finding.Span)
	case e.Duty != nil:
		set("duty", string(e.Duty.Duty), "zone", e.Duty.Zone)
		span(e.Duty.Span)
	case e.Schedule != nil:
		set("schedule", string(e.Schedule.ID), "off", hoursText(e.Schedule.Holiday))
		for i, h := range e.Schedule.Week {
			set(hoursFields[i], hoursText(h))
		}
	}
}

// known says that a form is about a row of one of the kinds.
func known(what string) bool { return slices.Contains(whats, what) }
