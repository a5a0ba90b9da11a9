package controller

import (
	"slices"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/register"
	"kidoban/device"
)

// Visits are the site's settings of Articles 20(3) and (4).
type Visits struct {
	EscortWindow  time.Duration
	VisitorFirst  bool // the visitor's card comes first, never the escort's
	EscortFirst   bool
	EscortLimit   int
	ConsentFor    time.Duration
	ConsentWindow time.Duration
	Stay          time.Duration // 0 = no limit
}

// The rules of a visit. Article 20 is of the management room alone: at a terminal place, where the site lets visitors in,
// an escort attends by the officer's own rule (Article 11(2)), and no consent is asked for.
const (
	ruleAttend = "art20.3"
	ruleLeave  = "art20.4"
)

// rule is what a rule of a visit is called in a zone.
func (s *State) rule(zone, rule string) string {
	if s.place(zone).Place == access.TerminalPlace {
		return access.RuleTerminal
	}
	return rule
}

// watch is what is seen to between the acts: who leaves with the next opening, and when those inside are looked after.
type watch struct {
	leaving  map[string]time.Duration // visits, each until then
	consents map[string]time.Duration // visits, when this run heard of a consent
	next     time.Duration
}

// line writes one thing about a visit into the journal and, by that, into its line.
func (s *State) line(t journal.Type, sev journal.Severity, d journal.Data, private []byte) {
	s.noteWith(t, sev, "zone/"+d.Zone, d, private)
	s.out.Change.Visits = append(s.out.Change.Visits, s.book.Observe(s.out.Entries[len(s.out.Entries)-1])...)
}

// about is what every entry about a line says.
func about(v *ledger.Visit) journal.Data {
	return journal.Data{Visit: v.ID, Zone: v.Zone, Person: string(v.Person), Permit: string(v.Permit)}
}

// entered opens a line: the door was really opened for an entry.
func (s *State) entered(g *gate, gr grant, assumed bool) {
	s.leftUnrecorded(g.Zone, gr.person)
	d := journal.Data{
		Visit: s.number("visit", "%d-%06d"), Zone: g.Zone, Door: g.Name, Direction: "entry", Person: string(gr.person),
		Credential: string(gr.card), Rule: gr.rule, Permit: string(gr.permit), Grant: gr.id, Assumed: assumed,
	}
	o := s.opening(gr.person, gr.rule, gr.permit)
	o.Identity, o.Badge = gr.identity, gr.badge
	s.line(journal.VisitOpened, journal.Info, d, s.private(o))
	if gr.permit == "" {
		return
	}
	s.usePermit(gr.permit, gr.person)
	s.escorted(journal.VisitEscorted, d.Visit, gr.escort, false)
}

// opening is what the line says of a person: their name as of now, and what the permit says.
func (s *State) opening(who access.PersonID, rule string, permit access.PermitID) register.Opening {
	p := s.people.Of(who)
	o := register.Opening{Name: p.Name, Reading: p.Reading, Affiliation: p.Affiliation, Class: rule}
	row, on := s.permits.rows[permit]
	if !on {
		return o
	}
	act := row.Act
	o.Class, o.Permit, o.Oral = "visitor.other", &act, !row.Oral.IsZero()
	o.Purpose, o.Work, o.Equipment, o.CarryIn, o.CarryOut = row.Text.Purpose, row.Text.Work, row.Text.Equipment, row.Text.CarryIn, row.Text.CarryOut
	for _, v := range row.Text.Visitors {
		if v.Person == who {
			o.Name, o.Reading, o.Affiliation, o.Class = v.Name, v.Reading, v.Affiliation, "visitor."+v.Class
		}
	}
	return o
}

func (s *State) usePermit(id access.PermitID, who access.PersonID) {
	row := s.permits.rows[id]
	row.Holders = slices.Clone(row.Holders)
	if h := row.Holder(who); h >= 0 {
		row.Holders[h].Used++
		s.keepPermit(row)
	}
}

// leftUnrecorded ends the line of a person who is inside by the register and cannot be.
func (s *State) leftUnrecorded(zone string, who access.PersonID) {
	if v, open := s.book.Of(zone, who); open {
		d := about(&v)
		d.Mode, d.Reason = ledger.LeftUnrecorded, "exit_not_recorded"
		s.line(journal.VisitClosed, journal.Warning, d, nil)
	}
}

// exited closes the line of one who has left by their badge. Nobody attends from outside.
func (s *State) exited(g *gate, who access.PersonID) {
	s.attendsNoMore(g.Zone, who)
	if v, open := s.book.Of(g.Zone, who); open {
		s.closeLine(g, &v, "")
	}
}

