package visits_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/console/consoletest"
	"kidoban/controller/journal"
	"kidoban/device/sim"
)

// granted asks for a permit by the page, has the officer grant it, and returns its number.
func granted(clerk, officer *consoletest.Browser) string {
	clerk.Helper()
	clerk.Get("/permits/ask").Send("/permits/ask", url.Values{
		"organisation": {"㈱架空システム保守"}, "name": {"山田 太郎", "佐藤 花子"}, "reading": {"やまだ たろう", "さとう はなこ"}, "person": {"", ""},
		"affiliation": {"", ""}, "class": {"contractor", "contractor"}, "entry_purpose": {"サーバ定期点検"}, "day": {today()},
		"begin": {"00:00"}, "end": {"23:59"}, "do": {"send"},
	}).Must("申請しました")
	officer.Get(clerk.Path).Send(clerk.Path+"/decide", url.Values{"do": {"grant"}}).Must("許可しました")
	return strings.TrimPrefix(clerk.Path, "/permits/")
}

func today() string { return time.Now().In(access.JST).Format(time.DateOnly) }

var visitID = regexp.MustCompile(`name="visit" value="([0-9-]+)"`)

// visits are the lines that the page has a box for.
func visits(b *consoletest.Browser) (all []string) {
	seen := map[string]bool{}
	for _, m := range visitID.FindAllStringSubmatch(b.Page, -1) {
		if !seen[m[1]] {
			seen[m[1]] = true
			all = append(all, m[1])
		}
	}
	return all
}

// through has somebody badge and pass.
func through(s *consoletest.Site, number uint64, side string) {
	s.Helper()
	released, opened := s.Told(journal.LockReleased), s.Told(journal.AccessTaken)
	s.Act(consoletest.Card(number, side))
	s.Eventually("the strike moves", func() bool { return s.Told(journal.LockReleased) > released })
	s.Act(sim.Act{Verb: "open"})
	s.Eventually("the door opens", func() bool { return s.Told(journal.AccessTaken) > opened })
	s.Act(sim.Act{Verb: "close"})
}

// enter has two visitors announced by the page and brought in by the escort's card.
func enter(s *consoletest.Site, clerk *consoletest.Browser, permit string) {
	s.Helper()
	clerk.Get("/visits/announce").Must("サーバ定期点検")
	clerk.Get("/visits/announce?permit="+permit).Must("山田 太郎", "佐藤 花子", "立会者が扉の読取機に自分のカードを")
	clerk.Send("/visits/announce", url.Values{
		"permit": {permit}, "visitor": {"v" + permit + "-1", "v" + permit + "-2"}, "door": {"room"}, "identity": {"社員証"}, "badge": {"7"},
	}).Must("入室者を選びました")
	through(s, 1201, "entry")
	s.Eventually("both are inside", func() bool { return s.Told(journal.VisitEscorted) == 2 })
}

// TestLife is a visit from the request to the printed line, by pages alone.
func TestLife(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t)
	clerk, officer, staff2, designee := s.SignIn("clerk"), s.SignIn("officer"), s.SignIn("staff2"), s.SignIn("designee")
	permit := granted(clerk, officer)
	enter(s, clerk, permit)

	staff2.Get("/visits").Must("山田 太郎", "佐藤 花子", "髙橋 由紀", "サーバ定期点検")
	both := visits(staff2)
	if len(both) != 2 {
		t.Fatalf("%d visitors inside: %s", len(both), staff2.Said())
	}
	staff2.Send("/visits/hand-over", url.Values{"visit": both}).Must("先に入室してから交代してください")
	if staff2.Code != http.StatusConflict {
		t.Errorf("taking over from outside: %d", staff2.Code)
	}
	through(s, 1202, "entry")
	staff2.Get("/visits").Send("/visits/hand-over", url.Values{"visit": both}).Must("立会いを交代しました", "𠮷田 直樹")
	staff2.MustNot("退室を承諾する")
	staff2.Send("/visits/ask", url.Values{"visit": both}).Must("退室の承諾を求めました", "承諾待ち")
	before := designee.Get("/visits").Must("2人まとめて承諾する").Page
	designee.Send("/visits/consent", url.Values{"visit": both}).Must("退室を承諾しました", "承諾済")
	if strings.Contains(before, "承認 花子") && !strings.Contains(before, "2人") {
		t.Error("the group is not named")
	}
	staff2.Get("/visits").Send("/visits/leave", url.Values{"visit": both, "do": {"next"}}).Must("次に扉が開いたとき")
	through(s, 1202, "exit")
	s.Eventually("their lines are closed", func() bool { return s.Told(journal.VisitClosed) == 3 })
	if n := s.Told(journal.VisitLeftWithoutConsent); n != 0 {
		t.Errorf("%d left without consent", n)
	}
	staff2.Get("/visits").Must("在室中の入室者はいません")
	officer.Get("/register/forms").Send("/register/print", url.Values{
		"form": {"register"}, "month": {today()[:7]}, "why": {"確認"}, "as": {"page"}, "zone": {"room"},
	})
	officer.Must("山田 太郎", "佐藤 花子", "㈱架空システム保守", "サーバ定期点検", "社員証", permit)
}

