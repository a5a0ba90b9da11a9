package web_test

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kidoban/controller/console/accounts"
	"kidoban/controller/console/web"
	"kidoban/controller/desk"
)

// failing serves GET and POST /one/two, which fail with an error, and the page /one, which does not.
func failing(t *testing.T, err error) http.Handler {
	t.Helper()
	fails := func(*web.Call) (web.Answer, error) {
		if err == nil {
			panic("a page is wrong")
		}
		return nil, err
	}
	g := accounts.Group() // its words
	g.Routes = []web.Route{
		{Method: http.MethodGet, Path: "/one/two", Who: web.Anyone, Do: fails},
		{Method: http.MethodGet, Path: "/one", Who: web.Anyone, Do: fails},
		{Method: http.MethodPut, Path: "/one/two/three", Who: web.Anyone, Do: fails},
	}
	c := web.Config{Socket: filepath.Join(t.TempDir(), "s"), Name: "localhost", Log: slog.New(slog.DiscardHandler), Now: time.Now}
	s, bad := web.New(c, []web.Group{g})
	if bad != nil {
		t.Fatal(bad)
	}
	return s.Handler()
}

func answer(h http.Handler, method, path, lang, referer string) (int, string) {
	r := httptest.NewRequest(method, "http://localhost"+path, nil)
	r.Header.Set("Accept-Language", lang)
	if referer != "" {
		r.Header.Set("Referer", referer)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

// What failed is said in the page's language, and what to do; what the machine said stands beside it as English, unless it has
// words of its own.
func TestFailuresAreSaidInWords(t *testing.T) {
	const cause = `<code lang="en">sql: database is &lt;closed&gt;</code>`
	stored := &desk.Error{Status: 503, Code: desk.CodeUnavailable, Text: "sql: database is <closed>"}
	for _, x := range []struct {
		err          error
		method, lang string
		status       int
		says, cause  string
	}{
		{stored, "GET", "ja", 503, "記録を読み出せなかったため、表示できません", cause},
		{stored, "GET", "en", 503, "could not read the record", cause},
		{stored, "PUT", "ja", 503, "行われていなければもう一度操作してください", cause},
		{stored, "PUT", "en", 503, "if not, do it again", cause},
		{fmt.Errorf("a page: %w", stored), "GET", "ja", 503, "記録を読み出せなかった", cause},
		{&desk.Error{Status: 503, Text: "too many passwords are being tried: wait a moment"}, "PUT", "ja", 503, "サインインが混み合っています", ""},
		{&desk.Error{Code: desk.CodeUnavailable, Text: "no daemon answers at /x: is kidoband running? (another socket: --socket or KIDOBAN_SOCKET)"}, "GET", "ja", 500, "いま扉の制御装置が答えません", ""},
		{errors.New("a template is wrong"), "GET", "ja", 500, "この画面に誤りがありました", ""},
	} {
		path := map[string]string{"GET": "/one/two", "PUT": "/one/two/three"}[x.method]
		code, page := answer(failing(t, x.err), x.method, path, x.lang, "")
		if code != x.status || !strings.Contains(page, x.says) || strings.Contains(page, `lang="en">`) != (x.cause != "" || x.lang == "ja") {
			t.Errorf("%v, %s %s: %d %s", x.err, x.method, x.lang, code, page)
		}
		if !strings.Contains(page, x.cause) || x.cause == "" && strings.Contains(page, "<code") {
			t.Errorf("%v, %s %s: the cause is not as it should be: %s", x.err, x.method, x.lang, page)
		}
	}
	if code, page := answer(failing(t, nil), "GET", "/one", "ja", ""); code != 500 || !strings.Contains(page, "扉と記録には影響ありません") {
		t.Errorf("a page that panics: %d %s", code, page)
	}
}

// The other language of an answer to an order leads to a page that there is.
func TestLanguageOfAnAnswerToAnOrder(t *testing.T) {
	for referer, want := range map[string]string{
		"": "/one/two", "http://localhost/one?of=9": "/one?of=9", "http://localhost/one/two/three": "/one/two", "http://elsewhere.example/one": "/one/two",
		"http://localhost/nothing": "/one/two",
	} {
		_, page := answer(failing(t, errors.New("x")), "PUT", "/one/two/three", "ja", referer)
		if !strings.Contains(page, `name="to" value="`+want+`"`) {
			t.Errorf("from %q: not to %s: %s", referer, want, page)
		}
	}
	if _, page := answer(failing(t, errors.New("x")), "PUT", "/none/at/all", "ja", ""); !strings.Contains(page, `name="to" value="/"`) {
		t.Error("below no page")
	}
}
