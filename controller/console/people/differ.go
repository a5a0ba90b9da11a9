package people

import (
	"fmt"
	"slices"
	"time"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/console/web"
	"kidoban/controller/console/words"
	"kidoban/controller/ledger"
)

// difference is one row of the roster before and after, field by field.
type difference struct {
	What   string // of whats, or "card"
	How    string // "added", "changed", "removed"
	Whose  string
	Fields []field
	From   time.Time // when what is added or changed begins, if that is to come
}

// field is one of a row.
type field struct {
	Name          string
	Before, After string
	Same          bool
}

// cell is what a field says.
type cell struct{ name, value string }

func differ(c *web.Call, ch controller.Change) difference {
	d := difference{How: "changed"}
	var before, after []cell
	if ch.Before != nil {
		d.What, before = cells(c, *ch.Before)
	} else {
		d.How = "added"
	}
	if ch.After != nil {
		d.What, after = cells(c, *ch.After)
	} else {
		d.How = "removed"
	}
	if ch.After != nil {
		if s := spanOfRow(*ch.After); s.From.After(c.Now) {
			d.From = s.From
		}
	}
	if id := whose(ch); id != "" {
		d.Whose = string(id)
		if ch.Name != "" {
			d.Whose = ch.Name + " (" + string(id) + ")"
		}
	}
	for i := range max(len(before), len(after)) {
		f := field{}
		if i < len(before) {
			f.Name, f.Before = before[i].name, before[i].value
		}
		if i < len(after) {
			f.Name, f.After = after[i].name, after[i].value
		}
		f.Same = f.Before == f.After
		d.Fields = append(d.Fields, f)
	}
	return d
}

// shows says that a field differs.
func (d difference) shows() bool {
	return slices.ContainsFunc(d.Fields, func(f field) bool { return !f.Same })
}

// whose is the person of the row that changes.
func whose(ch controller.Change) access.PersonID {
	for _, e := range []*ledger.Edit{ch.After, ch.Before} {
		if e != nil {
			return e.Whose()
		}
	}
	return ""
}

func spanOfRow(e ledger.Edit) access.Span {
	switch {
	case e.Incumbency != nil:
		return e.Incumbency.Span
	case e.Belonging != nil:
		return e.Belonging.Span
	case e.Finding != nil:
		return e.Finding.Span
	case e.Duty != nil:
		return e.Duty.Span
	case e.Credential != nil:
		return e.Credential.Span
	}
	return access.Span{}
}

// cells are the fields of a row, in words.
func cells(c *web.Call, e ledger.Edit) (string, []cell) {
	term := func(d words.Domain, v string) string { return words.Term(c.Lang, d, v) }
	span := func(s access.Span) cell { return cell{c.T("people.col.span"), web.Days(c.Lang, s)} }
	switch {
	case e.Person != nil:
		p := e.Person
		return "person", []cell{
			{c.T("field.fullname"), p.Name}, {c.T("field.reading"), p.Reading}, {c.T("field.kind"), term(words.Kinds, kindWord(p.Kind))},
			{c.T("field.affiliation"), p.Affiliation},
		}
	case e.Incumbency != nil:
		return "post", []cell{{c.T("field.post"), term(words.Posts, string(e.Incumbency.Post))}, span(e.Incumbency.Span)}
	case e.Belonging != nil:
		return "member", []cell{{c.T("field.section"), term(words.Sections, e.Belonging.Section)}, span(e.Belonging.Span)}
	case e.Finding != nil:
		return "finding", []cell{span(e.Finding.Span)}
	case e.Duty != nil:
		return "duty", []cell{
			{c.T("field.duty"), term(words.Duties, string(e.Duty.Duty))}, {c.T("field.zone"), zoneWord(c, e.Duty.Zone)}, span(e.Duty.Span),
		}
	case e.Credential != nil:
		return "card", cardCells(c, e.Credential)
	case e.Schedule != nil:
		return "schedule", scheduleCells(c, e.Schedule)
	case e.Holiday != nil:
		h, kind := e.Holiday, "people.hours.closed"
		if h.Working {
			kind = "people.hours.open"
		}
		return "holiday", []cell{{c.T("field.on"), fmt.Sprintf("%04d-%02d-%02d", h.Year, h.Month, h.Day)}, {c.T("field.working"), c.T(kind)}}
	}
	return "", nil
}

var cardStates = map[access.CardState]string{
	access.Active: "active", access.Blocked: "blocked", access.Lost: "lost", access.Revoked: "revoked",
}

func cardCells(c *web.Call, x *access.Credential) []cell {
	out := []cell{
		{c.T("field.card"), string(x.ID)}, {c.T("field.person"), string(x.Person)}, {c.T("field.format"), x.Format},
		{c.T("people.col.state"), words.Term(c.Lang, words.Cards, cardStates[x.State])},
		{c.T("people.col.span"), web.Days(c.Lang, x.Span)}, {c.T("field.schedule"), string(x.Schedule)},
	}
	if x.Extended {
		out = append(out, cell{c.T("field.extended"), c.T("people.yes")})
	}
	return out
}

func scheduleCells(c *web.Call, s *access.Schedule) []cell {
	out := []cell{{c.T("field.schedule"), string(s.ID)}}
	for i := 1; i <= 7; i++ {
		out = append(out, cell{c.T("field." + hoursFields[i%7]), closedOr(c, s.Week[i%7])})
	}
	return append(out, cell{c.T("field.off"), closedOr(c, s.Holiday)})
}

func closedOr(c *web.Call, h []access.Hours) string {
	if len(h) == 0 {
		return c.T("people.hours.none")
	}
	return hoursText(h)
}

// zoneWord is a zone by its title; "" is every zone.
func zoneWord(c *web.Call, zone string) string {
	if zone == "" {
		return c.T("people.every")
	}
	return titleOf(c, zone)
}
