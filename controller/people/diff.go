package people

import (
	"cmp"
	"maps"
	"reflect"
	"slices"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/ledger"
)

// tables are a roster by key.
type tables struct {
	people     map[access.PersonID]ledger.Person
	incumbents map[string]access.Incumbency
	belongings map[string]access.Belonging
	findings   map[string]access.Finding
	duties     map[string]access.Duty
	cards      map[access.CredentialID]access.Credential
	schedules  map[access.ScheduleID]access.Schedule
	holidays   map[string]access.Holiday
}

func tablesOf(r ledger.Roster) tables {
	rec := &r.Records
	return tables{
		people:     by(r.People, func(p ledger.Person) access.PersonID { return p.ID }),
		incumbents: by(rec.Incumbents, incumbencyKey),
		belongings: by(rec.Belongings, belongingKey),
		findings:   by(rec.Findings, findingKey),
		duties:     by(rec.Duties, dutyKey),
		cards:      by(rec.Credentials, func(c access.Credential) access.CredentialID { return c.ID }),
		schedules:  by(rec.Schedules, func(s access.Schedule) access.ScheduleID { return s.ID }),
		holidays:   by(rec.Holidays, holidayKey),
	}.inJST()
}

// inJST makes rows that say the same compare equal, wherever they come from.
func (t tables) inJST() tables {
	each(t.incumbents, func(r *access.Incumbency) { r.Span = spanInJST(r.Span) })
	each(t.belongings, func(r *access.Belonging) { r.Span = spanInJST(r.Span) })
	each(t.findings, func(r *access.Finding) { r.Span = spanInJST(r.Span) })
	each(t.duties, func(r *access.Duty) { r.Span = spanInJST(r.Span) })
	each(t.cards, func(r *access.Credential) { r.Span = spanInJST(r.Span) })
	each(t.schedules, func(r *access.Schedule) {
		for i := range r.Week {
			r.Week[i] = orNil(r.Week[i])
		}
		r.Holiday = orNil(r.Holiday)
	})
	return t
}

func each[K comparable, R any](m map[K]R, do func(*R)) {
	for k, row := range m {
		do(&row)
		m[k] = row
	}
}

func orNil(h []access.Hours) []access.Hours {
	if len(h) == 0 {
		return nil
	}
	return h
}

func spanInJST(s access.Span) access.Span {
	return access.Span{From: inJST(s.From), Until: inJST(s.Until)}
}

func inJST(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.Round(0).In(access.JST)
}

func by[K comparable, R any](rows []R, key func(R) K) map[K]R {
	m := make(map[K]R, len(rows))
	for _, r := range rows {
		m[key(r)] = r
	}
	return m
}

func (t tables) clone() tables {
	return tables{
		maps.Clone(t.people), maps.Clone(t.incumbents), maps.Clone(t.belongings), maps.Clone(t.findings), maps.Clone(t.duties),
		maps.Clone(t.cards), maps.Clone(t.schedules), maps.Clone(t.holidays),
	}
}

// lay puts the rows of o over those of t.
func (t tables) lay(o tables) {
	maps.Copy(t.people, o.people)
	maps.Copy(t.incumbents, o.incumbents)
	maps.Copy(t.belongings, o.belongings)
	maps.Copy(t.findings, o.findings)
	maps.Copy(t.duties, o.duties)
	maps.Copy(t.cards, o.cards)
	maps.Copy(t.schedules, o.schedules)
	maps.Copy(t.holidays, o.holidays)
}

// roster is the rows in the order of their keys.
func (t tables) roster() ledger.Roster {
	return ledger.Roster{People: rows(t.people), Records: access.Records{
		Incumbents: rows(t.incumbents), Belongings: rows(t.belongings), Findings: rows(t.findings),
		Duties: rows(t.duties), Credentials: rows(t.cards), Schedules: rows(t.schedules), Holidays: rows(t.holidays),
	}}
}

func rows[K cmp.Ordered, R any](m map[K]R) []R {
	out := make([]R, 0, len(m))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, m[k])
	}
	return out
}

