package panel

import (
	"errors"
	"fmt"
	"time"

	"kidoban/config"
	"kidoban/device"
	"kidoban/device/line"
)

// place is a line: the label of its chip and its number.
type place struct {
	chip   string
	number int
}

func (p place) String() string { return fmt.Sprintf("line %d of %s", p.number, p.chip) }

// point is what a line is to a door, as events name it.
type point struct {
	door string
	name string
	side device.Direction
}

func (p point) event() device.Event {
	return device.Event{Door: p.door, Point: p.name, Direction: p.side}
}

func (p point) String() string {
	s := p.name
	if p.side != device.NoDirection {
		s += " of the " + p.side.String() + " reader"
	}
	if p.door != "" {
		return "door " + p.door + ": " + s
	}
	return s
}

// The plan is the config's lines by what they are for.
type plan struct {
	strikes []plannedOutput
	lamps   []plannedLamps
	warners []plannedWarner
	inputs  []plannedInput
	readers []plannedReader
	spare   []place
}

type plannedOutput struct {
	point
	place
	low   bool // active low
	pulse bool // and the pulse at start that this costs is accepted
}

type plannedLamps struct {
	point
	lamps [3]*plannedOutput // green, red, buzzer
}

type plannedWarner struct {
	door  string
	lines [2]*plannedOutput // alarm lamp, siren
}

type plannedInput struct {
	point
	place
	on, off  device.Kind
	cfg      config.Input
	isButton bool
}

type plannedReader struct {
	point
	d0, d1 place
	cfg    config.Reader
}

func newPlan(cfg config.Panel, doors []config.Door) *plan {
	pl := &plan{}
	pl.input(cfg, point{name: "tamper"}, cfg.Tamper, device.Tampered, device.TamperCleared)
	pl.input(cfg, point{name: "fire"}, cfg.Fire, device.FireAlarmed, device.FireCleared)
	pl.input(cfg, point{name: "mains"}, cfg.Mains, device.MainsLost, device.MainsRestored)
	for _, n := range cfg.Spare {
		pl.spare = append(pl.spare, place{cfg.Chip, n})
	}
	for _, d := range doors {
		if d.Strike != nil {
			pl.strikes = append(pl.strikes, *output(cfg, point{door: d.Name, name: "strike"}, d.Strike))
		}
		pl.input(cfg, point{door: d.Name, name: "contact"}, d.Contact, device.DoorOpened, device.DoorClosed)
		pl.input(cfg, point{door: d.Name, name: "exit button"}, d.Exit, device.ExitPressed, device.ExitReleased)
		pl.input(cfg, point{door: d.Name, name: "tamper"}, d.Tamper, device.Tampered, device.TamperCleared)
		pl.warner(cfg, d)
		pl.reader(cfg, d.Name, device.Entry, d.Entry)
		pl.reader(cfg, d.Name, device.Exit, d.Leave)
	}
	return pl
}

func (pl *plan) input(cfg config.Panel, p point, in *config.Input, on, off device.Kind) {
	if in == nil {
		return
	}
	pl.inputs = append(pl.inputs, plannedInput{
		point: p, place: place{chipName(cfg, in.Chip), in.Line}, on: on, off: off, cfg: *in, isButton: on == device.ExitPressed,
	})
}

func (pl *plan) reader(cfg config.Panel, door string, side device.Direction, r *config.Reader) {
	if r == nil {
		return
	}
	chip := chipName(cfg, r.Chip)
	p := point{door: door, name: "reader " + side.String(), side: side}
	pl.readers = append(pl.readers, plannedReader{point: p, d0: place{chip, r.D0}, d1: place{chip, r.D1}, cfg: *r})
	pl.input(cfg, point{door: door, name: "tamper", side: side}, r.Tamper, device.Tampered, device.TamperCleared)
	lamps := plannedLamps{point: p}
	for i, o := range []*config.Output{r.Green, r.Red, r.Buzzer} {
		name := [...]string{"green lamp", "red lamp", "buzzer"}[i]
		lamps.lamps[i] = output(cfg, point{door: door, name: name, side: side}, o)
	}
	if lamps.lamps != [3]*plannedOutput{} {
		pl.lamps = append(pl.lamps, lamps)
	}
}

func (pl *plan) warner(cfg config.Panel, d config.Door) {
	w := plannedWarner{d.Name, [2]*plannedOutput{
		output(cfg, point{door: d.Name, name: "alarm lamp"}, d.Lamp), output(cfg, point{door: d.Name, name: "siren"}, d.Siren),
	}}
	if w.lines != [2]*plannedOutput{} {
		pl.warners = append(pl.warners, w)
	}
}

func output(cfg config.Panel, p point, o *config.Output) *plannedOutput {
	if o == nil {
		return nil
	}
	return &plannedOutput{point: p, place: place{chipName(cfg, o.Chip), o.Line}, low: o.ActiveLow, pulse: o.PulseAtStart}
}

func chipName(cfg config.Panel, own string) string {
	if own != "" {
		return own
	}
	return cfg.Chip
}

// uses lists every line with what it is for.
func (pl *plan) uses() (out []plannedOutput) {
	out = append(out, pl.strikes...)
	for _, l := range pl.lamps {
		for _, o := range l.lamps {
			if o != nil {
				out = append(out, *o)
			}
		}
	}
	for _, w := range pl.warners {
		for _, o := range w.lines {
			if o != nil {
				out = append(out, *o)
			}
		}
	}
	for _, in := range pl.inputs {
		out = append(out, plannedOutput{point: in.point, place: in.place})
	}
	for _, r := range pl.readers {
		out = append(out, plannedOutput{point: r.point, place: r.d0}, plannedOutput{point: r.point, place: r.d1})
	}
	for _, s := range pl.spare {
		out = append(out, plannedOutput{point: point{name: "spare line"}, place: s})
	}
	return out
}

// check says everything that is wrong with the lines of the config at once.
func (pl *plan) check(b board) error {
	var all []error
	owner := map[place]point{}
	for _, u := range pl.uses() {
		if other, taken := owner[u.place]; taken {
			all = append(all, fmt.Errorf("%v: %v is the %v already", u.point, u.place, other))
			continue
		}
		owner[u.place] = u.point
		if err := b.Check(u.chip, u.number); err != nil {
			all = append(all, fmt.Errorf("%v: %w", u.point, err))
		}
	}
	for _, s := range pl.strikes {
		if s.low && !s.pulse {
			all = append(all, fmt.Errorf("%v: an active_low strike is driven for a moment at every start; "+
				"wire it active high, or accept the pulse with pulse_at_start_accepted", s.point))
		}
	}
	for _, in := range pl.inputs {
		if time.Duration(in.cfg.Debounce) > line.MaxDebounce {
			all = append(all, fmt.Errorf("%v: with a debounce of %v a pulse of %v could be missed; at most %v",
				in.point, time.Duration(in.cfg.Debounce), line.ShortestPulse, line.MaxDebounce))
		}
	}
	return errors.Join(all...)
}

// spareFor is the i-th reader's share of the spare lines of its chip.
func (pl *plan) spareFor(i int) (out []int) {
	chip := pl.readers[i].d0.chip
	turn, of := 0, 0
	for k, r := range pl.readers {
		if r.d0.chip == chip {
			if k == i {
				turn = of
			}
			of++
		}
	}
	k := 0
	for _, s := range pl.spare {
		if s.chip == chip {
			if k%of == turn {
				out = append(out, s.number)
			}
			k++
		}
	}
	return out
}
