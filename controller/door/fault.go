package door

import "time"

// fault closes the door to entries if the point decides about them.
func (d *Door) fault(in Input, out []Fact) []Fact {
	switch {
	case in.Point == StrikePoint:
		return d.driveFailed(in, out)
	case in.Point == ContactPoint && d.times.HasContact:
		return d.disbelieve(in, out)
	}
	return append(out, Fact{At: in.At, Kind: DoorFault, Point: in.Point})
}

// disbelieve ends the entries under way; whoever is leaving keeps the strike and, as at a door without a contact, counts
// as gone.
func (d *Door) disbelieve(in Input, out []Fact) []Fact {
	if d.blind {
		return out
	}
	d.blind, d.warnAt, d.heldAt = true, never, never
	out = append(out, Fact{At: in.At, Kind: DoorFault, Point: ContactPoint})
	out, leaving := d.dropIn(in.At, out)
	if leaving && d.released && d.order == none {
		return d.assume(in.At, out)
	}
	if !leaving && d.driving {
		return d.secure(in.At, out)
	}
	return out
}

// restored goes by what the contact told last: the panel tells what changed. A door that was open then gets its open time
// anew, as nobody knows what it did meanwhile. A strike is restored by being driven.
func (d *Door) restored(in Input, out []Fact) []Fact {
	switch {
	case in.Point == StrikePoint:
		return out
	case in.Point == ContactPoint && d.times.HasContact:
		if !d.blind {
			return out
		}
		d.blind = false
		if d.open && d.as != Held {
			d.time(in.At, false)
		}
	}
	return append(out, Fact{At: in.At, Kind: DoorRestored, Point: in.Point})
}

// driven confirms the last order.
func (d *Door) driven(in Input, out []Fact) []Fact {
	if d.order == none {
		return out
	}
	if d.jammed {
		d.jammed = false
		out = append(out, Fact{At: in.At, Kind: DoorRestored, Point: StrikePoint})
	}
	released := d.order == release
	d.order = none
	if released != d.released {
		d.released = released
		kind := LockSecured
		if released {
			kind = LockReleased
		}
		out = append(out, Fact{At: in.At, Kind: kind})
	}
	if released && d.blind {
		return d.assume(in.At, out)
	}
	return out
}

// assume takes the party at its word where no contact can tell: released counts as taken. Should the contact be believed
// again before the release ends, their opening is still theirs.
func (d *Door) assume(at time.Duration, out []Fact) []Fact {
	out = d.take(at, out)
	d.used = false
	return out
}

// driveFailed gives up the entries under way. Those who leave have the handle: their opening is not forced.
func (d *Door) driveFailed(in Input, out []Fact) []Fact {
	d.driving, d.order, d.secureAt, d.retryAt = false, none, never, in.At+RetrySecure
	if !d.jammed {
		d.jammed = true
		out = append(out, Fact{At: in.At, Kind: DoorFault, Point: StrikePoint})
	}
	out, _ = d.dropIn(in.At, out)
	return out
}
