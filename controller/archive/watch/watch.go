// Package watch tells a controller that speaks from one that is silent, by the heads that it signs. It is pure.
//
// A head counts as fresh if it can be none of those signed before: its time is later than that of every one seen, or its
// journal is longer, or it is as long as the longest and its time later than that one's. So nobody keeps a dead door alive
// by repeating what it once said, and a door whose clock was set back is heard all the same: it records that, and its
// journal grows. A retained head is never fresh, for nobody knows when it was sent.
//
// How long a controller has been silent is measured by this end's monotonic clock, from the arrival of the last fresh
// head, or from the beginning of the watch. Instants are those of time.Now, with the monotonic reading that they carry.
package watch

import "time"

// Head is what of a checkpoint matters here. Whether its controller signed it is the caller's to have checked.
type Head struct {
	Size uint64
	Time time.Time // as signed
}

// Change is what an input brought about.
type Change uint8

// The changes.
const (
	None    Change = iota
	Silence        // the controller counts as silent from now on
	Heard          // it does no more
)

// State is what is known of one controller. A copy is a snapshot.
type State struct {
	longest Head
	latest  time.Time // the highest time that was signed
	heard   time.Time // when the last fresh head came
	silent  bool
}

// Begin is a watch that begins at an instant; known is the last head of an earlier one, and silent how that one ended.
func Begin(at time.Time, known Head, silent bool) State {
	return State{longest: known, latest: known.Time, heard: at, silent: silent}
}

// Hear takes a head.
func (s State) Hear(at time.Time, h Head, retained bool) (next State, fresh bool, c Change) {
	fresh = h.Time.After(s.latest) || h.Size > s.longest.Size || h.Size == s.longest.Size && h.Time.After(s.longest.Time)
	if !fresh {
		return s, false, None
	}
	if h.Size >= s.longest.Size {
		s.longest = h
	}
	if h.Time.After(s.latest) {
		s.latest = h.Time
	}
	if retained {
		return s, false, None
	}
	if s.silent {
		c = Heard
	}
	s.heard, s.silent = at, false
	return s, true, c
}

// Tick says whether silence has lasted for limit.
func (s State) Tick(at time.Time, limit time.Duration) (State, Change) {
	if s.silent || at.Before(s.Due(limit)) {
		return s, None
	}
	s.silent = true
	return s, Silence
}

// Due is when Tick is to be called; it means nothing while the controller is silent.
func (s State) Due(limit time.Duration) time.Time { return s.heard.Add(limit) }

// Silent says how it stands.
func (s State) Silent() bool { return s.silent }

// Since is when the last fresh head came, or the watch began.
func (s State) Since() time.Time { return s.heard }

// Resume is to be called when this end can hear again after it could not: no controller is called silent within grace.
func (s State) Resume(at time.Time, limit, grace time.Duration) State {
	if least := at.Add(grace - limit); s.heard.Before(least) {
		s.heard = least
	}
	return s
}
