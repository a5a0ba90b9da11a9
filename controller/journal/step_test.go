package journal_test

import (
	"fmt"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"kidoban/controller/journal"
)

// hashes is a tree in memory.
type hashes map[int64]tlog.Hash

func (h hashes) ReadHashes(indexes []int64) (out []tlog.Hash, err error) {
	for _, i := range indexes {
		out = append(out, h[i])
	}
	return out, nil
}

// TestSteps: the way that people are shown ends at the root that the tree has, for every entry of every small tree; a path
// that is too long, too short or another's does not.
func TestSteps(t *testing.T) {
	const most = 33
	tree := hashes{}
	payload := func(n int64) []byte { return fmt.Appendf(nil, `{"n":%d}`, n) }
	for size := int64(1); size <= most; size++ {
		added, err := tlog.StoredHashesForRecordHash(size-1, journal.LeafHash(payload(size-1)), tree)
		if err != nil {
			t.Fatal(err)
		}
		for i, h := range added {
			tree[tlog.StoredHashIndex(0, size-1)+int64(i)] = h
		}
		root, err := tlog.TreeHash(size, tree)
		if err != nil {
			t.Fatal(err)
		}
		for n := range size {
			path, err := tlog.ProveRecord(size, n, tree)
			if err != nil {
				t.Fatal(err)
			}
			follow(t, journal.Proof{Payload: payload(n), Path: path}, uint64(n), uint64(size), root)
		}
	}
}

func follow(t *testing.T, p journal.Proof, n, size uint64, root tlog.Hash) {
	t.Helper()
	steps := p.Steps(n, size)
	if size == 1 {
		if len(steps) != 0 {
			t.Errorf("a single entry: %v", steps)
		}
		return
	}
	if len(steps) != len(p.Path) {
		t.Fatalf("entry %d of %d: %d steps, %d hashes", n, size, len(steps), len(p.Path))
	}
	last := steps[len(steps)-1]
	if last.Node != root || last.From != 0 || last.To != size {
		t.Errorf("entry %d of %d ends at %v over [%d, %d), the root is %v", n, size, last.Node, last.From, last.To, root)
	}
	for _, wrong := range []tlog.RecordProof{p.Path[1:], append(append(tlog.RecordProof{}, p.Path...), root)} {
		if (journal.Proof{Payload: p.Payload, Path: wrong}).Steps(n, size) != nil {
			t.Errorf("entry %d of %d: a path of %d hashes is followed", n, size, len(wrong))
		}
	}
	if s := (journal.Proof{Payload: []byte("{}"), Path: p.Path}).Steps(n, size); s[len(s)-1].Node == root {
		t.Errorf("entry %d of %d: another entry ends at the root too", n, size)
	}
}
