package bench_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"kidoban/controller/journal"
	"kidoban/controller/store"
)

// verifyAll is P9: a journal verified from its file, beside the tree alone over the same entries in memory. Both are timed
// over the same number of entries; what is in memory is a part of the journal, over and over.
func verifyAll(t *testing.T, dir string) {
	n := count(*verified, 3000)
	s := build(t, filepath.Join(dir, "p9"), 100, n)
	disk := s.open(t)
	defer disk.Close()
	rows, err := disk.Rows(context.Background(), 0, min(n, 100_000))
	if err != nil {
		t.Fatal(err)
	}
	size := disk.Head().Size
	r := measure(t, func() (r round) {
		for range count(4, 1) {
			began := time.Now()
			rep, err := disk.Verify(context.Background(), store.Verifying{})
			took := time.Since(began)
			if err != nil || !rep.OK() || rep.Size != size {
				t.Fatal(err, rep.Problems)
			}
			r.add(took, bareTree(rows, size))
		}
		return r
	})
	perSecond := float64(size) / r.ours(50).Seconds()
	x := 1 / r.ratio(50)
	show(line{"P9", fmt.Sprintf("verify %d entries", size), fmt.Sprintf("%.2fM/s %.2fx", perSecond/1e6, x), "1M/s, 0.25x", "0.7x",
		verdict(r.enough(), perSecond >= 1e6 && x >= 0.25, perSecond >= 1e6 && x >= 0.7),
		fmt.Sprintf("%s; the tree alone on one processor %.2fM/s; -verified 5000000 is the full one; %s", short(r.ours(50)),
			float64(size)/r.limit(50).Seconds()/1e6, r.count())})
}

// bareTree is a tree over so many entries, in memory.
func bareTree(rows []store.Row, n uint64) time.Duration {
	var tree journal.Tree
	hashes := make([]tlog.Hash, 0, 64)
	began := time.Now()
	for i := range n {
		tree.Append(hashes[:0], journal.LeafHash(rows[i%uint64(len(rows))].Payload))
	}
	tree.Root()
	return time.Since(began)
}
