package permits_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"kidoban/config"
	"kidoban/controller/access"
	"kidoban/controller/console/consoletest"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/retention"
)

// What is wrong stands beside its field, and everything is kept as it was typed; one more visitor comes without a script.
func TestKeptAsTyped(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t)
	b := s.SignIn("clerk")
	form := request()
	form.Del("entry_purpose")
	form.Set("begin", "18:00")
	form.Set("end", "09:00")
	form.Set("work", `"><script>x</script>`)
	b.Get("/permits/ask").Send("/permits/ask", form)
	if b.Code != http.StatusUnprocessableEntity {
		t.Errorf("answered %d", b.Code)
	}
	b.Must("入室目的: 記入してください", "終わりを始まりより後にしてください").MustNot("<script>x")
	b.Send("/permits/ask", with(form, "do", "add"))
	if n := strings.Count(b.Page, `name="name"`); n != 3 {
		t.Errorf("%d rows for visitors", n)
	}
	b.Send("/permits/ask", with(form, "do", "remove:0"))
	for word, want := range map[string]bool{"山田 太郎\"": false, "佐藤 花子\"": true, "ノートPC 1台": true, "18:00": true, "&#34;&gt;&lt;script&gt;": true} {
		if strings.Contains(b.Page, `value="`+word) != want && strings.Contains(b.Page, word) != want {
			t.Errorf("%s is there: %v", word, !want)
		}
	}
	if s.Told(journal.PermitRequested) != 0 {
		t.Error("something was asked for")
	}
}

// An earlier permit fills the form: the same people, another day.
func TestLikeLastTime(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t)
	b := s.SignIn("clerk")
	first := strings.TrimPrefix(asked(b, request()), "/permits/")
	b.Get("/permits/ask?like="+first).Must("名簿にある方", "山田 太郎")
	form := request()
	form["person"], form["entry_purpose"] = []string{"v" + first + "-1", "v" + first + "-2"}, []string{"二回目の点検"}
	b.Send("/permits/ask", with(form, "do", "send")).Must("申請しました", "二回目の点検", "佐藤 花子")
	if b.Get("/permits/ask?like=2026-9999"); b.Code != http.StatusNotFound {
		t.Errorf("like nothing: %d", b.Code)
	}
}

// Several days have the same hours each.
func TestSeveralDays(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t)
	b := s.SignIn("clerk")
	form := request()
	form["begin"], form["end"], form["days"], form["entries"] = []string{"09:00"}, []string{"17:00"}, []string{"1", "3"}, []string{"2"}
	form["last_day"] = []string{time.Now().In(access.JST).AddDate(0, 0, 7).Format(time.DateOnly)}
	b.Get("/permits/ask").Send("/permits/ask", with(form, "do", "send")).Must("09:00〜17:00", "月、水", "一人2回まで")
}

// What was spoken lets in at once, and waits for the officer's word.
func TestOral(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t)
	staff, officer := s.SignIn("staff"), s.SignIn("officer")
	form := with(with(request(), "how", "telephone"), "do", "send")
	if staff.Get("/permits/oral").Send("/permits/oral", form); staff.Code != http.StatusUnprocessableEntity {
		t.Errorf("without when: %d", staff.Code)
	}
	staff.Send("/permits/oral", with(form, "spoken", time.Now().In(access.JST).Format("2006-01-02T15:04"))).Must("確認待ち", "電話")
	path := staff.Path
	officer.Get("/permits").Must("山田 太郎").Get(path).Send(path+"/confirm", nil).Must("確認しました", "許可済(口頭許可・確認済)")
	officer.Send(path+"/revoke", nil).Must("記入してください")
	officer.Send(path+"/revoke", url.Values{"revoke_reason": {"作業中止"}}).Must("許可取消し", "作業中止")
	if clerk := s.SignIn("clerk").Get("/permits/oral"); clerk.Code != http.StatusForbidden {
		t.Errorf("the clerk records an oral permission: %d", clerk.Code)
	}
}

// Where the site lets a deputy decide, the officer reviews it.
func TestDeputy(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t, func(c *config.Config) { c.Duties.DeputyDecision = true })
	path := asked(s.SignIn("clerk"), request())
	deputy, officer := s.SignIn("deputy"), s.SignIn("officer")
	deputy.Get(path).Must("代決で許可する").Send(path+"/decide", url.Values{"do": {"grant"}})
	if deputy.Code != http.StatusConflict {
		t.Errorf("as the officer: %d", deputy.Code)
	}
	deputy.Send(path+"/decide", url.Values{"do": {"grant"}, "deputy": {"1"}}).Must("許可済(代決・後閲待ち)", "申請 事務 四葉", "許可(代決) 代決 次郎")
	officer.Get(path).Must("後閲する").Send(path+"/confirm", nil).Must("後閲")
	if s.Told(journal.PermitReviewed) != 1 {
		t.Error("no review is on record")
	}
}

