package journal_test

import (
	"fmt"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"kidoban/controller/journal"
)

// stored is a tlog.HashReader over hashes in a slice; it counts what is asked of it.
type stored struct {
	hashes []tlog.Hash
	asked  int
}

func (s *stored) ReadHashes(index []int64) ([]tlog.Hash, error) {
	var out []tlog.Hash
	for _, i := range index {
		if i >= int64(len(s.hashes)) {
			return nil, fmt.Errorf("hash %d is not stored", i)
		}
		out = append(out, s.hashes[i])
	}
	s.asked += len(index)
	return out, nil
}

// The tree is tlog's: same stored hashes at the same places, same roots; and it comes back from them at every size.
func TestTreeIsThatOfTlog(t *testing.T) {
	var tree journal.Tree
	s := &stored{}
	for n := range int64(300) {
		if n%7 == 0 {
			again, err := journal.RestoreTree(uint64(n), s)
			if err != nil || again.Root() != tree.Root() || again.Size() != tree.Size() {
				t.Fatalf("restored at %d: %v", n, err)
			}
			tree = again
		}
		payload := fmt.Appendf(nil, "entry %d", n)
		want, err := tlog.StoredHashes(n, payload, s)
		if err != nil {
			t.Fatal(err)
		}
		got := tree.Append(nil, journal.LeafHash(payload))
		if fmt.Sprint(got) != fmt.Sprint(want) || len(got) != journal.StoredAt(uint64(n)) {
			t.Fatalf("entry %d stores %v, tlog %v", n, got, want)
		}
		if at := tlog.StoredHashIndex(0, n); at != int64(len(s.hashes)) {
			t.Fatalf("entry %d: stored at %d, not %d", n, len(s.hashes), at)
		}
		for i := range got {
			leaf, level := journal.Completes(int64(len(s.hashes) + i))
			if leaf != uint64(n) || level != i {
				t.Fatalf("hash %d is looked for at entry %d, level %d", len(s.hashes)+i, leaf, level)
			}
		}
		s.hashes = append(s.hashes, got...)
		root, err := tlog.TreeHash(n+1, s)
		if err != nil || root != tree.Root() {
			t.Fatalf("root at %d is %v, tlog's %v, %v", n+1, tree.Root(), root, err)
		}
	}
	empty, err := tlog.TreeHash(0, s)
	if err != nil || new(journal.Tree).Root() != empty {
		t.Errorf("root of nothing: %v, %v", empty, err)
	}
}

func TestRestoreReadsOneHashForEachBit(t *testing.T) {
	var tree journal.Tree
	s := &stored{}
	for n := range 1<<12 - 1 {
		s.hashes = tree.Append(s.hashes, tlog.Hash{byte(n), byte(n >> 8)})
	}
	if _, err := journal.RestoreTree(tree.Size(), s); err != nil || s.asked != 12 {
		t.Errorf("%d hashes read, %v", s.asked, err)
	}
}

func TestACopyIsASnapshot(t *testing.T) {
	var tree journal.Tree
	tree.Append(nil, tlog.Hash{1})
	before, root := tree, tree.Root()
	tree.Append(nil, tlog.Hash{2})
	if before.Root() != root || before.Size() != 1 {
		t.Error("appending to the tree changed its copy")
	}
}

func BenchmarkAppend(b *testing.B) {
	var tree journal.Tree
	var dst []tlog.Hash
	payload := seal(b, sample(journal.AccessGranted), 1234)
	for b.Loop() {
		dst = tree.Append(dst[:0], journal.LeafHash(payload))
	}
}
