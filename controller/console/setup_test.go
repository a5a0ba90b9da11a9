package console_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kidoban/controller/console/consoletest"
	"kidoban/controller/desk"
	"kidoban/controller/journal"
	"kidoban/controller/people"
	"kidoban/device/sim"
)

// does are what somebody at the door does when the page asks for it, in order.
var does = map[string][]sim.Act{
	"room.contact": {{Verb: "handle"}, {Verb: "close"}}, "room.exit-button": {{Verb: "exit"}},
	"room.reader.entry": {consoletest.Card(1999, "entry")}, "room.reader.exit": {consoletest.Card(1999, "exit")},
	"room.keypad.entry": {{Verb: "keys", Keys: "1"}}, "room.tamper": {{Verb: "tamper"}, {Verb: "untamper"}},
	"controller.tamper": {{Verb: "tamper", Door: "-"}, {Verb: "untamper", Door: "-"}},
	"controller.fire":   {{Verb: "fire", Door: "-"}, {Verb: "fire-clear", Door: "-"}},
	"controller.mains":  {{Verb: "mains-fail", Door: "-"}, {Verb: "mains-back", Door: "-"}},
}

var anID = regexp.MustCompile(`/setup/point\?id=([a-z.-]+)`)

// A site that nobody has set up, from the code of the machine to the printed record of acceptance.
func TestSetUp(t *testing.T) {
	s := consoletest.OpenEmpty(t)
	var code desk.Setup
	if err := s.Desk.Post(t.Context(), "setup/begin", struct{}{}, &code); err != nil {
		t.Fatal(err)
	}
	b := s.Browse().Get("/sign-in/setup")
	b.Send("/sign-in/setup", url.Values{"code": {string(code.Code)}}).Get("/setup")
	b.Must("登録0名・市民課長が未登録", "2名に足りません", "13か所中0か所が完了")

	upload(b, people.Demo())
	b.Get("/setup").Must("市民課長を登録済", "2名に足りません")
	for account, person := range map[string]string{"hashimoto": "0102", "systemka": "0103"} {
		b.Get("/accounts/add").Send("/accounts/add", url.Values{"account": {account}, "person": {person}, "kind": {"local"}})
		if b.Code != http.StatusOK {
			t.Fatalf("no account %s: %d %s", account, b.Code, b.Said())
		}
	}
	b.Get("/setup").Must("2名以上")

	ids := slices.Compact(matches(anID, b.Page)) // the first also stands where one goes on
	if len(ids) != 13 {
		t.Fatalf("%d points: %v", len(ids), ids)
	}
	for _, id := range ids {
		point(b, id)
	}
	b.Get("/setup").Must("13か所中13か所が完了").MustNot("未点検又は不合格")
	b.Send("/setup/print", nil)
	if !strings.HasPrefix(b.Page, "%PDF-") || b.Head.Get("Content-Type") != "application/pdf" {
		t.Fatalf("no paper: %d %.300s", b.Code, b.Said())
	}
	if n := s.Told(journal.AccountPrinted); n != 1 {
		t.Errorf("%d prints on record", n)
	}
	if n := s.Told(journal.ConfigChecked); n != 28 {
		t.Errorf("%d entries of the check, want 28: begun and passed each, lamp and siren tried", n)
	}
}

