package controller

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/retention"
)

// permits are those that are not purged, and the numbers given out.
type permits struct {
	index  *access.Permits
	rows   map[access.PermitID]ledger.Permit
	last   map[numberKey]int
	expiry time.Time                // when the next one runs out
	waits  map[access.PermitID]bool // for the officer
	moved  bool                     // of those, one has changed
}

func newPermits(snap ledger.Snapshot) permits {
	p := permits{
		index: access.NewPermits(nil), rows: make(map[access.PermitID]ledger.Permit, len(snap.Permits)), last: map[numberKey]int{},
		waits: map[access.PermitID]bool{},
	}
	for _, row := range snap.Permits {
		p.put(row)
	}
	for _, n := range snap.Numbers {
		p.last[numberKey{n.Kind, n.Year}] = n.Last
	}
	return p
}

func (p *permits) put(row ledger.Permit) {
	p.rows[row.ID] = row
	p.index.Put(row.Permit)
	waits := waitsForOfficer(&row)
	if p.moved = p.moved || waits || p.waits[row.ID]; waits {
		p.waits[row.ID] = true
	} else {
		delete(p.waits, row.ID)
	}
	if inForce(&row) && (p.expiry.IsZero() || row.Until.Before(p.expiry)) {
		p.expiry = row.Until
	}
}

// drop forgets one that never came to be, or that is gone.
func (p *permits) drop(id access.PermitID) {
	p.moved = p.moved || p.waits[id]
	delete(p.rows, id)
	delete(p.waits, id)
	p.index.Remove(id)
}

// inForce says that a permit may still let somebody in, and that its end is to be told.
func inForce(p *ledger.Permit) bool {
	return !p.Expired && !p.Until.IsZero() && (p.State == access.Permitted || p.State == access.PermittedOrally)
}

// number is the next one of a kind in the fiscal year.
func (s *State) number(kind, form string) string {
	key := numberKey{kind, retention.FiscalYear(s.dated())}
	s.permits.last[key]++
	n := s.permits.last[key]
	s.out.Change.Numbers = append(s.out.Change.Numbers, ledger.Number{Kind: kind, Year: key.year, Last: n})
	return fmt.Sprintf(form, key.year, n)
}

// keepPermit makes a permit so, in memory and on its way to the disk.
func (s *State) keepPermit(row ledger.Permit) {
	s.permits.put(row)
	s.out.Change.Permits = append(s.out.Change.Permits, row)
}

// ofPermits answers the questions about permits and visits, nil for any other. Both name people: an account is needed.
func (s *State) ofPermits(r Request) *Answer {
	switch r.Ask.(type) {
	case AskPermits, AskVisits:
	default:
		return nil
	}
	if r.Account.Name == "" {
		return &Answer{Refusal: "permits and visits name people: this user of the machine has no account (kidoban sign-in)"}
	}
	if !s.looks(r.Account) {
		return &Answer{Refusal: "this account may not look at permits and visits"}
	}
	ask, permits := r.Ask.(AskPermits)
	if !permits {
		return &Answer{Value: s.book.Lines(nil)}
	}
	return &Answer{Value: s.found(ask)}
}

// found are the permits that a question is about.
func (s *State) found(ask AskPermits) (out []FoundPermit) {
	at := s.dated()
	for _, p := range s.permits.rows {
		switch {
		case ask.ID != "" && p.ID != ask.ID, ask.Person != "" && p.Holder(ask.Person) < 0:
		case ask.Open && !isOpen(&p, at), len(ask.State) > 0 && !slices.Contains(ask.State, p.State):
		case ask.Before != "" && byNumber(string(p.ID), string(ask.Before)) >= 0:
		default:
			out = append(out, FoundPermit{Permit: p})
		}
	}
	slices.SortFunc(out, func(a, b FoundPermit) int { return byNumber(string(b.ID), string(a.ID)) })
	if ask.Limit > 0 && len(out) > ask.Limit {
		out = slices.Clone(out[:ask.Limit])
	}
	for i := range out {
		out[i].Applicant, out[i].Recorder = s.people.Of(out[i].RequestedBy).Name, s.people.Of(out[i].OralBy).Name
	}
	return out
}

