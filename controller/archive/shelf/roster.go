package shelf

import (
	"context"
	"database/sql"
	"fmt"

	"kidoban/controller/journal"
)

// Bundle is what is published for a controller, by its name below the topic roster: "" is the manifest.
type Bundle map[string][]byte

// WholeSite stands for every controller of a site: lists of lost cards are for all of them.
func WholeSite(site string) string { return "kidoban/" + site + "/+" }

// PutRoster keeps what is to be published for controllers (kidoban/<site>/<controller>), with the entries of the own journal
// that tell of it: all or nothing. Of a controller with a manifest the parts of the bundle before go.
func (s *Shelf) PutRoster(ctx context.Context, o Own, all map[string]Bundle, entries ...journal.Entry) error {
	return s.change(ctx, "keep rosters", func(tx *sql.Tx) error {
		for controller, b := range all {
			if err := putBundle(ctx, tx, controller, b); err != nil {
				return err
			}
		}
		if _, err := tx.ExecContext(ctx, "UPDATE roster_change SET number = number + 1"); err != nil {
			return err
		}
		return s.recordIn(ctx, tx, o, entries...)
	})
}

func putBundle(ctx context.Context, tx *sql.Tx, controller string, b Bundle) error {
	if _, whole := b[""]; whole {
		if _, err := tx.ExecContext(ctx, "DELETE FROM roster WHERE controller = $1 AND name NOT LIKE 'lost%'", controller); err != nil {
			return err
		}
	}
	for name, payload := range b {
		if _, err := tx.ExecContext(ctx, "INSERT INTO roster (controller, name, payload) VALUES ($1, $2, $3) "+
			"ON CONFLICT (controller, name) DO UPDATE SET payload = excluded.payload", controller, name, payload); err != nil {
			return err
		}
	}
	return nil
}

// RosterChange is a number that grows with each PutRoster.
func (s *Shelf) RosterChange(ctx context.Context) (n int64, err error) {
	if err = s.read.QueryRowContext(ctx, "SELECT number FROM roster_change").Scan(&n); err != nil {
		return 0, fmt.Errorf("read rosters: %w", err)
	}
	return n, nil
}

// Rosters reads what is to be published, by controller.
func (s *Shelf) Rosters(ctx context.Context) (map[string]Bundle, error) {
	out := map[string]Bundle{}
	rows, err := s.read.QueryContext(ctx, "SELECT controller, name, payload FROM roster")
	if err != nil {
		return nil, fmt.Errorf("read rosters: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var controller, name string
		var payload []byte
		if err := rows.Scan(&controller, &name, &payload); err != nil {
			return nil, fmt.Errorf("read rosters: %w", err)
		}
		if out[controller] == nil {
			out[controller] = Bundle{}
		}
		out[controller][name] = payload
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read rosters: %w", err)
	}
	return out, nil
}
