// Package spare writes and reads backups of a central log's SQLite database.
//
// A backup is a tar, encrypted with age where somebody is named who can open it: what it is, the database as it was at one
// moment, and the central log's signature under its octets. The keys are never in it. Both ends verify: each journal's entries
// against the last checkpoint that its controller and the central log signed, and the database's pages. What does not verify
// is neither written nor put in place.
package spare

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"filippo.io/age"
	"golang.org/x/mod/sumdb/note"

	"kidoban/controller/archive/shelf"
	"kidoban/controller/journal"
)

// The files of a backup, in their order.
const (
	labelFile     = "kidobanlog-backup.json"
	databaseFile  = shelf.DatabaseFile
	signatureFile = "signature"
	version       = "1"
)

// Label says what a backup is.
type Label struct {
	Version  string    `json:"kidobanlog_backup"` // of this form
	Site     string    `json:"site"`
	Name     string    `json:"name"`
	At       time.Time `json:"at"`
	Journals int       `json:"journals"`
	Entries  uint64    `json:"entries"`
}

// Making is how a backup is made.
type Making struct {
	Site, Name string
	At         time.Time
	Key        note.Signer     // the central log's
	Central    note.Verifier   // its public half
	Recipients []age.Recipient // who can open it; none = anybody
	Dir        string          // where there is room for a copy
	Progress   func(doing string, entries uint64)
}

// Made is what was written.
type Made struct {
	Label
	Bytes  int64
	Digest string // SHA-256 of what was written, hex
}

// Write sends a backup of the state of one moment to w, while the central log goes on.
func Write(ctx context.Context, w io.Writer, s *shelf.Shelf, m Making) (out Made, err error) {
	dir, err := os.MkdirTemp(m.Dir, "backup-*")
	if err != nil {
		return out, fmt.Errorf("back up: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := s.CopyTo(ctx, dir); err != nil {
		return out, fmt.Errorf("back up: %w", err)
	}
	out.Label = Label{Version: version, Site: m.Site, Name: m.Name, At: m.At}
	if out.Journals, out.Entries, err = verify(ctx, dir, m.Central, m.Progress); err != nil {
		return out, fmt.Errorf("back up: the database itself is not in order, keep the backups before: %w", err)
	}
	sum := &digest{w: w, h: sha256.New()}
	if err := pack(sum, filepath.Join(dir, databaseFile), out.Label, m); err != nil {
		return out, fmt.Errorf("back up: %w", err)
	}
	out.Bytes, out.Digest = sum.n, hex.EncodeToString(sum.h.Sum(nil))
	return out, nil
}

func pack(w io.Writer, path string, l Label, m Making) error {
	sealed := io.WriteCloser(open{w})
	if len(m.Recipients) > 0 {
		var err error
		if sealed, err = age.Encrypt(w, m.Recipients...); err != nil {
			return err
		}
	}
	about, err := json.Marshal(l)
	if err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	t := tar.NewWriter(sealed)
	if err := put(t, labelFile, about, l.At); err != nil {
		return err
	}
	if err := t.WriteHeader(header(databaseFile, info.Size(), l.At)); err != nil {
		return err
	}
	sum := sha256.New()
	if _, err := io.Copy(io.MultiWriter(t, sum), f); err != nil {
		return err
	}
	signature, err := note.Sign(&note.Note{Text: contents(about, sum.Sum(nil))}, m.Key)
	if err != nil {
		return err
	}
	return errors.Join(put(t, signatureFile, signature, l.At), t.Close(), sealed.Close())
}

// contents is what the central log signs. It is no checkpoint, whatever lies in the database.
func contents(about, sum []byte) string {
	return "kidobanlog-backup\n" + strings.ReplaceAll(string(about), "\n", " ") + "\n" + hex.EncodeToString(sum) + "\n"
}

func put(t *tar.Writer, name string, text []byte, at time.Time) error {
	if err := t.WriteHeader(header(name, int64(len(text)), at)); err != nil {
		return err
	}
	_, err := t.Write(text)
	return err
}

func header(name string, size int64, at time.Time) *tar.Header {
	return &tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o600, ModTime: at, Format: tar.FormatPAX}
}

// verify verifies every journal of the database in dir.
func verify(ctx context.Context, dir string, central note.Verifier, progress func(string, uint64)) (journals int, entries uint64, err error) {
	s, err := shelf.OpenReader(ctx, dir)
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := s.Sound(ctx); err != nil {
		return 0, 0, err
	}
	js, err := s.Journals(ctx)
	if err != nil {
		return 0, 0, err
	}
	for _, j := range js {
		if j.Size == 0 {
			continue
		}
		if err := one(ctx, s, j, central, progress); err != nil {
			return journals, entries, fmt.Errorf("%s: %w", j.Origin, err)
		}
		journals, entries = journals+1, entries+j.Size
	}
	return journals, entries, nil
}

func one(ctx context.Context, s *shelf.Shelf, j shelf.Journal, central note.Verifier, progress func(string, uint64)) error {
	if _, err := journal.OpenCosigned(j.Checkpoint, j.Key, central); err != nil {
		return err
	}
	part := strings.Split(j.Origin, "/")
	if len(part) != 4 {
		return errors.New("it is no journal's origin")
	}
	against := journal.Against{Origin: journal.Origin{Site: part[1], Controller: part[2], Journal: part[3]}, Key: j.Key,
		Checkpoints: [][]byte{j.Checkpoint}, Received: true}
	if progress != nil {
		against.Progress = func(done uint64) { progress("verify "+part[2], done) }
	}
	r, err := journal.Verify(s.Rows(ctx, j.ID, 0, j.Size), against)
	switch {
	case err != nil:
		return err
	case !r.OK():
		return errors.New(r.Problems[0].String())
	case r.Size != j.Size || r.Signed != j.Size:
		return fmt.Errorf("%d entries, of which %d are signed, where %d were", r.Size, r.Signed, j.Size)
	}
	return nil
}

// open is a writer that has nothing to end.
type open struct{ io.Writer }

func (open) Close() error { return nil }
