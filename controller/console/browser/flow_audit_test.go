package browser_test

import (
	"context"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/device"
)

// history puts n entries into the journal, of a door that is opened and closed.
func history(s *stage, n int) {
	s.Helper()
	for n > 0 {
		some := make([]journal.Entry, min(n, 2000))
		for i := range some {
			some[i] = journal.Entry{At: device.Instant{Wall: time.Now()}, Type: journal.DoorOpened, Severity: journal.Info, Subject: "door/room", Data: journal.Data{Door: "room"}}
		}
		if _, err := s.Store.Commit(context.Background(), ledger.Change{}, some); err != nil {
			s.Fatal(err)
		}
		n -= len(some)
	}
}

// verified has the journal verified by a click, and watches it to its end.
func (b *tab) verified() *tab {
	b.Helper()
	b.menu("/audit").follow(`main form[action="/audit/verify"] button`)
	b.until("it is verified", `!document.querySelector("progress") && !!document.querySelector("main .note")`)
	return b
}

// The auditor has the journal verified in sight, and finds what it says of it wherever it is asked: its entries, a proof and
// the signatures, which hold without this machine.
func TestAuditFlow(t *testing.T) {
	play(t, func(s *stage) {
		history(s, 12000)
		workday(s)
		b := s.as("auditor").menu("/audit").looks("audit")
		b.follow(`main form[action="/audit/verify"] button`)
		b.until("it is seen how far it is, and whose it is", `!!document.querySelector("progress") && document.querySelector("main").innerText.includes("auditor")`)
		b.until("it is verified", `!document.querySelector("progress") && !!document.querySelector("main .note.done")`)
		b.says(s.in("改ざんはありません", "In order"), s.in("この結果は証跡に記録しました", "This result is in the journal")).looks("audit-verified")
		if n := s.Told(journal.JournalVerified); n != 1 {
			s.Errorf("%d on record", n)
		}
		key, err := note.NewVerifier(strings.TrimSpace(keep(b.follow(`main nav.tabs a[href="/audit/checkpoints"]`), `main a[href="/audit/checkpoints/key"]`)))
		if err != nil {
			s.Fatal(err)
		}
		if cp, err := journal.OpenCheckpoint([]byte(keep(b, `main a[href="/audit/checkpoints/own"]`)), key); err != nil || cp.Size < 12000 {
			s.Errorf("%d %v", cp.Size, err)
		}
		if n := value[int](b, `document.querySelectorAll(".qr svg").length`); n != 1 {
			s.Errorf("%d QR codes", n)
		}
		b.looks("audit-checkpoints")

		b.follow(`main nav.tabs a[href="/audit/entries"]`).follow(`main a[rel="next"]`).says(s.in("最新へ", "Newest"))
		b.follow(`main nav.pages a`).click("main details summary")
		b.fill(`main select[name="type"]`, "access").follow(`main form button.main`)
		b.says(s.in("紛失届", "lost"), s.in("入室を許可", "granted")).looks("audit-entries-narrowed")
		if n := value[int](b, `document.querySelectorAll("main tbody tr").length`); n != 5 {
			s.Errorf("%d decisions at the door", n)
		}
		b.fill(`main input[name="person"]`, "9999").follow(`main form button.main`).says(s.in("まだ調べていません", "were not looked at yet"))
		b.looks("audit-entries-short")
		for value[bool](b, `!!document.querySelector('main a[rel="next"]')`) {
			b.follow(`main a[rel="next"]`)
		}
		b.says(s.in("該当する記録はありません", "No entry fits"))
		b.follow(`main form a.button`).follow(`main tbody th a`).looks("audit-entry")
		number := strings.TrimPrefix(b.path(), "/audit/entry/")
		sealed, _, err := journal.CheckProof([]byte(keep(b, `main a[href$="/proof"]`)), key)
		if err != nil || number == "" || !strings.Contains(b.path(), number) {
			s.Errorf("entry %s: %+v %v", number, sealed.Sequence, err)
		}
		if _, err := journal.Parse([]byte(keep(b, `main a[href$="/line"]`))); err != nil {
			s.Error(err)
		}
	})
}

