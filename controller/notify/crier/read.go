package crier

import (
	"context"
	"maps"
	"slices"
	"time"

	"kidoban/controller/archive/shelf"
	"kidoban/controller/journal"
	"kidoban/controller/notify"
)

const (
	readMost = 1000
	// stale is how long before a journal was accepted an entry may have happened and still be told.
	stale = 24 * time.Hour
)

// reader looks at entries. It knows the alarms that wait as the database has them.
type reader struct {
	*Crier
	open   map[key]shelf.OpenAlarm
	behind map[int64]bool // journals of which more waits to be looked at than one look takes
}

type key struct {
	journal int64
	alarm   string
}

// read looks for new entries and for alarms that are to be told again, until ctx ends or the database fails.
func (c *Crier) read(ctx context.Context) error {
	r := &reader{Crier: c, open: map[key]shelf.OpenAlarm{}, behind: map[int64]bool{}}
	waiting, err := c.shelf.OpenAlarms(ctx)
	if err != nil {
		return err
	}
	for _, o := range waiting {
		r.open[key{o.Journal, o.Alarm}] = o
	}
	for ctx.Err() == nil {
		more, err := r.look(ctx)
		if err == nil {
			err = r.again(ctx)
		}
		if err != nil {
			return err
		}
		if !more {
			pause(ctx, nil, c.cfg.Poll)
		}
	}
	return nil
}

// look takes the next entries of every journal, and says whether there are more.
func (r *reader) look(ctx context.Context) (more bool, err error) {
	all, err := r.shelf.Unread(ctx, readMost)
	if err != nil {
		return false, err
	}
	clear(r.behind)
	for _, u := range all {
		begins, err := r.shelf.BeginsAt(ctx, u.Journal)
		if err != nil {
			return false, err
		}
		f := fold{reader: r, from: u, begins: begins, now: r.now(), open: map[string]*shelf.OpenAlarm{}}
		f.Journal, f.From, f.Next = u.Journal, u.Next, u.Next
		for _, payload := range u.Payloads {
			f.entry(payload)
			f.Next++
		}
		if err := f.keep(ctx); err != nil {
			return false, err
		}
		r.behind[u.Journal] = f.Next < u.Size
		more = more || f.Next < u.Size
	}
	return more, nil
}

// again tells of alarms that still wait.
func (r *reader) again(ctx context.Context) error {
	now := r.now()
	for _, k := range slices.SortedFunc(maps.Keys(r.open), func(a, b key) int { return r.open[a].Since.Compare(r.open[b].Since) }) {
		if r.behind[k.journal] {
			continue
		}
		o := r.open[k]
		after, notices := r.cfg.Rules.Due(o.Open, now)
		if len(notices) == 0 {
			continue
		}
		if closed, err := r.shelf.Closed(ctx, o.Journal); err != nil {
			return err
		} else if closed { // nobody will acknowledge it any more
			delete(r.open, k)
			continue
		}
		o.Open = after
		n := shelf.Noticed{Journal: o.Journal, Open: []shelf.OpenAlarm{o}, Notices: pend(notices, o.Journal, &o.Entry)}
		if err := r.shelf.Notice(ctx, n); err != nil {
			return err
		}
		r.open[k] = o
		r.wake(n.Notices)
	}
	return nil
}

func (r *reader) wake(all []shelf.Pending) {
	for _, n := range all {
		r.kick(n.Recipient)
	}
}

// fold is what follows from looking at some entries of one journal.
type fold struct {
	*reader
	shelf.Noticed
	from   shelf.Unread
	begins map[string]uint64
	now    time.Time
	open   map[string]*shelf.OpenAlarm // of these entries; nil: ended
}

func (f *fold) entry(payload []byte) {
	if payload == nil || !f.cfg.Rules.Wanted(journal.TypeOf(payload)) {
		return
	}
	e, err := journal.Parse(payload)
	if err != nil {
		f.cfg.Log.Error("an entry cannot be told of", "journal", f.from.Origin, "sequence", f.Next, "err", err)
		return
	}
	id := e.Entry.Data.Alarm
	switch {
	case notify.Ends(&e):
		f.open[id] = nil
	case e.Entry.Type == journal.AlarmRaised && !e.Entry.Data.Drill:
		f.raised(e, id)
	case !f.old(&e):
		f.tell(f.cfg.Rules.Of(e, f.now), &e)
	}
}

// old says that an entry is history that came with a journal, and no news.
func (f *fold) old(e *journal.Sealed) bool {
	return e.Entry.Synced && e.Entry.At.Wall.Before(f.from.Accepted.Add(-stale))
}

func (f *fold) raised(e journal.Sealed, id string) {
	o := shelf.OpenAlarm{Journal: f.from.Journal, Sequence: e.Sequence, Alarm: id}
	var before *notify.Open
	if b := f.open[id]; b != nil {
		before = &b.Open
	} else if b, was := f.reader.open[key{o.Journal, id}]; was {
		before = &b.Open
	}
	o.Open = notify.Raised(e, before, f.now)
	if !f.old(&e) {
		var notices []notify.Notice
		o.Open, notices = f.cfg.Rules.Due(o.Open, f.now)
		f.tell(notices, &e)
	}
	f.open[id] = &o
}

// tell keeps notices of those recipients who were there when the entry was verified.
func (f *fold) tell(notices []notify.Notice, e *journal.Sealed) {
	for _, n := range pend(notices, f.from.Journal, e) {
		if e.Sequence >= f.begins[n.Recipient] {
			f.Notices = append(f.Notices, n)
		}
	}
}

func pend(notices []notify.Notice, id int64, e *journal.Sealed) (all []shelf.Pending) {
	for _, n := range notices {
		n.ID = notify.ID(notify.EntryID(e.Origin.Controller, e.Origin.Journal, e.Sequence), n.Recipient, n.Turn)
		all = append(all, shelf.Pending{Notice: n, Journal: id, Sequence: e.Sequence})
	}
	return all
}

// keep makes it durable, and only then true.
func (f *fold) keep(ctx context.Context) error {
	for _, id := range slices.Sorted(maps.Keys(f.open)) {
		if o := f.open[id]; o != nil && !f.from.Closed {
			f.Open = append(f.Open, *o)
		} else {
			f.Ended = append(f.Ended, id)
		}
	}
	if err := f.shelf.Notice(ctx, f.Noticed); err != nil {
		return err
	}
	for _, o := range f.Open {
		f.reader.open[key{o.Journal, o.Alarm}] = o
	}
	for _, id := range f.Ended {
		delete(f.reader.open, key{f.from.Journal, id})
	}
	f.wake(f.Notices)
	return nil
}
