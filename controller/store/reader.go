package store

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"

	"golang.org/x/mod/sumdb/note"

	"kidoban/controller/journal"
)

// readers are enough for a verify beside everything else.
const readers = 8

// Reader reads a data directory and writes nothing to it. It needs no secret key, and takes a damaged, cut or foreign
// journal too: verifying says what is wrong with it.
type Reader struct {
	dir    string
	read   *sql.DB
	origin journal.Origin
	public string
}

// OpenReadOnly opens the journal in dir, whether or not the daemon has it open.
func OpenReadOnly(ctx context.Context, dir string) (*Reader, error) {
	path := filepath.Join(dir, databaseFile)
	f, err := os.Open(path)
	if err != nil {
		return nil, fault("open journal in "+dir, err)
	}
	if err := f.Close(); err != nil {
		return nil, fault("open journal in "+dir, err)
	}
	r := &Reader{dir: dir, read: reading(path)}
	r.read.SetMaxOpenConns(readers)
	if r.origin, r.public, err = whose(ctx, r.read); err != nil {
		return nil, errors.Join(fault("open journal in "+dir, err), r.read.Close())
	}
	return r, nil
}

// Origin is what the entries of this journal share, as the database names it; an offline reader knows no boot and no zone.
func (r *Reader) Origin() journal.Origin { return r.origin }

// Public is the verifier key that the database names. Whoever changed the database may have changed it too: to prove
// anything to others, compare it with the one that was pinned.
func (r *Reader) Public() string { return r.public }

// Close closes the files of a reader that OpenReadOnly made.
func (r *Reader) Close() error { return r.read.Close() }

// whose reads the one row that names a journal.
func whose(ctx context.Context, q interface {
	QueryRowContext(context.Context, string, ...any) *sql.Row
}) (o journal.Origin, public string, err error) {
	err = q.QueryRowContext(ctx, "SELECT site, controller, journal, verifier FROM journal").
		Scan(&o.Site, &o.Controller, &o.Journal, &public)
	if errors.Is(err, sql.ErrNoRows) {
		err = &Fault{Kind: Corrupt, Doing: "open journal: it does not say whose it is", Hint: hints[Corrupt]}
	}
	return o, public, err
}

// Checkpoint that was signed last, as it lies beside the journal; nil if there is none.
func (r *Reader) checkpointBeside() ([]byte, error) {
	f, err := os.Open(filepath.Join(r.dir, checkpointFile))
	if err != nil {
		return nil, err
	}
	_, text, err := readSlot(f)
	return text, errors.Join(err, f.Close())
}

// beside is own and what the outbox left of an acknowledgement. That file is a hint, written without a sync: where it
// does not read as a checkpoint at all it counts as none.
func (r *Reader) beside(own []byte) [][]byte {
	var out [][]byte
	if own != nil {
		out = append(out, own)
	}
	if b, err := os.ReadFile(filepath.Join(r.dir, acknowledgedFile)); err == nil {
		if _, err := journal.PeekCheckpoint(b); err == nil {
			out = append(out, b)
		}
	}
	return out
}

func (r *Reader) key() (note.Verifier, error) {
	v, err := note.NewVerifier(r.public)
	if err != nil {
		return nil, &Fault{Kind: Corrupt, Doing: "read journal's verifier key", Err: err, Hint: hints[Corrupt]}
	}
	return v, nil
}

// Size is the number of entries, as the highest sequence tells it; Verify finds out whether all of them are there.
func (r *Reader) Size(ctx context.Context) (uint64, error) {
	last, err := one[sql.NullInt64](ctx, r.read, "SELECT max(sequence) FROM entry")
	if err != nil || !last.Valid {
		return 0, fault("read the journal's size", err)
	}
	return uint64(last.Int64) + 1, nil
}

// Signed is the checkpoint that was signed last, nil if there is none yet. Kept elsewhere it gives a rollback away.
func (r *Reader) Signed() ([]byte, error) {
	text, err := r.checkpointBeside()
	return text, fault("read checkpoint", err)
}
