package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/alarm"
	"kidoban/controller/journal"
)

// DayCounts are what a day in Japan looks like in numbers. No person is in them.
type DayCounts struct {
	Day     time.Time // 00:00
	Lines   []LineCounts
	Entries []EntryCounts
}

// LineCounts are the lines of the register of one zone that were entered on a day, visitors' (入室者) or the others'.
type LineCounts struct {
	Zone        string `json:"zone"`
	Visitors    bool   `json:"visitors,omitzero"`
	Lines       int    `json:"lines"`
	Hours       []int  `json:"hours"`                // 24, by the hour of the entry
	Stays       []int  `json:"stays"`                // of those that ended, by length: one more than StayBounds
	Open        int    `json:"open,omitzero"`        // inside
	Unrecorded  int    `json:"unrecorded,omitzero"`  // gone without an exit on record
	Unconsented int    `json:"unconsented,omitzero"` // left without consent, with or without a follow-up
}

// EntryCounts are the entries of one sort that state a time of a day: refusals by reason, alarms by the type that raised
// them, each alarm once.
type EntryCounts struct {
	Type   journal.Type `json:"type"` // access.denied or alarm.raised
	Kind   string       `json:"kind"`
	Zone   string       `json:"zone,omitzero"`
	Door   string       `json:"door,omitzero"`
	Silent bool         `json:"silent,omitzero"` // duress
	Count  int          `json:"count"`
	Drill  int          `json:"drill,omitzero"` // of them, in a drill
}

// StayBounds are where one class of lengths of a stay ends and the next begins. What is counted by them is kept: to change
// them takes a migration that empties the table counted.
func StayBounds() []time.Duration {
	return []time.Duration{5 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour}
}

// dayOf numbers the days in Japan since 1970, as the triggers of the table counted do.
func dayOf(at int64) int64 { return (at + japan) / dayLong }

const (
	japan   = int64(9 * time.Hour / time.Microsecond)
	dayLong = int64(24 * time.Hour / time.Microsecond)
)

// begins is when a day begins.
func begins(day int64) int64 { return day*dayLong - japan }

// counts is the stored form.
type counts struct {
	Lines   []LineCounts  `json:"lines,omitempty"`
	Entries []EntryCounts `json:"entries,omitempty"`
}

// countDay counts a day from the register and the index of searches.
func countDay(ctx context.Context, q querier, day int64) (c counts, err error) {
	from, end := begins(day), begins(day+1)
	lines := lineFold{}
	if err := walk(ctx, q, grouped(), []any{from, end}, lines.add); err != nil {
		return c, err
	}
	var entries entryFold
	err = walk(ctx, q, `SELECT e.payload FROM trace t INDEXED BY trace_type CROSS JOIN entry e USING (sequence)
		WHERE t.type IN (?, ?) AND t.at >= ? AND t.at < ?`, []any{string(journal.AccessDenied), string(journal.AlarmRaised), from, end},
		func(v values) (bool, error) {
			payload, _ := v[0].([]byte)
			entries.add(payload)
			return true, nil
		})
	return counts{lines.all, entries.all}, err
}

// grouped counts a day's lines by everything that figures are made by.
func grouped() string {
	var stay strings.Builder
	for i, b := range StayBounds() {
		stay.WriteString(" WHEN \"left\" - entered < " + strconv.FormatInt(b.Microseconds(), 10) + " THEN " + strconv.Itoa(i))
	}
	return `SELECT zone, class GLOB 'visitor*', (entered + 32400000000) / 3600000000 % 24, CASE WHEN "left" IS NULL THEN -1` + stay.String() +
		` ELSE ` + strconv.Itoa(len(StayBounds())) + ` END, left_how = 'unrecorded', consent IN ('missing', 'after'), count(*)
		FROM visit INDEXED BY visit_entered WHERE entered >= ? AND entered < ? GROUP BY 1, 2, 3, 4, 5, 6`
}

