package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/ledger"
)

// Roster is the current roster and the number of its generation.
func (s *Store) Roster(ctx context.Context) (ledger.Roster, uint64, error) {
	r, gen, err := s.roster(ctx)
	return r, gen, fault("read roster", err)
}

func (s *Store) roster(ctx context.Context) (r ledger.Roster, gen uint64, err error) {
	tx, err := s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return r, 0, err
	}
	defer func() { _ = tx.Rollback() }()
	if gen, err = one[uint64](ctx, tx, "SELECT number FROM generation WHERE state = 'current'"); err != nil {
		return r, 0, err
	}
	err = errors.Join(s.people(ctx, tx, gen, &r), s.standing(ctx, tx, gen, &r), s.credentials(ctx, tx, gen, &r),
		s.calendar(ctx, tx, gen, &r))
	return r, gen, err
}

func (s *Store) people(ctx context.Context, tx *sql.Tx, gen uint64, r *ledger.Roster) error {
	return each(ctx, tx, "SELECT id, kind, name, reading, affiliation FROM person WHERE generation = ?", func(scan scan) error {
		var p ledger.Person
		err := scan(&p.ID, &p.Kind, &p.Name, &p.Reading, &p.Affiliation)
		r.People = append(r.People, p)
		return err
	}, gen)
}

func (s *Store) standing(ctx context.Context, tx *sql.Tx, gen uint64, r *ledger.Roster) error {
	return errors.Join(
		each(ctx, tx, "SELECT person, post, begins, ends FROM incumbency WHERE generation = ?", func(scan scan) error {
			var x access.Incumbency
			var from, until int64
			err := scan(&x.Person, &x.Post, &from, &until)
			x.Span = s.span(from, until)
			r.Records.Incumbents = append(r.Records.Incumbents, x)
			return err
		}, gen),
		each(ctx, tx, "SELECT person, section, begins, ends FROM belonging WHERE generation = ?", func(scan scan) error {
			var x access.Belonging
			var from, until int64
			err := scan(&x.Person, &x.Section, &from, &until)
			x.Span = s.span(from, until)
			r.Records.Belongings = append(r.Records.Belongings, x)
			return err
		}, gen),
		each(ctx, tx, "SELECT person, begins, ends FROM finding WHERE generation = ?", func(scan scan) error {
			var x access.Finding
			var from, until int64
			err := scan(&x.Person, &from, &until)
			x.Span = s.span(from, until)
			r.Records.Findings = append(r.Records.Findings, x)
			return err
		}, gen))
}

func (s *Store) credentials(ctx context.Context, tx *sql.Tx, gen uint64, r *ledger.Roster) error {
	var card, pin, duress sql.RawBytes
	rows, err := tx.QueryContext(ctx, "SELECT id, person, format, card, state, pin, duress, extended, schedule, begins, ends "+
		"FROM credential WHERE generation = ?", gen)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var c access.Credential
		var from, until int64
		if err := rows.Scan(&c.ID, &c.Person, &c.Format, &card, &c.State, &pin, &duress, &c.Extended, &c.Schedule, &from,
			&until); err != nil {
			return err
		}
		copy(c.Card[:], card)
		copy(c.PIN[:], pin)
		copy(c.Duress[:], duress)
		c.Span = s.span(from, until)
		r.Records.Credentials = append(r.Records.Credentials, c)
	}
	return rows.Err()
}

func (s *Store) calendar(ctx context.Context, tx *sql.Tx, gen uint64, r *ledger.Roster) error {
	return errors.Join(
		each(ctx, tx, "SELECT id, hours FROM schedule WHERE generation = ?", func(scan scan) error {
			var x access.Schedule
			var text []byte
			if err := scan(&x.ID, &text); err != nil {
				return err
			}
			var days [8][]access.Hours
			if err := json.Unmarshal(text, &days); err != nil {
				return fmt.Errorf("schedule %s: %w", x.ID, err)
			}
			copy(x.Week[:], days[:7])
			x.Holiday = days[7]
			r.Records.Schedules = append(r.Records.Schedules, x)
			return nil
		}, gen),
		each(ctx, tx, "SELECT day, working FROM holiday WHERE generation = ?", func(scan scan) error {
			var x access.Holiday
			var day int
			err := scan(&day, &x.Working)
			x.Year, x.Month, x.Day = day/10000, time.Month(day/100%100), day%100
			r.Records.Holidays = append(r.Records.Holidays, x)
			return err
		}, gen))
}

// unbounded is how a side of a span that is open is stored: it is part of keys, which hold no NULL.
const unbounded = -1 << 63

func bound(t time.Time) int64 {
	if t.IsZero() {
		return unbounded
	}
	return t.UnixMicro()
}

func (s *Store) span(from, until int64) access.Span {
	var p access.Span
	if from != unbounded {
		p.From = time.UnixMicro(from).In(s.zone())
	}
	if until != unbounded {
		p.Until = time.UnixMicro(until).In(s.zone())
	}
	return p
}

func hours(x *access.Schedule) (string, error) {
	var days [8][]access.Hours
	copy(days[:], x.Week[:])
	days[7] = x.Holiday
	b, err := json.Marshal(days)
	return string(b), err
}

func secret(h access.Hash) []byte {
	if h == (access.Hash{}) {
		return nil
	}
	return h[:]
}
