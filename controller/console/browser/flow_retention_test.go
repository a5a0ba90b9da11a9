package browser_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"kidoban/config"
	"kidoban/controller/access"
	"kidoban/controller/console/consoletest"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/retention"
	"kidoban/device"
)

// longAgo opens a site whose record is older than what Article 25 has it keep.
func longAgo(t testing.TB) *consoletest.Site {
	return consoletest.OpenSince(t, time.Date(dueYear(), time.April, 1, 8, 0, 0, 0, access.JST), func(c *config.Config) {
		c.Retention = config.Retention{Permits: 5, Cards: 5, Refusals: 5, Doors: 5, Alarms: 5, Accounts: 5, System: 5, Decided: "市民課長決裁"}
		c.Clock.Unchecked = true
	})
}

// dueYear is the last fiscal year that may be disposed of.
func dueYear() int { return retention.FiscalYear(time.Now()) - 6 }

// old puts a visit of that year, or of the one after it, on record as it was then.
func old(s *stage, year, n int) {
	s.Helper()
	id := fmt.Sprintf("%04d-%06d", year, n)
	in := time.Date(year, time.April, 1+n, 9, 0, 0, 0, access.JST)
	entry := func(at time.Time, typ journal.Type) journal.Entry {
		return journal.Entry{At: device.Instant{Wall: at}, Synced: true, Type: typ, Severity: journal.Info, Subject: "visit/" + id,
			Data: journal.Data{Zone: "room", Visit: id, Person: "v-" + id}, Private: fmt.Appendf(nil, `{"salt":%q,"name":"山田 太郎"}`, id)}
	}
	if _, err := s.Store.Commit(context.Background(), ledger.Change{Visits: []ledger.Visit{{
		ID: id, Zone: "room", Person: access.PersonID("v-" + id), Name: "山田 太郎", Class: "visitor.contractor", Entered: in, Left: in.Add(time.Hour), Purpose: "サーバ定期点検",
		Consent: ledger.Consent{State: ledger.Consented, Act: ledger.Act{Person: "0102", At: in}},
	}}}, []journal.Entry{entry(in, journal.VisitOpened), entry(in.Add(time.Hour), journal.VisitClosed)}); err != nil {
		s.Fatal(err)
	}
}

// drawn waits until the page knows what may be disposed of.
func (b *tab) drawn() *tab {
	b.Helper()
	b.menu("/register").follow(`main nav.tabs a[href="/register/retention"]`)
	return b.known()
}

// known waits until the page that is shown knows it.
func (b *tab) known() *tab {
	b.Helper()
	b.until("it is known what may go", `!!document.querySelector("main section .hint")`)
	return b
}

// One person proposes what may go, another decides; what is held stays; what went leaves its certificate, and no name.
func TestRetentionFlow(t *testing.T) {
	playAt(t, longAgo, func(s *stage) {
		for n := range 4 {
			old(s, dueYear(), n+1)
			old(s, dueYear()+1, n+1)
		}
		due := fmt.Sprintf("%04d-000001", dueYear())
		clerk := s.as("clerk").drawn().looks("retention-due")
		clerk.fill("#propose-ground", s.in("保存期間の満了", "its retention has ended")).follow(`main form[action="/register/retention/propose"] button`)
		clerk.says(s.in("廃棄を起案しました", "The disposal is proposed"), s.in("起案した本人は決定できません", "who proposed it may not")).hides(`value="approve"`)
		clerk.looks("retention-own")

		ciso := s.as("ciso").drawn().hides(`value="approve"`, "/retention/propose")
		ciso.click("main details.card summary")
		ciso.fill("#hold-visit", "9999-000001").fill("#hold-ground", s.in("監査", "audit")).follow(`main form[action="/register/retention/hold"] button`)
		ciso.says("9999-000001").looks("retention-hold-fault")
		ciso.fill("#hold-visit", due).follow(`main form[action="/register/retention/hold"] button`)
		ciso.says(due, s.in("留保中", "held")).known().looks("retention-held")

		officer := s.as("officer").drawn().looks("retention-waiting")
		officer.follow(`main button[value="approve"]`)
		officer.says(s.in("起案の後に", "has changed since")).looks("retention-changed")
		if s.Told(journal.JournalPurged) != 0 {
			s.Error("what is held back since is disposed of")
		}
		officer.drawn().fill(`main input[id^="ground-"]`, s.in("留保したため", "one is held back")).follow(`main button[value="reject"]`)
		officer.says(s.in("起案を差し戻しました", "The proposal is sent back"))

		ciso = s.as("ciso").drawn()
		ciso.fill(`main input[id^="lift-"]`, s.in("監査の終了", "the audit has ended")).follow(`main form[action="/register/retention/lift"] button`)
		ciso.says(s.in("解除済", "lifted")).known().looks("retention-lifted")

		clerk.drawn().fill("#propose-ground", s.in("保存期間の満了", "its retention has ended")).follow(`main form[action="/register/retention/propose"] button`)
		officer.drawn().follow(`main button[value="approve"]`)
		officer.says(s.in("廃棄を終えました", "The disposal is carried out"), "橋本 美咲", "事務 四葉")
		officer.known().click("main article details summary")
		officer.looks("retention-done")
		if n, m := s.Told(journal.JournalPurged), s.Told(journal.JournalPurgeEnded); n != 1 || m != 2 { // one was sent back
			s.Errorf("%d disposals on record, %d ended", n, m)
		}
		officer.menu("/register").search("year", `select[name="year"]`, fmt.Sprint(dueYear())).says(s.in("該当する行はありません", "No line fits"))
		officer.search("year", `select[name="year"]`, fmt.Sprint(dueYear()+1)).says("山田 太郎")
		officer.menu("/register").follow(`main nav.tabs a[href="/register/figures"]`)
		officer.fill(`main select[name="year"]`, fmt.Sprint(dueYear())).follow(`main form button`).says(s.in("廃棄した記録は", "were disposed of")).looks("figures-gone")

		auditor := s.as("auditor").menu("/audit").follow(`main form[action="/audit/verify"] button`)
		auditor.until("it is verified", `!document.querySelector("progress") && !!document.querySelector("main .note")`)
		auditor.says(s.in("改ざんはありません", "In order"), s.in("廃棄した", "disposed of")).looks("audit-verified-purged")
		auditor.get("/audit/entry/2").looks("audit-entry-gone")
		officer.drawn().fill("#date", "2024-02-29").follow(`main form[method="get"] button`).says("2029-03-31").known().looks("retention-until")
	})
}
