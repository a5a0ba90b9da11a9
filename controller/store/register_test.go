package store_test

import (
	"context"
	"fmt"
	"reflect"
	"testing"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/store"
)

// filled sets every field below v to something that no other field has, so that one that is forgotten or mixed up on the
// way to the disk is seen.
func filled(t testing.TB, v reflect.Value, n *int) {
	t.Helper()
	*n++
	if v.Type() == reflect.TypeFor[time.Time]() {
		v.Set(reflect.ValueOf(began.Add(time.Duration(*n)*time.Hour + 123456*time.Microsecond)))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).Name != "Gone" {
				filled(t, v.Field(i), n)
			}
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fallthrough
	case reflect.Array:
		for i := range v.Len() {
			filled(t, v.Index(i), n)
		}
	case reflect.String:
		v.SetString(fmt.Sprintf("値%06d", *n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Uint8, reflect.Uint16:
		v.SetUint(uint64(*n%200 + 1))
	default:
		t.Fatalf("a field of kind %v", v.Kind())
	}
}

func full[T any](t testing.TB, from int) (x T) {
	filled(t, reflect.ValueOf(&x).Elem(), &from)
	return x
}

// utc puts all times below v into one zone, so that DeepEqual compares instants.
func utc(v reflect.Value) {
	if v.Type() == reflect.TypeFor[time.Time]() {
		if at := v.Interface().(time.Time); !at.IsZero() {
			v.Set(reflect.ValueOf(at.UTC()))
		}
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			utc(v.Field(i))
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			utc(v.Index(i))
		}
	}
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	g, w := reflect.New(reflect.TypeOf(got)).Elem(), reflect.New(reflect.TypeOf(want)).Elem()
	g.Set(reflect.ValueOf(got))
	w.Set(reflect.ValueOf(want))
	utc(g)
	utc(w)
	if !reflect.DeepEqual(g.Interface(), w.Interface()) {
		t.Errorf("%s\n%+v\nwant\n%+v", what, g, w)
	}
}

func commit(t testing.TB, s *store.Store, c ledger.Change, entries ...journal.Entry) {
	t.Helper()
	if _, err := s.Commit(context.Background(), c, entries); err != nil {
		t.Fatal(err)
	}
}

