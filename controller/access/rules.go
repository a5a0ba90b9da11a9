package access

import (
	"math"
	"time"

	"kidoban/device"
)

// step is one question of the order in the package comment.
type step uint8

const (
	stepCard step = iota + 1
	stepState
	stepDates
	stepStanding
	stepSchedule
	stepLockdown
	stepClock
	stepAntiPass
	stepRoom
	stepPINBlock
	stepNeeds
)

// Decide answers one question by the roster. It never panics, allocates nothing, and lets in only with Granted.
func Decide(r *Roster, q Question) Decision {
	i := inquiry{r: r, q: q, win: q.At.window()}
	return i.walk(nil)
}

// inquiry is one question on its way through the steps.
type inquiry struct {
	r      *Roster
	q      Question
	card   *card
	place  *Schedule // the access point's
	win    window
	doubt  bool // granted at some instants of the window only
	rule   string
	soft   Reason
	pin    bool
	second bool
	permit *Permit
	only   PermitID // the permit that was chosen, "" = whichever lets in
}

// walk asks every step in order until one refuses; after, if any, is told of each answer.
func (i *inquiry) walk(after func(step, Reason)) Decision { return i.walkFrom(stepCard, after) }

func (i *inquiry) walkFrom(first step, after func(step, Reason)) Decision {
	for s := first; s <= stepNeeds; s++ {
		reason := i.ask(s)
		if after != nil {
			after(s, reason)
		}
		if reason != Granted {
			return i.refused(reason)
		}
	}
	d := i.decision(Granted, i.rule)
	d.NeedPIN, d.NeedSecond, d.NeedEscort = i.pin, i.second, i.permit != nil
	return d
}

func (i *inquiry) decision(reason Reason, rule string) Decision {
	d := Decision{Reason: reason, Rule: rule, Soft: i.soft}
	if i.card != nil {
		d.Person, d.Credential, d.Extended = i.card.person.id, i.card.id, i.card.extended
	}
	if i.permit != nil {
		d.Permit = i.permit.ID
	}
	return d
}

func (i *inquiry) refused(reason Reason) Decision {
	d := i.decision(reason, RulePractice)
	switch reason {
	case NotAuthorised, NoPermit, PermitNotGranted, PermitNotYetValid, PermitExpired, PermitRevoked, PermitUsedUp,
		PermitOtherZone, PermitUnconfirmedPerson, PurposeMissing:
		d.Rule = RulePermit
		if i.q.Point.Place == TerminalPlace {
			d.Rule = RuleTerminal
		}
		if reason == PermitNotYetValid {
			d.From = i.permit.next(instant(i.q.At.Wall))
		}
	case NotYetValid:
		d.From = timeOf(i.card.from)
	case CredentialExpired:
		d.Until = timeOf(i.card.until)
	case OutsideSchedule:
		d.Rule, d.From = RuleSite, i.nextOpening()
	case DoorLockedDown, ClockUntrusted, RoomFull:
		d.Rule = RuleSite
	}
	return d
}

// ask answers one step; Granted passes it.
func (i *inquiry) ask(s step) Reason {
	switch s {
	case stepCard:
		return i.enrolled()
	case stepState:
		return i.state()
	case stepDates, stepStanding, stepSchedule:
		return i.timed(s)
	case stepLockdown:
		if i.q.Lockdown {
			return DoorLockedDown
		}
		return Granted
	case stepClock:
		if i.doubt || !i.win.known {
			return ClockUntrusted
		}
		return Granted
	case stepAntiPass:
		return i.antiPassback()
	case stepRoom:
		return i.room()
	case stepPINBlock:
		return i.pinBlock()
	case stepNeeds:
		return i.needs()
	}
	return NotAuthorised
}

func (i *inquiry) enrolled() Reason {
	if i.r == nil || i.q.Card == (Hash{}) {
		return UnknownCredential
	}
	if i.card, _ = i.r.byHash.find(&i.q.Card); i.card == nil {
		return UnknownCredential
	}
	i.place = i.r.schedules[i.q.Point.Schedule]
	return Granted
}

func (i *inquiry) state() Reason {
	switch i.card.state {
	case Active:
		return Granted
	case Blocked:
		return CredentialBlocked
	case Lost:
		return CredentialLost
	}
	return CredentialRevoked
}

