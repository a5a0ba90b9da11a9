package rebuild_test

import (
	"database/sql"
	"encoding/json"
	"path/filepath"
	"slices"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3"

	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/rebuild"
	"kidoban/controller/register"
	"kidoban/controller/store"
	"kidoban/device"
)

var nine = time.Date(2026, 4, 1, 9, 0, 0, 0, access.JST)

// office is a real record into which visits are written as the step writes them: entries, and the lines they make.
type office struct {
	*testing.T
	dir   string
	store *store.Store
	book  *register.Book
	at    time.Time
}

func open(t *testing.T) *office {
	t.Helper()
	dir := t.TempDir()
	origin := journal.Origin{Site: "maizuru", Controller: "main-ctl", Boot: "00000000-0000-4000-8000-000000000001", Zone: access.JST}
	keys, err := store.CreateKeys(filepath.Join(dir, "keys"), origin)
	if err != nil {
		t.Fatal(err)
	}
	first := journal.Entry{At: device.Instant{Wall: nine}, Type: journal.JournalStarted, Subject: "controller"}
	if err := store.Create(t.Context(), filepath.Join(dir, "data"), keys, origin, first); err != nil {
		t.Fatal(err)
	}
	st, err := store.Open(t.Context(), filepath.Join(dir, "data"), keys, origin)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	return &office{T: t, dir: dir, store: st, book: register.NewBook(), at: nine}
}

// tell writes one entry and what it makes of the line.
func (o *office) tell(typ journal.Type, d journal.Data, private any) {
	o.Helper()
	o.at = o.at.Add(time.Minute + 123456*time.Microsecond)
	e := journal.Entry{At: device.Instant{Wall: o.at}, Type: typ, Subject: "zone/room", Data: d}
	if private != nil {
		b, err := json.Marshal(private)
		if err != nil {
			o.Fatal(err)
		}
		e.Private = b
	}
	o.keep(ledger.Change{Visits: o.book.Observe(e)}, e)
}

func (o *office) keep(c ledger.Change, entries ...journal.Entry) {
	o.Helper()
	if _, err := o.store.Commit(o.Context(), c, entries); err != nil {
		o.Fatal(err)
	}
}

// visit is a whole one: escort, hand-over, lost, consent afterwards, a correction.
func (o *office) visit(id string) {
	o.Helper()
	d := func(change func(*journal.Data)) journal.Data {
		x := journal.Data{Visit: id, Zone: "room", Person: "v1", Permit: "2026-0001"}
		if change != nil {
			change(&x)
		}
		return x
	}
	act := ledger.Act{Person: "0102", Name: "橋本 美咲", Post: access.SecurityOfficer, At: nine}
	o.tell(journal.VisitOpened, d(nil), register.Opening{Name: "𠮷田 太郎", Affiliation: "㈱架空", Class: "visitor.contractor", Purpose: "点検", Permit: &act})
	o.tell(journal.VisitEscorted, d(func(x *journal.Data) { x.Escort, x.Rule = "0201", "art20.1.2" }), register.Escort{Name: "髙橋 由紀"})
	o.tell(journal.VisitEscortChanged, d(func(x *journal.Data) { x.Escort = "0202" }), register.Escort{Name: "𠮷田 直樹"})
	o.tell(journal.VisitEscortLost, d(nil), nil)
	o.tell(journal.VisitClosed, d(nil), nil)
	o.tell(journal.VisitLeftWithoutConsent, d(nil), nil)
	o.tell(journal.VisitConsented, d(func(x *journal.Data) { x.ConsentBy, x.Mode = "0102", register.ModeAfter }), register.Consent{Name: "橋本 美咲", Text: "異常なし"})
	o.tell(journal.VisitCorrected, d(func(x *journal.Data) { x.Point = "purpose" }), register.Correction{Before: "点検", After: "定期点検", Reason: "誤記", Maker: act})
}

