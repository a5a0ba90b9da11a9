package alarms_test

import (
	"archive/zip"
	"bytes"
	"context"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kidoban/controller/console/consoletest"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/device/sim"
)

// forced breaks the door open, and says which alarm that is.
func forced(s *consoletest.Site) string {
	s.Helper()
	s.Act(sim.Act{Verb: "force"})
	var all []ledger.Alarm
	s.Eventually("an alarm", func() bool {
		return s.Desk.Get(context.Background(), "alarms", nil, &all) == nil && len(all) > 0
	})
	return all[len(all)-1].ID
}

// An alarm from its first sight to its end.
func TestAlarm(t *testing.T) {
	site := consoletest.Open(t)
	id := forced(site)
	staff := site.SignIn("staff").Get("/alarms").Must("不正開扉", "受付待ち", "警報音が鳴っています")
	staff.Send("/alarms/siren", url.Values{"door": {"room"}}).Must("警報音を止めました")
	staff.Send("/alarms/ack", url.Values{"id": {id}, "to": {"/"}}).Must("警報を受け付けました", "受付済")
	if staff.Path != "/" {
		t.Errorf("back to %s", staff.Path)
	}
	if staff.Get("/alarms").Send("/alarms/close", url.Values{"id": {id}, "finding": {"風"}}); staff.Code != http.StatusForbidden {
		t.Errorf("staff close: %d", staff.Code)
	}
	officer := site.SignIn("officer").Get("/alarms/one?id="+url.QueryEscape(id)).Must("受付済 staff", "完了する", "警報が発生しました")
	officer.Send("/alarms/close", url.Values{"id": {id}}).Must("確認した内容と処置", "記入してください")
	officer.Send("/alarms/close", url.Values{"id": {id}, "finding": {"強風で開いた。\r\n錠に異常なし"}}).Must("警報を完了しました", "対応中の警報はありません")
	officer.Get("/alarms/one?id="+url.QueryEscape(id)).Must("完了", "警報の処置を完了しました")
	officer.Get("/alarms/history").Must("警報が発生しました", "警報を受け付けました", "警報の処置を完了しました")
	officer.Send("/alarms/ack", url.Values{"id": {"door.forced/room/x"}})
	officer.Get("/alarms").Send("/alarms/ack", url.Values{"id": {"door.forced/room/x"}}).Must("対応中の警報「door.forced/room/x」はありません")
	if officer.Code != http.StatusConflict {
		t.Errorf("an alarm that is not: %d", officer.Code)
	}
	if n := site.Told(journal.AlarmClosed); n != 1 {
		t.Errorf("%d closed", n)
	}
}

// An emergency is declared with its switches, renewed, cleared; who was inside is kept.
func TestIncident(t *testing.T) {
	site := consoletest.Open(t)
	site.Act(consoletest.Card(1201, "entry"))
	site.Eventually("released", func() bool { return site.Told(journal.LockReleased) == 1 })
	site.Act(sim.Act{Verb: "open"}, sim.Act{Verb: "close"})
	site.Eventually("inside", func() bool { return site.Told(journal.VisitOpened) == 1 })
	b := site.SignIn("officer", "en").Get("/alarms/incidents").Must("No emergency is declared")
	b.Send("/alarms/declare", url.Values{"zone": {"room"}, "hours": {"2"}}).Must("Reason")
	if b.Code != http.StatusUnprocessableEntity {
		t.Errorf("without a reason: %d", b.Code)
	}
	b.Send("/alarms/declare", url.Values{"zone": {"room"}, "hours": {"2"}, "reason": {"春の訓練"}, "drill": {"1"}, "lockdown": {"1"}}).
		Must("The emergency is declared", "DRILL", "locked down; leaving works")
	id := regexp.MustCompile(`\d{4}-I\d{3}`).FindString(b.Said())
	b.Get("/").Must("DRILL", "DRILL: an emergency is declared")
	b.Get("/alarms/incidents").Send("/alarms/renew", url.Values{"id": {id}, "hours": {"3"}}).Must("The emergency is renewed")
	b.Send("/alarms/clear", url.Values{"id": {id}, "text": {"終了"}}).Must("The emergency is cleared", "No emergency is declared")
	b.Get("/alarms/muster").Must("1 person", "髙橋 由紀", "Lists kept in emergencies")
	kept := regexp.MustCompile(`\d{4}-M\d{3}`).FindString(b.Page)
	b.Get("/alarms/muster?id="+kept).Must(kept, "髙橋 由紀", "DRILL")
	b.Get("/alarms/papers").Must(kept)
	if b.Get("/alarms/muster?id=2026-M999"); b.Code != http.StatusNotFound {
		t.Errorf("no such list: %d", b.Code)
	}
}

