package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"io"
	"time"
)

// How long Scrub waits for readers to come to an end, and between two tries.
const (
	scrubWithin = time.Minute
	scrubEvery  = 20 * time.Millisecond
	wipePages   = 64 // looked at in one go
)

// Scrub leaves nothing behind of what was deleted. The rosters that are no longer current go. The WAL is emptied into the
// database, where SQLite overwrites deleted rows (secure_delete) but not the copies that it leaves in the unused middle of
// a page when rows move to another one: those are overwritten here. Then the WAL is cut off. A commit waits for a few
// pages at most.
func (s *Store) Scrub(ctx context.Context) error {
	last := func(ctx context.Context) error { return s.emptied(ctx, nil) }
	for _, step := range []func(context.Context) error{s.Sweep, last, s.wipe, last} {
		if err := step(ctx); err != nil {
			return fault("scrub", err)
		}
	}
	_ = s.growWAL(ctx) // as after a start; what a full disk keeps it from is left undone
	return nil
}

// emptied calls then, if there is one, at a moment in which the WAL holds nothing that the database does not, no page is
// in the writer's memory and nobody writes; without one it cuts the WAL off.
func (s *Store) emptied(ctx context.Context, then func() error) error {
	for until := time.Now().Add(scrubWithin); ; {
		done, err := s.emptiedOnce(ctx, then)
		if done || err != nil {
			return err
		}
		if time.Now().After(until) {
			return &Fault{Kind: Busy, Doing: "empty the WAL: somebody reads the journal all the time", Hint: "end what reads it and try again"}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(scrubEvery):
		}
	}
}

func (s *Store) emptiedOnce(ctx context.Context, then func() error) (bool, error) {
	c, err := s.spare.Conn(ctx) // for a moment: Run needs it, too
	if err != nil {
		return false, err
	}
	defer func() {
		_, _ = c.ExecContext(context.WithoutCancel(ctx), "PRAGMA busy_timeout = 10000")
		_ = c.Close()
	}()
	if _, err := c.ExecContext(ctx, "PRAGMA busy_timeout = 0"); err != nil {
		return false, err
	}
	// What can be done beside the commits is done first, so that little is left for the moment in which they wait.
	if done, err := checkpointed(ctx, c, "PASSIVE"); !done || err != nil {
		return false, err
	}
	s.write.Lock()
	defer s.write.Unlock()
	if then == nil {
		return checkpointed(ctx, c, "TRUNCATE")
	}
	if done, err := checkpointed(ctx, c, "PASSIVE"); !done || err != nil {
		return false, err
	}
	if _, err := s.conn.ExecContext(ctx, "PRAGMA shrink_memory"); err != nil {
		return false, err
	}
	return true, then()
}

func checkpointed(ctx context.Context, c *sql.Conn, how string) (bool, error) {
	var busy, frames, done sql.NullInt64
	err := c.QueryRowContext(ctx, "PRAGMA wal_checkpoint("+how+")").Scan(&busy, &frames, &done)
	return err == nil && busy.Int64 == 0 && frames.Int64 == done.Int64, err
}

// wipe overwrites the unused middle of every page of the database file with zeros. Nothing reads those bytes, so that it
// is no matter where a power cut interrupts it. Pages are looked at beside the commits; those that need it are looked at
// again and written at a moment in which the file holds their only version, or the old one would come back.
func (s *Store) wipe(ctx context.Context) error {
	b := make([]byte, wipePages*pageSize)
	for at := int64(0); ; at += int64(len(b)) {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := s.pages.ReadAt(b, at)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if dirty(b[:n], at) {
			if err := s.emptied(ctx, func() error { return s.wipeSome(b, at) }); err != nil {
				return err
			}
		}
		if n < len(b) {
			return s.pages.Sync()
		}
	}
}

func dirty(b []byte, at int64) bool {
	for i := 0; i+pageSize <= len(b); i += pageSize {
		if from, to, ok := unused(b[i:i+pageSize], at+int64(i) == 0); ok && len(bytes.Trim(b[i+from:i+to], "\x00")) > 0 {
			return true
		}
	}
	return false
}

func (s *Store) wipeSome(b []byte, at int64) error {
	n, err := s.pages.ReadAt(b, at)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	for i := 0; i+pageSize <= n; i += pageSize {
		from, to, ok := unused(b[i:i+pageSize], at+int64(i) == 0)
		if !ok || len(bytes.Trim(b[i+from:i+to], "\x00")) == 0 {
			continue
		}
		if _, err := s.pages.WriteAt(make([]byte, to-from), at+int64(i+from)); err != nil {
			return err
		}
	}
	return nil
}

// unused is what lies between the cell pointers and the cells of a b-tree page, by SQLite's file format (1.6). Pages of any
// other sort begin with a page number, whose first octet is none of these as long as the file is under 128 GiB.
func unused(page []byte, first bool) (from, to int, ok bool) {
	h := 0
	if first {
		h = 100
	}
	switch page[h] {
	case 0x02, 0x05:
		from = h + 12
	case 0x0a, 0x0d:
		from = h + 8
	default:
		return 0, 0, false
	}
	from += 2 * int(binary.BigEndian.Uint16(page[h+3:]))
	to = int(binary.BigEndian.Uint16(page[h+5:]))
	return from, to, from <= to && to <= pageSize
}
