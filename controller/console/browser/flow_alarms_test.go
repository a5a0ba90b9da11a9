package browser_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"kidoban/config"
	"kidoban/controller/console/consoletest"
	"kidoban/controller/journal"
	"kidoban/device/sim"
)

// ackButton is the tap by which somebody takes an alarm on.
const ackButton = `main button[form="ack"]`

// alarmed waits until an open page shows an alarm by itself.
func (b *tab) alarmed(word string) *tab {
	b.Helper()
	b.until("the page shows "+word, fmt.Sprintf(`document.querySelector("main").innerText.includes(%q)`, word))
	return b
}

// An alarm comes up on open pages, its siren is silenced, it is acknowledged with one tap, and closed with what was found.
func TestAlarmFlow(t *testing.T) {
	play(t, func(s *stage) {
		clerk, officer, staff := s.as("clerk"), s.as("officer"), s.as("staff")
		forced := clerk.in("不正開扉", "door forced")
		for _, b := range []*tab{clerk, officer} {
			b.get("/")
		}
		staff.get("/").menu("/alarms").looks("alarms-none").says(staff.in("対応中の警報はありません", "No alarm is open"))
		s.Act(sim.Act{Verb: "force"})
		for _, b := range []*tab{clerk, officer, staff} {
			b.alarmed(forced)
		}
		s.Act(sim.Act{Verb: "close"})
		officer.looks("room-forced")
		staff.looks("alarms-forced").follow(`main button[form="siren"]`).says(staff.in("警報音を止めました", "The siren is silent")).looks("alarms-silenced")
		clerk.until("the siren is silent here too", `!document.querySelector('main button[form="siren"]')`)
		clerk.follow(ackButton).says(clerk.in("警報を受け付けました", "You have acknowledged")).looks("room-acked")
		officer.until("the officer sees who acts", fmt.Sprintf(`!document.querySelector(%q)`, ackButton))
		officer.menu("/alarms").says("clerk").looks("alarms-acked")
		staff.menu("/alarms").follow(`main .acts a[href^="/alarms/one"]`).looks("alarm-staff").hides(`action="/alarms/close"`)
		officer.follow(`main .acts a[href^="/alarms/one"]`).looks("alarm-one")
		officer.fill("#finding", "搬入口の風で開いた。\n錠に異常なし").follow(`main form[action="/alarms/close"] button`)
		officer.says(officer.in("警報を完了しました", "The alarm is closed")).looks("alarms-closed")
		officer.follow(`main a[href="/alarms/history"]`).looks("history").says(officer.in("警報の処置を完了しました", "an alarm was closed"))
		officer.fill("#kind", "emergency").follow(`main form[role=search] button`).looks("history-none").says(officer.in("該当する記録はありません", "Nothing of this kind"))
		if s.Told(journal.AlarmAcknowledged) != 1 || s.Told(journal.AlarmSilenced) != 1 || s.Told(journal.AlarmClosed) != 1 {
			s.Error("not all is on record")
		}
	})
}

// soon has a door that stands open alarm after a second.
func soon(c *config.Config) {
	for i := range c.Doors {
		c.Doors[i].Open, c.Doors[i].PreAlarm = config.Duration(4*time.Second), config.Duration(500*time.Millisecond)
	}
}

// A door that is held open, and a card that was reported lost: what the page says of them, and whom they were.
func TestHeldAndLostFlow(t *testing.T) {
	play(t, func(s *stage) {
		clerk, manager := s.as("clerk"), s.as("manager")
		clerk.get("/")
		s.through(1201, "entry")
		s.rest()
		s.Act(consoletest.Card(1202, "entry"))
		s.Eventually("the second is let in", func() bool { return s.Told(journal.LockReleased) == 2 })
		s.Act(sim.Act{Verb: "open"})
		clerk.alarmed(clerk.in("扉の閉め忘れ", "held open")).looks("room-held")
		s.Act(sim.Act{Verb: "close"})
		clerk.menu("/lost").fill("#q", "小山").follow(`main form[role=search] button`).follow(`main form:has(input[value="C-0213"]) button[value="lost"]`)
		s.Eventually("the card is lost", func() bool { return s.Told(journal.CredentialLost) == 1 })
		manager.get("/alarms")
		s.rest()
		s.Act(consoletest.Card(1213, "entry"))
		s.Eventually("it is refused", func() bool { return s.Told(journal.AccessDenied) == 1 })
		clerk.menu("/alarms").looks("alarms-held")
		for clerk.has(ackButton) {
			clerk.follow(ackButton)
		}
		manager.follow(`main .card h2 a[href*="access.denied"]`).looks("alarm-lost").says("小山 さくら", manager.in("紛失", "lost"))
		clerk.follow(`main .acts a[href^="/alarms/one"]`).fill("#finding", "荷物を運ぶ間、開けていた").follow(`main form[action="/alarms/close"] button`)
		clerk.get("/alarms/history").looks("history-held")
	}, soon)
}

// Each sees what it may: no button that would be refused, and who may not look is told whom to ask.
func TestAlarmRolesFlow(t *testing.T) {
	play(t, func(s *stage) {
		s.Act(sim.Act{Verb: "force"}, sim.Act{Verb: "close"})
		s.Eventually("the alarm", func() bool { return s.Told(journal.AlarmRaised) == 1 })
		for _, who := range []string{"auditor", "designee", "deputy"} {
			b := s.as(who).get("/").menu("/alarms").looks("alarms-" + who)
			if b.has(ackButton) || b.has(`main button[form="siren"]`) {
				b.Errorf("%s is offered what it may not do", who)
			}
			b.follow(`main .card h2 a`).looks("alarm-" + who).hides(`action="/alarms/ack"`)
			for _, page := range []string{"/alarms/report", "/alarms/evidence", "/alarms/emergency"} {
				if strings.Contains(value[string](b, `document.querySelector("main").innerHTML`), `href="`+page) {
					b.Errorf("%s is led to %s", who, page)
				}
			}
			b.get("/alarms/evidence").looks("evidence-refused-" + who)
			b.get("/alarms/incidents").looks("incidents-" + who).hides(`action="/alarms/declare"`)
		}
		s.as("nobody").get("/alarms").looks("alarms-nobody").hides(`/alarms/one`)
		for _, who := range []string{"ciso", "manager"} {
			b := s.as(who).get("/").follow(ackButton).menu("/alarms").looks("alarms-" + who)
			b.follow(`main .card h2 a`).looks("alarm-" + who)
			if who == "manager" == b.has(`main form[action="/alarms/close"]`) {
				b.Errorf("closing is wrong for %s", who)
			}
			if who == "ciso" {
				s.Act(sim.Act{Verb: "force"}, sim.Act{Verb: "close"})
				s.Eventually("another alarm", func() bool { return s.Told(journal.AlarmRaised) == 2 })
			}
		}
	}, func(c *config.Config) { c.Duties.DeputyDecision = true })
}

// has says that a page has something that can be seen.
func (b *tab) has(selector string) bool {
	b.Helper()
	return value[bool](b, fmt.Sprintf(`[...document.querySelectorAll(%q)].some((el) => el.checkVisibility({visibilityProperty: true}))`, selector))
}
