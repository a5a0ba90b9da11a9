package inquiry

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"kidoban/controller/alarm"
	"kidoban/controller/archive/shelf"
	"kidoban/controller/evidence"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/store"
)

// Prove makes the proof that an entry is in the journal of a controller, under the checkpoint that the controller and this
// log have signed. kidoban journal prove --check believes it, with the controller's key alone.
func (i *Inquiry) Prove(ctx context.Context, a Asked) ([]byte, error) {
	j, err := i.theJournal(ctx, &a)
	if err != nil {
		return nil, err
	}
	if a.Sequence == nil || *a.Sequence >= j.Size {
		return nil, fmt.Errorf("%s has the entries 0 to %d", j.Origin, j.Size-1)
	}
	payload, err := i.shelf.Payload(ctx, j.ID, *a.Sequence)
	if err != nil {
		return nil, err
	}
	p, err := journal.Prove(*a.Sequence, payload, j.Checkpoint, i.shelf.Hashes(ctx, j.ID))
	if err != nil {
		return nil, err
	}
	return p.Text(), i.record(ctx, &a, told{what: "proof", as: journal.AccountExported, count: 1})
}

// Evidence makes the pack (証跡一式) of an alarm, or of a moment (At), with what is on record around it.
func (i *Inquiry) Evidence(ctx context.Context, a Asked, around time.Duration) (p evidence.Pack, err error) {
	s, err := i.resolve(ctx, &a)
	if err != nil {
		return p, err
	}
	j, err := i.incident(ctx, &s, &a)
	if err != nil {
		return p, err
	}
	public, err := i.shelf.Public(ctx, j.ID)
	if err != nil {
		return p, err
	}
	a.From, a.Until = a.At.Add(-around), a.At.Add(around)
	if a.Until.After(i.who.At.Wall) {
		a.Until = i.who.At.Wall
	}
	p, err = evidence.Collect(ctx, &source{i, &s, j}, evidence.Asked{
		Site: j.Origin, Made: i.who.At.Wall, Account: i.who.Account, Purpose: i.who.Purpose, Alarm: a.Alarm, Zone: a.Zone, At: a.At,
		From: a.From, Until: a.Until, Names: !a.Nameless, Checkpoint: j.Checkpoint, Public: public,
		Shows: func(e *journal.Entry) bool { return a.Zone == "" || e.Data.Zone == "" || e.Data.Zone == a.Zone },
		Now:   map[string]any{"journal": j.Origin, "entries": j.Size, "fork": j.Fork, "closed": j.Closed},
	})
	if err != nil {
		return p, err
	}
	return p, i.record(ctx, &a, told{what: "evidence", as: journal.AccountExported, count: int64(p.Entries), digest: p.Digest})
}

// incident finds whose alarm it is and when it was raised; of a moment the controller must be named.
func (i *Inquiry) incident(ctx context.Context, s *scope, a *Asked) (j shelf.Journal, err error) {
	switch at, known := alarm.RaisedAt(a.Alarm); {
	case a.Alarm != "" && !a.At.IsZero():
		return j, errors.New("name an alarm or a time, not both")
	case a.Alarm == "" && a.At.IsZero():
		return j, errors.New("name an alarm (kidobanlog search --kind alarm.raised) or a time (--at)")
	case a.Alarm == "":
		return i.theJournal(ctx, a)
	case !known:
		return j, noAlarm(a.Alarm)
	default:
		a.At = at
	}
	raised := map[int64]bool{}
	for f, err := range i.shelf.Search(ctx, shelf.Query{Journals: s.query.Journals, Alarm: a.Alarm}) {
		if err != nil {
			return j, err
		}
		raised[f.Journal] = true
	}
	for _, one := range s.all {
		if raised[one.ID] {
			j = one
		}
	}
	switch len(raised) {
	case 0:
		return j, noAlarm(a.Alarm)
	case 1:
		return j, nil
	}
	return j, fmt.Errorf("the alarm %q is on record in %d journals: say which controller (--controller)", a.Alarm, len(raised))
}

func noAlarm(id string) error {
	return fmt.Errorf("no alarm is called %q: kidobanlog search --kind alarm.raised tells their names", id)
}

// source is a journal as the shelf has it.
type source struct {
	*Inquiry
	scope *scope
	j     shelf.Journal
}

// Rows implements evidence.Source.
func (s *source) Rows(ctx context.Context, from uint64, n int) (out []store.Row, err error) {
	for r, err := range s.shelf.Rows(ctx, s.j.ID, from, min(s.j.Size, from+uint64(n))) {
		if err != nil {
			return nil, err
		}
		row := store.Row{Sequence: uint64(r.Sequence), Class: journal.TypeOf(r.Payload).Class(), Payload: r.Payload, Private: r.Private}
		if copy(row.Leaf[:], r.Hashes) != tlog.HashSize {
			return nil, fmt.Errorf("entry %d: its hash is cut", r.Sequence)
		}
		out = append(out, row)
	}
	return out, nil
}

// HashReader implements evidence.Source.
func (s *source) HashReader(ctx context.Context) tlog.HashReader { return s.shelf.Hashes(ctx, s.j.ID) }

// Inside implements evidence.Source: by the register of this controller.
func (s *source) Inside(ctx context.Context, zone string, at time.Time) iter.Seq2[ledger.Visit, error] {
	return func(yield func(ledger.Visit, error) bool) {
		of := *s.scope
		of.query.Journals = nil
		for _, j := range s.scope.all {
			if controllerOf(j.Origin) == controllerOf(s.j.Origin) {
				of.query.Journals = append(of.query.Journals, j.ID)
			}
		}
		inside, err := s.inside(ctx, &of, Asked{Zone: zone, At: at})
		if err != nil {
			yield(ledger.Visit{}, err)
			return
		}
		for _, l := range inside {
			if !yield(l.Visit, nil) {
				return
			}
		}
	}
}
