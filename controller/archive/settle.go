package archive

import (
	"context"
	"strings"
	"time"

	"kidoban/controller/archive/shelf"
	"kidoban/controller/journal"
	"kidoban/controller/outbox/link"
	"kidoban/controller/wire"
)

// settle stores what can be stored, and prepares what has to be said. It returns when to come again.
func (a *Archive) settle(ctx context.Context) (wake time.Time, err error) {
	now := time.Now()
	wake = now.Add(time.Minute)
	by := func(next time.Time) {
		if !next.IsZero() && next.Before(wake) {
			wake = next
		}
	}
	if err := a.count(ctx, now); err != nil {
		return wake, err
	}
	by(a.tally.due)
	next, err := a.welcome(ctx, now)
	if err != nil {
		return wake, err
	}
	by(next)
	for _, f := range a.followers {
		if err := a.store(ctx, f, now); err != nil {
			return wake, err
		}
		for _, due := range []func(context.Context, *follower, time.Time) (time.Time, error){a.ask, a.dun, a.listen} {
			next, err := due(ctx, f, now)
			if err != nil {
				return wake, err
			}
			by(next)
		}
	}
	next, err = a.dispose(ctx, now)
	by(next)
	return wake, err
}

// store makes durable what is verified of one journal, and says so.
func (a *Archive) store(ctx context.Context, f *follower, now time.Time) error {
	from, to, run, found, err := f.settle(ctx, a.cfg.Key)
	if err != nil {
		return err
	}
	if err := a.found(ctx, f, found, now); err != nil {
		return err
	}
	if from == 0 && to > 0 {
		if err := a.succession(ctx, f, now); err != nil {
			return err
		}
	}
	if err := f.keep(ctx); err != nil {
		return err
	}
	a.confirm(f, to > from, now)
	return a.print(ctx, f, from, to, run)
}

// ask asks for what is missing, and says when to ask again.
func (a *Archive) ask(ctx context.Context, f *follower, now time.Time) (next time.Time, err error) {
	from, to, ok, next := f.ask(now)
	if !ok {
		return next, nil
	}
	a.cfg.Log.Info("asking again", "journal", f.Origin, "from", from, "to", to)
	a.out = append(a.out, link.Message{Topic: f.topic + "resend", Payload: wire.Marshal(wire.Resend{From: from, To: to})})
	return next, a.found(ctx, f, f.dumb(), now)
}

// print tells of what became durable: run, and what was in the file before it.
func (a *Archive) print(ctx context.Context, f *follower, from, to uint64, run []shelf.Leaf) error {
	if to > from+printMost && a.cfg.Many != nil {
		a.cfg.Many(f.Origin, from, to)
		return nil
	}
	if a.cfg.Print == nil || from >= to {
		return nil
	}
	var all [][]byte
	take := func(_ uint64, payload []byte) error {
		if payload != nil {
			all = append(all, payload)
		}
		return nil
	}
	if uint64(len(run)) < to-from {
		if err := a.shelf.Entries(ctx, f.Journal, from, take); err != nil {
			return err
		}
		run = nil
	}
	for _, l := range run {
		_ = take(0, l.Payload)
	}
	a.cfg.Print(f.Origin, all)
	return nil
}

// confirm publishes the ack of what is durable: at once when it grew, else now and then when somebody seems not to
// know. A later ack takes the place of one that is still waiting.
func (a *Archive) confirm(f *follower, grew bool, now time.Time) {
	if !f.ackDue || f.Size == 0 || f.Fork != "" || !grew && now.Sub(f.ackAt) < askAgain {
		return
	}
	f.tell(now)
	c, err := journal.PeekCheckpoint(f.Checkpoint)
	if err != nil {
		panic("archive: own co-signed checkpoint does not parse") // settle and follow verified it
	}
	payload := wire.Marshal(wire.Ack{Sequence: f.Size - 1, Root: c.Root.String(), Checkpoint: string(f.Checkpoint)})
	m := link.Message{Topic: f.topic + "ack", Payload: payload, Retained: true}
	if cur := a.current(strings.TrimSuffix(f.Origin, f.Origin[strings.LastIndexByte(f.Origin, '/')+1:])); cur != f {
		return // a later journal of this controller has the topic
	}
	for i := range a.out {
		if a.out[i].Topic == m.Topic {
			a.out[i] = m
			return
		}
	}
	a.out = append(a.out, m)
}