func snapshot(t testing.TB, s *store.Store) ledger.Snapshot {
	t.Helper()
	n, err := s.Snapshot(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// registered is a change with every field of every row of the register set: two rows of each sort.
func registered(t testing.TB) (c ledger.Change) {
	for i := range 2 {
		from := i * 10_000
		c.Permits = append(c.Permits, full[ledger.Permit](t, from))
		v := full[ledger.Visit](t, from)
		v.ID = fmt.Sprintf("2026-%06d", i+123)
		v.Consent.State = ledger.ConsentMissing
		c.Visits = append(c.Visits, v)
		e := full[ledger.EmergencyEntry](t, from)
		e.Completed = ledger.Act{}
		c.Emergency = append(c.Emergency, e)
		c.Numbers = append(c.Numbers, full[ledger.Number](t, from))
		c.Documents = append(c.Documents, full[ledger.Document](t, from))
	}
	return c
}

// Every field of every row is what it was after the store was opened again, written once and written over.
func TestRegisterRowsKeepEveryField(t *testing.T) {
	dir, keys := begin(t)
	s := open(t, dir, keys)
	want := registered(t)
	early := registered(t)
	for i := range early.Visits {
		v := &early.Visits[i]
		*v = ledger.Visit{ID: v.ID, Zone: "room", Person: v.Person, Entered: v.Entered, Permit: v.Permit}
		early.Permits[i] = ledger.Permit{Permit: early.Permits[i].Permit}
		early.Numbers[i].Last--
		early.Documents[i].Body = nil
	}
	commit(t, s, early)
	if n := snapshot(t, s); len(n.Visits) != 2 || !n.Visits[0].Inside() {
		t.Fatalf("open lines %+v", n.Visits)
	}
	commit(t, s, want)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	got := snapshot(t, open(t, dir, keys))
	same(t, "permits", got.Permits, want.Permits)
	same(t, "visits", got.Visits, want.Visits)
	same(t, "emergency entries", got.Emergency, want.Emergency)
	same(t, "numbers", got.Numbers, want.Numbers)
	same(t, "documents", got.Documents, want.Documents)
}

// A permit's days are kept each for itself.
func TestPermitKeepsItsDays(t *testing.T) {
	dir, keys := begin(t)
	s := open(t, dir, keys)
	var c ledger.Change
	for i := range 128 {
		p := ledger.Permit{Permit: access.Permit{ID: access.PermitID(fmt.Sprintf("2026-%04d", i)), Daily: access.Hours{From: 540, Until: uint16(i)}}}
		for d := range 7 {
			p.Days[d] = i>>d&1 == 1
		}
		c.Permits = append(c.Permits, p)
	}
	commit(t, s, c)
	same(t, "permits", snapshot(t, s).Permits, c.Permits)
}

// What a line is found by may change too: a correction.
func TestVisitMayBeFoundAnew(t *testing.T) {
	dir, keys := begin(t)
	s := open(t, dir, keys)
	c := registered(t)
	commit(t, s, c)
	for i := range c.Visits {
		v := &c.Visits[i]
		v.Person, v.Entered, v.Permit = "p-other", v.Entered.Add(-time.Hour), "2026-0099"
	}
	commit(t, s, c)
	same(t, "visits", snapshot(t, s).Visits, c.Visits)
}

// A start begins with what is open, waits for a consent or for its completion; with permits until they are purged.
func TestSnapshotTakesWhatIsOpen(t *testing.T) {
	dir, keys := begin(t)
	s := open(t, dir, keys)
	line := func(n int, left bool, state ledger.ConsentState) ledger.Visit {
		v := ledger.Visit{ID: fmt.Sprintf("2026-%06d", n), Person: "p", Entered: began, Consent: ledger.Consent{State: state}}
		if left {
			v.Left = began.Add(time.Hour)
		}
		return v
	}
	done := full[ledger.EmergencyEntry](t, 1)
	commit(t, s, ledger.Change{Emergency: []ledger.EmergencyEntry{done}, Visits: []ledger.Visit{
		line(1, false, ledger.ConsentNone), line(2, true, ledger.ConsentNone), line(3, false, ledger.Consented),
		line(4, true, ledger.Consented), line(5, true, ledger.ConsentMissing), line(6, true, ledger.ConsentAfter),
		line(7, true, ledger.ConsentRequested), line(8, true, ledger.ConsentWithheld)}})
	n := snapshot(t, s)
	var got []string
	for _, v := range n.Visits {
		got = append(got, v.ID[5:])
	}
	if want := "[000001 000003 000005 000007 000008]"; fmt.Sprint(got) != want || len(n.Emergency) != 0 {
		t.Errorf("lines %v, want %s; emergency %v", got, want, n.Emergency)
	}
}

func TestRegisterRowsGo(t *testing.T) {
	dir, keys := begin(t)
	s := open(t, dir, keys)
	c := registered(t)
	commit(t, s, c)
	for i := range 1 {
		c.Permits[i].Gone, c.Visits[i].Gone, c.Emergency[i].Gone, c.Documents[i].Gone = true, true, true, true
	}
	commit(t, s, ledger.Change{Permits: c.Permits[:1], Visits: c.Visits[:1], Emergency: c.Emergency[:1], Documents: c.Documents[:1]})
	n := snapshot(t, s)
	same(t, "permits", n.Permits, c.Permits[1:])
	same(t, "visits", n.Visits, c.Visits[1:])
	same(t, "emergency entries", n.Emergency, c.Emergency[1:])
	same(t, "documents", n.Documents, c.Documents[1:])
	same(t, "numbers", n.Numbers, c.Numbers)
}

func TestVisitWithoutNumberIsRefused(t *testing.T) {
	dir, keys := begin(t)
	s := open(t, dir, keys)
	for _, id := range []string{"", "2026", "2026-1", "2026-00001", "26-000001", "2026-000001 ", "2026-E001", "2026--00001",
		"2026-+00001", "99999-000001", "2026-1000000000", "2026-0000001"} {
		_, err := s.Commit(context.Background(), ledger.Change{Visits: []ledger.Visit{{ID: id}}}, []journal.Entry{entry(1, journal.VisitOpened)})
		if store.KindOf(err) != store.Conflict || s.Head().Size != 1 {
			t.Errorf("%q: %v, head %v", id, err, s.Head())
		}
	}
	commit(t, s, ledger.Change{Visits: []ledger.Visit{{ID: "2026-000001"}, {ID: "2026-1234567"}, {ID: "2026-999999999"}}})
	if n := snapshot(t, s); len(n.Visits) != 3 || n.Visits[1].ID != "2026-1234567" || n.Visits[2].ID != "2026-999999999" {
		t.Errorf("%+v", n.Visits)
	}
}
