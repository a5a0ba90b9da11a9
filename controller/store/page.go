package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"kidoban/controller/fold"
	"kidoban/controller/ledger"
)

// Place is where a page of lines begins or ends: behind a line, in the order of entry. The zero Place is before all.
type Place struct{ entered, line int64 }

// String is a place as a page hands it on; "" is the zero Place.
func (p Place) String() string {
	if p == (Place{}) {
		return ""
	}
	return fmt.Sprintf("%d.%d", p.entered, p.line)
}

// ParsePlace reads what String made.
func ParsePlace(s string) (p Place, ok bool) {
	if s == "" {
		return p, true
	}
	n, err := fmt.Sscanf(s, "%d.%d", &p.entered, &p.line)
	return p, n == 2 && err == nil && p.String() == s
}

// PlaceOf is the place behind a line.
func PlaceOf(v *ledger.Visit) Place {
	line, _ := lineOf(v.ID) // the zero Place of one that has no number
	return Place{v.Entered.UnixMicro(), line}
}

// Before says that a place comes before another, in the order of entry.
func (p Place) Before(q Place) bool {
	return p.entered < q.entered || p.entered == q.entered && p.line < q.line
}

// Entered is the time of entry of the line that the place is behind.
func (p Place) Entered() time.Time { return time.UnixMicro(p.entered) }

// windowLines is how many lines one page of a search that no index serves looks through.
const windowLines = 10_000

// LinePage are some lines of a search.
type LinePage struct {
	Lines []ledger.Visit
	Next  Place // where the next page begins
	More  bool  // there may be one
	Short bool  // the page ended because enough was looked through, not because it is full
}

// Page are up to l.Limit lines behind a place. What no index finds (a zone's, a name's) it looks for in a bounded number of
// lines, and says where it ended. Lines without a time of entry are on no page.
func (r *Reader) Page(ctx context.Context, l Lines, after Place) (LinePage, error) {
	p, err := r.page(ctx, &l, after)
	return p, fault("read register", err)
}

func (r *Reader) page(ctx context.Context, l *Lines, after Place) (p LinePage, err error) {
	tx, err := r.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return p, err
	}
	defer func() { _ = tx.Rollback() }()
	end, err := l.window(ctx, tx, after)
	if err != nil {
		return p, err
	}
	query, args := l.pageStatement(after, end)
	p.Lines, err = collect(ctx, tx, r.visitFrom, query, args...)
	if err != nil {
		return p, err
	}
	switch n := len(p.Lines); {
	case n > l.Limit:
		p.Lines, p.More = p.Lines[:l.Limit], true
		p.Next = PlaceOf(&p.Lines[l.Limit-1])
	case end != Place{}:
		p.Next, p.More, p.Short = end, true, true
	}
	return p, nil
}

// filtered says that lines are left out which no index tells apart.
func (l *Lines) filtered() bool { return l.Person == "" && (l.Zone != "" || l.Name != "") }

// window is the last line that a page looks at; zero where it looks as far as there are lines.
func (l *Lines) window(ctx context.Context, tx *sql.Tx, after Place) (end Place, err error) {
	if !l.filtered() {
		return end, nil
	}
	c := l.within(after, Place{})
	query := "SELECT entered, line FROM visit " + l.pagePath() + c.text() + l.pageOrder() + " LIMIT 1 OFFSET ?"
	err = walk(ctx, tx, query, append(c.args, cmp.Or(l.Look, windowLines)-1), func(v values) (bool, error) {
		end = Place{v.number(0), v.number(1)}
		return true, nil
	})
	return end, err
}

func (l *Lines) pagePath() string {
	if l.Person != "" {
		return "INDEXED BY visit_person"
	}
	return "INDEXED BY visit_entered"
}

func (l *Lines) pageOrder() string {
	if l.Newest {
		return " ORDER BY entered DESC, line DESC"
	}
	return " ORDER BY entered, line"
}