// point checks one as the page says.
func point(b *consoletest.Browser, id string) {
	b.Helper()
	at := "/setup/point?id=" + id
	b.Get(at).Send("/setup/begin", url.Values{"id": {id}})
	acts, seen := does[id]
	if !seen && !strings.HasSuffix(id, ".handle") && !strings.HasSuffix(id, ".strike") && !strings.HasSuffix(id, ".alarm-lamp") && !strings.HasSuffix(id, ".siren") {
		b.Fatalf("nobody knows what to do for %s", id)
	}
	if !strings.HasSuffix(id, ".handle") {
		b.Send("/setup/end", url.Values{"id": {id}, "result": {"passed"}}).Must("動作を確認できていません")
	}
	switch {
	case strings.HasSuffix(id, ".strike"):
		b.Get(at).Send("/setup/release", url.Values{"id": {id}}).Must("3秒間解錠しました")
	case strings.HasSuffix(id, ".alarm-lamp"), strings.HasSuffix(id, ".siren"):
		b.Get(at).Send("/setup/try", url.Values{"id": {id}}).Must("動作させました")
	}
	for _, a := range acts {
		if a.Door == "-" {
			if err := b.Panel.Act(sim.Act{Verb: a.Verb}); err != nil {
				b.Fatal(err)
			}
			continue
		}
		b.Act(a)
	}
	b.Eventually(id+" is seen", func() bool {
		b.Get(at)
		return strings.Contains(b.Page, `value="passed"`)
	})
	b.Send("/setup/end", url.Values{"id": {id}, "result": {"passed"}}).Must("結果を記録しました")
}

// What is wrong is said, and is not passed; what is not passed needs a reason, and another may go on with it.
func TestSetUpTroubles(t *testing.T) {
	s := consoletest.Open(t)
	b := s.SignIn("manager")
	for _, c := range []struct {
		id   string
		acts []sim.Act
		say  string
	}{
		{"room.reader.entry", []sim.Act{{Verb: "misread", Side: "entry"}}, "読み取れませんでした"},
		{"room.reader.entry", []sim.Act{consoletest.Card(1999, "exit")}, "別の箇所が反応しました"},
		{"room.tamper", []sim.Act{{Verb: "untamper"}}, "逆の信号を先に検出しました"},
		{"room.contact", []sim.Act{{Verb: "cut", Point: "contact"}}, "信号線に異常があります"},
	} {
		b.Get("/setup/point?id="+c.id).Send("/setup/begin", url.Values{"id": {c.id}})
		s.Act(c.acts...)
		s.Eventually(c.say, func() bool { return strings.Contains(b.Get("/setup/point?id="+c.id).Said(), c.say) })
		if strings.Contains(b.Page, `value="passed"`) {
			t.Errorf("%s: may be passed", c.id)
		}
	}
	s.SignIn("officer").Get("/setup/point?id=room.siren").Must("managerが点検中です").Send("/setup/begin", url.Values{"id": {"room.siren"}}).Must("managerが点検中です")
	b.Send("/setup/end", url.Values{"id": {"room.contact"}, "result": {"failed"}}).Must("理由")
	b.Send("/setup/end", url.Values{"id": {"room.contact"}, "result": {"failed"}, "reason": {"線が切れている"}}).Must("不合格", "線が切れている")
	s.SignIn("officer").Get("/setup").Must("線が切れている", "東 健太郎")
}

func matches(x *regexp.Regexp, page string) (out []string) {
	for _, m := range x.FindAllStringSubmatch(page, -1) {
		out = append(out, m[1])
	}
	return out
}

// upload brings a roster by the page: a dry run, then the import.
func upload(b *consoletest.Browser, csv []byte) {
	b.Helper()
	b.Get("/people/import")
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	_ = w.WriteField("once", b.Once())
	f, err := w.CreateFormFile("file", "people.csv")
	if err == nil {
		_, err = f.Write(csv)
	}
	if err != nil || w.Close() != nil {
		b.Fatal(err)
	}
	req, err := http.NewRequest(http.MethodPost, b.URL+"/people/import", &body)
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("Content-Type", w.FormDataContentType())
	resp, err := b.HTTP.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var page bytes.Buffer
	if _, err := page.ReadFrom(resp.Body); err != nil {
		b.Fatal(err)
	}
	b.Page = page.String()
	key := regexp.MustCompile(`name="key" value="([^"]+)"`).FindStringSubmatch(b.Page)
	if key == nil {
		b.Fatalf("the roster cannot be brought: %s", b.Said())
	}
	b.Send("/people/import/do", url.Values{"key": {key[1]}})
	if b.Code != http.StatusOK {
		b.Fatalf("the roster was not brought: %d %s", b.Code, b.Said())
	}
}
