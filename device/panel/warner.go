package panel

import (
	"fmt"
	"time"

	"kidoban/device"
	"kidoban/device/line"
)

// warner is a door's alarm lamp and siren. What they are commanded to tell is in lit and siren and nowhere else.
type warner struct {
	door  string
	lines [2]*driven // alarm lamp, siren; nil where there is none
	lit   bool
	siren line.Hold
}

func (p *Panel) openWarners(b board, pl *plan) {
	for _, w := range pl.warners {
		out := &warner{door: w.door}
		for i, o := range w.lines {
			if o != nil {
				d := p.openOutput(b, *o)
				out.lines[i] = &d
			}
		}
		p.out.warners = append(p.out.warners, out)
	}
}

// warn shows a warning. A siren has to have an end, and sounds only while something runs that ends it; a lamp may be lit
// before that.
func (o *outputs) warn(at device.Instant, door string, w device.Warning, d time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, x := range o.warners {
		if x.door != door {
			continue
		}
		x.lit = !o.ended && w != device.Calm
		x.siren.Secure()
		if o.running && w == device.Sounding && d > 0 {
			x.siren.Release(at, d)
		}
		o.sound(x, at)
	}
	o.hurry()
}

// sound drives what is commanded and is not driven yet, and says when that changes next; 0 = it stays. A siren that cannot
// be stopped is tried again at every turn.
func (o *outputs) sound(w *warner, at device.Instant) time.Duration {
	if w.siren.Over(at) {
		w.siren.Secure()
	}
	for i, on := range [...]bool{w.lit, w.siren.Driven()} {
		d := w.lines[i]
		if d == nil || d.set == nil || d.active == on && !d.stuck {
			continue
		}
		err := d.drive(on)
		d.active, d.stuck = on, err != nil && !on
		if err != nil {
			o.failed(d, at, err)
		}
	}
	return w.siren.Deadline()
}

// calm stops every siren and puts its lamp out.
func (o *outputs) calm() (all []error) {
	for _, w := range o.warners {
		w.lit = false
		w.siren.Secure()
		for _, d := range w.lines {
			if d == nil || d.set == nil {
				continue
			}
			if err := d.drive(false); err != nil {
				all = append(all, fmt.Errorf("%v: %w", d.point, err))
			}
		}
	}
	return all
}