// within are the conditions that an index serves, between two places.
func (l *Lines) within(after, end Place) (c clauses) {
	behind, until := ">", "<="
	if l.Newest {
		behind, until = "<", ">="
	}
	c.when(l.Person != "", "person = ?", string(l.Person))
	c.when(true, "entered IS NOT NULL")
	c.when(!l.From.IsZero(), "entered >= ?", l.From.UnixMicro())
	c.when(!l.Until.IsZero(), "entered < ?", l.Until.UnixMicro())
	c.when(after != Place{}, "(entered, line) "+behind+" (?, ?)", after.entered, after.line)
	c.when(end != Place{}, "(entered, line) "+until+" (?, ?)", end.entered, end.line)
	return c
}

// pageStatement asks for one line more than the page has.
func (l *Lines) pageStatement(after, end Place) (string, []any) {
	c := l.within(after, end)
	c.when(l.Zone != "", "zone = ?", l.Zone)
	c.when(l.Name != "", named, fold.Text(l.Name))
	return "SELECT " + visitColumns + " FROM visit " + l.pagePath() + c.text() + l.pageOrder() + " LIMIT ?", append(c.args, l.Limit+1)
}

// HowMany counts the lines of a search: by the days that were counted, so far as it asks for whole days of a zone or all; -1
// where counting takes reading them.
func (r *Reader) HowMany(ctx context.Context, l Lines) (int, error) {
	n, err := r.howMany(ctx, &l)
	return n, fault("count lines", err)
}

func (r *Reader) howMany(ctx context.Context, l *Lines) (int, error) {
	if l.Name != "" || l.Person == "" && (l.From.IsZero() || l.Until.IsZero()) {
		return -1, nil
	}
	if l.Person != "" {
		return r.counting(ctx, l)
	}
	from, until := l.From.UnixMicro(), l.Until.UnixMicro()
	first, last := dayOf(from+dayLong-1), dayOf(until)
	if first >= last {
		return r.counting(ctx, l)
	}
	total := 0
	for _, edge := range [][2]int64{{from, begins(first)}, {begins(last), until}} {
		n, err := one[int64](ctx, r.read, "SELECT count(*) FROM visit INDEXED BY visit_entered WHERE entered >= ?1 AND entered < ?2 AND (?3 = '' OR zone = ?3)",
			edge[0], edge[1], l.Zone)
		if err != nil {
			return 0, err
		}
		total += int(n)
	}
	days, err := r.lineCounts(ctx, first, last)
	for _, d := range days {
		if l.Zone == "" || d.Zone == l.Zone {
			total += d.Lines
		}
	}
	return total, err
}

func (r *Reader) counting(ctx context.Context, l *Lines) (int, error) {
	c := l.within(Place{}, Place{})
	c.when(l.Zone != "", "zone = ?", l.Zone)
	n, err := one[int64](ctx, r.read, "SELECT count(*) FROM visit "+l.pagePath()+c.text(), c.args...)
	return int(n), err
}

// lineCounts are the counts of the days' lines alone.
func (r *Reader) lineCounts(ctx context.Context, from, until int64) (all []LineCounts, err error) {
	days, err := r.figures(ctx, from, until)
	for _, d := range days {
		all = append(all, d.Lines...)
	}
	return all, err
}

// Holding is the sequence of the entry from a sequence on whose private part is this one.
func (r *Reader) Holding(ctx context.Context, from uint64, private []byte) (sequence uint64, found bool, err error) {
	err = walk(ctx, r.read, "SELECT sequence FROM entry WHERE sequence >= ? AND private = ? ORDER BY sequence LIMIT 1", []any{int64(from), private},
		func(c values) (bool, error) {
			sequence, found = uint64(c.number(0)), true
			return false, nil
		})
	return sequence, found, fault("read entries", err)
}

// placeholders are n question marks.
func placeholders(n int) string { return "?" + strings.Repeat(", ?", n-1) }
