package store

import (
	"cmp"
	"context"
	"database/sql"
	"strings"

	"kidoban/controller/journal"
)

const (
	windowTraces  = 100_000 // rows of the index of searches that one page looks through
	windowEntries = 5_000   // entries themselves, where the index does not have them
	fewTraces     = 5_000   // of types that are so rare, all are found and sorted
)

// EntryPage are some entries of a search, newest first.
type EntryPage struct {
	Found  []Found
	Before uint64 // the next page is of those before this; 0 = there is none
	Short  bool   // the page ended because enough was looked through, not because it is full
}

// Newest are up to q.Limit entries before a sequence that fit q and that show lets through, the highest numbers first. What
// no index finds it looks for in a bounded number of entries, and says where it ended. It is as whole as Entries.
func (r *Reader) Newest(ctx context.Context, q Search, least journal.Severity, before uint64, show func(*Found) bool) (EntryPage, error) {
	p := pager{q: &q, least: rank(least), before: int64(before), show: show}
	err := p.read(ctx, r.read)
	return p.page, fault("search entries", err)
}

// pager makes one page.
type pager struct {
	q      *Search
	least  int
	before int64
	show   func(*Found) bool
	page   EntryPage
}

func (p *pager) read(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	head, err := indexed(ctx, tx)
	if err != nil {
		return err
	}
	if p.before > head {
		low := max(head, p.before-int64(min(windowEntries, cmp.Or(p.q.Look, windowEntries))))
		query := "SELECT " + foundColumns + " FROM entry e WHERE e.sequence >= ? AND e.sequence < ? AND e.payload IS NOT NULL ORDER BY 1 DESC"
		full, err := p.take(ctx, tx, query, []any{low, p.before})
		if full || err != nil || low > head {
			p.ended(full, low)
			return err
		}
		p.before = head
	}
	return p.aided(ctx, tx)
}

// take fills the page, and says whether there is more than it holds.
func (p *pager) take(ctx context.Context, tx *sql.Tx, query string, args []any) (full bool, err error) {
	err = walk(ctx, tx, query, args, func(c values) (bool, error) {
		f, ok := p.q.found(c)
		if !ok || !p.q.Fits(&f.Entry) || rank(f.Entry.Severity) < p.least || !p.show(&f) {
			return true, nil
		}
		if full = len(p.page.Found) == p.q.Limit; !full {
			p.page.Found = append(p.page.Found, f)
		}
		return !full, nil
	})
	return full, err
}

// ended says where a page ended that looked at all from low on.
func (p *pager) ended(full bool, low int64) {
	switch {
	case full:
		p.page.Before = p.page.Found[len(p.page.Found)-1].Sequence
	case low > 0:
		p.page.Before, p.page.Short = uint64(low), true
	}
}

// aided goes on with what the index has.
func (p *pager) aided(ctx context.Context, tx *sql.Tx) error {
	low, high, err := p.bounds(ctx, tx)
	if err != nil || low >= high {
		return err
	}
	parts, err := p.parts(ctx, tx)
	if err != nil {
		return err
	}
	end := low
	if len(parts) == 0 {
		end = max(low, high-int64(cmp.Or(p.q.Look, windowTraces)))
		parts = []part{{}} // the index itself, in its order
	}
	query, args := p.union(parts, end, high)
	full, err := p.take(ctx, tx, query, args)
	if end == low {
		end = 0
	}
	p.ended(full, end)
	return err
}

// bounds are the sequences between which entries of the search's time are, by the days that were counted.
func (p *pager) bounds(ctx context.Context, tx *sql.Tx) (low, high int64, err error) {
	low, high = 0, p.before
	if p.q.From.IsZero() && p.q.Until.IsZero() {
		return low, high, nil
	}
	from, end := dayOf(0), dayOf(1<<62)
	if !p.q.From.IsZero() {
		from = dayOf(p.q.From.UnixMicro())
	}
	if !p.q.Until.IsZero() {
		end = dayOf(p.q.Until.UnixMicro()-1) + 1
	}
	first, last := high, int64(-1)
	widen := func(c values) (bool, error) {
		if c[len(c)-1] != nil {
			first, last = min(first, c.number(len(c)-2)), max(last, c.number(len(c)-1))
		}
		return true, nil
	}
	var known []int64
	if err := walk(ctx, tx, "SELECT day, first, last FROM counted WHERE day >= ? AND day < ? ORDER BY day", []any{from, end}, func(c values) (bool, error) {
		known = append(known, c.number(0))
		return widen(c)
	}); err != nil {
		return 0, 0, err
	}
	days := uncounted{known: known, at: from, until: end}
	for {
		day, ok, err := days.next(ctx, tx)
		if err != nil || !ok {
			return first, min(high, last+1), err
		}
		if err := walk(ctx, tx, "SELECT min(sequence), max(sequence) FROM trace INDEXED BY trace_at WHERE at >= ? AND at < ?",
			[]any{begins(day), begins(day + 1)}, widen); err != nil {
			return 0, 0, err
		}
	}
}

