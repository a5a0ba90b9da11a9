package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

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

// purgedLine is what is shown of an entry whose payload is gone.
type purgedLine struct {
	Sequence string `json:"sequence"`
	Purged   bool   `json:"purged"`
	Leaf     string `json:"leaf"`
}

// PurgedLine stands in a listing in the place of an entry that was purged.
func PurgedLine(row Row) []byte {
	b, err := json.Marshal(purgedLine{fmt.Sprintf("%018d", row.Sequence), true, row.Leaf.String()})
	if err != nil {
		return nil
	}
	return b
}

// ReadPurgedLine says whether a line of a listing is one, and of which entry.
func ReadPurgedLine(line []byte) (sequence uint64, ok bool) {
	var p purgedLine
	if json.Unmarshal(line, &p) != nil || !p.Purged {
		return 0, false
	}
	n, err := strconv.ParseUint(p.Sequence, 10, 62)
	return n, err == nil
}

// Rows are up to limit entries from a sequence on, in order. They are the caller's to keep.
func (r *Reader) Rows(ctx context.Context, from uint64, limit int) ([]Row, error) {
	found, err := r.read.QueryContext(ctx, "SELECT sequence, substr(hashes, 1, 32), payload, private FROM entry "+
		"WHERE sequence >= ? ORDER BY sequence LIMIT ?", from, limit)
	if err != nil {
		return nil, fault("read entries", err)
	}
	defer func() { _ = found.Close() }()
	var out []Row
	for found.Next() {
		var e Row
		var hash []byte
		if err := found.Scan(&e.Sequence, &hash, &e.Payload, &e.Private); err != nil {
			return nil, fault("read entries", err)
		}
		copy(e.Leaf[:], hash)
		e.Class = journal.TypeOf(e.Payload).Class()
		out = append(out, e)
	}
	return out, fault("read entries", errors.Join(found.Err(), found.Close()))
}
