// Package shelftest gives tests the databases that a central log may lie in: a SQLite file, and a real PostgreSQL server of
// the test binary's own, which lives as long as that does.
package shelftest

import (
	"context"
	"testing"

	"kidoban/controller/archive/shelf"
)

// Each runs a test on both databases, side by side and beside other tests; with -short on SQLite alone. where is one that was
// just made, and nobody else's.
func Each(t *testing.T, f func(t *testing.T, where string)) {
	t.Helper()
	t.Parallel()
	for name, kind := range map[string]func(testing.TB) string{"sqlite": SQLite, "postgres": Postgres} {
		t.Run(name, func(t *testing.T) {
			if testing.Short() && name != "sqlite" {
				t.Skip("the same, on the other database")
			}
			t.Parallel()
			f(t, kind(t))
		})
	}
}

// Another makes one more database of the kind of where.
func Another(t testing.TB, where string) string {
	t.Helper()
	if shelf.Shared(where) {
		return Postgres(t)
	}
	return SQLite(t)
}

// SQLite makes a database in a directory of the test.
func SQLite(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	if err := shelf.Create(context.Background(), dir); err != nil {
		t.Fatal(err)
	}
	return dir
}
