package browser_test

import (
	"fmt"
	"testing"

	"kidoban/controller/journal"
)

// yours waits until the first page, without being asked for anew, says something of what waits for who looks.
func (b *tab) yours(words ...string) *tab {
	b.Helper()
	for _, w := range words {
		b.until(w+" waits", fmt.Sprintf(`document.querySelector('[data-ask]').innerText.includes(%s) && window.stays === true`, quote(w)))
	}
	return b
}

// counted waits until the menu counts so many requests beside the permits: "" where none waits for who looks.
func (b *tab) counted(n string) {
	b.Helper()
	b.until(n+" in the menu", fmt.Sprintf(`(document.querySelector('nav a[href="/permits"] b')?.innerText ?? "") === %s`, quote(n)))
}

// A request waits for the officer: on the first page that lies open, beside the menu's permits on any other, until it is decided.
func TestWaitingFlow(t *testing.T) {
	play(t, func(s *stage) {
		clerk, officer := s.as("clerk"), s.as("officer")
		request, nothing := s.in("許可を待つ入室許可申請", "Requests for a permit to decide on"), s.in("処理を待っているものはありません", "Nothing waits for you now")
		officer.get("/").stay().yours(nothing).looks("waiting-nothing")
		officer.counted("")
		officer.stay()
		clerk.menu("/permits").follow(`main a[href="/permits/ask"]`)
		id := clerk.askFor().sent()
		officer.yours(request, s.in("最も早い入室予定 本日 00:00", "first visit planned: today 00:00")).looks("waiting-request")
		officer.counted("1")
		officer.menu("/visits").counted("1")
		clerk.menu("/").says(nothing).counted("")
		officer.menu("/").follow(`main a[href="/permits/` + id + `"]`).follow(`main button[value="grant"]`).counted("")
		officer.menu("/").says(nothing).hides(request)
		if s.Told(journal.PermitGranted) != 1 {
			s.Error("the decision is not on record")
		}
	})
}

// A correction waits for another person, then for the officer; what is sent back stands with its reason on its maker's first
// page and on nobody else's.
func TestWaitingBackFlow(t *testing.T) {
	play(t, func(s *stage) {
		clerk, staff, officer := s.as("clerk"), s.as("staff"), s.as("officer")
		s.announce(clerk, s.granted())
		staff.get("/").stay()
		clerk.menu("/visits").follow(`main article:has(label input[name="visit"]) a[href^="/visits/correct"]`)
		clerk.click(`main label:has(input[value="purpose"])`)
		clerk.fill("#corrected", s.in("配線工事", "cabling")).fill("#correct_reason", s.in("聞き誤り", "misheard")).follow(`main form button.main`)
		clerk.menu("/").hides(s.in("確認を待つ訂正", "Corrections to check"))
		staff.yours(s.in("確認を待つ訂正", "Corrections to check")).looks("waiting-check")
		staff.follow(`main a[href="/visits#corrections"]`).follow(`main form[action="/visits/proposal"] button[value="approve"]`)
		staff.menu("/").hides("/visits#corrections")
		clerk.menu("/").stay()
		officer.menu("/").says(s.in("許可を待つ訂正", "Corrections to permit")).follow(`main a[href="/visits#corrections"]`)
		officer.fill(`[name="back_reason"]`, s.in("元の記載が正しい", "the original is right")).follow(`main form[action="/visits/proposal"] button[value="reject"]`)
		clerk.yours(s.in("差し戻されました", "Sent back to you"), s.in("元の記載が正しい", "the original is right"), "橋本 美咲").looks("waiting-back")
		clerk.follow(`main a[href="/people/proposals?of=mine"]`).says(s.in("元の記載が正しい", "the original is right"))
		staff.menu("/").hides("/people/proposals", s.in("元の記載が正しい", "the original is right"))
	})
}
