// Package shelf is where the central log keeps what it has verified: the accepted journals, their entries with the tree's
// hashes, and what its own people and parts leave beside them. It holds all of the central log's SQL.
//
// What a call has written is durable when it returns, or none of it is. One writer a journal at a time; any may read.
package shelf

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	_ "github.com/mattn/go-sqlite3" // the driver
	"github.com/pressly/goose/v3"
)

const fileName = "central.db"

//go:embed schema
var schema embed.FS

// Shelf is the central log's database.
type Shelf struct{ db *sql.DB }

// Create makes the database in dir. It refuses one that exists.
func Create(ctx context.Context, dir string) error {
	path := filepath.Join(dir, fileName)
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("create central log: %s exists", path)
	}
	s, err := open(ctx, path, "rwc")
	if err != nil {
		return err
	}
	defer s.Close()
	return s.migrate(ctx)
}

// Open opens the database in dir for writing, and brings one of an earlier version up to date.
func Open(ctx context.Context, dir string) (*Shelf, error) { return openExisting(ctx, dir, "rw") }

// OpenReader opens it for reading alone, beside a running archive.
func OpenReader(ctx context.Context, dir string) (*Shelf, error) { return openExisting(ctx, dir, "ro") }

func openExisting(ctx context.Context, dir, mode string) (*Shelf, error) {
	path := filepath.Join(dir, fileName)
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("open central log: %w: kidobanlog init makes one", err)
	}
	s, err := open(ctx, path, mode)
	if err != nil {
		return nil, err
	}
	if mode == "rw" {
		err = s.migrate(ctx)
	} else {
		err = s.current(ctx)
	}
	if err != nil {
		s.Close()
		return nil, fmt.Errorf("open central log %s: %w", path, err)
	}
	return s, nil
}

func (s *Shelf) migrations() (*goose.Provider, error) {
	dir, err := fs.Sub(schema, "schema/sqlite")
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectSQLite3, s.db, dir, goose.WithDisableGlobalRegistry(true))
}

func (s *Shelf) migrate(ctx context.Context) error {
	if err := s.known(ctx); err != nil {
		return err
	}
	p, err := s.migrations()
	if err == nil {
		_, err = p.Up(ctx)
	}
	if err != nil {
		return fmt.Errorf("bring the schema up to date: %w", err)
	}
	return nil
}

// known refuses a database that a later program has written.
func (s *Shelf) known(ctx context.Context) error {
	var at int64
	if err := s.db.QueryRowContext(ctx, "SELECT max(version_id) FROM goose_db_version WHERE is_applied").Scan(&at); err != nil {
		return nil //nolint:nilerr // a new one has no such table
	}
	if last := newest(); at > last {
		return fmt.Errorf("its schema is %d, this program knows %d: run the program that wrote it", at, last)
	}
	return nil
}

// current refuses, for a reader, a database of another version.
func (s *Shelf) current(ctx context.Context) error {
	var at int64
	if err := s.db.QueryRowContext(ctx, "SELECT max(version_id) FROM goose_db_version WHERE is_applied").Scan(&at); err != nil {
		return fmt.Errorf("it is no central log: %w", err)
	}
	if last := newest(); at != last {
		return fmt.Errorf("its schema is %d, this program knows %d: kidobanlog serve brings an older one up to date", at, last)
	}
	return nil
}

// newest is the last schema that this program knows.
func newest() int64 {
	names, err := fs.Glob(schema, "schema/sqlite/*.sql")
	if err != nil || len(names) == 0 {
		panic("shelf: no schema is embedded")
	}
	last, err := goose.NumericComponent(filepath.Base(names[len(names)-1]))
	if err != nil {
		panic("shelf: " + err.Error())
	}
	return last
}

func open(ctx context.Context, path, mode string) (*Shelf, error) {
	dsn := "file:" + path + "?mode=" + mode + "&_synchronous=FULL&_busy_timeout=10000&_txlock=immediate&_foreign_keys=on"
	if mode != "ro" {
		dsn += "&_journal_mode=WAL"
	}
	db, err := sql.Open("sqlite3", dsn)
	if err != nil {
		return nil, fmt.Errorf("open central log: %w", err)
	}
	db.SetMaxOpenConns(1)
	var synchronous int
	if err := db.QueryRowContext(ctx, "PRAGMA synchronous").Scan(&synchronous); err != nil {
		db.Close()
		return nil, fmt.Errorf("open central log: %w", err)
	}
	if synchronous != 2 {
		db.Close()
		return nil, fmt.Errorf("open central log: synchronous is %d, not FULL: an ack could not be trusted", synchronous)
	}
	return &Shelf{db}, nil
}

// Close closes it.
func (s *Shelf) Close() error { return s.db.Close() }
