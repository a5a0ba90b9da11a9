package store_test

import (
	"cmp"
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/store"
)

// dawn is when the days of these tests begin.
var dawn = time.Date(2026, time.March, 30, 0, 0, 0, 0, access.JST)

func drawLine(t *rapid.T, id int) ledger.Visit {
	v := ledger.Visit{
		ID: fmt.Sprintf("2026-%06d", id), Zone: rapid.SampledFrom([]string{"room", "store"}).Draw(t, "zone"), Person: "p", Name: "木戸 番太郎",
		Class: rapid.SampledFrom([]string{"art20.1.2", "visitor.contractor"}).Draw(t, "class"),
	}
	v.Entered = dawn.Add(time.Duration(rapid.IntRange(0, 5*24*60).Draw(t, "entered")) * time.Minute)
	switch rapid.IntRange(0, 3).Draw(t, "end") {
	case 0:
		v.LeftHow = ledger.LeftUnrecorded
	case 1, 2:
		v.Left = v.Entered.Add(time.Duration(rapid.IntRange(0, 1500).Draw(t, "stay")) * time.Minute)
		v.Consent.State = rapid.SampledFrom([]ledger.ConsentState{"", ledger.Consented, ledger.ConsentMissing, ledger.ConsentAfter}).Draw(t, "consent")
	}
	return v
}

func drawCounted(t *rapid.T, i int) journal.Entry {
	e := entry(i, rapid.SampledFrom([]journal.Type{journal.AccessDenied, journal.AlarmRaised, journal.AccessGranted}).Draw(t, "type"))
	e.At.Wall = dawn.Add(time.Duration(rapid.IntRange(0, 5*24*60).Draw(t, "at")) * time.Minute)
	e.Data = journal.Data{Door: rapid.SampledFrom([]string{"front", "back"}).Draw(t, "door"), Drill: rapid.Bool().Draw(t, "drill")}
	switch e.Type {
	case journal.AccessDenied:
		e.Data.Reason = rapid.SampledFrom([]string{"no_permit", "misread"}).Draw(t, "reason")
	case journal.AlarmRaised:
		kind := rapid.SampledFrom([]string{"door.held", "access.duress"}).Draw(t, "kind")
		raised := e.At.Wall
		if rapid.IntRange(0, 3).Draw(t, "again") == 0 {
			raised = raised.Add(-time.Hour)
		}
		e.Data.Alarm = kind + "/front/" + fmt.Sprint(base36(raised.UnixMilli()))
	}
	return e
}

func base36(n int64) string {
	const digits = "0123456789abcdefghijklmnopqrstuvwxyz"
	s := ""
	for ; n > 0; n /= 36 {
		s = string(digits[n%36]) + s
	}
	return s
}

// told are counts by what they say, so that those of one day in two parts are one.
func toldOf(days []store.DayCounts) map[string]int {
	out := map[string]int{}
	for _, d := range days {
		for _, l := range d.Lines {
			key := fmt.Sprintf("%s %s %v ", d.Day.Format("01-02"), l.Zone, l.Visitors)
			for h, n := range l.Hours {
				out[key+fmt.Sprint("hour ", h)] += n
			}
			for s, n := range l.Stays {
				out[key+fmt.Sprint("stay ", s)] += n
			}
			out[key+"lines"] += l.Lines
			out[key+"open"] += l.Open
			out[key+"unrecorded"] += l.Unrecorded
			out[key+"unconsented"] += l.Unconsented
		}
		for _, e := range d.Entries {
			key := fmt.Sprintf("%s %s %s %s %v ", d.Day.Format("01-02"), e.Type, e.Kind, e.Door, e.Silent)
			out[key+"all"] += e.Count
			out[key+"drill"] += e.Drill
		}
	}
	return without0(out)
}

func without0(m map[string]int) map[string]int {
	for k, n := range m {
		if n == 0 {
			delete(m, k)
		}
	}
	return m
}

