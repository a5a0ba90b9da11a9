package browser_test

import (
	"fmt"
	"net/url"
	"testing"
	"time"

	"kidoban/config"
	"kidoban/controller/access"
	"kidoban/controller/console/consoletest"
	"kidoban/controller/journal"
	"kidoban/controller/retention"
	"kidoban/device/sim"
)

// cards leads to a page of cards by the buttons above their list.
func (b *tab) cards(path string) *tab {
	b.Helper()
	b.section("/people/cards")
	if path == "" {
		return b
	}
	return b.follow(`main .acts a[href="/people/cards/` + path + `"]`)
}

// card opens a card's page from the list.
func (b *tab) card(id string) *tab {
	b.Helper()
	return b.cards("").fill("#q", id).send("/people/cards").follow(`main td a[href="/people/card/` + id + `"]`)
}

// issue applies for a card by its number.
func (b *tab) issue(person, card, number string) *tab {
	b.Helper()
	b.cards("new").fill("#person", person).fill("#card", card).fill("#facility", "118").fill("#number", number)
	return b.follow(`main form.issue fieldset:has(#number) button`)
}

// waiting has the next page know whether this one asked for a badge.
const waiting = `window.before = true; new MutationObserver(() => { if ([...document.querySelectorAll(".while-sent")].some((el) => el.checkVisibility())) sessionStorage.setItem("waited", "yes"); })
	.observe(document.body, {subtree: true, attributes: true}); true`

// A card is applied for, issued by another, lost, found again, and replaced by one that is shown to the reader.
func TestCardIssueFlow(t *testing.T) {
	play(t, func(s *stage) {
		clerk, manager := s.as("clerk"), s.as("manager")
		clerk.issue("おかだ", "C-0312", "五四三二一").says(clerk.in("カード番号を半角の数字で記入してください", "write the card number in digits")).looks("cards-badnumber")
		clerk.issue("おかだ", "C-0312", "54321").says("C-0312", clerk.in("取り下げる", "Withdraw")).hides("54321").looks("cards-applied")
		manager.section("/people/proposals").says("C-0312", "岡田 涼").hides("54321").looks("cards-approve")
		manager.approves()
		if s.Told(journal.CredentialApplied) != 1 || s.Told(journal.CredentialIssued) != 1 {
			s.Error("the two steps of a card are not on record")
		}
		clerk.card("C-0312").says("岡田 涼", clerk.in("有効", "active")).looks("cards-card")

		stop := s.as("staff").menu("/lost").looks("cards-lostown")
		stop.fill("#q", "C-0312").send("/lost").follow(`main form:has(input[value="C-0312"]) button[value="blocked"]`)
		clerk.card("C-0312").says(clerk.in("一時停止の解除", "Unblock the card")).looks("cards-blocked")
		clerk.follow(`main button[name="state"][value="active"]`).says(clerk.in("別の人の確認", "another person"))
		manager.approves()
		clerk.menu("/lost").fill("#q", "岡田").send("/lost").looks("cards-lost")
		clerk.follow(`main form:has(input[value="C-0312"]) button[value="lost"]`).says(clerk.in("紛失届を受け付けました", "Reported lost"))
		s.Act(sim.Act{Verb: "card", Format: "H10301", Facility: 118, Card: 54321})
		s.Eventually("the lost card is refused", func() bool { return s.Told(journal.CredentialLost) == 1 && s.Told(journal.AccessDenied) == 1 })
		clerk.card("C-0312").says(clerk.in("見つかったとき", "If it is found again")).looks("cards-found")
		clerk.follow(`main button[value="revoked"]`).says(clerk.in("失効", "revoked"))

		clerk.follow(`main a[href="/people/cards/new?person=0302"]`).fill("#card", "C-0322")
		value[bool](clerk, waiting)
		clerk.click(`main button[name="badge"]`)
		n := s.Told(journal.CredentialApplied)
		s.Eventually("the badge is taken", func() bool { // the reader is watched a moment after the button was pressed
			s.Act(consoletest.Card(7777, "entry"))
			return s.Told(journal.CredentialApplied) > n
		})
		clerk.until("the badge was taken", "!window.before && document.readyState === 'complete'")
		clerk.says("C-0322").hides("7777")
		if !value[bool](clerk, `sessionStorage.getItem("waited") === "yes"`) {
			clerk.Error("the page did not ask for the badge")
		}
		manager.approves()
		clerk.card("C-0322").says("岡田 涼")
	})
}

