package console_test

import (
	"html"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"kidoban/controller/console"
	"kidoban/controller/console/consoletest"
	"kidoban/controller/journal"
	"kidoban/controller/store"
)

// Whose sign-in ends is told why, and led back to where they wanted to go.
func TestWhySignedOut(t *testing.T) {
	s := consoletest.Open(t)
	clerk := s.SignIn("clerk", "ja").Get("/permits")
	s.SignIn("manager").Get("/accounts").Send("/accounts/close", url.Values{"account": {"clerk"}})
	if clerk.Get("/permits").Must("終了し、使えなくなりました"); clerk.Path != "/sign-in" {
		t.Errorf("at %s", clerk.Path)
	}
	clerk.Get("/permits").MustNot("使えなくなりました") // it is said once

	staff := s.SignIn("staff", "en").Get("/permits")
	staff.Send("/sign-out", nil).Must("You have signed out.")
	for _, other := range []string{"1", "x", "%22%3E%3Cb%3E"} {
		s.Browse().Get("/sign-in?ended="+other).MustNot("〔", "accounts.ended", `"><b>`)
	}

	again, err := console.New(s.Config, nil, slog.New(slog.DiscardHandler)) // as after an update
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(again.Handler())
	defer srv.Close()
	b := s.SignIn("officer", "ja")
	b.URL = strings.Replace(srv.URL, "127.0.0.1", "localhost", 1)
	if b.Get("/alarms").Must("再起動", "扉と記録は、そのまま"); b.Path != "/sign-in" {
		t.Errorf("at %s", b.Path)
	}
	b.Send("/sign-in", url.Values{"account": {"officer"}, "password": {consoletest.Password}, "to": {"/alarms"}})
	if b.Path != "/alarms" {
		t.Errorf("at %s: %s", b.Path, b.Said())
	}
}

// thiefOf is another browser with the cookie of one.
func thiefOf(b *consoletest.Browser) *consoletest.Browser {
	thief := b.Browse()
	thief.HTTP.Jar, thief.HTTP.Transport = b.HTTP.Jar, otherwise{thief.HTTP.Transport}
	return thief
}

// otherwise is a browser that calls itself by another name.
type otherwise struct{ http.RoundTripper }

func (o otherwise) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("User-Agent", "a thief's")
	return o.RoundTripper.RoundTrip(r)
}

// fields are the values of a page's hidden fields of a name, those of its first form that has it.
func fields(page, name string) (out []string) {
	for _, form := range strings.Split(page, "</form>") {
		for _, m := range regexp.MustCompile(`name="`+name+`" value="([^"]*)"`).FindAllStringSubmatch(form, -1) {
			out = append(out, html.UnescapeString(m[1]))
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}

// Somebody else's browser with the cookie ends the sign-in; its holder is told why, and the record says it.
func TestToldThatItWasStolen(t *testing.T) {
	s := consoletest.Open(t)
	b := s.SignIn("officer", "ja").Get("/alarms")
	thief := thiefOf(b)
	for range 2 {
		if thief.Get("/people").Must("別の端末で始められた"); thief.Code != 403 {
			t.Errorf("the thief is answered %d", thief.Code)
		}
	}
	if b.Get("/alarms").Must("別の端末で使われようとした"); b.Path != "/sign-in" {
		t.Errorf("at %s", b.Path)
	}
	var ended []journal.Data
	for f, err := range s.Store.Entries(t.Context(), store.Search{Types: []journal.Type{journal.AccountSignedOut}}) {
		if err != nil {
			t.Fatal(err)
		}
		ended = append(ended, f.Entry.Data)
	}
	if len(ended) != 1 || ended[0].Reason != "elsewhere" || ended[0].Account != "officer" {
		t.Errorf("%+v", ended)
	}
}

// What was sent with a sign-in that had ended is not lost: it goes on by a click, once the same account has signed in.
func TestNothingTypedIsLost(t *testing.T) {
	for _, name := range []string{"clerk", "staff"} {
		s := consoletest.Open(t)
		b := s.SignIn("clerk", "ja").Get("/permits/ask")
		form := url.Values{"organisation": {"㈱架空システム保守"}, "entry_purpose": {"サーバ定期点検"}, "do": {"preview"}}
		thiefOf(b).Get("/")
		b.Send("/permits/ask", form).Must("送ろうとした内容は残してあります", "clerk")
		carried := url.Values{"account": {name}, "password": {consoletest.Password}}
		for _, field := range []string{"to", "order", "kept", "as"} {
			carried[field] = fields(b.Page, field)
		}
		wrong := url.Values{}
		for k, v := range carried {
			wrong[k] = v
		}
		wrong.Set("password", "wrong")
		b.Send("/sign-in", wrong).Must("送ろうとした内容は残してあります")
		time.Sleep(1100 * time.Millisecond) // what a wrong try costs
		b.Send("/sign-in", carried)
		if is := strings.Contains(b.Page, "㈱架空システム保守"); is != (name == "clerk") {
			t.Errorf("%s is shown what the clerk wrote: %v, at %s: %s", name, is, b.Path, b.Said())
		}
		if name == "clerk" {
			b.Must("まだ送られていません").MustNot(consoletest.Password)
		}
	}
}
