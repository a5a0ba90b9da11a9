package access

import (
	"slices"
	"time"
)

// Permits are the permissions under Article 20(2), by the persons whom they name. It belongs to one goroutine; the zero
// value holds none.
type Permits struct {
	byID     map[PermitID]*Permit
	byPerson map[PersonID][]*Permit
}

// NewPermits is an index of rows.
func NewPermits(rows []Permit) *Permits {
	p := &Permits{byID: make(map[PermitID]*Permit, len(rows)), byPerson: make(map[PersonID][]*Permit, len(rows))}
	for _, r := range rows {
		p.Put(r)
	}
	return p
}

// Put adds a permit or replaces the one with the same id.
func (p *Permits) Put(row Permit) {
	p.Remove(row.ID)
	row.Holders = slices.Clone(row.Holders)
	p.byID[row.ID] = &row
	for _, h := range row.Holders {
		p.byPerson[h.Person] = append(p.byPerson[h.Person], &row)
	}
}

// Remove takes a permit out.
func (p *Permits) Remove(id PermitID) {
	old := p.byID[id]
	if old == nil {
		return
	}
	delete(p.byID, id)
	for _, h := range old.Holders {
		p.byPerson[h.Person] = slices.DeleteFunc(p.byPerson[h.Person], func(x *Permit) bool { return x == old })
		if len(p.byPerson[h.Person]) == 0 {
			delete(p.byPerson, h.Person)
		}
	}
}

// Permit returns the permit with this id.
func (p *Permits) Permit(id PermitID) (Permit, bool) {
	if p == nil || p.byID[id] == nil {
		return Permit{}, false
	}
	return *p.byID[id], true
}

// Holder is the place of a person among those named, -1 if they are not.
func (p *Permit) Holder(id PersonID) int {
	return slices.IndexFunc(p.Holders, func(h Holder) bool { return h.Person == id })
}

// Judge says whether a permit lets a person enter a zone at an instant. It does not ask for the escort: nobody enters on
// a permit without one.
func (p *Permit) Judge(who PersonID, zone string, at time.Time) Reason {
	h := p.Holder(who)
	switch {
	case h < 0:
		return PermitUnconfirmedPerson
	case p.Zone != zone:
		return PermitOtherZone
	case p.State == Withdrawn:
		return PermitRevoked
	case p.State != Permitted && p.State != PermittedOrally, p.Decided.IsZero(), at.Before(p.Decided):
		return PermitNotGranted
	case !p.Purpose:
		return PurposeMissing
	case !p.Until.IsZero() && !at.Before(p.Until):
		return PermitExpired
	case at.Before(p.From), !p.open(instant(at)):
		return PermitNotYetValid
	case p.Entries > 0 && p.Holders[h].Used >= p.Entries:
		return PermitUsedUp
	}
	return Granted
}

// open asks the days and the hours of each day. Hours that cross midnight belong to the day on which they begin.
func (p *Permit) open(t int64) bool {
	d, within := dayOf(t)
	minute := uint16(within / int64(time.Minute))
	h := p.Daily
	if h == (Hours{}) {
		h = Hours{0, minutes}
	}
	if h.From < h.Until {
		return p.on(d) && h.From <= minute && minute < h.Until
	}
	return p.on(d) && h.From <= minute || p.on(d-1) && minute < h.Until
}

// on says whether a day since 1970-01-01, a Thursday, is one of the permit's.
func (p *Permit) on(day int64) bool {
	if p.Days == ([7]bool{}) {
		return true
	}
	return p.Days[((day+4)%7+7)%7]
}

// closeness orders refusals by how near the person is to entering: of several permits the nearest speaks.
func closeness(r Reason) int {
	return slices.Index([]Reason{
		PermitUnconfirmedPerson, PermitOtherZone, PermitExpired, PermitRevoked, PermitNotGranted, PurposeMissing, PermitUsedUp,
		PermitNotYetValid, Granted,
	}, r)
}

// find is the permit that lets a person in, or the one that comes nearest to it, nil without any. Of several that let in
// the one that ends first is used.
func (p *Permits) find(who PersonID, zone string, at time.Time, only PermitID) (best *Permit, reason Reason) {
	reason = NoPermit
	if p == nil {
		return nil, reason
	}
	if x := p.byID[only]; x != nil {
		return x, x.Judge(who, zone, at)
	} else if only != "" {
		return nil, reason
	}
	for _, x := range p.byPerson[who] {
		r := x.Judge(who, zone, at)
		nearer := closeness(r) - closeness(reason)
		if best == nil || nearer > 0 || nearer == 0 && sooner(x, best) {
			best, reason = x, r
		}
	}
	return best, reason
}

func sooner(a, b *Permit) bool {
	if a.Until.Equal(b.Until) {
		return a.ID < b.ID
	}
	return !a.Until.IsZero() && (b.Until.IsZero() || a.Until.Before(b.Until))
}

// permitted asks for a permit where somebody has no standing. Whether it has run out cannot be judged by a clock that is
// not trusted.
func (i *inquiry) permitted() Reason {
	if !i.q.Point.Visitors {
		return NotAuthorised
	}
	at := i.q.At.Wall
	if !i.q.At.Trusted {
		at = i.q.At.LastRecorded
	}
	best, reason := i.q.Permits.find(i.card.person.id, i.q.Point.Zone, at, i.only)
	switch {
	case reason == NoPermit && i.card.person.kind == Staff:
		return NotAuthorised
	case reason == Granted && !i.q.At.Trusted:
		return ClockUntrusted
	}
	i.permit = best
	if reason == Granted {
		i.rule = RulePermit
		if i.q.Point.Place == TerminalPlace {
			i.rule = RuleTerminal
		}
	}
	return reason
}

// DecideVisitor answers for a person who is named on a permit and shows no card: as Decide does, without what concerns the
// card. One with standing of their own is no visitor, and is refused as not_authorised: their own card is wanted.
func DecideVisitor(r *Roster, q Question, who PersonID, permit PermitID) Decision {
	i := inquiry{r: r, q: q, win: q.At.window(), only: permit}
	_, p := r.findPerson(who)
	if p == nil {
		return Decision{Reason: PermitUnconfirmedPerson, Rule: RulePermit, Person: who}
	}
	i.card = &card{person: p, state: Active, period: periodOf(Span{})}
	i.place = r.schedules[q.Point.Schedule]
	d := i.walkFrom(stepStanding, nil)
	if d.Reason == Granted && d.Permit == "" {
		d.Reason, d.Rule = NotAuthorised, RulePractice
	}
	return d
}

// DecideEscort says whether one decision can be the escort of another's visitor: somebody of Article 20(1), let in now by
// standing of their own, and not the visitor or another permit holder.
func DecideEscort(visitor, escort Decision) Reason {
	switch {
	case escort.Reason == Undecided:
		return EscortMissing
	case escort.Reason != Granted:
		return escort.Reason
	case escort.Permit != "", escort.Person == "", escort.Person == visitor.Person, !IsStanding(escort.Rule):
		return EscortNotEntitled
	}
	return Granted
}

// next is when a permit lets in again within eight days, zero if it does not.
func (p *Permit) next(t int64) time.Time {
	if f := instant(p.From); !p.From.IsZero() && f > t {
		t = f
	}
	until := instant(p.Until)
	for end := t + 8*day; t < end && (p.Until.IsZero() || t < until); {
		if p.open(t) {
			return timeOf(t)
		}
		t += int64(time.Minute) - t%int64(time.Minute)
	}
	return time.Time{}
}
