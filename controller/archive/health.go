package archive

import (
	"context"
	"errors"
	"time"

	"kidoban/controller/archive/shelf"
	"kidoban/controller/journal"
)

// The central log's own health. While its database fails, nothing is confirmed and nothing of what came is relied on: the
// followers are made anew from what is durable once it works again, and the doors, which keep everything, send again.
// What happened is written then, with its own time.

const (
	retryFirst = 200 * time.Millisecond
	retryMost  = 5 * time.Second
	steady     = time.Minute // so long without trouble until a next trouble is a new one
)

// health is what is to be recorded of the central log itself when it can be.
type health struct {
	degraded journal.Entry // the zero Type: it is not
	fails    int64
	retry    time.Duration
	last     time.Time // of the last trouble

	cut     time.Time     // since when the broker is out of reach; zero = it is not
	lost    journal.Entry // recorded once that lasts
	cutSaid bool
}

// fail notes that the database failed, and how long to leave it alone.
func (a *Archive) fail(err error, now time.Time) time.Duration {
	h := &a.health
	if now.Sub(h.last) > steady {
		h.retry = retryFirst
	} else {
		h.retry = min(2*h.retry, retryMost)
	}
	h.last = now
	h.fails++
	if h.degraded.Type == "" {
		h.degraded = a.said(journal.SystemDegraded)
		h.degraded.Data.Mode, h.degraded.Data.Detail = "record", "the central log's database cannot be read or written: nothing is confirmed"
	}
	a.cfg.Log.Error("the database fails: nothing is confirmed, the doors keep everything", "err", err, "again_in", h.retry)
	a.followers = map[string]*follower{}
	return h.retry
}

// recover records what happened, once it can be.
func (a *Archive) recover(ctx context.Context) error {
	h := &a.health
	if h.degraded.Type == "" {
		return nil
	}
	back := a.said(journal.SystemRecovered)
	back.Data.Mode, back.Data.Count = "record", h.fails
	back.Data.DurationMS = (back.At.Mono - h.degraded.At.Mono).Milliseconds()
	if err := a.shelf.Record(ctx, a.cfg.Own, a.own(h.degraded, back)...); err != nil {
		return err
	}
	a.cfg.Log.Warn("the database works again", "failed", h.fails)
	h.degraded, h.fails = journal.Entry{}, 0
	return nil
}

// severed notes that the broker is out of reach. That is recorded once it has lasted as long as silence may: no controller
// can be heard then, and none is called silent for it.
func (a *Archive) severed(ctx context.Context, now time.Time) error {
	h := &a.health
	if h.cut.IsZero() {
		h.cut, h.cutSaid = now, false
		h.lost = a.said(journal.LinkLost)
		h.lost.Data.Detail = "the broker is out of reach: no controller can be heard"
		return nil
	}
	if h.cutSaid || now.Sub(h.cut) < a.cfg.Silent {
		return nil
	}
	if err := a.shelf.Record(ctx, a.cfg.Own, a.own(h.lost)...); err != nil {
		return err
	}
	h.cutSaid = true
	return nil
}

// reached notes that it is there again.
func (a *Archive) reached(ctx context.Context, now time.Time) error {
	h := &a.health
	if h.cut.IsZero() {
		return nil
	}
	if h.cutSaid {
		e := a.said(journal.LinkRestored)
		e.Data.DurationMS = now.Sub(h.cut).Milliseconds()
		if err := a.shelf.Record(ctx, a.cfg.Own, a.own(e)...); err != nil {
			return err
		}
	}
	h.cut = time.Time{}
	return nil
}

// hopeless says that trying again is no use.
func hopeless(err error) bool { return errors.Is(err, shelf.ErrReplaced) }

func sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