// People of a kept list are accounted for, and not after all; who may not has no way to, and what is not there is said.
func TestAccounting(t *testing.T) {
	site := consoletest.Open(t)
	site.Act(consoletest.Card(1201, "entry"))
	site.Eventually("released", func() bool { return site.Told(journal.LockReleased) == 1 })
	site.Act(sim.Act{Verb: "open"}, sim.Act{Verb: "close"})
	site.Eventually("inside", func() bool { return site.Told(journal.VisitOpened) == 1 })
	officer, auditor := site.SignIn("officer"), site.SignIn("auditor")
	officer.Get("/alarms/muster").Must("1人", "髙橋 由紀").MustNot("確認する</button>")
	officer.Get("/alarms/incidents").Send("/alarms/declare", url.Values{"zone": {"room"}, "hours": {"2"}, "reason": {"訓練"}, "drill": {"1"}})
	list := regexp.MustCompile(`\d{4}-M\d{3}`).FindString(officer.Get("/alarms/muster").Must("未確認 1人", "【訓練】").Page)
	if auditor.Get("/alarms/muster").Must("未確認 1人").Send("/alarms/account", url.Values{"of": {list + " 0201"}}); auditor.Code != http.StatusForbidden {
		t.Errorf("an auditor accounts for people: %d", auditor.Code)
	}
	seen := url.Values{"of": {list + " 0201"}}
	officer.Get("/alarms/muster").Send("/alarms/account", seen).Must("安否を確認しました", "全員の安否を確認しました", "officer")
	officer.Send("/alarms/account", seen).Must("全員の安否を確認しました")
	officer.Send("/alarms/account", url.Values{"of": {list + " -0201"}}).Must("確認を取り消しました", "未確認 1人")
	officer.Send("/alarms/account", url.Values{"of": {list + " 0999"}}).Must("番号「0999」の方は、在室者一覧 " + list + " にいません")
	officer.Get("/alarms/muster").Send("/alarms/account", url.Values{"of": {"2026-M999 0201"}}).Must("在室者一覧「2026-M999」はありません")
	if n := site.Told(journal.EmergencyAccounted); n != 2 {
		t.Errorf("%d on record", n)
	}
}

// The report of Article 11(5), its form, and the evidence.
func TestReportAndEvidence(t *testing.T) {
	site := consoletest.Open(t)
	id := forced(site)
	b := site.SignIn("officer").Get("/alarms/report?alarm="+url.QueryEscape(id)).Must("第11条第5号", "不正開扉")
	if !strings.Contains(b.Page, `value="`+id+`" checked`) {
		t.Error("the alarm is not chosen")
	}
	b.Send("/alarms/report", url.Values{"zone": {"room"}, "found": {"きのう"}, "what": {"不正開扉"}}).Must("発見した時刻")
	b.Send("/alarms/report", url.Values{"zone": {"room"}, "found": {"2026-01-05T10:20"}, "what": {"不正開扉"}, "alarm": {id}}).
		Must("統括責任者への報告を記録しました", "セキュリティ脅威報告書")
	report := regexp.MustCompile(`\d{4}-T\d{3}`).FindString(b.Page)
	b.Send("/alarms/print", url.Values{"form": {"threat"}, "id": {report}}).Must("目的")
	b.Send("/alarms/print", url.Values{"form": {"register"}, "id": {report}, "purpose": {"報告"}})
	if b.Code != http.StatusUnprocessableEntity {
		t.Errorf("another form: %d", b.Code)
	}
	b.Get("/alarms/papers").Send("/alarms/print", url.Values{"form": {"threat"}, "id": {report}, "purpose": {"統括責任者への報告"}})
	if !strings.HasPrefix(b.Page, "%PDF") {
		t.Errorf("no form: %d %.200s", b.Code, b.Said())
	}
	b.Get("/alarms/evidence?alarm=" + url.QueryEscape(id))
	b.Send("/alarms/evidence", url.Values{"alarm": {id}, "zone": {"room"}, "hours": {"24"}}).Must("目的")
	b.Send("/alarms/evidence", url.Values{"alarm": {id}, "zone": {"room"}, "hours": {"24"}, "purpose": {"警察への提出"}})
	z, err := zip.NewReader(bytes.NewReader([]byte(b.Page)), int64(len(b.Page)))
	if err != nil || len(z.File) < 3 || !strings.Contains(b.Head.Get("Content-Disposition"), ".zip") {
		t.Errorf("no pack: %v %v", err, b.Head)
	}
	if site.Told(journal.AccountExported) != 1 || site.Told(journal.AlarmReported) != 1 || site.Told(journal.AccountPrinted) != 1 {
		t.Error("not on record")
	}
}

