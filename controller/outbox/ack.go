package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"kidoban/controller/journal"
)

// verdict is what became of an ack.
type verdict uint8

const (
	ignored  verdict = iota // no higher than what is known
	believed                // all below its size is durable at the central log
	forged                  // not what the two keys signed for this journal
	ahead                   // signed by both keys, and not of the journal as it lies on this disk
)

var errForged = errors.New("not believed")

type ackMessage struct {
	Sequence   *uint64   `json:"sequence"`
	Root       tlog.Hash `json:"root"`
	Checkpoint string    `json:"checkpoint"`
}

// judge reads an ack. known is the size acknowledged so far, head the journal's. size is what the ack confirms, if it
// is believed, or what it disputes; err says why nothing moves, or that the journal could not be asked (verdict ignored).
func (o *Outbox) judge(ctx context.Context, payload []byte, known, head uint64) (v verdict, size uint64, note []byte, err error) {
	var m ackMessage
	if err := json.Unmarshal(payload, &m); err != nil || m.Sequence == nil || *m.Sequence > journal.MaxSequence {
		return forged, 0, nil, fmt.Errorf("%w: not the JSON of an ack", errForged)
	}
	size = *m.Sequence + 1
	if size <= known {
		return ignored, 0, nil, nil
	}
	c, err := journal.OpenCosigned([]byte(m.Checkpoint), o.cfg.OwnKey, o.cfg.Central)
	switch {
	case err != nil:
		return forged, 0, nil, fmt.Errorf("%w: %w", errForged, err)
	case c.Size != size || c.Root != m.Root:
		return forged, 0, nil, fmt.Errorf("%w: says other than its checkpoint", errForged)
	case size > head:
		return ahead, 0, nil, fmt.Errorf("the central log holds %d entries, this disk %d", size, head)
	}
	own, err := o.journal.RootAt(ctx, size)
	if err != nil {
		return ignored, 0, nil, err
	}
	if own != c.Root {
		return ahead, size, nil, fmt.Errorf("the first %d entries are other than those the central log holds", size)
	}
	return believed, size, []byte(m.Checkpoint), nil
}
