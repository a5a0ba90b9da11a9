package browser_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"kidoban/config"
	"kidoban/controller/console/consoletest"
	"kidoban/controller/journal"
	"kidoban/device/sim"
)

// live waits until a part of the page says something, in the language of the page, without asking for the page anew.
func (b *tab) live(part, ja, en string) {
	b.Helper()
	b.until(part+" says "+en, fmt.Sprintf(`document.querySelector('[data-part="%s"]').innerText.includes(%s) && window.stays === true`, part, quote(b.in(ja, en))))
}

// gone waits until no part of the page says it any more.
func (b *tab) gone(ja, en string) {
	b.Helper()
	b.until(en+" is gone", fmt.Sprintf(`!document.querySelector('main').innerText.includes(%s) && window.stays === true`, quote(b.in(ja, en))))
}

// stay marks the page: a reload would take the mark away.
func (b *tab) stay() *tab {
	b.Helper()
	value[bool](b, "window.stays = true")
	return b
}

func quote(s string) string {
	q, _ := json.Marshal(s)
	return string(q)
}

// pass opens and closes the door once it is released.
func (s *stage) pass() {
	s.Helper()
	s.Eventually("the door is released", func() bool {
		l, err := s.Panel.Look("room")
		return err == nil && l.Strike
	})
	s.Act(sim.Act{Verb: "open"}, sim.Act{Verb: "close"})
}

// verdict is the sentence of the first page.
func (b *tab) verdict(ja, en string) { b.Helper(); b.live("state", ja, en) }

// What happens at the door, to the machine and to the way to the central log stands on the first page by itself: in words,
// with a sign, in the title of the tab, and nowhere by colour alone.
func TestRoomFlow(t *testing.T) {
	play(t, func(s *stage) {
		s.Act(sim.Act{Verb: "exit"}, sim.Act{Verb: "handle"}, sim.Act{Verb: "close"})
		b := s.as("officer").get("/").stay()
		b.verdict("異常はありません", "All is well")
		b.until("the door is closed", fmt.Sprintf(`document.querySelector('[data-part="doors"]').innerText.includes(%s)`, quote(b.in("扉 閉", "door closed"))))
		b.looks("room-well")
		badge(s, b)
		attack(s, b)
		wires(s, b)
		machine(s, b)
		if at := b.path(); at != "/" {
			b.Errorf("the page is now at %s", at)
		}
	}, func(c *config.Config) { c.Clock.Unchecked = true })
}

func badge(s *stage, b *tab) {
	s.Act(consoletest.Card(1201, "entry"))
	b.live("doors", "解錠中", "released")
	s.pass()
	b.live("inside", "職員 1人", "1 staff")
	b.live("inside", "髙橋 由紀", "髙橋 由紀")
	s.Act(consoletest.Card(1203, "entry")) // a lost one
	b.live("events", "入室不可", "access denied")
}

// attack forces the door: it is acknowledged, and its siren silenced, in one tap each where it stands.
func attack(s *stage, b *tab) {
	s.Eventually("it is locked again", func() bool { return s.Told(journal.LockSecured) > 0 })
	s.Act(sim.Act{Verb: "force"})
	b.verdict("すぐに対応してください", "Act now")
	b.live("state", "不正開扉", "door forced")
	b.until("the tab's title says it", `document.title.startsWith("■")`)
	b.looks("room-forced")
	b.follow(`[data-part="state"] button[form="siren"]`).stay()
	b.gone("警報音が鳴っています", "The siren of")
	b.follow(`[data-part="state"] button[form="ack"]`).stay()
	b.verdict("受付済", "Acknowledged")
	if n := s.Told(journal.AlarmAcknowledged); n != 1 {
		s.Errorf("%d alarms acknowledged", n)
	}
	s.Act(sim.Act{Verb: "close"})
	b.looks("room-acknowledged")
	id := value[string](b, `document.querySelector('[data-part="state"] .problems a').getAttribute("href")`)
	b.follow(`[data-part="state"] .problems a[href="` + id + `"]`)
	if at := b.path(); at != id {
		s.Errorf("the alarm leads to %s", at)
	}
	b.menu("/").stay()
}

// wires cuts the reader's and the contact's wires and mends them.
func wires(s *stage, b *tab) {
	s.Act(sim.Act{Verb: "cut", Point: "reader entry"})
	b.live("health", "読取機 2台中1台", "readers: 1 of 2")
	b.live("doors", "応答なし", "does not answer")
	s.Act(sim.Act{Verb: "cut", Point: "contact"})
	b.live("doors", "扉 不明", "door unknown")
	b.live("doors", "入室できません", "nobody can enter")
	b.looks("room-wires")
	s.Act(sim.Act{Verb: "mend", Point: "reader entry"}, sim.Act{Verb: "mend", Point: "contact"})
	b.live("health", "読取機 2台中2台", "readers: 2 of 2")
	b.live("doors", "扉 閉", "door closed")
}

// machine loses the central log and the disk.
func machine(s *stage, b *tab) {
	s.Broken.Link.Store(true)
	b.live("state", "中央記録と未接続", "No link to the central log")
	s.Broken.Disk.Store(true)
	s.Act(consoletest.Card(1901, "entry"))
	b.verdict("記録ができません", "Nothing can be recorded")
	b.looks("room-norecord")
	s.Broken.Disk.Store(false)
	s.Broken.Link.Store(false)
	b.gone("記録ができません", "Nothing can be recorded")
	b.gone("中央記録と未接続", "No link to the central log")
}

