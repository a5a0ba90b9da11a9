package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"strings"
)

// The schema's steps, each in a file of its own as goose writes them, and as goose keeps the word of them: kidobanlog has
// goose itself, which with what it brings along would be a thirtieth of the door's memory.
//
//go:embed schema/*.sql
var schema embed.FS

const (
	versions = `CREATE TABLE IF NOT EXISTS goose_db_version (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	version_id INTEGER NOT NULL,
	is_applied INTEGER NOT NULL,
	tstamp TIMESTAMP DEFAULT (datetime('now'))
);
INSERT INTO goose_db_version (version_id, is_applied) SELECT 0, 1 WHERE NOT EXISTS (SELECT 1 FROM goose_db_version)`
	versionNow = "SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied"
	versionNew = "INSERT INTO goose_db_version (version_id, is_applied) VALUES (?, 1)"
)

// migrate brings the schema up to date, each step whole or not at all; it refuses a schema that is ahead.
func migrate(ctx context.Context, db *sql.DB) error {
	files, err := schema.ReadDir("schema")
	if err != nil {
		return err
	}
	latest := int64(len(files))
	at, err := one[int64](ctx, db, versionNow)
	if k := classify(err); err != nil && (k == Corrupt || k == IO || k == Unreadable) {
		return err
	}
	if at > latest {
		return &Fault{Kind: Newer, Doing: fmt.Sprintf("open database: its schema is version %d, this kidoban knows %d", at, latest),
			Hint: "install the kidoban that wrote it"}
	}
	for ; at < latest; at++ {
		if err := upgrade(ctx, db, at, files[at].Name()); err != nil {
			return fmt.Errorf("migrate the schema by %s: %w", files[at].Name(), err)
		}
	}
	return nil
}

// upgrade takes the schema from one version to the next, unless somebody else has.
func upgrade(ctx context.Context, db *sql.DB, from int64, name string) error {
	text, err := schema.ReadFile("schema/" + name)
	if err != nil {
		return err
	}
	up, _, _ := strings.Cut(string(text), "-- +goose Down")
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(ctx, versions); err != nil {
		return err
	}
	if at, err := one[int64](ctx, tx, versionNow); err != nil || at != from {
		return err
	}
	if _, err := tx.ExecContext(ctx, up); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, versionNew, from+1); err != nil {
		return err
	}
	return tx.Commit()
}