// Leaving without consent is told of, and is made good in writing alone.
func TestAfterwards(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t)
	clerk, officer, staff := s.SignIn("clerk"), s.SignIn("officer"), s.SignIn("staff", "en")
	enter(s, clerk, granted(clerk, officer))
	both := visits(officer.Get("/visits"))
	officer.Send("/visits/withhold", url.Values{"visit": both[:1]})
	if officer.Code != http.StatusUnprocessableEntity {
		t.Errorf("withheld without a reason: %d", officer.Code)
	}
	officer.Send("/visits/withhold", url.Values{"visit": both[:1], "withhold_reason": {"機器の確認が済んでいない"}}).Must("承諾しないこと")
	clerk.Get("/visits").Send("/visits/leave", url.Values{"visit": both, "do": {"now"}}).Must("退室を記録しました", "未承諾退室")
	clerk.MustNot("事後承諾を記録する</button>")
	officer.Get("/visits").Must("承諾なしで退室した方").Send("/visits/follow-up", url.Values{"visit": both[:1]})
	officer.Must("記入してください")
	officer.Send("/visits/follow-up", url.Values{"visit": both, "looked_into": {"立会者から事情を聴いた"}}).Must("事後承諾を記録しました")
	if n := s.Told(journal.VisitConsented); n != 2 {
		t.Errorf("%d follow-ups", n)
	}
	staff.Get("/visits").Must("No visitor is inside.", "Staff inside").MustNot("事後")
}

// A correction takes three: maker, checker, permitter; what was there stays.
func TestCorrection(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t)
	clerk, officer, staff, staff2 := s.SignIn("clerk"), s.SignIn("officer"), s.SignIn("staff"), s.SignIn("staff2")
	enter(s, clerk, granted(clerk, officer))
	line := visits(clerk.Get("/visits"))[0]
	clerk.Get("/visits/correct?visit="+line).Must("サーバ定期点検", "山田 太郎")
	form := url.Values{"visit": {line}, "line_field": {"purpose"}, "corrected": {"サーバ更新"}}
	if clerk.Send("/visits/correct", form); clerk.Code != http.StatusUnprocessableEntity || !strings.Contains(clerk.Page, "サーバ更新") {
		t.Errorf("without a reason: %d, or what was typed is lost", clerk.Code)
	}
	form.Set("correct_reason", "書き誤り")
	clerk.Send("/visits/correct", form).Must("訂正を起案しました", "書き誤り").MustNot("訂正を許可する")
	id := regexp.MustCompile(`name="proposal" value="([^"]+)"`).FindStringSubmatch(clerk.Page)[1]
	clerk.Send("/visits/proposal", url.Values{"proposal": {id}, "do": {"approve"}})
	if clerk.Code != http.StatusConflict {
		t.Errorf("the maker approves: %d", clerk.Code)
	}
	staff.Get("/visits").Must("サーバ定期点検", "サーバ更新", "確認する").Send("/visits/proposal", url.Values{"proposal": {id}, "do": {"approve"}}).Must("確認しました")
	staff2.Get("/visits").Send("/visits/proposal", url.Values{"proposal": {id}, "do": {"approve"}})
	if staff2.Code != http.StatusConflict {
		t.Errorf("staff permit a correction: %d", staff2.Code)
	}
	officer.Get("/visits").Must("訂正を許可する").Send("/visits/proposal", url.Values{"proposal": {id}, "do": {"approve"}}).Must("サーバ更新")
	if n := s.Told(journal.VisitCorrected); n != 1 {
		t.Errorf("%d corrections", n)
	}
}

