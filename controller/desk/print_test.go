package desk_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/cards"
	"kidoban/controller/desk"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/people"
	"kidoban/controller/retention"
)

// print asks for a form.
func (o *office) print(q desk.Print) (s desk.Sheet) {
	o.Helper()
	if err := o.client.Post(o.Context(), "print", q, &s); err != nil {
		o.Fatalf("print %+v: %v", q, err)
	}
	return s
}

// papers puts one of each thing that is printed on the disk.
func (o *office) papers() {
	o.Helper()
	act := ledger.Act{Person: "0101", Name: "山田 太郎", Post: access.SecurityOfficer, At: opened}
	report := must(documentOf(ledger.KindReport, "2026-T001", ledger.Report{ID: "2026-T001", Zone: "room", Reported: act, Found: opened}))(o)
	review := must(documentOf(ledger.KindReview, "2026-04/room", ledger.Review{ID: "2026-04/room", Zone: "room", Findings: "所見なし", Signed: act}))(o)
	gone := must(documentOf(retention.KindDisposal, "2032-D001", retention.Disposal{ID: "2032-D001"}))(o)
	lent := cards.Lending{ID: "2026-L0001", Kind: cards.Issued, Card: "c01", Person: "0202", Name: "青木 花子", Lent: opened, By: act}
	card := must(lent.Document())(o)
	if _, err := o.store.Commit(o.Context(), ledger.Change{
		Visits: []ledger.Visit{
			{ID: "2026-000001", Zone: "room", Person: "0202", Name: "青木 花子", Entered: opened, Left: opened.Add(time.Hour)},
			{ID: "2026-000002", Zone: "room", Person: "v01", Name: "𠮷田 太郎", Purpose: "保守", CarryIn: "USBメモリ", Entered: opened, Permit: "2026-0001"},
		},
		Permits:   []ledger.Permit{{Permit: access.Permit{ID: "2026-0001", Zone: "room", State: access.Permitted, Most: 1}, RequestedBy: "0202", Act: act}},
		Emergency: []ledger.EmergencyEntry{{ID: "2026-E001", Zone: "room", Service: "fire", Entered: opened}},
		Documents: []ledger.Document{report, review, gone, card},
	}, []journal.Entry{{Type: journal.VisitOpened, Severity: journal.Info, Subject: "zone/room"}}); err != nil {
		o.Fatal(err)
	}
}

// Each form is made of what is on the disk, as PDF and as CSV, and each making is an entry.
func TestEveryForm(t *testing.T) {
	o := openWith(t, nil, people.Demo()).as("0102")
	o.papers()
	all := map[string]struct {
		q    desk.Print
		want string // in the CSV
	}{
		"register":    {desk.Print{Month: "2026-04"}, "𠮷田 太郎"},
		"slip":        {desk.Print{Visit: "2026-000002"}, "𠮷田 太郎"},
		"application": {desk.Print{Permit: "2026-0001"}, "2026-0001"}, "permit": {desk.Print{Permit: "2026-0001"}, "山田 太郎"},
		"badge": {desk.Print{Permit: "2026-0001"}, "当日記名"}, "staff-cards": {desk.Print{Year: 2026}, "青木 花子"},
		"visitor-cards": {desk.Print{Year: 2026}, "許可番号"}, "threat": {desk.Print{ID: "2026-T001"}, "2026-T001"},
		"monthly": {desk.Print{Month: "2026-04"}, "入退室の記録"}, "designees": {desk.Print{}, "指定した者"},
		"maintenance": {desk.Print{}, "必要と認めた者"}, "items": {desk.Print{Year: 2026}, "USBメモリ"},
		"emergency": {desk.Print{ID: "2026-E001"}, "消防"}, "disposal": {desk.Print{}, "2032-D001"}, "muster": {desk.Print{}, "安否確認"},
		"installation": {desk.Print{}, "扉センサー"},
	}
	for _, name := range desk.Forms() {
		x, known := all[name]
		if !known {
			t.Errorf("form %s is not tested", name)
			continue
		}
		x.q.Form, x.q.Purpose = name, "監査"
		if s := o.print(x.q); !bytes.HasPrefix(s.File, []byte("%PDF-")) {
			t.Errorf("%s is no PDF", name)
		}
		x.q.CSV = true
		if s := o.print(x.q); !strings.Contains(string(s.File), x.want) || s.ID == "" {
			t.Errorf("%s has no %q:\n%s", name, x.want, s.File)
		}
	}
	if p, e := o.told(journal.AccountPrinted), o.told(journal.AccountExported); len(p) != len(all) || len(e) != len(all) {
		t.Errorf("%d prints and %d exports are on record, want %d", len(p), len(e), len(all))
	}
}

