package archive

import (
	"context"
	"fmt"
	"time"

	"kidoban/controller/archive/shelf"
	"kidoban/controller/journal"
	"kidoban/controller/retention"
)

// What a door has disposed of when its retention ended goes here too: the same numbers, payload and private part. The
// door's own verified entry lists them; count and digest must be those of what lies here, or nothing goes and that is a
// finding. A legal hold of this log delays it. That it was done is an entry of the own journal.

const disposeEvery = 5 * time.Second

// lists notes the entries of a run that list what was disposed of, before the run is verified.
func (f *follower) lists(ctx context.Context, run []shelf.Leaf) error {
	for i, l := range run {
		if l.Payload == nil || journal.TypeOf(l.Payload) != journal.JournalPurged {
			continue
		}
		if err := f.shelf.Disposes(ctx, f.Journal, f.tree.Size()+uint64(i)); err != nil {
			return err
		}
		f.disposes = true
	}
	return nil
}

// dispose carries out what is listed, at once where something new is and now and then because of holds that ended.
func (a *Archive) dispose(ctx context.Context, now time.Time) (next time.Time, err error) {
	fresh := false
	for _, f := range a.followers {
		fresh = fresh || f.disposes
		f.disposes = false
	}
	if next = a.disposeAt; !fresh && now.Before(next) {
		return next, nil
	}
	a.disposeAt = now.Add(disposeEvery)
	all, err := a.shelf.Disposals(ctx)
	if err != nil {
		return a.disposeAt, err
	}
	for _, d := range all {
		for _, f := range a.followers {
			if f.ID != d.Journal {
				continue
			}
			if err := a.disposeOf(ctx, f, d, now); err != nil {
				return a.disposeAt, err
			}
		}
	}
	return a.disposeAt, nil
}

func (a *Archive) disposeOf(ctx context.Context, f *follower, d shelf.Disposal, now time.Time) error {
	payload, err := a.shelf.Payload(ctx, f.ID, d.Sequence)
	if err != nil {
		return err
	}
	list, spans, ok := listed(payload, d.Sequence)
	if ok {
		var digest string
		if digest, err = a.shelf.LeafDigest(ctx, f.ID, spans); err != nil {
			return err
		}
		ok = digest == list.Digest
	}
	if !ok {
		if err := a.found(ctx, f, finding{typ: journal.ControllerContradicted, count: int64(d.Sequence), evidence: payload,
			what: fmt.Sprintf("entry %d lists as disposed of what is not so: nothing was disposed of here", d.Sequence)}, now); err != nil {
			return err
		}
		d.State = shelf.DisposalFalse
		return a.shelf.MarkDisposal(ctx, a.cfg.Own, f.Journal, d)
	}
	held, err := a.shelf.Held(ctx, f.Origin)
	if err != nil || held && d.State == shelf.DisposalHeld {
		return err
	}
	e := a.entry(journal.JournalPurgeEnded, f.Origin)
	e.Data.Count, e.Data.Digest, e.Data.Proposal, e.Data.Rule = list.Count, list.Digest, list.Proposal, "art25"
	e.Data.Detail = fmt.Sprintf("as entry %d lists", d.Sequence)
	if held {
		d.State, e.Data.Mode = shelf.DisposalHeld, "held"
		a.cfg.Log.Warn("a disposal is held back", "journal", f.Origin, "entries", list.Count)
		return a.shelf.MarkDisposal(ctx, a.cfg.Own, f.Journal, d, a.own(e)...)
	}
	if err := a.shelf.Forget(ctx, f.Journal, spans); err != nil {
		return err
	}
	d.State, e.Data.Mode = shelf.DisposalDone, "completed"
	a.cfg.Log.Info("disposed of", "journal", f.Origin, "entries", list.Count)
	return a.shelf.MarkDisposal(ctx, a.cfg.Own, f.Journal, d, a.own(e)...)
}

// listed reads a list of what was disposed of: all of it before the entry itself, ascending, and as many as it says.
func listed(payload []byte, sequence uint64) (d journal.Data, spans []shelf.Span, ok bool) {
	e, err := journal.Parse(payload)
	if err != nil || e.Entry.Type != journal.JournalPurged {
		return d, nil, false
	}
	d = e.Entry.Data
	all, ok := retention.List{Ranges: d.Ranges, Count: d.Count, Digest: d.Digest}.Spans()
	if !ok {
		return d, nil, false
	}
	var count, after uint64
	for _, s := range all {
		if s.From < after || s.To >= sequence {
			return d, nil, false
		}
		after = s.To + 1
		count += s.To - s.From + 1
		spans = append(spans, shelf.Span(s))
	}
	return d, spans, d.Count > 0 && count == uint64(d.Count)
}