// lineFold adds up groups of lines.
type lineFold struct{ all []LineCounts }

func (f *lineFold) of(zone string, visitors bool) *LineCounts {
	for i := range f.all {
		if f.all[i].Zone == zone && f.all[i].Visitors == visitors {
			return &f.all[i]
		}
	}
	f.all = append(f.all, LineCounts{Zone: zone, Visitors: visitors, Hours: make([]int, 24), Stays: make([]int, len(StayBounds())+1)})
	return &f.all[len(f.all)-1]
}

func (f *lineFold) add(v values) (bool, error) {
	l, n := f.of(v.text(0), v.number(1) != 0), int(v.number(6))
	l.Lines += n
	l.Hours[v.number(2)] += n
	switch stay := v.number(3); {
	case stay >= 0:
		l.Stays[stay] += n
	case v.number(4) == 0:
		l.Open += n
	}
	if v.number(4) != 0 {
		l.Unrecorded += n
	}
	if v.number(5) != 0 {
		l.Unconsented += n
	}
	return true, nil
}

// entryFold adds up entries.
type entryFold struct{ all []EntryCounts }

func (f *entryFold) add(payload []byte) {
	sealed, err := journal.Parse(payload)
	if err != nil {
		return // verifying tells of it
	}
	e, one := &sealed.Entry, EntryCounts{Type: sealed.Entry.Type, Zone: sealed.Entry.Data.Zone, Door: sealed.Entry.Data.Door, Count: 1}
	switch e.Type {
	case journal.AccessDenied:
		one.Kind = e.Data.Reason
	case journal.AlarmRaised:
		raised, known := alarm.RaisedAt(e.Data.Alarm)
		if !known || e.At.Wall.Truncate(time.Millisecond).After(raised) {
			return // raised anew, as graver
		}
		one.Kind, _, _ = strings.Cut(e.Data.Alarm, "/")
	default:
		return
	}
	one.Silent = one.Kind == string(journal.AccessDuress)
	if e.Data.Drill {
		one.Drill = 1
	}
	for i := range f.all {
		if was := &f.all[i]; was.Type == one.Type && was.Kind == one.Kind && was.Zone == one.Zone && was.Door == one.Door {
			was.Count += one.Count
			was.Drill += one.Drill
			return
		}
	}
	f.all = append(f.all, one)
}

// Count counts the days that are over and not yet counted, in small transactions between which commits pass. Run does it when
// the door is quiet; figures are the same without it, only slower.
func (s *Store) Count(ctx context.Context) error {
	return fault("count days", s.count(ctx, func() bool { return true }))
}

// count goes on while more says so. The newest day is not over.
func (s *Store) count(ctx context.Context, more func() bool) error {
	known, err := collect(ctx, s.read, func(c values) (int64, error) { return c.number(0), nil }, "SELECT day FROM counted ORDER BY day")
	if err != nil {
		return err
	}
	newest, err := one[sql.NullInt64](ctx, s.read, "SELECT max(ifnull((SELECT max(entered) FROM visit), 0), ifnull((SELECT max(at) FROM trace), 0))")
	if err != nil {
		return err
	}
	days := uncounted{known: known, until: dayOf(newest.Int64)}
	return s.inChunks(ctx, func(n int) (bool, error) {
		for range n {
			day, ok, err := days.next(ctx, s.conn)
			if err == nil && ok {
				err = s.countOne(day)
			}
			if err != nil || !ok {
				return false, err
			}
		}
		return more(), nil
	})
}

// countOne counts a day within the transaction that is open.
func (s *Store) countOne(day int64) error {
	ctx := context.Background()
	c, err := countDay(ctx, s.conn, day)
	if err != nil {
		return err
	}
	body, err := json.Marshal(c)
	if err != nil {
		return err
	}
	_, err = s.conn.ExecContext(ctx, `INSERT OR REPLACE INTO counted (day, first, last, counts)
		SELECT ?1, min(sequence), max(sequence), ?4 FROM trace INDEXED BY trace_at WHERE at >= ?2 AND at < ?3`, day, begins(day), begins(day+1), string(body))
	return err
}