// A card of the stock is lent to a visitor on a permit, and as a temporary card; it comes back, or it does not, and is counted.
func TestCardLendFlow(t *testing.T) {
	play(t, func(s *stage) {
		clerk, manager := s.as("clerk"), s.as("manager")
		clerk.issue("stock", "S-02", "1802")
		manager.approves()
		guest(s)
		clerk.cards("lend").looks("cards-lend")
		visitor := `main form:has(input[name="kind"][value="visitor"]) `
		clerk.fill("#card1", "S-01")
		clerk.fill("#guest", value[string](clerk, `document.querySelector("#guest option:nth-of-type(2)").value`)).fill("#purpose1", "サーバ定期点検")
		clerk.follow(visitor+"button").says("山田 太郎", clerk.in("貸出(入室者・当日)", "lent on a permit")).looks("cards-out")

		staff := s.as("staff")
		staff.cards("lend").fill("#card2", "S-02").fill("#person", "橋本").fill("#second", "よしだ").fill("#purpose2", "カード忘れ")
		staff.follow(`main form:has(input[name="kind"][value="temporary"]) button`).says("橋本 美咲", "S-02")
		staff.card("C-0102").says(staff.in("一時停止", "blocked")).looks("cards-own")

		clerk.cards("count").click(`main label:has(input[value="S-01"])`)
		clerk.fill("#typed", "X-9、C-0203").looks("cards-count")
		clerk.send("/people/cards/count").says("X-9", clerk.in("登録のないカード", "not enrolled"), clerk.in("紛失届のカード", "reported lost")).looks("cards-counted")

		clerk.cards("out").follow(`main form:has(button[value="S-01"]) button`)
		staff.cards("out").follow(`main form:has(button[value="S-02"]) button`)
		clerk.cards("count").click(`main label:has(input[value="S-01"])`)
		clerk.click(`main label:has(input[value="S-02"])`)
		clerk.send("/people/cards/count").says(clerk.in("一致しました", "All as it should be"))
		if s.Told(journal.CredentialLent) != 2 || s.Told(journal.CredentialReturned) != 2 || s.Told(journal.CredentialCounted) != 2 {
			s.Error("what was lent, returned and counted is not on record")
		}
		ledgers(s)
	})
}

// ledgers are looked at and printed for a purpose, each on record.
func ledgers(s *stage) {
	s.Helper()
	auditor, officer := s.as("auditor"), s.as("officer")
	auditor.cards("ledger").fill("#ledger", "visitors").fill("#purpose", "定期監査").send("/people/cards/ledger").says("山田 太郎", "S-01").looks("cards-ledger")
	n := s.Told(journal.AccountPrinted)
	officer.cards("ledger").fill("#ledger", "staff").fill("#purpose", "年度末の点検").fill("#year", fmt.Sprint(retention.FiscalYear(time.Now())))
	officer.click(`main button[formaction="/people/cards/print"]`)
	s.Eventually("the print is on record", func() bool { return s.Told(journal.AccountPrinted) == n+1 })
}

// guest has somebody named on a permit of today.
func guest(s *stage) {
	s.Helper()
	now := time.Now().In(access.JST)
	b := s.SignIn("clerk").Get("/permits/ask").Send("/permits/ask", url.Values{
		"organisation": {"㈱架空システム保守"}, "name": {"山田 太郎"}, "reading": {"やまだ たろう"}, "person": {""}, "affiliation": {""},
		"class": {"contractor"}, "entry_purpose": {"サーバ定期点検"}, "day": {now.Format(time.DateOnly)}, "begin": {"00:00"}, "end": {"23:59"}, "do": {"send"},
	})
	officer := s.as("officer").menu("/permits").follow(`main a[href="` + b.Path + `"]`)
	officer.follow(`main button[value="grant"]`)
}

// A PIN is typed by its holder at the clerk's desk; wrong ones at the door lock it out, which everybody who looks is shown.
func TestCardPINFlow(t *testing.T) {
	play(t, func(s *stage) {
		clerk, manager := s.as("clerk"), s.as("manager")
		clerk.card("C-0201").fill("#pin", "826413").fill("#again", "826531").follow(`main form[action$="/pin"] button`)
		clerk.says(clerk.in("二回の入力が一致しません", "the two are not the same")).looks("cards-badpin")
		clerk.fill("#pin", "123456").fill("#again", "123456").follow(`main form[action$="/pin"] button`).says(clerk.in("推測", "easy to guess")).looks("cards-easypin")
		clerk.fill("#pin", "826413").fill("#again", "826413").follow(`main form[action$="/pin"] button`).hides("826413")
		manager.approves().hides("826413")

		for i := range 3 {
			s.Act(consoletest.Card(1201, ""), sim.Act{Verb: "keys", Keys: "826414#"})
			s.Eventually("the PIN is refused", func() bool { return s.Told(journal.AccessDenied) == i+1 })
		}
		staff := s.as("staff").person("髙橋", "0201").says(s.as("staff").in("暗証番号の停止", "PIN blocked"))
		staff.follow(`main a[href="/people/card/C-0201"]`).says(staff.in("申し出てください", "Ask the head")).hides("/unblock").looks("cards-lockedstaff")
		clerk.cards("").fill("#state", "locked").send("/people/cards").says("C-0201", "1").looks("cards-lockedlist")
		clerk.section("/people/why").fill("#card", "C-0201").send("/people/why").says(clerk.in("暗証番号を停止中です", "PIN")).looks("cards-lockedwhy")
		clerk.card("C-0201").looks("cards-locked")
		clerk.follow(`main form[action$="/unblock"] button`).says(clerk.in("暗証番号の停止を解除しました", "no longer locked out")).hides("/unblock")

		s.Act(consoletest.Card(1201, ""), sim.Act{Verb: "keys", Keys: "826413#"})
		s.Eventually("the right PIN lets in", func() bool { return s.Told(journal.LockReleased) == 1 })
	}, func(c *config.Config) {
		c.Doors[0].PIN, c.Access.PINTries, c.Access.PINLockout = "always", 3, config.Duration(time.Hour)
	})
}
