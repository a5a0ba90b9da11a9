package audit_test

import (
	"net/url"
	"testing"

	"kidoban/controller/console/consoletest"
)

func TestLook(t *testing.T) {
	site := consoletest.Open(t)
	b := site.SignIn("auditor", "en")
	for _, p := range []string{"/audit", "/audit/entries", "/audit/entry/3", "/audit/checkpoints", "/audit/uses", "/audit/coverage", "/audit/articles", "/audit/verify"} {
		b.Get(p)
		t.Logf("%s %d %.1500s", p, b.Code, b.Said())
	}
	b.Send("/audit/verify", url.Values{})
	site.Eventually("verified", func() bool { b.Get("/audit/verify"); return b.Head.Get("Refresh") == "" })
	t.Log(b.Said())
}
