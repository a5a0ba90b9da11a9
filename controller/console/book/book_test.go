package book_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"kidoban/controller/console/book"
	"kidoban/controller/console/consoletest"
	"kidoban/controller/console/web"
	"kidoban/controller/desk"
	"kidoban/controller/journal"
	"kidoban/controller/report/sheet"
)

func search(b *consoletest.Browser, form url.Values) *consoletest.Browser {
	return b.Get("/register").Send("/register/search", form)
}

var october = url.Values{"why": {"月次点検の確認"}, "what": {"month"}, "month": {"2026-10"}}

// TestASearchIsOnRecordOnce: no line without a purpose; with one it is on record before anything is shown, and its further
// pages and lines are of that record.
func TestASearchIsOnRecordOnce(t *testing.T) {
	s := shelved(t, 130)
	b := s.SignIn("auditor")
	search(b, url.Values{"what": {"month"}, "month": {"2026-10"}}).Must("記入してください").MustNot("大空 青")
	if b.Code != http.StatusUnprocessableEntity || s.Told(journal.AccountSearched) != 0 {
		t.Errorf("without a purpose: %d, %d on record", b.Code, s.Told(journal.AccountSearched))
	}
	search(b, october).Must("月次点検の確認", "130件", "山﨑 𠮷男", "訂正1件", "令和8年10月")
	found := b.Path
	b.Get(between(t, b.Page, `rel="next" href="`, `"`)).Must("月次点検の確認", "大空 青", "最初のページへ")
	if lines := strings.Count(b.Page, "/2026-0"); lines != 30 {
		t.Errorf("%d lines on the second page", lines)
	}
	b.Get(found+"/2026-000001").Must("サーバ点検", "サーバ定期点検", "誤記", "許可者: 市民課長 海野 市子", "令和14年3月31日")
	if !strings.Contains(b.Page, "<del>サーバ点検</del>") {
		t.Error("what was corrected is not struck through")
	}
	if n := s.Told(journal.AccountSearched); n != 1 {
		t.Errorf("%d searches on record, want 1", n)
	}
	s.SignIn("officer").Get(found).Must("もう一度検索してください").MustNot("大空 青")
	search(b, url.Values{"why": {"点検"}, "what": {"name"}, "find": {"やまさき"}}).Must("山﨑 𠮷男").MustNot("おおぞら")
	if b.Get(b.Path + "/2026-000002"); b.Code != http.StatusNotFound {
		t.Errorf("a line that the search did not find: %d %s", b.Code, b.Said())
	}
}

func between(t *testing.T, s, from, to string) string {
	t.Helper()
	_, rest, ok := strings.Cut(s, from)
	out, _, end := strings.Cut(rest, to)
	if !ok || !end {
		t.Fatalf("no %q in %.300s", from, s)
	}
	return strings.ReplaceAll(out, "&amp;", "&")
}

// TestEveryWayOfSearching finds a line by each.
func TestEveryWayOfSearching(t *testing.T) {
	s := shelved(t, 3)
	b := s.SignIn("clerk", "en")
	for what, field := range map[string][2]string{
		"day": {"day", "2026-10-01"}, "month": {"month", "2026-10"}, "year": {"year", "2026"}, "name": {"find", "架空システム"},
		"person": {"person", "K-001"}, "inside": {"at", "2026-10-01T10:15"},
	} {
		search(b, url.Values{"why": {"check"}, "what": {what}, field[0]: {field[1]}}).Must("山﨑 𠮷男", "2026-10-01 09:05:12")
		// Filled in without being chosen, it is meant all the same.
		search(b, url.Values{"why": {"check"}, "what": {"day"}, field[0]: {field[1]}}).Must("山﨑 𠮷男")
	}
	// Beside the month that the form offers, too, unless the month was chosen by hand.
	offered := url.Values{"why": {"check"}, "what": {"month"}, "month": {"2026-11"}, "offered": {"2026-11"}, "find": {"やまさき"}}
	search(b, offered).Must("山﨑 𠮷男")
	offered.Set("offered", "2026-12")
	search(b, offered).MustNot("山﨑 𠮷男")
	for _, bad := range []url.Values{{"what": {"month"}, "month": {"2026-13"}}, {"what": {"day"}}, {"what": {"cellar"}}, {"what": {"year"}, "year": {"one"}}} {
		bad.Set("why", "check")
		if search(b, bad); b.Path != "/register/search" || b.Code < 400 || b.Code >= 500 {
			t.Errorf("%v: %d at %s", bad, b.Code, b.Path)
		}
	}
}

