package office

import (
	"slices"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/bundle"
	"kidoban/controller/ledger"
)

// only leaves those who have, or are to have, a right at the controller's doors: standing in one of its zones, a duty there,
// an office that answers for it, or a permit for it. What of them does not concern these zones is left away too, and so is the stock of cards
// that are lent for a day: it stays with the door where it lies.
func only(whole ledger.Roster, permits []ledger.Permit, door bundle.Enrolment, at time.Time) bundle.Content {
	f := filter{zones: door.Zones, at: at, keep: map[access.PersonID]bool{}}
	rec := whole.Records
	f.rights(whole)
	var c bundle.Content
	for _, p := range permits {
		if slices.ContainsFunc(f.zones, func(z bundle.Zone) bool { return z.Name == p.Zone && z.Visitors }) && p.Until.After(at) {
			c.Permits = append(c.Permits, p)
			f.keep[p.Act.Person] = true
			for _, h := range p.Holders {
				f.keep[h.Person] = true
			}
		}
	}
	c.Roster.People = where(whole.People, func(p ledger.Person) bool { return f.keep[p.ID] })
	out := &c.Roster.Records
	out.Incumbents = where(rec.Incumbents, func(x access.Incumbency) bool { return f.keep[x.Person] && f.current(x.Span) })
	out.Belongings = where(rec.Belongings, func(x access.Belonging) bool { return f.keep[x.Person] && f.current(x.Span) })
	out.Findings = where(rec.Findings, func(x access.Finding) bool { return f.keep[x.Person] && f.current(x.Span) })
	out.Duties = where(rec.Duties, func(x access.Duty) bool { return f.keep[x.Person] && f.duty(x) })
	out.Credentials = where(rec.Credentials, func(x access.Credential) bool { return f.keep[x.Person] })
	out.Schedules, out.Holidays = rec.Schedules, rec.Holidays
	return c
}

type filter struct {
	zones []bundle.Zone
	at    time.Time
	keep  map[access.PersonID]bool
}

func where[T any](all []T, is func(T) bool) (out []T) {
	for _, x := range all {
		if is(x) {
			out = append(out, x)
		}
	}
	return out
}

// current says that a span is not over.
func (f *filter) current(s access.Span) bool { return s.Until.IsZero() || s.Until.After(f.at) }

func (f *filter) duty(x access.Duty) bool {
	return f.current(x.Span) && (x.Zone == "" || slices.ContainsFunc(f.zones, func(z bundle.Zone) bool { return z.Name == x.Zone }))
}

// rights finds those with standing now or at any later beginning of a row, with a duty, or with an office of the zones.
func (f *filter) rights(whole ledger.Roster) {
	rec := whole.Records
	for _, p := range whole.People {
		rec.Persons = append(rec.Persons, p.Person)
	}
	r, _ := access.NewRoster(0, rec)
	try := func(id access.PersonID, s access.Span) {
		at := s.From
		if at.Before(f.at) {
			at = f.at
		}
		for _, z := range f.zones {
			if f.current(s) && r.Standing(id, z.Point(), at) != "" {
				f.keep[id] = true
			}
		}
	}
	for _, x := range rec.Incumbents {
		try(x.Person, x.Span)
		if f.current(x.Span) && f.answers(x.Post) {
			f.keep[x.Person] = true
		}
	}
	for _, x := range rec.Belongings {
		try(x.Person, x.Span)
	}
	for _, x := range rec.Findings {
		try(x.Person, x.Span)
	}
	for _, x := range rec.Duties {
		if f.duty(x) {
			f.keep[x.Person] = true
		}
	}
}

// answers says that a post is one that the rules look up at these doors: who is told, who decides.
func (f *filter) answers(post access.Post) bool {
	switch post {
	case access.CISO, access.SecurityOfficer, access.SystemManager:
		return true
	}
	return slices.ContainsFunc(f.zones, func(z bundle.Zone) bool { return z.Officer == string(post) })
}
