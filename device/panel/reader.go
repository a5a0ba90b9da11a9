package panel

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"kidoban/device"
	"kidoban/device/line"
	"kidoban/device/wiegand"
)

// reader is one Wiegand reader: D0, D1 and its share of the spare lines, in one set.
type reader struct {
	plannedReader
	set     lineSet
	frames  *wiegand.Reader
	settled time.Duration // Mono until which pulses are a reader that powers up
	low     int           // looks in a row at which a wire was low although nothing moved
	faulty  bool          // and it was reported
	lesson  atomic.Pointer[lesson]
}

// lowLooks is how often in a row a silent wire is found low until it counts as held low: a second.
const lowLooks = 4

// stale is how long edges that the kernel kept since the lines were opened are drained and forgotten.
const stale = 20 * time.Millisecond

func (p *Panel) openReaders(b board, pl *plan) error {
	var all []error
	for i, r := range pl.readers {
		frames, err := framesOf(r)
		if err != nil {
			all = append(all, fmt.Errorf("%v: %w", r.point, err))
			continue
		}
		lines := append([]int{r.d0.number, r.d1.number}, pl.spareFor(i)...)
		set, err := b.Request(r.d0.chip, use{Falling: true, Pull: "up"}, lines...)
		if err != nil {
			p.failedAtStart(r.point, err)
			continue
		}
		p.readers = append(p.readers, &reader{plannedReader: r, set: set, frames: frames})
	}
	return errors.Join(all...)
}

func framesOf(r plannedReader) (*wiegand.Reader, error) {
	f, err := wiegand.Lookup(r.cfg.Format)
	if err != nil {
		return nil, err
	}
	s := wiegand.Settings{Door: r.door, Direction: r.side, Format: f, Keypad: r.cfg.Keypad, Gap: time.Duration(r.cfg.FrameGap)}
	if r.cfg.Facility != nil {
		s.HasFacility, s.Facility = true, *r.cfg.Facility
	}
	return wiegand.NewReader(s)
}

// listen drains the kernel's edges of one reader until ctx ends or the lines fail. It waits for nothing else: the kernel
// keeps 16 edges a line and drops the oldest silently.
func (p *Panel) listen(ctx context.Context, r *reader) error {
	at := p.clk.Now()
	r.settled = at.Mono + max(p.settle, stale)
	for ctx.Err() == nil {
		limit := line.MaxWait
		if d, ok := r.deadline(); ok {
			limit = d - at.Mono
		}
		number, edge, now, err := wait(p.clk, at, r.set, limit)
		at = now
		if err == nil {
			err = p.heard(r, at, number, edge)
		}
		if err != nil {
			p.lost(r.point, r.set, err)
			return nil
		}
	}
	return nil
}

// deadline is when silence ends a frame, of the door's or of a lesson's.
func (r *reader) deadline() (time.Duration, bool) {
	d, ok := r.frames.Deadline()
	if l := r.lesson.Load(); l != nil {
		if e, too := l.frames.Deadline(); too && (!ok || e < d) {
			return e, true
		}
	}
	return d, ok
}

// heard takes one edge, or the silence of one wait.
func (p *Panel) heard(r *reader, at device.Instant, number int, edge bool) error {
	bits, err := r.set.Read()
	if err != nil {
		return err
	}
	d0, d1 := bits&1 != 0, bits&2 != 0
	switch {
	case !edge:
		p.silence(r, at)
		if _, busy := r.frames.Deadline(); !busy {
			p.look(r, at, d0, d1)
		}
	case at.Mono < r.settled:
	case number != r.d0.number && number != r.d1.number: // a spare line
	case !d0 && !d1:
		p.queue.push(r.frames.Both(at)...)
	case number == r.d1.number:
		p.pulse(r, at, 1)
	default:
		p.pulse(r, at, 0)
	}
	return nil
}

// look judges the level of silent wires: a reader holds both high.
func (p *Panel) look(r *reader, at device.Instant, d0, d1 bool) {
	if d0 && d1 {
		r.low = 0
		if r.faulty {
			r.faulty = false
			e := r.event()
			e.At, e.Kind = at, device.PointRestored
			p.queue.push(e)
		}
		return
	}
	if r.low++; r.low < lowLooks || r.faulty {
		return
	}
	r.faulty = true
	e := r.event()
	e.At, e.Diagnosis = at, lowText(d0, d1)
	p.fault(e)
}

func lowText(d0, d1 bool) string {
	const check = " low: check for a short, the reader's supply, and the level shifter"
	switch {
	case d0:
		return "D1 is held" + check
	case d1:
		return "D0 is held" + check
	}
	return "D0 and D1 are held" + check
}
