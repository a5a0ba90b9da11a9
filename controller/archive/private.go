package archive

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"kidoban/controller/archive/shelf"
	"kidoban/controller/journal"
	"kidoban/controller/outbox/link"
	"kidoban/controller/wire"
)

// A door that publishes names sends each private part before its entry, which binds it by its hash. It is stored beside the
// entry before the entry is confirmed. Where it has not come the entry is confirmed all the same, and the part is owed: it
// is asked for a few times, and stays visible as owed.

const (
	privateMost  = 64 << 10 // bytes of one
	privatesMost = 4096     // in memory, of one journal
	owedEvery    = 5 * time.Second
	owedRounds   = 3
	owedAtOnce   = 50
)

// privates are the private parts of one journal.
type privates struct {
	early  map[string][]byte // by hash, until their entries are verified
	order  []string          // of their coming, for those that nobody binds
	owed   bool              // some may be
	dirty  bool              // something came, or was verified, since keep looked
	rounds int               // in which they were asked for
	next   uint64            // where to go on asking
	askAt  time.Time
}

// private takes a private part.
func (a *Archive) private(ctx context.Context, prefix string, m link.Message, now time.Time) error {
	if len(m.Payload) > privateMost {
		return a.garbled(ctx, prefix, m.Topic, fmt.Errorf("%w: a private part of %d bytes", errOversized, len(m.Payload)), now)
	}
	if len(m.Payload) == 0 || m.Payload[0] != '{' {
		return a.garbled(ctx, prefix, m.Topic, fmt.Errorf("%w: a private part", errMalformed), now)
	}
	f := a.current(prefix)
	if f == nil || f.Closed != "" || f.Fork != "" {
		return nil
	}
	f.Names = true
	sum := sha256.Sum256(m.Payload)
	f.privates.take(hex.EncodeToString(sum[:]), m.Payload)
	return nil
}

func (p *privates) take(hash string, b []byte) {
	if p.early == nil {
		p.early = map[string][]byte{}
	}
	if _, here := p.early[hash]; !here {
		p.order = append(p.order, hash)
	}
	p.early[hash], p.dirty = b, true
	for len(p.order) > privatesMost {
		delete(p.early, p.order[0])
		p.order = p.order[1:]
	}
}

// owe notes what a run binds, before the run is verified.
func (f *follower) owe(ctx context.Context, run []shelf.Leaf) error {
	if !f.Names {
		return nil
	}
	var parts []shelf.Part
	for i, l := range run {
		if hash, binds := journal.BindsPrivate(l.Payload); binds {
			parts = append(parts, shelf.Part{Sequence: f.tree.Size() + uint64(i), Hash: hash})
		}
	}
	f.privates.owed = f.privates.owed || len(parts) > 0
	return f.shelf.Owe(ctx, f.Journal, parts)
}

// keep stores what has come of what is owed.
func (f *follower) keep(ctx context.Context) error {
	p := &f.privates
	if !p.owed || !p.dirty || len(p.early) == 0 {
		return nil
	}
	p.dirty = false
	var come []shelf.Part
	for from, more := uint64(0), true; more; {
		some, err := f.shelf.Owed(ctx, f.ID, from, privatesMost)
		if err != nil {
			return err
		}
		for _, part := range some {
			from = part.Sequence + 1
			if b, here := p.early[part.Hash]; here && part.Sequence < f.Size {
				part.Bytes = b
				come = append(come, part)
			}
		}
		more = len(some) == privatesMost
	}
	if err := f.shelf.Keep(ctx, f.Journal, come); err != nil {
		return err
	}
	for _, part := range come {
		delete(p.early, part.Hash)
	}
	if len(p.early) == 0 {
		p.order = nil
	}
	return nil
}

// dun asks for what is owed, now and then, a few times in all.
func (f *follower) dun(ctx context.Context, now time.Time) (r wire.Resend, ok bool, next time.Time, err error) {
	p := &f.privates
	if !p.owed || p.rounds >= owedRounds || f.Fork != "" || f.Closed != "" {
		return r, false, time.Time{}, nil
	}
	if p.askAt.IsZero() {
		p.askAt = now.Add(owedEvery)
	}
	if now.Before(p.askAt) {
		return r, false, p.askAt, nil
	}
	p.askAt = now.Add(owedEvery)
	some, err := f.shelf.Owed(ctx, f.ID, p.next, owedAtOnce)
	if err != nil {
		return r, false, p.askAt, err
	}
	if len(some) == 0 {
		p.owed = p.next > 0
		p.next, p.rounds = 0, p.rounds+1
		return r, false, p.askAt, nil
	}
	r.From, r.To = some[0].Sequence, some[0].Sequence
	for _, part := range some[1:] {
		if part.Sequence < r.From+owedAtOnce {
			r.To = part.Sequence
		}
	}
	p.next = r.To + 1
	return r, true, p.askAt, nil
}

func (a *Archive) dun(ctx context.Context, f *follower, now time.Time) (time.Time, error) {
	r, ok, next, err := f.dun(ctx, now)
	if ok {
		a.out = append(a.out, link.Message{Topic: f.topic + "resend", Payload: wire.Marshal(r)})
	}
	return next, err
}
