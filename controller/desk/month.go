package desk

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

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
	shows := k.shows(q.Zone, q.silent)
	kinds, raised := map[journal.Type]*paper.Raised{}, map[string]*paper.Raised{}
	for f, err := range k.Store.Entries(ctx, store.Search{Span: q.span, Types: []journal.Type{journal.AlarmRaised}}) {
		if err != nil {
			return err
		}
		d := &f.Entry.Data
		if raised[d.Alarm] != nil || !shows(&f.Entry) {
			continue
		}
		word, _, _ := strings.Cut(d.Alarm, "/")
		kind := journal.Type(word)
		if kinds[kind] == nil {
			kinds[kind] = &paper.Raised{Kind: kind}
		}
		raised[d.Alarm] = kinds[kind]
		kinds[kind].Count++
		if d.Drill {
			kinds[kind].Drill++
		}
	}
	for f, err := range k.Store.Entries(ctx, store.Search{Span: access.Span{From: q.span.From}, Types: []journal.Type{
		journal.AlarmAcknowledged, journal.AlarmEscalated, journal.AlarmClosed,
	}}) {
		if err != nil {
			return err
		}
		if of := raised[f.Entry.Data.Alarm]; of != nil {
			switch f.Entry.Type {
			case journal.AlarmAcknowledged:
				of.Acknowledged++
			case journal.AlarmEscalated:
				of.Escalated++
			case journal.AlarmClosed:
				of.Closed++
			}
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		m.Alarms = append(m.Alarms, *kinds[kind])
	}
	return nil
}

// refusalsOf are a month's refusals by reason, the most frequent first.
func (k *Desk) refusalsOf(ctx context.Context, q *Print, m *paper.Monthly) error {
	shows, counts := k.shows(q.Zone, q.silent), map[string]int{}
	for f, err := range k.Store.Entries(ctx, store.Search{Span: q.span, Types: []journal.Type{journal.AccessDenied}}) {
		if err != nil {
			return err
		}
		if shows(&f.Entry) {
			counts[f.Entry.Data.Reason]++
		}
	}
	for reason, n := range counts {
		m.Refusals = append(m.Refusals, paper.Denied{Reason: reason, Count: n})
	}
	slices.SortFunc(m.Refusals, func(a, b paper.Denied) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Reason, b.Reason))
	})
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
