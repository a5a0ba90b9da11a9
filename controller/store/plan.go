package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/retention"
)

// Disposing is by what a plan of a disposal is drawn.
type Disposing struct {
	Day       retention.Date
	Periods   retention.Periods
	Delivered uint64 // entries below it are acknowledged by the central log; the journal's size where there is none
	Believe   bool   // the site's wall clock needs no proof
}

// PlanPurge draws the plan of a disposal: it reads the register, what belongs to it and the journal up to where nothing
// can be old enough, beside everything else, and changes nothing.
func (s *Store) PlanPurge(ctx context.Context, d Disposing) (retention.Plan, error) {
	p, err := s.planPurge(ctx, d)
	return p, fault("plan disposal", err)
}

// planning is a plan being drawn.
type planning struct {
	*Reader
	p       *retention.Planner
	roster  ledger.Roster
	stays   map[access.PersonID]bool // people of the roster who stay
	permits []ledger.Permit
}

func (s *Store) planPurge(ctx context.Context, d Disposing) (retention.Plan, error) {
	roster, _, err := s.roster(ctx)
	if err != nil {
		return retention.Plan{}, err
	}
	w := &planning{Reader: s.Reader, roster: roster, stays: map[access.PersonID]bool{}}
	rules := retention.Rules{Day: d.Day, Periods: d.Periods, Delivered: min(d.Delivered, s.Head().Size), Believe: d.Believe,
		OnRoster: func(id access.PersonID) bool { return w.stays[id] }}
	if rules.Holds, err = s.Holds(ctx); err != nil {
		return retention.Plan{}, err
	}
	if rules.Alarms, err = s.openAlarms(ctx); err != nil {
		return retention.Plan{}, err
	}
	if rules.Delivered < s.Head().Size {
		if rules.Until, err = s.believedBefore(ctx, rules.Delivered); err != nil {
			return retention.Plan{}, err
		}
	}
	w.p = retention.NewPlanner(rules)
	for _, step := range []func(context.Context, Disposing) error{w.lines, w.rows, w.persons, w.entries} {
		if err := step(ctx, d); err != nil {
			return retention.Plan{}, err
		}
	}
	return w.p.End(func(spans []retention.Span) (string, error) { return s.digestOf(ctx, spans) })
}

// believedBefore is when the last entry up to n was whose clock was synchronised, long ago if there is none.
func (r *Reader) believedBefore(ctx context.Context, n uint64) (time.Time, error) {
	at := time.Unix(1, 0)
	err := walk(ctx, r.read, "SELECT payload FROM entry WHERE sequence <= ? AND instr(payload, ?) > 0 ORDER BY sequence DESC LIMIT 1",
		[]any{n, []byte(`"clock":"synchronised"`)}, func(c values) (bool, error) {
			payload, _ := c[0].([]byte)
			e, err := journal.Parse(payload)
			at = e.Entry.At.Wall
			return false, err
		})
	return at, err
}

// Holds are those that stand, and those that were lifted.
func (r *Reader) Holds(ctx context.Context) ([]retention.Hold, error) {
	return collect(ctx, r.read, func(c values) (h retention.Hold, err error) {
		body, _ := c[0].([]byte)
		return h, json.Unmarshal(body, &h)
	}, "SELECT body FROM document WHERE kind = ? ORDER BY id", retention.KindHold)
}

func (r *Reader) openAlarms(ctx context.Context) (map[string]bool, error) {
	open := map[string]bool{}
	err := walk(ctx, r.read, "SELECT id FROM alarm", nil, func(c values) (bool, error) {
		open[c.text(0)] = true
		return true, nil
	})
	return open, err
}

// planLines is how many lines are read in one go, so that no reader stands in the way of the WAL for long.
const planLines = 20_000

// lines tells the planner of every line whose end may have come and of those that reach out of such a year.
func (w *planning) lines(ctx context.Context, d Disposing) error {
	through, _ := d.Periods.Through(retention.Register, d.Day)
	key, more := int64(-1), true
	for more {
		more = false
		for v, err := range stream(ctx, w.read, w.visitFrom, "SELECT "+visitColumns+" FROM visit NOT INDEXED "+
			"WHERE line > ? AND line < ? ORDER BY line LIMIT ?", key, int64(through+1)*yearLines, planLines) {
			if err != nil {
				return err
			}
			if key, err = lineOf(v.ID); err != nil {
				return err
			}
			w.p.Line(lineFor(&v, key))
			more = true
		}
	}
	return nil
}

func lineFor(v *ledger.Visit, key int64) retention.Line {
	l := retention.Line{Key: uint64(key), ID: v.ID, Entered: v.Entered, Left: v.Left, Last: v.Consent.Act.At, Permit: v.Permit,
		People: []access.PersonID{v.Person}}
	switch v.Consent.State {
	case ledger.ConsentRequested, ledger.ConsentWithheld, ledger.ConsentMissing:
		l.Waiting = true
	}
	for _, c := range v.Corrections {
		l.Last = last(l.Last, c.Maker.At, c.Checker.At, c.Permitter.At)
	}
	for _, e := range v.Escorts {
		l.People = append(l.People, e.Person)
	}
	return l
}

