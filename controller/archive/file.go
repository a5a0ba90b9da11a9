package archive

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	_ "github.com/mattn/go-sqlite3" // the driver
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"kidoban/controller/journal"
)

const (
	fileName      = "central.db"
	schemaVersion = 2
)

// An entry's row holds the hashes of the tree that it completes, its own leaf first. A row at or beyond its journal's
// size is not verified yet: nobody but the archive reads it, and it may go again.
const schema = `
CREATE TABLE journal (
	id         INTEGER PRIMARY KEY,
	origin     TEXT NOT NULL UNIQUE,
	key        TEXT NOT NULL,           -- verifier key, accepted by a person
	accepted   TEXT NOT NULL,
	size       INTEGER NOT NULL DEFAULT 0,
	checkpoint BLOB,                    -- of that size, signed by the controller and by this log
	fork       TEXT NOT NULL DEFAULT '', -- why this journal is confirmed no more
	closed     TEXT NOT NULL DEFAULT ''  -- which journal goes on after it
) STRICT;
CREATE TABLE entry (
	journal  INTEGER NOT NULL REFERENCES journal (id),
	sequence INTEGER NOT NULL,
	payload  BLOB, -- NULL: purged, the leaf remains
	hashes   BLOB NOT NULL,
	PRIMARY KEY (journal, sequence)
) STRICT, WITHOUT ROWID;
CREATE TABLE evidence (
	id      INTEGER PRIMARY KEY,
	journal INTEGER NOT NULL REFERENCES journal (id),
	at      TEXT NOT NULL,
	what    TEXT NOT NULL,
	note    BLOB NOT NULL -- the signed checkpoint that contradicts ours
) STRICT;
`

// File is the central log's database. One process at a time writes events to it; any may read.
type File struct{ db *sql.DB }

// Create makes the database in dir. It refuses one that exists.
func Create(ctx context.Context, dir string) error {
	path := filepath.Join(dir, fileName)
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("create central log: %s exists", path)
	}
	f, err := open(ctx, path, "rwc")
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := f.db.ExecContext(ctx, schema+waitingTable+fmt.Sprintf("PRAGMA user_version = %d", schemaVersion)); err != nil {
		return fmt.Errorf("create central log: %w", err)
	}
	return nil
}

// Open opens the database in dir for writing.
func Open(ctx context.Context, dir string) (*File, error) { return openExisting(ctx, dir, "rw") }

// OpenReader opens it for reading alone, beside a running archive.
func OpenReader(ctx context.Context, dir string) (*File, error) { return openExisting(ctx, dir, "ro") }

func openExisting(ctx context.Context, dir, mode string) (*File, error) {
	path := filepath.Join(dir, fileName)
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("open central log: %w: kidobanlog init makes one", err)
	}
	f, err := open(ctx, path, mode)
	if err != nil {
		return nil, err
	}
	var version int
	err = f.db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version)
	if err == nil && version == 1 && mode == "rw" {
		err, version = f.upgrade(ctx), schemaVersion
	}
	if err != nil || version != schemaVersion {
		f.Close()
		return nil, fmt.Errorf("open central log %s: its schema is %d, this program knows %d (%v)", path, version, schemaVersion, err)
	}
	return f, nil
}

func open(ctx context.Context, path, mode string) (*File, error) {
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
	return &File{db}, nil
}

// Close closes it.
func (f *File) Close() error { return f.db.Close() }

// Journal is one journal that a person accepted, as the file has it.
type Journal struct {
	ID         int64
	Origin     string
	Key        note.Verifier
	Size       uint64
	Checkpoint []byte // co-signed, of that size; nil while Size is 0
	Fork       string
	Closed     string // which journal goes on after it: nothing is added to this one
}

// Accept pins a controller's verifier key: from now on its journal is taken. Doing so twice changes nothing.
func (f *File) Accept(ctx context.Context, key string, at time.Time) (origin string, err error) {
	v, err := note.NewVerifier(key)
	if err != nil {
		return "", fmt.Errorf("accept journal: %w: kidoban init prints the key to pin", err)
	}
	origin = v.Name() + "/" + journal.JournalID(v)
	if _, err := topicOf(origin); err != nil {
		return "", fmt.Errorf("accept journal: key of %q: %w", v.Name(), err)
	}
	_, err = f.db.ExecContext(ctx, "INSERT INTO journal (origin, key, accepted) VALUES (?, ?, ?) ON CONFLICT (origin) DO NOTHING",
		origin, key, at.Format(time.RFC3339))
	if err != nil {
		return "", fmt.Errorf("accept journal: %w", err)
	}
	return origin, nil
}

// Journals lists the accepted journals in the order of their acceptance.
func (f *File) Journals(ctx context.Context) ([]Journal, error) {
	rows, err := f.db.QueryContext(ctx, "SELECT id, origin, key, size, checkpoint, fork, closed FROM journal ORDER BY id")
	if err != nil {
		return nil, fmt.Errorf("list journals: %w", err)
	}
	defer rows.Close()
	var js []Journal
	for rows.Next() {
		var j Journal
		var key string
		if err := rows.Scan(&j.ID, &j.Origin, &key, &j.Size, &j.Checkpoint, &j.Fork, &j.Closed); err != nil {
			return nil, fmt.Errorf("list journals: %w", err)
		}
		if j.Key, err = note.NewVerifier(key); err != nil {
			return nil, fmt.Errorf("list journals: key of %s: %w", j.Origin, err)
		}
		js = append(js, j)
	}
	return js, rows.Err()
}

