package shelf

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Several central logs share one database by controller: each adds to the journals of those that it holds. An instance
// says that it lives by Lease, every so often; what a dead one held goes to the others, and what it writes after all is
// refused, because every change to a journal checks in its own transaction that the token is still the lease's. Clocks are
// the database's alone.

// Hold is the right to add to one controller's journals.
type Hold struct {
	Controller string // "kidoban/<site>/<controller>", or Strangers
	Token      int64  // another each time that the right changes hands
}

// Strangers is held by the one who looks out for controllers that nobody has accepted.
const Strangers = "+"

// Instance is one of the processes that share a database.
type Instance struct {
	Name    string // of its configuration, unlike the others'
	Session string // of this process, unlike every other's
}

var (
	// ErrNotHeld is a change of a journal by one who does not hold its controller, or no more.
	ErrNotHeld = errors.New("another central log holds this controller")
	// ErrReplaced is for the older of two processes of one name.
	ErrReplaced = errors.New("another kidobanlog runs under the same name: give each a name of its own in its configuration")
)

// holds proves the hold for as long as tx lasts.
func (s *Shelf) holds(ctx context.Context, tx *sql.Tx, h Hold) error {
	if !s.locking {
		return nil
	}
	var one int
	err := tx.QueryRowContext(ctx, "SELECT 1 FROM lease WHERE controller = $1 AND token = $2"+s.share, h.Controller, h.Token).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotHeld
	}
	return err
}

// alone keeps every other from leasing meanwhile.
func (s *Shelf) alone(ctx context.Context, tx *sql.Tx) error {
	if !s.locking {
		return nil
	}
	_, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock(7411226)")
	return err
}

// Enter begins a session. What an earlier process of the same name held is free, and that process holds it no more.
func (s *Shelf) Enter(ctx context.Context, me Instance, lives time.Duration) error {
	return s.change(ctx, "enter as "+me.Name, func(tx *sql.Tx) error {
		if err := s.alone(ctx, tx); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "UPDATE lease SET holder = '', token = token + 1 WHERE holder = $1", me.Name); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, fmt.Sprintf(`INSERT INTO instance (name, session, until) VALUES ($1, $2, %s + $3)
			ON CONFLICT (name) DO UPDATE SET session = excluded.session, until = excluded.until`, s.now), me.Name, me.Session, lives.Milliseconds())
		return err
	})
}

// Lease says that me lives, gives up what is more than its share, takes what nobody living holds up to its share, and
// returns what it holds now.
func (s *Shelf) Lease(ctx context.Context, me Instance, lives time.Duration) (all []Hold, err error) {
	err = s.change(ctx, "lease controllers", func(tx *sql.Tx) error {
		if err := s.alone(ctx, tx); err != nil {
			return err
		}
		if err := s.live(ctx, tx, me, lives); err != nil {
			return err
		}
		if err := s.spread(ctx, tx, me); err != nil {
			return err
		}
		all, err = held(ctx, tx, me)
		return err
	})
	return all, err
}

func (s *Shelf) live(ctx context.Context, tx *sql.Tx, me Instance, lives time.Duration) error {
	r, err := tx.ExecContext(ctx, fmt.Sprintf("UPDATE instance SET until = %s + $1 WHERE name = $2 AND session = $3", s.now),
		lives.Milliseconds(), me.Name, me.Session)
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return ErrReplaced
}

// spread leaves me with its share at most, and with that much if it is free.
func (s *Shelf) spread(ctx context.Context, tx *sql.Tx, me Instance) error {
	var total, living, mine int64
	if err := tx.QueryRowContext(ctx, fmt.Sprintf(`SELECT (SELECT count(*) FROM lease), (SELECT count(*) FROM instance WHERE until > %s),
		(SELECT count(*) FROM lease WHERE holder = $1)`, s.now), me.Name).Scan(&total, &living, &mine); err != nil {
		return err
	}
	share := (total + living - 1) / max(living, 1)
	switch {
	case mine > share:
		_, err := tx.ExecContext(ctx, `UPDATE lease SET holder = '' WHERE holder = $1 AND controller NOT IN
			(SELECT controller FROM lease WHERE holder = $1 ORDER BY controller LIMIT $2)`, me.Name, share)
		return err
	case mine < share:
		_, err := tx.ExecContext(ctx, fmt.Sprintf(`UPDATE lease SET holder = $1, token = token + 1 WHERE controller IN
			(SELECT controller FROM lease WHERE holder NOT IN (SELECT name FROM instance WHERE until > %s) ORDER BY controller LIMIT $2%s)`,
			s.now, s.update+s.skip), me.Name, share-mine)
		return err
	}
	return nil
}

func held(ctx context.Context, tx *sql.Tx, me Instance) (all []Hold, err error) {
	rows, err := tx.QueryContext(ctx, "SELECT controller, token FROM lease WHERE holder = $1 ORDER BY controller", me.Name)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var h Hold
		if err := rows.Scan(&h.Controller, &h.Token); err != nil {
			return nil, err
		}
		all = append(all, h)
	}
	return all, rows.Err()
}

// Leave gives up everything at once, so that the others need not wait.
func (s *Shelf) Leave(ctx context.Context, me Instance) error {
	return s.change(ctx, "leave as "+me.Name, func(tx *sql.Tx) error {
		if err := s.alone(ctx, tx); err != nil {
			return err
		}
		r, err := tx.ExecContext(ctx, "DELETE FROM instance WHERE name = $1 AND session = $2", me.Name, me.Session)
		if err != nil {
			return err
		}
		if n, err := r.RowsAffected(); err != nil || n == 0 {
			return err // a newer process has the name
		}
		_, err = tx.ExecContext(ctx, "UPDATE lease SET holder = '' WHERE holder = $1", me.Name)
		return err
	})
}

// Known says whether a journal of the controller was ever accepted.
func (s *Shelf) Known(ctx context.Context, controller string) (bool, error) {
	var n int
	if err := s.db.QueryRowContext(ctx, "SELECT count(*) FROM lease WHERE controller = $1", controller).Scan(&n); err != nil {
		return false, fmt.Errorf("look for a controller: %w", err)
	}
	return n > 0, nil
}

// Holding is what an instance has.
type Holding struct {
	Name        string
	Alive       bool
	Controllers int
}

// Holdings lists the instances that ever shared the database, for people.
func (s *Shelf) Holdings(ctx context.Context) (all []Holding, err error) {
	rows, err := s.db.QueryContext(ctx, fmt.Sprintf(`SELECT name, until > %s, (SELECT count(*) FROM lease WHERE holder = name AND controller <> '+')
		FROM instance ORDER BY name`, s.now))
	if err != nil {
		return nil, fmt.Errorf("list instances: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var h Holding
		if err := rows.Scan(&h.Name, &h.Alive, &h.Controllers); err != nil {
			return nil, fmt.Errorf("list instances: %w", err)
		}
		all = append(all, h)
	}
	return all, rows.Err()
}
