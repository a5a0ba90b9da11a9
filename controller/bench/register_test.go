package bench_test

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"testing"
	"time"

	"github.com/mattn/go-sqlite3"

	"kidoban/controller/access"
	"kidoban/controller/ledger"
	"kidoban/controller/store"
)

const (
	fullLines = 5_000_000
	linesADay = fullLines / (5 * 365)
	linesEach = 500 // of a person, in all years
)

// readRegister is P8: a day's lines, a person's lines of all years and a month's report, against the same statements on the
// same file by the SQLite driver alone, every column read and nothing made of it. Fewer lines than the full five years'
// are fewer years of as many people: a day, a month and a person have as many lines as in the full register.
func readRegister(t *testing.T, dir string) {
	n := count(*lines, 3*linesADay)
	s := build(t, filepath.Join(dir, "p8"), count(10_000, 100), 0)
	disk := s.open(t)
	defer disk.Close()
	began := time.Now()
	write(t, disk, n)
	written := time.Since(began)
	plain := open(t, filepath.Join(s.conf.Storage.Data, "journal.db"))
	all := func(l store.Lines) func() int {
		return func() (got int) {
			for _, err := range disk.Visits(context.Background(), l) {
				if err != nil {
					t.Fatal(err)
				}
				got++
			}
			return got
		}
	}
	days := n / linesADay
	day := func(i int) access.Span {
		return access.Span{From: april.AddDate(0, 0, i), Until: april.AddDate(0, 0, i+1)}
	}
	month := func(i int) access.Span {
		from := april.AddDate(0, i%max(days/31, 1), 0)
		return access.Span{From: from, Until: from.AddDate(0, 1, 0)}
	}
	for _, c := range []struct {
		what, bound string
		bar         time.Duration
		samples     int
		ours        func(i int) func() int
		query       string
		args        func(i int) []driver.Value
	}{
		{"a day", "1.5x, 5ms", 5 * time.Millisecond, 40, func(i int) func() int { return all(store.Lines{Span: day(i % days)}) },
			"SELECT * FROM visit WHERE entered >= ? AND entered < ? ORDER BY entered, line", func(i int) []driver.Value { return micros(day(i % days)) }},
		{"a person, all years", "1.5x, 2ms", 2 * time.Millisecond, 100, func(i int) func() int { return all(store.Lines{Person: guest(n, i)}) },
			"SELECT * FROM visit WHERE person = ? ORDER BY entered, line", func(i int) []driver.Value { return []driver.Value{string(guest(n, i))} }},
		{"a month's report", "1.5x, 60ms", 60 * time.Millisecond, 6, func(i int) func() int { return tally(t, disk, month(i)) }, report,
			func(i int) []driver.Value { return micros(month(i)) }},
	} {
		st, err := plain.Prepare(c.query)
		if err != nil {
			t.Fatal(err)
		}
		i, rows := 0, 0
		r := measure(t, func() (r round) {
			for range count(c.samples, 2) {
				i += 7
				ours, took := timed(c.ours(i))
				theirs, limit := timed(func() int { return bare(t, st, c.args(i)) })
				if rows = ours; ours != theirs {
					t.Fatalf("%s: %d rows, by SQLite alone %d", c.what, ours, theirs)
				}
				r.add(took, limit)
			}
			return r
		})
		_ = st.Close()
		p50, x := r.ours(50), r.ratio(50)
		show(line{"P8", "register, " + c.what, times(x), c.bound, "1.1x", verdict(r.enough(), x <= 1.5 && p50 <= c.bar, x <= 1.1 && p50 <= c.bar),
			fmt.Sprintf("%s for %d rows, SQLite alone %s, p99 %s; register of %d lines written in %s; -lines %d is the full one; %s", short(p50), rows,
				short(r.limit(50)), short(r.ours(99)), n, written.Round(time.Second), fullLines, r.count())})
	}
	readPages(t, disk, n)
}

func timed(f func() int) (int, time.Duration) {
	began := time.Now()
	n := f()
	return n, time.Since(began)
}

func micros(s access.Span) []driver.Value {
	return []driver.Value{s.From.UnixMicro(), s.Until.UnixMicro()}
}

// report is what a month's report counts, as anybody would write it.
const report = `SELECT (entered + 32400000000) / 86400000000, zone, class, count(*), sum(class GLOB 'visitor*'),
	sum(more ->> '$.permit_oral' IS TRUE), sum("left" IS NULL AND left_how != 'unrecorded'), sum(left_how = 'unrecorded'),
	sum(consent IN ('missing', 'after')), sum(consent = 'after'), sum(late), sum(assumed),
	sum(ifnull(json_array_length(more, '$.incidents'), 0)), sum(ifnull(json_array_length(more, '$.corrections'), 0))
	FROM visit WHERE entered >= ? AND entered < ? GROUP BY 1, 2, 3`

func tally(t *testing.T, disk *store.Store, span access.Span) func() int {
	return func() int {
		all, err := disk.Tallies(context.Background(), span)
		if err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
}

// open opens a database for reading with the driver alone.
func open(t *testing.T, path string) driver.Conn {
	t.Helper()
	c, err := (&sqlite3.SQLiteDriver{}).Open("file:" + path + "?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// bare steps through a statement's rows.
func bare(t *testing.T, st driver.Stmt, args []driver.Value) (n int) {
	rows, err := st.Query(args) //nolint:staticcheck // the driver's plainest way
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	to := make([]driver.Value, len(rows.Columns()))
	for {
		err := rows.Next(to)
		if errors.Is(err, io.EOF) {
			return n
		}
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
}

func guest(lines, i int) access.PersonID {
	return access.PersonID(fmt.Sprintf("p-%05d", i%max(lines/linesEach, 1)))
}

// write fills the register with n lines: as many every day, one in ten a visitor's.
func write(t *testing.T, disk *store.Store, n int) {
	t.Helper()
	for i := 0; i < n; {
		var some []ledger.Visit
		for ; i < n && len(some) < 2000; i++ {
			some = append(some, visit(n, i))
		}
		if _, err := disk.Commit(context.Background(), ledger.Change{Visits: some}, nil); err != nil {
			t.Fatal(err)
		}
	}
}

func visit(n, i int) ledger.Visit {
	at := april.AddDate(0, 0, i/linesADay).Add(time.Duration(i%linesADay) * 24 * time.Hour / linesADay)
	v := ledger.Visit{ID: fmt.Sprintf("%d-%06d", 2026+i/linesADay/366, i+1), Zone: "room", Person: guest(n, i*7919), Name: "木戸 番太郎",
		Reading: "きど ばんたろう", Affiliation: "市民課", Class: "art20.1.2", Credential: access.CredentialID(fmt.Sprintf("c-%05d", i%10_000)),
		Entered: at, Left: at.Add(time.Duration(20+i%100) * time.Minute)}
	if i%10 != 0 {
		return v
	}
	act := ledger.Act{Person: "p-00001", Name: "課長", Post: access.SecurityOfficer, At: at}
	v.Affiliation, v.Class, v.Purpose, v.Work = "架空システム株式会社", "visitor.contractor", "機器の保守", "定期点検"
	v.Permit, v.PermitAct = access.PermitID(fmt.Sprintf("2026-%04d", i/10%10_000)), act
	v.Escorts = []ledger.Escorting{{Person: "p-00002", Name: "立会 人", Rule: "art20.1.2", From: at, Until: v.Left}}
	v.Consent = ledger.Consent{State: ledger.Consented, Act: act, How: "badge"}
	return v
}
