package shelf

import (
	"context"
	"database/sql"
	"time"

	"kidoban/controller/journal"
)

// Find is what came to light about a journal, with the entries of the own journal that say so.
type Find struct {
	Entries  []journal.Entry
	Fatal    bool   // it is confirmed no more
	What     string // fixed English
	Evidence []byte // kept beside the last confirmed checkpoint; nil = none
	At       time.Time
}

// evidenceMost is how much is kept of one journal: whoever holds its key can make any amount.
const evidenceMost = 64

// Find records all of it at once.
func (s *Shelf) Find(ctx context.Context, o Own, j Journal, f Find) error {
	return s.change(ctx, "record what was found", func(tx *sql.Tx) error {
		if err := s.holds(ctx, tx, j.Hold); err != nil {
			return err
		}
		if f.Fatal {
			if _, err := tx.ExecContext(ctx, "UPDATE journal SET fork = $1 WHERE id = $2", f.What, j.ID); err != nil {
				return err
			}
		}
		if f.Evidence != nil {
			_, err := tx.ExecContext(ctx, `INSERT INTO evidence (journal, at, what, note, ours)
				SELECT $1, $2, $3, $4, (SELECT checkpoint FROM journal WHERE id = $1) WHERE (SELECT count(*) FROM evidence WHERE journal = $1) < $5`,
				j.ID, f.At.Format(time.RFC3339), f.What, f.Evidence, evidenceMost)
			if err != nil {
				return err
			}
		}
		return s.recordIn(ctx, tx, o, f.Entries...)
	})
}

// Evidence is what shows a finding: what was signed against what is confirmed.
type Evidence struct {
	Origin string
	At     string // RFC 3339
	What   string
	Note   []byte
	Ours   []byte // the last co-signed checkpoint of that moment
}

// Evidence lists what was found of all journals, oldest first.
func (s *Shelf) Evidence(ctx context.Context) (all []Evidence, err error) {
	rows, err := s.read.QueryContext(ctx, `SELECT j.origin, e.at, e.what, e.note, e.ours FROM evidence e JOIN journal j ON j.id = e.journal ORDER BY e.id`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var e Evidence
		if err := rows.Scan(&e.Origin, &e.At, &e.What, &e.Note, &e.Ours); err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, rows.Err()
}

// Hush says since when a controller has not been heard; the zero time, that it has been.
func (s *Shelf) Hush(ctx context.Context, o Own, j Journal, since time.Time, entries ...journal.Entry) error {
	return s.change(ctx, "record a silence", func(tx *sql.Tx) error {
		if err := s.holds(ctx, tx, j.Hold); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "UPDATE journal SET silent = $1 WHERE id = $2", stamp(since), j.ID); err != nil {
			return err
		}
		return s.recordIn(ctx, tx, o, entries...)
	})
}
