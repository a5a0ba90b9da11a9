package desk_test

import (
	"bytes"
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/desk"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/people"
	"kidoban/device"
	"kidoban/device/sim"
)

// told by the record, at a moment of April 2026.
func aprilEntry(day int, typ journal.Type, d journal.Data) journal.Entry {
	return journal.Entry{
		At: device.Instant{Wall: opened.AddDate(0, 0, day)}, Synced: true, Type: typ, Severity: journal.Notice, Subject: "controller", Data: d,
	}
}

func (o *office) commit(c ledger.Change, entries ...journal.Entry) {
	o.Helper()
	if _, err := o.store.Commit(o.Context(), c, entries); err != nil {
		o.Fatal(err)
	}
}

// april puts a month on the disk: alarms that came as far as alarms come, refusals, lines, and what belongs elsewhere.
func (o *office) april() {
	o.Helper()
	alarm := func(id, zone string, drill bool) journal.Data {
		return journal.Data{Alarm: id, Door: "room", Zone: zone, Drill: drill}
	}
	forced, again, held := alarm("door.forced/room/a", "room", false), alarm("door.forced/room/b", "room", false), alarm("door.held/room/c", "room", true)
	silent, other, early := alarm("access.duress/room/d", "room", false), alarm("door.forced/cellar/e", "cellar", false), alarm("door.forced/room/f", "room", false)
	denied := func(day int, reason, door string) journal.Entry {
		return aprilEntry(day, journal.AccessDenied, journal.Data{Door: door, Direction: "entry", Reason: reason})
	}
	elsewhere := journal.Data{Zone: "cellar", Reason: "no_permit"}
	o.commit(ledger.Change{
		Visits: []ledger.Visit{
			{ID: "2026-000001", Zone: "room", Person: "0202", Entered: opened, LeftHow: ledger.LeftUnrecorded},
			{ID: "2026-000002", Zone: "room", Person: "v01", Class: "visitor.contractor", Entered: opened, Left: opened.Add(time.Hour), Late: true,
				Consent: ledger.Consent{State: ledger.ConsentMissing}, Corrections: []ledger.Correction{{Field: "purpose"}}},
			{ID: "2026-000003", Zone: "room", Person: "0203", Entered: opened.AddDate(0, 1, 0)},
		},
	}, aprilEntry(-2, journal.AlarmRaised, early), aprilEntry(0, journal.AlarmRaised, forced), aprilEntry(0, journal.AlarmRaised, forced),
		aprilEntry(0, journal.AlarmEscalated, forced), aprilEntry(0, journal.AlarmAcknowledged, forced), aprilEntry(1, journal.AlarmRaised, again),
		aprilEntry(1, journal.AlarmRaised, held), aprilEntry(2, journal.AlarmRaised, silent), aprilEntry(2, journal.AlarmRaised, other),
		aprilEntry(40, journal.AlarmClosed, forced), aprilEntry(40, journal.AlarmRaised, held), aprilEntry(3, journal.AlarmClosed, early),
		denied(1, "unknown_credential", "room"), denied(2, "unknown_credential", "room"), denied(3, "credential_lost", "room"),
		denied(31, "no_permit", "room"), aprilEntry(3, journal.AccessDenied, elsewhere))
}

// The monthly review counts its own month and room: what its lines say, its alarms with what came of them, its refusals.
func TestMonthly(t *testing.T) {
	o := openWith(t, nil, people.Demo()).as("0102")
	o.april()
	q := desk.Print{Form: "monthly", Month: "2026-04"}
	for item, want := range map[string]string{
		"入退室の記録(全件)": ",2,無,", "退室の記録のないもの": ",1,有,", "未承諾退室": ",1,有,", "事後記入": ",1,有,", "訂正": ",1,無,",
		"警報: 不正開扉": ",2,有,受領1・通報1・完了1・未完了1,", "警報: 扉の閉め忘れ": ",1,無,受領0・通報0・完了0・未完了1(うち訓練1),",
		"警報: 非常通報": ",1,有,受領0", "入室不可: 登録のないカード": ",2,無,", "入室不可: 紛失届のカード": ",1,有,",
	} {
		says(t, rowOf(t, o.client, q, item), want)
	}
	q.CSV, q.Purpose = true, "点検"
	if s := o.print(q); bytes.Contains(s.File, []byte("許可なし")) {
		t.Errorf("a refusal of another month, or another room:\n%s", s.File)
	}
	q.CSV, q.Month = false, "2026-05"
	if text := o.paper(o.client, q); !strings.Contains(text, "未署名") || !strings.Contains(text, "入室不可: 許可なし") {
		t.Errorf("%s", text)
	}
	signed := ledger.Act{Person: "0102", Name: "橋本 美咲", Post: access.SecurityOfficer, At: opened}
	review := must(documentOf(ledger.KindReview, "2026-04/room", ledger.Review{ID: "2026-04/room", Findings: "不正開扉は強風", Abnormal: true, Signed: signed}))(t)
	o.commit(ledger.Change{Documents: []ledger.Document{review}})
	q.Month = "2026-04"
	if text := o.paper(o.client, q); !strings.Contains(text, "不正開扉は強風") || !strings.Contains(text, "異常あり") || !strings.Contains(text, "橋本 美咲") {
		t.Errorf("%s", text)
	}
}

