package browser_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"kidoban/config"
	"kidoban/controller/access"
	"kidoban/controller/journal"
)

// onDay is a day in Japan, as a form's picker has it.
func onDay(days int) string {
	return time.Now().In(access.JST).AddDate(0, 0, days).Format(time.DateOnly)
}

// askFor fills in a permit's form for the whole of today and looks at it before sending.
func (b *tab) askFor(fields ...string) *tab {
	b.Helper()
	all := append([]string{
		"#organisation", "㈱架空システム保守", "#name-0", "山田 太郎", "#reading-0", "やまだ たろう", "#entry_purpose", "サーバ定期点検",
		"#day", onDay(0), "#begin", "00:00", "#end", "23:59",
	}, fields...)
	for i := 0; i < len(all); i += 2 {
		b.fill(all[i], all[i+1])
	}
	return b.follow(`main button.main[value="preview"]`)
}

// sent sends what was looked at, and is the permit's number.
func (b *tab) sent() string {
	b.Helper()
	b.follow(`main button.main[value="send"]`)
	return strings.TrimPrefix(strings.SplitN(b.path(), "?", 2)[0], "/permits/")
}

// kept fails unless a field holds what was typed.
func (b *tab) kept(selector, text string) *tab {
	b.Helper()
	quoted, _ := json.Marshal(selector)
	if got := value[string](b, fmt.Sprintf(`document.querySelector(%s)?.value ?? "none"`, quoted)); got != text {
		b.Errorf("%s at %s holds %q, not %q", selector, b.path(), got, text)
	}
	return b
}

// permit goes to a permit from the list.
func (b *tab) permit(id string) *tab {
	b.Helper()
	return b.menu("/permits").follow(`main a[href="/permits/` + id + `"]`)
}

// A request: what is wrong stands beside its field and what was typed stays; it is looked at before it is sent; the officer
// refuses with the ground, and it is asked for anew from what it was.
func TestAskFlow(t *testing.T) {
	play(t, func(s *stage) {
		clerk, officer := s.as("clerk"), s.as("officer")
		clerk.menu("/permits").follow(`main a[href="/permits/ask"]`)
		clerk.fill("#organisation", "㈱架空システム保守").fill("#reading-0", "やまだ たろう").fill("#day", "").fill("#begin", "18:00").fill("#end", "09:00")
		clerk.follow(`main button.main[value="preview"]`).looks("ask-wrong")
		clerk.says(clerk.in("記入してください", "fill this in"))
		clerk.kept("#organisation", "㈱架空システム保守").kept("#reading-0", "やまだ たろう").kept("#begin", "18:00")
		clerk.askFor("#begin", "18:00", "#end", "09:00").says(clerk.in("終わりを始まりより後にしてください", "the end comes after the beginning"))
		clerk.follow(`main button[value="add"]`).fill("#name-1", "佐藤 花子").fill("#reading-1", "さとう はなこ")
		clerk.askFor().looks("ask-preview").says("山田 太郎", "佐藤 花子", clerk.in("まだ申請していません", "Nothing has been requested yet"))
		clerk.follow(`main button[value="edit"]`).kept("#name-1", "佐藤 花子").fill("#work", clerk.in("ディスク交換", "replace a disk")).follow(`main button.main[value="preview"]`)
		first := clerk.sent()
		clerk.looks("asked").says(clerk.in("審査中", "requested"), clerk.in("ディスク交換", "replace a disk"), clerk.in("申請 事務 四葉", "requested 事務 四葉"))

		officer.menu("/permits").looks("permits-wait").follow(`main .card a.button[href="/permits/` + first + `"]`).looks("decide")
		officer.follow(`main button[value="refuse"]`).looks("refuse-why").says(officer.in("記入してください", "fill this in"))
		officer.fill("#reason", officer.in("作業日を改めること", "choose another day")).follow(`main button[value="refuse"]`).says(officer.in("不許可", "refused"))
		clerk.permit(first).looks("refused").says(clerk.in("作業日を改めること", "choose another day")).follow(`main a[href="/permits/ask?like=` + first + `"]`).looks("ask-like")
		clerk.fill("#entry_purpose", clerk.in("二回目の点検", "second inspection")).fill("#day", onDay(1)).fill("#begin", "09:00").fill("#end", "12:00").follow(`main button.main[value="preview"]`)
		second := clerk.sent()
		officer.permit(second).follow(`main button[value="grant"]`).looks("granted").says(officer.in("許可済", "granted"))
		if s.Told(journal.PermitRequested) != 2 || s.Told(journal.PermitRefused) != 1 || s.Told(journal.PermitGranted) != 1 {
			s.Error("not all is on record")
		}
		s.as("auditor").permit(second).looks("permit-auditor").hides(`action="/permits/`)
		s.as("nobody").get("/permits").says(clerk.in("職・担当ではできません", "does not allow this"))
	})
}

