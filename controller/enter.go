package controller

import (
	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/device"
)

// enter judges a card at an entry reader. Nothing goes out to the strike here: a grant waits for its record.
func (s *State) enter(g *gate, ev device.Event) {
	st := &g.stands[device.Entry]
	hash := s.site.Hashes.Card(ev.Credential)
	d := s.judge(g, ev, hash)
	st.lastTicket = s.backlog.next
	if st.party.active() && !s.joins(st, d) {
		own := d.Reason == access.Granted && st.party.has(d.Person) // of Article 20(1) since they began to wait
		if st.party.wants == waitEscort && !own {
			s.deny(g, device.Entry, noEscort(d, s.rule(g.Zone, ruleAttend)), hash)
			return
		}
		s.lapse(g, device.Entry)
	}
	switch {
	case d.Reason != access.Granted:
		s.deny(g, device.Entry, d, hash)
	case d.NeedEscort:
		s.visitor(g, member{Decision: d}, ev.At)
	case d.NeedPIN:
		st.party.add(d)
		s.await(g, waitPIN)
	default:
		st.party.add(d)
		s.admit(g, ev.At)
	}
	if s.site.DuplicateUse > 0 && d.Credential != "" && d.Reason != access.DuplicateUse {
		s.lastUse[d.Credential] = use{door: g.Name, at: ev.At.Mono}
	}
}

// noEscort is what one is told who shows a card to visitors who wait for their escort, and cannot be it.
func noEscort(d access.Decision, rule string) access.Decision {
	switch d.Reason {
	case access.NotAuthorised, access.NoPermit:
		d.Reason, d.Rule = access.EscortNotEntitled, rule
	}
	return d
}

// judge is the rules' answer to a card and, where they let in, what only the controller knows against it: a record that
// cannot be kept, a faulty door, a card that is in two places at once.
func (s *State) judge(g *gate, ev device.Event, hash access.Hash) access.Decision {
	if ev.Credential.Degenerate {
		return access.Decision{Reason: access.UnknownCredential, Rule: "site"}
	}
	d := s.decide(g, hash)
	if d.Reason == access.Granted && s.elsewhere(g, d.Credential) {
		d.Reason, d.Rule = access.DuplicateUse, "practice"
	}
	return d
}

func (s *State) decide(g *gate, hash access.Hash) access.Decision {
	return s.unlessFaulty(g, access.Decide(s.roster, s.question(g, device.Entry, hash)))
}

func (s *State) unlessFaulty(g *gate, d access.Decision) access.Decision {
	switch {
	case d.Reason != access.Granted:
	case d.NeedEscort && s.bars(g.Zone):
		d.Reason, d.Rule = access.DoorLockedDown, "art9"
	case !s.backlog.ok:
		d.Reason, d.Rule = access.RecordUnavailable, "site"
	case g.faulty():
		d.Reason, d.Rule = access.ReaderDegraded, "site"
	}
	return d
}

func (s *State) elsewhere(g *gate, c access.CredentialID) bool {
	u, seen := s.lastUse[c]
	return c != "" && seen && u.door != g.Name && s.now.Mono-u.at < s.site.DuplicateUse
}

func (s *State) question(g *gate, dir device.Direction, hash access.Hash) access.Question {
	q := access.Question{At: s.moment(), Card: hash, Inside: s.inside, Permits: s.permits.index, Lockdown: g.mode.Mode == modeLockdown}
	if p := g.Points[dir]; p != nil {
		q.Point = p.AccessPoint
	}
	var who access.PersonID
	if c, known := s.roster.Card(hash); known {
		q.Tries, who = s.tries[c.ID], c.Person
	}
	q.Coming = s.coming(g.Zone, who)
	return q
}

// coming counts the others let in and not yet inside, so that a full room is not overrun by grants that wait for their
// record.
func (s *State) coming(zone string, but access.PersonID) (n int) {
	count := func(p access.PersonID, dir device.Direction) {
		if dir == device.Entry && p != but && p != "" && !s.inside[access.OccupantKey{Zone: zone, Person: p}].Inside {
			n++
		}
	}
	for _, g := range s.gates {
		if g.Zone != zone {
			continue
		}
		for _, gr := range g.grants {
			count(gr.person, gr.dir)
		}
		for _, m := range g.stands[device.Entry].party.members {
			count(m.Person, device.Entry)
		}
	}
	for _, w := range s.waiting {
		for _, gr := range w.grants {
			if w.gate.Zone == zone {
				count(gr.person, gr.dir)
			}
		}
	}
	return n
}

