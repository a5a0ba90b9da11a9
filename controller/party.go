package controller

import (
	"time"

	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/device"
)

// party is who stands at an entry reader and what is still awaited of them: a PIN, a second person.
type party struct {
	members  []member
	wants    want
	deadline time.Duration
	digits   [8]byte        // as typed; wiped when judged
	typed    int            // may exceed len(digits): then no PIN
	tried    bool           // a wrong PIN is already on record for the last member
	ready    bool           // a complete PIN waits until the wrong one before it is durable
	done     device.Instant // when its last key was pressed
}

// member is one person of a party with the rules' answer.
type member struct {
	access.Decision
	duress          bool
	identity, badge string       // of a visitor chosen by name
	pending         ledger.Grant // its row while something is awaited of it
}

type want uint8

const (
	waitPIN want = iota + 1
	waitSecond
	waitEscort
)

var wantText = map[want]string{waitPIN: "pin", waitSecond: "second_person", waitEscort: "escort"}

func (p *party) active() bool { return p.wants != 0 }

func (p *party) add(d access.Decision) {
	p.members = append(p.members, member{Decision: d})
}

// joins says whether a card completes the party that waits, rather than beginning a new one.
func (s *State) joins(st *stand, d access.Decision) bool {
	p := &st.party
	switch {
	case p.wants == waitSecond:
		return d.Reason == access.Granted && access.DecideSecond(p.escorts()[0].Decision, d) == access.Granted
	case p.wants == waitEscort && d.NeedEscort:
		return d.Reason == access.Granted
	case p.wants == waitEscort:
		return !p.has(d.Person) && access.DecideEscort(p.members[0].Decision, d) == access.Granted
	}
	return false
}

// escorts are the members who enter by standing of their own; the others are visitors.
func (p *party) escorts() (out []member) {
	for _, m := range p.members {
		if !m.NeedEscort {
			out = append(out, m)
		}
	}
	return out
}

// await records that the last member's card was good and what is awaited now.
func (s *State) await(g *gate, w want) {
	p := &g.stands[device.Entry].party
	m := &p.members[len(p.members)-1]
	p.wants, p.tried = w, false
	p.wipe()
	within := s.site.PINWait
	switch w {
	case waitSecond:
		within = s.site.SecondWindow
	case waitEscort:
		within = s.site.Visits.EscortWindow
	}
	p.deadline = s.now.Mono + within
	s.unpend(m)
	m.pending = ledger.Grant{
		ID: s.newGrant(), Door: g.Name, Direction: device.Entry, Person: m.Person, Credential: m.Credential,
		Pending: true, Waiting: wantText[w], At: s.now.Wall,
	}
	s.out.Change.Grants = append(s.out.Change.Grants, m.pending)
	s.note(journal.AccessPending, journal.Info, subject(g, device.Entry), journal.Data{
		Door: g.Name, Direction: "entry", Person: string(m.Person), Credential: string(m.Credential),
		Rule: m.Rule, WaitingFor: wantText[w], Grant: m.pending.ID, Permit: string(m.Permit),
	})
}

func (s *State) unpend(m *member) {
	if m.pending.ID == "" {
		return
	}
	m.pending.Gone = true
	s.out.Change.Grants = append(s.out.Change.Grants, m.pending)
	m.pending = ledger.Grant{}
}

// lapse ends a party whose time ran out, or which another card cut short.
func (s *State) lapse(g *gate, dir device.Direction) {
	p := &g.stands[dir].party
	for i := range p.members {
		m := &p.members[i]
		last := i == len(p.members)-1
		d := m.Decision
		switch {
		case last && p.wants == waitPIN && p.tried:
			continue // its wrong PIN is the refusal on record
		case last && p.wants == waitPIN:
			d.Reason = access.PINRequired
		case m.NeedEscort:
			d.Reason, d.Rule = access.EscortMissing, s.rule(g.Zone, ruleAttend)
		default:
			d.Reason = access.SecondPersonMissing
		}
		s.unpend(m)
		s.deny(g, dir, d, access.Hash{})
	}
	*p = party{}
}

// key takes one key. Keys without a card before them mean nothing and leave no trace.
func (s *State) key(g *gate, ev device.Event) {
	p := &g.stands[ev.Direction].party
	if ev.Direction != device.Entry || p.wants != waitPIN || p.ready {
		return
	}
	p.deadline = s.now.Mono + s.site.KeyWait
	switch ev.Key {
	case device.Star:
		p.wipe()
	case device.Hash:
		if p.typed == 0 {
			return
		}
		p.ready, p.done, p.deadline = true, ev.At, 0
		s.judgeReady()
	default:
		if p.typed < len(p.digits) {
			p.digits[p.typed] = byte(ev.Key)
		}
		p.typed++
	}
}

func (p *party) wipe() { p.digits, p.typed, p.ready = [8]byte{}, 0, false }

// judgeReady judges the PINs that wait for nothing: of one card each wrong PIN is durable before the next is judged, at
// whatever door and in whatever party that is typed.
func (s *State) judgeReady() {
	for _, g := range s.gates {
		p := &g.stands[device.Entry].party
		if !p.ready {
			continue
		}
		if _, wait := s.wrong[p.members[len(p.members)-1].Credential]; !wait {
			s.judgePIN(g)
		}
	}
}

// judgePIN compares what was typed. A wrong PIN is on record before the next one is judged.
func (s *State) judgePIN(g *gate) {
	p := &g.stands[device.Entry].party
	m := &p.members[len(p.members)-1]
	c, known := s.roster.Credential(m.Credential)
	var typed access.Hash
	if known && p.typed <= len(p.digits) {
		typed = s.site.Hashes.PIN(c.ID, p.digits[:p.typed])
	}
	p.wipe()
	if !known {
		s.lapse(g, device.Entry)
		return
	}
	reason, duress, tries := access.DecidePIN(c, typed, s.tries[c.ID], s.dated(), s.site.PINRule)
	s.keepTries(c.ID, tries)
	m.duress = duress
	if reason == access.Granted {
		s.admit(g, p.done)
		return
	}
	s.duress(g, *m, "")
	d := m.Decision
	d.Reason = reason
	s.wrong[c.ID], p.tried = s.backlog.next, true
	s.unpend(m)
	s.deny(g, device.Entry, d, access.Hash{})
	p.deadline = s.now.Mono + s.site.PINWait
	if reason == access.PINBlocked {
		s.lapse(g, device.Entry)
	}
}

func (s *State) keepTries(id access.CredentialID, t access.Tries) {
	if s.tries[id] == t {
		return
	}
	s.tries[id] = t
	row := ledger.Tries{Credential: id, Tries: t}
	if t == (access.Tries{}) {
		delete(s.tries, id)
		row.Gone = true
	}
	s.out.Change.Tries = append(s.out.Change.Tries, row)
}
