package tablet_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/console/consoletest"
	"kidoban/controller/journal"
	"kidoban/controller/retention"
	"kidoban/device/sim"
)

// handed is a browser whose session was handed to the tablet of the door.
func handed(s *consoletest.Site, who string, lang ...string) *consoletest.Browser {
	s.Helper()
	b := s.SignIn(who, lang...).Get("/tablet/hand")
	b.Send("/tablet/hand", url.Values{"door": {"room"}})
	if b.Path != "/tablet" || b.Code != http.StatusOK {
		s.Fatalf("handed over: %s %d %s", b.Path, b.Code, b.Said())
	}
	return b
}

// granted is a permit of today for these visitors of a company, with so many more named on the day.
func granted(s *consoletest.Site, company string, most string, names ...string) string {
	s.Helper()
	clerk, officer := s.SignIn("clerk"), s.SignIn("officer")
	form := url.Values{
		"organisation": {company}, "entry_purpose": {"秘密の点検"}, "day": {today()}, "begin": {"00:00"}, "end": {"23:59"}, "most": {most}, "do": {"send"},
	}
	for _, n := range names {
		name, reading, _ := strings.Cut(n, "/")
		form["name"], form["reading"], form["person"] = append(form["name"], name), append(form["reading"], reading), append(form["person"], "")
	}
	clerk.Get("/permits/ask").Send("/permits/ask", form).Must("申請しました")
	officer.Get(clerk.Path).Send(clerk.Path+"/decide", url.Values{"do": {"grant"}}).Must("許可しました")
	return strings.TrimPrefix(clerk.Path, "/permits/")
}

func today() string { return time.Now().In(access.JST).Format(time.DateOnly) }

func do(what string, more ...string) url.Values {
	v := url.Values{"do": {what}}
	for i := 0; i+1 < len(more); i += 2 {
		v.Set(more[i], more[i+1])
	}
	return v
}

// A visitor with a permit finds their own name, an escort badges, and the tablet says what happened.
func TestOwnName(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t)
	granted(s, "㈱架空システム保守", "", "山田 太郎/やまだ たろう", "佐藤 花子/さとう はなこ")
	b := handed(s, "clerk").Must("ようこそ", "入室の許可がある")
	b.MustNot("山田", "佐藤", "秘密の点検", "許可取消")
	b.Send("/tablet", do("own"))
	b.Send("/tablet", do("find", "own_name", "ヤマ")).Must("山田 太郎 さま", "秘密の点検", "はい、入ります").MustNot("佐藤")
	b.Send("/tablet", do("call")).Must("カードをかざしてください", "10秒以内").MustNot("佐藤")
	s.Act(consoletest.Card(1201, "entry"))
	s.Eventually("the tablet says that the door opens", func() bool { return strings.Contains(b.Get("/tablet").Said(), "扉が開きます") })
	s.Act(sim.Act{Verb: "open"})
	s.Eventually("the tablet says that it is recorded", func() bool { return strings.Contains(b.Get("/tablet").Said(), "入室を記録しました") })
	b.Must("退室の承諾が必要です")
	b.Send("/tablet", do("over")).Must("ようこそ").MustNot("山田")
	line := entry(s, journal.VisitAnnounced)
	if line.Mode != "tablet" || line.Account != "clerk" || line.Door != "room" {
		t.Errorf("the record says %+v", line)
	}
}

// entry is what the last entry of a type says.
func entry(s *consoletest.Site, typ journal.Type) (d journal.Data) {
	s.Helper()
	rows, err := s.Store.Rows(s.Context(), 0, 100000)
	if err != nil {
		s.Fatal(err)
	}
	for _, r := range rows {
		if journal.TypeOf(r.Payload) != typ {
			continue
		}
		e, err := journal.Parse(r.Payload)
		if err != nil {
			s.Fatal(err)
		}
		d = e.Entry.Data
	}
	return d
}

