package console_test

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"kidoban/controller/console/consoletest"
	"kidoban/controller/journal"
)

// What every answer carries, whatever it is.
func TestHeaders(t *testing.T) {
	s := consoletest.Open(t)
	b := s.SignIn("officer")
	for _, path := range []string{"/", "/no-such-page", "/static/console.css", "/static/console.js", "/sign-in"} {
		b.Get(path)
		csp := b.Head.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'"} {
			if !strings.Contains(csp, want) {
				t.Errorf("%s: policy %q has no %q", path, csp, want)
			}
		}
		if strings.Contains(csp, "unsafe") || strings.Contains(csp, "http:") || strings.Contains(csp, "https:") || strings.Contains(csp, "*") {
			t.Errorf("%s: policy %q", path, csp)
		}
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin",
			"Cross-Origin-Opener-Policy": "same-origin", "Cache-Control": "no-store",
		} {
			if got := b.Head.Get(name); got != want {
				t.Errorf("%s: %s %q, want %q", path, name, got, want)
			}
		}
	}
}

// A form is taken once, from this site, by the session that it was made for.
func TestForgedAndReplayed(t *testing.T) {
	s := consoletest.Open(t)
	b := s.SignIn("officer")
	b.Get("/")
	form := url.Values{"lang": {"en"}, "to": {"/"}, "once": {b.Once()}}
	if b.Send("/language", form); b.Code != http.StatusOK {
		t.Fatalf("the first time: %d", b.Code)
	}
	if b.Send("/language", form); b.Code != http.StatusConflict {
		t.Errorf("the same form once more: %d", b.Code)
	}
	b.Get("/")
	for name, once := range map[string]string{"none": "", "invented": strings.Repeat("A", 75), "not base64": "%%%", "another's": s.SignIn("clerk").Get("/").Once()} {
		if b.Send("/language", url.Values{"lang": {"ja"}, "once": {once}}); b.Code != http.StatusConflict {
			t.Errorf("token %s: %d", name, b.Code)
		}
		b.Get("/")
	}
	for name, head := range map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"} {
		req, err := http.NewRequest(http.MethodPost, s.URL+"/language", strings.NewReader(url.Values{"lang": {"ja"}, "once": {b.Once()}}.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set(name, head)
		resp, err := b.HTTP.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusForbidden {
			t.Errorf("%s %s: %d", name, head, resp.StatusCode)
		}
	}
}

// A cookie that turns up with another browser ends the sign-in for both, here and at the daemon.
func TestStolenSession(t *testing.T) {
	s := consoletest.Open(t)
	b := s.SignIn("officer")
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	jar.SetCookies(u, b.HTTP.Jar.Cookies(u))
	req, err := http.NewRequest(http.MethodGet, s.URL+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("User-Agent", "a thief's")
	thief := &http.Client{Jar: jar}
	defer thief.CloseIdleConnections()
	resp, err := thief.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusForbidden {
		t.Errorf("the thief is answered %d", resp.StatusCode)
	}
	if b.Get("/"); b.Path != "/sign-in" {
		t.Errorf("the owner is still signed in, at %s", b.Path)
	}
	if n := s.Told(journal.AccountSignedOut); n != 1 {
		t.Errorf("%d entries that the sign-in ended", n)
	}
}

// The cookie is nothing for scripts, and another one after signing in.
func TestCookie(t *testing.T) {
	s := consoletest.Open(t)
	b := s.Browse().Get("/sign-in")
	before := b.Head.Values("Set-Cookie")
	b.HTTP.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	b.Send("/sign-in", url.Values{"account": {"officer"}, "password": {consoletest.Password}})
	set := strings.Join(b.Head.Values("Set-Cookie"), "\n")
	if !strings.Contains(set, "HttpOnly") || !strings.Contains(set, "SameSite=Lax") || strings.Contains(strings.Join(before, "\n"), set) {
		t.Errorf("cookie %q after %q", set, before)
	}
}

// Nobody is sent to another site, whatever the address says.
func TestSentOnHereAlone(t *testing.T) {
	s := consoletest.Open(t)
	for _, to := range []string{"https://elsewhere.example/", "//elsewhere.example/", `/\elsewhere.example`, "javascript:alert(1)", "elsewhere"} {
		b := s.Browse().Get("/sign-in?to=" + url.QueryEscape(to))
		b.HTTP.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		b.Send("/sign-in", url.Values{"account": {"officer"}, "password": {consoletest.Password}, "to": {to}})
		if got := b.Head.Get("Location"); got != "/" {
			t.Errorf("%q leads to %q", to, got)
		}
	}
}

// What is too much is refused before anything is made of it.
func TestTooMuch(t *testing.T) {
	s := consoletest.Open(t)
	b := s.SignIn("officer").Get("/")
	if b.Send("/language", url.Values{"lang": {strings.Repeat("x", 1<<20)}}); b.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("a form of a megabyte: %d", b.Code)
	}
}

// Who guesses at an account is made to wait; at the same address a colleague's right password is taken all the while.
func TestGuesserBesideAColleague(t *testing.T) {
	s := consoletest.Open(t)
	guesser := s.Browse().Get("/sign-in")
	waits := 0
	for range 60 {
		guesser.Send("/sign-in", url.Values{"account": {"officer"}, "password": {"wrong"}})
		if guesser.Code == http.StatusTooManyRequests {
			waits++
			guesser.Must("しばらく受け付けません")
		}
		guesser.Get("/sign-in")
	}
	if waits < 40 || guesser.Code != http.StatusOK {
		t.Errorf("of sixty guesses at once %d were made to wait; the page of signing in answers %d", waits, guesser.Code)
	}
	if n := s.Told(journal.AccountSignInFailed); n > 20 {
		t.Errorf("%d guesses came as far as the daemon", n)
	}
	s.SignIn("clerk").Must("今の状態")
}
