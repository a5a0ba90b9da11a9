package door

import (
	"math"
	"slices"
	"time"
)

// Party is how many grants can be open at once. A further entry is NotTaken at once; a further exit is let out.
const Party = 32

// RetrySecure is how long after a failed drive the strike is told again to let go.
const RetrySecure = time.Second

// never is the deadline that is not set.
const never = time.Duration(math.MaxInt64)

// Door is one door. It is a plain value: a copy is a door of its own. New makes it.
type Door struct {
	times Times

	contact belief
	open    bool  // as last believed
	as      State // Opened, Held or Forced, while open

	party  [Party]grant
	n      int
	until  time.Duration // the grants of the party, or of the last one, end here
	passed Way           // what the last party came for
	used   bool          // an opening consumed the last party

	driving  bool  // the last order was to release
	order    order // not yet known to be carried out
	released bool  // as last carried out
	jammed   bool  // the last order failed

	secureAt, retryAt, warnAt, heldAt time.Duration
	openedAt, heldSince               time.Duration
}

type grant struct {
	id       string
	way      Way
	extended bool
	standing bool // the door stood open when it was given: the person walks through without an opening
}

// belief is how far the contact is to be believed. Unconfirmed, it goes by what was seen last.
type belief uint8

const (
	unconfirmed belief = iota
	believed
	disbelieved
)

type order uint8

const (
	none order = iota
	release
	secure
)

// New is a door of which nothing is known yet; its strike is taken to be off, as the panel leaves it.
func New(t Times) Door {
	d := Door{times: t, secureAt: never, retryAt: never, warnAt: never, heldAt: never}
	if !t.HasContact {
		d.contact = disbelieved
	}
	return d
}

// Step tells the door one thing. It first does what was due up to in.At, in order, then takes the input, and appends the
// facts of both to out. Every DriveRelease and DriveSecure is answered with one Driven or DriveFailed.
func (d *Door) Step(in Input, out []Fact) []Fact {
	out = d.due(in.At, out)
	switch in.Kind {
	case Grant:
		return d.grant(in, out)
	case ContactOpen:
		return d.opens(in, out)
	case ContactClose:
		return d.closes(in, out)
	case Fault:
		return d.fault(in, out)
	case Restored:
		return d.restored(in, out)
	case Driven:
		return d.driven(in, out)
	case DriveFailed:
		return d.driveFailed(in, out)
	case Close:
		out = d.drop(in.At, out)
		return d.secure(in.At, out)
	}
	return out
}

// Deadline is the monotonic instant at which a Tick is due; a Tick before it does nothing.
func (d *Door) Deadline() (time.Duration, bool) {
	at, _ := d.next()
	return at, at != never
}

// State is where the door stands.
func (d *Door) State() State {
	switch {
	case d.jammed, d.times.HasContact && d.contact == disbelieved:
		return Faulty
	case d.open:
		return d.as
	case d.driving:
		return Released
	}
	return Secure
}

// Position is "open" or "closed", and "unknown" where there is no contact, before it has spoken and while it is not believed.
func (d *Door) Position() string {
	switch {
	case d.contact != believed:
		return "unknown"
	case d.open:
		return "open"
	}
	return "closed"
}

// Lock is "released" or "locked", as the strike was last really driven.
func (d *Door) Lock() string {
	if d.released {
		return "released"
	}
	return "locked"
}

// next is the earliest deadline. Of several at one instant the strike's comes first.
func (d *Door) next() (at time.Duration, do func(*Door, time.Duration, []Fact) []Fact) {
	at = never
	sooner := func(t time.Duration, f func(*Door, time.Duration, []Fact) []Fact) {
		if t < at {
			at, do = t, f
		}
	}
	sooner(d.secureAt, (*Door).secure)
	if d.n > 0 {
		sooner(d.until, (*Door).lapse)
	}
	sooner(d.retryAt, (*Door).secure)
	sooner(d.warnAt, (*Door).warn)
	sooner(d.heldAt, (*Door).hold)
	return at, do
}

func (d *Door) due(now time.Duration, out []Fact) []Fact {
	for at, do := d.next(); at <= now && at != never; at, do = d.next() {
		out = do(d, at, out)
	}
	return out
}

// grant releases the strike, for an entry only while the door can be believed.
func (d *Door) grant(in Input, out []Fact) []Fact {
	if in.Way != Out {
		in.Way = In
	}
	if in.Way == In && (d.n == Party || d.State() == Faulty) {
		return append(out, Fact{At: in.At, Kind: NotTaken, ID: in.ID, Way: in.Way})
	}
	end := in.At + d.releaseTime(in)
	if d.n > 0 {
		end = max(end, d.until)
	}
	if d.n == 0 || in.Way == In {
		d.passed = in.Way
	}
	out = d.join(in, out)
	d.until, d.used = end, false
	d.driving, d.order, d.secureAt, d.retryAt = true, release, end, never
	if d.open && d.as == Opened && d.contact != disbelieved {
		d.time(in.At, in.Extended)
	}
	return append(out, Fact{At: in.At, Kind: DriveRelease, Way: in.Way, For: end - in.At})
}

// join takes a grant into the party. All presses of the exit button are one member of it.
func (d *Door) join(in Input, out []Fact) []Fact {
	if in.Way == Out && in.ID == "" && slices.ContainsFunc(d.party[:d.n], func(g grant) bool { return g.way == Out && g.id == "" }) {
		return out
	}
	if d.n == Party {
		return append(out, Fact{At: in.At, Kind: NotTaken, ID: in.ID, Way: in.Way})
	}
	d.party[d.n] = grant{id: in.ID, way: in.Way, extended: in.Extended, standing: d.open}
	d.n++
	return out
}

