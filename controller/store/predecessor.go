package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"kidoban/controller/journal"
)

// predecessor is what is left of a journal that is to be succeeded; the zero one is nothing at all.
type predecessor struct {
	dir    string
	reader *Reader  // nil where there is no database
	slot   *os.File // held locked, so that no daemon runs meanwhile
	signed []byte   // the checkpoint that it signed last
	size   uint64
	cards  bool // the roster has credentials
	back   bool // it was restored from a backup
}

// lookBack opens what dir holds.
func lookBack(ctx context.Context, dir string, o journal.Origin) (p *predecessor, err error) {
	p = &predecessor{dir: dir}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.close())
		}
	}()
	if err := p.lock(); err != nil {
		return p, err
	}
	_, err = os.Lstat(filepath.Join(dir, restoredFile))
	p.back = err == nil
	path := filepath.Join(dir, databaseFile)
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return p, nil
	}
	if err := settle(ctx, path); err != nil {
		return p, err
	}
	if p.reader, err = OpenReadOnly(ctx, dir); err != nil {
		return p, err
	}
	if got := p.reader.Origin(); got.KeyName() != o.KeyName() {
		return p, &Fault{Kind: WrongKey, Doing: fmt.Sprintf("succeed: the journal is of %s, the config says %s", got.KeyName(),
			o.KeyName()), Hint: "check site, controller and storage.data in the config"}
	}
	if p.size, err = p.reader.Size(ctx); err != nil {
		return p, err
	}
	p.cards, err = one[bool](ctx, p.reader.read, "SELECT EXISTS (SELECT 1 FROM credential)")
	return p, err
}

func (p *predecessor) lock() error {
	path := filepath.Join(p.dir, checkpointFile)
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	p.slot = f
	if err := lock(f); err != nil {
		return &Fault{Kind: Busy, Doing: "succeed: the journal is in use", Hint: "stop kidoband first", Err: err}
	}
	if _, p.signed, err = readSlot(f); KindOf(err) == Corrupt {
		return nil
	}
	return err
}

// settle brings an old database up to date and its WAL into it, so that one file is the whole of it.
func settle(ctx context.Context, path string) (err error) {
	db := writing(path)
	db.SetMaxOpenConns(1)
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := migrate(ctx, db); err != nil {
		return err
	}
	var busy, frames, done sql.NullInt64
	if err := db.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &frames, &done); err != nil {
		return err
	}
	if busy.Int64 != 0 {
		return &Fault{Kind: Busy, Doing: "succeed: the journal is being read", Hint: "end what reads it, then try again"}
	}
	return nil
}

