package room_test

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/console/consoletest"
	"kidoban/controller/desk"
	"kidoban/controller/ledger"
)

var newcomer = desk.Edit{Person: &ledger.Person{Person: access.Person{ID: "0999", Kind: access.Staff}, Name: "新任 九郎"}, Reason: "採用"}

// acts has an account do something.
func acts(s *consoletest.Site, who, what string, order any) {
	s.Helper()
	if err := signed(s, who).Post(context.Background(), what, order, nil); err != nil {
		s.Fatal(who, what, err)
	}
}

var tags = regexp.MustCompile(`<[^>]*>|\s+`)

// yours is what the first page says that waits for who looks, each with how many, and whose links those are.
func yours(b *consoletest.Browser) (said string, links []string) {
	b.Helper()
	_, part, _ := strings.Cut(b.Page, `data-ask="/now/waiting">`)
	part, _, _ = strings.Cut(part, "</section>")
	for _, m := range regexp.MustCompile(`href="([^"]*)"`).FindAllStringSubmatch(part, -1) {
		links = append(links, m[1])
	}
	return strings.TrimSpace(tags.ReplaceAllString(part, " ")), links
}

// What waits is told to those alone whose word it waits for; each link leads to where it is done, and there is no name in it.
func TestYours(t *testing.T) {
	s := consoletest.OpenSince(t, time.Now().AddDate(0, 0, -40))
	now := time.Now()
	acts(s, "clerk", "permit/request", desk.Permit{Zone: "room", From: now.Add(49 * time.Hour), Until: now.Add(50 * time.Hour), Text: ledger.PermitText{
		Organisation: "架空システム保守", Purpose: "点検", Visitors: []ledger.Visitor{{Name: "山田 一郎", Class: "contractor"}},
	}})
	acts(s, "staff", "permit/oral", desk.Permit{Zone: "room", From: now, Until: now.Add(time.Hour), How: "telephone", Text: ledger.PermitText{
		Organisation: "架空システム保守", Purpose: "障害対応", Visitors: []ledger.Visitor{{Name: "山田 次郎", Class: "contractor"}},
	}})
	acts(s, "clerk", "emergency/enter", desk.Emergency{Zone: "room", Service: "fire"})
	acts(s, "clerk", "edit", newcomer)

	const (
		asked, spoken = "許可を待つ入室許可申請", "許可者の確認を待つ口頭許可"
		fire, roster  = "記録の補完を待つ緊急入室", "確認を待つ名簿の変更"
		month         = "月次点検が済んでいない月"
	)
	all := []string{asked, spoken, fire, roster, month}
	for who, want := range map[string][]string{
		"officer": all, "manager": {fire, roster}, "clerk": {fire}, "staff": {fire}, "ciso": {fire}, "maintenance": {fire},
		"west": nil, "auditor": nil, "designee": nil,
	} {
		b := s.SignIn(who).Get("/")
		said, links := yours(b)
		for _, w := range all {
			if is, should := strings.Contains(said, w), strings.Contains(strings.Join(want, " "), w); is != should {
				t.Errorf("%s: %s is %v: %s", who, w, is, said)
			}
		}
		if nothing := strings.Contains(said, "処理を待っているものはありません"); nothing != (len(want) == 0) {
			t.Errorf("%s: nothing waits %v: %s", who, nothing, said)
		}
		for _, name := range []string{"山田", "新任", "架空"} {
			if strings.Contains(said, name) {
				t.Errorf("%s is told %s", who, name)
			}
		}
		if counts := strings.Contains(b.Page, `<b class="bell calm" aria-hidden="true">1</b>`); counts != (who == "officer") {
			t.Errorf("the menu of %s counts %v", who, counts)
		}
		for _, at := range links {
			at, _, _ = strings.Cut(at, "#")
			if b.Get(at); b.Code != http.StatusOK {
				t.Errorf("%s is led to %s: %d", who, at, b.Code)
			}
		}
	}
	y, m, _ := now.In(access.JST).Date()
	for back := range 3 {
		acts(s, "officer", "register/sign", desk.Review{Zone: "room", Month: time.Date(y, m-time.Month(back+1), 1, 0, 0, 0, 0, access.JST).Format("2006-01")})
	}
	if said, _ := yours(s.SignIn("officer").Get("/")); strings.Contains(said, month) {
		t.Errorf("signed: %s", said)
	}
	if b := s.SignIn("nobody").Get("/").MustNot("あなたを待っているもの", asked); b.Get("/now/waiting").Code != http.StatusForbidden {
		t.Errorf("nobody asks for what waits: %d", b.Code)
	}
	s.SignIn("officer", "en").Get("/").Must("Waiting for you", "Requests for a permit to decide on", "first visit planned: ")
	if part := s.SignIn("officer").Get("/now/waiting"); !strings.Contains(part.Page, asked) || strings.Contains(part.Page, "<html") {
		t.Errorf("the part alone: %s", part.Page)
	}
}

// What is sent back stands on its maker's page with the reason, on nobody else's; what is withdrawn does not come back.
func TestSentBack(t *testing.T) {
	s := consoletest.Open(t)
	propose := func() string {
		acts(s, "clerk", "edit", newcomer)
		var waiting []controller.Proposal
		if err := signed(s, "clerk").Get(context.Background(), "proposals", nil, &waiting); err != nil {
			t.Fatal(err)
		}
		return waiting[len(waiting)-1].ID
	}
	acts(s, "clerk", "proposal/reject", desk.Decision{ID: propose()})
	if said, _ := yours(s.SignIn("clerk").Get("/")); !strings.Contains(said, "ありません") {
		t.Errorf("withdrawn: %s", said)
	}
	acts(s, "manager", "proposal/reject", desk.Decision{ID: propose(), Reason: "職員番号が違う"})
	for who, back := range map[string]bool{"clerk": true, "manager": false, "officer": false, "staff": false} {
		if said, _ := yours(s.SignIn(who).Get("/")); strings.Contains(said, "さんの理由: 職員番号が違う") != back || strings.Contains(said, "差し戻されました") != back {
			t.Errorf("%s: %s", who, said)
		}
	}
}