// One who came in on another's card gets a line afterwards.
func TestLate(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t)
	clerk, officer := s.SignIn("clerk"), s.SignIn("officer")
	permit := granted(clerk, officer)
	through(s, 1201, "entry")
	form := url.Values{"visitor": {permit + " v" + permit + "-1"}, "escort": {"0201"}, "entered": {time.Now().In(access.JST).Format("2006-01-02T15:04")}}
	if clerk.Get("/visits/late").Must("山田 太郎", "髙橋 由紀").Send("/visits/late", form); clerk.Code != http.StatusUnprocessableEntity {
		t.Errorf("without how it came about: %d", clerk.Code)
	}
	form.Set("how_came", "一枚のカードで二人が入った")
	clerk.Send("/visits/late", form).Must("供連れを記録しました", "山田 太郎")
}

// What a role may not do is not shown, and is refused when it is sent all the same, before it reaches the daemon.
func TestRoles(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t)
	clerk, officer := s.SignIn("clerk"), s.SignIn("officer")
	enter(s, clerk, granted(clerk, officer))
	both := visits(officer.Get("/visits"))
	for name, may := range map[string]string{
		"officer": "consent withhold follow-up ask leave hand-over announce late proposal", "designee": "consent withhold follow-up ask leave",
		"clerk": "ask leave announce late correct proposal", "staff": "ask leave hand-over announce late correct proposal",
		"manager": "ask leave hand-over announce late", "ciso": "ask leave hand-over announce late", "auditor": "", "nobody": "", "west": "",
	} {
		b := map[string]*consoletest.Browser{"clerk": clerk, "officer": officer}[name]
		if b == nil {
			b = s.SignIn(name)
		}
		b.Get("/visits")
		for path, button := range map[string]string{
			"consent": "退室を承諾する", "ask": "退室の承諾を求める", "hand-over": "立会いを交代する", "announce": "扉で入室者を選ぶ", "correct": "訂正する",
		} {
			if shown := strings.Contains(b.Said(), button); shown != strings.Contains(" "+may+" ", " "+path+" ") {
				t.Errorf("%s: %s is shown: %v", name, button, shown)
			}
		}
		for _, path := range strings.Fields("consent withhold follow-up ask leave hand-over announce late correct proposal") {
			got := b.Get("/visits").Send("/visits/"+path, url.Values{}).Code // an empty form: nothing is done
			if refused := got == http.StatusForbidden; refused == strings.Contains(" "+may+" ", " "+path+" ") {
				t.Errorf("%s: /visits/%s answers %d", name, path, got)
			}
		}
	}
	if all := visits(officer.Get("/visits")); len(all) != len(both) || s.Told(journal.VisitConsented) != 0 {
		t.Errorf("something was done: %v", all)
	}
}

// A form that was sent already, or of a visit that has ended, changes nothing.
func TestStale(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t)
	clerk, officer := s.SignIn("clerk"), s.SignIn("officer")
	enter(s, clerk, granted(clerk, officer))
	both := visits(officer.Get("/visits"))
	form := url.Values{"visit": both[:1], "once": {officer.Once()}}
	officer.Send("/visits/consent", form).Must("退室を承諾しました")
	if officer.Send("/visits/consent", form); officer.Code != http.StatusConflict || s.Told(journal.VisitConsented) != 1 {
		t.Errorf("sent twice: %d, %d consents", officer.Code, s.Told(journal.VisitConsented))
	}
	clerk.Get("/visits").Send("/visits/leave", url.Values{"visit": both[:1], "do": {"now"}})
	if officer.Get("/visits").Send("/visits/consent", url.Values{"visit": both[:1]}); officer.Code != http.StatusConflict {
		t.Errorf("consent to who has left: %d %s", officer.Code, officer.Said())
	}
}
