package shelf

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"kidoban/controller/journal"
)

// Witness is an offline witness whose signature is believed.
type Witness struct {
	Name string
	Key  string // verifier key
	Note []byte // the last heads that it signed, with the central log's signature; nil = none yet
}

// Witnesses lists them.
func (s *Shelf) Witnesses(ctx context.Context) (all []Witness, err error) {
	rows, err := s.read.QueryContext(ctx, "SELECT name, key, note FROM witness ORDER BY name")
	if err != nil {
		return nil, fmt.Errorf("list witnesses: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var w Witness
		if err := rows.Scan(&w.Name, &w.Key, &w.Note); err != nil {
			return nil, err
		}
		all = append(all, w)
	}
	return all, rows.Err()
}

// Witnessed keeps the heads that a witness has signed, and records it.
func (s *Shelf) Witnessed(ctx context.Context, o Own, w Witness, e journal.Entry) error {
	return s.change(ctx, "keep what a witness signed", func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO witness (name, key, note, added) VALUES ($1, $2, $3, $4)
			ON CONFLICT (name) DO UPDATE SET note = excluded.note`, w.Name, w.Key, w.Note, e.At.Wall.Format(time.RFC3339)); err != nil {
			return err
		}
		return s.recordIn(ctx, tx, o, e)
	})
}

// ProveTree shows that the first size entries of a journal go on from the first old ones.
func (s *Shelf) ProveTree(ctx context.Context, id int64, size, old uint64) (tlog.TreeProof, error) {
	if old == 0 || old == size {
		return nil, nil
	}
	return tlog.ProveTree(int64(size), int64(old), s.Hashes(ctx, id))
}
