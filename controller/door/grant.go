package door

import (
	"slices"
	"time"
)

// grant is one that is still neither taken nor not taken.
type grant struct {
	id       string
	way      Way
	extended bool
	standing bool // the door stood open when it was given: the person walks through without an opening
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
	if d.open && d.as == Opened && !d.blind {
		d.time(in.At, in.Extended)
	}
	return append(out, Fact{At: in.At, Kind: DriveRelease, Way: in.Way, For: end - in.At})
}

// join takes a grant into the party. All presses of the exit button are one member of it.
func (d *Door) join(in Input, out []Fact) []Fact {
	if in.Way == Out && in.ID == "" && slices.ContainsFunc(d.party[:d.n], func(g grant) bool { return g.way == Out && g.id == "" }) {
		return out
	}
	g := grant{id: in.ID, way: in.Way, extended: in.Extended, standing: d.open}
	if d.n == Party {
		return d.end(in.At, g, out)
	}
	d.party[d.n] = g
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

// end is how a grant ends without an opening.
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
