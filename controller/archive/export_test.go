package archive

import (
	"context"
	"time"

	"kidoban/controller/outbox/link"
)

// Parsed is what a message says, for the tests that are outside.
type Parsed struct {
	Origin   string
	Sequence uint64
	Payload  []byte
}

// Parse reads a message below "kidoban/v1/maizuru/main-ctl/" as its topic tells.
func Parse(topic string, b []byte) ([]Parsed, error) {
	var ns []numbered
	var err error
	switch topic {
	case "batch":
		ns, err = parseBatch("maizuru", "main-ctl", b)
	case "leaves":
		ns, err = parseLeaves(b)
	default:
		var n numbered
		n, err = parseEntry("maizuru", "main-ctl", "access", b)
		ns = []numbered{n}
	}
	if err != nil {
		return nil, err
	}
	var out []Parsed
	for _, n := range ns {
		out = append(out, Parsed{n.origin, n.sequence, n.Payload})
	}
	return out, nil
}

// Follow takes up the accepted journals, as Run does, for Hear.
func (a *Archive) Follow(ctx context.Context) error { return a.accepted(ctx, time.Now()) }

// Hear takes one message, as it would come over a link, and settles what can be.
func (a *Archive) Hear(ctx context.Context, m link.Message) error {
	if err := a.receive(ctx, m); err != nil {
		return err
	}
	_, err := a.settle(ctx)
	a.out = nil
	return err
}