// isOpen says that somebody may still enter on a permit, or that it waits for the officer.
func isOpen(p *ledger.Permit, at time.Time) bool {
	switch {
	case (!p.Oral.IsZero() || p.Act.Deputy) && !p.Confirmed.Done():
		return true
	case p.State == access.NotPermitted || p.State == access.Withdrawn:
		return false
	}
	return p.Until.IsZero() || at.Before(p.Until)
}

// onPermits carries out the orders of Article 20(2), nil for any other.
func (s *State) onPermits(a Account, ask Ask) *Answer {
	switch ask := ask.(type) {
	case RequestPermit:
		return s.requestPermit(a, ask)
	case RecordOral:
		return s.recordOral(a, ask)
	case DecidePermit:
		return &Answer{Refusal: s.decidePermit(a, ask)}
	case ConfirmPermit:
		return &Answer{Refusal: s.confirmPermit(a, ask)}
	case RevokePermit:
		return &Answer{Refusal: s.revokePermit(a, ask)}
	case NameVisitor:
		return s.nameVisitor(a, ask)
	}
	return nil
}

// requestPermit enters a request (入室許可を申請する). It lets nobody in.
func (s *State) requestPermit(a Account, ask RequestPermit) *Answer {
	if no := s.may(a, account.RequestPermit, ask.Permit.Zone); no != "" {
		return &Answer{Refusal: no}
	}
	row, no := s.newPermit(a, ask.Permit)
	if no != "" {
		return &Answer{Refusal: no}
	}
	row.State = access.Requested
	s.notePermit(journal.PermitRequested, journal.Info, a, &row, s.private(row.Text))
	s.atTablet(ask.Tablet)
	s.keepPermit(row)
	return &Answer{Value: row.ID, Order: true}
}

// recordOral records what the officer has spoken (口頭許可). It holds until the officer confirms it and after.
func (s *State) recordOral(a Account, ask RecordOral) *Answer {
	zone := ask.Permit.Zone
	if no := s.may(a, account.RecordOral, zone); no != "" {
		return &Answer{Refusal: no}
	}
	spoken := ask.Spoken
	if spoken.IsZero() {
		spoken = s.now.Wall
	}
	officer, held := s.roster.Incumbent(officerOf(s.place(zone)), spoken)
	switch {
	case !s.believed():
		return &Answer{Refusal: clockInDoubt}
	case !held:
		return &Answer{Refusal: "nobody held the post of " + postName(officerOf(s.place(zone))) + " then, so nobody can have permitted it"}
	case spoken.After(s.now.Wall), s.now.Wall.Sub(spoken) > 24*time.Hour:
		return &Answer{Refusal: "say when the permission was spoken, within the last day: --at"}
	case ask.How == "":
		return &Answer{Refusal: "say how the permission was spoken: --how telephone"}
	}
	row, no := s.newPermit(a, ask.Permit)
	if no != "" {
		return &Answer{Refusal: no}
	}
	row.State, row.Decided, row.Oral, row.OralHow, row.OralBy = access.PermittedOrally, s.now.Wall, spoken, ask.How, a.Person
	row.Act = s.actAsOf(officer, zone, spoken)
	row.Late = s.enteredWithout(&row)
	s.notePermit(journal.PermitRecordedOral, journal.Notice, a, &row, s.private(row.Text))
	s.keepPermit(row)
	return &Answer{Value: row.ID, Order: true}
}

const clockInDoubt = "the clock cannot be trusted, so nobody could say that it was permitted beforehand: set the time first (clock_untrusted)"

// enteredWithout says that one of those named is inside already, without any permit.
func (s *State) enteredWithout(p *ledger.Permit) bool {
	return slices.ContainsFunc(s.book.Inside(p.Zone), func(v ledger.Visit) bool {
		return v.Visitor() && v.Permit == "" && p.Holder(v.Person) >= 0
	})
}

