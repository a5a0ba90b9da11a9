package store

import (
	"archive/tar"
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

	"kidoban/controller/journal"
)

const (
	restoringDir = "restoring" // where a restore puts together what it will put in place
	restoredFile = "restored"  // lies beside a journal that was put back: it lacks what came after the backup
	labelMost    = 64 << 10
)

// Restored is what was put in place.
type Restored struct {
	Origin     journal.Origin
	Public     string // the verifier key that the database names
	Checkpoint journal.Checkpoint
	Signed     []byte         // the checkpoint of exactly this state
	Cosigned   []byte         // the last one before it that the central log had co-signed, nil if there is none
	Report     journal.Report // what verifying found: nothing wrong
}

// Restoring is how a backup is restored.
type Restoring struct {
	Identities []age.Identity
	Key        note.Verifier         // the controller's, pinned; nil takes the one that the backup names
	Progress   func(entries uint64)  // of the verification; may be nil
	Read       func(done, all int64) // of the file, in octets; all is 0. May be nil
}

// Restore puts the database of a backup into dir, which must hold no journal. Everything is verified before any of it is in
// place: the encryption to its last octet, each entry, the checkpoint that signs exactly this state, the rows of what is true.
// On an error dir is as it was.
func Restore(ctx context.Context, r io.Reader, dir string, how Restoring) (Restored, error) {
	out, err := restore(ctx, r, dir, how)
	return out, fault("restore a backup into "+dir, err)
}

func restore(ctx context.Context, r io.Reader, dir string, how Restoring) (out Restored, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return out, err
	}
	stage := filepath.Join(dir, restoringDir)
	if err := undo(dir, stage); err != nil {
		return out, err
	}
	if err := vacant(dir, "restore a backup"); err != nil {
		return out, err
	}
	if err := os.Mkdir(stage, 0o700); err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(stage)) }()
	u, err := unpack(ctx, r, stage, how)
	if err != nil {
		return out, err
	}
	out.Signed, out.Cosigned = u.checkpoint, u.cosigned
	if err := prove(ctx, stage, how, u, &out); err != nil {
		return out, err
	}
	return out, place(dir, stage)
}

// vacant refuses a directory that holds a journal, or what one has left.
func vacant(dir, doing string) error {
	for _, name := range []string{databaseFile, databaseFile + "-wal", checkpointFile, acknowledgedFile, restoredFile} {
		if _, err := os.Lstat(filepath.Join(dir, name)); !errors.Is(err, fs.ErrNotExist) {
			return &Fault{Kind: Exists, Doing: doing + ": " + filepath.Join(dir, name) + " exists",
				Hint: "nothing is ever put over a journal; choose another directory, or move this one away and keep it"}
		}
	}
	return nil
}

// undo takes back what a restore had put in place when it was killed: the database comes last, so that without it nothing
// is in use, and what lies in place is one file with what lies in the stage.
func undo(dir, stage string) error {
	if _, err := os.Lstat(filepath.Join(dir, databaseFile)); err == nil {
		return os.RemoveAll(stage)
	}
	for _, name := range []string{restoredFile, checkpointFile, acknowledgedFile} {
		a, err := os.Lstat(filepath.Join(stage, name))
		if err != nil {
			continue
		}
		if b, err := os.Lstat(filepath.Join(dir, name)); err == nil && os.SameFile(a, b) {
			if err := os.Remove(filepath.Join(dir, name)); err != nil {
				return err
			}
		}
	}
	return os.RemoveAll(stage)
}

// unpacked is what a backup says beside its database.
type unpacked struct {
	checkpoint, cosigned, signature []byte
	sum                             hash.Hash // of the database
}

// unpack reads the whole file into stage.
func unpack(ctx context.Context, r io.Reader, stage string, how Restoring) (unpacked, error) {
	open, err := age.Decrypt(&metered{ctx: ctx, r: r, progress: how.Read}, how.Identities...)
	if _, others := errors.AsType[*age.NoIdentityMatchError](err); others {
		return unpacked{}, &Fault{Kind: WrongKey, Doing: "open the backup: it was made for others than this identity",
			Hint: "find the identity file whose recipient it was made for (backup.recipients); a damaged beginning looks the same"}
	}
	if err != nil {
		return unpacked{}, notWhole(err)
	}
	t := tar.NewReader(open)
	if err := ours(t); err != nil {
		return unpacked{}, notWhole(err)
	}
	u, err := files(t, stage)
	if err == nil {
		_, err = io.Copy(io.Discard, open) // the end of the encryption says that nothing was cut off
	}
	return u, notWhole(err)
}

