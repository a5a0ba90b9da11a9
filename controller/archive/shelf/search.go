package shelf

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"kidoban/controller/access"
	"kidoban/controller/journal"
)

// Query says which entries are meant: those of all journals that fit every member that is set, in the order of the time
// that they state, and where that is the same in the order of their journals and numbers.
type Query struct {
	access.Span
	Journals   []int64 // of these; nil = of all
	Door       string
	Person     access.PersonID // whom they are about, or who escorted, consented or approved
	Credential string
	Permit     string
	Visit      string
	Alarm      string
	Types      []journal.Type   // one of these
	Least      journal.Severity // this or graver
	Newest     bool             // newest first
	Limit      int              // 0 = all
}

// Fits says that an entry of one of the journals is meant.
func (q *Query) Fits(e *journal.Entry) bool {
	d := &e.Data
	return q.Contains(e.At.Wall) && (q.Person == "" || string(q.Person) == d.Person || string(q.Person) == other(d)) &&
		(q.Door == "" || q.Door == d.Door) && (q.Credential == "" || q.Credential == d.Credential) &&
		(q.Permit == "" || q.Permit == d.Permit) && (q.Visit == "" || q.Visit == d.Visit) && (q.Alarm == "" || q.Alarm == d.Alarm) &&
		(len(q.Types) == 0 || slices.Contains(q.Types, e.Type)) && rank(e.Severity) >= rank(q.Least)
}

// Found is an entry with where it stands. Entry.Private is what names persons; nil where the site publishes none.
type Found struct {
	Journal  int64
	Sequence uint64
	Leaf     tlog.Hash
	Payload  []byte
	Entry    journal.Entry
}

// page is how many entries one statement of a search reads. Between two of them others pass, and no transaction stays open
// while somebody reads.
const page = 500

// place is where a search has come to.
type place struct {
	at, journal, sequence int64
	begun                 bool
}

// Search finds entries by the index, a page at a time as they are read; call IndexAll before for all of them. Each is read
// from its own payload: one that was purged, or that the index tells falsely of, is not among them.
func (s *Shelf) Search(ctx context.Context, q Query) iter.Seq2[Found, error] {
	return func(yield func(Found, error) bool) {
		var from place
		for left := q.Limit; ; {
			some, last, err := s.page(ctx, &q, from)
			if err != nil {
				yield(Found{}, fmt.Errorf("search entries: %w", err))
				return
			}
			for _, f := range some {
				if !q.Fits(&f.Entry) {
					continue
				}
				if left--; !yield(f, nil) || left == 0 {
					return
				}
			}
			if !last.begun {
				return
			}
			from = last
		}
	}
}

// Matches is how many entries fit.
func (s *Shelf) Matches(ctx context.Context, q Query) (n int64, err error) {
	var c clauses
	inner := q.pick(&c, "", place{}, "")
	if q.Person != "" {
		c = clauses{}
		inner = q.both(&c, place{}, "")
	}
	if err = s.read.QueryRowContext(ctx, "SELECT count(*) FROM ("+inner+") p", c.args...).Scan(&n); err != nil {
		return 0, fmt.Errorf("count entries: %w", err)
	}
	if q.Limit > 0 {
		n = min(n, int64(q.Limit))
	}
	return n, nil
}

// page reads what follows from; last is where it ends, not begun where nothing follows any more.
func (s *Shelf) page(ctx context.Context, q *Query, from place) (some []Found, last place, err error) {
	query, args := q.statement(from)
	rows, err := s.read.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, last, err
	}
	defer func() { _ = rows.Close() }()
	n := 0
	for ; rows.Next(); n++ {
		var f Found
		var payload, private, leaf []byte
		last.begun = true
		if err := rows.Scan(&last.at, &last.journal, &last.sequence, &leaf, &payload, &private); err != nil {
			return nil, last, err
		}
		e, err := journal.Parse(payload)
		if err != nil {
			continue
		}
		f = Found{Journal: last.journal, Sequence: uint64(last.sequence), Payload: payload, Entry: e.Entry}
		f.Entry.Private = private
		copy(f.Leaf[:], leaf)
		some = append(some, f)
	}
	last.begun = n == page
	return some, last, rows.Err()
}

func (q *Query) statement(from place) (string, []any) {
	order := fmt.Sprintf(" ORDER BY 1, 2, 3 LIMIT %d", page)
	if q.Newest {
		order = fmt.Sprintf(" ORDER BY 1 DESC, 2 DESC, 3 DESC LIMIT %d", page)
	}
	var c clauses
	var inner string
	if q.Person != "" {
		inner = q.both(&c, from, order) + order
	} else {
		inner = q.pick(&c, "", from, order)
	}
	return "SELECT p.at, p.journal, p.sequence, substr(e.hashes, 1, 32), e.payload, e.private FROM (" + inner + ") p " +
		"LEFT JOIN entry e ON e.journal = p.journal AND e.sequence = p.sequence" + order, c.args
}

// both are the entries about a person and those of whom the person is the other one, each by an index of its own.
func (q *Query) both(c *clauses, from place, order string) string {
	return "SELECT * FROM (" + q.pick(c, "person", from, order) + ") a UNION SELECT * FROM (" + q.pick(c, "other", from, order) + ") b"
}

// pick is the part of a statement that finds places by the index; whose names the column of the person.
func (q *Query) pick(c *clauses, whose string, from place, order string) string {
	c.parts = nil
	if len(q.Journals) > 0 {
		c.in("t.journal", len(q.Journals), func(i int) any { return q.Journals[i] })
	}
	if len(q.Types) > 0 {
		c.in("t.type", len(q.Types), func(i int) any { return string(q.Types[i]) })
	}
	for _, m := range []struct{ column, value string }{
		{whose, string(q.Person)}, {"door", q.Door}, {"credential", q.Credential}, {"permit", q.Permit}, {"visit", q.Visit}, {"alarm", q.Alarm},
	} {
		if m.column != "" && m.value != "" { // that it is not empty is what lets an index serve
			c.add("t."+m.column+" <> '' AND t."+m.column+" = $", m.value)
		}
	}
	if !q.From.IsZero() {
		c.add("t.at >= $", q.From.UnixMicro())
	}
	if !q.Until.IsZero() {
		c.add("t.at < $", q.Until.UnixMicro())
	}
	if least := rank(q.Least); least > 0 {
		c.add("t.severity >= $", least)
	}
	if from.begun {
		beyond := " > "
		if q.Newest {
			beyond = " < "
		}
		c.add("(t.at, t.journal, t.sequence)"+beyond+"($, $, $)", from.at, from.journal, from.sequence)
	}
	return "SELECT t.at, t.journal, t.sequence FROM trace t" + c.text() + order
}

// clauses are conditions with what stands for their $, numbered in the order of their coming.
type clauses struct {
	parts []string
	args  []any
}

func (c *clauses) add(condition string, args ...any) {
	var b strings.Builder
	for i, part := range strings.Split(condition, "$") {
		if i > 0 {
			c.args = append(c.args, args[i-1])
			fmt.Fprintf(&b, "$%d", len(c.args))
		}
		b.WriteString(part)
	}
	c.parts = append(c.parts, b.String())
}

func (c *clauses) in(column string, n int, value func(int) any) {
	args := make([]any, n)
	for i := range args {
		args[i] = value(i)
	}
	c.add(column+" IN ("+strings.TrimSuffix(strings.Repeat("$, ", n), ", ")+")", args...)
}

func (c *clauses) text() string {
	if len(c.parts) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(c.parts, " AND ")
}
