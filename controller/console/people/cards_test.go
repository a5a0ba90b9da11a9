package people_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/text/encoding/japanese"

	"kidoban/config"
	"kidoban/controller/console/consoletest"
	"kidoban/controller/journal"
	"kidoban/device/sim"
)

// A card is applied for by its number, which stands on no page again, and issued by another; then it is reported lost.
func TestCardsLife(t *testing.T) {
	s := consoletest.Open(t)
	clerk, manager, staff := s.SignIn("clerk"), s.SignIn("manager"), s.SignIn("staff")
	form := url.Values{"person": {"おかだ"}, "card": {"C-0312"}, "format": {"H10301"}, "facility": {"118"}, "number": {"54321"}, "begins": {"2026-01-01"}}
	clerk.Get("/people/cards/new")
	clerk.Send("/people/cards/new", form).Must("別の人の確認を待っています", "C-0312").MustNot("54321")
	manager.Get("/people/proposals").Must("C-0312", "発行").MustNot("54321")
	manager.Send("/people/proposals/approve", url.Values{"proposal": {between(manager.Page, `name="proposal" value="`, `"`)}}).Must("確認しました")
	clerk.Get("/people/card/C-0312").Must("岡田 涼", "有効", "未設定").MustNot("54321")

	staff.Get("/lost?q=C-0312").Must("自分のカード", "C-0201", "C-0312")
	staff.Send("/lost", url.Values{"card": {"C-0312"}, "state": {"lost"}}).Must("紛失届を受け付けました")
	clerk.Get("/people/card/C-0312").Must("紛失").MustNot("一時停止を解除する")
	clerk.Get("/people/why?card=C-0312&door=room").Must("入室できません", "紛失届")

	form.Set("card", "C-0313")
	form.Set("number", "123456789")
	clerk.Get("/people/cards/new")
	clerk.Send("/people/cards/new", form).MustNot("123456789")
	form.Set("number", "五")
	clerk.Get("/people/cards/new")
	if clerk.Send("/people/cards/new", form).Must("カード番号を半角の数字で記入してください"); !strings.Contains(clerk.Page, `id="number-wrong"`) {
		t.Error("the fault does not stand with its field")
	}
	why := url.Values{"format": {"H10301"}, "facility": {"118"}, "number": {"1201"}, "door": {"room"}}
	clerk.Get("/people/why")
	clerk.Send("/people/why", why).Must("入室できます", "C-0201").MustNot(`"1201"`)
}

// A badge at a reader is enrolled without anybody seeing its number; the door does not see it either.
func TestEnrolByBadge(t *testing.T) {
	s := consoletest.Open(t)
	clerk := s.SignIn("clerk").Get("/people/cards/new")
	done := make(chan struct{})
	go func() {
		defer close(done)
		clerk.Send("/people/cards/new", url.Values{"person": {"0302"}, "card": {"C-0322"}, "reader": {"room/entry"}, "badge": {"1"}, "number": {""}})
	}()
	s.Eventually("somebody watches the reader", func() bool {
		n := 0
		for e, err := range s.Store.Entries(t.Context(), search(journal.RosterChanged)) {
			if err == nil && e.Entry.Data.Mode == "learn" {
				n++
			}
		}
		return n > 0
	})
	for i := 0; ; i++ { // the note comes a moment before the reader is watched: badge again until it is taken
		s.Act(consoletest.Card(7777, "entry"))
		if waits(done) {
			break
		}
		if i > 200 {
			t.Fatal("no badge was taken")
		}
	}
	clerk.Must("別の人の確認を待っています", "C-0322").MustNot("7777")
	manager := s.SignIn("manager").Get("/people/proposals")
	manager.Send("/people/proposals/approve", url.Values{"proposal": {between(manager.Page, `name="proposal" value="`, `"`)}}).Must("確認しました")
	clerk.Get("/people/card/C-0322").Must("H10301", "有効")
}

