package register_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/register"
	"kidoban/device"
)

var nine = time.Date(2026, 4, 1, 9, 0, 0, 123_456_789, access.JST)

// say is an entry about visit 2026-000001, minutes after nine.
func say(t *testing.T, minutes int, typ journal.Type, d journal.Data, private any) journal.Entry {
	t.Helper()
	d.Visit, d.Zone, d.Person = "2026-000001", "room", "sato"
	e := journal.Entry{At: device.Instant{Wall: nine.Add(time.Duration(minutes) * time.Minute)}, Type: typ, Data: d}
	if private != nil {
		b, err := json.Marshal(private)
		if err != nil {
			t.Fatal(err)
		}
		e.Private = b
	}
	return e
}

func stamp(minutes int) time.Time {
	return time.Date(2026, 4, 1, 9, minutes, 0, 123_000_000, access.JST)
}

// TestLine: a visit from the entry to the follow-up and a correction, entry by entry.
func TestLine(t *testing.T) {
	permit := ledger.Act{Person: "morita", Name: "森田", Post: access.SecurityOfficer, At: nine.Add(-time.Hour)}
	morita := ledger.Act{Person: "morita", At: nine}
	b := register.NewBook()
	want := ledger.Visit{
		ID: "2026-000001", Zone: "room", Person: "sato", Name: "佐藤", Affiliation: "架空", Class: "visitor.contractor",
		Entered: stamp(0), Purpose: "保守", Permit: "2026-0001", PermitAct: permit, Credential: "V1",
	}
	want.PermitAct.At = stamp(-60)
	for _, c := range []struct {
		entry journal.Entry
		then  func()
	}{
		{say(t, 0, journal.VisitOpened, journal.Data{Permit: "2026-0001", Credential: "V1"}, register.Opening{
			Name: "佐藤", Affiliation: "架空", Class: "visitor.contractor", Purpose: "保守", Permit: &permit,
		}), func() {}},
		{say(t, 0, journal.VisitEscorted, journal.Data{Escort: "aoki", Rule: "art20.1.2"}, register.Escort{Name: "青木"}), func() {
			want.Escorts = []ledger.Escorting{{Person: "aoki", Name: "青木", Rule: "art20.1.2", From: stamp(0)}}
		}},
		{say(t, 10, journal.VisitEscortLost, journal.Data{}, nil), func() {
			want.Escorts[0].Until = stamp(10)
			want.Incidents = []ledger.Incident{{At: stamp(10), Type: "visit.escort_lost"}}
		}},
		{say(t, 12, journal.VisitEscortChanged, journal.Data{Escort: "baba", Assumed: true}, nil), func() {
			want.Escorts = append(want.Escorts, ledger.Escorting{Person: "baba", From: stamp(12), Assumed: true})
		}},
		{say(t, 20, journal.VisitExitRequested, journal.Data{}, nil), func() { want.Consent.State = ledger.ConsentRequested }},
		{say(t, 30, journal.VisitClosed, journal.Data{}, nil), func() { want.Left, want.Escorts[1].Until = stamp(30), stamp(30) }},
		{say(t, 30, journal.VisitLeftWithoutConsent, journal.Data{Reason: "requested"}, nil), func() {
			want.Consent.State = ledger.ConsentMissing
			want.Incidents = append(want.Incidents, ledger.Incident{At: stamp(30), Type: "visit.left_without_consent", Reason: "requested"})
		}},
		{say(t, 50, journal.VisitConsented, journal.Data{ConsentBy: "morita", Post: "security-officer", Mode: register.ModeAfter},
			register.Consent{Name: "森田", Text: "異常なし"}), func() {
			want.Consent = ledger.Consent{State: ledger.ConsentAfter, How: "account", Text: "異常なし", Act: ledger.Act{
				Person: "morita", Name: "森田", Post: access.SecurityOfficer, At: stamp(50),
			}}
		}},
		{say(t, 55, journal.VisitCorrected, journal.Data{Point: "purpose"}, register.Correction{
			Before: "保守", After: "点検", Reason: "誤記", Maker: morita,
		}), func() {
			morita.At = stamp(0)
			want.Purpose = "点検"
			want.Corrections = []ledger.Correction{{Field: "purpose", Before: "保守", After: "点検", Reason: "誤記", Maker: morita}}
		}},
	} {
		rows := b.Observe(c.entry)
		c.then()
		if len(rows) != 1 || !same(rows[0], want) {
			t.Fatalf("after %s:\n%+v\nwant\n%+v", c.entry.Type, rows, want)
		}
	}
	if b.Forget(); len(b.Lines(nil)) != 0 {
		t.Error("a line that waits for nothing is kept")
	}
}

// same compares through JSON: a time is what it shows.
func same(a, b ledger.Visit) bool {
	x, err1 := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err1 == nil && err2 == nil && string(x) == string(y)
}

// A row that was handed out does not change when the line does.
func TestRowsAreTheirOwn(t *testing.T) {
	b := register.NewBook()
	b.Observe(say(t, 0, journal.VisitOpened, journal.Data{}, nil))
	first := b.Observe(say(t, 1, journal.VisitEscorted, journal.Data{Escort: "aoki"}, nil))[0]
	before, _ := json.Marshal(first)
	b.Observe(say(t, 2, journal.VisitEscortChanged, journal.Data{Escort: "baba"}, nil))
	if after, _ := json.Marshal(first); !reflect.DeepEqual(before, after) {
		t.Errorf("%s became %s", before, after)
	}
}

// Nobody invents a time of leaving: an unrecorded exit leaves the line open for a correction, and nobody inside.
func TestUnrecordedExit(t *testing.T) {
	b := register.NewBook()
	b.Observe(say(t, 0, journal.VisitOpened, journal.Data{}, nil))
	v := b.Observe(say(t, 60, journal.VisitClosed, journal.Data{Mode: ledger.LeftUnrecorded}, nil))[0]
	if v.Inside() || !v.Left.IsZero() || !register.Waiting(&v) {
		t.Fatalf("%+v", v)
	}
	v = b.Observe(say(t, 90, journal.VisitCorrected, journal.Data{Point: "left"}, register.Correction{After: "2026-04-01T10:00:00+09:00"}))[0]
	if v.Left.Format("15:04") != "10:00" || v.LeftHow != "correction" {
		t.Errorf("%+v", v)
	}
}

// What is not about a visit, or about one that nobody opened, changes nothing; a private part that is gone is empty.
func TestOdd(t *testing.T) {
	b := register.NewBook()
	for _, e := range []journal.Entry{
		say(t, 0, journal.AccessTaken, journal.Data{}, nil), say(t, 0, journal.VisitClosed, journal.Data{}, nil), {Type: journal.VisitOpened},
	} {
		if rows := b.Observe(e); rows != nil {
			t.Errorf("%s: %+v", e.Type, rows)
		}
	}
	e := say(t, 0, journal.VisitOpened, journal.Data{}, nil)
	e.Private = []byte("not json")
	if rows := b.Observe(e); len(rows) != 1 || rows[0].Name != "" {
		t.Errorf("%+v", rows)
	}
}
