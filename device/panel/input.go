package panel

import (
	"context"
	"time"

	"kidoban/device"
	"kidoban/device/line"
)

// machine is a line.Input or a line.Button.
type machine interface {
	Sample(at device.Instant, active, edge bool) []line.Report
	Deadline() time.Duration
	EdgesLost() bool
}

// input is one line that is watched by its level.
type input struct {
	plannedInput
	set  lineSet
	m    machine
	deaf bool // that no edges come was logged
}

func (p *Panel) openInputs(b board, pl *plan) {
	for _, in := range pl.inputs {
		set, err := b.Request(in.chip, use{Pull: in.cfg.Pull}, in.number)
		if err != nil {
			p.failedAtStart(in.point, err)
			continue
		}
		p.inputs = append(p.inputs, &input{plannedInput: in, set: set})
	}
}

// failedAtStart is a line that exists and could not be had.
func (p *Panel) failedAtStart(pt point, err error) {
	e := pt.event()
	e.At, e.AtStart, e.Diagnosis = p.clk.Now(), true, err.Error()
	p.fault(e)
	p.problems = append(p.problems, Problem{Door: pt.door, Point: pt.name, Text: err.Error()})
}

// watch follows one input until ctx ends or its line fails.
func (p *Panel) watch(ctx context.Context, in *input) error {
	at, edge := p.clk.Now(), false
	poll := in.begin(at, p.settle)
	for ctx.Err() == nil {
		bits, err := in.set.Read()
		if err == nil {
			p.report(in, in.m.Sample(at, bits&1 == 1 != in.cfg.ActiveLow, edge))
			next := poll
			if d := in.m.Deadline(); d != 0 {
				next = min(next, d-at.Mono)
			}
			_, edge, at, err = wait(p.clk, at, in.set, next)
		}
		if err != nil {
			p.lost(in.point, in.set, err)
			return nil
		}
	}
	return nil
}

// begin makes the machine, and says how often to look.
func (in *input) begin(at device.Instant, settle time.Duration) (poll time.Duration) {
	debounce := time.Duration(in.cfg.Debounce)
	if in.isButton {
		b := line.NewButton(at, debounce, settle)
		in.m = &b
		return line.Poll(max(debounce, line.PressedFor))
	}
	m := line.NewInput(at, debounce, settle)
	in.m = &m
	return line.Poll(debounce)
}

// lost gives up a line for good: what it says after an error is not to be believed.
func (p *Panel) lost(pt point, set lineSet, err error) {
	e := pt.event()
	e.At, e.Diagnosis = p.clk.Now(), err.Error()
	p.fault(e)
	if err := set.Close(); err != nil {
		p.log.Warn("a faulty line could not be given back", "point", pt.String(), "why", err)
	}
}

func (p *Panel) report(in *input, reports []line.Report) {
	for _, r := range reports {
		e := in.event()
		e.At, e.AtStart = r.At, r.AtStart
		switch r.What {
		case line.Active:
			e.Kind = in.on
		case line.Inactive:
			e.Kind = in.off
		case line.Chatters:
			e.Diagnosis = "the line does not come to rest: check for a loose wire or a failing contact"
			p.fault(e)
			continue
		case line.Stuck:
			e.Diagnosis = "the button has been down for " + line.StuckAfter.String() + ": it is jammed or its wires touch"
			p.fault(e)
			continue
		case line.Calm, line.Freed:
			e.Kind = device.PointRestored
		}
		p.queue.push(e)
	}
	if in.m.EdgesLost() != in.deaf {
		in.deaf = !in.deaf
		p.log.Warn("edges of a line come or stay away; its level is followed all the same, up to 250 ms late",
			"point", in.point.String(), "delivered", !in.deaf)
	}
}