func (s *State) moment() access.Moment {
	return access.Moment{
		Wall: s.now.Wall, Mono: s.now.Mono, Boot: s.boot,
		Trusted: s.believed(), LastRecorded: s.clock.recorded, Grace: s.site.ClockGrace,
	}
}

// deny records a refusal; the lamp shows it when it is recorded.
func (s *State) deny(g *gate, dir device.Direction, d access.Decision, hash access.Hash) {
	data := journal.Data{
		Door: g.Name, Direction: dir.String(), Person: string(d.Person), Credential: string(d.Credential),
		Reason: d.Reason.String(), Rule: d.Rule, Permit: string(d.Permit),
	}
	if d.Credential == "" && hash != (access.Hash{}) {
		data.Tag = s.site.Hashes.Tag(hash)
	}
	s.note(journal.AccessDenied, deniedSeverity(d.Reason), subject(g, dir), data)
	s.wait(waiting{gate: g, dir: dir, denied: true})
}

// deniedSeverity singles out what somebody should look at now.
func deniedSeverity(r access.Reason) journal.Severity {
	switch r {
	case access.CredentialLost, access.CredentialRevoked, access.DuplicateUse, access.PINBlocked:
		return journal.Alert
	}
	return journal.Warning
}

func (s *State) wait(w waiting) {
	w.ticket, w.at = s.backlog.next, s.now.Mono
	s.waiting = append(s.waiting, w)
}

// admit goes on when the last member of the party has shown all that is asked of one, at an instant: to the second
// person, or to the record.
func (s *State) admit(g *gate, at device.Instant) {
	p := &g.stands[device.Entry].party
	if p.active() && !s.stillGood(g) {
		return
	}
	escorts := p.escorts()
	if len(escorts) == 1 && escorts[0].NeedSecond {
		s.await(g, waitSecond)
		return
	}
	var grants []grant
	for i := range p.members {
		m := &p.members[i]
		s.unpend(m)
		grants = append(grants, s.grant(g, *m, escorts[0].Person, at))
	}
	s.wait(waiting{gate: g, dir: device.Entry, grants: grants})
	g.stands[device.Entry].escort = attending{
		person: escorts[0].Person, until: s.now.Mono + s.site.Visits.EscortWindow, brings: len(p.members) - len(escorts),
	}
	*p = party{}
}

// stillGood judges those who had to wait once more: a card may have been declared lost meanwhile, a day have ended, the
// record have become unavailable.
func (s *State) stillGood(g *gate) bool {
	p := &g.stands[device.Entry].party
	for i := range p.members {
		if reason := s.again(g, &p.members[i]); reason != access.Granted {
			s.refuseParty(g, i, reason)
			return false
		}
	}
	return true
}

// again is the rules' answer to a member as it is now, and puts the member on the permit that lets them in now.
func (s *State) again(g *gate, m *member) access.Reason {
	var d access.Decision
	if m.Credential == "" {
		q := s.question(g, device.Entry, access.Hash{})
		d = s.unlessFaulty(g, access.DecideVisitor(s.roster, q, m.Person, m.Permit))
	} else {
		c, known := s.roster.Credential(m.Credential)
		if !known {
			return access.UnknownCredential
		}
		d = s.decide(g, c.Card)
	}
	switch {
	case d.Reason != access.Granted:
		return d.Reason
	case d.NeedEscort != m.NeedEscort:
		return access.NotAuthorised
	}
	m.Permit = d.Permit
	return access.Granted
}

// refuseParty turns away a party because of one of its members.
func (s *State) refuseParty(g *gate, who int, reason access.Reason) {
	p := &g.stands[device.Entry].party
	for i := range p.members {
		m := &p.members[i]
		d := m.Decision
		d.Reason, d.Rule = access.SecondPersonMissing, "site"
		if m.NeedEscort {
			d.Reason, d.Rule = access.EscortMissing, s.rule(g.Zone, ruleAttend)
		}
		if i == who || reason == access.RecordUnavailable {
			d.Reason = reason
		}
		s.unpend(m)
		s.deny(g, device.Entry, d, access.Hash{})
		s.duress(g, *m, "")
	}
	*p = party{}
}

