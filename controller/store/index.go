package store

import (
	"context"
	"database/sql"
	"errors"

	"kidoban/controller/alarm"
	"kidoban/controller/journal"
)

// indexLag is how many entries Run lets a search look through by itself before it indexes them: one write for a lot of
// them is kinder to a flash card than one for each.
const indexLag = 512

// Index takes into the index of searches what was recorded since the last time, in small transactions between which
// commits pass. Run does it when the door is quiet; a search finds the same without it, only more slowly.
func (s *Store) Index(ctx context.Context) error {
	return fault("index entries", s.index(ctx, func() bool { return true }))
}

// index goes on while more says so.
func (s *Store) index(ctx context.Context, more func() bool) error {
	from, err := indexed(ctx, s.read)
	if err != nil {
		return err
	}
	insert, err := s.conn.PrepareContext(context.Background(), "INSERT OR REPLACE INTO trace (sequence, at, type, severity, "+
		"door, person, other, visit, permit, alarm) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
	if err != nil {
		return err
	}
	err = s.inChunks(ctx, func(n int) (bool, error) {
		found, err := collect(context.Background(), s.conn, traceOf, "SELECT sequence, payload FROM entry WHERE sequence >= ? "+
			"ORDER BY sequence LIMIT ?", from, n)
		for i := 0; i < len(found) && err == nil; i++ {
			from = found[i].sequence + 1
			err = found[i].put(insert)
		}
		return len(found) == n && more(), err
	})
	return errors.Join(err, insert.Close())
}

// indexed is the sequence that the index ends before.
func indexed(ctx context.Context, q interface {
	QueryRowContext(context.Context, string, ...any) *sql.Row
}) (int64, error) {
	return one[int64](ctx, q, "SELECT ifnull(max(sequence) + 1, 0) FROM trace")
}

// trace is what an entry is searched by.
type trace struct {
	sequence int64
	entry    *journal.Entry // nil once purged, and where it cannot be read: verifying finds that
}

func traceOf(c values) (trace, error) {
	t := trace{sequence: c.number(0)}
	payload, _ := c[1].([]byte)
	if e, err := journal.Parse(payload); err == nil {
		t.entry = &e.Entry
	}
	return t, nil
}

func (t trace) put(insert *sql.Stmt) error {
	if t.entry == nil {
		return nil
	}
	d := &t.entry.Data
	_, err := insert.Exec(t.sequence, t.entry.At.Wall.UnixMicro(), string(t.entry.Type), rank(t.entry.Severity), d.Door, d.Person,
		other(d), d.Visit, d.Permit, d.Alarm)
	return err
}

// rank is a severity as the index has it.
func rank(s journal.Severity) (n int) {
	for _, least := range []journal.Severity{journal.Notice, journal.Warning, journal.Alert, journal.Emergency} {
		if alarm.AtLeast(s, least) {
			n++
		}
	}
	return n
}

// other is the person beside the one that an entry is about.
func other(d *journal.Data) string {
	for _, p := range []string{d.Escort, d.ConsentBy, d.Approver} {
		if p != "" {
			return p
		}
	}
	return ""
}
