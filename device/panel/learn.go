package panel

import (
	"context"
	"errors"
	"fmt"

	"kidoban/device"
	"kidoban/device/wiegand"
)

// lesson waits for what the next badge at a reader sends. The reader's goroutine owns its frames.
type lesson struct {
	frames *wiegand.Assembler // of any length: it may be a card of another format
	begun  bool
	got    chan wiegand.Bits
}

// Learn returns the bits of the next frame at a reader, whole or not, longer than a key. At the reader outside the door
// does not see that frame; at the one inside it does, because nobody is held in for the sake of learning.
func (p *Panel) Learn(ctx context.Context, door, side string) (string, error) {
	for _, r := range p.readers {
		if r.door == door && r.side.String() == side {
			return r.learn(ctx)
		}
	}
	return "", fmt.Errorf("learn: no %s reader at door %q", side, door)
}

func (r *reader) learn(ctx context.Context) (string, error) {
	frames, err := wiegand.NewAssembler(0, 0)
	if err != nil {
		return "", err
	}
	l := &lesson{frames: frames, got: make(chan wiegand.Bits, 1)}
	if !r.lesson.CompareAndSwap(nil, l) {
		return "", errors.New("learn: somebody else learns at this reader already")
	}
	defer r.lesson.CompareAndSwap(l, nil)
	select {
	case b := <-l.got:
		return b.Text(), nil
	case <-ctx.Done():
		return "", fmt.Errorf("learn: no badge came: %w", ctx.Err())
	}
}

// lessonNow is the lesson that the pulses belong to. It begins between two frames.
func (r *reader) lessonNow() *lesson {
	l := r.lesson.Load()
	if l == nil || l.begun {
		return l
	}
	if _, busy := r.frames.Deadline(); busy {
		return nil
	}
	l.begun = true
	return l
}

// pulse takes one pulse, for the door or for who learns.
func (p *Panel) pulse(r *reader, at device.Instant, bit byte) {
	l := r.lessonNow()
	if l != nil {
		r.take(l, l.frames.Pulse(at.Mono, bit))
	}
	if l == nil || r.side == device.Exit {
		p.queue.push(r.frames.Pulse(at, bit)...)
	}
}

// silence ends what a wait without an edge ends.
func (p *Panel) silence(r *reader, at device.Instant) {
	if l := r.lessonNow(); l != nil {
		r.take(l, l.frames.Tick(at.Mono))
	}
	p.queue.push(r.frames.Tick(at)...)
}

func (r *reader) take(l *lesson, out wiegand.Out) {
	if out.What == wiegand.Short && out.Bits.Len() > wiegand.Keypad8 && r.lesson.CompareAndSwap(l, nil) {
		l.got <- out.Bits
	}
}
