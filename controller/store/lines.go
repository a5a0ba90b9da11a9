package store

import (
	"context"
	"database/sql"
	"iter"
	"strings"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/fold"
	"kidoban/controller/ledger"
)

// Lines says which lines of the register are meant: those that fit every member that is set. They come in the order of
// entry; those of a book, if nothing else is asked for than it and a zone, in the order of their numbers.
type Lines struct {
	access.Span     // entered in it: a day, a month, a fiscal year
	Book        int // of this fiscal year's numbers
	Zone        string
	Person      access.PersonID // of all years, if nothing else is said
	Permit      access.PermitID
	Open        bool   // inside
	Waiting     bool   // inside, without a recorded exit, or still waiting for a consent
	Name        string // part of the name, its reading or the affiliation, as fold.Text takes them for one
	Newest      bool   // newest first
	Limit       int    // 0 = all
	Look        int    // how many lines a page looks through where no index finds them; 0 = 10,000
}

// clauses collects a statement's conditions and their arguments.
type clauses struct {
	where []string
	args  []any
}

func (c *clauses) when(asked bool, condition string, args ...any) {
	if asked {
		c.where = append(c.where, condition)
		c.args = append(c.args, args...)
	}
}

func (c *clauses) text() string {
	if len(c.where) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(c.where, " AND ")
}

// path is the index that these lines are found by. It is said, not left to guess.
func (l *Lines) path() string {
	switch {
	case l.Permit != "":
		return "INDEXED BY visit_permit"
	case l.Open, l.Waiting:
		return "INDEXED BY visit_waiting"
	case l.Person != "":
		return "INDEXED BY visit_person"
	case l.Book != 0 && l.Span == access.Span{}:
		return byNumber
	}
	return "INDEXED BY visit_entered"
}

const byNumber = "NOT INDEXED"

// waiting is the condition of the index visit_waiting, word for word.
const waiting = `("left" IS NULL OR consent IN ('requested', 'withheld', 'missing'))`

// insideNow is what a line of somebody inside is.
const insideNow = `"left" IS NULL AND left_how != '` + ledger.LeftUnrecorded + `'`

// named is the condition of a name, however it is written: what is looked for is folded by whoever asks.
const named = `instr(fold(name || '|' || reading || '|' || affiliation), ?)`

func (l *Lines) clauses() (c clauses) {
	c.when(l.Permit != "", "permit = ? AND permit != ''", string(l.Permit))
	c.when(l.Waiting, waiting)
	c.when(l.Open, insideNow)
	c.when(l.Person != "", "person = ?", string(l.Person))
	c.when(!l.From.IsZero(), "entered >= ?", l.From.UnixMicro())
	c.when(!l.Until.IsZero(), "entered < ?", l.Until.UnixMicro())
	c.when(l.Book != 0, "line BETWEEN ? AND ?", l.Book*yearLines, (l.Book+1)*yearLines-1)
	c.when(l.Zone != "", "zone = ?", l.Zone)
	c.when(l.Name != "", named, fold.Text(l.Name))
	return c
}

func (l *Lines) order(path string) string {
	switch {
	case path == byNumber && l.Newest:
		return " ORDER BY line DESC"
	case path == byNumber:
		return " ORDER BY line"
	case l.Newest:
		return " ORDER BY entered DESC, line DESC"
	}
	return " ORDER BY entered, line"
}

func (l *Lines) statement() (string, []any) {
	path, c := l.path(), l.clauses()
	query := "SELECT " + visitColumns + " FROM visit " + path + c.text() + l.order(path)
	if l.Limit > 0 {
		query, c.args = query+" LIMIT ?", append(c.args, l.Limit)
	}
	return query, c.args
}

// Visits are lines of the register, one at a time as they are read. An error is the last.
func (r *Reader) Visits(ctx context.Context, l Lines) iter.Seq2[ledger.Visit, error] {
	query, args := l.statement()
	return r.lines(ctx, query, args...)
}

// lines reads each line in one place: a line is large, and there may be very many.
func (r *Reader) lines(ctx context.Context, query string, args ...any) iter.Seq2[ledger.Visit, error] {
	return func(yield func(ledger.Visit, error) bool) {
		var v, none ledger.Visit
		if err := walk(ctx, r.read, query, args, func(c values) (bool, error) {
			v = none
			err := r.readVisit(c, &v)
			return err == nil && yield(v, nil), err
		}); err != nil {
			yield(none, fault("read register", err))
		}
	}
}

// Visit is one line; false if there is none of that ID.
func (r *Reader) Visit(ctx context.Context, id string) (ledger.Visit, bool, error) {
	line, err := lineOf(id)
	if err != nil {
		return ledger.Visit{}, false, nil
	}
	found, err := collect(ctx, r.read, r.visitFrom, "SELECT "+visitColumns+" FROM visit WHERE line = ?", line)
	return firstOf(found), len(found) > 0, fault("read register", err)
}

// longest is the stay that the index visit_long begins after.
const longest = 24 * time.Hour

