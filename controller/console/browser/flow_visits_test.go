package browser_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/console/consoletest"
	"kidoban/controller/journal"
	"kidoban/device/sim"
)

// twoVisitors is a permit's form for the whole of today.
func twoVisitors() url.Values {
	return url.Values{
		"organisation": {"㈱架空システム保守"}, "name": {"山田 太郎", "佐藤 花子"}, "reading": {"やまだ たろう", "さとう はなこ"}, "person": {"", ""},
		"affiliation": {"", ""}, "class": {"contractor", "contractor"}, "entry_purpose": {"サーバ定期点検"}, "day": {onDay(0)},
		"begin": {"00:00"}, "end": {"23:59"}, "do": {"send"},
	}
}

// granted has a permit for two visitors for today asked for and granted, and is its number; entries bounds how often each enters.
func (s *stage) granted(entries ...string) string {
	s.Helper()
	form := twoVisitors()
	form["entries"] = entries
	clerk, officer := s.SignIn("clerk"), s.SignIn("officer")
	clerk.Get("/permits/ask").Send("/permits/ask", form)
	officer.Get(clerk.Path).Send(clerk.Path+"/decide", url.Values{"do": {"grant"}}).Must("許可しました")
	return strings.TrimPrefix(clerk.Path, "/permits/")
}

// through has somebody badge and pass.
func (s *stage) through(number uint64, side string) {
	s.Helper()
	released, taken := s.Told(journal.LockReleased), s.Told(journal.AccessTaken)
	s.Act(consoletest.Card(number, side))
	s.Eventually("the strike moves", func() bool { return s.Told(journal.LockReleased) > released })
	s.Act(sim.Act{Verb: "open"})
	s.Eventually("the door opens", func() bool { return s.Told(journal.AccessTaken) > taken })
	s.Act(sim.Act{Verb: "close"})
}

// announce chooses both visitors of a permit at the door, and an escort's card lets them in.
func (s *stage) announce(b *tab, permit string) {
	s.Helper()
	b.menu("/visits").follow(`main a[href="/visits/announce"]`).follow(`main a[href="/visits/announce?permit=` + permit + `"]`)
	b.click(`main label:has(input[value="v` + permit + `-1"])`)
	b.click(`main label:has(input[value="v` + permit + `-2"])`)
	b.fill("#badge", "7").follow(`main form button.main`)
	s.through(1201, "entry")
	s.Eventually("both are inside", func() bool { return s.Told(journal.VisitEscorted) == 2 })
}

// visitors ticks those inside whose names these are.
func (b *tab) visitors(names ...string) *tab {
	b.Helper()
	for _, n := range names {
		b.until(n+" is inside", `[...document.querySelectorAll('main h3 label')].some((el) => el.innerText.includes("`+n+`"))`)
		value[bool](b, `[...document.querySelectorAll('main h3 label')].forEach((el) => { if (el.innerText.includes("`+n+`")) el.dataset.pick = "1"; else delete el.dataset.pick }) ?? true`)
		b.click(`main label[data-pick]`)
	}
	return b
}

// A visit: announced at the door, let in by the escort's card, handed over, consented to in one tap, left.
func TestVisitsFlow(t *testing.T) {
	play(t, func(s *stage) {
		permit := s.granted()
		clerk, keeper, designee := s.as("clerk"), s.as("maintenance"), s.as("designee")
		clerk.menu("/visits").follow(`main a[href="/visits/announce"]`)
		clerk.follow(`main a[href="/visits/announce?permit=` + permit + `"]`).looks("announce")
		clerk.follow(`main form button.main`).looks("announce-nobody").says(clerk.in("対象の方を選んでください", "choose somebody"))
		s.announce(clerk, permit)
		clerk.menu("/visits").looks("visits-inside").says("髙橋 由紀", "サーバ定期点検")
		keeper.menu("/visits").visitors("山田 太郎", "佐藤 花子").follow(`main button[formaction="/visits/hand-over"]`).looks("handover-outside")
		s.through(1301, "entry")
		keeper.menu("/visits").visitors("山田 太郎", "佐藤 花子").follow(`main button[formaction="/visits/hand-over"]`)
		keeper.says("井上 明").visitors("山田 太郎", "佐藤 花子").follow(`main form[action="/visits/ask"] button:not([formaction])`).looks("visits-asked")
		designee.get("/visits").looks("visits-waits").menu("/")
		designee.follow(`#consent-all`)
		s.Eventually("both have the consent", func() bool { return s.Told(journal.VisitConsented) == 2 })
		designee.looks("room-consented")
		keeper.menu("/visits").visitors("山田 太郎", "佐藤 花子").follow(`main button[formaction="/visits/leave"][value="next"]`).says(keeper.in("退室として記録します", "recorded as leaving"))
		s.through(1301, "exit")
		s.Eventually("they have left", func() bool { return s.Told(journal.VisitClosed) == 3 })
		if s.Told(journal.VisitLeftWithoutConsent) != 0 {
			s.Error("they left without consent")
		}
		s.as("auditor").get("/visits").looks("visits-auditor").hides(`action="/visits/`)
	})
}