// A PIN is typed twice, never shown, and waits for the system manager like a card; its lock-out is lifted by one person.
func TestPIN(t *testing.T) {
	s := consoletest.Open(t, func(c *config.Config) { c.Doors[0].PIN, c.Access.PINTries, c.Access.PINLockout = "always", 2, 0 })
	clerk, manager := s.SignIn("clerk"), s.SignIn("manager")
	clerk.Get("/people/card/C-0201")
	clerk.Send("/people/card/C-0201/pin", url.Values{"pin": {"826413"}, "again": {"826513"}}).Must("一致しません").MustNot("826413", "826513")
	clerk.Get("/people/card/C-0201")
	clerk.Send("/people/card/C-0201/pin", url.Values{"pin": {"123456"}, "again": {"123456"}}).MustNot("123456")
	if clerk.Code == http.StatusOK {
		t.Error("a run of digits was taken")
	}
	clerk.Get("/people/card/C-0201")
	clerk.Send("/people/card/C-0201/pin", url.Values{"pin": {"826413"}, "again": {"826413"}}).Must("別の人の確認を待っています").MustNot("826413")
	manager.Get("/people/proposals").MustNot("826413")
	manager.Send("/people/proposals/approve", url.Values{"proposal": {between(manager.Page, `name="proposal" value="`, `"`)}}).Must("確認しました")
	clerk.Get("/people/card/C-0201").Must("設定済").MustNot("暗証番号の停止")

	n := s.Told(journal.AccessDenied)
	for i := range 2 {
		s.Act(consoletest.Card(1201, ""), sim.Act{Verb: "keys", Keys: "826414#"})
		s.Eventually("the PIN is refused", func() bool { return s.Told(journal.AccessDenied) > n+i })
	}
	s.SignIn("auditor").Get("/people/card/C-0201").Must("暗証番号の停止中", "解除するまで続きます", "申し出てください").MustNot("/unblock")
	clerk.Get("/people/cards?state=locked").Must("C-0201", "暗証番号の停止", "1件中 1〜1件")
	clerk.Get("/people/of/0201").Must("暗証番号の停止")
	clerk.Get("/people/card/C-0201").Must("暗証番号の停止を解除する")
	clerk.Send("/people/card/C-0201/unblock", nil).Must("暗証番号の停止を解除しました").MustNot("暗証番号の停止中")
	clerk.Get("/people/cards?state=locked").Must("該当するものはありません")
}

// A forgotten card: two lend one of the stock, it is counted as lent, and comes back.
func TestLendAndCount(t *testing.T) {
	s := consoletest.Open(t)
	staff := s.SignIn("staff").Get("/people/cards/lend").Must("S-01")
	staff.Send("/people/cards/lend", url.Values{"kind": {"temporary"}, "card": {"S-01"}, "person": {"0102"}, "second": {"よしだ"}, "purpose": {"カード忘れ"}}).
		Must("カードを貸し出しました", "橋本 美咲", "臨時カード", "返却を受ける")
	clerk := s.SignIn("clerk").Get("/people/cards/count").Must("S-01", "橋本 美咲")
	clerk.Send("/people/cards/count", url.Values{"found": {"S-01"}, "typed": {"X-9、C-0203"}}).Must("X-9", "登録のないカード", "貸出中(返却の記録なし)", "紛失届のカード")
	staff.Get("/people/cards/out")
	staff.Send("/people/cards/return", url.Values{"card": {"S-01"}}).Must("カードの返却を記録しました")
	clerk.Get("/people/cards/count")
	clerk.Send("/people/cards/count", url.Values{"found": {"S-01"}}).Must("一致しました")

	clerk.Get("/people/cards/ledger")
	clerk.Send("/people/cards/ledger", url.Values{"ledger": {"staff"}}).Must("記入してください")
	clerk.Get("/people/cards/ledger")
	n := s.Told(journal.AccountSearched)
	clerk.Send("/people/cards/ledger", url.Values{"ledger": {"staff"}, "purpose": {"月次点検"}}).Must("S-01", "橋本 美咲", "カード忘れ", "返却")
	if s.Told(journal.AccountSearched) != n+1 {
		t.Error("that somebody looked is not on record")
	}
}

// upload sends a file in a form.
func upload(b *consoletest.Browser, path, name string, data []byte, fields url.Values) *consoletest.Browser {
	b.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	fields.Set("once", b.Once())
	for k, v := range fields {
		_ = w.WriteField(k, v[0])
	}
	part, err := w.CreateFormFile("file", name)
	if err != nil {
		b.Fatal(err)
	}
	_, _ = part.Write(data)
	_ = w.Close()
	req, err := http.NewRequest(http.MethodPost, b.URL+path, &body)
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("Content-Type", w.FormDataContentType())
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	resp, err := b.HTTP.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var page bytes.Buffer
	_, _ = page.ReadFrom(resp.Body)
	b.Page, b.Path, b.Code, b.Head = page.String(), resp.Request.URL.Path, resp.StatusCode, resp.Header
	return b
}

