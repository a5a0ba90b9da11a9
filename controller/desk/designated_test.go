package desk_test

import (
	"bytes"
	"net/url"
	"strings"
	"testing"
	"time"

	"kidoban/config"
	"kidoban/controller/access"
	"kidoban/controller/desk"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/people"
)

// rowOf is the line of a form, as CSV, that says a word.
func rowOf(t *testing.T, c *desk.Client, q desk.Print, word string) string {
	t.Helper()
	q.Purpose, q.CSV = "点検", true
	var s desk.Sheet
	if err := c.Post(t.Context(), "print", q, &s); err != nil {
		t.Fatal(err)
	}
	for row := range strings.SplitSeq(string(s.File), "\r\n") {
		if strings.Contains(row, word) {
			return row
		}
	}
	t.Errorf("%s has no %q:\n%s", q.Form, word, s.File)
	return ""
}

func says(t *testing.T, row string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(row, w) {
			t.Errorf("%q does not say %q", row, w)
		}
	}
}

// both has one propose an edit and another approve it.
func both(t *testing.T, maker, approver *desk.Client, e desk.Edit) {
	t.Helper()
	var p struct{ Proposal string }
	if err := maker.Post(t.Context(), "edit", e, &p); err != nil {
		t.Fatal(err)
	}
	if err := approver.Post(t.Context(), "proposal/approve", desk.Decision{ID: p.Proposal}, nil); err != nil {
		t.Fatal(err)
	}
}

func fiscalYear(from int) access.Span {
	return access.Span{From: time.Date(from, time.April, 1, 0, 0, 0, 0, access.JST), Until: time.Date(from+1, time.April, 1, 0, 0, 0, 0, access.JST)}
}

func designee(p access.PersonID, s access.Span, reason string) desk.Edit {
	return desk.Edit{Duty: &access.Duty{Person: p, Duty: access.DutyConsent, Zone: "room", Span: s}, Reason: reason}
}

// The lists of those who were designated tell by whom, when and why, whichever of the two was the officer; and what the
// record does not tell they do not either.
func TestWhoDesignated(t *testing.T) {
	o, officer, manager, clerk := staffedFully(t)
	today := time.Now().In(access.JST).Format("2006-01-02")
	list := func(form, person string) string {
		t.Helper()
		return rowOf(t, officer, desk.Print{Form: form}, person)
	}
	says(t, list("maintenance", "井上 明"), "不明,名簿の取込みによる "+today, ",―,―,")
	if row := list("maintenance", "井上 明"); strings.Contains(row, "市民課長") {
		t.Errorf("an import while the site was set up is nobody's finding: %s", row)
	}

	both(t, clerk, officer, designee("0201", fiscalYear(2026), "課長の不在時の承諾"))
	says(t, list("designees", "髙橋 由紀"), "課長の不在時の承諾,市民課長 橋本 美咲 "+today, ",―,―,")
	both(t, officer, manager, designee("0202", fiscalYear(2026), "当直"))
	says(t, list("designees", "𠮷田 直樹"), "当直,市民課長 橋本 美咲 "+today)
	both(t, clerk, officer, desk.Edit{Finding: &access.Finding{Person: "0302", Span: fiscalYear(2026)}, Reason: "機器の保守"})
	says(t, list("maintenance", "岡田 涼"), "機器の保守,市民課長 橋本 美咲 "+today)

	shorter, longer := fiscalYear(2026), fiscalYear(2026)
	shorter.Until, longer.Until = shorter.Until.AddDate(0, -6, 0), longer.Until.AddDate(1, 0, 0)
	both(t, clerk, officer, designee("0201", shorter, "異動"))
	says(t, list("designees", "髙橋 由紀"), "課長の不在時の承諾,市民課長 橋本 美咲 "+today, ",市民課長 橋本 美咲 "+today+"T", ",―,")
	both(t, clerk, officer, designee("0201", longer, "継続"))
	says(t, list("designees", "髙橋 由紀"), ",―,終期の変更 市民課長 橋本 美咲 "+today)

	out := desk.Edit{Finding: &access.Finding{Person: "0302", Span: fiscalYear(2026)}, Delete: true}
	both(t, clerk, officer, out)
	out.Delete, out.Reason = false, "再度の認定"
	both(t, officer, manager, out)
	says(t, list("maintenance", "岡田 涼"), "再度の認定,市民課長")
	for _, r := range must(o.store.Rows(t.Context(), 0, 10_000))(t) {
		if bytes.Contains(r.Payload, []byte("課長の不在")) || bytes.Contains(r.Payload, []byte("橋本")) {
			t.Errorf("words in an entry: %s", r.Payload)
		}
	}
	o.refused("line break", "edit", designee("0204", fiscalYear(2026), "一\n二"))
}

