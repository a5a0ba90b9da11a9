package console_test

import (
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"kidoban/controller/console/consoletest"
	"kidoban/controller/journal"
)

// carried are the headers of every answer, whatever it is.
var carried = map[string]string{
	"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; " +
		"form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'",
	"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin", "Cache-Control": "no-store",
	"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
	"Permissions-Policy": "camera=(), microphone=(), geolocation=(), usb=(), payment=()",
}

// lacks says what is wrong with an answer's headers and cookies.
func lacks(h http.Header, secure bool) (all []string) {
	for name, want := range carried {
		if got := h.Values(name); len(got) == 0 || got[0] != want || len(got) > 1 && name != "Cache-Control" {
			all = append(all, fmt.Sprintf("%s %q, want %q", name, got, want))
		}
	}
	if strict := h.Get("Strict-Transport-Security"); (strict == "max-age=31536000") != secure || (strict == "") == secure {
		all = append(all, fmt.Sprintf("Strict-Transport-Security %q", strict))
	}
	for _, set := range h.Values("Set-Cookie") {
		for flag, want := range map[string]bool{"; HttpOnly": true, "; SameSite=Lax": true, "; Path=/": true, "; Secure": secure, "; Domain=": false} {
			if strings.Contains(set, flag) != want {
				all = append(all, fmt.Sprintf("cookie %.16s…: %s is %v", set, flag, !want))
			}
		}
		if strings.HasPrefix(set, "__Host-kidoban=") != secure && !strings.HasPrefix(set, "kidoban-lang=") {
			all = append(all, fmt.Sprintf("cookie %.16s…", set))
		}
	}
	if kind := h.Get("Content-Type"); strings.HasPrefix(kind, "text/") && !strings.Contains(kind, "utf-8") && kind != "text/event-stream" {
		all = append(all, "Content-Type "+kind)
	}
	return all
}

// Errors carry the headers too, and what is no page; the matrix asks every route.
func TestHeaders(t *testing.T) {
	s := consoletest.Open(t)
	b := s.SignIn("officer")
	for _, path := range []string{
		"/", "/no-such-page", "/static/console.css", "/static/console.js", "/static/", "/static/none", "/sign-in", "/permits/9999-9999", "/audit/entry/x",
		"//elsewhere.example/", "/permits/../audit", "/register/found/9",
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodPut, http.MethodPost, "TRACE"} {
			req, err := http.NewRequest(method, s.URL+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			resp, err := b.HTTP.Do(req)
			if err != nil {
				t.Fatalf("%s %s: %v", method, path, err)
			}
			_ = resp.Body.Close()
			if resp.StatusCode >= http.StatusInternalServerError {
				t.Errorf("%s %s: %d", method, path, resp.StatusCode)
			}
			for _, wrong := range lacks(resp.Header, false) {
				t.Errorf("%s %s: %s", method, path, wrong)
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
