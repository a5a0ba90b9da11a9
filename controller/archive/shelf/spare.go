package shelf

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"kidoban/controller/journal"
)

// ErrOwnTools is a backup that PostgreSQL makes better.
var ErrOwnTools = errors.New("the database is PostgreSQL's: back it up with its own tools (pg_basebackup, pg_dump), and restore it with them")

// DatabaseFile is the name of SQLite's file in a data directory.
const DatabaseFile = fileName

// CopyTo makes a data directory of the state of one moment out of an empty directory, while others write. What was disposed
// of leaves no trace in it. It is durable when CopyTo returns.
func (s *Shelf) CopyTo(ctx context.Context, dir string) error {
	if s.locking {
		return ErrOwnTools
	}
	path := filepath.Join(dir, fileName)
	if _, err := s.read.ExecContext(ctx, "VACUUM INTO $1", path); err != nil {
		return fmt.Errorf("copy the database: %w", err)
	}
	for _, name := range []string{path, dir} {
		f, err := os.Open(name)
		if err != nil {
			return fmt.Errorf("copy the database: %w", err)
		}
		if err := errors.Join(f.Sync(), f.Close()); err != nil {
			return fmt.Errorf("copy the database: %w", err)
		}
	}
	return nil
}

// Sound asks the database whether its pages are in order.
func (s *Shelf) Sound(ctx context.Context) error {
	if s.locking {
		return nil
	}
	var said string
	if err := s.read.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&said); err != nil {
		return fmt.Errorf("check the database: %w", err)
	}
	if said != "ok" {
		return errors.New("check the database: it is damaged: " + said)
	}
	return nil
}

// GoOn ends the own journals of this central log's name that are not o's, which goes on after them, and records that there.
// A restored database lacks the end of such a journal: to add to it would be a second record under one key.
func (s *Shelf) GoOn(ctx context.Context, o Own, entries ...journal.Entry) error {
	if len(entries) == 0 {
		return nil
	}
	return s.change(ctx, "begin the own journal anew", func(tx *sql.Tx) error {
		if err := s.recordIn(ctx, tx, o, entries...); err != nil {
			return err
		}
		prefix := o.Origin.KeyName() + "/"
		_, err := tx.ExecContext(ctx, `UPDATE journal SET closed = (SELECT origin FROM journal WHERE key = $1)
			WHERE own = 1 AND closed = '' AND key <> $1 AND substr(origin, 1, length($2)) = $2`, o.Key, prefix)
		return err
	})
}
