package people

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"kidoban/config/source"
	"kidoban/controller/access"
	"kidoban/controller/ledger"
)

// Summary says what an import changes. With Problems it changes nothing.
type Summary struct {
	Added, Changed, Removed int // rows of every kind
	Persons, Cards          Count
	Kept                    int           // cards that stay lost, revoked or blocked although the file says better
	Edits                   []ledger.Edit // every change, in an order in which what is referred to is there
	Before                  []ledger.Edit // the row of each as it stands, none set where there is none
	Problems                []Problem
}

// Count is the change of one kind of row.
type Count struct{ Added, Changed, Removed int }

// Merge lays the import over a roster. Rows of the file add to those that stand or replace those of the same key; with
// replace the file is the whole roster, and only schedules and holidays of a CSV stay. Neither argument is changed. With
// problems the roster returned is the one that stands.
func (m Import) Merge(current ledger.Roster, replace bool) (ledger.Roster, Summary) {
	old := tablesOf(current)
	fresh := tablesOf(m.Roster)
	next := old.clone()
	if replace {
		next = fresh.clone()
		if !m.whole {
			next.schedules, next.holidays = old.schedules, old.holidays
		}
	} else {
		next.lay(fresh)
	}
	var s Summary
	for id := range fresh.people {
		next.people[id] = m.keepPerson(old.people[id], fresh.people[id])
	}
	for id, row := range fresh.cards {
		next.cards[id] = m.keepCard(&s, old.cards, row)
	}
	s.Problems = m.check(next)
	if len(s.Problems) > 0 {
		return current, s
	}
	roster := next.roster()
	s.Edits = Diff(current, roster)
	s.count(old)
	return roster, s
}

// keepPerson leaves what the file's columns do not say.
func (m Import) keepPerson(old, row ledger.Person) ledger.Person {
	if m.whole || old.ID == "" {
		return row
	}
	if !m.has[colReading] {
		row.Reading = old.Reading
	}
	if !m.has[colAffiliation] && !m.has[colSection] {
		row.Affiliation = old.Affiliation
	}
	return row
}

// keepCard leaves what the file's columns do not say, the PIN of an unchanged card, and a state that is worse.
func (m Import) keepCard(s *Summary, all map[access.CredentialID]access.Credential, row access.Credential) access.Credential {
	old, ok := all[row.ID]
	if !ok || old.Card != row.Card || old.Person != row.Person {
		return row
	}
	row.PIN, row.Duress = old.PIN, old.Duress
	if old.State > row.State {
		row.State = old.State
		if m.whole || m.has[colState] {
			s.Kept++
		}
	}
	if m.whole {
		return row
	}
	if !m.has[colValidFrom] {
		row.From = old.From
	}
	if !m.has[colValidUntil] {
		row.Until = old.Until
	}
	if !m.has[colSchedule] {
		row.Schedule = old.Schedule
	}
	if !m.has[colExtended] {
		row.Extended = old.Extended
	}
	return row
}

// check refuses what cannot stand together, at the file's lines where they are to blame.
func (m Import) check(next tables) []Problem {
	var bad source.Problems
	cards := map[access.Hash]access.CredentialID{}
	for _, id := range slices.Sorted(maps.Keys(next.cards)) {
		row := next.cards[id]
		first, dup := cards[row.Card]
		cards[row.Card] = id
		if !dup {
			continue
		}
		at, ours := m.places[rowKey{access.CredentialTable, string(id)}]
		if !ours {
			at, first = m.places[rowKey{access.CredentialTable, string(first)}], id
		}
		bad = append(bad, Problem{File: m.file, Pos: at, Text: fmt.Sprintf(
			"card_id: the card in line %d is enrolled already as %s, of person %s; a card belongs to one person: report that one returned first, or correct the line",
			at.Line, first, next.cards[first].Person)})
	}
	rec := records(next.roster())
	_, refused := access.NewRoster(0, rec)
	for _, p := range refused {
		if p.Fault != access.DuplicateCard {
			bad = append(bad, m.problem(rec, p))
		}
	}
	bad.Sort()
	return bad
}

// problem is the rules' refusal of a row, at the place of the file that it comes from.
func (m Import) problem(rec access.Records, p access.Problem) Problem {
	return Problem{File: m.file, Pos: m.places[keyOf(rec, p)], Text: p.String()}
}

// keyOf is the key under which the row of a problem was placed.
func keyOf(rec access.Records, p access.Problem) rowKey {
	at := rowKey{table: p.Table}
	if p.Row < 0 {
		return at
	}
	switch p.Table {
	case access.PersonTable:
		at.key = string(rec.Persons[p.Row].ID)
	case access.IncumbencyTable:
		at.key = incumbencyKey(rec.Incumbents[p.Row])
	case access.BelongingTable:
		at.key = belongingKey(rec.Belongings[p.Row])
	case access.FindingTable:
		at.key = findingKey(rec.Findings[p.Row])
	case access.DutyTable:
		at.key = dutyKey(rec.Duties[p.Row])
	case access.CredentialTable:
		at.key = string(rec.Credentials[p.Row].ID)
	case access.ScheduleTable:
		at.key = string(rec.Schedules[p.Row].ID)
	case access.HolidayTable:
		at.key = holidayKey(rec.Holidays[p.Row])
	}
	return at
}

func incumbencyKey(r access.Incumbency) string {
	return string(r.Post) + "/" + rightKey(r.Person, r.Span)
}
func belongingKey(r access.Belonging) string { return r.Section + "/" + rightKey(r.Person, r.Span) }
func findingKey(r access.Finding) string     { return rightKey(r.Person, r.Span) }
func holidayKey(r access.Holiday) string {
	return date(r.Year, r.Month, r.Day).Format(time.DateOnly)
}

// count tells additions, changes and removals apart.
func (s *Summary) count(old tables) {
	for _, e := range s.Edits {
		before, was := old.row(e)
		s.Before = append(s.Before, before)
		of := &Count{}
		switch {
		case e.Person != nil:
			of = &s.Persons
		case e.Credential != nil:
			of = &s.Cards
		}
		switch {
		case e.Delete:
			of.Removed++
			s.Removed++
		case was:
			of.Changed++
			s.Changed++
		default:
			of.Added++
			s.Added++
		}
	}
}
