package wiegand

import (
	"fmt"
	"slices"
	"time"

	"kidoban/device"
)

// Settings describe one reader.
type Settings struct {
	Door        string
	Direction   device.Direction
	Format      Format
	HasFacility bool          // only cards of Facility are this reader's
	Facility    uint64        //
	Keypad      int           // NoKeypad, Keypad4 or Keypad8
	Gap         time.Duration // the frame gap; 0 = by the frame's own pace
}

// Reader makes a reader's events of its pulses. It is pure and not for two goroutines at once.
//
// A whole frame of the format but another facility is a Misread at an entry. At an exit it is a CardRead like that of any
// unknown card, because letting people out asks for no more than a whole frame.
//
// The events returned are valid until the next call. No good read allocates.
type Reader struct {
	set    Settings
	frames *Assembler
	last   device.Instant // of the last pulse
	seen   Bits           // the last frame or burst
	read   bool           // the last whole frame was reported as a card
	events [2]device.Event
	n      int
}

// NewReader checks the settings.
func NewReader(s Settings) (*Reader, error) {
	if s.Format == (Format{}) {
		return nil, fmt.Errorf("set up a wiegand reader: no card format")
	}
	if !slices.Contains([]int{NoKeypad, Keypad4, Keypad8}, s.Keypad) {
		return nil, fmt.Errorf("set up a wiegand reader: a keypad of %d bits; take 4, 8, or 0 for none", s.Keypad)
	}
	if s.HasFacility && !s.Format.HasFacility() {
		return nil, fmt.Errorf("set up a wiegand reader: facility %d, but %s has none; leave it out", s.Facility, s.Format)
	}
	if s.HasFacility && s.Facility > s.Format.MaxFacility() {
		return nil, fmt.Errorf("set up a wiegand reader: facility %d is above %s's largest, %d", s.Facility, s.Format, s.Format.MaxFacility())
	}
	frames, err := NewAssembler(s.Format.Bits(), s.Gap)
	if err != nil {
		return nil, fmt.Errorf("set up a wiegand reader: %w", err)
	}
	return &Reader{set: s, frames: frames}, nil
}

// Pulse takes one pulse: bit 0 for D0, 1 for D1.
func (r *Reader) Pulse(at device.Instant, bit byte) []device.Event {
	r.n = 0
	r.settle(at)
	out := r.frames.Pulse(at.Mono, bit)
	r.last = at
	r.take(at, out)
	return r.events[:r.n]
}

// Both takes the sight of both lines low at once.
func (r *Reader) Both(at device.Instant) []device.Event {
	r.n = 0
	r.settle(at)
	out := r.frames.Both(at.Mono)
	r.last = at
	r.take(at, out)
	return r.events[:r.n]
}

// Tick ends what the silence up to at ends: keys and short frames, stamped with their last pulse.
func (r *Reader) Tick(at device.Instant) []device.Event {
	r.n = 0
	r.settle(at)
	return r.events[:r.n]
}

// Deadline is when Tick has something to do, on the monotonic clock, if no pulse comes.
func (r *Reader) Deadline() (time.Duration, bool) { return r.frames.Deadline() }

// Last is the last frame or burst as received, for the learn tool alone.
func (r *Reader) Last() Bits { return r.seen }

// Counts is what has been seen so far.
func (r *Reader) Counts() Counts { return r.frames.Counts() }

func (r *Reader) settle(at device.Instant) { r.take(r.last, r.frames.Tick(at.Mono)) }

// take turns what the assembler says into at most one event.
func (r *Reader) take(at device.Instant, out Out) {
	if out.Bits.Len() > 0 {
		r.seen = out.Bits
	}
	switch out.What {
	case Whole:
		r.whole(at, out.Bits)
	case Short:
		r.short(at, out.Bits)
	case Extra:
		// A frame that was no card has had its misread already; what follows belongs to it.
		if r.read {
			r.misread(at, Diagnosis{Fault: Further}, true)
		}
	case Jam:
		r.misread(at, Diagnosis{Fault: BothLow}, out.Void && r.read)
	case Endless:
		r.misread(at, Diagnosis{Fault: Noise}, false)
	}
}

func (r *Reader) whole(at device.Instant, b Bits) {
	c, d := decode(r.set.Format, b)
	if d.Fault == NoFault && r.set.HasFacility && c.Facility != r.set.Facility && r.set.Direction != device.Exit {
		d = otherFacility(c)
	}
	r.read = d.Fault == NoFault
	if !r.read {
		r.misread(at, d, false)
		return
	}
	e := r.event(at, device.CardRead)
	e.Credential = c
}

func (r *Reader) short(at device.Instant, b Bits) {
	if r.set.Keypad != NoKeypad {
		if k, ok := key(r.set.Keypad, b); ok {
			r.event(at, device.KeyPressed).Key = k
			return
		}
	}
	d := r.set.Format.l.wrongLength(b)
	if r.set.Keypad != NoKeypad && (b.Len() == Keypad4 || b.Len() == Keypad8) {
		d = Diagnosis{Fault: KeyWrong, Got: b.Len(), Want: r.set.Keypad}
	}
	r.misread(at, d, false)
}

func (r *Reader) misread(at device.Instant, d Diagnosis, voids bool) {
	e := r.event(at, device.Misread)
	e.Diagnosis, e.Voids = d.Error(), voids
}

// event begins the next event of this call.
func (r *Reader) event(at device.Instant, kind device.Kind) *device.Event {
	e := &r.events[r.n]
	*e = device.Event{At: at, Kind: kind, Door: r.set.Door, Direction: r.set.Direction}
	r.n++
	return e
}
