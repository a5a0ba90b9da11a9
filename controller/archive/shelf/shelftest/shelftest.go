// Package shelftest gives tests the databases that a central log may lie in: a SQLite file, and a real PostgreSQL server of
// the test binary's own, which lives as long as that does.
package shelftest

import (
	"context"
	"testing"

	"kidoban/controller/archive/shelf"
)

// Each runs a test on both databases. where is one that was just made, and nobody else's.
func Each(t *testing.T, f func(t *testing.T, where string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { f(t, Postgres(t)) })
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