func (o *office) compare(year int) rebuild.Result {
	o.Helper()
	got, err := rebuild.Compare(o.Context(), o.store.Reader, year, nil)
	if err != nil {
		o.Fatal(err)
	}
	return got
}

// What the daemon kept is what its entries tell, whether the searches' index is filled or not.
func TestTheSame(t *testing.T) {
	o := open(t)
	o.visit("2026-000001")
	o.visit("2026-000002")
	o.visit("2025-000009")
	for range 2 {
		if got := o.compare(2026); got.Lines != 2 || got.Told != 2 || len(got.Differences) > 0 {
			t.Errorf("%+v", got)
		}
		if err := o.store.Index(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if got := o.compare(2024); got.Lines+got.Told+len(got.Differences) != 0 {
		t.Errorf("%+v", got)
	}
}

// Whatever is changed behind the journal's back is told, by line and column.
func TestDifferences(t *testing.T) {
	for want, change := range map[rebuild.Difference]func(*ledger.Visit){
		{Field: "Name", Kept: "別人", Told: "𠮷田 太郎"}:                       func(v *ledger.Visit) { v.Name = "別人" },
		{Field: "Left", Kept: "", Told: "2026-04-01T09:05:00.617+09:00"}: func(v *ledger.Visit) { v.Left = time.Time{} },
		{Field: "Purpose", Kept: "点検", Told: "定期点検"}:                     func(v *ledger.Visit) { v.Purpose = "点検" },
		{Field: "Incidents", Kept: ""}:                                   func(v *ledger.Visit) { v.Incidents = nil },
		{Field: "Escorts"}:                                               func(v *ledger.Visit) { v.Escorts = v.Escorts[1:] },
		{Field: "Consent"}:                                               func(v *ledger.Visit) { v.Consent.State = ledger.Consented },
		{Field: "Corrections", Kept: ""}:                                 func(v *ledger.Visit) { v.Corrections = nil },
		{Field: "Entered"}:                                               func(v *ledger.Visit) { v.Entered = v.Entered.Add(time.Millisecond) },
		{Kept: "nothing", Told: "a line"}:                                func(v *ledger.Visit) { v.Gone = true },
	} {
		o := open(t)
		o.visit("2026-000001")
		v, _ := o.book.Visit("2026-000001")
		v.Escorts = slices.Clone(v.Escorts)
		change(&v)
		o.keep(ledger.Change{Visits: []ledger.Visit{v}}, journal.Entry{At: device.Instant{Wall: o.at}, Type: journal.ConfigApplied, Subject: "controller"})
		got := o.compare(2026).Differences
		if len(got) != 1 || got[0].Visit != "2026-000001" || got[0].Field != want.Field ||
			want.Told != "" && (got[0].Told != want.Told || got[0].Kept != want.Kept) {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
	o := open(t)
	o.keep(ledger.Change{Visits: []ledger.Visit{{ID: "2026-000007", Zone: "room", Person: "x", Entered: nine}}},
		journal.Entry{At: device.Instant{Wall: o.at}, Type: journal.ConfigApplied, Subject: "controller"})
	if got := o.compare(2026).Differences; len(got) != 1 || got[0].Kept != "a line" || got[0].Told != "nothing" {
		t.Errorf("a line from nowhere: %+v", got)
	}
}

// Who changes a line and takes its entries out of the searches' index is found out all the same.
func TestTheIndexIsNotBelieved(t *testing.T) {
	o := open(t)
	o.visit("2026-000001")
	o.visit("2026-000002")
	if err := o.store.Index(t.Context()); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite3", filepath.Join(o.dir, "data", "journal.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, q := range []string{"DELETE FROM visit WHERE line = 2026000000001", "DELETE FROM trace WHERE visit = '2026-000001'"} {
		if _, err := db.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	if got := o.compare(2026).Differences; len(got) != 1 || got[0].Kept != "nothing" {
		t.Errorf("%+v", got)
	}
}
