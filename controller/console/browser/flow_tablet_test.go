package browser_test

import (
	"fmt"
	"testing"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/console/consoletest"
	"kidoban/controller/journal"
	"kidoban/device/sim"
)

// handed is the tablet at the door: a member of staff has handed it over with the mouse.
func (s *stage) handed() *tab {
	s.Helper()
	b := s.as("staff").menu("/visits").follow(`main a[href="/tablet/hand"]`).looks("tablet-hand")
	return b.follow(`main form[action="/tablet/hand"] button[value="room"]`)
}

// invited is a permit of today for two visitors, asked for and granted on the pages.
func (s *stage) invited() {
	s.Helper()
	today := time.Now().In(access.JST).Format(time.DateOnly)
	b := s.as("clerk").menu("/permits").follow(`main a[href="/permits/ask"]`)
	for field, text := range map[string]string{
		"organisation": "㈱架空システム保守", "name": "山田 太郎", "reading": "やまだ たろう", "entry_purpose": "サーバ定期点検", "day": today, "begin": "00:00", "end": "23:59",
	} {
		b.fill(`main [name="`+field+`"]`, text)
	}
	b.follow(`main button.main[value="preview"]`).follow(`main button[value="send"]`)
	s.as("officer").get(b.path()).follow(`main button[value="grant"]`)
}

// press presses one of the tablet's buttons.
func (b *tab) press(do string) *tab {
	b.Helper()
	return b.follow(`main form[action="/tablet"] button[value="` + do + `"]`)
}

// nobody fails if the tablet shows anything of the visitors of these tests.
func (b *tab) nobody() *tab {
	b.Helper()
	return b.hides("山田", "やまだ", "架空", "鈴木", "すずき", "空調", "定期点検", "工具", "Smith", "Aircon", "aircon", "tools")
}

// back goes back in the tab's history.
func (b *tab) back() *tab {
	b.Helper()
	value[bool](b, "window.before = true; history.back(); true")
	b.until("back", "!window.before && document.readyState === 'complete'")
	return b
}

// A visitor with a permit finds their own name; the escort's card lets both in; whoever comes next sees nothing of it.
func TestTabletFlow(t *testing.T) {
	play(t, func(s *stage) {
		s.invited()
		b := s.handed().nobody().looks("tablet-start")
		b.press("own").nobody().looks("tablet-own")
		b.fill("#own_name", "田").press("find").nobody()
		b.says(b.in("今日の許可が見つかりません", "No permit of today is found")).looks("tablet-unknown")
		b.fill("#own_name", "やまだ").press("find").says("山田 太郎").looks("tablet-mine")
		b.press("call").hides("山田").looks("tablet-wait")
		s.Act(consoletest.Card(1201, "entry"))
		b.until("the door may be opened", fmt.Sprintf(`document.body.innerText.includes(%s)`, quote(b.in("扉が開きます", "The door is open"))))
		b.looks("tablet-open")
		s.pass()
		b.until("the entry is recorded", fmt.Sprintf(`document.body.innerText.includes(%s)`, quote(b.in("入室を記録しました", "Your entry is recorded"))))
		b.looks("tablet-in").press("over").nobody()
		if b.path() != "/tablet" || value[string](b, "document.documentElement.lang") != "ja" {
			s.Errorf("the next visitor finds %s in %s", b.path(), value[string](b, "document.documentElement.lang"))
		}
		for range 4 {
			b.back().nobody()
		}
		if n := s.Told(journal.VisitAnnounced); n != 1 {
			s.Errorf("%d announced", n)
		}
	})
}

// A visitor without a permit writes who they are; the officer grants it on another page, and the tablet says so by itself.
func TestTabletRequestFlow(t *testing.T) {
	play(t, func(s *stage) {
		officer := s.as("officer")
		b := s.handed()
		b.press("write").looks("tablet-write")
		name, work := b.in("鈴木 一", "Ann Smith"), b.in("空調の修理", "Repair of the aircon")
		b.fill("#name", name).fill("#entry_purpose", work).press("check")
		b.says(b.in("会社・所属を書いてください", "Please write your company")).looks("tablet-write-wrong")
		b.fill("#affiliation", b.in("架空空調㈱", "Imaginary Aircon")).fill("#carry_in", b.in("工具", "tools")).press("check")
		b.says(name, work, b.in("工具", "tools")).press("edit").fill("#carry_in", b.in("なし", "none")).press("check").looks("tablet-check")
		b.press("send").hides(name, work).looks("tablet-asked")
		officer.menu("/permits").follow(`main a[href^="/permits/2"]`).says(name).follow(`main button[value="grant"]`)
		b.until("granted", fmt.Sprintf(`document.body.innerText.includes(%s)`, quote(b.in("許可があります", "You have a permit"))))
		b.looks("tablet-granted").press("call")
		s.Act(consoletest.Card(1302, "entry")) // staff of the city, of no Article 20(1)
		b.until("it is refused", fmt.Sprintf(`document.body.innerText.includes(%s)`, quote(b.in("もう一度ためす", "Try again"))))
		b.looks("tablet-refused")
		b.press("over").nobody()
		if d := s.Told(journal.VisitOpened); d != 0 {
			s.Errorf("%d are inside", d)
		}
	})
}

// A tablet that nobody touches goes back to its first page by itself, and so does one that was left with something written.
func TestTabletIdleFlow(t *testing.T) {
	play(t, func(s *stage) {
		b := s.handed()
		b.hurry()
		b.press("write").fill("#name", "鈴木 一")
		b.until("it warns", `!document.querySelector("[data-idle]").hidden`)
		b.until("it ends", `!document.querySelector("#name")`)
		b.nobody()
	})
}

// A tablet reaches no other page; ending the hand-over leaves a page that asks for a password, and going back shows nothing.
func TestTabletConfinedFlow(t *testing.T) {
	play(t, func(s *stage) {
		s.invited()
		s.Act(sim.Act{Verb: "force"})
		b := s.handed()
		if n := value[int](b, `document.querySelectorAll('a[href]:not([href^="#"])').length - document.querySelectorAll('a.mark').length`); n != 0 {
			s.Errorf("the tablet has %d links", n)
		}
		for _, at := range []string{"/", "/permits", "/visits", "/visits/announce", "/register", "/alarms", "/people", "/account", "/audit", "/tablet/hand", "/now", "/door/room"} {
			if b.get(at).nobody(); b.path() != "/tablet" {
				s.Errorf("%s leads to %s", at, b.path())
			}
		}
		b.click("main summary")
		b.looks("tablet-staff").follow(`main form[action="/tablet/end"] button`)
		b.says(b.in("パスワード", "Password")).looks("tablet-ended")
		for _, at := range []string{"/visits", "/tablet"} {
			if b.get(at).nobody(); value[int](b, `document.querySelectorAll('input[type="password"]').length`) == 0 {
				s.Errorf("after the end %s is shown without a password: %s", at, b.path())
			}
		}
		b.back().nobody()
	})
}
