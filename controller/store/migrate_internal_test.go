package store

import (
	"context"
	"database/sql"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pressly/goose/v3"
)

// From wherever goose has brought a database, migrate makes of it what goose would.
func TestMigrateAsGoose(t *testing.T) {
	files, err := schema.ReadDir("schema")
	if err != nil {
		t.Fatal(err)
	}
	latest := int64(len(files))
	want := schemaOf(t, goosed(t, latest))
	for from := range latest + 1 {
		db := goosed(t, from)
		for range 2 { // the second finds nothing to do
			if err := migrate(context.Background(), db); err != nil {
				t.Fatal(err)
			}
		}
		if got := schemaOf(t, db); got != want {
			t.Errorf("from version %d:\n%s\nwant\n%s", from, got, want)
		}
		if at, err := provider(t, db).GetDBVersion(context.Background()); err != nil || at != latest {
			t.Errorf("from version %d: goose finds %d, %v", from, at, err)
		}
	}
}

// goosed is a database as goose leaves it at a version; at 0 it is empty.
func goosed(t *testing.T, version int64) *sql.DB {
	path := filepath.Join(t.TempDir(), databaseFile)
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	db := writing(path)
	t.Cleanup(func() { db.Close() })
	if version > 0 {
		if _, err := provider(t, db).UpTo(context.Background(), version); err != nil {
			t.Fatal(err)
		}
	}
	return db
}

func provider(t *testing.T, db *sql.DB) *goose.Provider {
	dir, err := fs.Sub(schema, "schema")
	if err != nil {
		t.Fatal(err)
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, dir, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// schemaOf is everything that a schema says, but goose's own table, whose text is nobody's promise.
func schemaOf(t *testing.T, db *sql.DB) string {
	rows, err := db.Query("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name != 'goose_db_version' ORDER BY type, name")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all strings.Builder
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			t.Fatal(err)
		}
		all.WriteString(text + "\n")
	}
	return all.String()
}
