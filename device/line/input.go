package line

import (
	"time"

	"kidoban/device"
)

// Input debounces one line. Whoever owns the line reads its level after every edge and no later than Deadline or Poll
// from the last look, and hands it to Sample.
type Input struct {
	debounce time.Duration
	settled  time.Duration // Mono until which nothing is reported

	known bool // the first report was made
	level bool // what was last reported

	sampled  bool
	seen     bool           // the level at the last sample
	steady   device.Instant // since when it has not moved
	moved    device.Instant // when it left the reported level
	restless bool           // moved, and not yet steady for the debounce time
	chatters bool
	unasked  int // changes found by looking alone since the last edge
}

// NewInput begins at the instant at which the line was asked for.
func NewInput(at device.Instant, debounce, settle time.Duration) Input {
	return Input{debounce: debounce, settled: at.Mono + settle}
}

// Sample takes a level that was read at an instant. Edge says that the kernel reported one just before: the line has
// moved since the last sample, even if it reads the same.
func (in *Input) Sample(at device.Instant, active, edge bool) []Report {
	in.count(active, edge)
	if !in.sampled || edge || active != in.seen {
		if !in.restless {
			in.restless, in.moved = true, at
		}
		in.sampled, in.seen, in.steady = true, active, at
	}
	if at.Mono < in.settled {
		in.moved = at
		return nil
	}
	if in.restless && !edge && at.Mono-in.steady.Mono >= in.debounce {
		return in.believe()
	}
	if in.restless && !in.chatters && at.Mono-in.moved.Mono >= ChatterAfter {
		in.chatters = true
		return []Report{{At: at, What: Chatters}}
	}
	return nil
}

// believe ends the restlessness: the level is steady.
func (in *Input) believe() (out []Report) {
	at := in.moved
	if in.chatters {
		at = in.steady
		out = append(out, Report{At: at, What: Calm})
	}
	first := !in.known
	changed := first || in.level != in.seen
	in.restless, in.chatters, in.known, in.level = false, false, true, in.seen
	if !changed {
		return out
	}
	if first {
		at = in.steady
	}
	what := Inactive
	if in.level {
		what = Active
	}
	return append(out, Report{At: at, What: what, AtStart: first})
}

// count keeps book of changes for which no edge came.
func (in *Input) count(active, edge bool) {
	switch {
	case edge:
		in.unasked = 0
	case in.sampled && active != in.seen:
		in.unasked++
	}
}

// EdgesLost says that the last three changes were found by looking alone: the kernel delivers no edges for this line.
// Its level is still to be believed, up to MaxWait late.
func (in *Input) EdgesLost() bool { return in.unasked >= 3 }

// Deadline is the Mono at which the level has to be looked at next, besides Poll; 0 = none.
func (in *Input) Deadline() time.Duration {
	if !in.restless {
		return 0
	}
	d := max(in.steady.Mono+in.debounce, in.settled)
	if !in.chatters {
		d = earlier(d, max(in.moved.Mono+ChatterAfter, in.settled))
	}
	return d
}
