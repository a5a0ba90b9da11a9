package shelf

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/journal"
)

// Stays says which visits are meant: those that fit every member that is set.
type Stays struct {
	access.Span           // entered in it
	Within      time.Time // perhaps inside at that time
	Journals    []int64   // opened in one of these; nil = in any
	Zone        string
	Visit       string
}

// Stay is a visit, by what the index has of it.
type Stay struct {
	Journal int64 // in which it was opened
	Visit   string
	Zone    string
	Entered time.Time
}

// Stays finds visits in the order of entry, a page at a time as they are read.
func (s *Shelf) Stays(ctx context.Context, q Stays) iter.Seq2[Stay, error] {
	return func(yield func(Stay, error) bool) {
		var from *Stay
		for {
			some, err := s.stays(ctx, &q, from)
			if err != nil {
				yield(Stay{}, fmt.Errorf("find visits: %w", err))
				return
			}
			for _, x := range some {
				if !yield(x, nil) {
					return
				}
			}
			if len(some) < page {
				return
			}
			from = &some[len(some)-1]
		}
	}
}

func (s *Shelf) stays(ctx context.Context, q *Stays, from *Stay) (some []Stay, err error) {
	c := q.conditions()
	if from != nil {
		c.add("(entered, journal, visit) > ($, $, $)", from.Entered.UnixMicro(), from.Journal, from.Visit)
	}
	rows, err := s.read.QueryContext(ctx, "SELECT journal, visit, zone, entered FROM stay"+c.text()+
		fmt.Sprintf(" ORDER BY entered, journal, visit LIMIT %d", page), c.args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var x Stay
		var entered int64
		if err := rows.Scan(&x.Journal, &x.Visit, &x.Zone, &entered); err != nil {
			return nil, err
		}
		x.Entered = time.UnixMicro(entered).In(access.JST)
		some = append(some, x)
	}
	return some, rows.Err()
}

func (q *Stays) conditions() *clauses {
	c := &clauses{}
	if len(q.Journals) > 0 {
		c.in("journal", len(q.Journals), func(i int) any { return q.Journals[i] })
	}
	if !q.From.IsZero() {
		c.add("entered >= $", q.From.UnixMicro())
	}
	if !q.Until.IsZero() {
		c.add("entered < $", q.Until.UnixMicro())
	}
	if !q.Within.IsZero() {
		c.add("entered <= $", q.Within.UnixMicro())
		c.add("gone > $", q.Within.UnixMicro())
	}
	if q.Zone != "" {
		c.add("zone = $", q.Zone)
	}
	if q.Visit != "" {
		c.add("visit = $", q.Visit)
	}
	return c
}

// OfVisits are the entries of visits in the order of the record: of several journals of a controller, one after the other.
func (s *Shelf) OfVisits(ctx context.Context, journals []int64, visits []string) (all []Found, err error) {
	for some := range slices.Chunk(visits, 200) {
		found, err := s.ofVisits(ctx, journals, some)
		if err != nil {
			return nil, fmt.Errorf("read visits: %w", err)
		}
		all = append(all, found...)
	}
	slices.SortStableFunc(all, func(a, b Found) int {
		if a.Journal != b.Journal {
			return int(a.Journal - b.Journal)
		}
		return int(int64(a.Sequence) - int64(b.Sequence))
	})
	return all, nil
}

func (s *Shelf) ofVisits(ctx context.Context, journals []int64, visits []string) (all []Found, err error) {
	var c clauses
	c.in("t.visit <> '' AND t.visit", len(visits), func(i int) any { return visits[i] })
	c.in("t.journal", len(journals), func(i int) any { return journals[i] })
	rows, err := s.read.QueryContext(ctx, "SELECT e.journal, e.sequence, e.payload, e.private FROM trace t "+
		"JOIN entry e ON e.journal = t.journal AND e.sequence = t.sequence"+c.text()+" AND t.type LIKE 'visit.%' AND e.payload IS NOT NULL", c.args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var f Found
		var private []byte
		if err := rows.Scan(&f.Journal, &f.Sequence, &f.Payload, &private); err != nil {
			return nil, err
		}
		if e, err := journal.Parse(f.Payload); err == nil {
			f.Entry = e.Entry
			f.Entry.Private = private
			all = append(all, f)
		}
	}
	return all, rows.Err()
}