// Entries calls yield for each verified entry of j from sequence from on; payload is nil where it was purged.
func (f *File) Entries(ctx context.Context, j Journal, from uint64, yield func(sequence uint64, payload []byte) error) error {
	rows, err := f.db.QueryContext(ctx, `SELECT sequence, payload FROM entry
		WHERE journal = ?1 AND sequence >= ?2 AND sequence < (SELECT size FROM journal WHERE id = ?1) ORDER BY sequence`, j.ID, from)
	if err != nil {
		return fmt.Errorf("read entries: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var seq uint64
		var payload []byte
		if err := rows.Scan(&seq, &payload); err != nil {
			return fmt.Errorf("read entries: %w", err)
		}
		if err := yield(seq, payload); err != nil {
			return err
		}
	}
	return rows.Err()
}

// leaf is an entry on its way into the file.
type leaf struct {
	payload []byte // nil if purged
	hash    tlog.Hash
}

// append writes leaves behind tree, and returns the tree with them. If seal is not nil they become verified: the
// journal's size is seal's, for which checkpoint stands. All of it is durable when append returns, or none.
func (f *File) append(ctx context.Context, id int64, tree journal.Tree, leaves []leaf, seal *sealing) (journal.Tree, error) {
	tx, err := f.db.BeginTx(ctx, nil)
	if err != nil {
		return tree, fmt.Errorf("append: %w", err)
	}
	defer tx.Rollback()
	insert, err := tx.PrepareContext(ctx, "INSERT INTO entry (journal, sequence, payload, hashes) VALUES (?, ?, ?, ?)")
	if err != nil {
		return tree, fmt.Errorf("append: %w", err)
	}
	defer insert.Close()
	next := tree
	var hashes []tlog.Hash
	var blob []byte
	for _, l := range leaves {
		seq := next.Size()
		hashes, blob = next.Append(hashes[:0], l.hash), blob[:0]
		for _, h := range hashes {
			blob = append(blob, h[:]...)
		}
		if _, err := insert.ExecContext(ctx, id, seq, l.payload, blob); err != nil {
			return tree, fmt.Errorf("append entry %d: %w", seq, err)
		}
	}
	if seal != nil {
		if _, err := tx.ExecContext(ctx, "UPDATE journal SET size = ?, checkpoint = ? WHERE id = ?", seal.size, seal.checkpoint, id); err != nil {
			return tree, fmt.Errorf("append: %w", err)
		}
	}
	if err := tx.Commit(); err != nil {
		return tree, fmt.Errorf("append: %w", err)
	}
	return next, nil
}

type sealing struct {
	size       uint64
	checkpoint []byte // signed by both
}

// discard removes what is not verified.
func (f *File) discard(ctx context.Context, id int64) error {
	_, err := f.db.ExecContext(ctx, "DELETE FROM entry WHERE journal = ?1 AND sequence >= (SELECT size FROM journal WHERE id = ?1)", id)
	if err != nil {
		return fmt.Errorf("discard unverified entries: %w", err)
	}
	return nil
}

// forked stores the evidence and that the journal is confirmed no more.
func (f *File) forked(ctx context.Context, id int64, at time.Time, what string, evidence []byte) error {
	tx, err := f.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("record fork: %w", err)
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "UPDATE journal SET fork = ? WHERE id = ?", what, id); err != nil {
		return fmt.Errorf("record fork: %w", err)
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO evidence (journal, at, what, note) VALUES (?, ?, ?, ?)", id, at.Format(time.RFC3339), what, evidence)
	if err != nil {
		return fmt.Errorf("record fork: %w", err)
	}
	return tx.Commit()
}

// hashes reads a journal's stored hashes.
func (f *File) hashes(ctx context.Context, id int64) tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			seq, level := journal.Completes(index)
			var b []byte
			err := f.db.QueryRowContext(ctx, "SELECT substr(hashes, ?, 32) FROM entry WHERE journal = ? AND sequence = ?", level*32+1, id, seq).Scan(&b)
			if err != nil {
				return nil, fmt.Errorf("read hash of entry %d: %w", seq, err)
			}
			if copy(out[i][:], b) != len(out[i]) {
				return nil, fmt.Errorf("read hash of entry %d: too short", seq)
			}
		}
		return out, nil
	})
}

// leafAt is the leaf hash of one entry.
func (f *File) leafAt(ctx context.Context, id int64, seq uint64) (tlog.Hash, error) {
	h, err := f.hashes(ctx, id).ReadHashes([]int64{tlog.StoredHashIndex(0, int64(seq))})
	if err != nil {
		return tlog.Hash{}, err
	}
	return h[0], nil
}

// rootAt is the root of the first size entries.
func (f *File) rootAt(ctx context.Context, id int64, size uint64) (tlog.Hash, error) {
	t, err := journal.RestoreTree(size, f.hashes(ctx, id))
	if err != nil {
		return tlog.Hash{}, err
	}
	return t.Root(), nil
}
