package store

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"time"
)

const (
	pageSize = 4096
	walFrame = pageSize + 24
	walGrown = 8 << 20             // the WAL's size soon after the start: appending to a file makes a sync dearer
	walLimit = walGrown / walFrame // frames after which a commit itself checkpoints the WAL
)

// growWAL writes zeros behind the WAL's end up to walGrown, a little at a time so that no commit waits for it. SQLite ends a
// WAL at the first frame whose checksum is wrong, and a frame of zeros has page number 0, so that they are never read.
func (s *Store) growWAL(ctx context.Context) error {
	f, err := os.OpenFile(filepath.Join(s.dir, databaseFile+"-wal"), os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	zero := make([]byte, 64<<10)
	for more := true; more && err == nil && ctx.Err() == nil; {
		more, err = s.growSome(f, zero)
	}
	return errors.Join(err, f.Sync(), f.Close())
}

func (s *Store) growSome(f *os.File, zero []byte) (more bool, err error) {
	s.write.Lock() // between two frames, or these zeros would fall into the second
	defer s.write.Unlock()
	info, err := f.Stat()
	if err != nil || info.Size() >= walGrown {
		return false, err
	}
	_, err = f.WriteAt(zero, info.Size())
	return true, err
}

// Run grows the WAL once and then keeps it short, through a connection of its own that no commit waits for, until ctx ends.
// It returns a Fault when the database file was taken away or replaced under us. What a full or failing disk keeps it from
// doing it leaves undone: the next commit says so.
func (s *Store) Run(ctx context.Context) error {
	_ = s.growWAL(ctx)
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	var quiet quiet
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		info, err := os.Stat(filepath.Join(s.dir, databaseFile))
		if err != nil {
			return fault("keep journal", err)
		}
		if !os.SameFile(info, s.file) {
			return &Fault{Kind: RolledBack, Doing: "keep journal: " + databaseFile + " was replaced", Hint: hints[RolledBack]}
		}
		s.relieve(ctx)
		if quiet.since(s.Head().Size) {
			s.tidy(ctx, &quiet)
		}
	}
}

// quiet tells when nothing was recorded for some ticks.
type quiet struct {
	size    uint64
	ticks   int
	indexed uint64 // all before it was indexed
	counted uint64 // when the journal was as long, all days that are over were counted
}

const quietTicks = 3

func (q *quiet) since(size uint64) bool {
	if q.size != size {
		q.size, q.ticks = size, 0
	}
	q.ticks++
	return q.ticks >= quietTicks
}

// tidy indexes what there is a lot of and counts the days that are over, until a commit comes. What keeps it from doing so
// keeps nothing else.
func (s *Store) tidy(ctx context.Context, q *quiet) {
	still := func() bool { return s.Head().Size == q.size }
	if q.size-q.indexed >= indexLag {
		if err := s.index(ctx, still); err == nil && still() {
			q.indexed = q.size
		}
	}
	if q.counted != q.size && still() {
		if err := s.count(ctx, still); err == nil && still() {
			q.counted = q.size
		}
	}
}

// relieve copies the WAL into the database. A busy reader or a full disk only puts it off.
func (s *Store) relieve(ctx context.Context) {
	var busy, frames, done sql.NullInt64
	_ = s.spare.QueryRowContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)").Scan(&busy, &frames, &done)
}
