package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/device"
)

// state writes what is now true beside the roster.
func (s *statements) state(c *ledger.Change) error {
	for _, o := range c.Occupants {
		if _, err := s.occupant.Exec(o.Zone, string(o.Person), micros(o.Since), int64(o.Mono), o.Boot, o.Inside, o.Assumed,
			o.Unverified); err != nil {
			return err
		}
	}
	for _, g := range c.Grants {
		if err := put(g.Gone, s.ungrant, s.grant, g.ID, g.Door, int64(g.Direction), string(g.Person), string(g.Credential),
			g.Pending, g.Waiting, micros(g.At)); err != nil {
			return err
		}
	}
	for _, t := range c.Tries {
		if err := put(t.Gone, s.untries, s.tries, string(t.Credential), int64(t.Wrong), micros(t.BlockedUntil),
			t.Blocked); err != nil {
			return err
		}
	}
	for _, m := range c.Modes {
		if err := put(m.Gone, s.unmode, s.mode, m.Door, m.Mode, micros(m.Until), m.Account,
			m.Incident); err != nil {
			return err
		}
	}
	for _, a := range c.Alarms {
		if err := put(a.Gone, s.unalarm, s.alarm, a.ID, a.Type, a.Door, a.Severity, micros(a.Raised), micros(a.Acknowledged),
			a.By, a.Zone, micros(a.Due), micros(a.Escalated), a.Drill); err != nil {
			return err
		}
	}
	return nil
}

// put replaces the row whose key is the first argument, or removes it.
func put(gone bool, remove, replace *sql.Stmt, args ...any) error {
	st := replace
	if gone {
		st, args = remove, args[:1]
	}
	_, err := st.Exec(args...)
	return err
}

// micros is how a time is stored: years up to 9999 must fit, so not as nanoseconds.
func micros(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMicro()
}

func (r *Reader) time(v sql.NullInt64) time.Time {
	if !v.Valid {
		return time.Time{}
	}
	return time.UnixMicro(v.Int64).In(r.zone())
}

func (r *Reader) zone() *time.Location {
	if r.origin.Zone == nil {
		return time.UTC
	}
	return r.origin.Zone
}

// Snapshot is every row of what is true, as it stood at the last commit. Times are exact to the microsecond.
func (s *Store) Snapshot(ctx context.Context) (ledger.Snapshot, error) {
	tx, err := s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return ledger.Snapshot{}, fault("read snapshot", err)
	}
	defer func() { _ = tx.Rollback() }()
	var n ledger.Snapshot
	err = errors.Join(
		each(ctx, tx, "SELECT zone, person, since, mono, boot, inside, assumed, unverified FROM occupant",
			func(scan scan) error {
				var o access.Occupant
				var since sql.NullInt64
				err := scan(&o.Zone, &o.Person, &since, &o.Mono, &o.Boot, &o.Inside, &o.Assumed, &o.Unverified)
				o.Since = s.time(since)
				n.Occupants = append(n.Occupants, o)
				return err
			}),
		each(ctx, tx, "SELECT id, door, direction, person, credential, pending, waiting, at FROM open_grant",
			func(scan scan) error {
				var g ledger.Grant
				var at sql.NullInt64
				var way uint8
				err := scan(&g.ID, &g.Door, &way, &g.Person, &g.Credential, &g.Pending, &g.Waiting, &at)
				g.At, g.Direction = s.time(at), device.Direction(way)
				n.Grants = append(n.Grants, g)
				return err
			}),
		each(ctx, tx, "SELECT credential, wrong, blocked_until, blocked FROM tries", func(scan scan) error {
			var t ledger.Tries
			var until sql.NullInt64
			err := scan(&t.Credential, &t.Wrong, &until, &t.Blocked)
			t.BlockedUntil = s.time(until)
			n.Tries = append(n.Tries, t)
			return err
		}),
		each(ctx, tx, "SELECT door, mode, until, account, incident FROM mode", func(scan scan) error {
			var m ledger.Mode
			var until sql.NullInt64
			err := scan(&m.Door, &m.Mode, &until, &m.Account, &m.Incident)
			m.Until = s.time(until)
			n.Modes = append(n.Modes, m)
			return err
		}),
		s.alarms(ctx, tx, &n),
		s.book(ctx, tx, &n))
	if err != nil {
		return ledger.Snapshot{}, fault("read snapshot", err)
	}
	if n.LastRecorded, err = lastBelieved(ctx, tx); err != nil {
		return ledger.Snapshot{}, fault("read snapshot: last entry", err)
	}
	return n, nil
}

func (s *Store) alarms(ctx context.Context, tx *sql.Tx, n *ledger.Snapshot) error {
	return each(ctx, tx, "SELECT id, type, door, zone, severity, raised, due, escalated, acknowledged, account, drill FROM alarm",
		func(scan scan) error {
			var a ledger.Alarm
			var raised, due, escalated, ack sql.NullInt64
			err := scan(&a.ID, &a.Type, &a.Door, &a.Zone, &a.Severity, &raised, &due, &escalated, &ack, &a.By, &a.Drill)
			a.Raised, a.Due, a.Escalated, a.Acknowledged = s.time(raised), s.time(due), s.time(escalated), s.time(ack)
			n.Alarms = append(n.Alarms, a)
			return err
		})
}

// believedAmong is how many of the last entries are searched for one whose wall clock was synchronised.
const believedAmong = 50_000

// lastBelieved is the wall time of the last entry whose clock was synchronised, zero if there is none: a time that was
// not, from a board that booted without a clock, would make what has long expired good again.
func lastBelieved(ctx context.Context, tx *sql.Tx) (time.Time, error) {
	payload, err := one[[]byte](ctx, tx, "SELECT payload FROM entry WHERE sequence > (SELECT max(sequence) FROM entry) - ? "+
		"AND instr(payload, ?) > 0 ORDER BY sequence DESC LIMIT 1", believedAmong, []byte(`"clock":"synchronised"`))
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, err
	}
	e, err := journal.Parse(payload)
	return e.Entry.At.Wall, err
}

type scan func(...any) error

// each calls f for every row of a query.
func each(ctx context.Context, tx *sql.Tx, query string, f func(scan) error, args ...any) error {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := f(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}
