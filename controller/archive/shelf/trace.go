package shelf

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"kidoban/controller/journal"
)

// IndexPart is how many entries one transaction of Index takes in: short enough that what the archive has to write passes.
const IndexPart = 512

// Index takes into the index of searches what was verified since the last time, and goes on from there after a restart.
// more says that there is more: it takes a part at a time, so that whoever runs it may let others pass. Any process may
// call it, and several at once.
func (s *Shelf) Index(ctx context.Context) (more bool, err error) {
	behind, err := s.untraced(ctx)
	if err != nil || len(behind) == 0 {
		return false, told("index entries", err)
	}
	return true, s.change(ctx, "index entries", func(tx *sql.Tx) error { return s.traceSome(ctx, tx, behind[0]) })
}

// IndexAll takes in all of it.
func (s *Shelf) IndexAll(ctx context.Context) error {
	for {
		if more, err := s.Index(ctx); !more || err != nil {
			return err
		}
	}
}

// Unindexed is how many verified entries a search would not find yet.
func (s *Shelf) Unindexed(ctx context.Context) (n int64, err error) {
	err = s.read.QueryRowContext(ctx, "SELECT coalesce(sum(j.size - coalesce(t.upto, 0)), 0) FROM journal j LEFT JOIN traced t ON t.journal = j.id").Scan(&n)
	return n, told("count entries to index", err)
}

func told(doing string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}

// untraced are the journals that the index is behind of.
func (s *Shelf) untraced(ctx context.Context) (ids []int64, err error) {
	rows, err := s.read.QueryContext(ctx, "SELECT j.id FROM journal j LEFT JOIN traced t ON t.journal = j.id WHERE j.size > coalesce(t.upto, 0) ORDER BY j.id")
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

// sealed is an entry on its way into the index; Entry is nil once it was purged, and where it cannot be read: verifying
// finds that.
type sealed struct {
	sequence int64
	entry    *journal.Entry
}

func (s *Shelf) traceSome(ctx context.Context, tx *sql.Tx, id int64) error {
	// The first two statements hold the row against others, in every database.
	if _, err := tx.ExecContext(ctx, "INSERT INTO traced (journal, upto) VALUES ($1, 0) ON CONFLICT (journal) DO NOTHING", id); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "UPDATE traced SET upto = upto WHERE journal = $1", id); err != nil {
		return err
	}
	var from, size int64
	if err := tx.QueryRowContext(ctx, "SELECT t.upto, j.size FROM traced t JOIN journal j ON j.id = t.journal WHERE j.id = $1", id).Scan(&from, &size); err != nil {
		return err
	}
	to := min(size, from+IndexPart)
	if to <= from {
		return nil
	}
	all, err := sealedBetween(ctx, tx, id, from, to)
	if err != nil {
		return err
	}
	if err := s.putTraces(ctx, tx, id, all); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "UPDATE traced SET upto = $1 WHERE journal = $2", to, id)
	return err
}

func sealedBetween(ctx context.Context, tx *sql.Tx, id, from, to int64) (all []sealed, err error) {
	rows, err := tx.QueryContext(ctx, "SELECT sequence, payload FROM entry WHERE journal = $1 AND sequence >= $2 AND sequence < $3 AND payload IS NOT NULL ORDER BY sequence", id, from, to)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var x sealed
		var payload []byte
		if err := rows.Scan(&x.sequence, &payload); err != nil {
			return nil, err
		}
		if e, err := journal.Parse(payload); err == nil {
			x.entry = &e.Entry
			all = append(all, x)
		}
	}
	return all, rows.Err()
}

// traceColumns are those of a trace.
const traceColumns = 12

func traceSQL(rows int) string {
	var b strings.Builder
	b.WriteString("INSERT INTO trace (journal, sequence, at, type, severity, door, person, other, credential, permit, visit, alarm) VALUES ")
	for n := range rows * traceColumns {
		switch {
		case n == 0:
			b.WriteByte('(')
		case n%traceColumns == 0:
			b.WriteString("), (")
		default:
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "$%d", n+1)
	}
	b.WriteString(") ON CONFLICT (journal, sequence) DO NOTHING")
	return b.String()
}

