package shelf

import (
	"context"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// made says whether the database has a schema of ours.
func (s *Shelf) made(ctx context.Context) (bool, error) {
	query := "SELECT count(*) FROM sqlite_master WHERE name = 'goose_db_version'"
	if s.locking {
		query = "SELECT count(*) FROM pg_tables WHERE tablename = 'goose_db_version' AND schemaname = current_schema()"
	}
	var n int
	if err := s.db.QueryRowContext(ctx, query).Scan(&n); err != nil {
		return false, err
	}
	return n > 0, nil
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

func (s *Shelf) migrations() (*goose.Provider, error) {
	dir, err := fs.Sub(schema, s.schema)
	if err != nil {
		return nil, err
	}
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if s.locking {
		one, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return nil, err
		}
		options = append(options, goose.WithSessionLocker(one))
	}
	return goose.NewProvider(s.name, s.db, dir, options...)
}

const versionQuery = "SELECT max(version_id) FROM goose_db_version WHERE is_applied"

// known refuses a database that a later program has written.
func (s *Shelf) known(ctx context.Context) error {
	made, err := s.made(ctx)
	if err != nil || !made {
		return err
	}
	var at int64
	if err := s.db.QueryRowContext(ctx, versionQuery).Scan(&at); err != nil {
		return err
	}
	if last := s.newest(); at > last {
		return fmt.Errorf("its schema is %d, this program knows %d: run the program that wrote it", at, last)
	}
	return nil
}

// current refuses, for a reader, a database of another version.
func (s *Shelf) current(ctx context.Context) error {
	var at int64
	if err := s.db.QueryRowContext(ctx, versionQuery).Scan(&at); err != nil {
		return fmt.Errorf("it is no central log: %w", err)
	}
	if last := s.newest(); at != last {
		return fmt.Errorf("its schema is %d, this program knows %d: kidobanlog serve brings an older one up to date", at, last)
	}
	return nil
}

// newest is the last schema that this program knows.
func (s *Shelf) newest() int64 {
	names, err := fs.Glob(schema, s.schema+"/*.sql")
	if err != nil || len(names) == 0 {
		panic("shelf: no schema is embedded")
	}
	last, err := goose.NumericComponent(filepath.Base(names[len(names)-1]))
	if err != nil {
		panic("shelf: " + err.Error())
	}
	return last
}