// decidePermit is 許可する or 許可しない: by the officer of the zone, before the entry, to the instant.
func (s *State) decidePermit(a Account, ask DecidePermit) string {
	row, known := s.permits.rows[ask.ID]
	if !known {
		return noPermit(ask.ID)
	}
	action := account.DecidePermit
	if ask.Deputy {
		action = account.DecideAsDeputy
	}
	if no := s.may(a, action, row.Zone); no != "" {
		return no
	}
	switch {
	case row.State != access.Requested:
		return fmt.Sprintf("permit %s is %s: only a request is decided", row.ID, row.State)
	case !s.believed():
		return clockInDoubt
	case ask.Grant && !s.now.Wall.Before(row.Until):
		return fmt.Sprintf("what permit %s was asked for is over: a new request is needed", row.ID)
	case !ask.Grant && strings.TrimSpace(ask.Reason) == "":
		return "say why it is not permitted: --reason"
	}
	row.Act = s.actAs(a.Person, row.Zone)
	row.Act.Deputy = ask.Deputy
	row.Decided, row.State = s.now.Wall, access.NotPermitted
	row.Text.Reason = ask.Reason
	t := journal.PermitRefused
	if ask.Grant {
		row.State, t = access.Permitted, journal.PermitGranted
	}
	s.notePermit(t, journal.Notice, a, &row, s.reason(ask.Reason))
	s.keepPermit(row)
	return ""
}

// confirmPermit is the officer's word on what was spoken, or the later review (後閲) of what a deputy decided.
func (s *State) confirmPermit(a Account, ask ConfirmPermit) string {
	row, known := s.permits.rows[ask.ID]
	if !known {
		return noPermit(ask.ID)
	}
	if no := s.may(a, account.DecidePermit, row.Zone); no != "" {
		return no
	}
	switch {
	case row.Confirmed.Done():
		return fmt.Sprintf("permit %s is confirmed already", row.ID)
	case row.Oral.IsZero() && !row.Act.Deputy:
		return fmt.Sprintf("permit %s was neither spoken nor decided by a deputy: there is nothing to confirm", row.ID)
	}
	t := journal.PermitConfirmed
	if row.Act.Deputy {
		t = journal.PermitReviewed
	}
	row.Confirmed = s.actAs(a.Person, row.Zone)
	s.notePermit(t, journal.Notice, a, &row, nil)
	s.keepPermit(row)
	return ""
}

func (s *State) revokePermit(a Account, ask RevokePermit) string {
	row, known := s.permits.rows[ask.ID]
	if !known {
		return noPermit(ask.ID)
	}
	if no := s.may(a, account.DecidePermit, row.Zone); no != "" {
		return no
	}
	switch {
	case row.State == access.Withdrawn, row.State == access.NotPermitted:
		return fmt.Sprintf("permit %s is %s already", row.ID, row.State)
	case strings.TrimSpace(ask.Reason) == "":
		return "say why the permission is withdrawn: --reason"
	}
	row.State, row.Text.Reason, row.Revoked = access.Withdrawn, ask.Reason, s.actAs(a.Person, row.Zone)
	s.notePermit(journal.PermitRevoked, journal.Notice, a, &row, s.reason(ask.Reason))
	s.keepPermit(row)
	return ""
}

