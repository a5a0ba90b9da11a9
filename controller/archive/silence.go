package archive

import (
	"context"
	"fmt"
	"time"

	"kidoban/controller/archive/watch"
	"kidoban/controller/journal"
)

const (
	silentAfter = 90 * time.Second
	regained    = 45 * time.Second // every controller signs within 30 s of a connection
)

// hear takes the sign of life in a checkpoint, and says whether it is a fresh one.
func (a *Archive) hear(ctx context.Context, f *follower, c journal.Checkpoint, retained bool, now time.Time) (fresh bool, err error) {
	since := f.watch.Since()
	next, fresh, change := f.watch.Hear(now, watch.Head{Size: c.Size, Time: c.Time}, retained)
	f.watch = next
	if change != watch.Heard {
		return fresh, nil
	}
	a.cfg.Log.Warn("heard again", "journal", f.Origin)
	e := a.entry(journal.ControllerHeard, f.Origin)
	e.Data.DurationMS = now.Sub(since).Milliseconds()
	return fresh, a.shelf.Hush(ctx, a.cfg.Own, f.Journal, time.Time{}, a.own(e)...)
}

// listen finds out whether the controller of f has gone silent, and when to look again; zero = no need.
func (a *Archive) listen(ctx context.Context, f *follower, now time.Time) (due time.Time, err error) {
	if f.Closed != "" || f.watch.Silent() {
		return time.Time{}, nil
	}
	if due = f.watch.Due(a.cfg.Silent); now.Before(due) {
		return due, nil
	}
	if a.current(f.Journal.Controller()+"/") != f { // a later journal of it is listened to
		f.watch = watch.Begin(now, watch.Head{Size: f.Size, Time: f.latest}, false)
		return time.Time{}, nil
	}
	next, change := f.watch.Tick(now, a.cfg.Silent)
	if change != watch.Silence {
		return next.Due(a.cfg.Silent), nil
	}
	since := time.Now().Add(-now.Sub(f.watch.Since()))
	e := a.entry(journal.ControllerSilent, f.Origin)
	e.Data.DurationMS, e.Data.Count = now.Sub(f.watch.Since()).Milliseconds(), int64(f.Size)
	e.Data.Detail = fmt.Sprintf("no fresh checkpoint for %v", a.cfg.Silent)
	if err := a.shelf.Hush(ctx, a.cfg.Own, f.Journal, since, a.own(e)...); err != nil {
		return due, err
	}
	f.watch = next
	a.cfg.Log.Error("silent: "+e.Data.Detail, "journal", f.Origin)
	return time.Time{}, nil
}

// regain gives every controller time to be heard after this end could not hear.
func (a *Archive) regain(now time.Time) {
	for _, f := range a.followers {
		f.watch = f.watch.Resume(now, a.cfg.Silent, min(regained, a.cfg.Silent))
	}
}