// row is the row with the key of an edit.
func (t tables) row(e ledger.Edit) (out ledger.Edit, ok bool) {
	switch {
	case e.Person != nil:
		out.Person, ok = at(t.people, e.Person.ID)
	case e.Incumbency != nil:
		out.Incumbency, ok = at(t.incumbents, incumbencyKey(*e.Incumbency))
	case e.Belonging != nil:
		out.Belonging, ok = at(t.belongings, belongingKey(*e.Belonging))
	case e.Finding != nil:
		out.Finding, ok = at(t.findings, findingKey(*e.Finding))
	case e.Duty != nil:
		out.Duty, ok = at(t.duties, dutyKey(*e.Duty))
	case e.Credential != nil:
		out.Credential, ok = at(t.cards, e.Credential.ID)
	case e.Schedule != nil:
		out.Schedule, ok = at(t.schedules, e.Schedule.ID)
	case e.Holiday != nil:
		out.Holiday, ok = at(t.holidays, holidayKey(*e.Holiday))
	}
	return out, ok
}

func at[K comparable, R any](m map[K]R, key K) (*R, bool) {
	row, ok := m[key]
	if !ok {
		return nil, false
	}
	return &row, true
}

// Diff is the edits that turn one roster into another: what refers goes before what it refers to, and comes after it.
func Diff(from, to ledger.Roster) []ledger.Edit {
	a, b := tablesOf(from), tablesOf(to)
	persons := func(p *ledger.Person) ledger.Edit { return ledger.Edit{Person: p} }
	schedules := func(s *access.Schedule) ledger.Edit { return ledger.Edit{Schedule: s} }
	holidays := func(h *access.Holiday) ledger.Edit { return ledger.Edit{Holiday: h} }
	incumbents := func(i *access.Incumbency) ledger.Edit { return ledger.Edit{Incumbency: i} }
	belongings := func(b *access.Belonging) ledger.Edit { return ledger.Edit{Belonging: b} }
	findings := func(f *access.Finding) ledger.Edit { return ledger.Edit{Finding: f} }
	tasks := func(d *access.Duty) ledger.Edit { return ledger.Edit{Duty: d} }
	cards := func(c *access.Credential) ledger.Edit { return ledger.Edit{Credential: c} }
	return slices.Concat(
		drop(a.cards, b.cards, cards), drop(a.incumbents, b.incumbents, incumbents), drop(a.belongings, b.belongings, belongings),
		drop(a.findings, b.findings, findings), drop(a.duties, b.duties, tasks), drop(a.people, b.people, persons),
		put(a.people, b.people, persons), put(a.schedules, b.schedules, schedules), put(a.holidays, b.holidays, holidays),
		put(a.incumbents, b.incumbents, incumbents), put(a.belongings, b.belongings, belongings),
		put(a.findings, b.findings, findings), put(a.duties, b.duties, tasks), put(a.cards, b.cards, cards),
		drop(a.schedules, b.schedules, schedules), drop(a.holidays, b.holidays, holidays),
	)
}

func drop[K cmp.Ordered, R any](from, to map[K]R, edit func(*R) ledger.Edit) []ledger.Edit {
	var out []ledger.Edit
	for _, k := range slices.Sorted(maps.Keys(from)) {
		if _, stays := to[k]; !stays {
			row := from[k]
			e := edit(&row)
			e.Delete = true
			out = append(out, e)
		}
	}
	return out
}

// put yields changed rows before new ones, so that a post is given up before it is taken.
func put[K cmp.Ordered, R any](from, to map[K]R, edit func(*R) ledger.Edit) []ledger.Edit {
	var changed, added []ledger.Edit
	for _, k := range slices.Sorted(maps.Keys(to)) {
		row := to[k]
		old, was := from[k]
		switch {
		case !was:
			added = append(added, edit(&row))
		case !reflect.DeepEqual(old, row):
			changed = append(changed, edit(&row))
		}
	}
	return append(changed, added...)
}
