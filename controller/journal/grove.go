package journal

import (
	"crypto/sha256"
	"fmt"
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"
)

// grove is a tree in doubt: it follows the stored hashes up, so that one false entry or hash is named by itself and does
// not make everything after it look false. Where a stored hash and what lies under it disagree it keeps both, and whichever
// fits the hash above, or the signed root, shows the other to be the one that was changed.
type grove struct {
	size   uint64
	peaks  [64]node
	report func(Problem)
}

type node struct {
	hash  tlog.Hash // as stored
	known bool
	moved bool // an entry under it stands in the wrong place, which is reported by itself
	doubt bool // the hash made from below, under, is another
	under tlog.Hash
	from  uint64 // the entries under it
	to    uint64
}

// jump passes over entries that are missing. The subtrees that they belong to are unknown until a stored hash above tells.
func (g *grove) jump(to uint64) {
	same := true
	for level := 63; level >= 0; level-- {
		was, is := g.size>>level&1, to>>level&1
		same = same && was == is
		if !same {
			g.settle(&g.peaks[level])
			g.peaks[level] = node{}
		}
	}
	g.size = to
}

func (g *grove) add(l Leaf, moved bool) {
	stored := l.Hashes
	if len(stored) != sha256.Size*StoredAt(g.size) {
		if stored != nil && !moved {
			g.report(Problem{Kind: HashEdited, From: g.size, To: g.size, Detail: "too many or too few"})
		}
		stored = nil
	}
	n := node{hash: l.Hash, known: !l.Purged, moved: moved, from: g.size, to: g.size}
	if stored != nil {
		n.hash, n.known = tlog.Hash(stored), true
		n.under, n.doubt = l.Hash, !l.Purged && n.hash != l.Hash && !moved
	}
	level := 0
	for ; g.size>>level&1 == 1; level++ {
		var above []byte
		if stored != nil {
			above = stored[sha256.Size*(level+1):][:sha256.Size]
		}
		n = g.join(&g.peaks[level], &n, above)
		g.peaks[level] = node{}
	}
	g.peaks[level] = n
	g.size++
}

// join makes the node above two. above is its stored hash, if there is one.
func (g *grove) join(left, right *node, above []byte) node {
	n := node{known: true, moved: left.moved || right.moved, from: left.from, to: right.to}
	both := left.known && right.known
	if both {
		n.hash = tlog.NodeHash(left.hash, right.hash)
	}
	if above == nil {
		g.settle(left)
		g.settle(right)
		n.known = both
		return n
	}
	stored := tlog.Hash(above)
	if !both || n.hash == stored {
		g.settle(left)
		g.settle(right)
		n.hash = stored
		return n
	}
	if g.other(left, right, stored) {
		n.hash = stored
		return n
	}
	g.settle(left)
	g.settle(right)
	n.under, n.hash, n.doubt = n.hash, stored, !n.moved && !left.doubt && !right.doubt
	return n
}

// other reports whether the hashes made from below, in place of stored ones that are in doubt, fit the one above.
func (g *grove) other(left, right *node, above tlog.Hash) bool {
	for choice := 1; choice < 4; choice++ {
		l, r := left.hash, right.hash
		if choice&1 != 0 {
			l = left.under
		}
		if choice&2 != 0 {
			r = right.under
		}
		if choice&1 != 0 && !left.doubt || choice&2 != 0 && !right.doubt || tlog.NodeHash(l, r) != above {
			continue
		}
		for i, n := range []*node{left, right} {
			if choice>>i&1 == 1 {
				g.blameHash(n)
			} else {
				g.settle(n)
			}
		}
		return true
	}
	return false
}

// settle ends a doubt in favour of the stored hash.
func (g *grove) settle(n *node) {
	if !n.doubt {
		return
	}
	n.doubt = false
	kind := EditedWithHash
	if n.from == n.to {
		kind = Edited
	}
	g.report(Problem{Kind: kind, From: n.from, To: n.to})
}

// blameHash ends it in favour of what lies below.
func (g *grove) blameHash(n *node) {
	n.doubt, n.hash = false, n.under
	p := Problem{Kind: HashEdited, From: n.to, To: n.to}
	if n.from != n.to {
		p.Detail = fmt.Sprintf("that over entries %d to %d", n.from, n.to)
	}
	g.report(p)
}

// root is the tree's root. Where doubts remain, a hash that makes it the signed one is preferred.
func (g *grove) root(signed tlog.Hash) (h tlog.Hash, known bool) {
	if h, known = g.fold(); h == signed || !known {
		return h, known
	}
	for level := range g.peaks {
		n := &g.peaks[level]
		if g.size>>level&1 == 0 || !n.doubt {
			continue
		}
		was := n.hash
		n.hash = n.under
		if other, _ := g.fold(); other == signed {
			n.hash = was
			g.blameHash(n)
			return other, true
		}
		n.hash = was
	}
	return h, true
}

func (g *grove) fold() (h tlog.Hash, known bool) {
	if g.size == 0 {
		return sha256.Sum256(nil), true
	}
	level := bits.TrailingZeros64(g.size)
	h, known = g.peaks[level].hash, g.peaks[level].known
	for level++; g.size>>level != 0; level++ {
		if g.size>>level&1 == 1 {
			h = tlog.NodeHash(g.peaks[level].hash, h)
			known = known && g.peaks[level].known
		}
	}
	return h, known
}

func (g *grove) end() {
	for level := range g.peaks {
		if g.size>>level&1 == 1 {
			g.settle(&g.peaks[level])
		}
	}
}