// timed asks a step that names dates over the whole window. What holds in a part of it only is for stepClock to refuse.
func (i *inquiry) timed(s step) Reason {
	if !i.win.known {
		return Granted // stepClock refuses
	}
	reason := i.throughout(s)
	if s == stepStanding {
		if reason == NotAuthorised {
			return i.permitted()
		}
		i.rule = i.card.person.standing(&i.q.Point, i.win.lo)
	}
	if reason == ClockUntrusted {
		i.doubt = true
		return Granted
	}
	return reason
}

// throughout is the one answer that s gives at every instant of the window, else ClockUntrusted. Answers change only at
// edges, and each edge belongs to what it begins, so that asking at the window's start and at its edges is exact.
func (i *inquiry) throughout(s step) Reason {
	first := i.at(s, i.win.lo)
	for t := i.next(s, i.win.lo); t <= i.win.hi; t = i.next(s, t) {
		if i.at(s, t) != first {
			return ClockUntrusted
		}
		if t == math.MaxInt64 {
			break
		}
	}
	return first
}

// at answers a timed step at one instant.
func (i *inquiry) at(s step, t int64) Reason {
	switch s {
	case stepDates:
		return i.datesAt(t)
	case stepStanding:
		if i.card.person.standing(&i.q.Point, t) == "" {
			return NotAuthorised
		}
	case stepSchedule:
		if !i.openAt(t) {
			return OutsideSchedule
		}
	case stepAntiPass:
		if o := i.occupant(); t < later(o.Since, i.q.Point.AntiPassFor) {
			return AntiPassback
		}
	case stepPINBlock:
		if t < later(i.q.Tries.BlockedUntil, 0) {
			return PINBlocked
		}
	case stepNeeds:
		if s := i.r.schedules[i.q.Point.PINHours]; s == nil || !s.open(&i.r.calendar, t) {
			return PINRequired
		}
	}
	return Granted
}

// next is the first instant after t at which a timed step may answer otherwise.
func (i *inquiry) next(s step, t int64) int64 {
	edge := int64(math.MaxInt64)
	switch s {
	case stepDates:
		edge = i.card.next(t)
	case stepStanding:
		edge = i.card.person.nextRight(t)
	case stepSchedule:
		edge = i.nextHours(t)
	case stepAntiPass:
		edge = later(i.occupant().Since, i.q.Point.AntiPassFor)
	case stepPINBlock:
		edge = later(i.q.Tries.BlockedUntil, 0)
	case stepNeeds:
		if s := i.r.schedules[i.q.Point.PINHours]; s != nil {
			edge = s.next(&i.r.calendar, t)
		}
	}
	if edge <= t {
		return math.MaxInt64
	}
	return edge
}

func (i *inquiry) datesAt(t int64) Reason {
	switch {
	case t < i.card.from:
		return NotYetValid
	case t >= i.card.until:
		return CredentialExpired
	}
	return Granted
}

// openAt asks both schedules. An access point that names one which is not in the roster is never open.
func (i *inquiry) openAt(t int64) bool {
	if s := i.card.schedule; s != nil && !s.open(&i.r.calendar, t) {
		return false
	}
	if i.q.Point.Schedule == "" {
		return true
	}
	return i.place != nil && i.place.open(&i.r.calendar, t)
}

func (i *inquiry) nextHours(t int64) int64 {
	edge := int64(math.MaxInt64)
	for _, s := range [...]*Schedule{i.card.schedule, i.place} {
		if s != nil {
			edge = min(edge, s.next(&i.r.calendar, t))
		}
	}
	return edge
}

// nextOpening is when the schedules let in again within eight days, zero if they do not.
func (i *inquiry) nextOpening() time.Time {
	if !i.win.known || i.win.hi > math.MaxInt64-9*day {
		return time.Time{}
	}
	last := i.win.hi + 8*day
	for t := i.nextHours(i.win.hi); t <= last; t = i.nextHours(t) {
		if i.openAt(t) {
			return timeOf(t)
		}
	}
	return time.Time{}
}

// later is t+d on the scale of instants; a zero t is long past.
func later(t time.Time, d time.Duration) int64 {
	if t.IsZero() {
		return math.MinInt64
	}
	n := instant(t)
	if n > 0 && int64(d) > math.MaxInt64-n {
		return math.MaxInt64
	}
	return n + int64(d)
}

func (i *inquiry) occupant() Occupant {
	return i.q.Inside[OccupantKey{i.q.Point.Zone, i.card.person.id}]
}

func (i *inquiry) leaving() bool { return i.q.Point.Direction == device.Exit }
