package store

import (
	"context"
	"database/sql"
	"errors"

	"kidoban/controller/journal"
)

// patrolled is how many sequences a patrol looks at before it pauses.
const patrolled = 512

// Patrol verifies like Verify, beside a door that is at work: one processor, little memory, and between two pieces it waits
// as long as pause does. It ends early with pause's error.
func (r *Reader) Patrol(ctx context.Context, with Verifying, pause func(ctx context.Context, done uint64) error) (journal.Report, error) {
	a, err := r.against(ctx, with)
	if err != nil {
		return journal.Report{}, fault("verify journal", err)
	}
	v, x := journal.NewVerification(a), journal.NewExaminer(a.Origin)
	last, err := one[sql.NullInt64](ctx, r.read, "SELECT max(sequence) FROM entry")
	for from := int64(-1 << 63); err == nil && last.Valid && from <= last.Int64; {
		var first sql.NullInt64
		if first, err = one[sql.NullInt64](ctx, r.read, "SELECT min(sequence) FROM entry WHERE sequence >= ?", from); err != nil {
			break
		}
		to := min(first.Int64+patrolled-1, last.Int64)
		var leaves []journal.Leaf
		if leaves, err = r.examine(ctx, x, job{from: first.Int64, to: to}); err != nil {
			break
		}
		for i := range leaves {
			v.Add(leaves[i])
		}
		from = to + 1
		err = pause(ctx, uint64(max(to, 0))+1)
	}
	return v.End(), fault("verify journal", errors.Join(err, v.Err()))
}

// Cosigned is the checkpoint that the central log signed for last, as the outbox keeps it; nil where none came yet.
func (r *Reader) Cosigned() []byte {
	if all := r.beside(nil); len(all) > 0 {
		return all[0]
	}
	return nil
}