// grant records that one member is let in; a visitor, that the escort attends.
func (s *State) grant(g *gate, m member, escort access.PersonID, at device.Instant) grant {
	gr := grant{
		id: s.newGrant(), dir: device.Entry, person: m.Person, card: m.Credential, rule: m.Rule,
		extended: m.Extended, at: at,
	}
	if m.NeedEscort {
		gr.permit, gr.escort, gr.identity, gr.badge = m.Permit, escort, m.identity, m.badge
	}
	data := journal.Data{
		Door: g.Name, Direction: "entry", Person: string(m.Person), Credential: string(m.Credential),
		Rule: m.Rule, Grant: gr.id, Permit: string(gr.permit), Escort: string(gr.escort),
	}
	sev := journal.Info
	if m.Soft != access.Undecided {
		data.Reason, sev = m.Soft.String(), journal.Alert
	}
	s.note(journal.AccessGranted, sev, subject(g, device.Entry), data)
	s.duress(g, m, gr.id)
	s.out.Change.Grants = append(s.out.Change.Grants, gr.row(g))
	return gr
}

// duress is known to the record and to those who may know of it, whatever became of the entry; at the door nothing differs.
func (s *State) duress(g *gate, m member, grant string) {
	if m.duress {
		s.note(journal.AccessDuress, journal.Alert, subject(g, device.Entry), journal.Data{
			Door: g.Name, Direction: "entry", Person: string(m.Person), Credential: string(m.Credential), Grant: grant,
		})
	}
}

func (gr grant) row(g *gate) ledger.Grant {
	return ledger.Grant{
		ID: gr.id, Door: g.Name, Direction: gr.dir, Person: gr.person, Credential: gr.card, At: gr.at.Wall,
	}
}

// forgetGrant takes the row of a grant away that is taken or not taken.
func (s *State) forgetGrant(g *gate, gr grant) {
	delete(g.grants, gr.id)
	row := gr.row(g)
	row.Gone = true
	s.out.Change.Grants = append(s.out.Change.Grants, row)
}

func (s *State) notTaken(g *gate, gr grant, reason string) {
	s.note(journal.AccessNotTaken, journal.Notice, subject(g, gr.dir), journal.Data{
		Door: g.Name, Direction: gr.dir.String(), Person: string(gr.person), Credential: string(gr.card),
		Reason: reason, Grant: gr.id, Account: gr.account,
	})
	s.forgetGrant(g, gr)
	s.attendsNoMore(g.Zone, gr.person)
}

// leave lets a person out: the strike first, then the record. Whatever is wrong with the card is an alert, never a lock.
func (s *State) leave(g *gate, ev device.Event) {
	gr := grant{id: s.newGrant(), dir: device.Exit, at: ev.At}
	hash := s.site.Hashes.Card(ev.Credential)
	d := access.Decide(s.roster, s.question(g, device.Exit, hash))
	if ev.Credential.Degenerate {
		d = access.Decision{Reason: access.UnknownCredential}
	}
	gr.person, gr.card, gr.extended = d.Person, d.Credential, d.Extended
	s.consentByBadge(g, d)
	g.stands[device.Exit].lastTicket = s.backlog.next
	data := journal.Data{
		Door: g.Name, Direction: "exit", Person: string(d.Person), Credential: string(d.Credential), Rule: d.Rule, Grant: gr.id,
	}
	sev := journal.Info
	switch {
	case d.Reason != access.Granted:
		data.Reason, sev = d.Reason.String(), journal.Alert
	case d.Soft != access.Undecided:
		data.Reason, sev = d.Soft.String(), journal.Alert
	}
	if d.Credential == "" {
		data.Tag = s.site.Hashes.Tag(hash)
	}
	s.visitorLeaves(g, &d, &data, &sev)
	s.note(journal.AccessGranted, sev, subject(g, device.Exit), data)
	s.out.Change.Grants = append(s.out.Change.Grants, gr.row(g))
	s.release(g, gr)
}
