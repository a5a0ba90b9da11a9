package office

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"kidoban/config/source"
	"kidoban/controller/access"
	"kidoban/controller/bundle"
	"kidoban/controller/ledger"
	"kidoban/controller/people"
)

// permitFile is what the officers decided at the office (Article 20(2)), in TOML.
type permitFile struct {
	Permits []permit `toml:"permit"`
}

// permit is one of them. Holders, applicant and officer are ids of the file of people.
type permit struct {
	ID           word   `toml:"id"` // S, the fiscal year, a number: "S2026-0001"
	Zone         word   `toml:"zone"`
	From         word   `toml:"from"`
	Until        word   `toml:"until"` // a day belongs to it
	Daily        word   `toml:"daily"` // "09:00-17:00"; "" = the whole day
	Entries      int    `toml:"entries"`
	Holders      []word `toml:"holders"`
	Applicant    word   `toml:"applicant"`
	Officer      word   `toml:"officer"`
	Decided      word   `toml:"decided"`
	Organisation word   `toml:"organisation"`
	Purpose      word   `toml:"purpose"`
	Work         word   `toml:"work"`
	Equipment    word   `toml:"equipment"`
	Conditions   word   `toml:"conditions"`
	EscortPlan   word   `toml:"escort_plan"`
	CarryIn      word   `toml:"carry_in"`
	CarryOut     word   `toml:"carry_out"`
}

// word is a text, a number or a date, as text.
type word string

// UnmarshalText implements encoding.TextUnmarshaler.
func (w *word) UnmarshalText(b []byte) error {
	*w = word(strings.TrimSpace(string(b)))
	return nil
}

type permitReader struct {
	file   File
	places source.Index
	bad    source.Problems
	people map[access.PersonID]ledger.Person
}

func parsePermits(f File, whole *ledger.Roster) ([]ledger.Permit, error) {
	if len(f.Data) == 0 {
		return nil, nil
	}
	var doc permitFile
	r := permitReader{file: f, people: map[access.PersonID]ledger.Person{}}
	if r.places, r.bad = source.Decode(f.Name, f.Data, &doc); r.places == nil {
		return nil, r.bad
	}
	for _, p := range whole.People {
		r.people[p.ID] = p
	}
	var out []ledger.Permit
	seen := map[access.PermitID]bool{}
	for i := range doc.Permits {
		row := r.permit(fmt.Sprintf("permit[%d]", i), &doc.Permits[i])
		if seen[row.ID] {
			r.refuse(fmt.Sprintf("permit[%d].id", i), "stands twice; every permit has its own number")
		}
		seen[row.ID] = true
		out = append(out, row)
	}
	if len(r.bad) > 0 {
		r.bad.Sort()
		return nil, r.bad
	}
	return out, nil
}

func (r *permitReader) refuse(path, format string, args ...any) {
	r.bad = append(r.bad, source.Problem{File: r.file.Name, Pos: r.places.At(path), Text: path + ": " + fmt.Sprintf(format, args...)})
}

func (r *permitReader) permit(path string, p *permit) ledger.Permit {
	row := ledger.Permit{
		Permit: access.Permit{ID: access.PermitID(p.ID), Zone: string(p.Zone), State: access.Permitted, Entries: p.Entries, Purpose: true},
		Text: ledger.PermitText{
			Organisation: string(p.Organisation), Purpose: string(p.Purpose), Work: string(p.Work), Equipment: string(p.Equipment),
			Conditions: string(p.Conditions), EscortPlan: string(p.EscortPlan), CarryIn: string(p.CarryIn), CarryOut: string(p.CarryOut),
		},
	}
	row.From, row.Until = r.time(path+".from", p.From, false), r.time(path+".until", p.Until, true)
	row.Decided = r.time(path+".decided", p.Decided, false)
	row.Requested = row.Decided
	row.RequestedBy = r.person(path+".applicant", p.Applicant).ID
	officer := r.person(path+".officer", p.Officer)
	row.Act = ledger.Act{Person: officer.ID, Name: officer.Name, At: row.Decided}
	for i, h := range p.Holders {
		who := r.person(fmt.Sprintf("%s.holders[%d]", path, i), h)
		row.Holders = append(row.Holders, access.Holder{Person: who.ID})
		row.Text.Visitors = append(row.Text.Visitors, ledger.Visitor{
			Person: who.ID, Name: who.Name, Reading: who.Reading, Affiliation: who.Affiliation, Class: classes[who.Kind],
		})
	}
	switch {
	case !bundle.PermitPattern.MatchString(string(row.ID)):
		r.refuse(path+".id", `is like "S2026-0001": the site's own numbers, which no door gives`)
	case row.Text.Purpose == "":
		r.refuse(path+".purpose", "is missing (入室目的, Article 20(3))")
	case len(row.Holders) == 0:
		r.refuse(path+".holders", "is missing: whom is it for")
	case !row.From.Before(row.Until):
		r.refuse(path+".until", "ends before it begins")
	case p.Entries < 0:
		r.refuse(path+".entries", "is not negative; 0 = without limit")
	}
	if p.Daily != "" {
		var ok bool
		if row.Daily, ok = daily(string(p.Daily)); !ok {
			r.refuse(path+".daily", `hours of the day are written "09:00-17:00"`)
		}
	}
	return row
}

var classes = map[access.Kind]string{access.Staff: "staff", access.Contractor: "contractor", access.Other: "other"}

func (r *permitReader) person(path string, id word) ledger.Person {
	p, known := r.people[access.PersonID(id)]
	if !known {
		r.refuse(path, "is nobody of the file of people; write the id that stands there")
	}
	return p
}

// time reads an instant or a day; a last day belongs to it.
func (r *permitReader) time(path string, w word, last bool) time.Time {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02T15:04:05"} {
		if at, err := time.ParseInLocation(layout, string(w), access.JST); err == nil {
			return at.In(access.JST)
		}
	}
	at, err := people.ParseDay(string(w))
	switch {
	case err != nil:
		r.refuse(path, "%s, or with the hour: 2026-04-01 09:00", err)
	case last:
		at = at.AddDate(0, 0, 1)
	}
	return at
}

func daily(s string) (h access.Hours, ok bool) {
	from, until, ok := strings.Cut(s, "-")
	a, err := time.Parse("15:04", strings.TrimSpace(from))
	b, err2 := time.Parse("15:04", strings.TrimSpace(until))
	h = access.Hours{From: uint16(a.Hour()*60 + a.Minute()), Until: uint16(b.Hour()*60 + b.Minute())}
	return h, ok && err == nil && err2 == nil && h.From != h.Until
}

// decided holds each permit for the controller's zones to Article 20(2): the officer of the zone decided it, by the office
// held then.
func decided(permits []ledger.Permit, whole ledger.Roster, door bundle.Enrolment) error {
	rec := whole.Records
	for _, p := range whole.People {
		rec.Persons = append(rec.Persons, p.Person)
	}
	r, _ := access.NewRoster(0, rec)
	for i := range permits {
		p := &permits[i]
		n := slices.IndexFunc(door.Zones, func(z bundle.Zone) bool { return z.Name == p.Zone })
		if n < 0 {
			continue
		}
		post := access.Post(door.Zones[n].Officer)
		if door.Zones[n].Kind == "management_room" || post == "" {
			post = access.SecurityOfficer
		}
		if !r.Holds(p.Act.Person, post, p.Decided) {
			return fmt.Errorf("permit %s: %s did not hold the post of %s when it was decided (Article 20(2)); correct officer or decided", p.ID, p.Act.Person, post)
		}
		p.Act.Post = post
	}
	return nil
}