func (d *Door) releaseTime(in Input) time.Duration {
	switch {
	case in.For > 0:
		return in.For
	case in.Extended:
		return max(d.times.Release, d.times.ExtendedRelease)
	}
	return d.times.Release
}

// time starts the open timers, never shortening those that run.
func (d *Door) time(at time.Duration, extended bool) {
	span := d.times.Open
	if extended {
		span = max(span, d.times.ExtendedOpen)
	}
	if d.heldAt != never && d.heldAt >= at+span {
		return
	}
	d.heldAt, d.warnAt = at+span, never
	if d.as == Opened && d.times.PreAlarm > 0 {
		d.warnAt = max(at, d.heldAt-d.times.PreAlarm)
	}
}

// opens judges an opening by its own instant.
func (d *Door) opens(in Input, out []Fact) []Fact {
	if d.contact == disbelieved {
		return out
	}
	d.contact = believed
	if d.open {
		return out
	}
	d.open, d.as, d.openedAt = true, Opened, in.At
	fact := Fact{At: in.At, Kind: DoorOpened, AtStart: in.AtStart}
	switch {
	case d.n > 0:
		return d.pass(in.At, fact, out)
	case in.AtStart:
	case in.At < d.until && !d.used: // told too late: the party had already been given up
		fact.Way, d.used = d.passed, true
	default:
		d.as = Forced
		fact.Kind, fact.Second = DoorForced, in.At < d.until
		out = append(out, fact)
		if d.driving {
			out = d.secure(in.At, out)
		}
		d.time(in.At, false)
		return out
	}
	d.time(in.At, false)
	return append(out, fact)
}

// pass lets the whole party through one opening.
func (d *Door) pass(at time.Duration, opened Fact, out []Fact) []Fact {
	opened.Way = Out
	extended := false
	for _, g := range d.party[:d.n] {
		extended = extended || g.extended
		if g.way != Out {
			opened.Way = In
		}
	}
	out = d.take(at, append(out, opened))
	d.time(at, extended)
	if d.times.Relock == RelockOnOpen {
		out = d.relock(at, out)
	}
	return out
}

// take consumes the party.
func (d *Door) take(at time.Duration, out []Fact) []Fact {
	for _, g := range d.party[:d.n] {
		if g.id != "" {
			out = append(out, Fact{At: at, Kind: Taken, ID: g.id, Way: g.way})
		}
	}
	d.clear()
	d.used = true
	return out
}

func (d *Door) clear() {
	clear(d.party[:d.n])
	d.n = 0
}

func (d *Door) closes(in Input, out []Fact) []Fact {
	if d.contact == disbelieved {
		return out
	}
	d.contact = believed
	if !d.open {
		return out
	}
	d.open, d.warnAt, d.heldAt = false, never, never
	out = append(out, Fact{At: in.At, Kind: DoorClosed, Lasted: max(0, in.At-d.openedAt)})
	if d.as == Held {
		out = append(out, Fact{At: in.At, Kind: HeldCleared, Lasted: max(0, in.At-d.heldSince)})
	}
	if d.times.Relock == RelockOnClose && d.n == 0 {
		out = d.relock(in.At, out)
	}
	return out
}

// relock secures after the relock delay, never later than the release time ends.
func (d *Door) relock(at time.Duration, out []Fact) []Fact {
	if !d.driving {
		return out
	}
	d.secureAt = min(d.secureAt, at+d.times.RelockDelay)
	if d.secureAt > at {
		return out
	}
	return d.secure(at, out)
}

// secure orders the strike off.
func (d *Door) secure(at time.Duration, out []Fact) []Fact {
	d.driving, d.order, d.secureAt, d.retryAt = false, secure, never, never
	return append(out, Fact{At: at, Kind: DriveSecure})
}

// lapse ends a party that no opening consumed.
func (d *Door) lapse(at time.Duration, out []Fact) []Fact {
	for _, g := range d.party[:d.n] {
		out = d.end(at, g, out)
	}
	d.clear()
	return out
}

// drop is a lapse after which no opening counts as the party's.
func (d *Door) drop(at time.Duration, out []Fact) []Fact {
	out = d.lapse(at, out)
	d.forget()
	return out
}

// forget ends the window of a party that was given up before its time.
func (d *Door) forget() {
	if d.n == 0 && !d.used {
		d.until = 0
	}
}

func (d *Door) end(at time.Duration, g grant, out []Fact) []Fact {
	if g.id == "" {
		return out
	}
	kind := NotTaken
	if g.standing {
		kind = Taken
	}
	return append(out, Fact{At: at, Kind: kind, ID: g.id, Way: g.way})
}

// dropIn ends the entries of the party and reports whether anybody who is leaving remains in it.
func (d *Door) dropIn(at time.Duration, out []Fact) ([]Fact, bool) {
	kept := 0
	for _, g := range d.party[:d.n] {
		if g.way != Out {
			out = d.end(at, g, out)
			continue
		}
		d.party[kept] = g
		kept++
	}
	clear(d.party[kept:d.n])
	d.n, d.passed = kept, Out
	d.forget()
	return out, kept > 0
}

func (d *Door) warn(at time.Duration, out []Fact) []Fact {
	d.warnAt = never
	return append(out, Fact{At: at, Kind: HeldWarning})
}

func (d *Door) hold(at time.Duration, out []Fact) []Fact {
	d.as, d.heldSince, d.heldAt, d.warnAt = Held, at, never, never
	return append(out, Fact{At: at, Kind: DoorHeld})
}
