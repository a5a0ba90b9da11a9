package journal

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Proof shows that one entry is in a journal, without the others: its bytes, the hashes beside its way to the root, and a
// checkpoint with that root. It is text, for a person to keep, and needs nothing but the controller's verifier key.
type Proof struct {
	Payload    []byte
	Path       tlog.RecordProof
	Checkpoint []byte
}

const proofTitle = "kidoban proof of an entry\n"

var errProof = errors.New("not a proof of an entry")

// Prove makes the proof that entry n, with these bytes, is under a checkpoint.
func Prove(n uint64, payload, checkpoint []byte, r tlog.HashReader) (Proof, error) {
	c, err := PeekCheckpoint(checkpoint)
	if err != nil {
		return Proof{}, fmt.Errorf("prove entry %d: %w", n, err)
	}
	if n >= c.Size {
		return Proof{}, fmt.Errorf("prove entry %d: the checkpoint covers %d entries only", n, c.Size)
	}
	if payload == nil {
		return Proof{}, fmt.Errorf("prove entry %d: its payload was purged", n)
	}
	path, err := tlog.ProveRecord(int64(c.Size), int64(n), r)
	if err != nil {
		return Proof{}, fmt.Errorf("prove entry %d: %w", n, err)
	}
	return Proof{payload, path, checkpoint}, nil
}

// Text is the proof as it is kept.
func (p Proof) Text() []byte {
	b := append([]byte(proofTitle), p.Payload...)
	b = append(b, '\n')
	for _, h := range p.Path {
		b = base64.StdEncoding.AppendEncode(b, h[:])
		b = append(b, '\n')
	}
	return append(append(b, '\n'), p.Checkpoint...)
}

// ParseProof reads what Text wrote.
func ParseProof(text []byte) (Proof, error) {
	rest, ok := bytes.CutPrefix(text, []byte(proofTitle))
	if !ok {
		return Proof{}, errProof
	}
	var p Proof
	if p.Payload, rest, ok = bytes.Cut(rest, []byte{'\n'}); !ok {
		return Proof{}, errProof
	}
	for {
		var line []byte
		if line, rest, ok = bytes.Cut(rest, []byte{'\n'}); !ok || len(p.Path) > 64 {
			return Proof{}, errProof
		}
		if len(line) == 0 {
			break
		}
		h, err := base64.StdEncoding.Strict().DecodeString(string(line))
		if err != nil || len(h) != tlog.HashSize {
			return Proof{}, errProof
		}
		p.Path = append(p.Path, tlog.Hash(h))
	}
	p.Checkpoint = rest
	return p, nil
}

// CheckProof believes a proof if key signed its checkpoint and the entry is under it.
func CheckProof(text []byte, key note.Verifier) (Sealed, Checkpoint, error) {
	p, err := ParseProof(text)
	if err != nil {
		return Sealed{}, Checkpoint{}, fmt.Errorf("check proof: %w", err)
	}
	c, err := OpenCheckpoint(p.Checkpoint, key)
	if err != nil {
		return Sealed{}, Checkpoint{}, fmt.Errorf("check proof: %w", err)
	}
	e, err := Parse(p.Payload)
	if err != nil {
		return Sealed{}, Checkpoint{}, fmt.Errorf("check proof: %w", err)
	}
	if e.Origin.Line() != c.Origin {
		return Sealed{}, Checkpoint{}, fmt.Errorf("check proof: the entry is of %s, the checkpoint of %s", e.Origin.Line(), c.Origin)
	}
	if err := tlog.CheckRecord(p.Path, int64(c.Size), c.Root, int64(e.Sequence), LeafHash(p.Payload)); err != nil {
		return Sealed{}, Checkpoint{}, fmt.Errorf("check proof: entry %d is not under the checkpoint: %w", e.Sequence, err)
	}
	return e, c, nil
}