func TestAPrintIsOnRecord(t *testing.T) {
	o := openWith(t, nil, people.Demo()).as("0102")
	o.papers()
	s := o.print(desk.Print{Form: "slip", Visit: "2026-000002", Purpose: "本人控え", Lang: "ja"})
	e := o.only(journal.AccountPrinted)
	if e.Data.Account != "a-0102" || e.Data.Mode != "slip" || !bytes.Contains(e.row.Payload, []byte(`"subject":"print/`+s.ID+`"`)) ||
		!bytes.Contains(e.row.Payload, []byte(`"visit":"2026-000002"`)) {
		t.Errorf("%s", e.row.Payload)
	}
	if !bytes.Contains(e.row.Private, []byte("本人控え")) || bytes.Contains(e.row.Payload, []byte("控え")) {
		t.Errorf("the purpose is not where it belongs: %s", e.row.Private)
	}
	if next := o.print(desk.Print{Form: "slip", Visit: "2026-000002", Purpose: "再発行"}); next.ID == s.ID {
		t.Error("two prints have one number")
	}
	if b := o.print(desk.Print{Form: "slip", Visit: "2026-000002", Purpose: "控え", CSV: true}); !bytes.Contains(b.File, []byte(b.ID)) {
		t.Error("the print id is not on the form")
	}
}

func TestPrintsThatAreRefused(t *testing.T) {
	o := openWith(t, nil, people.Demo()).as("0102")
	o.papers()
	ok := func(change func(*desk.Print)) desk.Print {
		q := desk.Print{Form: "register", Month: "2026-04", Purpose: "監査"}
		change(&q)
		return q
	}
	for words, q := range map[string]desk.Print{
		"--purpose":                 ok(func(q *desk.Print) { q.Purpose = " " }),
		"no form":                   ok(func(q *desk.Print) { q.Form = "registre" }),
		"of which time":             ok(func(q *desk.Print) { q.Month = "" }),
		"is no month":               ok(func(q *desk.Print) { q.Month = "2026-13" }),
		"not both":                  ok(func(q *desk.Print) { q.Year = 2026 }),
		"no fiscal year":            ok(func(q *desk.Print) { q.Month, q.Year = "", 26 }),
		"of which visit":            ok(func(q *desk.Print) { q.Form = "slip" }),
		"no line 2026-000009":       ok(func(q *desk.Print) { q.Form, q.Visit = "slip", "2026-000009" }),
		"no permit 2026-0009":       ok(func(q *desk.Print) { q.Form, q.Permit = "permit", "2026-0009" }),
		"no report 2026-T009":       ok(func(q *desk.Print) { q.Form, q.ID = "threat", "2026-T009" }),
		"no emergency entry 2026-E": ok(func(q *desk.Print) { q.Form, q.ID = "emergency", "2026-E009" }),
		"visit is an id":            ok(func(q *desk.Print) { q.Form, q.Visit = "slip", "山田" }),
	} {
		o.refused(words, "print", q)
	}
	if n := len(o.told(journal.AccountPrinted)); n != 0 {
		t.Errorf("%d refused prints are on record as prints", n)
	}
}

// Who may not print the register gets nothing, and the try is on record.
func TestPrintingNeedsARole(t *testing.T) {
	o := openWith(t, nil, people.Demo()).as("0301")
	o.papers()
	o.refused("may not do this", "print", desk.Print{Form: "register", Month: "2026-04", Purpose: "監査"})
	o.refused("may not do this", "print", desk.Print{Form: "register", Month: "2026-04", Purpose: "監査", CSV: true})
	if len(o.told(journal.AccountPrinted))+len(o.told(journal.AccountExported)) != 0 {
		t.Error("a refused print is on record as a print")
	}
}

// A print that cannot be recorded is not made.
func TestNoRecordNoPrint(t *testing.T) {
	o := openWith(t, nil, people.Demo()).as("0102")
	o.papers()
	o.disk.breaks(true)
	defer o.disk.breaks(false)
	o.refused("record_unavailable", "door", desk.Door{Door: "room", Order: "release", Reason: "鍵忘れ"})
	o.eventually("nothing is recorded", func() bool {
		var s desk.Status
		o.get("status", nil, &s)
		return !s.Recording
	})
	o.refused("record_unavailable", "print", desk.Print{Form: "slip", Visit: "2026-000002", Purpose: "控え"})
}

func documentOf(kind, id string, v any) (ledger.Document, error) {
	body, err := json.Marshal(v)
	return ledger.Document{Kind: kind, ID: id, Body: body}, err
}