// TestWhoSeesWhat is each page by role.
func TestWhoSeesWhat(t *testing.T) {
	s := shelved(t, 1)
	paths := []string{"/register", "/register/forms", "/register/figures", "/register/review", "/register/retention"}
	for name, want := range map[string]string{ // o: shown, -: not
		"officer": "ooooo", "ciso": "o-ooo", "clerk": "ooooo", "auditor": "o-oo-", "manager": "o-o-o", "west": "--o--", "staff": "--o--",
		"designee": "--o--", "nobody": "-----",
		"deputy": "-----", // where nobody decides as a deputy, it is no duty
	} {
		b := s.SignIn(name)
		for i, p := range paths {
			code := map[byte]int{'o': http.StatusOK, '-': http.StatusForbidden}[want[i]]
			if b.Get(p); b.Code != code {
				t.Errorf("%s at %s: %d, want %d", name, p, b.Code, code)
			}
		}
	}
}

// TestOrdersOfOthers: whoever may not, does not, whatever is sent.
func TestOrdersOfOthers(t *testing.T) {
	s := shelved(t, 1)
	b := s.SignIn("staff")
	for _, p := range []string{"search", "print", "sign", "compare", "retention/propose", "retention/decide", "retention/hold", "retention/lift"} {
		before := s.Store.Head().Size
		b.Get("/register/figures").Send("/register/"+p, october)
		if b.Code != http.StatusForbidden || s.Store.Head().Size != before {
			t.Errorf("%s: %d, %d entries", p, b.Code, s.Store.Head().Size-before)
		}
	}
}

// TestEveryFormIsThere: all of the daemon's forms can be chosen; those of what is there are made, as page, PDF and CSV.
func TestEveryFormIsThere(t *testing.T) {
	s := shelved(t, 3)
	b := s.SignIn("officer")
	page := b.Get("/register/forms").Page
	for _, form := range desk.Forms() {
		if !strings.Contains(page, `value="`+form+`"`) {
			t.Errorf("%s cannot be chosen", form)
		}
		of := url.Values{"form": {form}, "month": {"2026-10"}, "visit": {"2026-000001"}, "permit": {"2026-0001"}, "report": {"2026-T001"}, "zone": {"room"}}
		switch form {
		case "application", "permit", "badge", "threat", "emergency": // there is none of these
			if order(b, "pdf", of); b.Code != http.StatusNotFound || b.Path != "/register/print" {
				t.Errorf("%s: %d %s", form, b.Code, b.Said())
			}
			continue
		}
		if form == "register" || form == "slip" {
			if order(b, "pdf", of); b.Code != http.StatusOK || !strings.HasPrefix(b.Page, "%PDF-") {
				t.Errorf("%s: %d %.200s", form, b.Code, b.Said())
			}
		}
		if order(b, "page", of); b.Code != http.StatusOK || !strings.Contains(b.Page, "印刷番号 2026-F") {
			t.Errorf("%s: %d %.200s", form, b.Code, b.Said())
		}
		if order(b, "csv", of); b.Code != http.StatusOK || !strings.HasPrefix(b.Page, "\ufeff") {
			t.Errorf("%s: %d %.200s", form, b.Code, b.Said())
		}
	}
	order(s.SignIn("clerk"), "csv", url.Values{"form": {"register"}, "month": {"2026-10"}, "zone": {"room"}}).Must("書き出す").MustNot("\ufeff")
	order(b, "page", url.Values{"form": {"register"}, "month": {"2026-10"}, "why": {""}}).Must("記入してください")
}

