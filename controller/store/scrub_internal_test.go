package store

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kidoban/controller/ledger"
)

// Rows that move to another page leave copies of themselves in the unused middle of the old one, which secure_delete does
// not overwrite.
func TestScrubOverwritesWhatSQLiteLeaves(t *testing.T) {
	s := testStore(t)
	ctx := context.Background()
	draw := rand.New(rand.NewPCG(1, 2))
	rounds := 0
	for ; standing(t, s) == 0 && rounds < 100; rounds++ {
		var gone ledger.Change
		for _, i := range draw.Perm(200) {
			v := ledger.Visit{ID: fmt.Sprintf("2018-%06d", i), Zone: "room", Remarks: strings.Repeat("=", draw.IntN(300))}
			if i%3 != 0 {
				v.Name = forgotten
				gone.Visits = append(gone.Visits, ledger.Visit{ID: v.ID, Gone: true})
			}
			keep(t, s, ledger.Change{Visits: []ledger.Visit{v}})
		}
		keep(t, s, gone)
		if err := s.emptied(ctx, nil); err != nil {
			t.Fatal(err)
		}
	}
	if standing(t, s) == 0 {
		t.Fatal("SQLite leaves nothing: is this test of any use?")
	}
	t.Logf("left after %d rounds", rounds)
	if err := s.Scrub(ctx); err != nil {
		t.Fatal(err)
	}
	if n := standing(t, s); n > 0 {
		t.Errorf("after Scrub the name stands %d times", n)
	}
	whole, err := one[string](ctx, s.conn, "PRAGMA integrity_check")
	if err != nil || whole != "ok" {
		t.Errorf("integrity: %s, %v", whole, err)
	}
}

const forgotten = "消えるべき名前"

func keep(t *testing.T, s *Store, c ledger.Change) {
	t.Helper()
	if _, err := s.Commit(context.Background(), c, nil); err != nil {
		t.Fatal(err)
	}
}

// standing is how often the name stands in the files of the database.
func standing(t *testing.T, s *Store) (n int) {
	t.Helper()
	for _, file := range []string{databaseFile, databaseFile + "-wal"} {
		b, err := os.ReadFile(filepath.Join(s.dir, file))
		if err != nil {
			t.Fatal(err)
		}
		n += bytes.Count(b, []byte(forgotten))
	}
	return n
}

func FuzzUnused(f *testing.F) {
	page := make([]byte, pageSize)
	page[0], page[5], page[6] = 0x0d, 0x0f, 0x00
	f.Add(page, false)
	f.Add(bytes.Repeat([]byte{0x05}, pageSize), true)
	f.Fuzz(func(t *testing.T, page []byte, first bool) {
		page = append(page, make([]byte, pageSize)...)[:pageSize]
		from, to, ok := unused(page, first)
		if ok && (from < 8 || from > to || to > pageSize) {
			t.Errorf("%d to %d", from, to)
		}
	})
}