// A file of a spreadsheet in Shift_JIS is tried, shown, and imported once another person has approved it.
func TestImport(t *testing.T) {
	s := consoletest.Open(t)
	clerk, officer := s.SignIn("clerk"), s.SignIn("officer")
	csv, err := japanese.ShiftJIS.NewEncoder().String("職員番号,氏名,ふりがな,区分,所属,発令日\r\n0501,試験 一子,しけん いちこ,職員,市民課,R8.4.1\r\n0302,岡田 涼子,おかだ りょうこ,職員,デジタル推進課,R5.4.1\r\n")
	if err != nil {
		t.Fatal(err)
	}
	bad := strings.Replace(csv, "R8.4.1", "R8.2.31", 1)
	upload(clerk.Get("/people/import"), "/people/import", "people.csv", []byte(bad), url.Values{}).Must("2行目", "何も変わっていません").MustNot("/people/import/do")
	upload(clerk.Get("/people/import"), "/people/import", "people.csv", []byte(csv), url.Values{}).Must("試験 一子", "岡田 涼子", "岡田 涼", "追加2件", "取り込む")
	key := url.Values{"key": {between(clerk.Page, `name="key" value="`, `"`)}}
	clerk.Send("/people/import/do", key).Must("別の人の確認を待っています")
	clerk.Get("/people/import")
	clerk.Send("/people/import/do", key).Must("もう一度ファイルを選んで")
	officer.Get("/people/proposals").Must("名簿")
	officer.Send("/people/proposals/approve", url.Values{"proposal": {between(officer.Page, `name="proposal" value="`, `"`)}}).Must("確認しました")
	clerk.Get("/people?q=ｼｹﾝ").Must("試験 一子", "第20条第1項第2号")

	officer.Get("/people/import")
	officer.Send("/people/export", url.Values{"list": {"people"}, "purpose": {"年度末の点検"}})
	if !strings.Contains(officer.Page, "試験 一子") || officer.Head.Get("Content-Type") != "text/csv; charset=utf-8" || s.Told(journal.AccountExported) != 1 {
		t.Errorf("exported: %d %s %.300s", officer.Code, officer.Head.Get("Content-Type"), officer.Page)
	}
	upload(officer.Get("/people/import"), "/people/import", "again.csv", []byte(officer.Page), url.Values{})
	clerk.Get("/people/import/template.csv")
	upload(officer.Get("/people/import"), "/people/import", "template.csv", []byte(clerk.Page), url.Values{}).Must("山田 花子")
}

// A list of 10,000 is shown page by page, found in by kana.
func TestTenThousand(t *testing.T) {
	if testing.Short() {
		t.Skip("10,000 people")
	}
	s := consoletest.Open(t, func(c *config.Config) { c.Duties.FourEyes = false })
	var csv strings.Builder
	csv.WriteString("id,name,reading,kind,section,from\n")
	for i := range 10_000 {
		fmt.Fprintf(&csv, "N%05d,名簿 %d,めいぼ %d,職員,支所%d,2024-04-01\n", i, i, i, i%40)
	}
	var got struct{ Problems []string }
	if err := s.Desk.Send(t.Context(), "import", url.Values{"name": {"many.csv"}}, []byte(csv.String()), &got); err != nil || len(got.Problems) > 0 {
		t.Fatal(err, got.Problems)
	}
	b := s.SignIn("officer").Get("/people").Must("1〜50件", "次へ")
	if len(b.Page) > 60_000 {
		t.Errorf("a page of %d octets", len(b.Page))
	}
	b.Get("/people?q="+url.QueryEscape("ﾒｲﾎﾞ　9999")).Must("1件中", "N09999")
	b.Get("/people?section=" + url.QueryEscape("支所7") + "&from=200").Must("250件中 201〜250件")
	b.Get("/people?from=-1")
	if b.Code != http.StatusUnprocessableEntity {
		t.Errorf("before the first: %d", b.Code)
	}
}
