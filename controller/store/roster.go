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

// values are one row's, as the driver made them. Scanning them into typed variables would convert each by way of a string.
type values []any

func (v values) text(i int) string {
	s, _ := v[i].(string)
	return s
}

func (v values) number(i int) int64 {
	n, _ := v[i].(int64)
	return n
}

func (v values) hash(i int) (h access.Hash) {
	b, _ := v[i].([]byte)
	copy(h[:], b)
	return h
}

// gather makes one item of every row of a generation.
func gather[T any](ctx context.Context, tx *sql.Tx, table, columns string, gen uint64, item func(values) (T, error)) ([]T, error) {
	n, err := one[int](ctx, tx, "SELECT count(*) FROM "+table+" WHERE generation = ?", gen)
	if err != nil || n == 0 {
		return nil, err
	}
	out := make([]T, 0, n)
	for x, err := range stream(ctx, tx, item, "SELECT "+columns+" FROM "+table+" WHERE generation = ?", gen) {
		if err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, nil
}

func (s *Store) people(ctx context.Context, tx *sql.Tx, gen uint64, r *ledger.Roster) (err error) {
	r.People, err = gather(ctx, tx, "person", "id, kind, name, reading, affiliation", gen, func(v values) (ledger.Person, error) {
		return ledger.Person{Person: access.Person{ID: access.PersonID(v.text(0)), Kind: access.Kind(v.number(1))},
			Name: v.text(2), Reading: v.text(3), Affiliation: v.text(4)}, nil
	})
	return err
}

func (s *Store) standing(ctx context.Context, tx *sql.Tx, gen uint64, r *ledger.Roster) error {
	var err [4]error
	n := &r.Records
	n.Incumbents, err[0] = gather(ctx, tx, "incumbency", "person, post, begins, ends", gen, func(v values) (access.Incumbency, error) {
		return access.Incumbency{Person: access.PersonID(v.text(0)), Post: access.Post(v.text(1)),
			Span: s.span(v.number(2), v.number(3))}, nil
	})
	n.Belongings, err[1] = gather(ctx, tx, "belonging", "person, section, begins, ends", gen, func(v values) (access.Belonging, error) {
		return access.Belonging{Person: access.PersonID(v.text(0)), Section: v.text(1), Span: s.span(v.number(2), v.number(3))}, nil
	})
	n.Findings, err[2] = gather(ctx, tx, "finding", "person, begins, ends", gen, func(v values) (access.Finding, error) {
		return access.Finding{Person: access.PersonID(v.text(0)), Span: s.span(v.number(1), v.number(2))}, nil
	})
	n.Duties, err[3] = gather(ctx, tx, "duty", "person, duty, zone, begins, ends", gen, func(v values) (access.Duty, error) {
		return access.Duty{Person: access.PersonID(v.text(0)), Duty: access.DutyKind(v.text(1)), Zone: v.text(2),
			Span: s.span(v.number(3), v.number(4))}, nil
	})
	return errors.Join(err[:]...)
}

func (s *Store) credentials(ctx context.Context, tx *sql.Tx, gen uint64, r *ledger.Roster) (err error) {
	r.Records.Credentials, err = gather(ctx, tx, "credential",
		"id, person, format, card, state, pin, duress, extended, schedule, begins, ends", gen,
		func(v values) (access.Credential, error) {
			return access.Credential{ID: access.CredentialID(v.text(0)), Person: access.PersonID(v.text(1)), Format: v.text(2),
				Card: v.hash(3), State: access.CardState(v.number(4)), PIN: v.hash(5), Duress: v.hash(6), Extended: v.number(7) != 0,
				Schedule: access.ScheduleID(v.text(8)), Span: s.span(v.number(9), v.number(10))}, nil
		})
	return err
}

func (s *Store) calendar(ctx context.Context, tx *sql.Tx, gen uint64, r *ledger.Roster) error {
	var err [2]error
	n := &r.Records
	n.Schedules, err[0] = gather(ctx, tx, "schedule", "id, hours", gen, func(v values) (access.Schedule, error) {
		x := access.Schedule{ID: access.ScheduleID(v.text(0))}
		var days [8][]access.Hours
		if err := json.Unmarshal([]byte(v.text(1)), &days); err != nil {
			return x, fmt.Errorf("schedule %s: %w", x.ID, err)
		}
		copy(x.Week[:], days[:7])
		x.Holiday = days[7]
		return x, nil
	})
	n.Holidays, err[1] = gather(ctx, tx, "holiday", "day, working", gen, func(v values) (access.Holiday, error) {
		day := int(v.number(0))
		return access.Holiday{Year: day / 10000, Month: time.Month(day / 100 % 100), Day: day % 100, Working: v.number(1) != 0}, nil
	})
	return errors.Join(err[:]...)
}

// unbounded is how a side of a span that is open is stored: it is part of keys, which hold no NULL.
const unbounded = -1 << 63

func bound(t time.Time) int64 {
	if t.IsZero() {
		return unbounded
	}
	return t.UnixMicro()
}

func (r *Reader) span(from, until int64) access.Span {
	var p access.Span
	if from != unbounded {
		p.From = time.UnixMicro(from).In(r.zone())
	}
	if until != unbounded {
		p.Until = time.UnixMicro(until).In(r.zone())
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