// Inside are the lines of those who were inside a zone ("" = any) at an instant, in the order of entry: as the register
// tells it today, with lines that were entered by hand afterwards. Who was later found gone without an exit on record
// counts for a day, which is as much as can be known.
func (r *Reader) Inside(ctx context.Context, zone string, at time.Time) iter.Seq2[ledger.Visit, error] {
	now, before := at.UnixMicro(), at.Add(-longest).UnixMicro()
	query := "SELECT " + visitColumns + ` FROM visit INDEXED BY visit_entered
		WHERE entered > ?1 AND entered <= ?2 AND ("left" IS NULL OR "left" > ?2)
		AND (?3 = '' OR zone = ?3)
		UNION ALL SELECT ` + visitColumns + ` FROM visit INDEXED BY visit_long
		WHERE entered <= ?1 AND "left" - entered > 86400000000 AND "left" > ?2
		AND (?3 = '' OR zone = ?3)
		UNION ALL SELECT ` + visitColumns + ` FROM visit INDEXED BY visit_waiting
		WHERE ` + insideNow + ` AND entered <= ?1 AND (?3 = '' OR zone = ?3)
		ORDER BY entered, line`
	return r.lines(ctx, query, before, now, zone)
}

// Tally counts the lines of one day, zone and class.
type Tally struct {
	Day         time.Time // 00:00 in Japan
	Zone, Class string
	Lines       int
	Visitors    int // 入室者, who are let in on a permit
	Oral        int // of them, on one that was given orally
	Open        int // inside
	Unrecorded  int // gone without an exit on record (退室未記録)
	Unconsented int // left without consent, with or without a follow-up
	After       int // of them, with one
	Late        int // entered by hand afterwards
	Assumed     int
	Incidents   int
	Corrections int
}

// Tallies count the lines entered in a span, by day, zone and class: what a month's report is made of. It counts day by
// day, which spares SQLite the sorting of the whole span.
func (r *Reader) Tallies(ctx context.Context, span access.Span) ([]Tally, error) {
	found, err := r.tallies(ctx, bound(span.From), until(span.Until))
	return found, fault("read register", err)
}

func (r *Reader) tallies(ctx context.Context, from, until int64) (found []Tally, err error) {
	tx, err := r.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback() }()
	for {
		next, err := one[sql.NullInt64](ctx, tx, "SELECT min(entered) FROM visit WHERE entered >= ? AND entered < ?", from, until)
		if err != nil || !next.Valid {
			return found, err
		}
		day := midnight(time.UnixMicro(next.Int64))
		end := min(day.AddDate(0, 0, 1).UnixMicro(), until)
		some, err := collect(ctx, tx, func(c values) (Tally, error) { return tallyOf(day, c), nil }, tallied, next.Int64, end)
		if err != nil {
			return nil, err
		}
		found, from = append(found, some...), end
	}
}

// midnight is when t's day began in Japan.
func midnight(t time.Time) time.Time {
	y, m, d := t.In(access.JST).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, access.JST)
}

const tallied = `SELECT zone, class, count(*), sum(class GLOB 'visitor*'), sum(more ->> '$.permit_oral' IS TRUE),
	sum(` + insideNow + `), sum(left_how = 'unrecorded'), sum(consent IN ('missing', 'after')), sum(consent = 'after'), sum(late),
	sum(assumed), sum(ifnull(json_array_length(more, '$.incidents'), 0)), sum(ifnull(json_array_length(more, '$.corrections'), 0))
	FROM visit INDEXED BY visit_entered WHERE entered >= ? AND entered < ? GROUP BY zone, class`

func tallyOf(day time.Time, c values) Tally {
	t := Tally{Day: day, Zone: c.text(0), Class: c.text(1)}
	for i, to := range []*int{&t.Lines, &t.Visitors, &t.Oral, &t.Open, &t.Unrecorded, &t.Unconsented, &t.After, &t.Late, &t.Assumed,
		&t.Incidents, &t.Corrections} {
		*to = int(c.number(2 + i))
	}
	return t
}

// until is the open end of a range of stored times.
func until(t time.Time) int64 {
	if t.IsZero() {
		return 1<<63 - 1
	}
	return t.UnixMicro()
}

// Permits are all permits that are not purged, by number.
func (r *Reader) Permits(ctx context.Context) iter.Seq2[ledger.Permit, error] {
	return told("read permits", stream(ctx, r.read, r.permitFrom, "SELECT "+permitColumns+" FROM permit ORDER BY id"))
}

// Permit is one permit; false if there is none of that ID.
func (r *Reader) Permit(ctx context.Context, id access.PermitID) (ledger.Permit, bool, error) {
	found, err := collect(ctx, r.read, r.permitFrom, "SELECT "+permitColumns+" FROM permit WHERE id = ?", string(id))
	return firstOf(found), len(found) > 0, fault("read permits", err)
}

// Emergencies are the emergency entries (緊急入室) of a span, completed or not, in the order of entry.
func (r *Reader) Emergencies(ctx context.Context, span access.Span) iter.Seq2[ledger.EmergencyEntry, error] {
	return told("read emergency entries", stream(ctx, r.read, emergencyFrom, "SELECT "+emergencyColumns+" FROM emergency "+
		"WHERE entered >= ? AND entered < ? ORDER BY entered, id", bound(span.From), until(span.Until)))
}

// Documents are those of a kind, by ID.
func (r *Reader) Documents(ctx context.Context, kind string) iter.Seq2[ledger.Document, error] {
	return told("read documents", stream(ctx, r.read, documentFrom, "SELECT "+documentColumns+" FROM document WHERE kind = ? "+
		"ORDER BY id", kind))
}

// told makes a stream's error a Fault.
func told[T any](doing string, all iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for x, err := range all {
			if !yield(x, fault(doing, err)) {
				return
			}
		}
	}
}

func firstOf[T any](all []T) (x T) {
	if len(all) > 0 {
		x = all[0]
	}
	return x
}
