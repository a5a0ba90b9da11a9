package controller

import (
	"fmt"
	"strings"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/register"
)

// enterLate opens a line by hand for one who came in on another's badge (供連れ). It says so for good.
func (s *State) enterLate(a Account, ask EnterLate) *Answer {
	if no := s.may(a, account.AnnounceVisitor, ask.Zone); no != "" {
		return &Answer{Refusal: no}
	}
	if no := s.lateProblem(ask); no != "" {
		return &Answer{Refusal: no}
	}
	d := journal.Data{
		Visit: s.number("visit", "%d-%06d"), Zone: ask.Zone, Direction: "entry", Person: string(ask.Person), Permit: string(ask.Permit),
		Account: a.Name, Mode: "late", From: jst(ask.Entered).Format(time.RFC3339),
	}
	o := s.opening(ask.Person, "visitor.other", ask.Permit)
	o.Remarks = ask.Text
	s.line(journal.VisitOpened, journal.Warning, d, s.private(o))
	if row, on := s.permits.rows[ask.Permit]; on {
		if row.Decided.After(ask.Entered) && !row.Late {
			row.Late = true
			s.keepPermit(row)
		}
		s.usePermit(ask.Permit, ask.Person)
	}
	if ask.Escort != "" {
		s.escorted(journal.VisitEscorted, d.Visit, ask.Escort, false)
	}
	s.occupy(access.OccupantKey{Zone: ask.Zone, Person: ask.Person}, access.Occupant{
		Person: ask.Person, Zone: ask.Zone, Since: ask.Entered, Boot: s.boot, Mono: s.now.Mono, Inside: true,
	})
	return &Answer{Value: d.Visit, Order: true}
}

func (s *State) lateProblem(ask EnterLate) string {
	_, known := s.roster.Person(ask.Person)
	row, permit := s.permits.rows[ask.Permit]
	_, inside := s.book.Of(ask.Zone, ask.Person)
	_, place := s.findPlace(ask.Zone)
	switch {
	case !place:
		return fmt.Sprintf("no zone %q", ask.Zone)
	case !known:
		return fmt.Sprintf("no person %q: name them on a permit first (kidoban permit request, permit name)", ask.Person)
	case inside:
		return fmt.Sprintf("%s is inside already", ask.Person)
	case ask.Permit != "" && !permit:
		return noPermit(ask.Permit)
	case permit && row.Holder(ask.Person) < 0:
		return fmt.Sprintf("permit %s does not name %s", ask.Permit, ask.Person)
	case ask.Entered.IsZero(), ask.Entered.After(s.now.Wall), s.now.Wall.Sub(ask.Entered) > 24*time.Hour:
		return "say when they entered, within the last day: --at"
	case strings.TrimSpace(ask.Text) == "":
		return "say how it came about: --text"
	case ask.Escort == ask.Person, ask.Escort != "" && !s.standing(s.gateOf(ask.Zone), ask.Escort):
		return "the escort is one of 第20条第1項, and another person"
	}
	return ""
}

// correctVisit puts a correction into force that maker, checker and permitter have each done their part for (訂正,
// 見え消し). The original stays beside it.
func (s *State) correctVisit(a Account, ask CorrectVisit) string {
	if ask.Row != nil && ask.Row.ID == ask.Visit {
		s.book.Adopt(*ask.Row)
	}
	v, known := s.book.Visit(ask.Visit)
	if !known {
		return "no visit " + ask.Visit
	}
	before, is := register.Field(&v, ask.Field)
	switch {
	case !is:
		return fmt.Sprintf("%q is no field that can be corrected: name, reading, affiliation, identity, badge, purpose, work, equipment, carry_in, carry_out, remarks, left", ask.Field)
	case before == ask.After:
		return "it says so already"
	case strings.TrimSpace(ask.Reason) == "":
		return "say why it is corrected (訂正理由): --reason"
	case ask.Maker.Person == "", ask.Maker.Person == ask.Checker.Person, ask.Checker.Person == "":
		return "a correction is checked by another person than its maker (運用基準, after 第21条第1項)"
	case ask.Permitter.Person == "", ask.Permitter.Person == ask.Maker.Person:
		return "a correction needs the permission of the officer of the room, who is not its maker (運用基準, after 第21条第2項)"
	}
	if ask.Field == register.Left {
		if no := s.leftProblem(&v, ask.After); no != "" {
			return no
		}
	}
	inside := v.Inside()
	d := about(&v)
	d.Point, d.Account, d.Approver = ask.Field, a.Name, string(ask.Checker.Person)
	s.line(journal.VisitCorrected, journal.Notice, d, s.private(register.Correction{
		Before: before, After: ask.After, Reason: ask.Reason, Maker: ask.Maker, Checker: ask.Checker, Permitter: ask.Permitter,
	}))
	if inside && ask.Field == register.Left {
		s.outside(v.Zone, v.Person)
	}
	return ""
}

