package shelf

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"kidoban/controller/notify"
)

const pendingQuery = `SELECT n.id, n.recipient, n.kind, n.turn, n.alarm, n.made, n.journal, n.sequence, e.payload, e.private
	FROM notice n LEFT JOIN entry e ON e.journal = n.journal AND e.sequence = n.sequence WHERE n.recipient = $1 AND n.digest = $2 ORDER BY n.place LIMIT $3`

// WaitingNotices are the next notices of a recipient, in their order; a digest comes with what it is of.
func (s *Shelf) WaitingNotices(ctx context.Context, recipient string, limit int) ([]Pending, error) {
	all, err := s.pending(ctx, recipient, "", limit)
	for i := 0; i < len(all) && err == nil; i++ {
		if all[i].Kind != notify.Digest {
			continue
		}
		var folded []Pending
		folded, err = s.pending(ctx, recipient, all[i].ID, 1<<20)
		for _, f := range folded {
			all[i].Folded = append(all[i].Folded, f.Notice)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("read notices of %s: %w", recipient, err)
	}
	return all, nil
}

func (s *Shelf) pending(ctx context.Context, recipient, digest string, limit int) (all []Pending, err error) {
	rows, err := s.read.QueryContext(ctx, pendingQuery, recipient, digest, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var p Pending
		var made int64
		if err := rows.Scan(&p.ID, &p.Recipient, &p.Kind, &p.Turn, &p.Alarm, &made, &p.Journal, &p.Sequence, &p.Entry, &p.Private); err != nil {
			return nil, err
		}
		p.Made = time.UnixMilli(made)
		all = append(all, p)
	}
	return all, rows.Err()
}

// Fold puts one digest in the place of the first most notices of a recipient, if more than least wait. What is folded
// stays so: the digest goes out as it is however often it has to be sent.
func (s *Shelf) Fold(ctx context.Context, recipient string, least, most int, at time.Time) (folded bool, err error) {
	err = s.change(ctx, "fold notices of "+recipient, func(tx *sql.Tx) error {
		var waiting, digests int
		if err := tx.QueryRowContext(ctx, "SELECT count(*), coalesce(sum(CASE WHEN kind = $1 THEN 1 ELSE 0 END), 0) FROM notice WHERE recipient = $2 AND digest = ''",
			string(notify.Digest), recipient).Scan(&waiting, &digests); err != nil || waiting <= least || digests > 0 {
			return err
		}
		var first string
		var place, id, seq int64
		if err := tx.QueryRowContext(ctx, "SELECT id, place, journal, sequence FROM notice WHERE recipient = $1 AND digest = '' ORDER BY place LIMIT 1",
			recipient).Scan(&first, &place, &id, &seq); err != nil {
			return err
		}
		name := strings.TrimSuffix(first, "/digest") + "/digest"
		if _, err := tx.ExecContext(ctx, `UPDATE notice SET digest = $1 WHERE id IN
			(SELECT id FROM notice WHERE recipient = $2 AND digest = '' ORDER BY place LIMIT $3)`, name, recipient, most); err != nil {
			return err
		}
		folded = true
		_, err := tx.ExecContext(ctx, "INSERT INTO notice (id, recipient, place, journal, sequence, kind, turn, made) VALUES ($1, $2, $3, $4, $5, $6, 0, $7)",
			name, recipient, place, id, seq, string(notify.Digest), at.UnixMilli())
		return err
	})
	return folded && err == nil, err
}

// Delivered forgets notices that their recipient has, and keeps what the other end answered.
func (s *Shelf) Delivered(ctx context.Context, recipient string, ids []string, at time.Time, answer string) error {
	return s.change(ctx, "forget sent notices of "+recipient, func(tx *sql.Tx) error {
		for _, id := range ids {
			if _, err := tx.ExecContext(ctx, "DELETE FROM notice WHERE recipient = $1 AND (id = $2 OR digest = $2)", recipient, id); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, `UPDATE notice_recipient SET tries = 0, failing = 0, next = 0, said = 0, sent = sent + $1, last = $2, answer = $3
			WHERE name = $4`, len(ids), at.UnixMilli(), answer, recipient)
		return err
	})
}

// Stumbled keeps how the sending to a recipient goes, and why not better.
func (s *Shelf) Stumbled(ctx context.Context, recipient string, b notify.Backoff, why string) error {
	_, err := s.db.ExecContext(ctx, "UPDATE notice_recipient SET tries = $1, failing = $2, next = $3, said = $4, answer = $5 WHERE name = $6",
		b.Tries, millis(b.Since), millis(b.Next), number(b.Said), why, recipient)
	if err != nil {
		return fmt.Errorf("keep how the notices of %s go: %w", recipient, err)
	}
	return nil
}

// Queue is how the notices of one recipient stand.
type Queue struct {
	Recipient string
	Waiting   int // notices, those of a digest too
	Oldest    time.Time
	Backoff   notify.Backoff
	Sent      int64
	Last      time.Time
	Answer    string // of the other end, or why it cannot be reached
}

// Queues are all recipients'.
func (s *Shelf) Queues(ctx context.Context) (all []Queue, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("list notices: %w", err)
		}
	}()
	rows, err := s.read.QueryContext(ctx, `SELECT r.name, r.tries, r.failing, r.next, r.said, r.sent, r.last, r.answer, count(n.id), coalesce(min(n.made), 0)
		FROM notice_recipient r LEFT JOIN notice n ON n.recipient = r.name AND n.kind <> $1
		GROUP BY r.name, r.tries, r.failing, r.next, r.said, r.sent, r.last, r.answer ORDER BY r.name`, string(notify.Digest))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var q Queue
		var failing, next, said, last, oldest int64
		if err := rows.Scan(&q.Recipient, &q.Backoff.Tries, &failing, &next, &said, &q.Sent, &last, &q.Answer, &q.Waiting, &oldest); err != nil {
			return nil, err
		}
		q.Backoff.Since, q.Backoff.Next, q.Backoff.Said = moment(failing), moment(next), said != 0
		q.Last, q.Oldest = moment(last), moment(oldest)
		all = append(all, q)
	}
	return all, rows.Err()
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}