// TestReview signs a month, and not one that has not ended.
func TestReview(t *testing.T) {
	s := shelved(t, 3)
	b := s.SignIn("officer")
	b.Get("/register/review").Send("/register/sign", url.Values{"month": {"2026-10"}, "zone": {"room"}, "abnormal": {"1"}})
	if b.Code < 400 || s.Told(journal.RegisterChecked) != 0 {
		t.Errorf("abnormal without a finding: %d", b.Code)
	}
	b.Send("/register/sign", url.Values{"month": {"2026-10"}, "zone": {"room"}}).Must("月次点検に署名しました", "点検済(異常なし)")
	if b.Send("/register/sign", url.Values{"month": {"2199-10"}, "zone": {"room"}}); b.Code < 400 || s.Told(journal.RegisterChecked) != 1 {
		t.Errorf("a month to come: %d", b.Code)
	}
	b.Get("/register/compare").Send("/register/compare", url.Values{"year": {"2026"}, "why": {"照合"}})
	s.Eventually("the comparison ends", func() bool { return b.Get("/register/compare").Head.Get("Refresh") == "" })
	b.Must("証跡と異なります", "2026-000001", "行そのもの あり なし", "照合")
	s.SignIn("auditor").Get("/register/compare").Must("結果は照合した本人だけに").MustNot("2026-000001")
}

// TestHolds sets one and lifts it, and shows until when something is kept, in both calendars.
func TestHolds(t *testing.T) {
	s := shelved(t, 3)
	b := s.SignIn("officer")
	b.Get("/register/retention").Send("/register/retention/hold", url.Values{"visit": {"2026-000001"}, "ground": {"監査"}}).Must("廃棄を留保しました", "留保中", "監査")
	id := between(t, b.Page, `name="id" value="`, `"`)
	b.Send("/register/retention/lift", url.Values{"id": {id}, "ground": {"終了"}}).Must("解除済")
	b.Send("/register/retention/hold", url.Values{"visit": {"2026-009999"}, "ground": {"監査"}})
	if b.Code < 400 {
		t.Errorf("a hold of nothing: %d", b.Code)
	}
	b.Get("/register/retention").Send("/register/retention/propose", url.Values{"ground": {"保存期間満了"}})
	if b.Code < 400 || s.Told(journal.JournalPurgeProposed) != 0 {
		t.Errorf("a disposal of nothing: %d %s", b.Code, b.Said())
	}
	s.Eventually("it is known what may go", func() bool { return b.Get("/register/retention/state").Page == "drawn" })
	b.Get("/register/retention")
	b.Must("廃棄できるものはありません", "に調べた結果です")
	b.Get("/register/retention?date=2024-02-29").Must("令和11年3月31日", "2029-03-31", "2029-02-28")
}

// TestFigures shows a month and a year, and their numbers as a table.
func TestFigures(t *testing.T) {
	s := shelved(t, 3)
	b := s.SignIn("staff", "en")
	b.Get("/register/figures?month=2026-10").Must("October 2026", "3 line(s)", "Left without consent 1").MustNot("山﨑")
	b.Get("/register/figures?year=2026").Must("FY2026", "3 line(s)")
	if b.Get("/register/figures?year=abc"); b.Code != http.StatusUnprocessableEntity {
		t.Errorf("no year: %d", b.Code)
	}
}

func FuzzSearch(f *testing.F) {
	f.Add("month", "2026-10", "点検", "", "")
	f.Add("inside", "2026-10-01T09:05", "x", "2026", "room")
	f.Fuzz(func(t *testing.T, what, value, why, year, zone string) {
		form := &web.Form{Values: url.Values{"what": {what}, "why": {why}, "year": {year}, "zone": {zone}}}
		for _, field := range []string{"day", "month", "find", "person", "at"} {
			form.Values.Set(field, value)
		}
		q := book.Asked(form)
		if form.Err() != nil {
			return
		}
		if q.Purpose == "" || strings.TrimSpace(q.Purpose) != q.Purpose {
			t.Errorf("purpose %q", q.Purpose)
		}
		if !q.From.IsZero() && !q.From.Before(q.Until) {
			t.Errorf("from %v until %v", q.From, q.Until)
		}
	})
}

func FuzzText(f *testing.F) {
	f.Add(`<script>alert("1")</script>`, true)
	f.Fuzz(func(t *testing.T, s string, strike bool) {
		out := string(book.Text(sheet.Text{{S: s, Strike: strike}}))
		for _, ours := range []string{"<br>", "<del>", "</del>", `<span lang="ja">`, "</span>"} {
			out = strings.ReplaceAll(out, ours, "")
		}
		if strings.ContainsAny(out, "<>") {
			t.Errorf("%q is not escaped: %q", s, out)
		}
	})
}
