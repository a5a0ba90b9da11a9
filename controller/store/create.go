package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/pressly/goose/v3"

	"kidoban/controller/journal"
	"kidoban/controller/ledger"
)

//go:embed schema/*.sql
var schema embed.FS

// Create begins a journal in dir with its first entry. It refuses a directory that holds one. Only init calls it.
func Create(ctx context.Context, dir string, keys Keys, o journal.Origin, first journal.Entry) error {
	if err := create(ctx, dir, keys, o, first); err != nil {
		return fault("create journal in "+dir, err)
	}
	return nil
}

func create(ctx context.Context, dir string, keys Keys, o journal.Origin, first journal.Entry) error {
	if keys.Verifier().Name() != o.KeyName() {
		return &Fault{Kind: WrongKey, Doing: fmt.Sprintf("create journal: the keys are of %s, not of %s",
			keys.Verifier().Name(), o.KeyName()), Hint: "check site and controller in the config"}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	path := filepath.Join(dir, databaseFile)
	for _, name := range []string{databaseFile, databaseFile + "-wal", checkpointFile, acknowledgedFile} {
		if _, err := os.Lstat(filepath.Join(dir, name)); !errors.Is(err, fs.ErrNotExist) {
			return &Fault{Kind: Exists, Doing: "create journal: " + filepath.Join(dir, name) + " exists",
				Hint: "a journal is never begun anew over an old one; move the directory away"}
		}
	}
	// Made whole under another name: a half-made journal can never be taken for one.
	unfinished := path + ".unfinished"
	for _, end := range []string{"", "-wal", "-shm", "-journal"} {
		if err := os.Remove(unfinished + end); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if err := writeNew(unfinished, "", 0o600); err != nil {
		return err
	}
	if err := fill(ctx, unfinished, keys, o, first); err != nil {
		return err
	}
	if err := createSlot(filepath.Join(dir, checkpointFile)); err != nil {
		return err
	}
	return errors.Join(os.Rename(unfinished, path), syncDir(dir))
}

func fill(ctx context.Context, path string, keys Keys, o journal.Origin, first journal.Entry) (err error) {
	db := writing(path)
	db.SetMaxOpenConns(1)
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := migrate(ctx, db); err != nil {
		return err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	o.Journal = keys.Journal()
	if _, err := conn.ExecContext(ctx, "INSERT INTO journal VALUES (1, ?, ?, ?, ?)",
		o.Site, o.Controller, o.Journal, keys.Public()); err != nil {
		return err
	}
	stmt, err := prepare(conn)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(stmt.close(), err) }()
	var b batch
	if err := b.fill(journal.Tree{}, o, []journal.Entry{first}); err != nil {
		return err
	}
	return stmt.transact(&ledger.Change{}, &b, o)
}

// migrate brings the schema up to date; it refuses one that is ahead.
func migrate(ctx context.Context, db *sql.DB) error {
	files, err := schema.ReadDir("schema")
	if err != nil {
		return err
	}
	var latest int64
	if _, err := fmt.Sscanf(files[len(files)-1].Name(), "%d_", &latest); err != nil {
		return err
	}
	if at, err := one[int64](ctx, db, "SELECT max(version_id) FROM goose_db_version WHERE is_applied"); err == nil {
		if at == latest {
			return nil
		}
		if at > latest {
			return &Fault{Kind: Newer, Doing: fmt.Sprintf("open database: its schema is version %d, this kidoban knows %d",
				at, latest), Hint: "install the kidoban that wrote it"}
		}
	} else if k := classify(err); k == Corrupt || k == IO || k == Unreadable {
		return err
	}
	dir, err := fs.Sub(schema, "schema")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, dir, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	_, err = p.Up(ctx)
	return err
}
