package shelf

import (
	"context"
	"database/sql"
	"fmt"
	"kidoban/controller/journal"

	"golang.org/x/mod/sumdb/tlog"
)

// Entries calls yield for each verified entry of j from sequence from on; payload is nil where it was purged.
func (s *Shelf) Entries(ctx context.Context, j Journal, from uint64, yield func(sequence uint64, payload []byte) error) error {
	rows, err := s.read.QueryContext(ctx, `SELECT sequence, payload FROM entry
		WHERE journal = $1 AND sequence >= $2 AND sequence < (SELECT size FROM journal WHERE id = $1) ORDER BY sequence`, j.ID, from)
	if err != nil {
		return fmt.Errorf("read entries: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var seq uint64
		var payload []byte
		if err := rows.Scan(&seq, &payload); err != nil {
			return fmt.Errorf("read entries: %w", err)
		}
		if err := yield(seq, payload); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Leaf is an entry on its way into the file.
type Leaf struct {
	Payload []byte // nil if purged
	Hash    tlog.Hash
}

// Append writes leaves behind tree, and returns the tree with them. If seal is not nil they become verified: the
// journal's size is seal's, for which checkpoint stands. All of it is durable when append returns, or none.
func (s *Shelf) Append(ctx context.Context, j Journal, tree journal.Tree, leaves []Leaf, seal *Seal) (journal.Tree, error) {
	next := tree
	hashes := make([][]byte, len(leaves))
	var all []tlog.Hash
	for i, l := range leaves {
		all = next.Append(all[:0], l.Hash)
		blob := make([]byte, 0, len(all)*len(l.Hash))
		for _, h := range all {
			blob = append(blob, h[:]...)
		}
		hashes[i] = blob
	}
	err := s.change(ctx, "append", func(tx *sql.Tx) error {
		if err := s.holds(ctx, tx, j.Hold); err != nil {
			return err
		}
		if err := s.insert(ctx, tx, j.ID, tree.Size(), leaves, hashes); err != nil {
			return err
		}
		if seal == nil {
			return nil
		}
		_, err := tx.ExecContext(ctx, "UPDATE journal SET size = $1, checkpoint = $2 WHERE id = $3", seal.Size, seal.Checkpoint, j.ID)
		return err
	})
	if err != nil {
		return tree, err
	}
	return next, nil
}

// Seal makes what is written verified: the journal has Size entries, for which Checkpoint stands.
type Seal struct {
	Size       uint64
	Checkpoint []byte // signed by both
}

// Discard removes what is not verified.
func (s *Shelf) Discard(ctx context.Context, j Journal) error {
	return s.change(ctx, "discard unverified entries", func(tx *sql.Tx) error {
		if err := s.holds(ctx, tx, j.Hold); err != nil {
			return err
		}
		return discard(ctx, tx, j.ID)
	})
}

func discard(ctx context.Context, tx *sql.Tx, id int64) error {
	_, err := tx.ExecContext(ctx, "DELETE FROM entry WHERE journal = $1 AND sequence >= (SELECT size FROM journal WHERE id = $1)", id)
	return err
}

// Hashes reads a journal's stored hashes.
func (s *Shelf) Hashes(ctx context.Context, id int64) tlog.HashReader { return hashesIn(ctx, s.db, id) }

// hashesIn reads them over a connection, or as a transaction sees them.
func hashesIn(ctx context.Context, in interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}, id int64) tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			seq, level := journal.Completes(index)
			var b []byte
			err := in.QueryRowContext(ctx, "SELECT substr(hashes, $1, 32) FROM entry WHERE journal = $2 AND sequence = $3", level*32+1, id, seq).Scan(&b)
			if err != nil {
				return nil, fmt.Errorf("read hash of entry %d: %w", seq, err)
			}
			if copy(out[i][:], b) != len(out[i]) {
				return nil, fmt.Errorf("read hash of entry %d: too short", seq)
			}
		}
		return out, nil
	})
}

// LeafAt is the leaf hash of one entry.
func (s *Shelf) LeafAt(ctx context.Context, id int64, seq uint64) (tlog.Hash, error) {
	h, err := s.Hashes(ctx, id).ReadHashes([]int64{tlog.StoredHashIndex(0, int64(seq))})
	if err != nil {
		return tlog.Hash{}, err
	}
	return h[0], nil
}

// RootAt is the root of the first size entries.
func (s *Shelf) RootAt(ctx context.Context, id int64, size uint64) (tlog.Hash, error) {
	t, err := journal.RestoreTree(size, s.Hashes(ctx, id))
	if err != nil {
		return tlog.Hash{}, err
	}
	return t.Root(), nil
}