// part is one way into the index.
type part struct {
	index, how string
	args       []any
}

// parts are the ways that find what is meant; none, where looking through the index is as good.
func (p *pager) parts(ctx context.Context, tx *sql.Tx) (all []part, err error) {
	q := p.q
	switch {
	case q.Visit != "":
		return []part{{index: "trace_visit", how: "visit = ? AND visit != ''", args: []any{q.Visit}}}, nil
	case q.Alarm != "":
		return []part{{index: "trace_alarm", how: "alarm = ? AND alarm != ''", args: []any{q.Alarm}}}, nil
	case q.Permit != "":
		return []part{{index: "trace_permit", how: "permit = ? AND permit != ''", args: []any{string(q.Permit)}}}, nil
	case q.Person != "":
		return []part{
			{index: "trace_person", how: "person = ? AND person != ''", args: []any{string(q.Person)}},
			{index: "trace_other", how: "other = ? AND other != '' AND person != other", args: []any{string(q.Person)}},
		}, nil
	case p.least > 1:
		for n := p.least; n <= 4; n++ {
			all = append(all, part{index: "trace_severity", how: "severity = ? AND severity > 1", args: []any{n}})
		}
		return all, nil
	case len(q.Types) > 0:
		return p.rare(ctx, tx)
	}
	return nil, nil
}

// rare is the way by types, if there are few entries of them.
func (p *pager) rare(ctx context.Context, tx *sql.Tx) ([]part, error) {
	how, args := "type IN ("+placeholders(len(p.q.Types))+")", make([]any, 0, len(p.q.Types))
	for _, t := range p.q.Types {
		args = append(args, string(t))
	}
	n, err := one[int64](ctx, tx, "SELECT count(*) FROM (SELECT 1 FROM trace INDEXED BY trace_type WHERE "+how+" LIMIT ?)", append(args, fewTraces+1)...)
	if err != nil || n > fewTraces {
		return nil, err
	}
	return []part{{index: "trace_type", how: how, args: args[:len(p.q.Types):len(p.q.Types)]}}, nil
}

// union asks for what the parts find between two sequences, the highest first.
func (p *pager) union(parts []part, low, high int64) (string, []any) {
	var query strings.Builder
	var args []any
	for i, part := range parts {
		if i > 0 {
			query.WriteString(" UNION ALL ")
		}
		how := "NOT INDEXED"
		if part.index != "" {
			how = "INDEXED BY " + part.index
		}
		var c clauses
		c.when(part.how != "", part.how, part.args...)
		c.when(true, "t.sequence >= ? AND t.sequence < ?", low, high)
		p.others(&c)
		query.WriteString("SELECT " + tracedColumns + " FROM trace t " + how + " CROSS JOIN entry e USING (sequence)" + c.text())
		args = append(args, c.args...)
	}
	return query.String() + " ORDER BY 1 DESC", args
}

// others are the conditions besides the way.
func (p *pager) others(c *clauses) {
	q := p.q
	c.when(!q.From.IsZero(), "at >= ?", q.From.UnixMicro())
	c.when(!q.Until.IsZero(), "at < ?", q.Until.UnixMicro())
	c.when(q.Door != "", "door = ?", q.Door)
	c.when(p.least > 0, "severity >= ?", p.least)
	if len(q.Types) == 0 {
		return
	}
	args := make([]any, 0, len(q.Types))
	for _, t := range q.Types {
		args = append(args, string(t))
	}
	c.when(true, "type IN ("+placeholders(len(q.Types))+")", args...)
}

// Last are up to limit entries before a sequence, the highest first, those that were purged too.
func (r *Reader) Last(ctx context.Context, before uint64, limit int) ([]Row, error) {
	found, err := collect(ctx, r.read, func(c values) (Row, error) {
		payload, _ := c[2].([]byte)
		hash, _ := c[1].([]byte)
		row := Row{Sequence: uint64(c.number(0)), Payload: payload, Class: journal.TypeOf(payload).Class()}
		copy(row.Leaf[:], hash)
		return row, nil
	}, "SELECT sequence, substr(hashes, 1, 32), payload FROM entry WHERE sequence < ? ORDER BY sequence DESC LIMIT ?", int64(before), limit)
	return found, fault("read entries", err)
}