// A granted permit: named on the day, printed with its purpose, asked for again, revoked.
func TestPermitFlow(t *testing.T) {
	play(t, func(s *stage) {
		clerk, officer := s.as("clerk"), s.as("officer")
		clerk.menu("/permits").follow(`main a[href="/permits/ask"]`)
		clerk.click(`main details:has(#most) summary`)
		clerk.click(`main details:has(#last_day) summary`)
		id := clerk.askFor("#most", "2", "#last_day", onDay(6), "#carry_in", clerk.in("ノートPC 1台", "1 notebook")).looks("ask-days").sent()
		officer.permit(id).follow(`main button[value="grant"]`)
		clerk.permit(id).looks("permit-name").follow(`main form[action$="/name"] button`).looks("permit-name-wrong")
		clerk.fill(`#name`, "木村 花").fill("#reading", "きむら はな").follow(`main form[action$="/name"] button`).says("木村 花")
		clerk.follow(`main form[action$="/print"] button`).looks("permit-print-wrong").says(clerk.in("記入してください", "fill this in"))
		clerk.fill("#print_purpose", clerk.in("決裁のため", "for approval")).click(`main form[action$="/print"] button`)
		s.Eventually("it is printed", func() bool { return s.Told(journal.AccountPrinted) == 1 })
		officer.permit(id).click(`main details:has([action$="/revoke"]) summary`)
		officer.looks("permit-revoke").follow(`main form[action$="/revoke"] button`).looks("permit-revoke-wrong")
		officer.fill("#revoke_reason", officer.in("作業中止のため", "the work is called off")).follow(`main form[action$="/revoke"] button`)
		officer.looks("permit-revoked").says(officer.in("許可取消し", "revoked"), officer.in("作業中止のため", "the work is called off"))
		if s.Told(journal.PermitRevoked) != 1 {
			s.Error("the revocation is not on record")
		}
	})
}

// What was spoken is recorded by the staff who heard it, lets in at once, and waits for the officer's word.
func TestOralFlow(t *testing.T) {
	play(t, func(s *stage) {
		staff, officer := s.as("staff"), s.as("officer")
		staff.menu("/permits").follow(`main a[href="/permits/oral"]`).looks("oral")
		staff.fill("#spoken", onDay(-2)+"T09:00").askFor().looks("oral-wrong").says(staff.in("24時間以内", "24 hours"))
		staff.fill("#spoken", time.Now().In(access.JST).Format("2006-01-02T15:04"))
		staff.click(`main label:has(input[value="in_person"])`)
		id := staff.follow(`main button.main[value="preview"]`).looks("oral-preview").sent()
		staff.looks("oral-recorded")
		officer.menu("/permits").follow(`main .card a.button[href="/permits/` + id + `"]`).looks("oral-confirm")
		officer.follow(`main form[action$="/confirm"] button`).looks("oral-confirmed").says("髙橋 由紀")
		if s.Told(journal.PermitConfirmed) != 1 {
			s.Error("the confirmation is not on record")
		}
	})
}

// While the officer is away a deputy decides, where the site lets them, and the officer reviews it.
func TestDeputyFlow(t *testing.T) {
	play(t, func(s *stage) {
		clerk, deputy, officer := s.as("clerk"), s.as("deputy"), s.as("officer")
		id := clerk.menu("/permits").follow(`main a[href="/permits/ask"]`).askFor().sent()
		deputy.menu("/permits").follow(`main .card a.button[href="/permits/` + id + `"]`).looks("deputy")
		deputy.follow(`main button[value="grant"]`).looks("deputy-granted").says(deputy.in("許可(代決) 代決 次郎", "granted by a deputy: 代決 次郎"))
		officer.menu("/permits").follow(`main .card a.button[href="/permits/` + id + `"]`).looks("review")
		officer.follow(`main form[action$="/confirm"] button`).looks("reviewed").says("代決 次郎")
		if s.Told(journal.PermitReviewed) != 1 {
			s.Error("the review is not on record")
		}
	}, func(c *config.Config) { c.Duties.DeputyDecision = true })
}
