package controller

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/device"
	"kidoban/device/clock"
)

// Panel is what hangs on the doors: real lines, or none at all.
type Panel interface {
	Events() <-chan device.Event
	Do(context.Context, device.Command) error
}

// Ledger makes records durable. An error means that none of them is; one that is ErrRefused, that the disk is well and
// would refuse them for ever.
type Ledger interface {
	Commit(context.Context, ledger.Change, []journal.Entry) error
}

// ErrRefused is what the ledger says of records that are themselves at fault.
var ErrRefused = errors.New("the record refuses this")

// Controller runs one State: Run owns it, Commit is the one goroutine that waits for the disk.
type Controller struct {
	state  *State
	panel  Panel
	ledger Ledger
	clock  clock.Clock

	// After, if set before Run, is called by Run after its turns: it feeds the watchdog and passes views on. It must not
	// block.
	After func(Turned)
	// Log takes what concerns the machine, not the record.
	Log *slog.Logger

	durable bool // a turn since the last After followed a commit

	in      chan posted
	batches chan []Record
	results chan error
	asked   map[Ticket][]asker
}

// Turned is what After may look at.
type Turned struct {
	Durable bool // a commit has returned since the last
	State   *State
}

// asker is somebody who waits for a record, and what they are told once it is durable.
type asker struct {
	reply  chan<- Answer
	answer Answer
}

type posted struct {
	at    device.Instant
	in    Input
	reply chan<- Answer
}

// New puts a controller together; nothing runs yet.
func New(s *State, p Panel, l Ledger, c clock.Clock) *Controller {
	return &Controller{
		state: s, panel: p, ledger: l, clock: c, Log: slog.New(slog.DiscardHandler),
		in: make(chan posted, 64), batches: make(chan []Record, 1), results: make(chan error, 1),
		asked: map[Ticket][]asker{},
	}
}

// Post hands in what did not come from the panel: a clock that lost its source, the link's state.
func (c *Controller) Post(ctx context.Context, in Input) {
	select {
	case c.in <- posted{at: c.clock.Now(), in: in}:
	case <-ctx.Done():
	}
}

// Ask hands in a person's request and waits for the answer: for an order, until it is durable.
func (c *Controller) Ask(ctx context.Context, r Request) (Answer, error) {
	reply := make(chan Answer, 1)
	select {
	case c.in <- posted{at: c.clock.Now(), in: r, reply: reply}:
	case <-ctx.Done():
		return Answer{}, ctx.Err()
	}
	select {
	case a := <-reply:
		return a, nil
	case <-ctx.Done():
		return Answer{}, fmt.Errorf("not recorded yet; it will be once the record can be written again: %w", ctx.Err())
	}
}

// Run turns the state, input by input, until ctx ends; then it secures the doors and waits for the last record, at most
// stopWithin.
func (c *Controller) Run(ctx context.Context, first Starting) error {
	defer close(c.batches)
	c.turn(c.clock.Now(), first, nil)
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		c.send()
		c.turned()
		c.arm(timer)
		select {
		case ev := <-c.panel.Events():
			c.turn(ev.At, Happened{ev}, nil)
		case p := <-c.in:
			c.turn(p.at, p.in, p.reply)
		case err := <-c.results:
			c.result(err)
		case <-timer.C:
			c.turn(c.clock.Now(), Tick{}, nil)
		case <-ctx.Done():
			return c.stop()
		}
	}
}

// stopWithin bounds how long a stop waits for the disk.
const stopWithin = 3 * time.Second

// turned calls After, when what a turn has to record is on its way: nothing that After does is on a badge's path.
func (c *Controller) turned() {
	if c.After != nil {
		c.After(Turned{Durable: c.durable, State: c.state})
	}
	c.durable = false
}

func (c *Controller) stop() error {
	defer c.turned()
	c.turn(c.clock.Now(), Stopping{}, nil)
	over := time.After(stopWithin)
	again := time.NewTicker(retryEvery / 4)
	defer again.Stop()
	for len(c.state.backlog.records) > 0 {
		c.send()
		select {
		case err := <-c.results:
			c.result(err)
			if err != nil && !errors.Is(err, ErrRefused) {
				return fmt.Errorf("record the end: %w", err)
			}
		case <-again.C:
		case <-over:
			return fmt.Errorf("record the end: %d records are not durable after %v", len(c.state.backlog.records), stopWithin)
		}
	}
	return nil
}

