package desk_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"kidoban/config"
	"kidoban/controller/desk"
	"kidoban/controller/evidence"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/people"
	"kidoban/device/sim"
)

// as opens an office of the demonstration's people, in which whoever runs the tests is one of them.
func as(t *testing.T, person string) *office {
	t.Helper()
	return openWith(t, func(c *config.Config) { c.Accounts[0].Person = person }, people.Demo(), "operate")
}

// The demonstration's CISO, 市民課長, and one of 市民課.
const ciso, chief, staff = "0101", "0102", "0201"

func (o *office) alarms() (out []ledger.Alarm) {
	o.Helper()
	if err := o.client.Get(o.Context(), "alarms", nil, &out); err != nil {
		o.Fatal(err)
	}
	return out
}

// forced breaks the door open.
func (o *office) forced() ledger.Alarm {
	o.Helper()
	o.done("sim", sim.Act{Verb: "force", Door: "room"})
	o.eventually("an alarm", func() bool { return len(o.alarms()) == 1 })
	return o.alarms()[0]
}

// TestAlarmIsClosedByTheOfficer: anybody of the room acknowledges; the officer closes, and the finding is no part of the entry.
func TestAlarmIsClosedByTheOfficer(t *testing.T) {
	o := as(t, staff)
	id := o.forced().ID
	o.done("alarm/ack", desk.Ack{ID: id})
	o.refused("第11条第5号", "alarm/close", desk.Close{ID: id, Finding: "風"})
	o.refused("第11条第5号", "report", desk.Report{Zone: "room", Found: time.Now(), Text: ledger.ReportText{What: "侵入"}})
	o.refused("第9条", "emergency/declare", desk.Declare{Reason: "x"})
	o.refused("第11条", "evidence", desk.Evidence{Alarm: id, Purpose: "x"})
	if len(o.told(journal.AccountExported)) != 0 || len(o.alarms()) != 1 {
		t.Error("something came of it")
	}

	o = as(t, chief)
	id = o.forced().ID
	o.refused("nobody has acknowledged", "alarm/close", desk.Close{ID: id, Finding: "風"})
	o.done("alarm/ack", desk.Ack{ID: id})
	o.refused("control character", "alarm/close", desk.Close{ID: id, Finding: "風\n雨"})
	o.done("alarm/close", desk.Close{ID: id, Finding: "強風で開いた"})
	if e := o.only(journal.AlarmClosed); !bytes.Contains(e.row.Private, []byte("強風")) || bytes.Contains(e.row.Payload, []byte("強風")) {
		t.Errorf("%s %s", e.row.Payload, e.row.Private)
	}
	if len(o.alarms()) != 0 {
		t.Errorf("still open: %v", o.alarms())
	}
}

// TestReportIsKept: Article 11(5), with its text as a private part and as a document for the form.
func TestReportIsKept(t *testing.T) {
	o := as(t, chief)
	id := o.forced().ID
	for words, r := range map[string]desk.Report{
		"say what the threat is": {Zone: "room", Found: time.Now()},
		"when it was found":      {Zone: "room", Text: ledger.ReportText{What: "x"}},
		"at most 100":            {Zone: "room", Found: time.Now(), Alarms: slices.Repeat([]string{id}, 101), Text: ledger.ReportText{What: "x"}},
		"is an id":               {Zone: "the room", Found: time.Now()},
	} {
		o.refused(words, "report", r)
	}
	o.done("report", desk.Report{Zone: "room", Alarms: []string{id}, Found: time.Now(), Text: ledger.ReportText{
		FoundBy: "宿直 山田", What: "不正開扉", Affected: "なし", Measures: "錠の交換", Status: "調査中",
	}})
	e := o.only(journal.AlarmReported)
	if bytes.Contains(e.row.Payload, []byte("山田")) || !bytes.Contains(e.row.Private, []byte("山田")) {
		t.Errorf("%s %s", e.row.Payload, e.row.Private)
	}
	var r ledger.Report
	o.document(ledger.KindReport, &r)
	if !strings.HasSuffix(r.ID, "-T001") || r.Reported.Post != "security-officer" || r.Reported.Name != "橋本 美咲" || r.Text.Status != "調査中" {
		t.Errorf("%+v", r)
	}
}

// document is the only one of a kind.
func (o *office) document(kind string, v any) {
	o.Helper()
	n := 0
	for d, err := range o.store.Documents(o.Context(), kind) {
		if err != nil {
			o.Fatal(err)
		}
		if err := json.Unmarshal(d.Body, v); err != nil {
			o.Fatal(err)
		}
		n++
	}
	if n != 1 {
		o.Fatalf("%d documents of kind %s", n, kind)
	}
}