// nameVisitor names one on the day, as far as the decision lets.
func (s *State) nameVisitor(a Account, ask NameVisitor) *Answer {
	row, known := s.permits.rows[ask.Permit]
	if !known {
		return &Answer{Refusal: noPermit(ask.Permit)}
	}
	if no := s.may(a, account.NameVisitor, row.Zone); no != "" {
		return &Answer{Refusal: no}
	}
	switch {
	case row.State != access.Permitted && row.State != access.PermittedOrally:
		return &Answer{Refusal: fmt.Sprintf("permit %s is %s", row.ID, row.State)}
	case len(row.Holders) >= row.Most:
		return &Answer{Refusal: fmt.Sprintf(
			"permit %s is for those named and for no more (%d): 市民課長 decides on anybody else (第20条第2項)", row.ID, len(row.Holders))}
	}
	row.Text.Visitors, row.Holders = slices.Clone(row.Text.Visitors), slices.Clone(row.Holders)
	if no := s.enrolVisitors(a, &row, []ledger.Visitor{ask.Visitor}); no != "" {
		return &Answer{Refusal: no}
	}
	named := row.Text.Visitors[len(row.Text.Visitors)-1]
	s.notePermit(journal.PermitNamed, journal.Info, a, &row, s.private(named))
	s.atTablet(ask.Tablet)
	s.keepPermit(row)
	return &Answer{Value: named.Person, Order: true}
}

// atTablet says of the entry just made that a visitor wrote it at the tablet of a door.
func (s *State) atTablet(door string) {
	if door != "" {
		d := &s.out.Entries[len(s.out.Entries)-1].Data
		d.Mode, d.Door = modeTablet, door
	}
}

const modeTablet = "tablet"

func noPermit(id access.PermitID) string { return fmt.Sprintf("no permit %s: kidoban permit list", id) }

func (s *State) reason(text string) []byte {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	return s.private(map[string]string{"reason": text})
}

// actAs is what a person does now by the office that answers for a zone; acting (事務取扱) where a superior holds it.
func (s *State) actAs(p access.PersonID, zone string) ledger.Act {
	return s.actAsOf(p, zone, s.dated())
}

// actAsOf is what a person did by the office that they held at an instant.
func (s *State) actAsOf(p access.PersonID, zone string, at time.Time) ledger.Act {
	act := s.act(p)
	if post := officerOf(s.place(zone)); s.roster.Holds(p, post, at) {
		act.Post, act.Acting = post, s.roster.Holds(p, access.CISO, at)
	}
	return act
}

// notePermit writes down what became of a permit.
func (s *State) notePermit(t journal.Type, sev journal.Severity, a Account, p *ledger.Permit, private []byte) {
	d := journal.Data{
		Permit: string(p.ID), Zone: p.Zone, Account: a.Name, Person: string(a.Person), Count: int64(len(p.Holders)),
		Rule: access.RulePermit, From: jst(p.From).Format(time.RFC3339), Until: jst(p.Until).Format(time.RFC3339),
	}
	if s.place(p.Zone).Place == access.TerminalPlace {
		d.Rule = access.RuleTerminal
	}
	switch {
	case t == journal.PermitRecordedOral:
		d.Mode, d.Post = p.OralHow, string(p.Act.Post)
		if p.Late {
			d.Reason = "after_entry"
		}
	case t == journal.PermitGranted, t == journal.PermitRefused:
		d.Post = string(p.Act.Post)
		if p.Act.Deputy {
			d.Mode = "deputy"
		}
	}
	s.noteWith(t, sev, "permit/"+string(p.ID), d, private)
}

// expirePermits tells of those that have run out.
func (s *State) expirePermits() {
	at := s.dated()
	if s.permits.expiry.IsZero() || at.Before(s.permits.expiry) || !s.backlog.ok {
		return
	}
	s.permits.expiry = time.Time{}
	var over []ledger.Permit
	for _, p := range s.permits.rows {
		switch {
		case !inForce(&p):
		case !at.Before(p.Until):
			p.Expired = true
			over = append(over, p)
		case s.permits.expiry.IsZero() || p.Until.Before(s.permits.expiry):
			s.permits.expiry = p.Until
		}
	}
	slices.SortFunc(over, func(a, b ledger.Permit) int { return strings.Compare(string(a.ID), string(b.ID)) })
	for _, p := range over {
		s.notePermit(journal.PermitExpired, journal.Info, Account{}, &p, nil)
		s.keepPermit(p)
	}
}
