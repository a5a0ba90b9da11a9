package browser_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"
	"testing"

	"kidoban/controller/console/consoletest"
	"kidoban/controller/evidence"
	"kidoban/controller/journal"
	"kidoban/device/sim"
)

// seen is the tap by which somebody is accounted for.
func seen(person string) string { return `main button#seen-` + person }

// declare fills in the declaration and sends it.
func (b *tab) declare(reason string, with ...string) *tab {
	b.Helper()
	b.menu("/alarms").follow(`main a[href="/alarms/incidents"]`).fill("#reason", reason).fill(`#hours`, "2")
	for _, w := range with {
		b.click(`main label:has(input[name="` + w + `"])`)
	}
	return b.follow(`main form[action="/alarms/declare"] button`)
}

// crowd has three of the staff and two visitors inside.
func (s *stage) crowd() {
	s.Helper()
	s.announce(s.as("clerk"), s.granted())
	for _, card := range []uint64{1202, 1213} {
		s.rest()
		s.through(card, "entry")
	}
	s.Eventually("five are inside", func() bool { return s.Told(journal.VisitOpened) == 5 })
}

// rest waits until the door is closed and locked.
func (s *stage) rest() {
	s.Helper()
	s.Eventually("the door is at rest", func() bool {
		return s.Told(journal.LockSecured) == s.Told(journal.LockReleased) && s.Told(journal.DoorClosed) == s.Told(journal.DoorOpened)
	})
}

// missing is how many the list still looks for.
func (b *tab) missing() int {
	b.Helper()
	return value[int](b, `document.querySelectorAll('main button[id^="seen-"]').length`)
}

// atOnce fails if what a selector finds is not on a telephone's first screen.
func (b *tab) atOnce(selector string) *tab {
	b.Helper()
	b.width(320)
	if y := value[float64](b, fmt.Sprintf(`document.querySelector(%q).getBoundingClientRect().bottom`, selector)); y > 640 {
		b.Errorf("%s at %s lies %.0f px down a telephone", selector, b.path(), y)
	}
	b.width(1280)
	return b
}

// Fire: who was inside is kept by itself, and people are accounted for one by one, on every page at once.
func TestFireMusterFlow(t *testing.T) {
	play(t, func(s *stage) {
		s.crowd()
		clerk, officer, auditor := s.as("clerk"), s.as("officer"), s.as("auditor")
		officer.get("/").follow(`main a[href^="/alarms/muster"]`).looks("muster-now").says("山田 太郎")
		auditor.get("/alarms/muster")
		clerk.get("/")
		if err := s.Panel.Act(sim.Act{Verb: "fire"}); err != nil { // of the whole room, no door's
			s.Fatal(err)
		}
		clerk.alarmed(clerk.in("火災信号", "fire")).looks("room-fire")
		clerk.follow(`main .problems a[href^="/alarms/muster"]`).atOnce(`main ul.muster li:first-child`).looks("muster-fire")
		officer.until("the list is the kept one here too", `document.querySelectorAll('main button[id^="seen-"]').length === 5`)
		clerk.follow(seen("0201")).atOnce(`main ul.muster li:first-child`).looks("muster-one-seen")
		officer.until("the officer's page follows", `document.querySelectorAll('main button[id^="seen-"]').length === 4`)
		s.rest()
		s.through(1202, "exit")
		officer.until("who leaves by the reader is gone", `document.querySelectorAll('main button[id^="seen-"]').length === 3`)
		officer.follow(seen("0203")).follow(`main button#unseen-0203`).says(officer.in("取り消しました", "Taken back"))
		for officer.missing() > 0 {
			officer.follow(`main button[id^="seen-"]`)
		}
		officer.says(officer.in("全員の安否を確認しました", "Everybody is accounted for")).looks("muster-complete")
		auditor.until("the auditor sees it", `!document.querySelector('main button[id^="seen-"]')`)
		auditor.looks("muster-auditor")
		clerk.get("/").hides(clerk.in("安否を確認していない方", "Not accounted for"))
		if n := s.Told(journal.EmergencyAccounted); n != 6 {
			s.Errorf("%d are on record as accounted for or not", n)
		}
		paper := officer.printed("muster")
		if len(paper.text) != 1 || !strings.Contains(paper.text[0], "山田太郎") {
			s.Errorf("the list on paper: %q", paper.text)
		}
	})
}

