package panel

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"kidoban/device"
	"kidoban/device/line"
)

// outputs owns every line that is driven. Commands come from the controller, time from run.
type outputs struct {
	p    *Panel
	wake chan struct{} // a deadline may have come nearer

	mu      sync.Mutex
	running bool
	ended   bool
	strikes []*strike
	lamps   []*lamps
	warners []*warner
	checked time.Duration // Mono of the last read-back
}

// strike is one lock. What it is commanded to do is in hold and nowhere else.
type strike struct {
	driven
	hold line.Hold
}

// lamps are one reader's lamps and buzzer.
type lamps struct {
	point
	lit [3]*driven // green, red, buzzer
	ind line.Indicator
}

// driven is one output line.
type driven struct {
	plannedOutput
	set    lineSet // nil if it could not be had
	active bool    // as last driven
	faulty bool    // reported so; it is driven all the same, because it may let someone out
	stuck  bool    // it could not be driven off
}

const (
	readBackEvery = time.Second
	retryAfter    = time.Second // of a strike that could not be let go
)

func newOutputs(p *Panel) *outputs { return &outputs{p: p, wake: make(chan struct{}, 1)} }

// errNotHad is an output that was busy when the panel was opened.
var errNotHad = errors.New("the line could not be had at the start")

func (p *Panel) openStrikes(b board, pl *plan) {
	for _, o := range pl.strikes {
		p.out.strikes = append(p.out.strikes, &strike{driven: p.openOutput(b, o)})
	}
}

func (p *Panel) openLamps(b board, pl *plan) {
	for _, l := range pl.lamps {
		out := &lamps{point: l.point}
		for i, o := range l.lamps {
			if o != nil {
				d := p.openOutput(b, *o)
				out.lit[i] = &d
			}
		}
		p.out.lamps = append(p.out.lamps, out)
	}
}

// openOutput asks for a line and drives it to its inactive level at once: the kernel makes it an output, low.
func (p *Panel) openOutput(b board, o plannedOutput) driven {
	d := driven{plannedOutput: o}
	set, err := b.Request(o.chip, use{Output: true}, o.number)
	if err == nil {
		d.set = set
		err = d.drive(false)
	}
	if err != nil {
		d.faulty = true
		p.failedAtStart(o.point, err)
	}
	return d
}

// drive sets the line and reads back what is driven.
func (d *driven) drive(active bool) error {
	if d.set == nil {
		return errNotHad
	}
	if err := d.set.Out(d.bit(active), 1); err != nil {
		return err
	}
	d.active = active
	return d.readBack()
}

func (d *driven) bit(active bool) uint64 {
	if active != d.low {
		return 1
	}
	return 0
}

// readBack compares the pin with what was commanded.
func (d *driven) readBack() error {
	bits, err := d.set.Read()
	if err != nil {
		return err
	}
	if bits&1 != d.bit(d.active) {
		return fmt.Errorf("%v reads %s although it is driven %s: check for a short", d.place, level(bits&1), level(d.bit(d.active)))
	}
	return nil
}

func level(bit uint64) string {
	if bit == 1 {
		return "high"
	}
	return "low"
}

// failed reports the point once.
func (o *outputs) failed(d *driven, at device.Instant, err error) {
	if d.faulty {
		return
	}
	d.faulty = true
	e := d.event()
	e.At, e.Diagnosis = at, err.Error()
	o.p.fault(e)
}

func (o *outputs) strikeOf(door string) (*strike, error) {
	for _, s := range o.strikes {
		if s.door == door {
			return s, nil
		}
	}
	return nil, errors.New("it has no strike")
}

// release drives a strike. One that does not follow is let go again.
func (o *outputs) release(at device.Instant, door string, d time.Duration) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	s, err := o.strikeOf(door)
	switch {
	case err != nil:
	case d <= 0:
		err = fmt.Errorf("for %v: a release has to have an end", d)
	case !o.running:
		err = errors.New("the panel does not run: nothing would end it")
	default:
		s.hold.Release(at, d)
		if err = s.drive(true); err != nil {
			o.failed(&s.driven, at, err)
			if e := o.letGo(s, at); s.set != nil {
				err = errors.Join(err, e)
			}
		}
	}
	if err != nil {
		return fmt.Errorf("release door %s: %w", door, err)
	}
	o.hurry()
	return nil
}