// An emergency entry releases the door that was chosen, once, and is completed afterwards.
func TestEmergencyEntry(t *testing.T) {
	site := consoletest.Open(t)
	b := site.SignIn("staff").Get("/alarms/emergency").Must("緊急入室を記録する", "その扉を1回だけ解錠します")
	b.Send("/alarms/emergency", url.Values{"zone": {"room"}}).Must("区分")
	b.Send("/alarms/emergency", url.Values{"zone": {"room"}, "door": {"room"}, "service": {"fire"}, "count": {"3"}}).Must("緊急入室を記録しました", "消防")
	site.Eventually("released", func() bool { return site.Told(journal.LockReleased) == 1 })
	id := regexp.MustCompile(`\d{4}-E\d{3}`).FindString(b.Page)
	b.Get("/").Must("緊急入室 " + id)
	b.Get("/alarms/emergency/"+id).Must("消防").Send("/alarms/emergency/"+id, url.Values{"count": {"4"}}).Must("記入してください")
	b.Send("/alarms/emergency/"+id, url.Values{"count": {"4"}, "text": {"誤報。異常なし"}}).Must("緊急入室の記録を補いました")
	if b.Get("/alarms/emergency/" + id); b.Code != http.StatusNotFound {
		t.Errorf("completed already: %d", b.Code)
	}
}

// Who is let to which page.
func TestRoles(t *testing.T) {
	pages := map[string]string{
		"/alarms": "ciso officer clerk staff auditor", "/alarms/history": "ciso officer clerk staff auditor", "/alarms/incidents": "ciso officer clerk staff auditor",
		"/alarms/muster": "ciso officer clerk staff auditor", "/alarms/papers": "ciso officer clerk staff auditor", "/alarms/report": "officer",
		"/alarms/evidence": "ciso officer", "/alarms/emergency": "ciso officer clerk staff",
	}
	site := consoletest.Open(t)
	for _, name := range []string{"ciso", "officer", "clerk", "staff", "auditor", "nobody"} {
		b := site.SignIn(name)
		for _, p := range slices.Sorted(maps.Keys(pages)) {
			want := http.StatusForbidden
			if slices.Contains(strings.Fields(pages[p]), name) {
				want = http.StatusOK
			}
			if b.Get(p); b.Code != want {
				t.Errorf("%s %s: %d, want %d", name, p, b.Code, want)
			}
		}
	}
}

// orders are the forms of the room and of alarms.
var orders = []string{
	"/alarms/ack", "/alarms/close", "/alarms/siren", "/alarms/declare", "/alarms/renew", "/alarms/clear", "/alarms/report", "/alarms/print",
	"/alarms/evidence", "/alarms/account", "/alarms/emergency", "/alarms/emergency/2026-E001", "/door/room/release", "/door/room/lockdown", "/door/room/normal", "/now/consent",
}

// What no person would write breaks no page, and nothing comes of it.
func TestNastyForms(t *testing.T) {
	site := consoletest.Open(t)
	b := site.SignIn("officer")
	before := site.Told(journal.DoorModeChanged) + site.Told(journal.LockReleased) + site.Told(journal.EmergencyDeclared)
	for _, path := range orders {
		for _, v := range []string{"", "\x00", "\xff\xfe", "<script>x</script>", "../../x", strings.Repeat("長", 5000), "-1", "99999999999999999999", "1\n2", "\u202e", "' OR 1=1"} {
			form := url.Values{}
			for _, f := range strings.Fields("id of zone door reason hours seconds visits finding text what found at alarm form purpose service count let_in left to drill lockdown") {
				form.Set(f, v)
			}
			b.Get("/alarms/incidents").Send(path, form)
			if b.Code >= http.StatusInternalServerError || strings.Contains(b.Page, "<script>x") {
				t.Errorf("%s %.20q: %d %.300s", path, v, b.Code, b.Said())
			}
		}
	}
	if after := site.Told(journal.DoorModeChanged) + site.Told(journal.LockReleased) + site.Told(journal.EmergencyDeclared); after != before {
		t.Errorf("%d things came of it", after-before)
	}
}

// FuzzForms sends what no browser would: nothing of it may break a page.
func FuzzForms(f *testing.F) {
	f.Add(uint8(0), "id=door.forced%2Froom%2Fx&to=//evil")
	f.Add(uint8(3), "zone=room&hours=1e9&reason=%00&lockdown=1")
	f.Add(uint8(6), "zone=%ff&found=2026-02-30T99:99&what=x&alarm=a&alarm=b")
	f.Add(uint8(9), "service=fire&count=-1&door=../..")
	f.Add(uint8(14), "visits=,,,")
	site := consoletest.Open(f)
	b := site.SignIn("officer").Get("/alarms/incidents")
	f.Fuzz(func(t *testing.T, n uint8, body string) {
		form, err := url.ParseQuery(body)
		if err != nil || form.Has("once") {
			t.Skip()
		}
		here, b := *site, *b
		here.TB, b.Site = t, &here
		b.Get("/alarms/incidents")
		b.Send(orders[int(n)%len(orders)], form)
		if b.Code >= http.StatusInternalServerError {
			t.Errorf("%s %q: %d %s", b.Path, body, b.Code, b.Said())
		}
	})
}
