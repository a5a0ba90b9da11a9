package shelf

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"kidoban/controller/journal"
	"kidoban/controller/notify"
)

// Notices lie here from the transaction in which an entry was looked at, once and for good, until their recipient has
// them.

// Pending is a notice that lies here, and the entry that it is about.
type Pending struct {
	notify.Notice
	Journal  int64
	Sequence uint64
}

// OpenAlarm is an alarm that somebody may have to be told of again.
type OpenAlarm struct {
	Journal  int64
	Sequence uint64 // of alarm.raised
	Alarm    string
	notify.Open
}

// Unread is what nobody has looked at of one journal.
type Unread struct {
	Journal  int64
	Origin   string
	Closed   bool // by a successor: its alarms will not be acknowledged any more
	Accepted time.Time
	Next     uint64 // the first of Payloads
	Size     uint64
	Payloads [][]byte // nil where one was purged
}

// Noticed is what follows from looking at From to Next of a journal.
type Noticed struct {
	Journal    int64
	From, Next uint64
	Notices    []Pending
	Open       []OpenAlarm // new, or changed
	Ended      []string    // alarms
}

// BeginNotices makes these the recipients. What waits for others is dropped. One who is new is told of what is verified
// from now on.
func (s *Shelf) BeginNotices(ctx context.Context, recipients []string) error {
	return s.change(ctx, "begin notices", func(tx *sql.Tx) error {
		known, err := column[string](tx.QueryContext(ctx, "SELECT name FROM notice_recipient"))
		if err != nil {
			return err
		}
		for _, name := range known {
			if !slices.Contains(recipients, name) {
				if _, err := tx.ExecContext(ctx, "DELETE FROM notice_recipient WHERE name = $1", name); err != nil {
					return err
				}
			}
		}
		if len(recipients) == 0 || len(known) == 0 {
			if err := forgetNotices(ctx, tx); err != nil {
				return err
			}
		}
		for _, name := range recipients {
			if err := welcome(ctx, tx, name, slices.Contains(known, name)); err != nil {
				return err
			}
		}
		return nil
	})
}

