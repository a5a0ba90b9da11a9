package journal

import (
	"crypto/sha256"
	"fmt"
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"
)

// Tree is the Merkle tree over all leaves, kept as its frontier alone: one hash for each bit of its size. It is a plain
// value: a copy is a snapshot, and appending to a copy leaves the original where it was.
type Tree struct {
	size  uint64
	peaks [64]tlog.Hash // peaks[i], where bit i of size is set: root of the complete subtree of 1<<i leaves
}

// LeafHash is the hash of an entry's sealed bytes.
func LeafHash(payload []byte) tlog.Hash {
	var small [1 + 2048]byte
	b := append(small[:1], payload...)
	return sha256.Sum256(b)
}

// Size is the number of leaves.
func (t *Tree) Size() uint64 { return t.size }

// Append adds a leaf and appends to dst the hashes to be stored for it, the leaf's own first: they belong at
// consecutive places from tlog.StoredHashIndex(0, n) on, where n is the size before. There are StoredAt(n) of them.
func (t *Tree) Append(dst []tlog.Hash, leaf tlog.Hash) []tlog.Hash {
	dst = append(dst, leaf)
	level := 0
	for ; t.size>>level&1 == 1; level++ {
		leaf = tlog.NodeHash(t.peaks[level], leaf)
		dst = append(dst, leaf)
	}
	t.peaks[level] = leaf
	t.size++
	return dst
}

// StoredAt is how many hashes leaf n completes, its own included.
func StoredAt(n uint64) int { return bits.TrailingZeros64(n+1) + 1 }

// Completes says where the stored hash at a tlog.StoredHashIndex is kept: with which leaf, and how many before it.
func Completes(index int64) (leaf uint64, level int) {
	level, n := tlog.SplitStoredHashIndex(index)
	return uint64(n+1)<<level - 1, level
}

// Root is the root hash; of the empty tree, the hash of nothing.
func (t *Tree) Root() tlog.Hash {
	if t.size == 0 {
		return sha256.Sum256(nil)
	}
	level := bits.TrailingZeros64(t.size)
	h := t.peaks[level]
	for level++; t.size>>level != 0; level++ {
		if t.size>>level&1 == 1 {
			h = tlog.NodeHash(t.peaks[level], h)
		}
	}
	return h
}

// RestoreTree reads the frontier of the tree of the given size back from its stored hashes: one for each bit of size.
func RestoreTree(size uint64, r tlog.HashReader) (Tree, error) {
	t := Tree{size: size}
	var index []int64
	var levels []int
	var done uint64
	for level := 62; level >= 0; level-- {
		if size>>level&1 == 1 {
			index = append(index, tlog.StoredHashIndex(level, int64(done>>level)))
			levels = append(levels, level)
			done += 1 << level
		}
	}
	hashes, err := r.ReadHashes(index)
	if err != nil {
		return Tree{}, fmt.Errorf("restore tree of %d: %w", size, err)
	}
	for i, level := range levels {
		t.peaks[level] = hashes[i]
	}
	return t, nil
}