func (s *Shelf) putTraces(ctx context.Context, tx *sql.Tx, id int64, all []sealed) error {
	many, err := tx.PrepareContext(ctx, traceSQL(s.traces))
	if err != nil {
		return err
	}
	defer func() { _ = many.Close() }()
	args := make([]any, 0, s.traces*traceColumns)
	for some := range slices.Chunk(all, s.traces) {
		args = args[:0]
		for _, x := range some {
			e, d := x.entry, &x.entry.Data
			args = append(args, id, x.sequence, e.At.Wall.UnixMicro(), string(e.Type), rank(e.Severity), d.Door, d.Person, other(d),
				d.Credential, d.Permit, d.Visit, d.Alarm)
		}
		if len(some) == s.traces {
			_, err = many.ExecContext(ctx, args...)
		} else {
			_, err = tx.ExecContext(ctx, traceSQL(len(some)), args...)
		}
		if err != nil {
			return err
		}
	}
	for _, x := range all {
		if x.entry.Data.Visit != "" {
			if err := putStay(ctx, tx, id, x.sequence, x.entry); err != nil {
				return err
			}
		}
	}
	return nil
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

func rank(s journal.Severity) int {
	for i, x := range []journal.Severity{journal.Notice, journal.Warning, journal.Alert, journal.Emergency} {
		if s == x {
			return i + 1
		}
	}
	return 0
}

// still is when somebody leaves of whom nobody knows better.
const still = math.MaxInt64

// unrecorded is how long somebody counts as inside who was found to be gone without an exit on record.
const unrecorded = 24 * time.Hour

// putStay keeps from when until when a visit's person can have been inside. A correction may say otherwise, and whoever
// asks folds the line; so it only must not be too short.
func putStay(ctx context.Context, tx *sql.Tx, id, sequence int64, e *journal.Entry) (err error) {
	d := &e.Data
	switch e.Type {
	case journal.VisitOpened:
		entered := e.At.Wall
		if from, err := time.Parse(time.RFC3339, d.From); err == nil {
			entered = from
		}
		_, err = tx.ExecContext(ctx, "INSERT INTO stay (journal, visit, sequence, zone, entered, gone) VALUES ($1, $2, $3, $4, $5, $6) "+
			"ON CONFLICT (journal, visit) DO UPDATE SET sequence = excluded.sequence, zone = excluded.zone, entered = excluded.entered, gone = excluded.gone",
			id, d.Visit, sequence, d.Zone, entered.Truncate(time.Millisecond).UnixMicro(), int64(still))
	case journal.VisitClosed:
		gone := e.At.Wall.UnixMicro()
		_, err = tx.ExecContext(ctx, "UPDATE stay SET gone = CASE WHEN entered + $1 > $2 THEN entered + $1 ELSE $2 END"+lastStay,
			margin(d.Mode), gone, d.Visit, id)
	case journal.VisitCorrected:
		_, err = tx.ExecContext(ctx, "UPDATE stay SET gone = $1"+strings.NewReplacer("$3", "$2", "$4", "$3").Replace(lastStay), int64(still), d.Visit, id)
	}
	return err
}

// lastStay is the last one of a visit in a journal, or in one that it goes on after.
const lastStay = ` WHERE visit = $3 AND journal = (SELECT max(s.journal) FROM stay s JOIN journal a ON a.id = s.journal
	JOIN journal b ON b.id = $4 AND substr(a.origin, 1, length(a.origin) - 8) = substr(b.origin, 1, length(b.origin) - 8)
	WHERE s.visit = $3 AND a.id <= b.id)`

// margin is the least stay of a line that ended so.
func margin(how string) int64 {
	if how == "unrecorded" {
		return unrecorded.Microseconds()
	}
	return 0
}

// forget takes entries out of the index whose payloads are disposed of: from and to are the first and the last of them. It
// belongs into the transaction that disposes of them.
func forget(ctx context.Context, tx *sql.Tx, id int64, from, to uint64) error {
	for _, table := range []string{"trace", "stay"} {
		if _, err := tx.ExecContext(ctx, "DELETE FROM "+table+" WHERE journal = $1 AND sequence BETWEEN $2 AND $3", id, from, to); err != nil {
			return told("forget disposed entries", err)
		}
	}
	return nil
}
