package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"iter"

	"golang.org/x/mod/sumdb/tlog"

	"kidoban/controller/journal"
)

// hashReader reads stored hashes through a connection.
type hashReader struct {
	ctx context.Context
	q   interface {
		QueryRowContext(context.Context, string, ...any) *sql.Row
	}
}

// ReadHashes implements tlog.HashReader.
func (r hashReader) ReadHashes(index []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(index))
	for i, x := range index {
		leaf, level := journal.Completes(x)
		b, err := one[[]byte](r.ctx, r.q, "SELECT substr(hashes, ?, 32) FROM entry WHERE sequence = ?",
			level*sha256.Size+1, leaf)
		if errors.Is(err, sql.ErrNoRows) || err == nil && len(b) != sha256.Size {
			return nil, &Fault{Kind: Corrupt, Doing: fmt.Sprintf("read hashes: that of level %d at entry %d is missing",
				level, leaf), Hint: hints[Corrupt]}
		}
		if err != nil {
			return nil, fault("read hashes", err)
		}
		copy(out[i][:], b)
	}
	return out, nil
}

// HashReader reads the tree's stored hashes, for proofs.
func (r *Reader) HashReader(ctx context.Context) tlog.HashReader { return hashReader{ctx, r.read} }

// RootAt is the root of the tree's first size leaves.
func (r *Reader) RootAt(ctx context.Context, size uint64) (tlog.Hash, error) {
	if size > journal.MaxSequence+1 {
		return tlog.Hash{}, fmt.Errorf("root at %d: no journal is that long", size)
	}
	return tlog.TreeHash(int64(size), r.HashReader(ctx))
}

// Leaves are the stored leaf hashes of a range of entries, both ends in it. One that is missing ends them early.
func (r *Reader) Leaves(ctx context.Context, from, to uint64) iter.Seq2[tlog.Hash, error] {
	return func(yield func(tlog.Hash, error) bool) {
		rows, err := r.read.QueryContext(ctx, "SELECT substr(hashes, 1, 32) FROM entry WHERE sequence BETWEEN ? AND ? "+
			"ORDER BY sequence", from, to)
		if err != nil {
			yield(tlog.Hash{}, fault("read hashes", err))
			return
		}
		defer func() { _ = rows.Close() }()
		var b sql.RawBytes
		for rows.Next() {
			err := rows.Scan(&b)
			if err != nil || len(b) != sha256.Size || !yield(tlog.Hash(b), nil) {
				break
			}
		}
		if err := rows.Err(); err != nil {
			yield(tlog.Hash{}, fault("read hashes", err))
		}
	}
}
