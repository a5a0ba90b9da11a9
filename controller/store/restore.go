package store

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
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
	if out.Signed, out.Cosigned, err = unpack(ctx, r, stage, how); err != nil {
		return out, err
	}
	if err := prove(ctx, stage, how, &out); err != nil {
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

// unpack reads the whole file into stage.
func unpack(ctx context.Context, r io.Reader, stage string, how Restoring) (signed, cosigned []byte, err error) {
	open, err := age.Decrypt(&metered{ctx: ctx, r: r, progress: how.Read}, how.Identities...)
	if err != nil {
		return nil, nil, notOpened(err)
	}
	t := tar.NewReader(open)
	about, err := next(t, labelFile)
	if err != nil {
		return nil, nil, notWhole(err)
	}
	var l label
	if err := json.Unmarshal(about, &l); err != nil {
		return nil, nil, notWhole(err)
	}
	if l.Backup != backupVersion {
		return nil, nil, &Fault{Kind: Newer, Doing: fmt.Sprintf("read the backup: its form is version %q, this kidoban knows %s",
			l.Backup, backupVersion), Hint: "install the kidoban that wrote it"}
	}
	if signed, err = next(t, checkpointFile); err != nil {
		return nil, nil, notWhole(err)
	}
	h, err := t.Next()
	if err == nil && h.Name == acknowledgedFile {
		if cosigned, err = body(t, h); err == nil {
			h, err = t.Next()
		}
	}
	if err == nil && h.Name != databaseFile {
		err = fmt.Errorf("%q where the database should be", h.Name)
	}
	if err == nil {
		err = spill(filepath.Join(stage, databaseFile), t)
	}
	if err == nil {
		if _, end := t.Next(); !errors.Is(end, io.EOF) {
			err = errors.Join(errors.New("something follows the database"), end)
		}
	}
	if err == nil {
		_, err = io.Copy(io.Discard, open) // the end of the encryption says that nothing was cut off
	}
	return signed, cosigned, notWhole(err)
}

func notOpened(err error) error {
	if _, ok := errors.AsType[*age.NoIdentityMatchError](err); ok {
		return &Fault{Kind: WrongKey, Doing: "open the backup: it was made for others than this identity",
			Hint: "find the identity file whose recipient is in the configuration's backup.recipients", Err: nil}
	}
	return notWhole(err)
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
func prove(ctx context.Context, stage string, how Restoring, out *Restored) error {
	path := filepath.Join(stage, databaseFile)
	if err := sound(ctx, path); err != nil {
		return err
	}
	if err := saveSlot(filepath.Join(stage, checkpointFile), out.Signed); err != nil {
		return err
	}
	if err := writeNew(filepath.Join(stage, restoredFile), "\n", 0o600); err != nil {
		return err
	}
	if out.Cosigned != nil {
		if err := writeNew(filepath.Join(stage, acknowledgedFile), string(out.Cosigned), 0o640); err != nil {
			return err
		}
	}
	r, err := OpenReadOnly(ctx, stage)
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	out.Origin, out.Public = r.Origin(), r.Public()
	key := how.Key
	if key == nil {
		if key, err = r.key(); err != nil {
			return err
		}
	}
	if out.Checkpoint, err = signedBy(out.Signed, key, r.origin); err != nil {
		return err
	}
	if out.Report, err = r.Verify(ctx, Verifying{Key: key, Progress: how.Progress}); err != nil {
		return err
	}
	if !out.Report.OK() || out.Report.Size != out.Checkpoint.Size || out.Report.Root != out.Checkpoint.Root {
		return &Fault{Kind: Corrupt, Doing: fmt.Sprintf("verify the backup: it is not what its checkpoint of %d entries signs: %s",
			out.Checkpoint.Size, first(out.Report)), Hint: "take an older backup"}
	}
	return legible(ctx, r)
}

// signedBy believes a checkpoint of the journal that key signs.
func signedBy(msg []byte, key note.Verifier, o journal.Origin) (journal.Checkpoint, error) {
	c, err := journal.OpenCheckpoint(msg, key)
	if err != nil {
		return c, &Fault{Kind: WrongKey, Doing: "verify the backup: its checkpoint is not signed with the key of " + key.Name() + "/" +
			journal.JournalID(key), Hint: "is it the backup of another controller?", Err: err}
	}
	if want := key.Name() + "/" + journal.JournalID(key); c.Origin != want || o.Line() != want {
		return c, &Fault{Kind: WrongKey, Doing: fmt.Sprintf("verify the backup: it is of %s, its checkpoint of %s, the key of %s",
			o.Line(), c.Origin, want), Hint: "is it the backup of another controller?"}
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
