package console_test

import (
	"net/url"
	"testing"

	"kidoban/config"
	"kidoban/controller/console/consoletest"
	"kidoban/controller/desk"
	"kidoban/controller/directory/directorytest"
	"kidoban/controller/people"
)

// Somebody of the city's directory signs in by page with the password that they have there; their own page offers no change of
// it; what is wrong is answered alike, and while the directory is down the page says so.
func TestDirectoryByPage(t *testing.T) {
	ldap := directorytest.Start(t)
	s := consoletest.OpenEmpty(t, func(c *config.Config) { c.Directory = ldap.Config() })
	var got desk.Import
	if err := s.Desk.Send(t.Context(), "import", url.Values{"name": {"people.csv"}}, people.Demo(), &got); err != nil || len(got.Problems) > 0 {
		t.Fatal(err, got.Problems)
	}
	for _, a := range []desk.Account{{Name: "tanaka", Person: "0102"}, {Name: "s-ichi", Person: "0103", Login: "sato"}} {
		a.Directory = true
		if err := s.Desk.Post(t.Context(), "account", a, nil); err != nil {
			t.Fatal(err)
		}
	}
	try := func(name, password string) *consoletest.Browser {
		return s.Browse().Get("/sign-in?to=/alarms").Send("/sign-in", url.Values{"account": {name}, "password": {password}, "to": {"/alarms"}})
	}
	b := try("tanaka", ldap.Words["tanaka"])
	if b.Path != "/alarms" {
		t.Fatalf("not let in: %s: %s", b.Path, b.Said())
	}
	b.Get("/account").MustNot(ldap.Words["tanaka"], `href="/account/password"`)
	wrong, unknown := try("tanaka", "wrong"), try("nobody-at-all", "wrong")
	wrong.Must("名前又はパスワードが違う")
	if wrong.Path != "/sign-in" || wrong.Code != unknown.Code || wrong.Said() != unknown.Said() {
		t.Errorf("told apart: %d %s; %d %s", wrong.Code, wrong.Said(), unknown.Code, unknown.Said())
	}
	wrong.MustNot("wrong")
	ldap.Stop()
	if b := try("s-ichi", ldap.Words["sato"]); b.Path != "/sign-in" {
		t.Errorf("let in without the directory: %s", b.Path)
	} else {
		b.Must("ディレクトリ").MustNot(ldap.Words["sato"])
	}
}
