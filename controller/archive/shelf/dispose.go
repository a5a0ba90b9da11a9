package shelf

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"kidoban/controller/journal"
)

// Span is entries of a journal, both ends included.
type Span struct{ From, To uint64 }

// Disposal is an entry that lists what a controller has disposed of, and how far this log has come with the same.
type Disposal struct {
	Journal  int64
	Sequence uint64
	State    DisposalState
}

// DisposalState is how far it is.
type DisposalState string

// The states.
const (
	DisposalWaiting DisposalState = "waiting"
	DisposalHeld    DisposalState = "held" // a legal hold of this log covers it
	DisposalDone    DisposalState = "done"
	DisposalFalse   DisposalState = "false" // it lists what is not so: nothing went
)

// Disposes notes that an entry lists what was disposed of. It is to be called before the entry is verified, so that no
// crash loses it; noted twice it is noted once.
func (s *Shelf) Disposes(ctx context.Context, j Journal, sequence uint64) error {
	return s.change(ctx, "note a disposal", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO disposal (journal, sequence, state) VALUES ($1, $2, $3) ON CONFLICT (journal, sequence) DO NOTHING",
			j.ID, int64(sequence), string(DisposalWaiting))
		return err
	})
}

// Disposals lists those of verified entries that are not carried out, or held back.
func (s *Shelf) Disposals(ctx context.Context) (all []Disposal, err error) {
	rows, err := s.db.QueryContext(ctx, `SELECT d.journal, d.sequence, d.state FROM disposal d JOIN journal j ON j.id = d.journal
		WHERE d.state IN ('waiting', 'held') AND d.sequence < j.size ORDER BY d.journal, d.sequence`)
	if err != nil {
		return nil, fmt.Errorf("list disposals: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var d Disposal
		if err := rows.Scan(&d.Journal, &d.Sequence, &d.State); err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	return all, rows.Err()
}

// LeafDigest is the hex SHA-256 of the leaf hashes of spans, in order.
func (s *Shelf) LeafDigest(ctx context.Context, id int64, spans []Span) (string, error) {
	sum := sha256.New()
	for _, span := range spans {
		rows, err := s.read.QueryContext(ctx, "SELECT substr(hashes, 1, 32) FROM entry WHERE journal = $1 AND sequence BETWEEN $2 AND $3 ORDER BY sequence",
			id, int64(span.From), int64(span.To))
		if err != nil {
			return "", fmt.Errorf("read leaves: %w", err)
		}
		n, err := addLeaves(rows, sum.Write)
		if err != nil {
			return "", fmt.Errorf("read leaves: %w", err)
		}
		if n != span.To-span.From+1 {
			return "", nil // no digest at all: some of them are not here
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

func addLeaves(rows *sql.Rows, write func([]byte) (int, error)) (n uint64, err error) {
	defer rows.Close()
	for rows.Next() {
		var b []byte
		if err := rows.Scan(&b); err != nil {
			return n, err
		}
		if len(b) != tlog.HashSize {
			return n, errors.New("a stored hash is too short")
		}
		if _, err := write(b); err != nil {
			return n, err
		}
		n++
	}
	return n, rows.Err()
}

// forgetMost is how many entries one transaction forgets: others write between two of them.
const forgetMost = 2_000

// Forget takes payload and private part of entries, and what was made from them to search by; their hashes stay. It may be
// called again however far it came.
func (s *Shelf) Forget(ctx context.Context, j Journal, spans []Span) error {
	for _, span := range spans {
		for from := span.From; from <= span.To; from += forgetMost {
			part := Span{from, min(span.To, from+forgetMost-1)}
			if err := s.change(ctx, "dispose of entries", func(tx *sql.Tx) error { return s.forgetIn(ctx, tx, j, part) }); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Shelf) forgetIn(ctx context.Context, tx *sql.Tx, j Journal, part Span) error {
	if err := s.holds(ctx, tx, j.Hold); err != nil {
		return err
	}
	for _, query := range []string{
		"UPDATE entry SET payload = NULL, private = NULL WHERE journal = $1 AND sequence BETWEEN $2 AND $3 AND (payload IS NOT NULL OR private IS NOT NULL)",
		"DELETE FROM owed WHERE journal = $1 AND sequence BETWEEN $2 AND $3",
	} {
		if _, err := tx.ExecContext(ctx, query, j.ID, int64(part.From), int64(part.To)); err != nil {
			return err
		}
	}
	return forget(ctx, tx, j.ID, part.From, part.To)
}

// MarkDisposal says how far a disposal is, with the entries of the own journal that say so, and leaves nothing of it in the
// log that goes before the file.
func (s *Shelf) MarkDisposal(ctx context.Context, o Own, j Journal, d Disposal, entries ...journal.Entry) error {
	err := s.change(ctx, "record a disposal", func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "UPDATE disposal SET state = $1 WHERE journal = $2 AND sequence = $3", string(d.State), d.Journal, int64(d.Sequence)); err != nil {
			return err
		}
		return s.recordIn(ctx, tx, o, entries...)
	})
	if err != nil || d.State != DisposalDone || s.locking {
		return err
	}
	if _, err := s.db.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		return fmt.Errorf("leave nothing of what was disposed of: %w", err)
	}
	return nil
}
