package door

import "time"

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
	if d.as == Opened && d.times.PreAlarm > 0 && d.times.PreAlarm < span {
		d.warnAt = d.heldAt - d.times.PreAlarm
	}
}

// opens judges an opening by its own instant.
func (d *Door) opens(in Input, out []Fact) []Fact {
	if d.blind {
		return out
	}
	d.spoke = true
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

func (d *Door) closes(in Input, out []Fact) []Fact {
	if d.blind {
		return out
	}
	d.spoke = true
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

func (d *Door) warn(at time.Duration, out []Fact) []Fact {
	d.warnAt = never
	return append(out, Fact{At: at, Kind: HeldWarning})
}

func (d *Door) hold(at time.Duration, out []Fact) []Fact {
	d.as, d.heldSince, d.heldAt, d.warnAt = Held, at, never, never
	return append(out, Fact{At: at, Kind: DoorHeld})
}
