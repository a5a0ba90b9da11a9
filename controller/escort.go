package controller

import (
	"cmp"
	"slices"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/register"
	"kidoban/device"
)

// attending is a person of Article 20(1) who has shown their card at an entry reader, for the visitors who come after.
type attending struct {
	person access.PersonID
	until  time.Duration
	brings int
}

// visitor takes one whose permit is good: with the escort who was just there, or to wait for one.
func (s *State) visitor(g *gate, m member, at device.Instant) {
	st := &g.stands[device.Entry]
	switch {
	case !s.site.Visits.VisitorFirst && st.escort.until > s.now.Mono && s.standing(g, st.escort.person):
		if st.escort.brings >= s.site.Visits.EscortLimit {
			s.refuseVisitor(g, m, access.EscortLimitReached)
			return
		}
		st.escort.brings++
		st.escort.until = s.now.Mono + s.site.Visits.EscortWindow
		s.wait(waiting{gate: g, dir: device.Entry, grants: []grant{s.grant(g, m, st.escort.person, at)}})
	case s.site.Visits.EscortFirst:
		s.refuseVisitor(g, m, access.EscortMissing)
	case st.party.has(m.Person):
		st.party.deadline = s.now.Mono + s.site.Visits.EscortWindow
	case len(st.party.members) >= s.site.Visits.EscortLimit:
		s.refuseVisitor(g, m, access.EscortLimitReached)
	default:
		st.party.members = append(st.party.members, m)
		s.await(g, waitEscort)
	}
}

// attendsNoMore forgets that somebody is there to bring visitors: they did not go in after all, or have left.
func (s *State) attendsNoMore(zone string, who access.PersonID) {
	for _, g := range s.gates {
		if e := &g.stands[device.Entry].escort; g.Zone == zone && e.person == who {
			*e = attending{}
		}
	}
}

func (s *State) refuseVisitor(g *gate, m member, why access.Reason) {
	d := m.Decision
	d.Reason, d.Rule = why, s.rule(g.Zone, ruleAttend)
	s.deny(g, device.Entry, d, access.Hash{})
}

func (p *party) has(who access.PersonID) bool {
	return slices.ContainsFunc(p.members, func(m member) bool { return m.Person == who })
}

// standing says that a person may enter a door by Article 20(1), or 11(2), now.
func (s *State) standing(g *gate, who access.PersonID) bool {
	p := g.Points[device.Entry]
	return p != nil && who != "" && s.roster.Standing(who, p.AccessPoint, s.dated()) != ""
}

// announce lets visitors be chosen by name: they stand at the door without a card, and an escort's badge lets them in.
func (s *State) announce(a Account, ask Announce) string {
	g := s.gate(ask.Door)
	if g == nil {
		return s.noDoor(ask.Door)
	}
	if no := s.may(a, account.AnnounceVisitor, g.Zone); no != "" {
		return no
	}
	st := &g.stands[device.Entry]
	if _, known := s.permits.rows[ask.Permit]; !known {
		return noPermit(ask.Permit)
	}
	switch {
	case len(ask.Persons) == 0:
		return "say who stands at the door: --visitor"
	case g.Points[device.Entry] == nil:
		return "door " + g.Name + " has no reader outside"
	case st.party.active() && st.party.wants != waitEscort:
		return "somebody is at the reader: try again in a moment"
	}
	var refused string
	for _, who := range ask.Persons {
		q := s.question(g, device.Entry, access.Hash{})
		d := s.unlessFaulty(g, access.DecideVisitor(s.roster, q, who, ask.Permit))
		if d.Reason != access.Granted {
			s.deny(g, device.Entry, d, access.Hash{})
			refused = string(who) + ": " + d.Reason.String() + ": " + access.DeskText(d.Reason, access.English, d.Fill("", 0))
			continue
		}
		s.note(journal.VisitAnnounced, journal.Info, subject(g, device.Entry), journal.Data{
			Door: g.Name, Zone: g.Zone, Person: string(who), Permit: string(d.Permit), Account: a.Name,
		})
		if ask.Tablet {
			s.atTablet(g.Name)
		}
		s.visitor(g, member{Decision: d, identity: ask.Identity, badge: ask.Badge}, s.now)
	}
	return refused
}

// escorted writes down who attends a visit from now on.
func (s *State) escorted(t journal.Type, visit string, who access.PersonID, assumed bool) {
	v, open := s.book.Visit(visit)
	if !open {
		return
	}
	d := about(&v)
	d.Escort, d.Assumed = string(who), assumed
	if g := s.gateOf(v.Zone); g != nil {
		d.Rule = s.roster.Standing(who, g.Points[device.Entry].AccessPoint, s.dated())
	}
	s.line(t, journal.Info, d, s.private(register.Escort{Name: s.people.Of(who).Name}))
}