// What is not as it should be: the consent is withheld, they leave without it, and it is made good in writing alone.
func TestWithheldFlow(t *testing.T) {
	play(t, func(s *stage) {
		clerk, officer := s.as("clerk"), s.as("officer")
		s.announce(clerk, s.granted())
		clerk.menu("/visits").visitors("山田 太郎").follow(`main form[action="/visits/ask"] button:not([formaction])`)
		officer.menu("/visits").click(`main details:has(form[action="/visits/withhold"]) summary`)
		officer.follow(`main form[action="/visits/withhold"] button`).looks("withhold-why").says(officer.in("記入してください", "fill this in"))
		officer.fill(`[name="withhold_reason"]`, officer.in("機器の確認が済んでいない", "the equipment is not checked yet"))
		officer.follow(`main form[action="/visits/withhold"] button`).looks("withheld")
		clerk.menu("/visits").looks("withheld-clerk").visitors("山田 太郎", "佐藤 花子").follow(`main button[formaction="/visits/leave"][value="now"]`).looks("left-clerk")
		officer.menu("/visits").follow(`main form[action="/visits/follow-up"] button`).looks("follow-up-why")
		officer.fill(`[name="looked_into"]`, officer.in("立会者から事情を聴いた", "heard the escort"))
		officer.follow(`main form[action="/visits/follow-up"] button`).looks("followed-up")
		if s.Told(journal.VisitLeftWithoutConsent) != 2 || s.Told(journal.VisitConsented) != 1 {
			s.Error("not all is on record")
		}
	})
}

// Who came in on another's card has a line made afterwards.
func TestLateFlow(t *testing.T) {
	play(t, func(s *stage) {
		permit := s.granted()
		s.through(1201, "entry")
		clerk := s.as("clerk")
		clerk.menu("/visits").follow(`main a[href="/visits/late"]`).looks("late")
		clerk.click(`main label:has(input[value="` + permit + ` v` + permit + `-1"])`)
		clerk.fill("#escort", "0201").follow(`main form button.main`).looks("late-wrong").says(clerk.in("記入してください", "fill this in"))
		clerk.fill("#entered", time.Now().In(access.JST).AddDate(0, 0, 1).Format("2006-01-02T15:04"))
		clerk.fill("#how_came", clerk.in("一枚のカードで二人が入った", "two came in on one card")).follow(`main form button.main`).looks("late-future")
		clerk.fill("#entered", time.Now().In(access.JST).Format("2006-01-02T15:04")).follow(`main form button.main`).looks("late-done").says("山田 太郎")
	})
}

// A correction takes three: who makes it, who checks it, the officer who permits it. Nobody does two of these.
func TestCorrectionFlow(t *testing.T) {
	play(t, func(s *stage) {
		clerk, staff, officer := s.as("clerk"), s.as("staff"), s.as("officer")
		s.announce(clerk, s.granted())
		correct := func(after string) {
			clerk.menu("/visits").follow(`main article:has(label input[name="visit"]) a[href^="/visits/correct"]`)
			clerk.click(`main label:has(input[value="purpose"])`)
			clerk.fill("#corrected", after)
		}
		correct(clerk.in("サーバ更新", "server renewal"))
		clerk.follow(`main form button.main`).looks("correct-why").says(clerk.in("記入してください", "fill this in"))
		clerk.kept("#corrected", clerk.in("サーバ更新", "server renewal")).fill("#correct_reason", clerk.in("書き誤り", "a slip of the pen"))
		clerk.follow(`main form button.main`).looks("correct-maker").says(clerk.in("ご自分では確認も許可もできません", "you neither check nor permit it"))
		staff.menu("/visits").looks("correct-check").follow(`main form[action="/visits/proposal"] button[value="reject"]`).looks("correct-back-why")
		staff.menu("/visits").follow(`main form[action="/visits/proposal"] button[value="approve"]`).looks("correct-checked")
		officer.menu("/visits").looks("correct-permit").follow(`main form[action="/visits/proposal"] button[value="approve"]`).looks("corrected")
		correct(clerk.in("配線工事", "cabling"))
		clerk.fill("#correct_reason", clerk.in("聞き誤り", "misheard")).follow(`main form button.main`)
		officer.menu("/visits").fill(`[name="back_reason"]`, officer.in("元の記載が正しい", "the original is right"))
		officer.follow(`main form[action="/visits/proposal"] button[value="reject"]`).looks("correct-back")
		if s.Told(journal.VisitCorrected) != 1 || s.Told(journal.RosterRejected) != 1 {
			s.Error("not all is on record")
		}
	})
}