// A month without any says so in one line each. Duress is on no sheet of those who must not know of it.
func TestMonthlyTellsOfDuressOnlyToSome(t *testing.T) {
	o, officer, _, clerk := staffedFully(t)
	o.april()
	q := desk.Print{Form: "monthly", Month: "2026-04", Purpose: "点検"}
	if text := o.paper(officer, q); !strings.Contains(text, "非常通報") {
		t.Errorf("the officer is not told:\n%s", text)
	}
	if text := o.paper(clerk, q); strings.Contains(text, "非常通報") || !strings.Contains(text, "不正開扉") {
		t.Errorf("the clerk is told, or of nothing:\n%s", text)
	}
	q.Month = "2025-06"
	if text := o.paper(clerk, q); !strings.Contains(text, "警報 ") || !strings.Contains(text, "入室不可 ") {
		t.Errorf("%s", text)
	}
}

// paper is a PDF's text.
func (o *office) paper(c *desk.Client, q desk.Print) string {
	o.Helper()
	q.Purpose = "点検"
	var s desk.Sheet
	if err := c.Post(o.Context(), "print", q, &s); err != nil {
		o.Fatal(err)
	}
	cmd := exec.Command("pdftotext", "-layout", "-", "-")
	cmd.Stdin = bytes.NewReader(s.File)
	out, err := cmd.Output()
	if err != nil {
		o.Fatal("pdftotext (sudo apt-get install poppler-utils): ", err)
	}
	return string(out)
}

// A kept list prints with the names of its moment; where they are gone it says so, and where the list is, that.
func TestKeptMusterPrints(t *testing.T) {
	o := as(t, chief)
	o.badge(1102)
	o.eventually("the strike", func() bool { return len(o.told(journal.LockReleased)) == 1 })
	o.done("sim", sim.Act{Verb: "open", Door: "room"})
	o.eventually("somebody inside", func() bool { return len(o.told(journal.AccessTaken)) == 1 })
	o.done("emergency/declare", desk.Declare{Reason: "訓練", Drill: true})
	var kept ledger.Muster
	o.document(ledger.KindMuster, &kept)
	q := desk.Print{Form: "muster", ID: kept.ID}
	row := rowOf(t, o.client, q, "橋本 美咲")
	says(t, row, ",市民課,", ",―,―,")
	if text := o.paper(o.client, q); !strings.Contains(text, "訓 練") || !strings.Contains(text, kept.ID) || strings.Contains(text, "廃棄済") {
		t.Errorf("%s", text)
	}
	kept.ID = "2026-M777"
	for i := range kept.Lines {
		kept.Lines[i].Name = ""
	}
	o.commit(ledger.Change{Documents: []ledger.Document{must(documentOf(ledger.KindMuster, kept.ID, kept))(t)}})
	q.ID = kept.ID
	says(t, rowOf(t, o.client, q, "0102"), "氏名は廃棄済")
	if text := o.paper(o.client, q); !strings.Contains(text, "氏名・所属は廃棄済") {
		t.Errorf("%s", text)
	}
	o.refused("or it was disposed of", "print", desk.Print{Form: "muster", ID: "2020-M001", Purpose: "確認"})
}

// Who may not print is refused before anything is read: they learn neither that there is nothing, nor that there is too much.
func TestPrintingAsksBeforeItReads(t *testing.T) {
	o := openWith(t, nil, people.Demo())
	var many []ledger.Visit
	for i := range 3001 {
		many = append(many, ledger.Visit{ID: fmt.Sprintf("2026-%06d", i+1), Zone: "room", Person: "0202", Entered: opened.Add(time.Duration(i) * time.Second)})
	}
	o.commit(ledger.Change{Visits: many})
	staff, officer := o.as("0301"), o.as("0102")
	for words, q := range map[string]desk.Print{
		"no line 2026-900000":  {Form: "slip", Visit: "2026-900000", Purpose: "x"},
		"no permit 2026-9000":  {Form: "permit", Permit: "2026-9000", Purpose: "x"},
		"more than 3000 lines": {Form: "register", Year: 2026, Purpose: "x"},
	} {
		staff.refused("may not do this", "print", q)
		officer.refused(words, "print", q)
	}
	o.eventually("three refusals on record", func() bool { return len(o.told(journal.AccountRefused)) == 3 })
}

// The disposal ledger prints what was really disposed of, and a month of a disposed year says that it was.
func TestDisposalPrints(t *testing.T) {
	p := newPast(t)
	made := p.propose()
	if err := p.post("officer", "retention/approve", desk.Disposal{ID: made.ID}, nil); err != nil {
		t.Fatal(err)
	}
	era := fmt.Sprintf("令和%d年度", p.old-2018)
	if p.old == 2019 {
		era = "令和元年度"
	}
	q := desk.Print{Form: "disposal"}
	says(t, rowOf(t, p.as("officer"), q, "入退室管理簿"), made.ID, era, "保存期間満了", "市民課長決裁", made.Plan.Digest(), "職員 clerk", "市民課長 職員 officer")
	says(t, rowOf(t, p.as("officer"), q, "入室許可"), made.ID)
	var s desk.Sheet
	if err := p.post("officer", "print", desk.Print{Form: "disposal", Purpose: "監査"}, &s); err != nil || !bytes.HasPrefix(s.File, []byte("%PDF-")) {
		t.Error(err)
	}
	q = desk.Print{Form: "monthly", Month: fmt.Sprintf("%04d-04", p.old)}
	says(t, rowOf(t, p.as("officer"), q, "入退室の記録"), ",―,不明,廃棄済")
	says(t, rowOf(t, p.as("officer"), q, "入室不可"), ",0,無,")
}
