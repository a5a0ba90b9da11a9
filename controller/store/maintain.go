package store

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"time"
)

const (
	walFrame = 4096 + 24
	walGrown = 8 << 20             // the WAL's size from the start: appending to a file costs a sync more than overwriting it
	walLimit = walGrown / walFrame // frames after which a commit itself checkpoints the WAL
)

// growWAL writes zeros up to walGrown. SQLite ends a WAL at the first frame whose checksum is wrong, and a frame of zeros
// has page number 0, so that what lies there is never read.
func growWAL(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	zero := make([]byte, 64<<10)
	for at := int64(0); err == nil && at < walGrown; at += int64(len(zero)) {
		if from := max(at, info.Size()); from < at+int64(len(zero)) {
			_, err = f.WriteAt(zero[:at+int64(len(zero))-from], from)
		}
	}
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}

// Run keeps the WAL short, through a connection of its own that no commit waits for, until ctx ends. It returns a Fault
// when the database file was taken away or replaced under us; a failed WAL checkpoint is tried again.
func (s *Store) Run(ctx context.Context) error {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
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
	}
}

// relieve copies the WAL into the database. A busy reader or a full disk only puts it off.
func (s *Store) relieve(ctx context.Context) {
	var busy, frames, done sql.NullInt64
	_ = s.spare.QueryRowContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)").Scan(&busy, &frames, &done)
}
