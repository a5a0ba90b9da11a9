// Package crier tells people: it looks at each verified entry once, in the order of its journal, keeps who is to be told of
// it (package notify) in the central log's database, and sends that until the other end has it.
//
// What it promises:
//   - A notice is durable in the transaction that says that its entry was looked at, and before it is sent. It goes when
//     the channel says that the other end has it: sent at least once, after a crash perhaps twice, under the same ID.
//   - Each recipient gets its notices in order, and one whose channel fails keeps no other waiting. It is tried again after
//     Pace.Least, then ever later up to Pace.Most, for as long as it takes; after Pace.Fail that is an entry of its own
//     (notice.failed), an alarm that the others hear of.
//   - A person whose notices have piled up gets one digest of them, in which all of them are.
//   - What was told is on record (notice.sent) where it was grave, or to a person.
//
// It never asks who may read what it sends: names are left out unless Recipient.Names.
package crier

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"

	"kidoban/controller/archive/shelf"
	"kidoban/controller/journal"
	"kidoban/controller/notify"
	"kidoban/device"
)

// Channel carries notices to one recipient. Send returns how many of them, from the first on, the other end has, and what
// it said; an error says why not all.
type Channel interface {
	Send(ctx context.Context, notices []notify.Notice) (sent int, answer string, err error)
}

// Recipient is one address and the way to it.
type Recipient struct {
	notify.Recipient
	Channel Channel
	Names   bool // private parts go with the entries, where they are here
	Batch   int  // most notices a Send
	Digest  int  // more than so many that wait become one; 0 = never
}

// Config is what a crier needs to know.
type Config struct {
	Rules      notify.Rules // its Recipients are those below
	Recipients []Recipient
	Own        shelf.Own
	Now        func() (at device.Instant, synced bool)
	Pace       notify.Pace
	Poll       time.Duration // between two looks for new entries
	Log        *slog.Logger
}

// Crier tells people.
type Crier struct {
	cfg   Config
	shelf *shelf.Shelf
	kicks map[string]chan struct{} // by recipient: something waits
}

// New prepares a crier over f.
func New(cfg Config, f *shelf.Shelf) *Crier {
	c := &Crier{cfg: cfg, shelf: f, kicks: map[string]chan struct{}{}}
	c.cfg.Rules.Recipients = nil
	for _, r := range cfg.Recipients {
		c.cfg.Rules.Recipients = append(c.cfg.Rules.Recipients, r.Recipient)
		c.kicks[r.Name] = make(chan struct{}, 1)
	}
	return c
}

// Run tells people until ctx ends. What fails, the database too, is tried again.
func (c *Crier) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		err := c.turn(ctx)
		if ctx.Err() != nil {
			break
		}
		c.cfg.Log.Error("telling people is interrupted", "err", err)
		pause(ctx, nil, c.cfg.Pace.Least)
	}
	return nil
}

// turn runs for as long as this process alone tells people and the database does its part.
func (c *Crier) turn(ctx context.Context) (err error) {
	if len(c.cfg.Recipients) == 0 && c.shelf.Shared() { // another may know whom to tell
		<-ctx.Done()
		return nil
	}
	sole, err := c.shelf.TakeSole(ctx, 3*time.Second)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, sole.Close()) }()
	var names []string
	for _, r := range c.cfg.Recipients {
		names = append(names, r.Name)
	}
	if err := c.shelf.BeginNotices(ctx, names); err != nil {
		return err
	}
	if len(names) == 0 {
		<-ctx.Done()
		return nil
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return sole.Run(ctx) })
	group.Go(func() error { return c.read(ctx) })
	for _, r := range c.cfg.Recipients {
		group.Go(func() error { return c.send(ctx, r) })
	}
	return group.Wait()
}

// now is the wall time to judge by.
func (c *Crier) now() time.Time {
	at, _ := c.cfg.Now()
	return at.Wall.Round(0)
}

// record says something of the notices in the own journal.
func (c *Crier) record(ctx context.Context, t journal.Type, s journal.Severity, d journal.Data) error {
	at, synced := c.cfg.Now()
	return c.shelf.Record(ctx, c.cfg.Own, journal.Entry{At: at, Synced: synced, Type: t, Severity: s, Subject: "controller", Data: d})
}

func (c *Crier) kick(name string) {
	select {
	case c.kicks[name] <- struct{}{}:
	default:
	}
}

// pause waits for d, a kick, or the end.
func pause(ctx context.Context, kick <-chan struct{}, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-kick:
	case <-ctx.Done():
	}
}
