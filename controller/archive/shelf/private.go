package shelf

import (
	"context"
	"database/sql"
	"fmt"
)

// Part is the private part of an entry, or that it is owed.
type Part struct {
	Sequence uint64
	Hash     string // hex SHA-256 of the bytes, as data.private
	Bytes    []byte
}

// Owe notes the private parts that entries bind and that are to come. It is to be called before the entries are verified,
// so that no crash loses it.
func (s *Shelf) Owe(ctx context.Context, j Journal, parts []Part) error {
	if len(parts) == 0 {
		return nil
	}
	return s.change(ctx, "note private parts", func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "UPDATE journal SET names = 1 WHERE id = $1 AND names = 0", j.ID); err != nil {
			return err
		}
		for _, p := range parts {
			if _, err := tx.ExecContext(ctx, "INSERT INTO owed (journal, sequence, hash) VALUES ($1, $2, $3) ON CONFLICT (journal, sequence) DO NOTHING",
				j.ID, int64(p.Sequence), p.Hash); err != nil {
				return err
			}
		}
		return nil
	})
}

// Keep stores private parts beside the verified entries that are owed them.
func (s *Shelf) Keep(ctx context.Context, j Journal, parts []Part) error {
	if len(parts) == 0 {
		return nil
	}
	return s.change(ctx, "store private parts", func(tx *sql.Tx) error {
		if err := s.holds(ctx, tx, j.Hold); err != nil {
			return err
		}
		for _, p := range parts {
			r, err := tx.ExecContext(ctx, `DELETE FROM owed WHERE journal = $1 AND sequence = $2 AND hash = $3
				AND sequence < (SELECT size FROM journal WHERE id = $1)`, j.ID, int64(p.Sequence), p.Hash)
			if err != nil {
				return err
			}
			if n, err := r.RowsAffected(); err != nil || n == 0 {
				return err
			}
			if _, err := tx.ExecContext(ctx, "UPDATE entry SET private = $1 WHERE journal = $2 AND sequence = $3 AND payload IS NOT NULL",
				p.Bytes, j.ID, int64(p.Sequence)); err != nil {
				return err
			}
		}
		return nil
	})
}

// Owed lists private parts of a journal that have not come, from a sequence on, some of them.
func (s *Shelf) Owed(ctx context.Context, id int64, from uint64, most int) (all []Part, err error) {
	rows, err := s.db.QueryContext(ctx, "SELECT sequence, hash FROM owed WHERE journal = $1 AND sequence >= $2 ORDER BY sequence LIMIT $3",
		id, int64(from), most)
	if err != nil {
		return nil, fmt.Errorf("list private parts that are owed: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var p Part
		if err := rows.Scan(&p.Sequence, &p.Hash); err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, rows.Err()
}

// OwedCount is how many private parts of each journal have not come, by its id.
func (s *Shelf) OwedCount(ctx context.Context) (map[int64]int64, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT journal, count(*) FROM owed GROUP BY journal")
	if err != nil {
		return nil, fmt.Errorf("count private parts that are owed: %w", err)
	}
	defer rows.Close()
	all := map[int64]int64{}
	for rows.Next() {
		var id, n int64
		if err := rows.Scan(&id, &n); err != nil {
			return nil, err
		}
		all[id] = n
	}
	return all, rows.Err()
}