// forgetNotices begins anew: at the end of what is verified.
func forgetNotices(ctx context.Context, tx *sql.Tx) error {
	for _, q := range []string{"DELETE FROM notice_alarm", "DELETE FROM notice_cursor",
		"INSERT INTO notice_cursor (journal, next) SELECT id, size FROM journal"} {
		if _, err := tx.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

func welcome(ctx context.Context, tx *sql.Tx, name string, known bool) error {
	if known {
		return nil
	}
	if _, err := tx.ExecContext(ctx, "INSERT INTO notice_recipient (name) VALUES ($1)", name); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO notice_begin (recipient, journal, first) SELECT CAST($1 AS TEXT), j.id, j.size FROM journal j
		LEFT JOIN notice_cursor c ON c.journal = j.id WHERE j.size > coalesce(c.next, 0)`, name)
	return err
}

// Unread reads what nobody has looked at, at most limit entries a journal and a hundred journals.
func (s *Shelf) Unread(ctx context.Context, limit int) (all []Unread, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("read what is to be told: %w", err)
		}
	}()
	rows, err := s.read.QueryContext(ctx, `SELECT j.id, j.origin, j.closed <> '', j.accepted, coalesce(c.next, 0), j.size FROM journal j
		LEFT JOIN notice_cursor c ON c.journal = j.id WHERE j.size > coalesce(c.next, 0) ORDER BY j.size - coalesce(c.next, 0), j.id LIMIT 100`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var u Unread
		var accepted string
		if err := rows.Scan(&u.Journal, &u.Origin, &u.Closed, &accepted, &u.Next, &u.Size); err != nil {
			return nil, err
		}
		if u.Accepted, err = time.Parse(time.RFC3339, accepted); err != nil {
			return nil, err
		}
		all = append(all, u)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	rows.Close()
	for i := range all {
		u := &all[i]
		u.Payloads, err = column[[]byte](s.read.QueryContext(ctx, "SELECT payload FROM entry WHERE journal = $1 AND sequence >= $2 AND sequence < $3 ORDER BY sequence",
			u.Journal, u.Next, min(u.Size, u.Next+uint64(limit))))
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Closed says whether another journal goes on after one.
func (s *Shelf) Closed(ctx context.Context, id int64) (closed bool, err error) {
	if err := s.read.QueryRowContext(ctx, "SELECT closed <> '' FROM journal WHERE id = $1", id).Scan(&closed); err != nil {
		return false, fmt.Errorf("look whether a journal is closed: %w", err)
	}
	return closed, nil
}

// BeginsAt is where those recipients begin who came while entries of a journal waited to be looked at.
func (s *Shelf) BeginsAt(ctx context.Context, id int64) (map[string]uint64, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT recipient, first FROM notice_begin WHERE journal = $1", id)
	if err != nil {
		return nil, fmt.Errorf("read where recipients begin: %w", err)
	}
	defer rows.Close()
	at := map[string]uint64{}
	for rows.Next() {
		var name string
		var first uint64
		if err := rows.Scan(&name, &first); err != nil {
			return nil, fmt.Errorf("read where recipients begin: %w", err)
		}
		at[name] = first
	}
	return at, rows.Err()
}

// Notice makes durable what follows from looking at entries. It is refused if another has looked at them.
func (s *Shelf) Notice(ctx context.Context, n Noticed) error {
	return s.change(ctx, "notice", func(tx *sql.Tx) error {
		if n.Next > n.From {
			if err := advance(ctx, tx, n); err != nil {
				return err
			}
		}
		for _, alarm := range n.Ended {
			if err := ended(ctx, tx, n.Journal, alarm); err != nil {
				return err
			}
		}
		for _, o := range n.Open {
			if err := putOpen(ctx, tx, o); err != nil {
				return err
			}
		}
		return enqueue(ctx, tx, n.Notices)
	})
}

func advance(ctx context.Context, tx *sql.Tx, n Noticed) error {
	r, err := tx.ExecContext(ctx, `INSERT INTO notice_cursor (journal, next) VALUES ($1, $2)
		ON CONFLICT (journal) DO UPDATE SET next = excluded.next WHERE notice_cursor.next = $3`, n.Journal, n.Next, n.From)
	if err != nil {
		return err
	}
	if k, err := r.RowsAffected(); err != nil || k == 0 {
		return fmt.Errorf("entries from %d on were looked at by another already: %w", n.From, err)
	}
	_, err = tx.ExecContext(ctx, "DELETE FROM notice_begin WHERE journal = $1 AND first <= $2", n.Journal, n.Next)
	return err
}

// ended forgets an alarm, and what of it would have been told again.
func ended(ctx context.Context, tx *sql.Tx, id int64, alarm string) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM notice_alarm WHERE journal = $1 AND alarm = $2", id, alarm); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, "DELETE FROM notice WHERE journal = $1 AND alarm = $2 AND digest = '' AND kind IN ($3, $4)",
		id, alarm, string(notify.Repeated), string(notify.Escalated))
	return err
}

func putOpen(ctx context.Context, tx *sql.Tx, o OpenAlarm) error {
	told, err := json.Marshal(o.Told)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO notice_alarm (journal, alarm, sequence, since, told) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (journal, alarm) DO UPDATE SET sequence = excluded.sequence, told = excluded.told`,
		o.Journal, o.Alarm, o.Sequence, o.Since.UnixMilli(), string(told))
	return err
}

// enqueue adds notices behind those of their recipients. What is told again waits only once.
func enqueue(ctx context.Context, tx *sql.Tx, all []Pending) error {
	last := map[string]int64{}
	for _, n := range all {
		place, seen := last[n.Recipient]
		if !seen {
			if err := tx.QueryRowContext(ctx, "SELECT coalesce(max(place), 0) FROM notice WHERE recipient = $1", n.Recipient).Scan(&place); err != nil {
				return err
			}
		}
		last[n.Recipient] = place + 1
		_, err := tx.ExecContext(ctx, `INSERT INTO notice (id, recipient, place, journal, sequence, kind, turn, alarm, made)
			SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), CAST($3 AS BIGINT), CAST($4 AS BIGINT), CAST($5 AS BIGINT), CAST($6 AS TEXT), CAST($7 AS BIGINT), CAST($8 AS TEXT), CAST($9 AS BIGINT)
			WHERE CAST($6 AS TEXT) <> $10 OR NOT EXISTS (SELECT 1 FROM notice WHERE recipient = CAST($2 AS TEXT) AND alarm = CAST($8 AS TEXT) AND journal = CAST($4 AS BIGINT))
			ON CONFLICT (id) DO NOTHING`,
			n.ID, n.Recipient, place+1, n.Journal, n.Sequence, string(n.Kind), n.Turn, n.Alarm, n.Made.UnixMilli(), string(notify.Repeated))
		if err != nil {
			return err
		}
	}
	return nil
}

// OpenAlarms are those that nobody has acknowledged, as far as entries were looked at.
func (s *Shelf) OpenAlarms(ctx context.Context) (all []OpenAlarm, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("read open alarms: %w", err)
		}
	}()
	rows, err := s.read.QueryContext(ctx, `SELECT a.journal, a.alarm, a.sequence, a.since, a.told, e.payload FROM notice_alarm a
		JOIN entry e ON e.journal = a.journal AND e.sequence = a.sequence JOIN journal j ON j.id = a.journal
		WHERE j.closed = '' ORDER BY a.since, a.journal, a.alarm`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var o OpenAlarm
		var since int64
		var told string
		var payload []byte
		if err := rows.Scan(&o.Journal, &o.Alarm, &o.Sequence, &since, &told, &payload); err != nil {
			return nil, err
		}
		o.Since = time.UnixMilli(since)
		if err := json.Unmarshal([]byte(told), &o.Told); err != nil {
			return nil, err
		}
		if o.Entry, err = journal.Parse(payload); err != nil {
			continue // its retention ended
		}
		all = append(all, o)
	}
	return all, rows.Err()
}

// column reads the one column of a query.
func column[T any](rows *sql.Rows, err error) (all []T, _ error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var v T
		if err := rows.Scan(&v); err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}
