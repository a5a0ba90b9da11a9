package store

import (
	"context"
	"fmt"
	"time"

	"kidoban/controller/journal"
)

// Checkpoint signs the head as it is durable now and keeps it in its own small file: were it a row, each signature would
// cost the badges a sync, and riding on the next commit would leave the last one of the day unkept. It may be called from
// any goroutine. What is published need not be kept first: it covers durable entries alone.
func (s *Store) Checkpoint(ctx context.Context, at time.Time, clock journal.Clock) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	head := s.Head()
	c := journal.Checkpoint{Origin: s.origin.Line(), Size: head.Size, Root: head.Root, Time: at.In(s.zone()), Clock: clock}
	msg, err := c.Sign(s.keys.k().signer)
	if err != nil {
		return nil, fault("sign checkpoint", err)
	}
	if err := s.checkpoint.save(msg); err != nil {
		return nil, fault("keep checkpoint", err)
	}
	return msg, nil
}

// LatestCheckpoint is the last one signed here, nil if there is none.
func (s *Store) LatestCheckpoint() []byte { return s.checkpoint.get() }

// notRolledBack compares the journal with the checkpoints that lie beside it.
func (s *Store) notRolledBack(ctx context.Context) error {
	for _, msg := range s.beside(s.checkpoint.get()) {
		c, err := journal.OpenCheckpoint(msg, s.keys.Verifier())
		if err != nil {
			return &Fault{Kind: RolledBack, Doing: "open journal: the checkpoint beside it is not its own", Hint: hints[RolledBack],
				Err: err}
		}
		if c.Size > s.Head().Size {
			return &Fault{Kind: RolledBack, Doing: fmt.Sprintf("open journal: it has %d entries, but signed a checkpoint of %d",
				s.Head().Size, c.Size), Hint: hints[RolledBack]}
		}
		root, err := s.RootAt(ctx, c.Size)
		if err != nil {
			return err
		}
		if root != c.Root || c.Origin != s.origin.Line() {
			return &Fault{Kind: RolledBack, Doing: fmt.Sprintf("open journal: its first %d entries are not those of the "+
				"checkpoint that it signed", c.Size), Hint: hints[RolledBack]}
		}
	}
	return nil
}
