package controller

import (
	"context"
	"time"

	"kidoban/device"
)

// Drive runs a State in virtual time: the same turns as Run, with the disk waited for on the spot and time passing only
// when it is told to. Simulations and transcripts use it.
type Drive struct {
	State  *State
	Ledger Ledger
	Do     func(device.Command) error
	Seen   func(device.Instant, Outcome)
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
			if cmd.Action == device.Show {
				continue
			}
			back := Driven{Command: cmd}
			if err != nil {
				back.Err = err.Error()
			}
			d.Turn(at, back)
		}
	}
	d.commit(at)
	return out
}

func (d *Drive) commit(at device.Instant) {
	b := d.State.Batch(at)
	if b == nil {
		return
	}
	change, entries := Merge(b)
	if err := d.Ledger.Commit(context.Background(), change, entries); err != nil {
		d.Turn(at, Unrecorded{Fault: err.Error()})
		return
	}
	d.Turn(at, Recorded{Ticket: b[len(b)-1].Ticket})
}

// Pass lets time pass from at to at+by, stopping at each deadline on the way, and returns the new instant.
func (d *Drive) Pass(at device.Instant, by time.Duration) device.Instant {
	end := at.Mono + by
	for {
		due, ok := d.State.Deadline()
		if !ok || due > end {
			return at.Add(end - at.Mono)
		}
		at = at.Add(max(due-at.Mono, 0))
		d.Turn(at, Tick{})
		if again, ok := d.State.Deadline(); ok && again <= due {
			at = at.Add(time.Nanosecond)
		}
	}
}
