package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
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
	Sequence   *int64    `json:"sequence"`
	Root       tlog.Hash `json:"root"`
	Checkpoint string    `json:"checkpoint"`
}

// judge reads an ack. known is the size acknowledged so far, head the journal's. err says why nothing moves, or that
// the journal could not be asked (verdict ignored).
func (o *Outbox) judge(ctx context.Context, payload []byte, known, head int64) (v verdict, size int64, err error) {
	var m ackMessage
	if err := json.Unmarshal(payload, &m); err != nil || m.Sequence == nil {
		return forged, 0, fmt.Errorf("%w: no JSON of an ack", errForged)
	}
	if *m.Sequence < 0 || *m.Sequence+1 <= known {
		return ignored, 0, nil
	}
	size, root, err := o.open([]byte(m.Checkpoint))
	switch {
	case err != nil:
		return forged, 0, err
	case size != *m.Sequence+1 || root != m.Root:
		return forged, 0, fmt.Errorf("%w: says other than its checkpoint", errForged)
	case size > head:
		return ahead, size, fmt.Errorf("the central log holds %d entries, this disk %d", size, head)
	}
	own, err := o.queue.RootAt(ctx, size)
	if err != nil {
		return ignored, 0, err
	}
	if own != root {
		return ahead, size, fmt.Errorf("the first %d entries are other than those the central log holds", size)
	}
	return believed, size, nil
}

// open verifies both signatures of a checkpoint and that it is this journal's.
func (o *Outbox) open(msg []byte) (size int64, root tlog.Hash, err error) {
	n, err := note.Open(msg, note.VerifierList(o.cfg.OwnKey, o.cfg.Central))
	if err != nil {
		return 0, root, fmt.Errorf("%w: %w", errForged, err)
	}
	var own, central bool
	for _, s := range n.Sigs {
		own = own || s.Name == o.cfg.OwnKey.Name() && s.Hash == o.cfg.OwnKey.KeyHash()
		central = central || s.Name == o.cfg.Central.Name() && s.Hash == o.cfg.Central.KeyHash()
	}
	if !own || !central {
		return 0, root, fmt.Errorf("%w: both signatures are needed", errForged)
	}
	origin, size, root, err := parseCheckpoint(n.Text)
	if err != nil {
		return 0, root, fmt.Errorf("%w: %w", errForged, err)
	}
	if origin != o.origin() {
		return 0, root, fmt.Errorf("%w: of another journal", errForged)
	}
	return size, root, nil
}

func (o *Outbox) origin() string {
	return "kidoban/" + o.cfg.Site + "/" + o.cfg.Controller + "/" + o.cfg.Journal
}
