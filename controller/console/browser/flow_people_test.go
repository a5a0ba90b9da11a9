package browser_test

import (
	"strings"
	"testing"

	"kidoban/controller/journal"
)

// section follows a tab of the pages of people and cards.
func (b *tab) section(path string) *tab {
	b.Helper()
	if !strings.HasPrefix(b.path(), "/people") {
		b.menu("/people")
	}
	return b.follow(`nav.tabs a[href="` + path + `"]`)
}

// send presses a form's main button.
func (b *tab) send(action string) *tab {
	b.Helper()
	return b.follow(`main form[action="` + action + `"] button.main`)
}

// person finds somebody on the list and opens their page.
func (b *tab) person(words, id string) *tab {
	b.Helper()
	return b.menu("/people").fill("#q", words).send("/people").follow(`main td a[href="/people/of/` + id + `"]`)
}

// settles has somebody approve or send back the one proposal that waits for them.
func (b *tab) approves() *tab {
	b.Helper()
	return b.section("/people/proposals").send("/people/proposals/approve").
		says(b.in("確認しました。変更が有効になりました。", "Approved. The change is in force."))
}

// People are found by whatever is remembered of them.
func TestPeopleSearchFlow(t *testing.T) {
	play(t, func(s *stage) {
		b := s.as("clerk")
		for _, words := range []string{"山本", "山本隆", "やまもと", "ヤマモト", "ﾔﾏﾓﾄ　ﾀｶｼ", "k-001", "C-9001", "かくう やまもと", "㈱架空システム 隆"} {
			b.menu("/people").fill("#q", words).send("/people")
			if n := value[int](b, `document.querySelectorAll("main tbody tr").length`); n != 1 && words != "かくう やまもと" {
				b.Errorf("%q finds %d", words, n)
			}
		}
		b.menu("/people").fill("#q", "髙橋").send("/people").follow(`main td a[href="/people/of/0201"]`).looks("people-one")
		b.menu("/people").fill("#q", "居ない人").send("/people").says(b.in("該当するものはありません", "Nothing found")).looks("people-none")
		b.menu("/people").fill("#kind", "contractor").send("/people").says("山本 隆", "中川 恵").hides("青葉 誠")
	})
}

// A transfer of 1 April is proposed by one, approved by another, and shown as to come wherever somebody looks.
func TestTransferFlow(t *testing.T) {
	play(t, func(s *stage) {
		clerk, officer := s.as("clerk"), s.as("officer")
		april := transfer(clerk)
		clerk.looks("people-proposed").hides("/people/proposals/approve")
		clerk.person("おかだ", "0302").says(clerk.in("確認待ちの変更", "Changes that wait")).hides("開始前", "not yet")

		officer.section("/people/proposals").says("岡田 涼", "2027", officer.in("それまでは何も変わりません", "Until then nothing changes")).looks("people-approve")
		officer.approves()
		if s.Told(journal.RosterApproved) != 1 || s.Told(journal.RosterProposed) != 1 {
			s.Error("the two acts are not on record")
		}
		clerk.person("おかだ", "0302").says(clerk.in("開始前", "not yet"), april, clerk.in("第20条第1項第2号", "Article 20(1)(2)")).looks("people-tocome")
		clerk.menu("/people").fill("#q", "おかだ").send("/people").says(april, clerk.in("変更の予定", "A change is due"))
		clerk.section("/people/posts").follow(`main form a[href^="/people/posts?on="]`).says("岡田 涼", clerk.in("所属・兼務", "Section")).looks("people-april")

		clerk.section("/people/why").fill("#person", "岡田 涼").send("/people/why").
			says(clerk.in("入室できません", "May not enter"), clerk.in("この時点では期間外", "not in force at that time")).looks("people-whynot")
		clerk.fill("#at", april+"T09:00").send("/people/why").says(clerk.in("入室できます", "May enter")).looks("people-why")
	})
}

// transfer proposes that somebody comes to the section on the next 1 April, which it returns.
func transfer(b *tab) (april string) {
	b.Helper()
	b.section("/people/posts").follow(`main form a[href^="/people/posts?on="]`)
	april = value[string](b, `document.querySelector("#on").value`)
	b.follow(`main a[href="/people/edit?what=member&begins=` + april + `"]`)
	b.fill("#person", "おかだ").fill("#section", "市民課").looks("people-edit")
	b.send("/people/review").says("岡田 涼", april, b.in("別の人の確認が要ります", "takes another person"), b.in("開始前", "not yet")).looks("people-review")
	b.follow(`main form[action="/people/change"] button[name="back"]`)
	if got := value[string](b, `document.querySelector("#section").value + document.querySelector("#begins").value`); got != "市民課"+april {
		b.Errorf("going back lost what was written: %s", got)
	}
	b.send("/people/review").send("/people/change").says(b.in("別の人の確認を待っています", "waiting for another person"), b.in("取り下げる", "Withdraw"))
	return april
}