// While the door is held open the page says so.
func TestHeldFlow(t *testing.T) {
	play(t, func(s *stage) {
		b := s.as("clerk").get("/").stay()
		s.Act(sim.Act{Verb: "exit"}, sim.Act{Verb: "handle"})
		b.live("doors", "扉 開", "door open")
		b.live("state", "閉め忘れ", "held open")
		b.looks("room-held")
		s.Act(sim.Act{Verb: "close"})
		b.live("doors", "扉 閉", "door closed")
	}, func(c *config.Config) {
		for i := range c.Doors {
			c.Doors[i].Open, c.Doors[i].PreAlarm = config.Duration(2*time.Second), 0
		}
	})
}

// Where no clock can be believed nobody's post can be judged, and the page says that, not that they have none.
func TestClockFlow(t *testing.T) {
	play(t, func(s *stage) {
		b := s.as("clerk")
		b.says(b.in("時計を確認できない", "clock cannot be believed")).looks("room-undated")
	}, func(c *config.Config) { c.Clock.Unchecked = false })
}

// A door's page: it is released once and for no longer than asked, locked down with an end, and set back; what it says before
// is what happens.
func TestDoorFlow(t *testing.T) {
	play(t, func(s *stage) {
		b := s.as("officer").follow(`[data-part="doors"] a[href="/door/room"]`).looks("door")
		b.fill(`#r1`, "荷物の搬入").fill(`#s1`, "3").follow(`main form[action="/door/room/release"] button`)
		b.says(b.in("解錠しました", "The door is released")).looks("door-released")
		s.Eventually("it locks again by itself", func() bool { return s.Told(journal.LockSecured) == 1 })
		if n := s.Told(journal.AccessNotTaken); n != 1 {
			s.Errorf("a release that nobody used is on record %d times as that", n)
		}
		b.follow(`[data-part="doors"] a[href="/door/room"]`)
		b.fill(`#r2`, "点検").fill(`#h2`, "1").follow(`main form[action="/door/room/lockdown"] button`)
		b.says(b.in("入室を停止しました", "The door is locked down")).looks("door-lockdown")
		s.Act(consoletest.Card(1201, "entry"))
		b.stay().live("events", "入室停止中", "locked down")
		b.follow(`[data-part="state"] a[href="/door/room"]`).looks("door-lift")
		b.fill(`#r3`, "点検の終わり").follow(`main form[action="/door/room/normal"] button`)
		b.says(b.in("入室停止を解除しました", "The lockdown is lifted"))
		if n := s.Told(journal.DoorModeChanged); n != 2 {
			s.Errorf("%d changes of mode", n)
		}
	})
}

// A release asks who it is when that was shown too long ago; it keeps what was written, and releases by a click of its own.
func TestReleaseProofFlow(t *testing.T) {
	play(t, func(s *stage) {
		b := s.as("officer").follow(`[data-part="doors"] a[href="/door/room"]`)
		b.says(b.in("本人の再確認", "once more who you are")).looks("release-stale")
		b.fill(`#r1`, "荷物の搬入").follow(`main form[action="/door/room/release"] button`).looks("release-prove")
		if n := s.Told(journal.AccessGranted); n != 0 {
			s.Errorf("%d releases before the proof", n)
		}
		b.fill(`#password`, consoletest.Password).follow(`main form[action="/prove"] button`).looks("release-resend")
		if n := s.Told(journal.AccessGranted); n != 0 {
			s.Errorf("the proof alone releases the door")
		}
		b.get("/door/room").fill(`#r2`, "点検").fill(`#h2`, "1").follow(`main form[action="/door/room/lockdown"] button`)
		b.says(b.in("入室を停止しました", "The door is locked down"))
	}, func(c *config.Config) { c.Duties.Prove = config.Duration(time.Nanosecond) })
}

// Without the script the page says the same, and asks anew by itself; a tap works, and so does a form.
func TestNoScriptFlow(t *testing.T) {
	play(t, func(s *stage) {
		b := s.as("officer")
		b.script(false)
		b.get("/").says(b.in("10秒ごと", "every 10 seconds"))
		b.asks("/now", func() {
			s.Act(sim.Act{Verb: "force"})
			s.Eventually("the alarm", func() bool { return s.Told(journal.AlarmRaised) == 1 })
		})
		b.until("the page comes anew by itself", fmt.Sprintf(`document.body.innerText.includes(%s)`, quote(b.in("不正開扉", "door forced"))))
		b.click(`[data-part="state"] button[form="ack"]`)
		s.Eventually("it is acknowledged", func() bool { return s.Told(journal.AlarmAcknowledged) == 1 })
	})
}

// The line breaks: the page says so and fades what is old, and comes back by itself with what happened meanwhile.
func TestBrokenLineFlow(t *testing.T) {
	play(t, func(s *stage) {
		s.Act(sim.Act{Verb: "exit"}, sim.Act{Verb: "handle"}, sim.Act{Verb: "close"})
		w := s.wire()
		b := open(s.TB, w.url, s.lang).signIn("officer").stay()
		b.live("state", "異常はありません", "All is well")
		w.set(true)
		b.until("the page says that it is old", `!document.querySelector('[data-away]').hidden && !!document.querySelector('.old')`)
		b.looks("room-away")
		s.Act(sim.Act{Verb: "force"})
		s.Eventually("the alarm", func() bool { return s.Told(journal.AlarmRaised) == 1 })
		w.set(false)
		b.live("state", "不正開扉", "door forced")
		b.until("and nothing is old", `document.querySelector('[data-away]').hidden && !document.querySelector('.old')`)
		b.mu.Lock()
		b.wrong = nil // what a browser says of a line that is cut
		b.mu.Unlock()
	})
}
