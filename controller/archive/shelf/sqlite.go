package shelf

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	_ "github.com/mattn/go-sqlite3" // the driver
	"github.com/pressly/goose/v3"
)

const fileName = "central.db"

// openSQLite opens the file in dir: one connection that writes, and as many as are asked for that read.
func openSQLite(ctx context.Context, dir string, m mode) (*Shelf, error) {
	path := filepath.Join(dir, fileName)
	_, err := os.Stat(path)
	switch {
	case m == create && err == nil:
		return nil, fmt.Errorf("%w: %s", ErrExists, path)
	case m == create && !errors.Is(err, fs.ErrNotExist):
		return nil, err
	case m != create && err != nil:
		return nil, fmt.Errorf("%w: kidobanlog init makes it", err)
	}
	s := &Shelf{dialect: dialect{name: goose.DialectSQLite3, schema: "schema/sqlite", now: "CAST(unixepoch('subsec') * 1000 AS INTEGER)", traces: 1}}
	const reading = "?mode=ro&_busy_timeout=10000"
	if s.read, err = sql.Open("sqlite3", "file:"+path+reading); err != nil {
		return nil, err
	}
	s.read.SetMaxIdleConns(4)
	if m == readOnly {
		s.db = s.read
		return s, nil
	}
	// Sizes in pages of 4 KiB: a drain of many journals writes the file every 32 MiB, not every 4.
	const writing = "?mode=rwc&_journal_mode=WAL&_synchronous=FULL&_busy_timeout=10000&_txlock=immediate&_foreign_keys=on&_wal_autocheckpoint=8192&_secure_delete=on"
	if s.db, err = sql.Open("sqlite3", "file:"+path+writing); err != nil {
		return nil, errors.Join(err, s.read.Close())
	}
	s.db.SetMaxOpenConns(1)
	if err := s.full(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// full refuses a build of the driver that does not do what it was told.
func (s *Shelf) full(ctx context.Context) error {
	var synchronous int
	if err := s.db.QueryRowContext(ctx, "PRAGMA synchronous").Scan(&synchronous); err != nil {
		return err
	}
	if synchronous != 2 {
		return fmt.Errorf("synchronous is %d, not FULL: an ack could not be trusted", synchronous)
	}
	return nil
}
