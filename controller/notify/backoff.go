package notify

import "time"

// Pace is how patient the sending is.
type Pace struct {
	Least, Most time.Duration // between two tries
	Fail        time.Duration // after so long without success it has failed, and that is told
}

// Backoff is how the sending to one recipient goes. The zero one goes well.
type Backoff struct {
	Tries int       // since the last success
	Since time.Time // the first of them failed
	Next  time.Time // not tried before
	Said  bool      // that it has failed
}

// Failed is the state after one more try that failed, and whether it is now to be said.
func (b Backoff) Failed(at time.Time, p Pace) (after Backoff, say bool) {
	if b.Tries == 0 {
		b.Since = at
	}
	wait := p.Least
	for range min(b.Tries, 30) {
		wait = min(2*wait, p.Most)
	}
	b.Tries++
	b.Next = at.Add(wait)
	say = !b.Said && at.Sub(b.Since) >= p.Fail
	b.Said = b.Said || say
	return b, say
}
