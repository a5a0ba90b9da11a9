package access

// Count is how many persons the record has inside a zone: assumed ones, and those of whom a restart left it unverified
// whether they entered, count too.
func (o Occupancy) Count(zone string) int { return o.countBut(zone, "") }

func (o Occupancy) countBut(zone string, but PersonID) (n int) {
	for k, v := range o {
		if k.Zone == zone && k.Person != but && (v.Inside || v.Unverified) {
			n++
		}
	}
	return n
}

// antiPassback asks the zone's mode. A person whom a restart left unverified passes once; the caller's next row of that
// person is no longer unverified.
func (i *inquiry) antiPassback() Reason {
	if !i.violates() {
		if i.doubt {
			return ClockUntrusted
		}
		return Granted
	}
	if i.q.Point.AntiPass == APBSoft {
		i.soft = AntiPassback
		return Granted
	}
	return AntiPassback
}

func (i *inquiry) violates() bool {
	o, known := i.q.Inside[OccupantKey{i.q.Point.Zone, i.card.person.id}]
	switch {
	case i.q.Point.AntiPass == APBOff:
		return false
	case i.leaving():
		return i.q.Point.AntiPass != APBTimed && !o.Inside && !o.Unverified
	case !known || o.Unverified:
		return false
	case i.q.Point.AntiPass == APBTimed:
		return i.tooSoon(o)
	}
	return o.Inside
}

// tooSoon measures the time since the last entry by the monotonic clock, or by the wall clock after a restart.
func (i *inquiry) tooSoon(o Occupant) bool {
	if o.Boot == i.q.At.Boot && o.Boot != "" {
		return i.q.At.Mono-o.Mono < i.q.Point.AntiPassFor
	}
	switch i.throughout(stepAntiPass) {
	case AntiPassback:
		return true
	case ClockUntrusted:
		i.doubt = true
	}
	return false
}

// room asks whether those who would enter fit in beside those inside and those let in but not yet inside. One who is
// inside already takes no second place; where two must enter, there must be room for both.
func (i *inquiry) room() Reason {
	if i.q.Point.Limit <= 0 || i.leaving() {
		return Granted
	}
	entering := 1
	if i.q.Point.TwoPerson && i.permit == nil && i.q.Coming <= 0 { // else the first of the two is among those coming
		entering = 2
	}
	if i.q.Inside.countBut(i.q.Point.Zone, i.card.person.id)+max(i.q.Coming, 0)+entering > i.q.Point.Limit {
		return RoomFull
	}
	return Granted
}
