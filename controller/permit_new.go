package controller

import (
	"fmt"
	"strings"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/cards"
	"kidoban/controller/ledger"
	"kidoban/controller/retention"
)

// permitMost bounds the persons of one permit.
const permitMost = 50

// newPermit checks what is asked for and gives it its number; those who are named become persons of the roster, who have
// no standing by that.
func (s *State) newPermit(a Account, row ledger.Permit) (ledger.Permit, string) {
	if no := s.incomplete(&row); no != "" {
		return row, no
	}
	if no := s.period(&row); no != "" {
		return row, no
	}
	visitors := row.Text.Visitors
	row = ledger.Permit{
		Permit: access.Permit{
			Zone: row.Zone, Span: row.Span, Days: row.Days, Daily: row.Daily, Most: row.Most, Entries: row.Entries, Purpose: true,
		},
		Requested: s.now.Wall, RequestedBy: a.Person, Account: a.Name, Text: row.Text,
	}
	row.Text.Visitors, row.Text.Reason = nil, ""
	if no := s.named(visitors, row.Text.Organisation); no != "" {
		return row, no
	}
	row.ID = access.PermitID(s.number("permit", "%d-%04d"))
	return row, s.enrolVisitors(a, &row, visitors)
}

// incomplete is what Article 20(2) and (3) want to know and the request does not say.
func (s *State) incomplete(row *ledger.Permit) string {
	place, known := s.findPlace(row.Zone)
	switch n := len(row.Text.Visitors); {
	case !known:
		return fmt.Sprintf("no zone %q", row.Zone)
	case !place.Visitors:
		return fmt.Sprintf("zone %s lets no permit holders in: visitors = true in its configuration", row.Zone)
	case strings.TrimSpace(row.Text.Purpose) == "":
		return "a permit has a purpose (入室目的, 第20条第3項): --purpose"
	case n == 0 && row.Most <= 0:
		return "say who is to enter: --visitor NAME, or --up-to N with names on the day"
	case n > permitMost || row.Most > permitMost:
		return fmt.Sprintf("a permit names at most %d persons: ask for several", permitMost)
	case row.Entries < 0, row.Most < 0:
		return "numbers of entries and persons are not negative"
	}
	return ""
}

// findPlace is a zone that some door leads into.
func (s *State) findPlace(zone string) (access.AccessPoint, bool) {
	for _, g := range s.gates {
		if p := s.place(g.Zone); g.Zone == zone && p.Zone == zone {
			return p, true
		}
	}
	return access.AccessPoint{}, false
}

// period fills in the site's default, the same day, and keeps to its cap, 31 March. Both are 運用基準.
func (s *State) period(row *ledger.Permit) string {
	if row.From.IsZero() {
		row.From = s.now.Wall
	}
	if row.Until.IsZero() {
		y, m, d := jst(row.From).Date()
		row.Until = time.Date(y, m, d+1, 0, 0, 0, 0, access.JST)
	}
	year := retention.FiscalYear(row.From)
	switch end := time.Date(year+1, time.April, 1, 0, 0, 0, 0, access.JST); {
	case !row.From.Before(row.Until):
		return "the permit ends before it begins: --from, --until"
	case !s.now.Wall.Before(row.Until):
		return "the permit would be over already: --until"
	case row.Until.After(end):
		return fmt.Sprintf("a permit ends with the fiscal year, on 31 March %d at the latest (運用基準): ask for another one from 1 April", year+1)
	}
	if row.Daily != (access.Hours{}) && (row.Daily.From > 1440 || row.Daily.Until > 1440 || row.Daily.From == row.Daily.Until) {
		return "the hours of the day are like 09:00-17:00"
	}
	return ""
}

// named checks the names.
func (s *State) named(all []ledger.Visitor, organisation string) string {
	for _, v := range all {
		_, known := s.roster.Person(v.Person)
		switch {
		case v.Person == cards.Stock:
			return "the stock of cards is nobody: name a person"
		case v.Person != "" && !known:
			return fmt.Sprintf("no person %s in the roster: leave the id away for one who is new", v.Person)
		case v.Person == "" && strings.TrimSpace(v.Name) == "":
			return "a visitor has a name (氏名, 第20条第3項)"
		case v.Person == "" && v.Affiliation == "" && strings.TrimSpace(organisation) == "":
			return "say where they belong (所属): --organisation"
		}
	}
	return ""
}

var visitorKinds = map[string]access.Kind{
	"staff": access.Staff, "contractor": access.Contractor, "maintenance": access.Contractor, "other": access.Other,
}

// enrolVisitors adds visitors to a permit, and to the roster those who are new.
func (s *State) enrolVisitors(a Account, row *ledger.Permit, all []ledger.Visitor) string {
	if no := s.named(all, row.Text.Organisation); no != "" {
		return no
	}
	var edits []ledger.Edit
	for _, v := range all {
		if v.Affiliation == "" {
			v.Affiliation = row.Text.Organisation
		}
		if v.Person == "" {
			v.Person = access.PersonID(fmt.Sprintf("v%s-%d", row.ID, len(row.Holders)+1))
			if visitorKinds[v.Class] == 0 {
				v.Class = "contractor"
			}
			edits = append(edits, ledger.Edit{Person: &ledger.Person{
				Person: access.Person{ID: v.Person, Kind: visitorKinds[v.Class]}, Name: v.Name, Reading: v.Reading, Affiliation: v.Affiliation,
			}})
		} else {
			s.known(&v)
		}
		if row.Holder(v.Person) >= 0 {
			return fmt.Sprintf("%s is named twice", v.Person)
		}
		row.Holders = append(row.Holders, access.Holder{Person: v.Person})
		row.Text.Visitors = append(row.Text.Visitors, v)
	}
	if len(edits) == 0 {
		return ""
	}
	return s.alter(a, edits)
}

// known completes a visitor who is in the roster.
func (s *State) known(v *ledger.Visitor) {
	p := s.people.Of(v.Person)
	v.Name, v.Reading = p.Name, p.Reading
	if p.Affiliation != "" {
		v.Affiliation = p.Affiliation
	}
	if visitorKinds[v.Class] == 0 {
		v.Class = map[access.Kind]string{access.Staff: "staff", access.Contractor: "contractor"}[p.Kind]
		if v.Class == "" {
			v.Class = "other"
		}
	}
}
