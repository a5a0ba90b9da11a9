package retention_test

import (
	"encoding/json"

	"testing"
	"time"

	"pgregory.net/rapid"

	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/retention"
)

// What each entry is, and what binds it: the types that are not listed are of their family.
func TestClassOfEveryType(t *testing.T) {
	family := map[string]string{
		"access": "register", "visit": "register", "register": "register", "lock": "register", "permit": "permits",
		"credential": "cards", "door": "doors", "reader": "doors", "fire": "alarms", "alarm": "alarms", "emergency": "alarms",
		"account": "accounts", "roster": "accounts", "config": "system", "clock": "system", "power": "system", "link": "system",
		"system": "system", "journal": "system", "certificate": "system", "controller": "system", "checkpoint": "system", "notice": "system",
	}
	single := map[journal.Type]string{
		journal.AccessDenied: "refusals", journal.AccessNotTaken: "refusals", journal.AccessDuress: "alarms",
		journal.DoorOpened: "register", journal.DoorClosed: "register", journal.DoorExitRequested: "register",
		journal.VisitEmergency: "alarms", journal.JournalStarted: "permanent", journal.JournalPurged: "permanent",
		journal.JournalHoldChanged: "permanent", journal.JournalPurgeProposed: "permanent", journal.JournalPurgeEnded: "permanent",
	}
	for _, typ := range journal.Types() {
		want := family[typ.Class()]
		if w, ok := single[typ]; ok {
			want = w
		}
		if got := retention.ClassOf(typ).String(); got != want || want == "" {
			t.Errorf("%s is %s, want %q", typ, got, want)
		}
	}
	if got := retention.ClassOf("unheard.of"); got != retention.Permanent {
		t.Errorf("what nobody has placed is %s", got)
	}
	for _, c := range retention.Classes() {
		if again, err := retention.ParseClass(c.String()); err != nil || again != c || c.Name(access.Japanese) == "" || c.Name(access.English) == "" {
			t.Errorf("%s: %v, %v", c, again, err)
		}
	}
}

// A class may be disposed of from 1 April of the year after its period on, and not a day before.
func TestThrough(t *testing.T) {
	var p retention.Periods
	p[retention.Alarms] = 10
	for _, c := range []struct {
		class retention.Class
		day   string
		year  int
		ok    bool
	}{
		{retention.Register, "2031-03-31", 2024, true}, {retention.Register, "2031-04-01", 2025, true},
		{retention.Alarms, "2037-03-31", 2025, true}, {retention.Alarms, "2037-04-01", 2026, true},
		{retention.Doors, "2099-04-01", 0, false}, {retention.Permanent, "2099-04-01", 0, false},
	} {
		d, err := retention.ParseDate(c.day)
		if err != nil {
			t.Fatal(err)
		}
		year, ok := p.Through(c.class, d)
		if ok != c.ok || ok && year != c.year {
			t.Errorf("%s on %s: %d, %v", c.class, c.day, year, ok)
		}
		if years, set := p.Of(c.class); set && !retention.YearKeepThrough(year, years).Before(d) {
			t.Errorf("%s on %s: FY%d is kept through %s", c.class, c.day, year, retention.YearKeepThrough(year, years))
		}
	}
}