// While the site is set up nobody is 市民課長 yet: that is what the list says.
func TestSetUpBeforeThereIsAnOfficer(t *testing.T) {
	o := open(t, nil, "operate", "roster")
	o.staffed()
	o.done("edit", designee("p01", fiscalYear(2026), ""))
	o.done("edit", desk.Edit{Finding: &access.Finding{Person: "p01"}})
	if got := o.bring("demo.csv", people.Demo(), false); !got.Done {
		t.Fatalf("%+v", got)
	}
	officer, _ := o.signedIn("kacho", o.holder(access.SecurityOfficer))
	for _, form := range []string{"designees", "maintenance"} {
		row := rowOf(t, officer, desk.Print{Form: form}, "青木 花子")
		says(t, row, "不明,初期設定 "+time.Now().In(access.JST).Format("2006-01-02"))
	}
}

// Where one person is enough, the officer's act is the officer's; that of anybody else is nobody's designation.
func TestDesignatedByOne(t *testing.T) {
	o := open(t, func(c *config.Config) { c.Duties.FourEyes = false }, "operate", "roster")
	if got := o.bring("demo.csv", people.Demo(), false); !got.Done {
		t.Fatalf("%+v", got)
	}
	officer, staff := o.as(chief), o.as("0201")
	staff.done("edit", designee("0203", fiscalYear(2026), "当直"))
	officer.done("edit", designee("0204", fiscalYear(2026), "夜間"))
	o.done("edit", designee("0202", fiscalYear(2026), "")) // an account of nobody
	says(t, rowOf(t, officer.client, desk.Print{Form: "designees"}, "小山 さくら"), ",当直,不明,―,―,")
	says(t, rowOf(t, officer.client, desk.Print{Form: "designees"}, "森 大輔"), ",夜間,市民課長 橋本 美咲 ")
	says(t, rowOf(t, officer.client, desk.Print{Form: "designees"}, "𠮷田 直樹"), ",不明,不明,―,―,")
}

// An import that an officer approved is told with them; of several nobody knows which.
func TestImportedDesignations(t *testing.T) {
	_, officer, _, clerk := staffedFully(t)
	second := "職員番号,氏名,区分,任務,任務区域,指定日,指定満了日\r\n0204,森 大輔,職員,退室承諾の指定者,room,R8.4.1,\r\n"
	got := bringAs(t, clerk, "more.csv", []byte(second))
	if got.Proposal == "" {
		t.Fatalf("%+v", got)
	}
	if err := officer.Post(t.Context(), "proposal/approve", desk.Decision{ID: got.Proposal}, nil); err != nil {
		t.Fatal(err)
	}
	row := rowOf(t, officer, desk.Print{Form: "designees"}, "森 大輔")
	says(t, row, "不明,名簿の取込みによる ", "/") // the first import or the second: nobody knows
	if strings.Contains(row, "承認") {
		t.Errorf("a guess: %s", row)
	}

	both(t, clerk, officer, designee("0202", fiscalYear(2026), "当直"))
	if got = bringAs(t, clerk, "end.csv", []byte("職員番号,氏名,区分,任務,任務区域,指定日,指定満了日\r\n0202,𠮷田 直樹,職員,退室承諾の指定者,room,R8.4.1,R8.9.30\r\n")); got.Proposal == "" {
		t.Fatalf("%+v", got)
	}
	if err := officer.Post(t.Context(), "proposal/approve", desk.Decision{ID: got.Proposal}, nil); err != nil {
		t.Fatal(err)
	}
	says(t, rowOf(t, officer, desk.Print{Form: "designees"}, "𠮷田 直樹"), "当直,市民課長 橋本 美咲 ", ",名簿の取込みによる ", " 承認 市民課長 橋本 美咲,")
}

// What lies in the journal before this one nobody here knows; a purge may have taken an earlier import.
func TestDesignationsBeforeTheRecord(t *testing.T) {
	for want, e := range map[string]journal.Entry{
		"不明,名簿の取込みによる ": {Type: journal.JournalPurged},
		"不明,不明,":        {Type: journal.JournalStarted, Data: journal.Data{Succeeds: "kidoban/x/y/z"}},
	} {
		o, officer, _, _ := staffedFully(t)
		e.Severity, e.Subject = journal.Notice, "controller"
		if _, err := o.store.Commit(t.Context(), ledger.Change{}, []journal.Entry{e}); err != nil {
			t.Fatal(err)
		}
		row := rowOf(t, officer, desk.Print{Form: "maintenance"}, "井上 明")
		if says(t, row, want); strings.Contains(row, "まで,") != (e.Type == journal.JournalPurged) {
			t.Errorf("%s: %s", e.Type, row)
		}
	}
}

func bringAs(t *testing.T, c *desk.Client, name string, data []byte) (out desk.Import) {
	t.Helper()
	if err := c.Send(t.Context(), "import", url.Values{"name": {name}}, data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}
