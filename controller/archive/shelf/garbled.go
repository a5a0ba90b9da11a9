package shelf

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Garbled is messages that could not be used.
type Garbled struct {
	Controller string // "kidoban/<site>/<controller>"; "" = of none that anybody has accepted
	Kind       string // malformed | oversized | foreign | version | signature
	Count      int64
	Last       string // RFC 3339
}

// Tally adds to the counters: by controller and kind.
func (s *Shelf) Tally(ctx context.Context, more map[Garbled]int64, at time.Time) error {
	return s.change(ctx, "count messages that could not be used", func(tx *sql.Tx) error {
		for g, n := range more {
			if _, err := tx.ExecContext(ctx, `INSERT INTO garbled (controller, kind, count, last) VALUES ($1, $2, $3, $4)
				ON CONFLICT (controller, kind) DO UPDATE SET count = garbled.count + excluded.count, last = excluded.last`,
				g.Controller, g.Kind, n, at.Format(time.RFC3339)); err != nil {
				return err
			}
		}
		return nil
	})
}

// Garbled lists the counters.
func (s *Shelf) Garbled(ctx context.Context) (all []Garbled, err error) {
	rows, err := s.read.QueryContext(ctx, "SELECT controller, kind, count, last FROM garbled ORDER BY controller, kind")
	if err != nil {
		return nil, fmt.Errorf("list messages that could not be used: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var g Garbled
		if err := rows.Scan(&g.Controller, &g.Kind, &g.Count, &g.Last); err != nil {
			return nil, err
		}
		all = append(all, g)
	}
	return all, rows.Err()
}