// rows tells it of permits, emergency entries and documents.
func (w *planning) rows(ctx context.Context, d Disposing) (err error) {
	through, _ := d.Periods.Through(retention.Register, d.Day)
	if w.permits, err = collect(ctx, w.read, w.permitFrom, "SELECT "+permitColumns+" FROM permit ORDER BY id"); err != nil {
		return err
	}
	kept := w.permits[:0:0]
	for _, p := range w.permits {
		cited, err := one[bool](ctx, w.read, "SELECT EXISTS (SELECT 1 FROM visit WHERE permit = ? AND permit != '' AND "+
			"(ends IS NULL OR ends > ?))", string(p.ID), through)
		if err != nil {
			return err
		}
		if !w.p.Record(permitRecord(&p, cited)) {
			kept = append(kept, p)
		}
	}
	w.permits = kept
	for e, err := range stream(ctx, w.read, emergencyFrom, "SELECT "+emergencyColumns+" FROM emergency ORDER BY id") {
		if err != nil {
			return err
		}
		w.p.Record(emergencyRecord(&e))
	}
	for x, err := range stream(ctx, w.read, documentFrom, "SELECT kind, id, body FROM document ORDER BY kind, id") {
		if err != nil {
			return err
		}
		if r, ok := retention.OfDocument(x); ok {
			w.p.Record(r)
		}
	}
	return nil
}

func permitRecord(p *ledger.Permit, cited bool) retention.Record {
	r := retention.Record{Class: retention.Permits, ID: string(p.ID), Permit: p.ID, Cited: cited,
		Last: last(p.Requested, p.From, p.Until.Add(-1), p.Act.At, p.Confirmed.At, p.Revoked.At)}
	for _, h := range p.Holders {
		r.People = append(r.People, h.Person)
	}
	return r
}

func emergencyRecord(e *ledger.EmergencyEntry) retention.Record {
	return retention.Record{Class: retention.Alarms, ID: e.ID, Last: last(e.Entered, e.Left, e.Completed.At),
		Open: !e.Completed.Done(), Incident: e.ID}
}

func last(times ...time.Time) time.Time { return slices.MaxFunc(times, time.Time.Compare) }

// persons finds those whom nothing refers to once the rest has gone: visitors alone, never staff.
func (w *planning) persons(ctx context.Context, _ Disposing) error {
	kinds := map[access.PersonID]access.Kind{}
	for _, p := range w.roster.People {
		kinds[p.ID], w.stays[p.ID] = p.Kind, true
	}
	used := w.referred()
	for _, id := range w.p.Candidates() {
		if kind, known := kinds[id]; !known || kind == access.Staff || used[id] {
			continue
		}
		stays, err := w.lineStays(ctx, id)
		if err != nil {
			return err
		}
		if !stays {
			w.p.Gone(id)
			delete(w.stays, id)
		}
	}
	return nil
}

// referred are those whom a card, a post, a belonging, a duty or a permit that stays names.
func (w *planning) referred() map[access.PersonID]bool {
	used := map[access.PersonID]bool{}
	rec := &w.roster.Records
	for _, x := range rec.Credentials {
		used[x.Person] = true
	}
	for _, x := range rec.Incumbents {
		used[x.Person] = true
	}
	for _, x := range rec.Belongings {
		used[x.Person] = true
	}
	for _, x := range rec.Findings {
		used[x.Person] = true
	}
	for _, x := range rec.Duties {
		used[x.Person] = true
	}
	for i := range w.permits {
		used[w.permits[i].RequestedBy] = true
		for _, h := range w.permits[i].Holders {
			used[h.Person] = true
		}
	}
	return used
}

// lineStays says that a line of a person stays.
func (w *planning) lineStays(ctx context.Context, id access.PersonID) (bool, error) {
	stays := false
	err := walk(ctx, w.read, "SELECT line FROM visit WHERE person = ?", []any{string(id)}, func(c values) (bool, error) {
		stays = !w.p.Goes(uint64(c.number(0)))
		return !stays, nil
	})
	return stays, err
}

// entries tells it of the journal, in order, until nothing later can be old enough.
func (w *planning) entries(ctx context.Context, _ Disposing) error {
	for from, more := int64(0), true; more; {
		n := 0
		for row, err := range w.between(ctx, from, from+chunk-1) {
			if err != nil {
				return err
			}
			n++
			if row.Payload == nil {
				continue
			}
			e, err := entryFor(row)
			if err != nil {
				return err
			}
			if more = w.p.Entry(e); !more {
				break
			}
		}
		more = more && n > 0
		from += chunk
	}
	return nil
}

func entryFor(row journal.Row) (retention.Entry, error) {
	e, err := journal.Parse(row.Payload)
	if err != nil {
		return retention.Entry{}, fmt.Errorf("entry %d: %w", row.Sequence, err)
	}
	d := &e.Entry.Data
	out := retention.Entry{Sequence: uint64(row.Sequence), Type: e.Entry.Type, At: e.Entry.At.Wall, Synced: e.Entry.Synced,
		Visit: d.Visit, Permit: access.PermitID(d.Permit), Incident: d.Incident, Alarm: d.Alarm}
	for _, p := range []string{d.Person, d.Escort, d.ConsentBy} {
		if p != "" {
			out.People = append(out.People, access.PersonID(p))
		}
	}
	return out, nil
}

// digestOf is SHA-256 over the leaf hashes of entries, in order, as journal.purged binds them.
func (r *Reader) digestOf(ctx context.Context, spans []retention.Span) (string, error) {
	sum := sha256.New()
	for _, s := range spans {
		n := s.From
		for h, err := range r.Leaves(ctx, s.From, s.To) {
			if err != nil {
				return "", err
			}
			sum.Write(h[:])
			n++
		}
		if n != s.To+1 {
			return "", errors.New("entries are missing: run kidoban journal verify")
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
