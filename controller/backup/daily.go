package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"filippo.io/age"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/store"
)

// Daily is the daemon's own backups.
type Daily struct {
	Store      *store.Store
	Directory  string        // must exist: it is another disk, and without that disk nothing is to be written
	Name       string        // first part of the files' names
	At         time.Duration // of the day, in Japan
	Keep       int
	Recipients []string
	Clock      func() journal.Clock
	Report     func(context.Context, controller.BackedUp)
	Log        *slog.Logger
}

const (
	day    = 24 * time.Hour
	again  = time.Hour
	slack  = time.Hour // a backup takes its time, and its name says when it began
	stamp  = "20060102T150405"
	suffix = ".age"
)

// Run makes a backup each day until ctx ends; the first at once where there is none.
func (d *Daily) Run(ctx context.Context) error {
	to, err := Recipients(d.Recipients...)
	if err != nil {
		return err
	}
	d.tidy()
	for wait := time.Duration(0); ; {
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return nil
		}
		now := time.Now()
		if wait = d.due(now).Sub(now); wait > 0 {
			wait = min(wait, time.Minute) // the wall clock may be set meanwhile
			continue
		}
		if wait = 0; !d.once(ctx, to, now) {
			wait = again
		}
	}
}

// once makes one backup and says what became of it.
func (d *Daily) once(ctx context.Context, to []age.Recipient, now time.Time) bool {
	var b store.Backed
	err := Write(filepath.Join(d.Directory, d.Name+"-"+now.In(access.JST).Format(stamp)+suffix), func(w io.Writer) (err error) {
		b, err = d.Store.Backup(ctx, w, store.Backing{Recipients: to, At: now, Clock: d.Clock()})
		return err
	})
	if ctx.Err() != nil {
		return false
	}
	if err != nil {
		d.Log.Error("no backup", "err", err)
		last, some := d.last()
		d.Report(ctx, controller.BackedUp{Fault: why(err), Late: !some || now.Sub(last) >= day-slack})
		return false
	}
	d.Report(ctx, controller.BackedUp{Size: b.Size, Digest: b.Digest, For: For(d.Recipients)})
	d.prune()
	return true
}

// why is what kept a backup from being written, in fixed words.
func why(err error) string {
	k := store.KindOf(err)
	for kind, is := range map[store.FaultKind]error{store.Missing: fs.ErrNotExist, store.Unreadable: fs.ErrPermission,
		store.Full: syscall.ENOSPC, store.ReadOnly: syscall.EROFS, store.IO: syscall.EIO} {
		if errors.Is(err, is) {
			k = kind
		}
	}
	return "no backup could be written: " + k.String()
}

// due is when the next backup is: at the time of the day that follows the last one, at once where there is none.
func (d *Daily) due(now time.Time) time.Time {
	last, some := d.last()
	if !some || last.After(now.Add(day)) { // one from the future is of a wrong clock
		return now
	}
	l := last.In(access.JST)
	next := time.Date(l.Year(), l.Month(), l.Day(), 0, 0, 0, 0, access.JST).Add(d.At)
	for !next.After(last) {
		next = next.Add(day) // Japan has no summer time
	}
	return next
}

// all are the daemon's own backups of this journal's controller, oldest first.
func (d *Daily) all() (names []string) {
	files, err := os.ReadDir(d.Directory)
	if err != nil {
		return nil
	}
	for _, f := range files {
		if _, ok := d.time(f.Name()); ok {
			names = append(names, f.Name())
		}
	}
	slices.Sort(names)
	return names
}

func (d *Daily) time(name string) (time.Time, bool) {
	rest, ours := strings.CutPrefix(name, d.Name+"-")
	text, whole := strings.CutSuffix(rest, suffix)
	if !ours || !whole {
		return time.Time{}, false
	}
	at, err := time.ParseInLocation(stamp, text, access.JST)
	return at, err == nil
}

func (d *Daily) last() (at time.Time, some bool) {
	if names := d.all(); len(names) > 0 {
		return d.time(names[len(names)-1])
	}
	return at, false
}

// prune removes the oldest beyond those that are kept.
func (d *Daily) prune() {
	names := d.all()
	for _, name := range names[:max(0, len(names)-d.Keep)] {
		if err := os.Remove(filepath.Join(d.Directory, name)); err != nil {
			d.Log.Warn("an old backup cannot be removed", "err", err)
		}
	}
}

// tidy removes what one that was killed has left.
func (d *Daily) tidy() {
	files, _ := os.ReadDir(d.Directory)
	for _, f := range files {
		if name, left := strings.CutSuffix(f.Name(), unfinished); left {
			if _, ours := d.time(name); ours {
				_ = os.Remove(filepath.Join(d.Directory, f.Name()))
			}
		}
	}
}

// Clock reads a time of day like "03:30".
func Clock(text string) (time.Duration, error) {
	t, err := time.Parse("15:04", text)
	if err != nil {
		return 0, fmt.Errorf("%q is no time of day", text)
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, nil
}