func (o *outputs) secure(at device.Instant, door string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	s, err := o.strikeOf(door)
	if err == nil {
		err = o.letGo(s, at)
	}
	if err != nil {
		return fmt.Errorf("secure door %s: %w", door, err)
	}
	return nil
}

// letGo stops driving a strike. If that fails it is due at once and is tried again.
func (o *outputs) letGo(s *strike, at device.Instant) error {
	if err := s.drive(false); err != nil {
		o.failed(&s.driven, at, err)
		if s.set != nil {
			s.hold.Release(at, retryAfter)
			o.hurry()
		} else {
			s.hold.Secure()
		}
		return err
	}
	s.hold.Secure()
	return nil
}

// show begins a signal at the readers of one side of a door, or of both.
func (o *outputs) show(at device.Instant, door string, side device.Direction, sig device.Signal) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, l := range o.lamps {
		if l.door == door && (side == device.NoDirection || side == l.side) {
			l.ind.Show(at, sig)
			o.light(l, at)
		}
	}
	o.hurry()
}

// light drives what the pattern says and is not driven yet.
func (o *outputs) light(l *lamps, at device.Instant) {
	want := l.ind.Lamps(at)
	for i, on := range [...]bool{want.Green, want.Red, want.Buzzer} {
		if d := l.lit[i]; d != nil && d.set != nil && d.active != on {
			if err := d.drive(on); err != nil {
				d.active = on
				o.failed(d, at, err)
			}
		}
	}
}

func (o *outputs) hurry() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

func (o *outputs) start() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.ended {
		return errors.New("run the panel: it is closed")
	}
	o.running = true
	return nil
}

// run keeps the deadlines until ctx ends, then secures every strike.
func (o *outputs) run(ctx context.Context) error {
	t := time.NewTimer(0)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			o.mu.Lock()
			o.running = false
			o.mu.Unlock()
			return o.off()
		case <-t.C:
		case <-o.wake:
		}
		t.Reset(o.turn(o.p.clk.Now()))
	}
}

// turn does what is due and says how long nothing else will be.
func (o *outputs) turn(at device.Instant) time.Duration {
	o.mu.Lock()
	defer o.mu.Unlock()
	look := at.Mono-o.checked >= readBackEvery
	if look {
		o.checked = at.Mono
	}
	next := o.checked + readBackEvery
	for _, s := range o.strikes {
		if s.hold.Over(at) {
			if err := o.letGo(s, at); err != nil {
				o.p.log.Error("a strike could not be let go", "door", s.door, "why", err)
			}
		} else if look && s.set != nil {
			if err := s.readBack(); err != nil {
				o.failed(&s.driven, at, err)
			}
		}
		next = sooner(next, s.hold.Deadline())
	}
	for _, l := range o.lamps {
		o.light(l, at)
		next = sooner(next, l.ind.Deadline(at))
	}
	for _, w := range o.warners {
		next = sooner(next, o.sound(w, at))
	}
	return max(next-at.Mono, time.Millisecond)
}

func sooner(next, deadline time.Duration) time.Duration {
	if deadline == 0 {
		return next
	}
	return min(next, deadline)
}

// off lets every strike go and stops every siren, whatever became of the others.
func (o *outputs) off() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	all := o.calm()
	for _, s := range o.strikes {
		s.hold.Secure()
		if s.set == nil {
			continue
		}
		if err := s.drive(false); err != nil {
			all = append(all, fmt.Errorf("%v: %w", s.point, err))
		}
	}
	return errors.Join(all...)
}

// end refuses every further release and lets the strikes go.
func (o *outputs) end() error {
	o.mu.Lock()
	if o.ended {
		o.mu.Unlock()
		return nil
	}
	o.running, o.ended = false, true
	o.mu.Unlock()
	return o.off()
}

// close puts the lamps out and gives the lines back.
func (o *outputs) close() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	var all []error
	for _, l := range o.lamps {
		for _, d := range l.lit {
			if d != nil && d.set != nil {
				all = append(all, d.drive(false), d.set.Close())
				d.set = nil
			}
		}
	}
	for _, w := range o.warners {
		for _, d := range w.lines {
			if d != nil && d.set != nil {
				all = append(all, d.drive(false), d.set.Close())
				d.set = nil
			}
		}
	}
	for _, s := range o.strikes {
		if s.set != nil {
			all = append(all, s.set.Close())
			s.set = nil
		}
	}
	return errors.Join(all...)
}
