package store

import (
	"errors"
	"io/fs"
	"syscall"

	"github.com/mattn/go-sqlite3"
)

// FaultKind tells apart what can be wrong with the record, as far as different things are to be done about it.
type FaultKind uint8

// The kinds of Fault.
const (
	Other      FaultKind = iota
	Missing              // there is no journal, no key
	Exists               // init found something already there
	Unreadable           // permissions
	TooOpen              // keys that others may read
	Malformed            // a key file that is none
	WrongKey             // the keys are not those of this journal
	Newer                // the data were written by a newer kidoban
	RolledBack           // the journal is behind or beside a checkpoint that it signed itself
	Full                 // no space left on the disk
	IO                   // the disk fails
	ReadOnly             // the file system was mounted or remounted read-only
	Corrupt              // the database file is damaged
	Busy                 // another process holds the journal
	Conflict             // not the disk: a duplicate card, a stale staged roster, an entry that cannot be sealed
)

var kindText = [...]string{"other", "missing", "exists", "unreadable", "too open", "malformed", "wrong key", "newer",
	"rolled back", "disk full", "disk failing", "read-only", "corrupt", "busy", "conflict"}

// String is a word for the kind.
func (k FaultKind) String() string { return kindText[k] }

var hints = [...]string{
	Missing:    "it is made by kidoban init alone, once; if it was lost, tell the system manager, restore a backup (kidoban restore) and go on with kidoban init --succeeds",
	Unreadable: "check the owner and mode of the data and key directories",
	RolledBack: "do not go on with it: run kidoban journal verify, keep this directory as it is, and call the system manager; kidoban init --succeeds goes on in a new journal",
	Full:       "free space on the data partition; the door stays locked from outside until entries can be written",
	IO:         "check the disk (dmesg, smartctl); replace it before it loses more",
	ReadOnly:   "remount the data partition read-write; a file system that turned read-only by itself has errors",
	Corrupt:    "run kidoban journal verify, keep this directory as it is, and call the system manager",
	Busy:       "stop the other process that has the journal open",
	Malformed:  "",
	Conflict:   "",
}

// Fault is why the record cannot be opened, read or written. Nothing in it names a card, a PIN or a key.
type Fault struct {
	Kind  FaultKind
	Doing string
	Hint  string
	Err   error
}

// Error is what was being done, what went wrong and what to do.
func (f *Fault) Error() string {
	s := f.Doing
	if f.Err != nil {
		s += ": " + f.Err.Error()
	}
	if f.Hint != "" {
		s += " (" + f.Hint + ")"
	}
	return s
}

// Unwrap is the cause.
func (f *Fault) Unwrap() error { return f.Err }

// KindOf is the kind of the Fault in err's chain, Other if there is none.
func KindOf(err error) FaultKind {
	if f, ok := errors.AsType[*Fault](err); ok {
		return f.Kind
	}
	return Other
}

// fault wraps err with what was being done and the hint that its kind has. nil stays nil, a Fault stays as it is.
func fault(doing string, err error) error {
	if err == nil {
		return nil
	}
	if f, ok := errors.AsType[*Fault](err); ok {
		return f
	}
	kind := classify(err)
	f := &Fault{Kind: kind, Doing: doing, Err: err}
	if int(kind) < len(hints) {
		f.Hint = hints[kind]
	}
	return f
}

func classify(err error) FaultKind {
	if e, ok := errors.AsType[sqlite3.Error](err); ok {
		if e.SystemErrno == syscall.ENOSPC || e.SystemErrno == syscall.EDQUOT || e.SystemErrno == syscall.EFBIG {
			return Full
		}
		return classifySQLite(e.Code)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Missing
	case errors.Is(err, fs.ErrPermission):
		return Unreadable
	case errors.Is(err, fs.ErrExist):
		return Exists
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), errors.Is(err, syscall.EFBIG):
		return Full
	case errors.Is(err, syscall.EROFS):
		return ReadOnly
	case errors.Is(err, syscall.EIO):
		return IO
	}
	return Other
}

func classifySQLite(code sqlite3.ErrNo) FaultKind {
	switch code {
	case sqlite3.ErrFull:
		return Full
	case sqlite3.ErrIoErr:
		return IO
	case sqlite3.ErrReadonly:
		return ReadOnly
	case sqlite3.ErrCorrupt, sqlite3.ErrNotADB:
		return Corrupt
	case sqlite3.ErrBusy, sqlite3.ErrLocked:
		return Busy
	case sqlite3.ErrPerm, sqlite3.ErrCantOpen, sqlite3.ErrAuth:
		return Unreadable
	case sqlite3.ErrConstraint:
		return Conflict
	}
	return Other
}