// keep is what a link hands out, as text.
func keep(b *tab, selector string) string {
	b.Helper()
	_, body := b.saves(selector)
	return string(body)
}

// Who searched and printed what, and what for, is on record; so is who looks at that, and at a private part.
func TestUsesFlow(t *testing.T) {
	play(t, func(s *stage) {
		shelve(s, 3)
		s.as("clerk").menu("/register").search("month", `input[name="month"]`, lastMonth().Format("2006-01"))
		o := s.as("officer")
		o.follow(o.order("register", map[string]string{"month": lastMonth().Format("2006-01")}) + `button[value="page"]`)
		b := s.as("auditor").menu("/audit").follow(`main nav.tabs a[href="/audit/uses"]`)
		b.fill(`main input[name="month"]`, time.Now().In(access.JST).Format("2006-01")).fill(`main input[name="why"]`, s.in("年次監査", "yearly audit"))
		b.follow(`main form[action="/audit/uses"] button`)
		b.says("clerk", "officer", s.in("窓口の照会", "enquiry"), s.in("月次点検", "Monthly review"), s.in("年次監査", "yearly audit")).looks("audit-uses")
		if n := s.Told(journal.AccountSearched); n != 2 {
			s.Errorf("%d searches on record, this one among them", n)
		}
		b.follow(`main tbody tr:last-child a[href^="/audit/entry/"]`)
		b.fill(`main input[name="why"]`, s.in("年次監査", "yearly audit")).follow(`main form[action^="/audit/entry/"] button`)
		b.says(s.in("要約値と一致", "it is what the entry binds"), s.in("窓口の照会", "enquiry")).looks("audit-private")
		if n := s.Told(journal.AccountSearched); n != 3 {
			s.Errorf("a private part was shown, and is not on record: %d", n)
		}
		b.verified().follow(`main nav.tabs a[href="/audit/coverage"]`).says(s.in("1回", "1 time")).looks("audit-coverage")
		s.as("staff").get("/audit/uses").says(s.in("あなたの職・担当ではできません", "Your post or duty does not allow"))
		s.as("staff").menu("/audit").hides(`href="/audit/uses"`).looks("audit-staff")
	})
}

// What somebody changed behind the daemon's back is found, named and an alarm, on every page that shows it.
func TestTamperFlow(t *testing.T) {
	play(t, func(s *stage) {
		workday(s)
		files, err := filepath.Glob(filepath.Join(filepath.Dir(s.Config.Socket.Path), "data", "*.db"))
		if err != nil || len(files) != 1 {
			s.Fatal(files, err)
		}
		if out, err := exec.Command("sqlite3", "-cmd", ".timeout 5000", files[0],
			`UPDATE entry SET payload = CAST(replace(CAST(payload AS TEXT), '"notice"', '"info"') AS BLOB) WHERE sequence = 0`).CombinedOutput(); err != nil {
			s.Fatalf("%v: %s", err, out)
		}
		b := s.as("auditor").verified().says(s.in("改ざん又は欠落を検知しました", "Tampering or loss was found"), s.in("内容が書き換えられ", "edited")).looks("audit-tampered")
		b.follow(`main a[href="/audit/entry/0"]`).says(s.in("内容と不一致", "not the hash of these bytes"), s.in("証明は成り立ちません", "The proof does not hold")).looks("audit-entry-tampered")
		b.menu("/audit").follow(`main nav.tabs a[href="/audit/coverage"]`).says(s.in("異常あり", "amiss"))
		officer := s.as("officer").menu("/alarms").says(s.in("改ざん", "amper"))
		if s.Told(journal.JournalVerificationFailed) != 1 || value[int](officer, `document.querySelectorAll("main .alarm, main article").length`) == 0 {
			s.Error("it is no alarm")
		}
	})
}