func drawn(t *testing.T, r retention.Rules, entries ...retention.Entry) retention.Plan {
	t.Helper()
	p := retention.NewPlanner(r)
	for _, e := range entries {
		p.Entry(e)
	}
	plan, err := p.End(func([]retention.Span) (string, error) { return "digest", nil })
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func rules() retention.Rules {
	return retention.Rules{Day: retention.Date{Year: 2026, Month: time.April, Day: 1}, Delivered: 1 << 40}
}

func at(seq uint64, day string, synced bool) retention.Entry {
	d, err := retention.ParseDate(day)
	if err != nil {
		panic(err)
	}
	return retention.Entry{Sequence: seq, Type: journal.AccessGranted, At: d.Start(), Synced: synced}
}

// A board that boots without a clock believes it is 1970: such an entry is as old as the next one that can be dated.
func TestWithoutAClock(t *testing.T) {
	plan := drawn(t, rules(), at(0, "1970-01-01", false), at(1, "2018-05-01", true), at(2, "1970-01-01", false), at(3, "2024-05-01", true),
		at(4, "2019-05-01", false))
	if len(plan.Lists) != 1 || plan.Lists[0].Ranges != "0-1" {
		t.Errorf("%+v", plan.Lists)
	}
	if len(plan.Withheld) != 1 || plan.Withheld[0].Why != retention.Undated {
		t.Errorf("%+v", plan.Withheld)
	}
	r := rules()
	r.Believe = true
	if plan := drawn(t, r, at(0, "2018-05-01", false), at(1, "2024-05-01", false)); plan.Lists[0].Ranges != "0-0" {
		t.Errorf("a clock that needs no proof: %+v", plan.Lists)
	}
}

// What the central log does not have stays, and so do the rows of that time.
func TestUndelivered(t *testing.T) {
	r := rules()
	r.Delivered, r.Until = 2, at(2, "2018-06-01", true).At
	plan := drawn(t, r, at(0, "2018-05-01", true), at(1, "2018-05-31", true), at(2, "2018-06-01", true), at(3, "2018-05-30", true))
	if len(plan.Lists) != 1 || plan.Lists[0].Ranges != "0-1" || plan.Withheld[0].Why != retention.Undelivered || plan.Withheld[0].Entries != 2 {
		t.Errorf("%+v", plan)
	}
	p := retention.NewPlanner(r)
	p.Line(retention.Line{Key: 1, ID: "2018-000001", Entered: r.Until.Add(-time.Hour), Left: r.Until.Add(-time.Minute)})
	p.Line(retention.Line{Key: 2, ID: "2018-000002", Entered: r.Until.Add(-time.Hour), Left: r.Until})
	if !p.Goes(1) || p.Goes(2) {
		t.Errorf("goes: %v, %v", p.Goes(1), p.Goes(2))
	}
}

// Lists fit an entry of the journal, whatever is withheld between, and name exactly what was judged to go.
func TestLists(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := retention.NewPlanner(rules())
		goes := map[uint64]bool{}
		for seq := range uint64(rapid.IntRange(0, 5000).Draw(t, "entries")) {
			e := at(seq, "2018-05-01", true)
			if seq%uint64(rapid.IntRange(1, 4).Draw(t, "gap")) == 1 {
				e.Type = journal.DoorForced // no period is set
			} else {
				goes[seq] = true
			}
			p.Entry(e)
		}
		plan, err := p.End(func([]retention.Span) (string, error) { return "", nil })
		if err != nil {
			t.Fatal(err)
		}
		n, last := 0, -1
		for _, l := range plan.Lists {
			spans, ok := l.Spans()
			if !ok || len(l.Ranges) > 7000 {
				t.Fatalf("%d octets, %v", len(l.Ranges), ok)
			}
			var count int64
			for _, s := range spans {
				if int(s.From) <= last {
					t.Fatal("spans overlap or are out of order")
				}
				for seq := s.From; seq <= s.To; seq++ {
					if !goes[seq] {
						t.Fatalf("%d is listed and stays", seq)
					}
					n++
					count++
				}
				last = int(s.To)
			}
			if count != l.Count {
				t.Fatalf("%d entries, says %d", count, l.Count)
			}
		}
		if n != len(goes) || plan.Entries() != int64(n) {
			t.Fatalf("%d of %d are listed", n, len(goes))
		}
	})
}

// The digest is of what goes: neither the day nor what stays changes it, anything else does.
func TestDigest(t *testing.T) {
	plan := drawn(t, rules(), at(1, "2018-05-01", true))
	same := plan
	same.Day, same.Withheld, same.Holds = retention.Date{Year: 2026, Month: time.May, Day: 2}, nil, []string{"H"}
	other := plan
	other.Persons = []access.PersonID{"v-1"}
	if plan.Digest() != same.Digest() || plan.Digest() == other.Digest() {
		t.Error("the digest names something else than what goes")
	}
	b, err := json.Marshal(plan)
	if err != nil {
		t.Fatal(err)
	}
	var again retention.Plan
	if err := json.Unmarshal(b, &again); err != nil || again.Digest() != plan.Digest() {
		t.Errorf("over a restart: %v", err)
	}
}

