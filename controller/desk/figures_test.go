package desk_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/desk"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/people"
)

// noted puts entries on the disk, as the step would.
func (o *office) noted(all ...journal.Entry) {
	o.Helper()
	for i := range all {
		if all[i].At.Wall.IsZero() {
			all[i].At.Wall = opened
		}
		if all[i].Severity == "" {
			all[i].Severity = journal.Info
		}
		all[i].Synced, all[i].Subject = true, "door/room"
	}
	if _, err := o.store.Commit(o.Context(), ledger.Change{}, all); err != nil {
		o.Fatal(err)
	}
}

func (o *office) figures(q desk.Figures) (out desk.Figured) {
	o.Helper()
	if err := o.client.Post(o.Context(), "figures", q, &out); err != nil {
		o.Fatal(err)
	}
	return out
}

func TestFigures(t *testing.T) {
	o := openWith(t, nil, people.Demo())
	at := func(day, hour int) time.Time { return time.Date(2026, 4, day, hour, 10, 0, 0, access.JST) }
	o.lines(
		ledger.Visit{ID: "2026-000001", Zone: "room", Person: "0202", Class: "art20.1.2", Entered: at(1, 9), Left: at(1, 9).Add(20 * time.Minute)},
		ledger.Visit{ID: "2026-000002", Zone: "room", Person: "0202", Class: "art20.1.2", Entered: at(30, 23)},
		ledger.Visit{ID: "2026-000003", Zone: "room", Person: "v01", Class: "visitor.contractor", Entered: at(2, 10), Left: at(2, 19), Consent: ledger.Consent{State: ledger.ConsentMissing}},
		ledger.Visit{ID: "2026-000004", Zone: "cellar", Person: "v01", Class: "visitor.contractor", Entered: at(2, 10), LeftHow: ledger.LeftUnrecorded},
		ledger.Visit{ID: "2026-000005", Zone: "room", Person: "v01", Class: "art20.1.2", Entered: at(1, 0).AddDate(0, 1, 0)},
	)
	alarm := func(kind string, hour int) journal.Entry {
		e := journal.Entry{Type: journal.AlarmRaised, Severity: journal.Alert}
		e.At.Wall = at(3, hour)
		e.Data = journal.Data{Door: "room", Alarm: fmt.Sprintf("%s/room/%s", kind, base36(e.At.Wall.UnixMilli()))}
		return e
	}
	denied := journal.Entry{Type: journal.AccessDenied, Data: journal.Data{Door: "room", Reason: "no_permit"}}
	o.noted(denied, denied, journal.Entry{Type: journal.AccessDenied, Data: journal.Data{Door: "room", Reason: "misread"}},
		alarm("door.held", 9), alarm("access.duress", 10), journal.Entry{Type: journal.AccessDenied, Data: journal.Data{Zone: "cellar", Reason: "misread"}})

	april := o.figures(desk.Figures{Month: "2026-04", Zone: "room"})
	if got := april.Staff; got.Lines != 2 || got.Hours[9] != 1 || got.Hours[23] != 1 || got.Days[0] != 1 || got.Days[29] != 1 || len(got.Days) != 30 || got.Open != 1 || got.Stays[2] != 1 {
		t.Errorf("staff %+v", got)
	}
	if got := april.Visitors; got.Lines != 1 || got.Days[1] != 1 || got.Unconsented != 1 || got.Stays[7] != 1 {
		t.Errorf("visitors %+v", got)
	}
	if want := []desk.Kind{{Kind: "no_permit", Count: 2}, {Kind: "misread", Count: 1}}; !reflect.DeepEqual(april.Refusals, want) {
		t.Errorf("refusals %+v", april.Refusals)
	}
	held := func(k desk.Kind) bool { return k.Kind == "door.held" && k.Count == 1 }
	duress := func(k desk.Kind) bool { return k.Kind == "access.duress" }
	if !slices.ContainsFunc(april.Alarms, held) || slices.ContainsFunc(april.Alarms, duress) {
		t.Errorf("alarms %+v", april.Alarms)
	}
	if may := o.as("0102").figures(desk.Figures{Month: "2026-04"}); !slices.ContainsFunc(may.Alarms, duress) || may.Visitors.Unrecorded != 1 || may.Refusals[1].Count != 2 {
		t.Errorf("to the officer %+v", may)
	}
	year := o.figures(desk.Figures{Year: 2026})
	if got := year.Staff; len(got.Months) != 12 || len(got.Days) != 365 || got.Months[0] != 2 || got.Months[1] != 1 || got.Days[30] != 1 {
		t.Errorf("the year %+v", got)
	}
	if before := o.figures(desk.Figures{Year: 2025}); before.Staff.Lines+before.Visitors.Lines != 0 || before.Staff.Hours == nil {
		t.Errorf("the year before %+v", before)
	}
	for words, q := range map[string]desk.Figures{
		"of which time": {}, "is no month": {Month: "4"}, "not both": {Month: "2026-04", Year: 2026}, "zone is an id": {Year: 2026, Zone: "the room"},
	} {
		o.refused(words, "figures", q)
	}
}

func base36(n int64) string {
	s := ""
	for ; n > 0; n /= 36 {
		s = string("0123456789abcdefghijklmnopqrstuvwxyz"[n%36]) + s
	}
	return s
}
