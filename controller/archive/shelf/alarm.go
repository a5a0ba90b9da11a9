package shelf

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"kidoban/controller/alarm"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/device"
)

// The alarms of the central log's own journal: what Record raises stands here until a person has acknowledged it and a
// person has closed it. A row changes in the transaction of the entry that says so.

const alarmColumns = "id, type, controller, door, zone, severity, drill, raised, due, escalated, acknowledged, account, closed"

// Alarms lists those that nobody has closed, oldest first.
func (s *Shelf) Alarms(ctx context.Context) (all []ledger.Alarm, err error) {
	rows, err := s.read.QueryContext(ctx, "SELECT "+alarmColumns+" FROM alarm WHERE closed = 0 ORDER BY raised, id")
	if err == nil {
		all, err = alarmRows(rows)
	}
	if err != nil {
		return nil, fmt.Errorf("list alarms: %w", err)
	}
	return all, nil
}

// ErrRefused is an order that cannot be carried out as things stand; its text is for whoever gave it.
var ErrRefused = errors.New("refused")

// Acknowledge says that somebody acts on an alarm.
func (s *Shelf) Acknowledge(ctx context.Context, o Own, id string, by Actor, at device.Instant, synced bool) error {
	return s.onAlarm(ctx, o, id, func(b alarm.Book) (ledger.Alarm, journal.Entry, string) {
		row, e, no := b.Ack(id, by.Account, at)
		e.Synced = synced
		by.Sign(&e)
		return row, e, no
	})
}

// CloseAlarm ends an acknowledged alarm with a finding, which is a private part.
func (s *Shelf) CloseAlarm(ctx context.Context, o Own, id string, by Actor, at device.Instant, synced bool, finding []byte) error {
	return s.onAlarm(ctx, o, id, func(b alarm.Book) (ledger.Alarm, journal.Entry, string) {
		row, e, no := b.Close(id, by.Account, at, finding)
		e.Synced = synced
		by.Sign(&e)
		return row, e, no
	})
}

func (s *Shelf) onAlarm(ctx context.Context, o Own, id string, do func(alarm.Book) (ledger.Alarm, journal.Entry, string)) error {
	return s.change(ctx, "alarm "+id, func(tx *sql.Tx) error {
		rows, err := alarmsIn(ctx, tx, "id = $1 AND closed = 0", id)
		if err != nil {
			return err
		}
		row, e, no := do(alarm.NewBook(rows, o.Patience))
		if no != "" {
			return fmt.Errorf("%w: %s", ErrRefused, no)
		}
		if err := putAlarms(ctx, tx, []ledger.Alarm{row}); err != nil {
			return err
		}
		return s.recordIn(ctx, tx, o, e)
	})
}

// Unheeded are the alarms that nobody has acknowledged and that are to be escalated at some time.
func (s *Shelf) Unheeded(ctx context.Context) (all []ledger.Alarm, err error) {
	rows, err := s.read.QueryContext(ctx, "SELECT "+alarmColumns+" FROM alarm WHERE closed = 0 AND acknowledged = '' AND escalated = '' AND due <> ''")
	if err == nil {
		all, err = alarmRows(rows)
	}
	if err != nil {
		return nil, fmt.Errorf("list alarms: %w", err)
	}
	return all, nil
}

// Escalate tells the CISO of one alarm, unless somebody has acknowledged it meanwhile or another has told already.
func (s *Shelf) Escalate(ctx context.Context, o Own, id string, at device.Instant, synced bool) error {
	return s.change(ctx, "escalate alarm "+id, func(tx *sql.Tx) error {
		rows, err := alarmsIn(ctx, tx, "id = $1 AND closed = 0 AND acknowledged = '' AND escalated = ''"+s.update, id)
		if err != nil || len(rows) == 0 {
			return err
		}
		b := alarm.NewBook(rows, o.Patience)
		b.Reckon(at, at.Wall.AddDate(1000, 0, 0), true)
		late := at
		late.Mono += time.Second // the soonest that a book lets an alarm of an earlier run be due
		changed, said := b.Escalate(late)
		for i := range said {
			said[i].At, said[i].Synced = at, synced
		}
		if err := putAlarms(ctx, tx, changed); err != nil {
			return err
		}
		return s.recordIn(ctx, tx, o, said...)
	})
}

// raise lets an entry raise its alarm, and returns the entries that say so.
func raise(ctx context.Context, tx *sql.Tx, o Own, e journal.Entry) ([]journal.Entry, error) {
	if rows, _ := alarm.NewBook(nil, o.Patience).Observe(e); len(rows) == 0 {
		return nil, nil
	}
	open, err := alarmsIn(ctx, tx, "type = $1 AND closed = 0", string(e.Type))
	if err != nil {
		return nil, err
	}
	rows, said := alarm.NewBook(open, o.Patience).Observe(e)
	return said, putAlarms(ctx, tx, rows)
}

func alarmsIn(ctx context.Context, tx *sql.Tx, where string, args ...any) ([]ledger.Alarm, error) {
	rows, err := tx.QueryContext(ctx, "SELECT "+alarmColumns+" FROM alarm WHERE "+where, args...)
	if err != nil {
		return nil, err
	}
	return alarmRows(rows)
}

func alarmRows(rows *sql.Rows) (all []ledger.Alarm, err error) {
	defer rows.Close()
	for rows.Next() {
		var a ledger.Alarm
		var drill, gone int64
		var at [4]string
		if err := rows.Scan(&a.ID, &a.Type, &a.Controller, &a.Door, &a.Zone, &a.Severity, &drill, &at[0], &at[1], &at[2], &at[3], &a.By, &gone); err != nil {
			return nil, err
		}
		a.Drill, a.Gone = drill != 0, gone != 0
		for i, to := range []*time.Time{&a.Raised, &a.Due, &a.Escalated, &a.Acknowledged} {
			if at[i] == "" {
				continue
			}
			if *to, err = time.Parse(time.RFC3339Nano, at[i]); err != nil {
				return nil, fmt.Errorf("alarm %s: %w", a.ID, err)
			}
		}
		all = append(all, a)
	}
	return all, rows.Err()
}

func putAlarms(ctx context.Context, tx *sql.Tx, rows []ledger.Alarm) error {
	for _, a := range rows {
		_, err := tx.ExecContext(ctx, "INSERT INTO alarm ("+alarmColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
			ON CONFLICT (id) DO UPDATE SET severity = excluded.severity, due = excluded.due, escalated = excluded.escalated,
			acknowledged = excluded.acknowledged, account = excluded.account, closed = excluded.closed`,
			a.ID, a.Type, a.Controller, a.Door, a.Zone, a.Severity, number(a.Drill), stamp(a.Raised), stamp(a.Due), stamp(a.Escalated),
			stamp(a.Acknowledged), a.By, number(a.Gone))
		if err != nil {
			return err
		}
	}
	return nil
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339Nano)
}

func number(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
