package wiegand

import (
	"fmt"
	"time"
)

// The bounds of the frame gap: the silence that ends a frame. Readers send a bit every 0.2 to 20 ms, so less than the
// least splits a slow frame and more than the most glues two quick keys.
const (
	LeastGap = 25 * time.Millisecond
	MostGap  = 50 * time.Millisecond
)

// noiseAfter is how long pulses may go on without a pause before they are reported once more, as Noise.
const noiseAfter = time.Second

// What is what the assembler has to say about a pulse.
type What uint8

// What an Out says.
const (
	Nothing What = iota
	Whole        // Bits has the format's length, complete at its last bit
	Short        // Bits ended by the gap before the format's length: a key, or a frame that lost pulses
	Extra        // a further pulse within the gap after Whole: the frame just given is void
	Jam          // both lines low at once; the frame under way is discarded, or the one just given is void
	Endless      // pulses for a second without a pause
)

// Out is the answer to one pulse or tick.
type Out struct {
	What What
	Bits Bits
	At   time.Duration // the last pulse that belongs to it
	Void bool          // Extra, Jam: a Whole frame has just been given and is not to be believed
}

// phase is where the assembler stands.
type phase uint8

const (
	quiet    phase = iota
	filling        // a frame is under way
	guarding       // a whole frame was given; a pulse within the gap voids it
	flushing       // swallowing until the line is quiet
)

// Assembler makes frames of pulses. It is a pure state machine on the time it is told; time that goes back is taken as
// standing still. The zero Assembler is of no use: NewAssembler.
type Assembler struct {
	length  int
	fixed   time.Duration // the configured gap, 0 = by the frame's own pace
	phase   phase
	frame   Bits
	last    time.Duration // the last pulse
	longest time.Duration // the longest gap between two pulses since the line was quiet
	since   time.Duration // the pulse that began the flushing
	endless bool          // the flushing has been reported as Endless
	counts  Counts
}

// Counts is what has been seen since the start.
type Counts struct {
	Pulses    uint64 // all of them
	Frames    uint64 // of the format's length
	Shorts    uint64 // ended by the gap: keys and misreads
	Swallowed uint64 // pulses that belong to nothing: noise
	Voided    uint64 // frames taken back
}

// NewAssembler makes an assembler for frames of length bits; 0 lets every frame end by the gap, which shows what an
// unknown card sends. A gap of 0 follows the frame's own pace: three times the longest pause in it, within the bounds.
func NewAssembler(length int, gap time.Duration) (*Assembler, error) {
	if length != 0 && (length <= Keypad8 || length > maxKept) {
		return nil, fmt.Errorf("assemble frames of %d bits: take %d to %d, or 0 for any", length, Keypad8+1, maxKept)
	}
	if gap != 0 && (gap < LeastGap || gap > MostGap) {
		return nil, fmt.Errorf("assemble frames with a gap of %v: take %v to %v, or leave it out", gap, LeastGap, MostGap)
	}
	return &Assembler{length: length, fixed: gap}, nil
}

// Pulse takes one pulse: bit 0 for D0, 1 for D1.
func (a *Assembler) Pulse(at time.Duration, bit byte) Out {
	at = max(at, a.last)
	out := a.Tick(at)
	a.counts.Pulses++
	pause := at - a.last
	a.last = at
	switch a.phase {
	case quiet:
		a.phase, a.frame, a.longest = filling, Bits{}.Append(bit), 0
	case filling:
		a.longest = max(a.longest, pause)
		a.frame = a.frame.Append(bit)
		if a.frame.Len() == a.length {
			a.phase = guarding
			a.counts.Frames++
			return Out{What: Whole, Bits: a.frame, At: at}
		}
	case guarding:
		a.flush(at)
		a.counts.Voided++
		a.counts.Swallowed++
		return Out{What: Extra, At: at, Void: true}
	case flushing:
		a.longest = max(a.longest, pause)
		a.counts.Swallowed++
		if !a.endless && at-a.since >= noiseAfter {
			a.endless = true
			return Out{What: Endless, At: at}
		}
	}
	return out
}

// Tick ends what the silence up to at ends. Pulse does the same before it takes its pulse.
func (a *Assembler) Tick(at time.Duration) Out {
	if end, waiting := a.Deadline(); !waiting || at < end {
		return Out{}
	}
	ended := a.phase
	a.phase = quiet
	if ended != filling {
		return Out{}
	}
	a.counts.Shorts++
	return Out{What: Short, Bits: a.frame, At: a.last}
}

// Both says that D0 and D1 were seen low at once. Tick must have been told the same time before.
func (a *Assembler) Both(at time.Duration) Out {
	at = max(at, a.last)
	void, again := a.phase == guarding, a.phase == flushing
	if void {
		a.counts.Voided++
	}
	a.last = at
	if again {
		return Out{}
	}
	if a.phase == quiet {
		a.longest = 0
	}
	a.flush(at)
	return Out{What: Jam, At: at, Void: void}
}

// Deadline is when Tick has something to do, if no pulse comes.
func (a *Assembler) Deadline() (time.Duration, bool) {
	if a.phase == quiet {
		return 0, false
	}
	return a.last + a.gap(), true
}

// Counts is what has been seen so far.
func (a *Assembler) Counts() Counts { return a.counts }

func (a *Assembler) flush(at time.Duration) {
	a.phase, a.since, a.endless, a.frame = flushing, at, false, Bits{}
}

func (a *Assembler) gap() time.Duration {
	if a.fixed != 0 {
		return a.fixed
	}
	return min(max(LeastGap, 3*a.longest), MostGap)
}
