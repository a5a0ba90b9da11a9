// Package sim is a panel without hardware: doors, readers and switches that exist only in memory, behind the same waist
// as the real ones. What people do at them (Act) becomes device events; what the controller commands moves a strike that
// can be looked at, and a door that is locked cannot be opened from outside, only forced.
//
// It promises what the real panel does: a Command is carried out at once or refused with an error, a strike is secured
// after its time even if nobody asks, a cut wire is the fault of that point.
package sim

import (
	"context"
	"fmt"
	"sync"
	"time"

	"kidoban/device"
)

// Panel is a panel in memory. Its methods may be called from several goroutines, as those of the real one.
type Panel struct {
	now    func() device.Instant
	events chan device.Event

	mu    sync.Mutex
	doors map[string]*door
	on    map[string]bool // the controller's own switches: "tamper", "fire", "mains"
}

type door struct {
	open    bool
	driven  time.Duration // until when, monotonic; 0 = not driven
	cut     map[string]bool
	signals [3]device.Signal
	warning device.Warning
	siren   time.Duration  // until when, monotonic
	learner [3]chan string // takes the next frame, by direction
}

// New makes a panel with these doors, all closed and locked, which it reports as found so. now tells the time that events are stamped with.
func New(doors []string, now func() device.Instant) *Panel {
	p := &Panel{now: now, events: make(chan device.Event, 256), doors: map[string]*door{}, on: map[string]bool{}}
	for _, d := range doors {
		p.doors[d] = &door{cut: map[string]bool{}}
		p.events <- device.Event{At: now(), Door: d, Kind: device.DoorClosed, AtStart: true}
	}
	return p
}

// Events is what happened at the doors.
func (p *Panel) Events() <-chan device.Event { return p.events }

// Do carries out one command.
func (p *Panel) Do(_ context.Context, c device.Command) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	d := p.doors[c.Door]
	if d == nil {
		return fmt.Errorf("no simulated door %q", c.Door)
	}
	switch c.Action {
	case device.Release:
		if d.cut["strike"] {
			return fmt.Errorf("the strike's wire of door %s is cut", c.Door)
		}
		d.driven = p.now().Mono + c.For
	case device.Secure:
		d.driven = 0
	case device.Show:
		d.signals[c.Direction] = c.Signal
	case device.Warn:
		d.warning, d.siren = c.Warning, p.now().Mono+c.For
	}
	return nil
}

// Look is what one would see standing before a door.
type Look struct {
	Open   bool   `json:"open"`
	Strike bool   `json:"strike"` // driven
	Entry  string `json:"entry"`  // the entry reader's signal
	Exit   string `json:"exit"`
	Lamp   bool   `json:"lamp"`  // the alarm lamp
	Siren  bool   `json:"siren"` // sounds
}

// Look looks at a door.
func (p *Panel) Look(name string) (Look, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	d := p.doors[name]
	if d == nil {
		return Look{}, fmt.Errorf("no simulated door %q", name)
	}
	return Look{
		Open: d.open, Strike: d.driven > p.now().Mono,
		Entry: d.signals[device.Entry].String(), Exit: d.signals[device.Exit].String(),
		Lamp: d.warning != device.Calm, Siren: d.warning == device.Sounding && d.siren > p.now().Mono,
	}, nil
}

// Close secures every door.
func (p *Panel) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, d := range p.doors {
		d.driven = 0
	}
	return nil
}
