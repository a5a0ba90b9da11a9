package shelf

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"kidoban/controller/journal"
)

// Legal is a legal hold (廃棄留保) of this log: what it covers is not disposed of here, whatever the doors do.
type Legal struct {
	ID         string
	Controller string // its name; "" = every one
	Since      string // RFC 3339
	Account    string
	Ended      string // "" = it stands
	EndedBy    string
}

// HoldBack begins a hold, which its entry records; its ID is in that entry's data.document.
func (s *Shelf) HoldBack(ctx context.Context, o Own, controller string, by Actor, e journal.Entry) (id string, err error) {
	err = s.change(ctx, "hold back", func(tx *sql.Tx) error {
		var n int
		if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM legal").Scan(&n); err != nil {
			return err
		}
		id = fmt.Sprintf("H%03d", n+1)
		if _, err := tx.ExecContext(ctx, "INSERT INTO legal (id, controller, since, account) VALUES ($1, $2, $3, $4)",
			id, controller, e.At.Wall.Format(time.RFC3339), by.Account); err != nil {
			return err
		}
		e.Data.Document = id
		return s.recordIn(ctx, tx, o, e)
	})
	return id, err
}

// LetGo ends a hold, which its entry records.
func (s *Shelf) LetGo(ctx context.Context, o Own, id string, by Actor, e journal.Entry) error {
	return s.change(ctx, "end hold "+id, func(tx *sql.Tx) error {
		r, err := tx.ExecContext(ctx, "UPDATE legal SET ended = $1, ended_by = $2 WHERE id = $3 AND ended = ''",
			e.At.Wall.Format(time.RFC3339), by.Account, id)
		if err != nil {
			return err
		}
		if n, err := r.RowsAffected(); err != nil || n == 0 {
			return fmt.Errorf("%w: no hold %q stands: kidobanlog hold list", ErrRefused, id)
		}
		e.Data.Document = id
		return s.recordIn(ctx, tx, o, e)
	})
}

// LegalHolds lists all of them, ended ones too.
func (s *Shelf) LegalHolds(ctx context.Context) (all []Legal, err error) {
	rows, err := s.read.QueryContext(ctx, "SELECT id, controller, since, account, ended, ended_by FROM legal ORDER BY id")
	if err != nil {
		return nil, fmt.Errorf("list holds: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var l Legal
		if err := rows.Scan(&l.ID, &l.Controller, &l.Since, &l.Account, &l.Ended, &l.EndedBy); err != nil {
			return nil, err
		}
		all = append(all, l)
	}
	return all, rows.Err()
}

// Held says whether a hold that stands covers the controller of a journal: one that names it, or without a site every
// controller of that name, or all.
func (s *Shelf) Held(ctx context.Context, origin string) (bool, error) {
	part := append(strings.Split(origin, "/"), "", "", "")
	var n int
	if err := s.db.QueryRowContext(ctx, "SELECT count(*) FROM legal WHERE ended = '' AND controller IN ('', $1, $2)", part[2], part[1]+"/"+part[2]).Scan(&n); err != nil {
		return false, fmt.Errorf("look for a hold: %w", err)
	}
	return n > 0, nil
}