// A visitor without a permit asks for one; the officer's decision shows on the tablet.
func TestRequest(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t)
	officer, b, number := s.SignIn("officer"), handed(s, "staff"), fmt.Sprintf("%d-0001", retention.FiscalYear(time.Now()))
	b.Send("/tablet", do("write")).Must("ご用件を書いてください")
	b.Send("/tablet", do("check", "name", "鈴木 一", "entry_purpose", "空調の修理")).Must("会社・所属を書いてください")
	if !strings.Contains(b.Page, "鈴木 一") || !strings.Contains(b.Page, "空調の修理") {
		t.Error("what was typed is lost")
	}
	b.Send("/tablet", do("check", "name", "鈴木 一", "reading", "すずき はじめ", "affiliation", "架空空調㈱", "entry_purpose", "空調の修理", "carry_in", "工具")).
		Must("これで よろしいですか", "工具")
	b.Send("/tablet", do("send")).Must("許可を待っています", number)
	if d := entry(s, journal.PermitRequested); d.Mode != "tablet" || d.Account != "staff" || d.Door != "room" || d.Permit != number {
		t.Errorf("the record says %+v", d)
	}
	officer.Get("/permits").Must("鈴木 一", "空調の修理")
	if got := b.Get("/tablet/state").Page; got != "requested" {
		t.Errorf("state %q", got)
	}
	officer.Get("/permits/"+number).Send("/permits/"+number+"/decide", do("grant")).Must("許可しました")
	b.Get("/tablet").Must("許可があります", "入ります").Send("/tablet", do("call")).Must("カードをかざしてください")
}

// A refusal at the door is said in the door's own words.
func TestRefusedAtDoor(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t)
	permit := granted(s, "㈱架空", "", "山田 太郎/やまだ たろう")
	b := handed(s, "clerk")
	b.Send("/tablet", do("find", "own_name", "やまだ")).Must("山田 太郎")
	s.SignIn("officer").Get("/permits/"+permit).Send("/permits/"+permit+"/revoke", url.Values{"revoke_reason": {"中止"}}).Must("許可を取り消しました")
	b.Get("/tablet").Must("許可が取り消されています").MustNot("中止", "はい、入ります")
	b.Send("/tablet", do("call")).Must("許可が取り消されています")
	b.Send("/tablet", do("own"))
	b.Send("/tablet", do("find", "own_name", "やまだ")).Must("今日の許可が見つかりません").MustNot("山田")

	granted(s, "㈱架空", "", "川上 次郎/かわかみ じろう")
	b.Send("/tablet", do("find", "own_name", "かわ"))
	b.Send("/tablet", do("call")).Must("カードをかざしてください")
	s.Act(consoletest.Card(1302, "entry")) // of the city's staff, not of Article 20(1)
	s.Eventually("nobody came", func() bool { return strings.HasPrefix(b.Get("/tablet/state").Page, "no.") })
	b.Get("/tablet").Must("立会者のカードが必要です", "もう一度ためす")
}

// Of several whom a part fits nobody is shown, and no list ever.
func TestNobodyElse(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t)
	granted(s, "㈱甲", "", "山田 太郎/やまだ たろう", "山田 次郎/やまだ じろう", "林 一/はやし はじめ")
	granted(s, "乙㈱", "", "山田 太郎/やまだ たろう")
	b := handed(s, "clerk", "en").Must("Welcome")
	for _, part := range []string{"や", "山", "山田", "やまだた", "", "   ", "%", ".", "*"} {
		b.Send("/tablet", do("find", "own_name", part)).MustNot("太郎", "次郎", "林", "秘密")
	}
	b.Send("/tablet", do("find", "own_name", "山田太郎", "own_house", "株式会社甲")).Must("山田 太郎", "㈱甲").MustNot("次郎", "乙")
	b.Send("/tablet", do("find", "own_name", "林")).Must("林 一")
	b.Send("/tablet", do("find", "own_name", "ﾔﾏﾀﾞ ｼﾞ")).Must("山田 次郎")
}

// On a permit that leaves names to the day the visitor is named by their own slip.
func TestNamedOnTheDay(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t)
	permit := granted(s, "架空清掃㈱", "2")
	b := handed(s, "clerk")
	b.Send("/tablet", do("check", "name", "木村 花", "affiliation", "株式会社架空清掃", "entry_purpose", "清掃"))
	b.Send("/tablet", do("send")).Must("許可があります").MustNot("秘密の点検")
	if d := entry(s, journal.PermitNamed); d.Mode != "tablet" || d.Permit != permit {
		t.Errorf("the record says %+v", d)
	}
	if n := s.Told(journal.PermitRequested); n != 1 {
		t.Errorf("%d requests", n)
	}
}