// TestMusterIsKept: by number and id on the disk, with names only in the private part of the entry.
func TestMusterIsKept(t *testing.T) {
	o := as(t, ciso)
	o.badge(1201)
	o.eventually("the strike", func() bool { return len(o.told(journal.LockReleased)) == 1 })
	o.done("sim", sim.Act{Verb: "open", Door: "room"})
	o.eventually("somebody inside", func() bool { return len(o.told(journal.AccessTaken)) == 1 })
	o.done("emergency/declare", desk.Declare{Reason: "地震", Lockdown: true})
	e := o.only(journal.EmergencyDeclared)
	if !bytes.Contains(e.row.Private, []byte("髙橋")) || bytes.Contains(e.row.Payload, []byte("髙橋")) {
		t.Errorf("%s %s", e.row.Payload, e.row.Private)
	}
	var kept, now ledger.Muster
	o.document(ledger.KindMuster, &kept)
	if len(kept.Lines) != 1 || kept.Lines[0].Person != "0201" || kept.Lines[0].Name != "" || kept.Cause != "emergency.declared" {
		t.Errorf("%+v", kept)
	}
	if err := o.client.Get(t.Context(), "muster", url.Values{"id": {kept.ID}}, &now); err != nil || now.Lines[0].Gone || now.Lines[0].Name == "" {
		t.Errorf("%+v %v", now, err)
	}
	o.done("antipassback/forgive", desk.Forgive{Person: "0201", Reason: "外で確認"})
	if err := o.client.Get(t.Context(), "muster", url.Values{"id": {kept.ID}}, &now); err != nil || !now.Lines[0].Gone {
		t.Errorf("%+v %v", now, err)
	}
	if err := o.client.Get(t.Context(), "muster", url.Values{"id": {"2020-M001"}}, &now); err == nil {
		t.Error("a list that was never kept")
	}
}

// fetch asks for an evidence pack.
func (o *office) fetch(q desk.Evidence) *zip.Reader {
	o.Helper()
	order := must(json.Marshal(q))(o)
	in := must(o.client.Fetch(o.Context(), "evidence", order))(o)
	defer in.Close()
	body := must(io.ReadAll(in))(o)
	return must(zip.NewReader(bytes.NewReader(body), int64(len(body))))(o)
}

// TestEvidence: recorded with its purpose and digest before it is handed out, proven, with names for those who may.
func TestEvidence(t *testing.T) {
	o := as(t, chief)
	id := o.forced().ID
	for words, q := range map[string]desk.Evidence{
		"say what it is for": {Alarm: id},
		"name an alarm":      {Purpose: "x"},
		"not both":           {Alarm: id, At: time.Now(), Purpose: "x"},
		"no alarm is called": {Alarm: "door.forced", Purpose: "x"},
		"from a minute":      {At: time.Now(), Around: 1, Purpose: "x"},
		"is an id":           {At: time.Now(), Zone: "the room", Purpose: "x"},
	} {
		o.refused(words, "evidence", q)
	}
	o.done("alarm/ack", desk.Ack{ID: id})
	o.done("alarm/close", desk.Close{ID: id, Finding: "強風"})
	pack := o.fetch(desk.Evidence{Alarm: id, Purpose: "第11条第5号の報告"})
	v := must(evidence.Verify(pack, o.deps.Keys.Verifier()))(t)
	e := o.only(journal.AccountExported)
	if !v.OK() || v.Entries < 5 || v.Names == 0 || !bytes.Contains(e.row.Payload, []byte(`"digest":"`+v.Digest+`"`)) ||
		!bytes.Contains(e.row.Private, []byte("報告")) || e.Data.Mode != "evidence" {
		t.Errorf("%+v, %s", v, e.row.Payload)
	}

	// Of a zone, what is of none and of it; of another there is nothing here.
	if v := must(evidence.Verify(o.fetch(desk.Evidence{At: time.Now(), Around: time.Hour, Zone: "room", Purpose: "x"}), nil))(t); !v.OK() || v.Withheld != 0 {
		t.Errorf("%+v", v)
	}
}

// TestMonthIsSigned: by the officer, when it is over; the digest is of the lines as they stand.
func TestMonthIsSigned(t *testing.T) {
	o := as(t, staff)
	o.refused("第11条第6号", "register/sign", desk.Review{Zone: "room", Month: "2026-01"})
	o = as(t, chief)
	o.refused("no month", "register/sign", desk.Review{Zone: "room", Month: "January"})
	o.refused("has not ended", "register/sign", desk.Review{Zone: "room", Month: time.Now().Format("2006-01")})
	o.refused("say what was out of order", "register/sign", desk.Review{Zone: "room", Month: "2026-01", Abnormal: true})
	var got desk.Reviewed
	if err := o.client.Post(t.Context(), "register/sign", desk.Review{Zone: "room", Month: "2026-01", Findings: "異常なし"}, &got); err != nil {
		t.Fatal(err)
	}
	var r ledger.Review
	o.document(ledger.KindReview, &r)
	if r.Digest != got.Digest || r.Lines != 0 || len(r.Digest) != 64 || r.Signed.Name != "橋本 美咲" || r.Findings != "異常なし" {
		t.Errorf("%+v", r)
	}
	if e := o.only(journal.RegisterChecked); bytes.Contains(e.row.Payload, []byte("異常")) {
		t.Errorf("%s", e.row.Payload)
	}
}
