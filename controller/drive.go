package controller

import (
	"context"
	"time"

	"kidoban/device"
)

// Drive runs a State in virtual time: the same turns as Run, time passing only when it is told to. Simulations and
// transcripts use it.
type Drive struct {
	State  *State
	Ledger Ledger
	Do     func(device.Command) error
	Seen   func(device.Instant, Outcome)
	Stall  time.Duration // how long the next commit takes; then it is 0 again

	under []Record
	due   time.Duration
}

// Turn is one input with all that follows from it at that instant: commands, their results, the commit, what had waited.
func (d *Drive) Turn(at device.Instant, in Input) Outcome {
	out := d.State.Turn(at, in)
	if d.Seen != nil {
		d.Seen(at, out)
	}
	for _, cmds := range [][]device.Command{out.First, out.Then} {
		for _, cmd := range cmds {
			err := d.Do(cmd)
			if cmd.Action == device.Show || cmd.Action == device.Warn {
				continue
			}
			back := Driven{Command: cmd}
			if err != nil {
				back.Err = err.Error()
			}
			d.Turn(at, back)
		}
	}
	d.send(at)
	return out
}

// send begins the next commit, and ends it at once if the disk does not stall.
func (d *Drive) send(at device.Instant) {
	b := d.State.Batch(at)
	if b == nil {
		return
	}
	d.under, d.due, d.Stall = b, at.Mono+d.Stall, 0
	if d.due <= at.Mono {
		d.commit(at)
	}
}

func (d *Drive) commit(at device.Instant) {
	b := d.under
	d.under = nil
	change, entries := Merge(b)
	if err := d.Ledger.Commit(context.Background(), change, entries); err != nil {
		d.Turn(at, unrecorded(err))
		return
	}
	d.Turn(at, Recorded{Ticket: b[len(b)-1].Ticket})
}

// Due is the monotonic instant at which something is to be done next.
func (d *Drive) Due() (time.Duration, bool) {
	due, ok := d.State.Deadline()
	if d.under != nil && (!ok || d.due < due) {
		return d.due, true
	}
	return due, ok
}

// Pass does what is due at an instant: to be called at every Due on the way.
func (d *Drive) Pass(at device.Instant) {
	if d.under != nil && d.due <= at.Mono {
		d.commit(at)
	}
	d.Turn(at, Tick{})
}