// naive counts as anybody would.
func naive(lines map[string]ledger.Visit, entries []journal.Entry, span access.Span) map[string]int {
	out := map[string]int{}
	for _, v := range lines {
		if !span.Contains(v.Entered) {
			continue
		}
		at := v.Entered.In(access.JST)
		key := fmt.Sprintf("%s %s %v ", at.Format("01-02"), v.Zone, v.Visitor())
		out[key+"lines"]++
		out[key+fmt.Sprint("hour ", at.Hour())]++
		switch {
		case v.LeftHow == ledger.LeftUnrecorded:
			out[key+"unrecorded"]++
		case v.Left.IsZero():
			out[key+"open"]++
		default:
			class, _ := slices.BinarySearchFunc(store.StayBounds(), v.Left.Sub(v.Entered), func(b, d time.Duration) int {
				if d >= b {
					return -1
				}
				return 1
			})
			out[key+fmt.Sprint("stay ", class)]++
		}
		if v.Consent.State == ledger.ConsentMissing || v.Consent.State == ledger.ConsentAfter {
			out[key+"unconsented"]++
		}
	}
	for _, e := range entries {
		kind := cmp.Or(e.Data.Reason, strings.SplitN(e.Data.Alarm, "/", 2)[0])
		if kind == "" || !span.Contains(e.At.Wall) || e.Type == journal.AlarmRaised && !strings.HasSuffix(e.Data.Alarm, base36(e.At.Wall.UnixMilli())) {
			continue
		}
		key := fmt.Sprintf("%s %s %s %s %v ", e.At.Wall.In(access.JST).Format("01-02"), e.Type, kind, e.Data.Door, kind == "access.duress")
		out[key+"all"]++
		if e.Data.Drill {
			out[key+"drill"]++
		}
	}
	return without0(out)
}

// Figures are what the rows say, whatever was counted and indexed before, changed, corrected or disposed of since.
func TestFiguresAreWhatTheRowsSay(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	rapid.Check(t, func(rt *rapid.T) {
		dir, keys := begin(t)
		s := open(t, dir, keys)
		defer s.Close()
		lines, entries := map[string]ledger.Visit{}, []journal.Entry{}
		do := func(err error) {
			if err != nil {
				rt.Fatal(err)
			}
		}
		rt.Repeat(map[string]func(*rapid.T){
			"line": func(rt *rapid.T) { // new, or changed in whatever it has
				v := drawLine(rt, rapid.IntRange(1, 30).Draw(rt, "line"))
				commit(t, s, ledger.Change{Visits: []ledger.Visit{v}})
				lines[v.ID] = v
			},
			"gone": func(rt *rapid.T) {
				v := ledger.Visit{ID: fmt.Sprintf("2026-%06d", rapid.IntRange(1, 30).Draw(rt, "line")), Gone: true}
				commit(t, s, ledger.Change{Visits: []ledger.Visit{v}})
				delete(lines, v.ID)
			},
			"entries": func(rt *rapid.T) {
				var some []journal.Entry
				for range rapid.IntRange(1, 9).Draw(rt, "entries") {
					some = append(some, drawCounted(rt, len(entries)+len(some)+1))
				}
				commit(t, s, ledger.Change{}, some...)
				entries = append(entries, some...)
			},
			"index": func(rt *rapid.T) { do(s.Index(ctx)) },
			"count": func(rt *rapid.T) { do(s.Count(ctx)) },
			"": func(rt *rapid.T) {
				from := dawn.AddDate(0, 0, rapid.IntRange(0, 3).Draw(rt, "from"))
				span := access.Span{From: from, Until: from.AddDate(0, 0, rapid.IntRange(1, 4).Draw(rt, "days"))}
				days, err := s.Figures(ctx, span)
				do(err)
				if got, want := toldOf(days), naive(lines, entries, span); !reflect.DeepEqual(got, want) {
					rt.Fatalf("%v\n got %v\nwant %v", span, got, want)
				}
				zone := rapid.SampledFrom([]string{"", "room"}).Draw(rt, "of")
				cut := access.Span{From: span.From.Add(7 * time.Hour), Until: span.Until.Add(-3 * time.Hour)}
				n, err := s.HowMany(ctx, store.Lines{Span: cut, Zone: zone})
				do(err)
				want := 0
				for _, v := range lines {
					if cut.Contains(v.Entered) && (zone == "" || v.Zone == zone) {
						want++
					}
				}
				if n != want {
					rt.Fatalf("%d lines, want %d", n, want)
				}
			},
		})
	})
}

// A purge takes its records out of the figures too.
func TestPurgedEntriesAreInNoFigure(t *testing.T) {
	ctx := context.Background()
	dir, keys := begin(t)
	s := open(t, dir, keys)
	for i := range 5 {
		e := entry(i+1, journal.AccessDenied)
		e.At.Wall, e.Data.Reason = dawn.Add(time.Duration(i)*24*time.Hour), "misread"
		commit(t, s, ledger.Change{}, e)
	}
	span := access.Span{From: dawn, Until: dawn.AddDate(0, 0, 9)}
	for round, want := range []int{5, 4} {
		if round == 1 {
			run(t, dir, "UPDATE entry SET payload = NULL, private = NULL WHERE sequence = 2")
		}
		for range 2 {
			days, err := s.Figures(ctx, span)
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for _, k := range toldOf(days) {
				n += k
			}
			if n != want {
				t.Errorf("round %d: %d refusals, want %d", round, n, want)
			}
			if err := s.Index(ctx); err != nil {
				t.Fatal(err)
			}
			if err := s.Count(ctx); err != nil {
				t.Fatal(err)
			}
		}
	}
}