// Doors are the doors that have written an entry. There are few of them, and they are found without reading all entries.
func (s *Shelf) Doors(ctx context.Context) (all []string, err error) {
	for last := ""; ; {
		if err := s.read.QueryRowContext(ctx, "SELECT coalesce(min(door), '') FROM trace WHERE door <> '' AND door > $1", last).Scan(&last); err != nil {
			return nil, fmt.Errorf("list doors: %w", err)
		}
		if last == "" {
			return all, nil
		}
		all = append(all, last)
	}
}

// Room is where somebody entered, as a journal calls it.
type Room struct {
	Journal int64
	Zone    string
}

// Rooms are those that visits were to.
func (s *Shelf) Rooms(ctx context.Context, q Stays) (all []Room, err error) {
	c := q.conditions()
	rows, err := s.read.QueryContext(ctx, "SELECT DISTINCT journal, zone FROM stay"+c.text()+" ORDER BY journal, zone", c.args...)
	if err != nil {
		return nil, fmt.Errorf("list rooms: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var r Room
		if err := rows.Scan(&r.Journal, &r.Zone); err != nil {
			return nil, fmt.Errorf("list rooms: %w", err)
		}
		all = append(all, r)
	}
	return all, rows.Err()
}

// Public is the verifier key of a journal, as a person accepted it.
func (s *Shelf) Public(ctx context.Context, id int64) (key string, err error) {
	if err = s.read.QueryRowContext(ctx, "SELECT key FROM journal WHERE id = $1", id).Scan(&key); err != nil {
		return "", fmt.Errorf("read a journal's key: %w", err)
	}
	return key, nil
}

// Rows are a journal's verified entries as they lie there, purged ones too, from one on and before another.
func (s *Shelf) Rows(ctx context.Context, id int64, from, until uint64) iter.Seq2[journal.Row, error] {
	return func(yield func(journal.Row, error) bool) {
		for from < until {
			some, err := s.rows(ctx, id, from, min(until, from+page))
			if err == nil && len(some) == 0 {
				err = fmt.Errorf("entry %d is missing", from)
			}
			if err != nil {
				yield(journal.Row{}, fmt.Errorf("read entries: %w", err))
				return
			}
			for _, r := range some {
				if !yield(r, nil) {
					return
				}
			}
			from = uint64(some[len(some)-1].Sequence) + 1
		}
	}
}

func (s *Shelf) rows(ctx context.Context, id int64, from, until uint64) (some []journal.Row, err error) {
	rows, err := s.read.QueryContext(ctx, "SELECT sequence, hashes, payload, private FROM entry WHERE journal = $1 AND sequence >= $2 AND sequence < $3 ORDER BY sequence",
		id, from, until)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var r journal.Row
		if err := rows.Scan(&r.Sequence, &r.Hashes, &r.Payload, &r.Private); err != nil {
			return nil, err
		}
		some = append(some, r)
	}
	return some, rows.Err()
}

// Around is the last indexed entry of a journal before a time, and the first one from it on; -1 and the journal's size
// where there is none.
func (s *Shelf) Around(ctx context.Context, j Journal, at time.Time) (before, after int64, err error) {
	if err = s.read.QueryRowContext(ctx, "SELECT coalesce(max(sequence), -1) FROM trace WHERE journal = $1 AND at < $2", j.ID, at.UnixMicro()).Scan(&before); err == nil {
		err = s.read.QueryRowContext(ctx, "SELECT coalesce(min(sequence), $1) FROM trace WHERE journal = $2 AND at >= $3", int64(j.Size), j.ID, at.UnixMicro()).Scan(&after)
	}
	if err != nil {
		return 0, 0, fmt.Errorf("find a time in the record: %w", err)
	}
	return before, after, nil
}

// Between are the numbers of a journal that hold what is indexed of a time; the same two where nothing is.
func (s *Shelf) Between(ctx context.Context, id int64, t access.Span) (from, until uint64, err error) {
	err = s.read.QueryRowContext(ctx, "SELECT coalesce(min(sequence), 0), coalesce(max(sequence) + 1, 0) FROM trace WHERE journal = $1 AND at >= $2 AND at < $3",
		id, t.From.UnixMicro(), t.Until.UnixMicro()).Scan(&from, &until)
	if err != nil {
		return 0, 0, fmt.Errorf("find a time in the record: %w", err)
	}
	return from, until, nil
}

// GoneBetween is how many entries between two are left without their payload, both ends not among them.
func (s *Shelf) GoneBetween(ctx context.Context, id, after, before int64) (n int64, err error) {
	err = s.read.QueryRowContext(ctx, "SELECT count(*) FROM entry WHERE journal = $1 AND sequence > $2 AND sequence < $3 AND payload IS NULL", id, after, before).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count disposed entries: %w", err)
	}
	return n, nil
}