// handOver makes the account's own person the escort: 交代 is the successor's act.
func (s *State) handOver(a Account, ask HandOver) string {
	all, no := s.group(ask.Visits, false)
	if no == "" {
		no = s.may(a, account.HandOverEscort, zoneOfAll(all))
	}
	if no != "" {
		return no
	}
	for _, v := range all {
		n := v.Escort()
		switch {
		case !slices.Contains(s.attendants(v.Zone), a.Person):
			return "the escort is inside, by a badge of their own, and one of 第20条第1項: enter first, then take over"
		case v.Person == a.Person:
			return "nobody is their own escort"
		case n >= 0 && v.Escorts[n].Person == a.Person:
			return "you attend visit " + v.ID + " already"
		}
	}
	for _, v := range all {
		s.escorted(journal.VisitEscortChanged, v.ID, a.Person, false)
	}
	return ""
}

// attendants are those inside a zone who may attend there now, longest first.
func (s *State) attendants(zone string) (out []access.PersonID) {
	g := s.gateOf(zone)
	if g == nil {
		return nil
	}
	var in []access.Occupant
	for _, o := range s.inside {
		if o.Zone == zone && o.Inside && !o.Unverified && s.standing(g, o.Person) && !s.isVisitor(zone, o.Person) {
			in = append(in, o)
		}
	}
	slices.SortFunc(in, func(a, b access.Occupant) int {
		return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.Person, b.Person))
	})
	for _, o := range in {
		out = append(out, o.Person)
	}
	return out
}

// isVisitor says that a person is inside on a permit.
func (s *State) isVisitor(zone string, who access.PersonID) bool {
	v, open := s.book.Of(zone, who)
	return open && v.Visitor()
}

// lookAfter sees that no visitor is inside unattended, and that nobody's right has run out while they are: an alert, never
// a lock.
func (s *State) lookAfter() {
	moved := len(s.out.Change.Permits)+len(s.out.Change.Visits)+len(s.out.Change.Occupants)+len(s.out.Change.Roster) > 0 || s.out.Change.Switch != 0
	if !moved && (s.watch.next == 0 || s.now.Mono < s.watch.next) {
		return
	}
	s.watch.next = 0
	for _, v := range s.book.Inside("") {
		s.watch.next = s.now.Mono + lookEvery
		if v.Visitor() {
			s.attended(&v)
		}
		s.overstays(&v)
	}
	for id, until := range s.watch.leaving {
		if until <= s.now.Mono {
			delete(s.watch.leaving, id)
		}
	}
}

// lookEvery is within what a visitor alone must be noticed.
const lookEvery = time.Second

// attended sees to a visitor's escort: the one of the line, or else the next who is inside, or else an alert.
func (s *State) attended(v *ledger.Visit) {
	here, n := s.attendants(v.Zone), v.Escort()
	switch {
	case n >= 0 && slices.Contains(here, v.Escorts[n].Person):
	case len(here) > 0:
		s.escorted(journal.VisitEscortChanged, v.ID, here[0], true)
	case n >= 0 || !hasIncident(v, journal.VisitEscortLost, "") && len(v.Escorts) == 0:
		d := about(v)
		d.Rule = s.rule(v.Zone, ruleAttend)
		if n >= 0 {
			d.Escort = string(v.Escorts[n].Person)
		}
		s.line(journal.VisitEscortLost, journal.Alert, d, nil)
	}
}

func hasIncident(v *ledger.Visit, t journal.Type, reason string) bool {
	return slices.ContainsFunc(v.Incidents, func(i ledger.Incident) bool { return i.Type == string(t) && i.Reason == reason })
}

// overstays tells once of each reason why one who is inside should not be any more.
func (s *State) overstays(v *ledger.Visit) {
	for _, why := range s.overdue(v) {
		if hasIncident(v, journal.VisitOverstayed, why) {
			continue
		}
		d, sev := about(v), journal.Alert
		d.Reason = why
		if !v.Visitor() {
			sev = journal.Warning
		}
		s.line(journal.VisitOverstayed, sev, d, nil)
	}
}

func (s *State) overdue(v *ledger.Visit) (out []string) {
	at := s.dated()
	if !v.Visitor() {
		if g := s.gateOf(v.Zone); g != nil && !s.standing(g, v.Person) {
			out = append(out, "standing_ended")
		}
		return out
	}
	p, known := s.permits.rows[v.Permit]
	switch {
	case known && p.State == access.Withdrawn:
		out = append(out, access.PermitRevoked.String())
	case known && !p.Until.IsZero() && !at.Before(p.Until):
		out = append(out, access.PermitExpired.String())
	}
	if s.site.Visits.Stay > 0 && at.Sub(v.Entered) >= s.site.Visits.Stay {
		out = append(out, "too_long")
	}
	return out
}