func (s *State) leftProblem(v *ledger.Visit, after string) string {
	at, err := time.Parse(time.RFC3339, after)
	if err != nil || at.Before(v.Entered) || at.After(s.now.Wall) {
		return "a time of leaving lies between the entry and now, like 2026-04-01T17:05:00+09:00"
	}
	return ""
}

var services = map[string]bool{"fire": true, "police": true, "ambulance": true, "key": true}

// enterEmergency records a 緊急入室. Those who come are no 入室者: no permit is made of it, and no consent asked for.
func (s *State) enterEmergency(a Account, ask EnterEmergency) *Answer {
	zone := ask.Zone
	if zone == "" {
		zone = s.zoneOf(ask.Door)
	}
	if no := s.may(a, account.RecordEmergency, zone); no != "" {
		return &Answer{Refusal: no}
	}
	_, place := s.findPlace(zone)
	switch {
	case !place:
		return &Answer{Refusal: fmt.Sprintf("no zone %q: --zone, or --door", zone)}
	case !services[ask.Service]:
		return &Answer{Refusal: "a 緊急入室 is of fire, police or ambulance, or key (非常用鍵): --service"}
	case ask.Count < 0:
		return &Answer{Refusal: "a number of persons is not negative; 0 is 不明"}
	}
	if ask.Door != "" {
		if no := s.releaseDoor(a, ReleaseDoor{Door: ask.Door}); no != "" {
			return &Answer{Refusal: no}
		}
	}
	row := ledger.EmergencyEntry{
		ID: s.number("emergency", "%d-E%03d"), Zone: zone, Door: ask.Door, Service: ask.Service, Entered: s.now.Wall,
		Count: ask.Count, LetIn: ask.LetIn, Text: ask.Text,
	}
	s.noteEmergency(journal.Alert, a, &row, "opened")
	return &Answer{Value: row.ID, Order: true}
}

func (s *State) noteEmergency(sev journal.Severity, a Account, row *ledger.EmergencyEntry, mode string) {
	s.emergencies[row.ID] = *row
	s.out.Change.Emergency = append(s.out.Change.Emergency, *row)
	s.noteWith(journal.VisitEmergency, sev, "zone/"+row.Zone, journal.Data{
		Incident: row.ID, Zone: row.Zone, Door: row.Door, Point: row.Service, Person: string(row.LetIn), Count: int64(row.Count),
		Account: a.Name, Mode: mode,
	}, s.reason(row.Text))
}

// completeEmergency completes the record afterwards; what is unknown stays 不明.
func (s *State) completeEmergency(a Account, ask CompleteEmergency) string {
	row, known := s.emergencies[ask.ID]
	if !known {
		return fmt.Sprintf("no emergency entry %s waits for its completion", ask.ID)
	}
	if no := s.may(a, account.RecordEmergency, row.Zone); no != "" {
		return no
	}
	if minute := row.Entered.Truncate(time.Minute); ask.Left.Before(row.Entered) && !ask.Left.Before(minute) {
		ask.Left = row.Entered // a time that is said in minutes
	}
	switch {
	case strings.TrimSpace(ask.Text) == "":
		return "say what happened: --text"
	case !ask.Left.IsZero() && (ask.Left.Before(row.Entered) || ask.Left.After(s.now.Wall)):
		return "they left between their entry and now: --left"
	}
	if ask.Count > 0 {
		row.Count = ask.Count
	}
	row.Left, row.Text, row.Completed = ask.Left, ask.Text, s.actAs(a.Person, row.Zone)
	s.noteEmergency(journal.Notice, a, &row, "completed")
	delete(s.emergencies, row.ID)
	return ""
}