// A session that was handed over serves the tablet alone; nothing of a slip is kept, and going back shows nothing of it.
func TestConfined(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t)
	permit := granted(s, "㈱架空", "", "山田 太郎/やまだ たろう")
	b := handed(s, "officer")
	for _, r := range s.Console.Routes() {
		if r.Method != http.MethodGet || strings.Contains(r.Path, "{") || r.Path == "/language" {
			continue
		}
		if b.Get(r.Path); b.Path != "/tablet" && b.Path != "/tablet/state" && strings.Contains(b.Page, permit) {
			t.Errorf("%s is served at a tablet: %s", r.Path, b.Path)
		}
	}
	for _, path := range []string{"/", "/permits", "/permits/" + permit, "/visits", "/register", "/tablet/hand", "/account"} {
		if b.Get(path); b.Path != "/tablet" {
			t.Errorf("%s leads to %s", path, b.Path)
		}
	}
	b.Get("/tablet").Send("/permits/"+permit+"/revoke", url.Values{"revoke_reason": {"いたずら"}})
	if b.Path != "/tablet" || s.Told(journal.PermitRevoked) != 0 {
		t.Errorf("revoked at a tablet: %s", b.Path)
	}
	b.Send("/tablet", do("find", "own_name", "やまだ")).Must("山田 太郎")
	if got := b.Head.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control %q", got)
	}
	spent := b.Once()
	b.Send("/tablet", do("over"))
	b.Get("/tablet").MustNot("山田") // what going back loads
	b.Send("/tablet", do("call")).Must("ようこそ").MustNot("山田")
	if b.Send("/tablet", do("call", "once", spent)); b.Code != http.StatusConflict || s.Told(journal.VisitAnnounced) != 0 {
		t.Errorf("a page that was sent already is taken again: %d", b.Code)
	}
	b.Get("/tablet?over=1").Must("ようこそ")
	b.Send("/tablet/end", nil)
	if b.Path != "/sign-in" {
		t.Errorf("the end leads to %s", b.Path)
	}
	if b.Get("/tablet"); b.Path != "/sign-in" {
		t.Errorf("after the end the tablet leads to %s", b.Path)
	}
}

// Whoever may not announce visitors hands nothing over.
func TestWhoHands(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t)
	for name, may := range map[string]bool{"clerk": true, "officer": true, "staff": true, "manager": true, "auditor": false, "designee": false, "nobody": false} {
		b := s.SignIn(name).Get("/tablet/hand")
		if got := b.Code == http.StatusOK; got != may {
			t.Errorf("%s: %d", name, b.Code)
		}
		b.Get("/visits").Send("/tablet/hand", url.Values{"door": {"no-such-door"}})
		if b.Get("/visits"); b.Path != "/visits" {
			t.Errorf("%s is confined to %s", name, b.Path)
		}
	}
}

// Whatever is written at a tablet is answered, shows nobody else, and opens nothing.
func FuzzSlip(f *testing.F) {
	s := consoletest.Open(f)
	granted(s, "㈱架空", "", "山田 太郎/やまだ たろう", "山田 次郎/やまだ じろう")
	b := handed(s, "clerk")
	f.Add("own", "や", "")
	f.Add("find", "山田", "㈱")
	f.Add("find", "\xff\xfe", "%00")
	f.Add("find", strings.Repeat("山", 300), "")
	f.Add("check", "<b>x", "\n\t")
	f.Add("send", "", "")
	f.Add("call", "", "")
	f.Add("edit", "", "")
	f.Fuzz(func(t *testing.T, what, one, two string) {
		b.TB = t
		defer func() { b.TB = f }()
		b.Get("/tablet").Send("/tablet", url.Values{"do": {what}, "own_name": {one}, "own_house": {two}, "name": {one}, "affiliation": {two}})
		if b.Code >= 500 || b.Path != "/tablet" {
			t.Errorf("%q %q %q: %s %d", what, one, two, b.Path, b.Code)
		}
		if strings.Contains(b.Page, "太郎") && strings.Contains(b.Page, "次郎") {
			t.Errorf("%q shows two visitors", one)
		}
	})
}
