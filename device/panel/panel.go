// Package panel opens what the config describes on real GPIO lines, through periph.io, as one Panel: Events come up one
// channel, commands go down Do, and nothing else passes.
//
// What it promises, and periph or the kernel does not:
//   - Strikes first: every strike is driven to its safe level before any other line is asked for. The commanded level is
//     kept here; an output is never asked through periph's Read, Func or SetFunc, which would turn it into an input.
//   - A strike is let go when Command.For has run out, when Run ends and when Close is called, whether or not anyone
//     asks. While Run does not run, nothing is released.
//   - So is a siren, and the alarm lamp beside it goes out with Run: neither outlives what would end it.
//   - A line that does not exist is an error of Open, with the numbers that do. A line that errors, is busy or is held is
//     a device.PointFaulted of that point, at once, and is not asked again.
//   - D0 and D1 of a reader are one request of the kernel's, which keeps their order, and are drained by a goroutine that
//     waits for nothing else. Events are never dropped: what the controller does not take yet is kept and counted.
//   - Levels are read again after every edge and at least every 250 ms (package line).
//
// It never waits for an edge without a limit, starts no goroutine outside Run, and releases nothing of its own accord.
//
// A strike releases when its line is high. For a fail-safe magnet that means: wire it through the relay's normally
// closed contact.
package panel

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"sync"
	"time"

	"kidoban/config"
	"kidoban/device"
	"kidoban/device/clock"

	"golang.org/x/sync/errgroup"
)

// Panel is the open hardware of one controller.
type Panel struct {
	clk    clock.Clock
	log    *slog.Logger
	events chan device.Event
	queue  *queue

	out      *outputs
	inputs   []*input
	readers  []*reader
	problems []Problem // found when the lines were opened
	settle   time.Duration
	sys      fs.FS

	run  chan struct{} // holds a token while Run runs
	mu   sync.Mutex
	stop context.CancelFunc
}

// Open prepares periph and asks the kernel for every line of the config.
func Open(ctx context.Context, cfg config.Panel, doors []config.Door, clk clock.Clock, log *slog.Logger) (*Panel, error) {
	if err := Prepare(log); err != nil {
		return nil, err
	}
	return open(ctx, cfg, doors, clk, log, periphBoard{}, os.DirFS("/sys"))
}

func open(ctx context.Context, cfg config.Panel, doors []config.Door, clk clock.Clock, log *slog.Logger, b board, sys fs.FS) (*Panel, error) {
	pl := newPlan(cfg, doors)
	if err := pl.check(b); err != nil {
		return nil, fmt.Errorf("open the panel: %w", err)
	}
	events := make(chan device.Event, 64)
	p := &Panel{
		clk: clk, log: log, events: events, queue: newQueue(log, events), sys: sys,
		settle: time.Duration(cfg.Settle), run: make(chan struct{}, 1),
	}
	p.out = newOutputs(p)
	p.openStrikes(b, pl)
	if err := ctx.Err(); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	p.probe(b, pl)
	p.openLamps(b, pl)
	p.openWarners(b, pl)
	p.openInputs(b, pl)
	if err := p.openReaders(b, pl); err != nil {
		return nil, errors.Join(fmt.Errorf("open the panel: %w", err), p.Close())
	}
	return p, nil
}

// Events is the one channel of what happens. It is never closed.
func (p *Panel) Events() <-chan device.Event { return p.events }

// Do carries a command out before it returns. The error says that a strike could not be driven; lamps that fail are
// reported as faults of their point.
func (p *Panel) Do(ctx context.Context, c device.Command) error {
	switch c.Action {
	case device.Release:
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("release door %s: %w", c.Door, err)
		}
		return p.out.release(p.clk.Now(), c.Door, c.For)
	case device.Secure:
		return p.out.secure(p.clk.Now(), c.Door)
	case device.Show:
		p.out.show(p.clk.Now(), c.Door, c.Direction, c.Signal)
		return nil
	case device.Warn:
		p.out.warn(p.clk.Now(), c.Door, c.Warning, c.For)
		return nil
	}
	return fmt.Errorf("carry out a command: unknown action %d", c.Action)
}

// Run reads the lines and delivers events until ctx ends or Close is called, then drives the strikes off. It returns nil
// then; an error means that the panel itself failed.
func (p *Panel) Run(ctx context.Context) error {
	p.run <- struct{}{}
	defer func() { <-p.run }()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	p.mu.Lock()
	p.stop = stop
	p.mu.Unlock()
	if err := p.out.start(); err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	for _, r := range p.readers {
		g.Go(func() error { return p.listen(ctx, r) })
	}
	for _, in := range p.inputs {
		g.Go(func() error { return p.watch(ctx, in) })
	}
	g.Go(func() error { return p.out.run(ctx) })
	g.Go(func() error { return p.queue.deliver(ctx) })
	return g.Wait()
}

// Close drives the strikes off, ends Run and gives the lines back.
func (p *Panel) Close() error {
	err := p.out.end()
	p.mu.Lock()
	if p.stop != nil {
		p.stop()
	}
	p.mu.Unlock()
	p.run <- struct{}{}
	defer func() { <-p.run }()
	err = errors.Join(err, p.out.close())
	for _, in := range p.inputs {
		err = errors.Join(err, in.set.Close())
	}
	for _, r := range p.readers {
		err = errors.Join(err, r.set.Close())
	}
	return err
}

// fault reports a point as not to be believed.
func (p *Panel) fault(e device.Event) {
	e.Kind = device.PointFaulted
	p.log.Error("a line is faulty", "door", e.Door, "point", e.Point, "why", e.Diagnosis)
	p.queue.push(e)
}
