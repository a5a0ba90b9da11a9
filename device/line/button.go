package line

import (
	"time"

	"kidoban/device"
)

const (
	// PressedFor is how long a button must be steadily down to count as pressed.
	PressedFor = 50 * time.Millisecond
	// StuckAfter is how long it may be held before that is a fault.
	StuckAfter = 10 * time.Second
)

// Button is an exit button: a press is reported once (Active), and only if the button was seen released before, so that
// one found pressed at the start, or held down, releases nothing.
type Button struct {
	in       Input
	released bool // seen so
	down     device.Instant
	held     bool
	told     bool // the press was reported
	stuck    bool
}

// NewButton begins at the instant at which the line was asked for. A debounce time below PressedFor is raised to it.
func NewButton(at device.Instant, debounce, settle time.Duration) Button {
	return Button{in: NewInput(at, max(debounce, PressedFor), settle)}
}

// Sample is Input.Sample for a button.
func (b *Button) Sample(at device.Instant, pressed, edge bool) (out []Report) {
	for _, r := range b.in.Sample(at, pressed, edge) {
		switch r.What {
		case Active:
			out = append(out, b.press(r)...)
		case Inactive:
			out = append(out, b.release(r)...)
		default:
			out = append(out, r)
		}
	}
	if b.held && !b.stuck && at.Mono-b.down.Mono >= StuckAfter {
		b.stuck = true
		out = append(out, Report{At: at, What: Stuck})
	}
	return out
}

func (b *Button) press(r Report) []Report {
	b.held, b.down = true, r.At
	if !b.released {
		return nil
	}
	b.told = true
	return []Report{{At: r.At, What: Active}}
}

func (b *Button) release(r Report) (out []Report) {
	if b.stuck {
		out = append(out, Report{At: r.At, What: Freed})
	}
	if b.told {
		out = append(out, Report{At: r.At, What: Inactive})
	}
	b.released, b.held, b.told, b.stuck = true, false, false, false
	return out
}

// EdgesLost is Input.EdgesLost.
func (b *Button) EdgesLost() bool { return b.in.EdgesLost() }

// Deadline is Input.Deadline for a button.
func (b *Button) Deadline() time.Duration {
	d := b.in.Deadline()
	if b.held && !b.stuck {
		d = earlier(d, b.down.Mono+StuckAfter)
	}
	return d
}