// A drill is declared with its switches, renewed and cleared; people are missing still, and pages say so.
func TestDrillFlow(t *testing.T) {
	play(t, func(s *stage) {
		s.through(1201, "entry")
		officer, staff, ciso := s.as("officer"), s.as("staff"), s.as("ciso")
		officer.menu("/alarms").follow(`main a[href="/alarms/incidents"]`).looks("incidents-none")
		officer.declare("春の訓練", "drill", "lockdown", "no_visitors").looks("incident-drill")
		officer.says(officer.in("【訓練】", "DRILL"))
		staff.get("/").looks("room-drill").menu("/alarms").follow(`main a[href="/alarms/muster"]`).looks("muster-drill")
		staff.get("/alarms/incidents").looks("incident-staff").hides(`action="/alarms/clear"`)
		s.Act(consoletest.Card(1202, "entry"))
		s.Eventually("nobody enters", func() bool { return s.Told(journal.AccessDenied) == 1 })
		officer.fill(`main form[action="/alarms/renew"] [name="hours"]`, "3").follow(`main form[action="/alarms/renew"] button`).looks("incident-renewed")
		ciso.menu("/alarms").follow(`main a[href="/alarms/incidents"]`).fill(`main form[action="/alarms/clear"] [name="text"]`, "訓練終了")
		ciso.follow(`main form[action="/alarms/clear"] button`).looks("incident-cleared")
		staff.get("/alarms/muster").looks("muster-unfinished").follow(`main .note a[href^="/alarms/muster?id="]`).follow(seen("0201")).looks("muster-kept")
		officer.get("/alarms/papers").looks("papers-muster").follow(`main a[href^="/alarms/muster?id="]`).says("髙橋 由紀")
		for typ, n := range map[journal.Type]int{journal.EmergencyDeclared: 1, journal.EmergencyRenewed: 1, journal.EmergencyCleared: 1, journal.EmergencyAccounted: 1} {
			if s.Told(typ) != n {
				s.Errorf("%d %s, want %d", s.Told(typ), typ, n)
			}
		}
	})
}

// The emergency services come in without cards; what happened is told afterwards and printed.
func TestRescueFlow(t *testing.T) {
	play(t, func(s *stage) {
		s.through(1201, "entry")
		staff, officer := s.as("staff2"), s.as("officer")
		staff.menu("/alarms").follow(`main a[href="/alarms/emergency"]`).looks("rescue")
		staff.click(`main label:has(input[value="fire"])`)
		staff.fill("#door", "room").fill("#count", "3").fill("#text", staff.in("火災報知器が鳴った", "the fire alarm sounded"))
		staff.follow(`main form[action="/alarms/emergency"] button`).looks("rescue-recorded")
		s.Eventually("the door is released once", func() bool { return s.Told(journal.LockReleased) == 2 })
		s.Act(sim.Act{Verb: "open"}, sim.Act{Verb: "close"})
		staff.follow(`main a[href^="/alarms/emergency/"]`).looks("rescue-complete").fill("#text", staff.in("誤報。異常なし", "a false alarm"))
		staff.follow(`main form button.main`).says(staff.in("緊急入室の記録を補いました", "is complete")).looks("rescue-completed")
		officer.get("/alarms/papers").looks("papers-rescue")
		officer.fill(`main form:has([name="form"][value="emergency"]) [name="purpose"]`, officer.in("報告", "the report"))
		name, body := officer.saves(`main form:has([name="form"][value="emergency"]) button`)
		if text := strings.Join(officer.read(body, "rescue").text, ""); !strings.Contains(text, officer.in("消防", "firebrigade")) {
			s.Errorf("%s: %q", name, text)
		}
	})
}

// What was found is reported to the CISO and printed, and the evidence is handed out and verifies without this site.
func TestReportFlow(t *testing.T) {
	play(t, func(s *stage) {
		s.Act(sim.Act{Verb: "force"})
		s.Eventually("the alarm", func() bool { return s.Told(journal.AlarmRaised) == 1 })
		b := s.as("officer").menu("/alarms").follow(`main .card h2 a`).follow(`main .acts a[href^="/alarms/report"]`).looks("report")
		b.fill("#found_by", "髙橋 由紀").fill("#what", "扉がこじ開けられた。\n中に人はいなかった").fill("#affected", "なし").fill("#measures", "錠を点検した").fill("#status", "復旧済")
		b.follow(`main form[action="/alarms/report"] button`).looks("reported")
		b.fill(`main form:has([name="form"][value="threat"]) [name="purpose"]`, b.in("統括責任者への報告", "for the CISO"))
		_, form := b.saves(`main form:has([name="form"][value="threat"]) button`)
		if text := strings.Join(b.read(form, "threat").text, ""); !strings.Contains(text, "扉がこじ開けられた") {
			s.Errorf("the form: %q", text)
		}
		b.menu("/alarms").follow(`main .card h2 a`).follow(`main .acts a[href^="/alarms/evidence"]`).looks("evidence")
		b.fill("#purpose", b.in("警察への提出", "for the police"))
		name, pack := b.saves(`main form[action="/alarms/evidence"] button.main`)
		z, err := zip.NewReader(bytes.NewReader(pack), int64(len(pack)))
		if err != nil {
			s.Fatal(err)
		}
		v, err := evidence.Verify(z, nil)
		if err != nil || !v.OK() {
			s.Errorf("%s does not verify: %v %v", name, err, v)
		}
		b.looks("evidence-taken")
		for typ, n := range map[journal.Type]int{journal.AlarmReported: 1, journal.AccountPrinted: 1, journal.AccountExported: 1} {
			if s.Told(typ) != n {
				s.Errorf("%d %s, want %d", s.Told(typ), typ, n)
			}
		}
		s.as("ciso").get("/alarms/papers").looks("papers-ciso")
	})
}
