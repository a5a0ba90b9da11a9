package console_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"kidoban/config"
	"kidoban/controller/console/consoletest"
	"kidoban/controller/journal"
)

var secretField = regexp.MustCompile(`<span class="mono">([A-Z2-7 ]+)</span>`)

var pendingField = regexp.MustCompile(`name="pending" value="([^"]*)"`)

func found(t testing.TB, re *regexp.Regexp, page string) string {
	t.Helper()
	m := re.FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("the page has no %v", re)
	}
	return m[1]
}

// A code is set up by page, and asked for after the password from then on; each is good once.
func TestCodeByPage(t *testing.T) {
	s := consoletest.Open(t)
	b := s.SignIn("officer", "ja").Get("/account/second")
	b.Send("/account/code/begin", nil)
	secret := strings.ReplaceAll(found(t, secretField, b.Page), " ", "")
	first, err := totp.GenerateCode(secret, time.Now().Add(-30*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	b.Send("/account/code", url.Values{"pending": {found(t, pendingField, b.Page)}, "code": {first}})
	b.Must("確認コードを登録しました。", "登録あり")

	again := s.Browse().Get("/sign-in")
	again.Send("/sign-in", url.Values{"account": {"officer"}, "password": {consoletest.Password}})
	again.Must("確認コード", "6桁の数字")
	pending := found(t, pendingField, again.Page)
	again.Send("/sign-in/code", url.Values{"pending": {pending}, "code": {first}})
	if again.Path == "/" {
		t.Fatal("a code was good twice")
	}
	time.Sleep(1100 * time.Millisecond) // what a wrong try costs
	code, err := totp.GenerateCode(secret, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if again.Send("/sign-in/code", url.Values{"pending": {pending}, "code": {code}}); again.Path != "/" {
		t.Errorf("after the right code: %s: %s", again.Path, again.Said())
	}
}

// A grave act asks who it is, keeps what was sent, and sends it again by a click.
func TestProveAnew(t *testing.T) {
	s := consoletest.Open(t, func(c *config.Config) { c.Duties.Prove = config.Duration(time.Nanosecond) })
	b := s.SignIn("manager", "ja").Get("/accounts/add")
	b.Send("/accounts/add", url.Values{"account": {"sato"}, "person": {"0202"}, "kind": {"local"}})
	b.Must("本人の再確認", "送ろうとした内容は残してあります")
	if strings.Contains(b.Page, consoletest.Password) {
		t.Error("the page holds a password")
	}
	if n := s.Told(journal.AccountChanged); n != 0 {
		t.Errorf("%d accounts changed before the proof", n)
	}
	kept := url.Values{"order": {"/accounts/add"}, "kept": {`["account","sato"]`, `["person","0202"]`, `["kind","local"]`}}
	kept.Set("password", "wrong")
	b.Send("/prove", kept)
	if b.Path == "/accounts" || !strings.Contains(b.Page, "role=\"alert\"") {
		t.Errorf("a wrong password proves: %s", b.Said())
	}
	kept.Set("password", consoletest.Password)
	time.Sleep(1100 * time.Millisecond) // what a wrong try costs
	b.Send("/prove", kept).Must("まだ送られていません", "先ほどの内容を送る")
}

// Whoever's password was made by another sets one of their own before anything else.
func TestTemporaryPassword(t *testing.T) {
	s := consoletest.Open(t)
	b := s.SignIn("manager", "ja").Get("/accounts/add")
	b.Send("/accounts/add", url.Values{"account": {"sato"}, "person": {"0202"}, "kind": {"local"}})
	b.Must("sato", "別の人の確認を待っています")
	word := found(t, regexp.MustCompile(`<p class="big mono">([A-Z0-9-]+)</p>`), b.Page)
	o := s.SignIn("officer", "ja").Get("/people/proposals")
	o.Send("/people/proposals/approve", url.Values{"proposal": {found(t, regexp.MustCompile(`name="proposal" value="([^"]*)"`), o.Page)}})

	c := s.Browse().Get("/sign-in")
	c.Send("/sign-in", url.Values{"account": {"sato"}, "password": {word}})
	if c.Get("/permits"); c.Path != "/account/password" {
		t.Fatalf("with a temporary password one is at %s: %s", c.Path, c.Said())
	}
	const own = "four words of my own"
	c.Send("/account/password", url.Values{"password": {word}, "password_new": {own}, "password_again": {own + "x"}})
	c.Must("同じではありません")
	c.Send("/account/password", url.Values{"password": {word}, "password_new": {own}, "password_again": {own}})
	if c.Path != "/account" {
		t.Errorf("at %s: %s", c.Path, c.Said())
	}
}
