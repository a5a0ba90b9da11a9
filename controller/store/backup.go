package store

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"hash"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"filippo.io/age"
	"github.com/mattn/go-sqlite3"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"kidoban/controller/journal"
)

// A backup is a tar, encrypted with age: what it is, the checkpoint that signs exactly the state that it holds, the last
// one that the central log had co-signed then, the database, and the controller's signature under the database's octets: age
// says who can read, not who wrote, and what is true beside the record is no leaf of the tree. The keys are never in it.
const (
	backupVersion = "1"
	labelFile     = "kidoban-backup.json"
	signatureFile = "signature"
	unfinished    = ".unfinished"
	copyPages     = 128 // in one go; a commit that waits for the disk waits for these at most
)

// label is the first file of a backup.
type label struct {
	Backup     string    `json:"kidoban_backup"` // the version of this form
	Site       string    `json:"site"`
	Controller string    `json:"controller"`
	Journal    string    `json:"journal"`
	Verifier   string    `json:"verifier"`
	Size       uint64    `json:"size"`
	At         time.Time `json:"at"`
}

// Backing is how a backup is made.
type Backing struct {
	Recipients []age.Recipient         // who can open it: at least one
	At         time.Time               // when, for the checkpoint in it
	Clock      journal.Clock           // and by what clock
	Progress   func(done, total int64) // now and then, in octets; may be nil
}

// Backed is what a backup holds.
type Backed struct {
	Head
	Bytes  int64  // of the encrypted file
	Digest string // SHA-256 of it, hex
}

// Backup writes the state of one moment to w, encrypted, while commits go on: whatever was durable before it began is in it.
// It is copied first, within the data directory, in small pieces that are synced one by one, so that no commit finds the disk
// full of unwritten pages; the copy has no name any more when the first octet of it is sent. On an error what w got is of no
// use. It may be called from any goroutine.
func (s *Store) Backup(ctx context.Context, w io.Writer, b Backing) (Backed, error) {
	out, err := s.backup(ctx, w, b)
	return out, fault("back up the journal", err)
}

func (s *Store) backup(ctx context.Context, w io.Writer, b Backing) (Backed, error) {
	if len(b.Recipients) == 0 {
		return Backed{}, errors.New("nobody could open it: name a recipient")
	}
	if b.Progress == nil {
		b.Progress = func(int64, int64) {}
	}
	copied, head, err := s.copy(ctx, b.Progress)
	if err != nil {
		return Backed{}, err
	}
	defer func() { _ = copied.Close() }()
	signed, err := journal.Checkpoint{Origin: s.origin.Line(), Size: head.Size, Root: head.Root, Time: b.At.In(s.zone()),
		Clock: b.Clock}.Sign(s.keys.k().signer)
	if err != nil {
		return Backed{}, err
	}
	sum := &digest{w: w, h: sha256.New()}
	if err := s.pack(ctx, sum, copied, signed, head, b); err != nil {
		return Backed{}, err
	}
	return Backed{head, sum.n, hex.EncodeToString(sum.h.Sum(nil))}, nil
}

// copy makes a copy of the database as it stands now and takes its name away.
func (s *Store) copy(ctx context.Context, progress func(done, total int64)) (_ *os.File, head Head, err error) {
	f, err := os.CreateTemp(s.dir, "backup-*"+unfinished)
	if err != nil {
		return nil, head, err
	}
	defer func() {
		err = errors.Join(err, os.Remove(f.Name()))
		if err != nil {
			_ = f.Close()
		}
	}()
	conn, err := s.read.Conn(ctx)
	if err != nil {
		return nil, head, err
	}
	defer func() { _ = conn.Close() }()
	tx, err := conn.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, head, err
	}
	defer func() { _ = tx.Rollback() }()
	// This first read fixes the state of which everything after it is.
	if head.Size, err = one[uint64](ctx, tx, "SELECT coalesce(max(sequence) + 1, 0) FROM entry"); err != nil {
		return nil, head, err
	}
	if head.Root, err = tlog.TreeHash(int64(head.Size), hashReader{ctx, tx}); err != nil {
		return nil, head, err
	}
	err = conn.Raw(func(c any) error { return copyInto(ctx, c.(*sqlite3.SQLiteConn), f, progress) })
	return f, head, err
}

