package store

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"kidoban/controller/journal"
)

// Checkpoint signs the head as it is durable now and keeps it in its own small file: were it a row, each signature would
// cost the badges a sync, and riding on the next commit would leave the last one of the day unkept. It may be called from
// any goroutine, once a burst and every 30 s, before the checkpoint is published.
func (s *Store) Checkpoint(ctx context.Context, at time.Time, clock journal.Clock) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	head := s.Head()
	c := journal.Checkpoint{Origin: s.origin.Line(), Size: head.Size, Root: head.Root, Time: at.In(s.zone()), Clock: clock}
	msg, err := c.Sign(s.keys.k.signer)
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

// SaveAcknowledged keeps the last checkpoint that the central log co-signed. That it is true is the caller's to have
// checked (journal.OpenCosigned, RootAt).
func (s *Store) SaveAcknowledged(msg []byte) error {
	return fault("keep acknowledgement", s.acknowledged.save(msg))
}

// Acknowledged is that checkpoint, nil if there is none.
func (s *Store) Acknowledged() []byte { return s.acknowledged.get() }

// SaveDelivered keeps how many entries a broker has taken, where there is no central log.
func (s *Store) SaveDelivered(size uint64) error {
	return fault("keep delivery", s.delivered.save(strconv.AppendUint(nil, size, 10)))
}

// Delivered is that number.
func (s *Store) Delivered() uint64 {
	n, _ := strconv.ParseUint(string(s.delivered.get()), 10, 64)
	return n
}

// notRolledBack compares the journal with the checkpoints that lie beside it.
func (s *Store) notRolledBack(ctx context.Context) error {
	for _, msg := range [][]byte{s.checkpoint.get(), s.acknowledged.get()} {
		if msg == nil {
			continue
		}
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