// A change is sent back with the reason, or withdrawn by who proposed it: nothing has changed.
func TestSentBackFlow(t *testing.T) {
	play(t, func(s *stage) {
		clerk, manager := s.as("clerk"), s.as("manager")
		propose := func() {
			clerk.person("おかだ", "0302").follow(`main a[href="/people/edit?what=person&old=1&person=0302"]`).
				fill("#fullname", "岡田 凉").send("/people/review").says("岡田 涼", "岡田 凉").send("/people/change")
		}
		propose()
		clerk.follow(`main form[action="/people/proposals/reject"] button`).says(clerk.in("取り下げました", "Withdrawn"))
		propose()
		manager.section("/people/proposals").fill(`main input[name="reason"]`, manager.in("字が違う", "a wrong character"))
		manager.follow(`main form[action="/people/proposals/reject"] button`).says(manager.in("差し戻しました。", "Sent back."))
		if s.Told(journal.RosterRejected) != 2 {
			s.Error("that they were sent back is not on record")
		}
		clerk.section("/people/proposals").follow(`main a[href="/people/proposals?of=mine"]`).says(clerk.in("字が違う", "a wrong character"), "東 健太郎").looks("people-sentback")
		clerk.person("おかだ", "0302").says("岡田 涼").hides("岡田 凉")
	})
}

// A post passes from one to the other: first the last day, then the successor; in between the page warns.
func TestPostFlow(t *testing.T) {
	play(t, func(s *stage) {
		clerk, manager := s.as("clerk"), s.as("manager")
		april := func() *tab { return clerk.section("/people/posts").follow(`main form a[href^="/people/posts?on="]`) }
		april().follow(`main a[href="/people/edit?what=post&old=1&person=0104&post=west-branch-head&begins=2024-04-01"]`).says("西村 和子").looks("people-term")
		clerk.fill("#ends", "2027-03-31").send("/people/review").send("/people/change")
		manager.approves()
		april().says(clerk.in("在職者の登録がありません", "Nobody holds this post")).looks("people-vacant")
		clerk.section("/people/posts").says(clerk.in("から在職者がいません", "on nobody holds this post"))
		april().follow(`main a[href^="/people/edit?what=post&post=west-branch-head"]`).fill("#person", "0203").send("/people/review").send("/people/change")
		manager.approves()
		april().says("小山 さくら").hides("在職者の登録がありません", "Nobody holds")
	})
}

// Hours and days off: a timetable that is wrong comes back with what is wrong, a day off is entered and taken back.
func TestHoursFlow(t *testing.T) {
	play(t, func(s *stage) {
		clerk, manager := s.as("clerk"), s.as("manager")
		clerk.section("/people/hours").follow(`main a[href="/people/edit?what=schedule"]`)
		clerk.fill("#schedule", "day").fill("#mon", "8時から").send("/people/review").says(clerk.in("のように記入してください", "write it like")).looks("people-badhours")
		clerk.fill("#mon", "08:30-17:15、22:00-06:00").fill("#tue", "00:00-24:00").send("/people/review").looks("people-hoursreview")
		clerk.send("/people/change")
		manager.approves()
		clerk.section("/people/hours").says("08:30-17:15, 22:00-06:00").looks("people-hours")
		clerk.follow(`main a[href="/people/edit?what=holiday"]`).fill("#on", "2026-12-29").send("/people/review").send("/people/change")
		manager.approves()
		clerk.section("/people/hours").follow(`main a[href="/people/edit?what=holiday&on=2026-12-29&delete=1"]`).looks("people-holiday")
	})
}

// What of these pages somebody has follows from what they may do; a stranger to them is told so.
func TestPeopleRolesFlow(t *testing.T) {
	play(t, func(s *stage) {
		for name, want := range map[string]string{
			"officer": "/people /people/posts /people/cards /people/hours /people/why /people/import /people/proposals /lost",
			"staff":   "/people /people/posts /people/cards /people/hours /people/why /people/proposals /lost",
			"auditor": "/people /people/posts /people/cards /people/hours /people/why",
		} {
			b := s.as(name).menu("/people")
			if got := value[string](b, `[...document.querySelectorAll("nav.tabs a")].map((a) => a.getAttribute("href")).join(" ")`); got != want {
				b.Errorf("%s: %s", name, got)
			}
			if name != "officer" {
				b.hides("/people/edit", "/people/cards/new").follow(`main td a[href="/people/of/0201"]`).hides("/people/edit", "/people/cards/new").looks("people-of-" + name)
			}
		}
		b := s.as("nobody")
		if value[bool](b, `!!document.querySelector('nav a[href="/people"]')`) {
			b.Error("nobody is shown the way to the people")
		}
		b.get("/people").hides("髙橋").looks("people-nobody")
	})
}