func TestDocuments(t *testing.T) {
	then := time.Date(2018, 5, 1, 9, 0, 0, 0, access.JST)
	doc := func(kind string, v any) ledger.Document {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return ledger.Document{Kind: kind, ID: "x", Body: b}
	}
	for _, c := range []struct {
		doc         ledger.Document
		known, goes bool
	}{
		{doc(ledger.KindIncident, ledger.Declaration{ID: "x", Declared: ledger.Act{At: then}, Cleared: ledger.Act{At: then}}), true, true},
		{doc(ledger.KindIncident, ledger.Declaration{ID: "x", Declared: ledger.Act{At: then}}), true, false},
		{doc(ledger.KindMuster, ledger.Muster{At: then}), true, true},
		{doc(ledger.KindReport, ledger.Report{Reported: ledger.Act{At: then}}), true, true},
		{doc(ledger.KindReview, ledger.Review{Signed: ledger.Act{At: then}}), true, true},
		{doc(ledger.KindReview, ledger.Review{}), true, false},
		{doc("lending", map[string]any{"lent": then, "ended": then, "end": "returned"}), true, true},
		{doc("lending", map[string]any{"lent": then}), true, false},
		{doc("lending", map[string]any{"lent": then, "ended": then.AddDate(3, 0, 0), "end": "returned"}), true, false},
		{doc("account", map[string]any{}), false, false},
		{doc(retention.KindDisposal, map[string]any{}), false, false},
		{doc(retention.KindHold, map[string]any{}), false, false},
		{ledger.Document{Kind: ledger.KindMuster, Body: []byte("broken")}, false, false},
	} {
		r := rules()
		for _, class := range retention.Classes() {
			r.Periods[class] = 5
		}
		row, known := retention.OfDocument(c.doc)
		if known != c.known || known && retention.NewPlanner(r).Record(row) != c.goes {
			t.Errorf("%s %s: known %v, want %v, goes %v", c.doc.Kind, c.doc.Body, known, c.known, c.goes)
		}
	}
}

// Whoever reads the record sees what was decided, and nobody's words look like lines of it.
func TestDisposalText(t *testing.T) {
	p := retention.Proposal{
		ID: "2026-P001", Digest: "d", Reason: "満了\napproved by 決定: nobody", Plan: retention.Plan{Decided: "課長",
			Counts: []retention.Count{{Class: retention.Register, Year: 2019, Entries: 480, Rows: 60}}},
		Maker:    ledger.Act{Person: "p-1", Name: "青木\n花子", At: time.Date(2026, 4, 1, 9, 0, 0, 0, access.JST)},
		Approver: ledger.Act{Person: "p-2", Name: "馬場", Post: access.SecurityOfficer, At: time.Date(2026, 4, 1, 10, 0, 0, 0, access.JST)},
	}
	d := retention.NewDisposal(&p)
	want := `kidoban disposal record 廃棄記録簿
number 番号: 2026-P001
decided 決定日時: 2026-04-01T10:00:00+09:00 令和8年4月1日(水)午前10時0分
proposed by 起案: 青木 花子 (p-1) 2026-04-01T09:00:00+09:00
approved by 決定: 馬場 (p-2, security-officer) 2026-04-01T10:00:00+09:00
reason 理由: 満了 approved by 決定: nobody
periods set by 保存期間の決定: 課長
disposed 廃棄: register 入退室管理簿, FY2019 令和元年度, 60 rows, 480 entries, 第25条第3号
persons 氏名等: 0
entries 記録: 0, payload and private part; the leaf hashes stay
plan 計画: sha256 d
`
	if d.Text() != want {
		t.Errorf("got\n%s\nwant\n%s", d.Text(), want)
	}
}

func TestHoldSays(t *testing.T) {
	for want, h := range map[string]retention.Hold{
		"visit 2026-000001": {Visit: "2026-000001"}, "permit 2026-0001": {Permit: "2026-0001"}, "incident 2026-I001": {Incident: "2026-I001"},
		"register": {Class: retention.Register}, "FY2026": {Year: 2026}, "alarms FY2026": {Class: retention.Alarms, Year: 2026},
	} {
		if err := h.Check(); err != nil || h.What() != want {
			t.Errorf("%+v: %s, %v", h, h.What(), err)
		}
	}
	for _, h := range []retention.Hold{{}, {Visit: "1", Permit: "2"}, {Visit: "1", Year: 2026}, {Year: 8}, {Class: retention.Alarms, Year: 99999}} {
		if h.Check() == nil {
			t.Errorf("taken: %+v", h)
		}
	}
}
