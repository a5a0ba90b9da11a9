package console_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"kidoban/controller/console/consoletest"
)

// Whoever proves anew who they are finds what was sent again, but no secret that stood in it.
func TestNothingSecretIsKept(t *testing.T) {
	s := consoletest.Open(t)
	b := s.SignIn("manager").Get("/prove")
	for _, password := range []string{"wrong", consoletest.Password} {
		b.Send("/prove", url.Values{"order": {"/lost"}, "to": {"/"}, "password": {password}, "kept": {
			`["pin","835291"]`, `["code","835291"]`, `["password_new","835291"]`, `["response","835291"]`, `["card","S-01"]`,
		}}).MustNot("835291")
		if !strings.Contains(b.Page, "S-01") {
			t.Errorf("what was sent is lost: %s", b.Said())
		}
	}
}

// A file that nobody may send is not read, whoever sends it.
func TestStrangersSendNoFiles(t *testing.T) {
	s := consoletest.Open(t)
	for name, b := range map[string]*consoletest.Browser{"a stranger": s.Browse().Get("/sign-in"), "an auditor": s.SignIn("auditor").Get("/")} {
		b.HTTP.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		b.Send("/people/import", url.Values{"file": {strings.Repeat("x", 9<<20)}})
		if b.Code != http.StatusSeeOther && b.Code != http.StatusForbidden {
			t.Errorf("%s: %d", name, b.Code)
		}
	}
}