func (c *Controller) send() {
	if b := c.state.Batch(c.clock.Now()); b != nil {
		c.batches <- b
	}
}

func (c *Controller) result(err error) {
	b := &c.state.backlog
	if err != nil {
		c.Log.Error("cannot record", "err", err)
		c.turn(c.clock.Now(), unrecorded(err), nil)
		return
	}
	t := b.records[b.sent-1].Ticket
	c.turn(c.clock.Now(), Recorded{Ticket: t}, nil)
	for asked := range c.asked {
		if asked <= t {
			c.answer(asked, nil)
		}
	}
}

// answer tells those who wait for a record what became of it: what they were to be told, or that it came to nothing.
func (c *Controller) answer(t Ticket, instead *Answer) {
	for _, r := range c.asked[t] {
		if instead != nil {
			r.answer = *instead
		}
		r.reply <- r.answer
	}
	delete(c.asked, t)
}

func unrecorded(err error) Unrecorded {
	return Unrecorded{Fault: err.Error(), Refused: errors.Is(err, ErrRefused)}
}

// arm sets the one timer to the state's next deadline.
func (c *Controller) arm(t *time.Timer) {
	wait := 250 * time.Millisecond
	if at, ok := c.state.Deadline(); ok {
		wait = min(wait, max(at-c.clock.Now().Mono, 0))
	}
	t.Reset(wait)
}

// turn is one step and what it sends out: letting people out first.
func (c *Controller) turn(at device.Instant, in Input, reply chan<- Answer) {
	out := c.state.Turn(at, in)
	c.do(out.First)
	c.do(out.Then)
	for _, u := range out.Undone {
		c.answer(u.Ticket, &Answer{Refusal: u.Why})
	}
	if reply != nil && out.Answer != nil {
		switch {
		case out.Answer.Refusal == "" && (out.Answer.Value == nil || out.Answer.Order) && out.Ticket > 0:
			c.asked[out.Ticket] = append(c.asked[out.Ticket], asker{reply, *out.Answer})
		default:
			reply <- *out.Answer
		}
	}
	if _, durable := in.(Recorded); durable {
		c.durable = true
	}
}

// do sends commands to the panel. How a strike fared goes back into the state; a lamp that fails is the panel's fault to
// report.
func (c *Controller) do(commands []device.Command) {
	for _, cmd := range commands {
		err := c.panel.Do(context.Background(), cmd)
		if cmd.Action == device.Show || cmd.Action == device.Warn {
			continue
		}
		d := Driven{Command: cmd}
		if err != nil {
			c.Log.Error("cannot drive the strike", "door", cmd.Door, "err", err)
			d.Err = err.Error()
		}
		c.turn(c.clock.Now(), d, nil)
	}
}

// Commit is the committer: it makes one batch after another durable, each in one transaction, until Run ends.
func (c *Controller) Commit(ctx context.Context) error {
	for b := range c.batches {
		change, entries := Merge(b)
		c.results <- c.ledger.Commit(context.WithoutCancel(ctx), change, entries)
	}
	return nil
}

// Merge joins records for one transaction, in order.
func Merge(records []Record) (ledger.Change, []journal.Entry) {
	if len(records) == 1 {
		return records[0].Change, records[0].Entries
	}
	var c ledger.Change
	var e []journal.Entry
	for _, r := range records {
		c.Occupants = append(c.Occupants, r.Change.Occupants...)
		c.Grants = append(c.Grants, r.Change.Grants...)
		c.Tries = append(c.Tries, r.Change.Tries...)
		c.Modes = append(c.Modes, r.Change.Modes...)
		c.Alarms = append(c.Alarms, r.Change.Alarms...)
		c.Permits = append(c.Permits, r.Change.Permits...)
		c.Visits = append(c.Visits, r.Change.Visits...)
		c.Emergency = append(c.Emergency, r.Change.Emergency...)
		c.Numbers = append(c.Numbers, r.Change.Numbers...)
		c.Documents = append(c.Documents, r.Change.Documents...)
		c.Roster = append(c.Roster, r.Change.Roster...)
		if r.Change.Switch != 0 {
			c.Switch = r.Change.Switch
		}
		e = append(e, r.Entries...)
	}
	return c, e
}