// ours takes the first file, which says of what form the others are.
func ours(t *tar.Reader) error {
	about, err := next(t, labelFile)
	if err != nil {
		return err
	}
	var l label
	if err := json.Unmarshal(about, &l); err != nil {
		return err
	}
	if l.Backup != backupVersion {
		return &Fault{Kind: Newer, Doing: fmt.Sprintf("read the backup: its form is version %q, this kidoban knows %s",
			l.Backup, backupVersion), Hint: "install the kidoban that wrote it"}
	}
	return nil
}

func files(t *tar.Reader, stage string) (u unpacked, err error) {
	u.sum = sha256.New()
	if u.checkpoint, err = next(t, checkpointFile); err != nil {
		return u, err
	}
	h, err := t.Next()
	if err == nil && h.Name == acknowledgedFile {
		if u.cosigned, err = body(t, h); err == nil {
			h, err = t.Next()
		}
	}
	if err != nil {
		return u, err
	}
	if h.Name != databaseFile {
		return u, fmt.Errorf("%q where the database should be", h.Name)
	}
	if err := spill(filepath.Join(stage, databaseFile), io.TeeReader(t, u.sum)); err != nil {
		return u, err
	}
	if u.signature, err = next(t, signatureFile); err != nil {
		return u, err
	}
	if _, end := t.Next(); !errors.Is(end, io.EOF) {
		return u, errors.Join(errors.New("something follows the signature"), end)
	}
	return u, nil
}

// notWhole says of what cannot be read of a backup that the file is the reason, unless the disk is.
func notWhole(err error) error {
	if err == nil || errors.Is(err, context.Canceled) {
		return err
	}
	if k := classify(err); k == Full || k == IO || k == ReadOnly {
		return err
	}
	if _, ok := errors.AsType[*Fault](err); ok {
		return err
	}
	return &Fault{Kind: Corrupt, Doing: "read the backup: it is damaged or cut off", Err: err, Hint: "take another copy of it, or an older backup"}
}

func next(t *tar.Reader, name string) ([]byte, error) {
	h, err := t.Next()
	if err != nil {
		return nil, err
	}
	if h.Name != name {
		return nil, fmt.Errorf("%q where %s should be", h.Name, name)
	}
	return body(t, h)
}

func body(t *tar.Reader, h *tar.Header) ([]byte, error) {
	if h.Typeflag != tar.TypeReg || h.Size > labelMost {
		return nil, fmt.Errorf("%s is no short file", h.Name)
	}
	return io.ReadAll(t)
}

func spill(path string, r io.Reader) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return errors.Join(err, f.Sync(), f.Close())
}

// prove verifies what lies in stage and adds the files that belong beside the database.
func prove(ctx context.Context, stage string, how Restoring, u unpacked, out *Restored) error {
	key, err := whoseKey(ctx, stage, how, out)
	if err != nil {
		return err
	}
	if out.Checkpoint, err = signedBy(u, key, out.Origin); err != nil {
		return err
	}
	if err := sound(ctx, filepath.Join(stage, databaseFile)); err != nil {
		return err
	}
	if err := complete(stage, u); err != nil {
		return err
	}
	r, err := OpenReadOnly(ctx, stage)
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	if out.Report, err = r.Verify(ctx, Verifying{Key: key, Progress: how.Progress}); err != nil {
		return err
	}
	if !out.Report.OK() || out.Report.Size != out.Checkpoint.Size || out.Report.Root != out.Checkpoint.Root {
		return &Fault{Kind: Corrupt, Doing: fmt.Sprintf("verify the backup: it is not what its checkpoint of %d entries signs: %s",
			out.Checkpoint.Size, first(out.Report)), Hint: "take an older backup"}
	}
	return legible(ctx, r)
}

