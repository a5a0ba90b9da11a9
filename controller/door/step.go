package door

import (
	"math"
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

	blind bool  // no contact, or one that is not believed
	spoke bool  // the contact has told something
	open  bool  // as it told last
	as    State // Opened, Held or Forced, while open

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

type order uint8

const (
	none order = iota
	release
	secure
)

// New is a door of which nothing is known yet; its strike is taken to be off, as the panel leaves it.
func New(t Times) Door {
	return Door{times: t, blind: !t.HasContact, secureAt: never, retryAt: never, warnAt: never, heldAt: never}
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
	case d.jammed, d.times.HasContact && d.blind:
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
	case d.blind || !d.spoke:
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

// secure orders the strike off.
func (d *Door) secure(at time.Duration, out []Fact) []Fact {
	d.driving, d.order, d.secureAt, d.retryAt = false, secure, never, never
	return append(out, Fact{At: at, Kind: DriveSecure})
}