// uncounted goes through the days of a span that have anything and are not among those known.
type uncounted struct {
	known     []int64 // ascending
	at, until int64   // the next day to look at, and where it ends
}

func (u *uncounted) next(ctx context.Context, q interface {
	QueryRowContext(context.Context, string, ...any) *sql.Row
}) (day int64, ok bool, err error) {
	for u.at < u.until {
		for len(u.known) > 0 && u.known[0] < u.at {
			u.known = u.known[1:]
		}
		if len(u.known) > 0 && u.known[0] == u.at {
			u.at++
			continue
		}
		first, err := one[sql.NullInt64](ctx, q, `SELECT min(at) FROM (SELECT min(entered) AS at FROM visit WHERE entered >= ?1
			UNION ALL SELECT min(at) FROM trace WHERE at >= ?1)`, begins(u.at))
		if err != nil || !first.Valid {
			return 0, false, err
		}
		if day := dayOf(first.Int64); day > u.at {
			u.at = day
			continue
		}
		u.at++
		return u.at - 1, true, nil
	}
	return 0, false, nil
}

// Figures count the days of a span, which begins and ends at midnight in Japan; days with nothing are left out. They are of
// everything that is on record, whether Run has counted and indexed it or not; a day may come in more than one part.
func (r *Reader) Figures(ctx context.Context, span access.Span) ([]DayCounts, error) {
	all, err := r.figures(ctx, dayOf(span.From.UnixMicro()), dayOf(span.Until.UnixMicro()))
	return all, fault("count days", err)
}

func (r *Reader) figures(ctx context.Context, from, until int64) (all []DayCounts, err error) {
	tx, err := r.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback() }()
	var known []int64
	if err := walk(ctx, tx, "SELECT day, counts FROM counted WHERE day >= ? AND day < ? ORDER BY day", []any{from, until}, func(c values) (bool, error) {
		var n counts
		err := json.Unmarshal([]byte(c.text(1)), &n)
		known = append(known, c.number(0))
		all = append(all, n.of(c.number(0)))
		return err == nil, err
	}); err != nil {
		return nil, err
	}
	days := uncounted{known: known, at: from, until: until}
	for {
		day, ok, err := days.next(ctx, tx)
		if err != nil {
			return nil, err
		}
		if !ok {
			break
		}
		c, err := countDay(ctx, tx, day)
		if err != nil {
			return nil, err
		}
		all = append(all, c.of(day))
	}
	young, err := r.young(ctx, tx, from, until)
	return append(all, young...), err
}

func (c counts) of(day int64) DayCounts {
	return DayCounts{time.UnixMicro(begins(day)).In(access.JST), c.Lines, c.Entries}
}

// young counts the entries that the index of searches does not have yet.
func (r *Reader) young(ctx context.Context, tx *sql.Tx, from, until int64) (all []DayCounts, err error) {
	head, err := indexed(ctx, tx)
	if err != nil {
		return nil, err
	}
	folds := map[int64]*entryFold{}
	err = walk(ctx, tx, "SELECT payload FROM entry WHERE sequence >= ? AND payload IS NOT NULL", []any{head}, func(c values) (bool, error) {
		payload, _ := c[0].([]byte)
		if t := journal.TypeOf(payload); t != journal.AccessDenied && t != journal.AlarmRaised {
			return true, nil
		}
		e, err := journal.Parse(payload)
		if day := dayOf(e.Entry.At.Wall.UnixMicro()); err == nil && day >= from && day < until {
			if folds[day] == nil {
				folds[day] = &entryFold{}
			}
			folds[day].add(payload)
		}
		return true, nil
	})
	for day, f := range folds {
		all = append(all, counts{Entries: f.all}.of(day))
	}
	return all, err
}
