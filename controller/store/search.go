package store

import (
	"context"
	"database/sql"
	"iter"
	"slices"
	"strings"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/journal"
)

// Search says which entries are meant: those that fit every member that is set. They come in the order of their numbers,
// whatever their clock said.
type Search struct {
	access.Span                 // by the time that they state
	Person      access.PersonID // whom they are about, or who escorted, consented or approved
	Door        string
	Types       []journal.Type // one of these
	Visit       string
	Permit      access.PermitID
	Alarm       string
	Newest      bool // newest first
	Limit       int  // 0 = all
	Whole       bool // look at every entry itself: what was taken out of the index is found all the same
	Look        int  // how many rows of the index a page looks through where none finds them; 0 = 100,000
}

// Found is an entry with its row. Entry.Private is the row's.
type Found struct {
	Row
	Entry journal.Entry
}

// Fits says that an entry is meant.
func (q *Search) Fits(e *journal.Entry) bool {
	d := &e.Data
	return q.Contains(e.At.Wall) && (q.Person == "" || string(q.Person) == d.Person || string(q.Person) == other(d)) &&
		(q.Door == "" || q.Door == d.Door) && (len(q.Types) == 0 || slices.Contains(q.Types, e.Type)) &&
		(q.Visit == "" || q.Visit == d.Visit) && (q.Permit == "" || string(q.Permit) == d.Permit) &&
		(q.Alarm == "" || q.Alarm == d.Alarm)
}

// Entries are the entries that fit, one at a time as they are read. What the index has is found by it, what is younger by
// looking; so they are all of them, whether Index ran or not. Each is read from its own payload: a purged one, and one
// that cannot be read, is not among them (Verify tells of those).
func (r *Reader) Entries(ctx context.Context, q Search) iter.Seq2[Found, error] {
	return told("search entries", func(yield func(Found, error) bool) {
		if err := r.search(ctx, &q, func(f Found) bool { return yield(f, nil) }); err != nil {
			yield(Found{}, err)
		}
	})
}

func (r *Reader) search(ctx context.Context, q *Search, yield func(Found) bool) error {
	tx, err := r.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	parts := []func() (string, []any){func() (string, []any) { return q.unaided(0) }}
	if !q.Whole {
		head, err := indexed(ctx, tx)
		if err != nil {
			return err
		}
		parts = []func() (string, []any){q.aided, func() (string, []any) { return q.unaided(head) }}
	}
	if q.Newest {
		slices.Reverse(parts)
	}
	left := q.Limit
	more := true
	for _, part := range parts {
		query, args := part()
		if !more {
			return nil
		}
		if err := walk(ctx, tx, query, args, func(c values) (bool, error) {
			f, ok := q.found(c)
			if !ok || !q.Fits(&f.Entry) {
				return true, nil
			}
			left--
			more = yield(f) && left != 0
			return more, nil
		}); err != nil {
			return err
		}
	}
	return nil
}

const (
	foundColumns  = "e.sequence, " + foundRest
	tracedColumns = "t.sequence, " + foundRest // in the index's own order: SQLite sorts by e.sequence once more
	foundRest     = "substr(e.hashes, 1, 32), e.payload, e.private"
)

func (q *Search) found(c values) (f Found, ok bool) {
	payload, _ := c[2].([]byte)
	if len(q.Types) > 0 && !slices.Contains(q.Types, journal.TypeOf(payload)) {
		return f, false
	}
	sealed, err := journal.Parse(payload)
	if err != nil {
		return f, false
	}
	hash, _ := c[1].([]byte)
	private, _ := c[3].([]byte)
	f = Found{Row{Sequence: uint64(c.number(0)), Class: sealed.Entry.Type.Class(), Payload: payload, Private: private}, sealed.Entry}
	f.Entry.Private = private
	copy(f.Leaf[:], hash)
	return f, true
}

func (q *Search) order() string {
	if q.Newest {
		return " ORDER BY 1 DESC"
	}
	return " ORDER BY 1"
}

// unaided looks at all entries from a sequence on.
func (q *Search) unaided(from int64) (string, []any) {
	return "SELECT " + foundColumns + " FROM entry e WHERE e.sequence >= ? AND e.payload IS NOT NULL" + q.order(), []any{from}
}

// shortSpan is the longest span that is rather searched through than the types in all years.
const shortSpan = 62 * 24 * time.Hour

// aided is the query by the index. Which of its parts serves it is said, not left to guess.
func (q *Search) aided() (string, []any) {
	switch {
	case q.Visit != "":
		return q.by("trace_visit", "visit = ? AND visit != ''", q.Visit)
	case q.Alarm != "":
		return q.by("trace_alarm", "alarm = ? AND alarm != ''", q.Alarm)
	case q.Person != "":
		first, args := q.by("trace_person", "person = ? AND person != ''", string(q.Person))
		second, more := q.by("trace_other", "other = ? AND other != '' AND person != other", string(q.Person))
		return strings.TrimSuffix(first, q.order()) + " UNION ALL " + second, append(args, more...)
	case q.Permit != "":
		return q.by("trace_permit", "permit = ? AND permit != ''", string(q.Permit))
	case len(q.Types) > 0 && (q.From.IsZero() || q.Until.IsZero() || q.Until.Sub(q.From) > shortSpan):
		return q.by("trace_type", "")
	case !q.From.IsZero() || !q.Until.IsZero():
		return q.by("trace_at", "")
	}
	return q.by("", "")
}

func (q *Search) by(index, condition string, args ...any) (string, []any) {
	how := "NOT INDEXED"
	if index != "" {
		how = "INDEXED BY " + index
	}
	var c clauses
	c.when(condition != "", condition, args...)
	c.when(!q.From.IsZero(), "at >= ?", q.From.UnixMicro())
	c.when(!q.Until.IsZero(), "at < ?", q.Until.UnixMicro())
	c.when(q.Door != "", "door = ?", q.Door)
	if len(q.Types) > 0 {
		c.when(true, "type IN (?"+strings.Repeat(", ?", len(q.Types)-1)+")")
		for _, t := range q.Types {
			c.args = append(c.args, string(t))
		}
	}
	return "SELECT " + tracedColumns + " FROM trace t " + how + " CROSS JOIN entry e USING (sequence)" + c.text() + q.order(), c.args
}
