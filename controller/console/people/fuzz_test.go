package people_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"kidoban/controller/console/consoletest"
)

// forms are the orders of these pages, with the page that each is sent from.
var forms = []struct{ path, from string }{
	{"/people/review", "/people/edit?what=member"}, {"/people/change", "/people/edit?what=duty"}, {"/people/cards/new", "/people/cards/new"},
	{"/people/card/C-0201/state", "/people/card/C-0201"}, {"/people/card/C-0201/pin", "/people/card/C-0201"}, {"/lost", "/lost?q=C-0201"},
	{"/people/cards/lend", "/people/cards/lend"}, {"/people/cards/count", "/people/cards/count"}, {"/people/cards/ledger", "/people/cards/ledger"},
	{"/people/why", "/people/why"}, {"/people/import/do", "/people/import"}, {"/people/export", "/people/import"},
	{"/people/proposals/approve", "/people/proposals"}, {"/people/proposals/reject", "/people/proposals"},
}

// FuzzForms sends what nobody would: a page answers it, never a fault of the console, and shows nothing as markup.
func FuzzForms(f *testing.F) {
	for i := range forms {
		f.Add(uint8(i), "what=post&post=ciso&person=0201&begins=2026-13-99")
		f.Add(uint8(i), "what=schedule&schedule=a&mon=08:00-17:00,,-&sun=99:99-1:1&person=%00&card=%ff%fe")
		f.Add(uint8(i), "what=person&person=<script>alert(1)</script>&fullname=<b onload=x>&kind=staff&state=active&id=%0a&purpose=<i>")
		f.Add(uint8(i), "what=holiday&on=2026-02-30&card=C-0201&format=RAW32&number=-1&facility=99999999999999999999&key=x&reader=//")
	}
	s := consoletest.Open(f)
	b := s.SignIn("officer")
	f.Fuzz(func(t *testing.T, n uint8, query string) {
		s.TB = t
		defer func() { s.TB = f }()
		form, err := url.ParseQuery(query)
		if err != nil || form.Has("badge") {
			return // who waits for a badge waits long
		}
		x := forms[int(n)%len(forms)]
		delete(form, "once")
		b.Get(x.from)
		b.Send(x.path, form)
		if b.Code >= http.StatusInternalServerError {
			t.Errorf("%s %q: %d %s", x.path, query, b.Code, b.Said())
		}
		if strings.Contains(b.Page, "<script>alert") || strings.Contains(b.Page, "<b onload") || strings.Contains(b.Page, "ZgotmplZ") {
			t.Errorf("%s %q: markup of a stranger", x.path, query)
		}
	})
}
