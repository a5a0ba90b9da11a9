package store

import (
	"context"
	"errors"

	"golang.org/x/mod/sumdb/tlog"

	"kidoban/controller/journal"
)

// Row is one entry as it is stored.
type Row struct {
	Sequence uint64
	Class    string
	Payload  []byte // the sealed bytes, nil once purged
	Private  []byte
	Leaf     tlog.Hash
}

// Rows are up to limit entries from a sequence on, in order. They are the caller's to keep.
func (s *Store) Rows(ctx context.Context, from uint64, limit int) ([]Row, error) {
	found, err := s.read.QueryContext(ctx, "SELECT sequence, substr(hashes, 1, 32), payload, private FROM entry "+
		"WHERE sequence >= ? ORDER BY sequence LIMIT ?", from, limit)
	if err != nil {
		return nil, fault("read entries", err)
	}
	defer func() { _ = found.Close() }()
	var out []Row
	for found.Next() {
		var r Row
		var hash []byte
		if err := found.Scan(&r.Sequence, &hash, &r.Payload, &r.Private); err != nil {
			return nil, fault("read entries", err)
		}
		copy(r.Leaf[:], hash)
		r.Class = journal.TypeOf(r.Payload).Class()
		out = append(out, r)
	}
	return out, fault("read entries", errors.Join(found.Err(), found.Close()))
}
