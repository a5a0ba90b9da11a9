package shelf

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/mattn/go-sqlite3"
)

// Health is what was last heard of a controller beside its entries. It is a hint, for people to look at.
type Health struct {
	Controller string // kidoban/<site>/<controller>
	Status     []byte // as it came; nil = none
	StatusAt   time.Time
	Head       uint64    // entries that its last checkpoint covers
	HeadAt     time.Time // when a fresh one came
}

// KeepHealth keeps what is news: a zero StatusAt, Head or HeadAt leaves that as it was.
func (s *Shelf) KeepHealth(ctx context.Context, news ...Health) error {
	return s.change(ctx, "keep what controllers say of themselves", func(tx *sql.Tx) error {
		for _, h := range news {
			if !h.StatusAt.IsZero() {
				if _, err := tx.ExecContext(ctx, `INSERT INTO health (controller, status, status_at) VALUES ($1, $2, $3)
					ON CONFLICT (controller) DO UPDATE SET status = $2, status_at = $3`, h.Controller, h.Status, h.StatusAt.UnixMilli()); err != nil {
					return err
				}
			}
			if h.Head > 0 {
				if _, err := tx.ExecContext(ctx, `INSERT INTO health (controller, head, head_at) VALUES ($1, $2, $3)
					ON CONFLICT (controller) DO UPDATE SET head = $2,
					head_at = CASE WHEN excluded.head_at > 0 THEN excluded.head_at ELSE health.head_at END`, h.Controller, h.Head, to1970(h.HeadAt)); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// Healths is what was last heard, by controller.
func (s *Shelf) Healths(ctx context.Context) ([]Health, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT controller, status, status_at, head, head_at FROM health ORDER BY controller")
	if err != nil {
		return nil, fmt.Errorf("read what controllers say of themselves: %w", err)
	}
	defer rows.Close()
	var all []Health
	for rows.Next() {
		var h Health
		var status, head int64
		if err := rows.Scan(&h.Controller, &h.Status, &status, &h.Head, &head); err != nil {
			return nil, fmt.Errorf("read what controllers say of themselves: %w", err)
		}
		h.StatusAt, h.HeadAt = since1970(status), since1970(head)
		all = append(all, h)
	}
	return all, rows.Err()
}

func to1970(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func since1970(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}

// Bytes is what the database takes on its disk.
func (s *Shelf) Bytes(ctx context.Context) (n int64, err error) {
	query := "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
	if s.locking {
		query = "SELECT pg_database_size(current_database())"
	}
	if err := s.read.QueryRowContext(ctx, query).Scan(&n); err != nil {
		return 0, fmt.Errorf("ask the database for its size: %w", err)
	}
	return n, nil
}

// SQLite is the version of the library that a shelf without PostgreSQL is kept with.
func SQLite() string {
	version, _, _ := sqlite3.Version()
	return version
}

// Leases counts the controllers that each central log follows, where several share the database.
func (s *Shelf) Leases(ctx context.Context) (map[string]int, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT holder, count(*) FROM lease WHERE holder <> '' GROUP BY holder ORDER BY holder")
	if err != nil {
		return nil, fmt.Errorf("count leases: %w", err)
	}
	defer rows.Close()
	all := map[string]int{}
	for rows.Next() {
		var holder string
		var n int
		if err := rows.Scan(&holder, &n); err != nil {
			return nil, fmt.Errorf("count leases: %w", err)
		}
		all[holder] = n
	}
	return all, rows.Err()
}
