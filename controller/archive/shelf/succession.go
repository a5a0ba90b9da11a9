package shelf

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"kidoban/controller/journal"
)

// Waiting is a journal that nobody has accepted, and what it claims.
type Waiting struct {
	Origin   string
	Succeeds string // the journal that it claims to go on after
	Size     uint64 // at so many entries
	Key      string // the verifier key that the controller announced; "" = none yet. Nobody has compared it with anything
	Seen     string // RFC 3339
}

const waitingMost = 64

// Wait keeps a claim for people to see, and says whether it is a new one. Where there are too many the oldest goes: who is
// still there speaks again.
func (s *Shelf) Wait(ctx context.Context, w Waiting) (fresh bool, err error) {
	err = s.change(ctx, "record a journal that waits", func(tx *sql.Tx) error {
		r, err := tx.ExecContext(ctx, `INSERT INTO waiting (origin, succeeds, size, seen, key) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (origin) DO NOTHING`, w.Origin, w.Succeeds, w.Size, w.Seen, w.Key)
		if err != nil {
			return err
		}
		n, err := r.RowsAffected()
		if err != nil {
			return err
		}
		if fresh = n > 0; !fresh {
			_, err = tx.ExecContext(ctx, `UPDATE waiting SET succeeds = CASE WHEN $1 <> '' THEN $1 ELSE succeeds END,
				size = CASE WHEN $1 <> '' THEN $2 ELSE size END, key = CASE WHEN $3 <> '' THEN $3 ELSE key END WHERE origin = $4`,
				w.Succeeds, w.Size, w.Key, w.Origin)
			return err
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM waiting WHERE origin NOT IN (SELECT origin FROM waiting ORDER BY seen DESC, origin LIMIT $1)`, waitingMost)
		return err
	})
	return fresh, err
}

// Waiting lists the journals that have spoken and that nobody has accepted.
func (s *Shelf) Waiting(ctx context.Context) (all []Waiting, err error) {
	rows, err := s.db.QueryContext(ctx, "SELECT origin, succeeds, size, seen, key FROM waiting WHERE origin NOT IN (SELECT origin FROM journal) ORDER BY seen, origin")
	if err != nil {
		return nil, fmt.Errorf("list waiting journals: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var w Waiting
		if err := rows.Scan(&w.Origin, &w.Succeeds, &w.Size, &w.Seen, &w.Key); err != nil {
			return nil, fmt.Errorf("list waiting journals: %w", err)
		}
		all = append(all, w)
	}
	return all, errors.Join(rows.Err(), rows.Close())
}

// CloseAt says why nothing is added to j any more, in the own journal too, and discards what is not verified.
func (s *Shelf) CloseAt(ctx context.Context, o Own, j Journal, why string, entries ...journal.Entry) error {
	return s.change(ctx, "close journal", func(tx *sql.Tx) error {
		if err := s.holds(ctx, tx, j.Hold); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "UPDATE journal SET closed = $1 WHERE id = $2", why, j.ID); err != nil {
			return err
		}
		if err := discard(ctx, tx, j.ID); err != nil {
			return err
		}
		return s.recordIn(ctx, tx, o, entries...)
	})
}

// Payload is one entry's bytes, nil if it was purged.
func (s *Shelf) Payload(ctx context.Context, id int64, seq uint64) (b []byte, err error) {
	if err := s.db.QueryRowContext(ctx, "SELECT payload FROM entry WHERE journal = $1 AND sequence = $2", id, seq).Scan(&b); err != nil {
		return nil, fmt.Errorf("read entry %d: %w", seq, err)
	}
	return b, nil
}
