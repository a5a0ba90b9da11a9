package sim

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"kidoban/device"
	"kidoban/device/wiegand"
)

// Learn returns the bits of the next frame at a reader. As at a real panel, the door does not see a card at the reader
// outside while somebody learns there; at the one inside it does, because nobody is held in.
func (p *Panel) Learn(ctx context.Context, name, reader string) (string, error) {
	got := make(chan string, 1)
	if err := p.watch(name, side(reader), got); err != nil {
		return "", fmt.Errorf("learn: %w", err)
	}
	defer p.unwatch(name, side(reader), got)
	select {
	case bits := <-got:
		return bits, nil
	case <-ctx.Done():
		return "", fmt.Errorf("learn: no badge came: %w", ctx.Err())
	}
}

func (p *Panel) watch(name string, at device.Direction, got chan string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	d := p.doors[name]
	switch {
	case d == nil:
		return fmt.Errorf("no simulated door %q", name)
	case d.learner[at] != nil:
		return errors.New("somebody else learns at this reader already")
	}
	d.learner[at] = got
	return nil
}

func (p *Panel) unwatch(name string, at device.Direction, got chan string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if d := p.doors[name]; d.learner[at] == got {
		d.learner[at] = nil
	}
}

// teach hands a frame to who learns, and reports whether it is kept from the door.
func (d *door) teach(at device.Direction, a Act) (kept bool, err error) {
	got := d.learner[at]
	if got == nil || a.Verb != "card" && a.Verb != "misread" {
		return false, nil
	}
	bits := strings.Repeat("01", 10) // a frame cut short
	if a.Verb == "card" {
		b, err := frame(a)
		if err != nil {
			return true, err
		}
		bits = b.Text()
	}
	d.learner[at] = nil
	got <- bits
	return at == device.Entry, nil
}

// frame is the number as it comes over the wires.
func frame(a Act) (wiegand.Bits, error) {
	f, err := format(a)
	if err != nil {
		return wiegand.Bits{}, err
	}
	return wiegand.Encode(f, a.Facility, a.Card)
}

func format(a Act) (wiegand.Format, error) {
	if a.Format == "" {
		a.Format = "H10301"
	}
	return wiegand.Lookup(a.Format)
}