// copyInto copies the state that src's open transaction sees.
func copyInto(ctx context.Context, src *sqlite3.SQLiteConn, f *os.File, progress func(done, total int64)) (err error) {
	c, err := (&sqlite3.SQLiteDriver{}).Open(dsn(f.Name(), "mode=rw&_journal_mode=OFF&_synchronous=OFF&_cache_size=-512"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	b, err := c.(*sqlite3.SQLiteConn).Backup("main", src, "main")
	if err != nil {
		return err
	}
	for done := false; !done && err == nil; {
		began := time.Now()
		if done, err = b.Step(copyPages); err == nil {
			err = datasync(f)
		}
		total := int64(b.PageCount()) * pageSize
		progress(total-int64(b.Remaining())*pageSize, 2*total)
		if err == nil && !done {
			err = rest(ctx, time.Since(began))
		}
	}
	return errors.Join(err, b.Close())
}

// rest leaves the disk to others.
func rest(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// pack writes the encrypted tar.
func (s *Store) pack(ctx context.Context, w io.Writer, copied *os.File, signed []byte, head Head, b Backing) error {
	about, err := json.Marshal(label{backupVersion, s.origin.Site, s.origin.Controller, s.origin.Journal, s.public, head.Size, b.At})
	if err != nil {
		return err
	}
	sealed, err := age.Encrypt(w, b.Recipients...)
	if err != nil {
		return err
	}
	t := tar.NewWriter(sealed)
	files := []packed{{labelFile, about}, {checkpointFile, signed}}
	if ack := s.acknowledged(head.Size); ack != nil {
		files = append(files, packed{acknowledgedFile, ack})
	}
	for _, f := range files {
		if err := file(t, f, b.At); err != nil {
			return err
		}
	}
	info, err := copied.Stat()
	if err != nil {
		return err
	}
	if err := header(t, databaseFile, info.Size(), b.At); err != nil {
		return err
	}
	from := &metered{ctx: ctx, r: io.NewSectionReader(copied, 0, info.Size()), size: info.Size(), progress: b.Progress}
	sum := sha256.New()
	if _, err := io.Copy(io.MultiWriter(t, sum), from); err != nil {
		return err
	}
	signature, err := note.Sign(&note.Note{Text: contents(s.origin, sum)}, s.keys.k().signer)
	if err != nil {
		return err
	}
	return errors.Join(file(t, packed{signatureFile, signature}, b.At), t.Close(), sealed.Close())
}

// contents is what the controller signs of a database's octets. It is no checkpoint, whatever those are.
func contents(o journal.Origin, sum hash.Hash) string {
	return "kidoban-backup\n" + o.Line() + "\n" + hex.EncodeToString(sum.Sum(nil)) + "\n"
}

type packed struct {
	name string
	text []byte
}

func file(t *tar.Writer, f packed, at time.Time) error {
	if err := header(t, f.name, int64(len(f.text)), at); err != nil {
		return err
	}
	_, err := t.Write(f.text)
	return err
}

func header(t *tar.Writer, name string, size int64, at time.Time) error {
	return t.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o600, ModTime: at, Format: tar.FormatPAX})
}

// acknowledged is the last checkpoint that the central log co-signed, where the copied state has all that it covers.
func (s *Store) acknowledged(size uint64) []byte {
	b, err := os.ReadFile(filepath.Join(s.dir, acknowledgedFile))
	if err != nil {
		return nil
	}
	if c, err := journal.OpenCheckpoint(b, s.keys.Verifier()); err != nil || c.Size > size {
		return nil
	}
	return b
}

// metered is a file on its way out: it says how far it is, and ends when nobody waits for it any more.
type metered struct {
	ctx        context.Context
	r          io.Reader
	done, size int64
	progress   func(done, total int64)
}

func (m *metered) Read(p []byte) (int, error) {
	if err := m.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := m.r.Read(p)
	if m.done += int64(n); m.progress != nil {
		m.progress(m.size+m.done, 2*m.size)
	}
	return n, err
}

// digest counts and hashes what passes.
type digest struct {
	w io.Writer
	h hash.Hash
	n int64
}

func (d *digest) Write(p []byte) (int, error) {
	n, err := d.w.Write(p)
	d.h.Write(p[:n])
	d.n += int64(n)
	return n, err
}

// tidy removes what a backup, a restore or a succession that was killed has left in a data directory.
func tidy(dir string) error {
	files, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, f := range files {
		if strings.HasPrefix(f.Name(), "backup-") && strings.Contains(f.Name(), unfinished) {
			err = errors.Join(err, os.Remove(filepath.Join(dir, f.Name())))
		}
	}
	return errors.Join(err, os.RemoveAll(filepath.Join(dir, restoringDir)), os.RemoveAll(filepath.Join(dir, succeedingDir)))
}
