package book_test

import (
	"net/url"
	"testing"

	"kidoban/controller/console/consoletest"
)

func TestLook(t *testing.T) {
	site := consoletest.Open(t)
	b := site.SignIn("officer")
	b.Get("/register").Must("理由を記入して検索")
	b.Send("/register/search", url.Values{"why": {"月次点検"}, "what": {"month"}, "month": {"2026-11"}, "zone": {""}})
	t.Log(b.Path, b.Code, b.Said())
	for _, p := range []string{"/register/forms", "/register/figures", "/register/review", "/register/retention"} {
		b.Get(p)
		t.Log(p, b.Code, b.Said())
	}
}
