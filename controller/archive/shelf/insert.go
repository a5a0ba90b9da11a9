package shelf

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// insert writes the rows of leaves from sequence from on.
func (s *Shelf) insert(ctx context.Context, tx *sql.Tx, id int64, from uint64, leaves []Leaf, hashes [][]byte) error {
	if s.locking {
		return insertArrays(ctx, tx, id, from, leaves, hashes)
	}
	return insertTuples(ctx, tx, id, from, leaves, hashes)
}

// insertArrays is PostgreSQL's way: one statement, its columns as arrays.
func insertArrays(ctx context.Context, tx *sql.Tx, id int64, from uint64, leaves []Leaf, hashes [][]byte) error {
	if len(leaves) == 0 {
		return nil
	}
	payloads := make([][]byte, len(leaves))
	for i := range leaves {
		payloads[i] = leaves[i].Payload
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO entry (journal, sequence, payload, hashes)
		SELECT $1, $2 + r.n - 1, r.payload, r.hashes FROM unnest($3::bytea[], $4::bytea[]) WITH ORDINALITY AS r (payload, hashes, n)`,
		id, int64(from), payloads, hashes)
	if err != nil {
		return fmt.Errorf("entries from %d on: %w", from, err)
	}
	return nil
}

// tuples is how many rows one statement of SQLite's takes: more of them gain nothing.
const tuples = 24

// insertTuples is SQLite's way: few calls into the library, each with many rows.
func insertTuples(ctx context.Context, tx *sql.Tx, id int64, from uint64, leaves []Leaf, hashes [][]byte) error {
	var many *sql.Stmt
	var err error
	if len(leaves) >= tuples {
		if many, err = tx.PrepareContext(ctx, insertSQL(tuples)); err != nil {
			return err
		}
		defer many.Close()
	}
	args := make([]any, 0, 1+3*tuples)
	for at := 0; at < len(leaves); {
		n := tuples
		if len(leaves)-at < tuples {
			n = 1
		}
		args = append(args[:0], id)
		for i := at; i < at+n; i++ {
			args = append(args, int64(from)+int64(i), leaves[i].Payload, hashes[i])
		}
		if n == tuples {
			_, err = many.ExecContext(ctx, args...)
		} else {
			_, err = tx.ExecContext(ctx, insertSQL(1), args...)
		}
		if err != nil {
			return fmt.Errorf("entries from %d on: %w", from+uint64(at), err)
		}
		at += n
	}
	return nil
}

func insertSQL(rows int) string {
	var b strings.Builder
	b.WriteString("INSERT INTO entry (journal, sequence, payload, hashes) VALUES ")
	for i := range rows {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "($1,$%d,$%d,$%d)", 3*i+2, 3*i+3, 3*i+4)
	}
	return b.String()
}