// Names are written in on the day, as many as were permitted; the form comes out as PDF, with its purpose on record.
func TestNameAndPrint(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t)
	clerk, officer := s.SignIn("clerk"), s.SignIn("officer")
	path := asked(clerk, with(request(), "most", "3"))
	officer.Get(path).Send(path+"/decide", url.Values{"do": {"grant"}})
	clerk.Get(path).Must("あと1人まで").Send(path+"/name", nil).Must("記入してください")
	clerk.Send(path+"/name", url.Values{"name": {"木村 花"}, "reading": {"きむら はな"}}).Must("木村 花").MustNot("当日の入室者を記入する</button>")
	clerk.Send(path+"/print", url.Values{"form": {"permit"}}).Must("記入してください")
	clerk.Send(path+"/print", url.Values{"form": {"permit"}, "print_purpose": {"決裁"}})
	if !strings.HasPrefix(clerk.Page, "%PDF-") || s.Told(journal.AccountPrinted) != 1 {
		t.Errorf("%d, %.40q, %d prints", clerk.Code, clerk.Page, s.Told(journal.AccountPrinted))
	}
}

// What a role may not do is not shown, and is refused when it is sent all the same.
func TestRoles(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t)
	clerk := s.SignIn("clerk")
	path := asked(clerk, request())
	for name, may := range map[string]string{
		"officer": "ask oral decide confirm revoke name print", "clerk": "ask name print", "staff": "ask oral name", "manager": "ask oral name",
		"ciso": "ask oral name", "west": "ask", "auditor": "", "designee": "", "nobody": "",
	} {
		b := clerk
		if name != "clerk" {
			b = s.SignIn(name)
		}
		b.Get(path)
		if shown := strings.Contains(b.Said(), "許可しない"); shown != (name == "officer") {
			t.Errorf("%s: the decision is shown: %v", name, shown)
		}
		for _, what := range []string{"ask", "oral", "decide", "confirm", "revoke", "name", "print"} {
			to := path + "/" + what
			if what == "ask" || what == "oral" {
				to = "/permits/" + what
			}
			got := b.Get(path).Send(to, url.Values{}).Code
			if refused := got == http.StatusForbidden; refused == strings.Contains(" "+may+" ", " "+what+" ") {
				t.Errorf("%s: %s answers %d", name, what, got)
			}
		}
	}
	if s.Told(journal.PermitGranted)+s.Told(journal.PermitRefused)+s.Told(journal.PermitRevoked) != 0 {
		t.Error("something was decided")
	}
}

// Whatever is sent as a form is answered, and asks for nothing by itself.
func FuzzAsk(f *testing.F) {
	s := consoletest.Open(f)
	b := s.SignIn("clerk")
	f.Add("do=preview&name=a&day=2026-13-40&begin=99:99&end=&most=-1&entries=x")
	f.Add("do=remove:-1&name=a&name=b&person=&person=x&reading=c&class=zzz&days=9")
	f.Add("do=remove:99999999999999999999&name=%ff%fe&affiliation=%00")
	f.Add("do=preview&day=0000-00-00&begin=00:00&end=00:00&last_day=9999-12-31&zone=%2e%2e")
	f.Add("do=add&" + strings.Repeat("name=x&", 500))
	f.Fuzz(func(t *testing.T, query string) {
		form, err := url.ParseQuery(query)
		if err != nil || form.Get("do") == "send" {
			t.Skip()
		}
		form.Del("once")
		b.TB = t
		defer func() { b.TB = f }()
		if b.Get("/permits/ask").Send("/permits/ask", form); b.Code >= 500 {
			t.Errorf("%q: %d", query, b.Code)
		}
	})
}

// The list of all goes by state and by pages, newest first.
func TestPages(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t)
	b := s.SignIn("clerk")
	for range 3 {
		asked(b, request())
	}
	year := fmt.Sprint(retention.FiscalYear(time.Now())) + "-"
	for query, want := range map[string]string{
		"": "0003 0002 0001", "limit=2": "0003 0002", "limit=2&before=" + year + "0002": "0001",
		"state=granted": "", "state=requested&limit=1": "0003", "open=1&id=" + year + "0002": "0002",
	} {
		q, _ := url.ParseQuery(query)
		var all []ledger.Permit
		if err := s.Desk.Get(s.Context(), "permits", q, &all); err != nil {
			t.Fatal(err)
		}
		var got []string
		for i := range all {
			got = append(got, strings.TrimPrefix(string(all[i].ID), year))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", query, got, want)
		}
	}
	b.Get("/permits?state=granted").Must("該当する入室許可はありません")
}
