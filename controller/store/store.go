// Package store is the record on disk: the only SQL of the door daemon.
//
// It promises that when Commit returns without error, the change and its entries are durable (synchronous=FULL, asserted
// on every connection) and that they became so together or not at all; that sequence numbers have no gap and no repeat;
// that what is in memory of the tree is never ahead of the disk; and that a journal is never silently begun anew: Create,
// which init alone calls, refuses what exists, and Open refuses what does not. A journal that is behind or beside a
// checkpoint that it once signed is refused as rolled back, because going on would give one number to two entries; for the
// same reason one process at a time has it open.
//
// One goroutine, the committer, calls Commit. Stage and Sweep may run beside it in others: they hold the one writing
// connection for a few milliseconds at a time. Everything else may be called from anywhere. Nothing here starts a
// goroutine that outlives the call.
//
// Names and the like are in the private parts and the roster; no card number, PIN or key is ever in the database.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"golang.org/x/mod/sumdb/tlog"

	"kidoban/controller/journal"
)

// The files of a data directory.
const (
	databaseFile     = "journal.db"
	checkpointFile   = "checkpoint"        // the last checkpoint that was signed here
	acknowledgedFile = "acknowledged.note" // the outbox's hint of the last one that the central log co-signed
)

// Store is an open record.
type Store struct {
	*Reader
	keys  Keys
	pages *os.File // the database file; closed after SQLite's connections: closing a file drops all the process's locks on it
	file  os.FileInfo

	write *sync.Mutex // held for one transaction of the writing connection
	db    *sql.DB
	conn  *sql.Conn
	stmt  statements
	tree  journal.Tree
	stale bool // the last failure left it unknown what the disk holds
	batch batch

	spare      *sql.DB // WAL checkpoints
	head       atomic.Pointer[Head]
	growth     growth
	checkpoint slot
}

// Head is how far the record is durable.
type Head struct {
	Size uint64 // entries 0 to Size-1
	Root tlog.Hash
}

// Open opens the record that Create made in dir. keys must be those that it was made with; o.Site and o.Controller must be
// its own, o.Journal is filled in.
func Open(ctx context.Context, dir string, keys Keys, o journal.Origin) (*Store, error) {
	s, err := open(ctx, dir, keys, o)
	if err != nil {
		return nil, fault("open journal in "+dir, err)
	}
	return s, nil
}

func open(ctx context.Context, dir string, keys Keys, o journal.Origin) (_ *Store, err error) {
	path := filepath.Join(dir, databaseFile)
	s := &Store{Reader: &Reader{dir: dir, origin: o}, keys: keys, write: new(sync.Mutex)}
	if s.pages, s.file, err = usable(path); err != nil {
		return nil, err
	}
	s.db, s.read, s.spare = writing(path), reading(path), writing(path)
	s.db.SetMaxOpenConns(1)
	s.spare.SetMaxOpenConns(1)
	s.read.SetMaxOpenConns(readers)
	defer func() {
		if err != nil {
			_ = s.Close()
		}
	}()
	if err := s.checkpoint.open(filepath.Join(dir, checkpointFile)); err != nil {
		return nil, err
	}
	if err := notRestored(dir); err != nil {
		return nil, err
	}
	if err := tidy(dir); err != nil {
		return nil, err
	}
	if err := migrate(ctx, s.db); err != nil {
		return nil, err
	}
	if s.conn, err = s.db.Conn(ctx); err != nil {
		return nil, err
	}
	if err := s.identify(ctx); err != nil {
		return nil, err
	}
	if s.stmt, err = prepare(s.conn); err != nil {
		return nil, err
	}
	if err := s.reload(); err != nil {
		return nil, err
	}
	if err := s.notRolledBack(ctx); err != nil {
		return nil, err
	}
	if err := s.forsake(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// usable tells a missing database from one that may not be read, before SQLite says "unable to open" to both.
func usable(path string) (*os.File, os.FileInfo, error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, nil, err
	}
	info, err := f.Stat()
	return f, info, err
}

// identify checks that the journal is of these keys and this controller.
func (s *Store) identify(ctx context.Context) error {
	o, public, err := whose(ctx, s.conn)
	if err != nil {
		return err
	}
	if o.Site != s.origin.Site || o.Controller != s.origin.Controller {
		return &Fault{Kind: WrongKey, Doing: fmt.Sprintf("open journal: it is of %s, the config says %s", o.KeyName(),
			s.origin.KeyName()), Hint: "check site, controller and storage.data in the config"}
	}
	if public != s.keys.Public() || o.Journal != s.keys.Journal() {
		return &Fault{Kind: WrongKey, Doing: fmt.Sprintf("open journal: it was signed with another key (journal %s, keys %s)",
			o.Journal, s.keys.Journal()), Hint: "check storage.keys in the config"}
	}
	s.origin.Journal, s.public = o.Journal, public
	return nil
}

// reload takes the tree from disk.
func (s *Store) reload() error {
	size, err := one[uint64](context.Background(), s.conn, "SELECT coalesce(max(sequence) + 1, 0) FROM entry")
	if err != nil {
		return err
	}
	if size == 0 {
		return &Fault{Kind: Corrupt, Doing: "open journal: it has no entry", Hint: hints[Corrupt]}
	}
	tree, err := journal.RestoreTree(size, hashReader{context.Background(), s.conn})
	if err != nil {
		return err
	}
	var stored, payload []byte
	if err := s.conn.QueryRowContext(context.Background(), "SELECT hashes, payload FROM entry WHERE sequence = ?",
		size-1).Scan(&stored, &payload); err != nil {
		return err
	}
	if leaf := journal.LeafHash(payload); payload != nil && string(leaf[:]) != string(stored[:min(len(stored), 32)]) {
		return &Fault{Kind: Corrupt, Doing: fmt.Sprintf("open journal: the last entry, %d, does not match its hash", size-1),
			Hint: hints[Corrupt]}
	}
	s.tree, s.stale = tree, false
	s.stand(Head{size, tree.Root()})
	return nil
}

// Head is how far the record is durable; it costs nothing.
func (s *Store) Head() Head { return *s.head.Load() }

// Close closes the files. Nothing needs it for what was committed to be there.
func (s *Store) Close() error {
	err := s.stmt.close()
	if s.conn != nil {
		err = errors.Join(err, s.conn.Close())
	}
	for _, db := range []*sql.DB{s.read, s.spare, s.db} {
		err = errors.Join(err, db.Close())
	}
	return errors.Join(err, s.pages.Close(), s.checkpoint.close())
}
