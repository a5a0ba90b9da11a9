package console_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"kidoban/controller/console/consoletest"
	"kidoban/controller/journal"
)

// garbage is what a field never holds when a person fills it in.
var garbage = []string{"\x00\u202e<script>x</script>", "\xff\xfe", "-99999999999999999999", strings.Repeat("長", 5000), "../../%2e%2e/;' OR 1=1\r\nSet-Cookie: a=b"}

// everyField are all that any sample fills in.
func everyField() []string {
	all := map[string]bool{"at": true, "of": true, "to": true, "kept": true, "order": true}
	for _, l := range samples {
		for name := range l.form {
			all[name] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// strange are the bodies that a form is sent with, beside a good token.
func strange(once string) map[string]string {
	out := map[string]string{"semicolons": "once=" + once + ";a=b", "not encoded": "once=" + once + "&a=%zz&%ff=%", "twice": "", "empty": "once=" + once}
	for i, v := range garbage {
		form := url.Values{"once": {once}}
		for _, f := range everyField() {
			form.Set(f, v)
		}
		out[fmt.Sprint("garbage ", i)] = form.Encode()
	}
	twice := url.Values{"once": {once, once}}
	for _, f := range everyField() {
		twice[f] = []string{"", "9", "room"}
	}
	out["twice"] = twice.Encode()
	return out
}

// Whatever is sent to whatever route, nothing breaks, nothing of it is written into a page, and no entry is by nobody: what a
// stranger sends leaves none but that a sign-in failed.
func TestStrangeForms(t *testing.T) {
	if testing.Short() {
		t.Skip("a thousand forms")
	}
	s := consoletest.Open(t)
	in, out := quick(s, "officer"), quick(s)
	skips := []string{"/sign-out", "/demo", "/tablet/hand", "/language", "/account/password", "/account/code"} // they end the session, or move the door
	for i, r := range s.Console.Routes() {
		if r.Method != http.MethodPost || slices.ContainsFunc(skips, func(p string) bool { return strings.HasPrefix(r.Path, p) }) {
			continue
		}
		at := strings.NewReplacer("{id}", "2026-0009", "{door}", "room", "{n}", "1", "{record}", "9", "{visit}", "2026-000009").Replace(r.Path)
		for name := range strange("") {
			if strings.HasPrefix(name, "garbage") && name != fmt.Sprint("garbage ", i%len(garbage)) {
				continue // each route has its turn of one
			}
			for who, b := range map[string]*consoletest.Browser{"officer": in, "a stranger": out} {
				if who == "a stranger" && name != "twice" {
					continue
				}
				page := map[string]string{"officer": "/account", "a stranger": "/sign-in"}[who]
				before := s.Store.Head().Size
				b.Get(page)
				raw(b, at, strange(url.QueryEscape(b.Once()))[name])
				if b.Code >= http.StatusInternalServerError || strings.Contains(b.Page, "<script>x") || b.Head.Get("Set-Cookie") == "a=b" {
					t.Errorf("%s, %s by %s: %d %.300s", r.Path, name, who, b.Code, b.Said())
				}
				byNobody(s, before, who+": "+r.Path+", "+name)
			}
		}
		if in.Get("/account"); in.Path != "/account" {
			t.Fatalf("%s ended the sign-in", r.Path)
		}
	}
}

// quick opens a browser that waits when it is too quick.
func quick(s *consoletest.Site, name ...string) *consoletest.Browser {
	b := s.Browse()
	b.HTTP.Transport = patient{&http.Transport{}}
	if len(name) > 0 {
		b.Get("/sign-in").Send("/sign-in", url.Values{"account": {name[0]}, "password": {consoletest.Password}})
	}
	return b
}

// raw sends a body as it is.
func raw(b *consoletest.Browser, at, body string) {
	b.Helper()
	req, err := http.NewRequest(http.MethodPost, b.URL+at, strings.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := b.HTTP.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var page bytes.Buffer
	if _, err := page.ReadFrom(resp.Body); err != nil {
		b.Fatal(err)
	}
	b.Code, b.Head, b.Page = resp.StatusCode, resp.Header, page.String()
}

// byNobody looks for an entry that names no account: the door stands still, so nothing happens by itself.
func byNobody(s *consoletest.Site, from uint64, what string) {
	s.Helper()
	rows, err := s.Store.Rows(context.Background(), from, 1000)
	if err != nil {
		s.Fatal(err)
	}
	for _, r := range rows {
		typ := journal.TypeOf(r.Payload) // an alarm is raised of failed sign-ins
		if !bytes.Contains(r.Payload, []byte(`"account":`)) && typ != journal.AccountSignInFailed && typ != journal.AlarmRaised {
			s.Errorf("%s: an entry by nobody: %s", what, r.Payload)
		}
	}
}