// letGo closes the old database and takes its WAL away, which is empty and must not be taken for the new one's.
func (p *predecessor) letGo() error {
	if p.reader == nil {
		return nil
	}
	if err := p.reader.Close(); err != nil {
		return err
	}
	p.reader = nil
	wal := filepath.Join(p.dir, databaseFile+"-wal")
	if info, err := os.Lstat(wal); err == nil && info.Size() > 0 {
		return &Fault{Kind: Busy, Doing: "succeed: somebody writes to the old journal", Hint: "end what does, then try again"}
	}
	for _, name := range []string{wal, filepath.Join(p.dir, databaseFile+"-shm")} {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func (p *predecessor) close() (err error) {
	if p.reader != nil {
		err = p.reader.Close()
	}
	if p.slot != nil {
		err = errors.Join(err, p.slot.Close())
	}
	p.reader, p.slot = nil, nil
	return err
}

func (p *predecessor) journal() string {
	if p.reader == nil {
		return ""
	}
	return p.reader.origin.Journal
}

func (p *predecessor) public() string {
	if p.reader == nil {
		return ""
	}
	return p.reader.public
}

// furthest is the largest size of the old journal that anything on this disk tells of.
func (p *predecessor) furthest(origin string) uint64 {
	far := p.size
	own := p.signed
	for _, msg := range (&Reader{dir: p.dir}).beside(own) {
		if c, err := journal.PeekCheckpoint(msg); err == nil && c.Origin == origin {
			far = max(far, c.Size)
		}
	}
	return far
}

// fits compares the head at which the old journal is to end with what lies here.
func (p *predecessor) fits(ctx context.Context, head journal.Checkpoint, how Succession) ([]journal.Problem, error) {
	if far := p.furthest(head.Origin); head.Size < far && how.Force == "" {
		return nil, &Fault{Kind: Conflict, Doing: fmt.Sprintf("succeed: the checkpoint is of %d entries, this disk tells of %d", head.Size, far),
			Hint: "take the last checkpoint (kidoban journal checkpoint --data, or the central log's), or say --force with the reason, which is recorded"}
	}
	if p.reader == nil {
		return nil, nil
	}
	if p.size >= head.Size {
		root, err := p.reader.RootAt(ctx, head.Size)
		if err != nil {
			return nil, err
		}
		if root != head.Root {
			return nil, &Fault{Kind: RolledBack, Doing: fmt.Sprintf("succeed: the first %d entries on this disk are not those of the checkpoint",
				head.Size), Hint: "keep this directory as it is, move it away and call the system manager; a backup can be restored in its place"}
		}
	}
	rep, err := p.reader.Verify(ctx, Verifying{Progress: how.Progress})
	if err != nil {
		return nil, err
	}
	var bad []journal.Problem
	for _, x := range rep.Problems {
		if x.Kind != journal.TailCut && x.Kind != journal.RolledBack { // that entries are missing is why this is done
			bad = append(bad, x)
		}
	}
	if len(bad) > 0 && how.Force == "" {
		return nil, &Fault{Kind: Corrupt, Doing: "succeed: the old record is not in order: " + bad[0].String(),
			Hint: "restore a backup into an empty directory, or say --force with the reason, which is recorded"}
	}
	return bad, nil
}

// begin makes the new journal in stage, with what was true in the old one.
func (p *predecessor) begin(ctx context.Context, stage string, keys Keys, o journal.Origin, head uint64, first journal.Entry) error {
	path := filepath.Join(stage, databaseFile)
	if err := writeNew(path, "", 0o600); err != nil {
		return err
	}
	if err := fill(ctx, path, keys, o, first); err != nil {
		return err
	}
	if p.reader != nil {
		if err := carry(ctx, path, filepath.Join(p.dir, databaseFile), p.lost(head), fiscalYear(first.At.Wall)); err != nil {
			return fmt.Errorf("carry over what is true: %w", err)
		}
	}
	if err := settle(ctx, path); err != nil {
		return err
	}
	return createSlot(filepath.Join(stage, checkpointFile))
}

// lost is how many entries the old journal had beyond those that lie here, as far as the head tells; -1 if none can be lost.
func (p *predecessor) lost(head uint64) int64 {
	if !p.back && p.size >= head {
		return -1
	}
	return int64(max(head, p.size) - p.size)
}

// carry copies every row of what is true, in one transaction; the record itself, and what counts by its sequence, stays
// where it is.
func carry(ctx context.Context, to, from string, lost int64, year int) (err error) {
	db := writing(to)
	db.SetMaxOpenConns(1)
	defer func() { err = errors.Join(err, db.Close()) }()
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if _, err := conn.ExecContext(ctx, "ATTACH DATABASE ? AS old", from); err != nil {
		return err
	}
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	var tables []string
	if err := each(ctx, tx, "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "+
		"AND name NOT IN ('journal', 'entry', 'trace', 'counted', 'goose_db_version') ORDER BY name", func(scan scan) error {
		var name string
		err := scan(&name)
		tables = append(tables, `"`+strings.ReplaceAll(name, `"`, `""`)+`"`)
		return err
	}); err != nil {
		return err
	}
	for _, t := range tables {
		if _, err := tx.ExecContext(ctx, "DELETE FROM main."+t); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "INSERT INTO main."+t+" SELECT * FROM old."+t); err != nil {
			return fmt.Errorf("%s: %w", t, err)
		}
	}
	if _, err := tx.ExecContext(ctx, "UPDATE main.occupant SET unverified = 1 WHERE inside"); err != nil {
		return err
	}
	if err := skip(ctx, tx, lost, year); err != nil {
		return err
	}
	return tx.Commit()
}

// skip leaves out the numbers that the lost entries may have given out: each was an entry of its own, and some entries more
// may have been recorded than anybody signed for. No number is ever given twice.
func skip(ctx context.Context, tx *sql.Tx, lost int64, year int) error {
	if lost < 0 {
		return nil
	}
	if _, err := tx.ExecContext(ctx, "INSERT INTO main.number SELECT DISTINCT kind, ?, 0 FROM main.number WHERE true "+
		"ON CONFLICT DO NOTHING", year); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, "UPDATE main.number SET last = (last + ?) / 100 * 100 + 100 WHERE year >= "+
		"(SELECT max(year) FROM old.number)", lost)
	return err
}
