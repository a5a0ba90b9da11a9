package spare

import (
	"archive/tar"
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"filippo.io/age"
	"golang.org/x/mod/sumdb/note"

	"kidoban/controller/archive/shelf"
)

const (
	restoring = "restoring" // where a restore puts together what it will put in place
	shortMost = 64 << 10
)

// Restoring is how a backup is restored.
type Restoring struct {
	Identities []age.Identity // to open it with; none for one that is not encrypted
	Central    note.Verifier  // the central log's: no other's backup is taken
	Progress   func(doing string, entries uint64)

	// Prepare does what must be done to the database in a directory before it may be used; nil = nothing.
	Prepare func(ctx context.Context, dir string) error
}

// ErrDamaged is a backup that is damaged, cut off or not the central log's.
var ErrDamaged = errors.New("it is damaged, cut off or another's: take another copy of it, or an older backup")

// Restore puts the database of a backup into dir, which must hold none. On an error dir is as it was.
func Restore(ctx context.Context, r io.Reader, dir string, how Restoring) (l Label, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("restore: %w", err)
		}
	}()
	place := filepath.Join(dir, databaseFile)
	for _, name := range []string{place, place + "-wal"} {
		if _, err := os.Lstat(name); !errors.Is(err, fs.ErrNotExist) {
			return l, fmt.Errorf("%s exists: nothing is ever put over a record; name another directory, or move this one away and keep it", name)
		}
	}
	stage := filepath.Join(dir, restoring)
	if err := errors.Join(os.MkdirAll(dir, 0o700), os.RemoveAll(stage), os.Mkdir(stage, 0o700)); err != nil {
		return l, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(stage)) }()
	if l, err = unpack(r, filepath.Join(stage, databaseFile), how); err != nil {
		return l, err
	}
	journals, entries, err := verify(ctx, stage, how.Central, how.Progress)
	if err != nil {
		return l, err
	}
	if journals != l.Journals || entries != l.Entries {
		return l, fmt.Errorf("it holds %d entries of %d journals where it says %d of %d: %w", entries, journals, l.Entries, l.Journals, ErrDamaged)
	}
	if how.Prepare != nil {
		if err := how.Prepare(ctx, stage); err != nil {
			return l, err
		}
	}
	if _, err := os.Lstat(filepath.Join(stage, databaseFile+"-wal")); !errors.Is(err, fs.ErrNotExist) {
		return l, errors.New("the database was not closed")
	}
	if err := os.Rename(filepath.Join(stage, databaseFile), place); err != nil {
		return l, err
	}
	d, err := os.Open(dir)
	if err != nil {
		return l, err
	}
	return l, errors.Join(d.Sync(), d.Close())
}

const armour = "age-encryption.org/"

// unpack reads the whole file, and believes it only once the signature under it is read.
func unpack(r io.Reader, to string, how Restoring) (l Label, err error) {
	b := bufio.NewReaderSize(r, 1<<20)
	plain := io.Reader(b)
	if first, _ := b.Peek(len(armour)); string(first) == armour {
		if len(how.Identities) == 0 {
			return l, errors.New("it is encrypted: --identity FILE of one of its recipients opens it")
		}
		if plain, err = age.Decrypt(b, how.Identities...); err != nil {
			if _, others := errors.AsType[*age.NoIdentityMatchError](err); others {
				return l, errors.New("it was made for others than this identity (a damaged beginning looks the same)")
			}
			return l, fmt.Errorf("%w (%w)", ErrDamaged, err)
		}
	}
	t := tar.NewReader(plain)
	about, err := short(t, labelFile)
	if err != nil {
		return l, fmt.Errorf("%w (%w)", ErrDamaged, err)
	}
	if err := json.Unmarshal(about, &l); err != nil {
		return l, fmt.Errorf("%w (%w)", ErrDamaged, err)
	}
	if l.Version != version {
		return l, fmt.Errorf("its form is version %q, this program knows %s: use the one that wrote it", l.Version, version)
	}
	sum, err := spill(t, to)
	if err != nil {
		return l, err
	}
	signature, err := short(t, signatureFile)
	if err != nil {
		return l, fmt.Errorf("%w (%w)", ErrDamaged, err)
	}
	n, err := note.Open(signature, note.VerifierList(how.Central))
	if err != nil || n.Text != contents(about, sum) {
		return l, fmt.Errorf("%w (the signature is not %s's)", ErrDamaged, how.Central.Name())
	}
	if _, err := io.Copy(io.Discard, plain); err != nil { // the end of the encryption says that nothing was cut off
		return l, fmt.Errorf("%w (%w)", ErrDamaged, err)
	}
	return l, nil
}

func next(t *tar.Reader, name string) (*tar.Header, error) {
	h, err := t.Next()
	if err != nil {
		return nil, err
	}
	if h.Name != name || h.Typeflag != tar.TypeReg {
		return nil, fmt.Errorf("%q where %s should be", h.Name, name)
	}
	return h, nil
}

func short(t *tar.Reader, name string) ([]byte, error) {
	h, err := next(t, name)
	if err != nil {
		return nil, err
	}
	if h.Size > shortMost {
		return nil, errors.New(name + " is too long")
	}
	var b bytes.Buffer
	_, err = io.Copy(&b, t)
	return b.Bytes(), err
}

// spill writes the database to a file, and returns the digest of it.
func spill(t *tar.Reader, to string) ([]byte, error) {
	if _, err := next(t, shelf.DatabaseFile); err != nil {
		return nil, fmt.Errorf("%w (%w)", ErrDamaged, err)
	}
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	sum := sha256.New()
	_, err = io.Copy(io.MultiWriter(f, sum), t)
	err = errors.Join(err, f.Sync(), f.Close())
	if _, disk := errors.AsType[*fs.PathError](err); err != nil && !disk {
		err = fmt.Errorf("%w (%w)", ErrDamaged, err)
	}
	return sum.Sum(nil), err
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
