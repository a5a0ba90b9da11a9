package desk

import (
	"context"
	"slices"

	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	paper "kidoban/controller/report"
	"kidoban/controller/retention"
	"kidoban/controller/store"
)

// printMonthly counts a month: what its lines say, its alarms with what has become of them until now, and its refusals.
func (k *Desk) printMonthly(ctx context.Context, q *Print) (paper.Form, *refused) {
	out := paper.Monthly{Year: q.Year, Month: q.month()}
	review, found, no := document[ledger.Review](ctx, k, ledger.KindReview, q.Month+"/"+q.Zone)
	if found {
		out.Review = &review
	}
	if no != nil {
		return nil, no
	}
	for _, part := range []struct {
		class retention.Class
		gone  *bool
		count func(context.Context, *Print, *paper.Monthly) error
	}{
		{retention.Register, &out.LinesGone, k.linesOf}, {retention.Alarms, &out.AlarmsGone, k.alarmsOf},
		{retention.Refusals, &out.RefusalsGone, k.refusalsOf},
	} {
		gone, err := k.disposedOf(ctx, part.class, q.Year)
		if *part.gone = gone; err == nil && !gone {
			err = part.count(ctx, q, &out)
		}
		if err != nil {
			return nil, broken(err)
		}
	}
	return out, nil
}

func (k *Desk) linesOf(ctx context.Context, q *Print, m *paper.Monthly) error {
	for v, err := range k.Store.Visits(ctx, store.Lines{Span: q.span, Zone: q.Zone}) {
		if err != nil {
			return err
		}
		m.Lines = append(m.Lines, v)
	}
	return nil
}

// alarmsOf are a month's alarms by kind. Duress is among them only for those who may know of it.
func (k *Desk) alarmsOf(ctx context.Context, q *Print, m *paper.Monthly) error {
	shows, tally := k.shows(q.Zone, q.silent), paper.NewTally()
	for f, err := range k.Store.Entries(ctx, store.Search{Span: q.span, Types: []journal.Type{journal.AlarmRaised}}) {
		if err != nil {
			return err
		}
		if shows(&f.Entry) {
			tally.Month(&f.Entry)
		}
	}
	for f, err := range k.Store.Entries(ctx, store.Search{Span: access.Span{From: q.span.From}, Types: []journal.Type{
		journal.AlarmAcknowledged, journal.AlarmEscalated, journal.AlarmClosed,
	}}) {
		if err != nil {
			return err
		}
		tally.Since(&f.Entry)
	}
	m.Alarms = tally.Alarms()
	return nil
}

// refusalsOf are a month's refusals by reason.
func (k *Desk) refusalsOf(ctx context.Context, q *Print, m *paper.Monthly) error {
	shows, tally := k.shows(q.Zone, q.silent), paper.NewTally()
	for f, err := range k.Store.Entries(ctx, store.Search{Span: q.span, Types: []journal.Type{journal.AccessDenied}}) {
		if err != nil {
			return err
		}
		if shows(&f.Entry) {
			tally.Month(&f.Entry)
		}
	}
	m.Refusals = tally.Refusals()
	return nil
}

// disposedOf says that records of a class and fiscal year were disposed of: what is left of them is not all of them.
func (k *Desk) disposedOf(ctx context.Context, class retention.Class, year int) (bool, error) {
	for d, err := range documents[retention.Disposal](ctx, k, retention.KindDisposal) {
		if err != nil {
			return false, err
		}
		if slices.ContainsFunc(d.Counts, func(c retention.Count) bool { return c.Class == class && c.Year == year }) {
			return true, nil
		}
	}
	return false, nil
}