func whoseKey(ctx context.Context, stage string, how Restoring, out *Restored) (note.Verifier, error) {
	r, err := OpenReadOnly(ctx, stage)
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	out.Origin, out.Public = r.Origin(), r.Public()
	if how.Key != nil {
		return how.Key, nil
	}
	return r.key()
}

// complete adds what lies beside a database.
func complete(stage string, u unpacked) error {
	if err := saveSlot(filepath.Join(stage, checkpointFile), u.checkpoint); err != nil {
		return err
	}
	if u.cosigned != nil {
		if err := writeNew(filepath.Join(stage, acknowledgedFile), string(u.cosigned), 0o640); err != nil {
			return err
		}
	}
	return writeNew(filepath.Join(stage, restoredFile), "\n", 0o600)
}

// signedBy believes what the controller of key signed: the checkpoint and the database's octets.
func signedBy(u unpacked, key note.Verifier, o journal.Origin) (journal.Checkpoint, error) {
	c, err := journal.OpenCheckpoint(u.checkpoint, key)
	if err != nil {
		return c, &Fault{Kind: WrongKey, Doing: "verify the backup: its checkpoint is not signed with the key of " + key.Name() + "/" +
			journal.JournalID(key), Hint: "is it the backup of another controller?", Err: err}
	}
	if want := key.Name() + "/" + journal.JournalID(key); c.Origin != want || o.Line() != want {
		return c, &Fault{Kind: WrongKey, Doing: fmt.Sprintf("verify the backup: it is of %s, its checkpoint of %s, the key of %s",
			o.Line(), c.Origin, want), Hint: "is it the backup of another controller?"}
	}
	if n, err := note.Open(u.signature, note.VerifierList(key)); err != nil || n.Text != contents(o, u.sum) {
		return c, &Fault{Kind: Corrupt, Doing: "verify the backup: its database is not the one that the controller signed", Err: err,
			Hint: "somebody changed it: keep it, tell the system manager, and take another copy"}
	}
	return c, nil
}

func first(r journal.Report) string {
	if len(r.Problems) == 0 {
		return fmt.Sprintf("%d entries", r.Size)
	}
	return r.Problems[0].String()
}

// sound brings a database that was restored up to date and has SQLite look at every page of it.
func sound(ctx context.Context, path string) (err error) {
	db := writing(path)
	db.SetMaxOpenConns(1)
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := migrate(ctx, db); err != nil {
		return err
	}
	said, err := one[string](ctx, db, "PRAGMA quick_check(1)")
	if err == nil && said != "ok" {
		err = &Fault{Kind: Corrupt, Doing: "check the database: " + said, Hint: "take another copy of the backup, or an older one"}
	}
	return err
}

// legible reads every row of what is true, as a start does.
func legible(ctx context.Context, r *Reader) error {
	s := &Store{Reader: r}
	_, err := s.Snapshot(ctx)
	_, _, also := s.Roster(ctx)
	return errors.Join(err, also)
}

// place links what lies in stage into dir; the database comes last, and with it all of it counts.
func place(dir, stage string) error {
	for _, name := range []string{restoredFile, checkpointFile, acknowledgedFile, databaseFile} {
		err := os.Link(filepath.Join(stage, name), filepath.Join(dir, name))
		if err != nil && !(name == acknowledgedFile && errors.Is(err, fs.ErrNotExist)) {
			return errors.Join(err, undo(dir, stage))
		}
		if err := syncDir(dir); err != nil {
			return err
		}
	}
	return nil
}

// notRestored refuses a journal that was put back: what was recorded after the backup has the numbers that it would give again.
func notRestored(dir string) error {
	_, err := os.Lstat(filepath.Join(dir, restoredFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return &Fault{Kind: RolledBack, Doing: "open journal: it was restored from a backup and lacks what was recorded after it",
		Hint: "go on in a new journal: kidoban init --succeeds CHECKPOINT, with the last one that the central log co-signed"}
}

// saveSlot makes a checkpoint file that holds text.
func saveSlot(path string, text []byte) error {
	b, err := block(1, text)
	if err != nil {
		return err
	}
	return writeNew(path, string(append(bytes.Repeat([]byte{0}, slotSize), b...)), 0o600)
}
