package journal

import "golang.org/x/mod/sumdb/tlog"

// Step is one of the way from an entry's hash to the root: it is joined with the hash beside it, and both are those of the
// subtree over the entries [From, To).
type Step struct {
	Beside   tlog.Hash
	Left     bool // the one beside stands at the left
	Node     tlog.Hash
	From, To uint64
}

// Steps are the way of a proof of entry n under a checkpoint of size entries, for people to follow. The last one's Node is
// the root, or the proof is false; a path that does not fit gives none.
func (p Proof) Steps(n, size uint64) []Step {
	if n >= size {
		return nil
	}
	w := way{path: p.Path}
	if w.climb(LeafHash(p.Payload), 0, size, n); w.torn || len(w.path) > 0 {
		return nil
	}
	return w.steps
}

// way takes the hashes of a path as it climbs.
type way struct {
	path  tlog.RecordProof
	steps []Step
	torn  bool
}

// climb is the hash over [from, to), which holds n.
func (w *way) climb(leaf tlog.Hash, from, to, n uint64) tlog.Hash {
	if to-from == 1 {
		return leaf
	}
	half := uint64(1)
	for half*2 < to-from {
		half *= 2
	}
	left := n >= from+half // the one beside
	at, end := from, from+half
	if left {
		at, end = from+half, to
	}
	own := w.climb(leaf, at, end, n)
	if len(w.path) == 0 {
		w.torn = true
		return own
	}
	s := Step{Beside: w.path[0], Left: left, From: from, To: to}
	w.path = w.path[1:]
	if s.Node = tlog.NodeHash(own, s.Beside); left {
		s.Node = tlog.NodeHash(s.Beside, own)
	}
	w.steps = append(w.steps, s)
	return s.Node
}
