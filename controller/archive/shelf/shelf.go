// Package shelf is where the central log keeps what it has verified: the accepted journals, their entries with the tree's
// hashes, and what its own people and parts leave beside them. It holds all of the central log's SQL.
//
// It lies in a SQLite file, with nothing to install, or in PostgreSQL, which several central logs may share. Statements are
// written once for both: placeholders are $1, $2, … numbered in the order in which they first occur.
//
// What a call has written is durable when it returns, or none of it is: a database that is set to forget is refused. One
// writer a journal at a time, which a Hold proves where processes share a database; any may read, and long reads (Entries)
// go over connections of their own, so that they hold up no writer.
package shelf

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"strings"

	"github.com/pressly/goose/v3"
)

//go:embed schema
var schema embed.FS

// Shelf is the central log's database.
type Shelf struct {
	dialect
	db   *sql.DB // what writes, and the short reads that go with it
	read *sql.DB // what only reads, however long
}

// dialect is what the two databases do not have in common.
type dialect struct {
	name    goose.Dialect
	schema  string // directory of migrations
	share   string // ends a SELECT whose rows nobody may change before this transaction has ended
	update  string // the same, of rows that this transaction will change
	skip    string // added to update: passes over what others have locked
	now     string // the database's own clock, in milliseconds
	traces  int    // rows of the index of searches that one statement takes, where it is quickest
	locking bool   // processes at several machines may be at it
}

// Create makes the database: where is a data directory, for SQLite, or the connection string of a PostgreSQL database
// ("postgres://…" or "host=…"). It refuses one that is made already.
func Create(ctx context.Context, where string) error {
	s, err := connect(ctx, where, create)
	if err != nil {
		return fmt.Errorf("create central log: %w", err)
	}
	defer s.Close()
	made, err := s.made(ctx)
	if err == nil && made {
		err = ErrExists
	}
	if err == nil {
		err = s.migrate(ctx)
	}
	if err != nil {
		return fmt.Errorf("create central log: %w", err)
	}
	return nil
}

// ErrExists is a database that is made already.
var ErrExists = errors.New("the database exists")

// Open opens the database for writing, and brings one of an earlier version up to date.
func Open(ctx context.Context, where string) (*Shelf, error) { return openExisting(ctx, where, write) }

// OpenReader opens it for reading alone, beside a running archive.
func OpenReader(ctx context.Context, where string) (*Shelf, error) {
	return openExisting(ctx, where, readOnly)
}

// mode is what a connection is for.
type mode uint8

const (
	readOnly mode = iota
	write
	create
)

// Shared says whether where is a database that several central logs may share.
func Shared(where string) bool {
	return strings.HasPrefix(where, "postgres://") || strings.HasPrefix(where, "postgresql://") || strings.Contains(where, "host=")
}

func connect(ctx context.Context, where string, m mode) (*Shelf, error) {
	if Shared(where) {
		return openPostgres(ctx, where, m)
	}
	return openSQLite(ctx, where, m)
}

func openExisting(ctx context.Context, where string, m mode) (*Shelf, error) {
	s, err := connect(ctx, where, m)
	if err != nil {
		return nil, fmt.Errorf("open central log: %w", err)
	}
	made, err := s.made(ctx)
	switch {
	case err == nil && !made:
		err = errors.New("nothing is there: kidobanlog init makes it")
	case err == nil && m == readOnly:
		err = s.current(ctx)
	case err == nil:
		err = s.migrate(ctx)
	}
	if err != nil {
		s.Close()
		return nil, fmt.Errorf("open central log: %w", err)
	}
	return s, nil
}

// Close closes it.
func (s *Shelf) Close() error { return errors.Join(s.read.Close(), s.db.Close()) }

// Shared says whether several central logs may be at this one.
func (s *Shelf) Shared() bool { return s.locking }

// change does f in one transaction. what it is for stands before its errors.
func (s *Shelf) change(ctx context.Context, what string, f func(*sql.Tx) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	defer tx.Rollback()
	if err := f(tx); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}