// closeLine closes a line, now; a visitor's leaving was consented to, or that is an alert and the line waits.
func (s *State) closeLine(g *gate, v *ledger.Visit, how string) {
	consented := !v.Visitor() || s.consented(g, v)
	d := about(v)
	d.Mode = how
	if g != nil {
		d.Door, d.Direction = g.Name, "exit"
	}
	s.line(journal.VisitClosed, journal.Info, d, nil)
	if !consented {
		d.Reason, d.Rule = string(v.Consent.State), ruleLeave
		s.line(journal.VisitLeftWithoutConsent, journal.Alert, d, nil)
	}
	delete(s.watch.leaving, v.ID)
	delete(s.watch.consents, v.ID)
}

// leaveTogether closes the lines of those without a card who were said to leave with this opening.
func (s *State) leaveTogether(g *gate) {
	for _, v := range s.book.Inside(g.Zone) {
		if _, leaves := s.watch.leaving[v.ID]; leaves {
			s.closeLine(g, &v, "")
			s.outside(g.Zone, v.Person)
		}
	}
}

// outside takes a person out of the record of who is inside.
func (s *State) outside(zone string, who access.PersonID) {
	key := access.OccupantKey{Zone: zone, Person: who}
	if o, in := s.inside[key]; in {
		o.Inside, o.Unverified = false, false
		s.occupy(key, o)
	}
}

// onVisits carries out the orders of Article 20(3) and (4), nil for any other.
func (s *State) onVisits(a Account, ask Ask) *Answer {
	switch ask := ask.(type) {
	case Announce:
		return &Answer{Refusal: s.announce(a, ask)}
	case HandOver:
		return &Answer{Refusal: s.handOver(a, ask)}
	case AskConsent:
		return &Answer{Refusal: s.askConsent(a, ask)}
	case GiveConsent:
		return &Answer{Refusal: s.giveConsent(a, ask)}
	case Leave:
		return &Answer{Refusal: s.leaveBy(a, ask)}
	case EnterLate:
		return s.enterLate(a, ask)
	case CorrectVisit:
		return &Answer{Refusal: s.correctVisit(a, ask)}
	case EnterEmergency:
		return s.enterEmergency(a, ask)
	case CompleteEmergency:
		return &Answer{Refusal: s.completeEmergency(a, ask)}
	}
	return nil
}

// group is the lines of an order, all of one zone, each a visitor's who is inside or, where after is set, left without
// consent.
func (s *State) group(ids []string, after bool) (out []ledger.Visit, refusal string) {
	if len(ids) == 0 {
		return nil, "name a visit: kidoban visit list"
	}
	for _, id := range ids {
		v, known := s.book.Visit(id)
		switch {
		case !known:
			return nil, "no visit " + id + " is open: kidoban visit list"
		case !v.Visitor():
			return nil, "visit " + id + " is of one who may enter by 第20条第1項: no escort and no consent is needed"
		case !v.Inside() && (!after || v.Consent.State != ledger.ConsentMissing):
			return nil, "visit " + id + " has ended"
		case len(out) > 0 && out[0].Zone != v.Zone:
			return nil, "one act is for one room: " + out[0].Zone + " and " + v.Zone
		case slices.ContainsFunc(out, func(o ledger.Visit) bool { return o.ID == v.ID }):
			return nil, "visit " + id + " is named twice"
		}
		out = append(out, v)
	}
	return out, ""
}

// leaveBy says that visitors without a card leave: with the next opening, or at once by the account's word.
func (s *State) leaveBy(a Account, ask Leave) string {
	all, no := s.group(ask.Visits, false)
	if no == "" {
		no = s.may(a, account.AskConsent, zoneOfAll(all))
	}
	if no != "" {
		return no
	}
	for _, v := range all {
		d := about(&v)
		d.Account = a.Name
		if ask.Now {
			s.closeLine(nil, &v, "account")
			s.outside(v.Zone, v.Person)
			continue
		}
		s.watch.leaving[v.ID] = s.now.Mono + s.site.Visits.ConsentFor
		d.Mode = register.ModeLeaving
		s.note(journal.VisitExitRequested, journal.Info, "zone/"+v.Zone, d)
	}
	return ""
}

func zoneOfAll(all []ledger.Visit) string {
	if len(all) == 0 {
		return ""
	}
	return all[0].Zone
}

// gateOf is a door into a zone.
func (s *State) gateOf(zone string) *gate {
	i := slices.IndexFunc(s.gates, func(g *gate) bool { return g.Zone == zone && g.Points[device.Entry] != nil })
	if i < 0 {
		return nil
	}
	return s.gates[i]
}
