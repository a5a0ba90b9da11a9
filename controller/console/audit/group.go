// Package audit is for those who trust nobody (Articles 4, 6 and 16(5)): the journal verified while they watch, every entry
// as it is stored with its proof, its heads and who signed them, who searched and printed what for, and what was done to
// deter, prevent, detect and recover.
//
// What a page says of a hash or a signature it has computed itself, from what the daemon handed out. The key, too, is what
// the daemon says: the page shows its fingerprint, to be compared with the one that is kept elsewhere.
package audit

import (
	"embed"

	"kidoban/controller/account"
	"kidoban/controller/console/web"
)

//go:embed *.html words.*.toml
var files embed.FS

// Group is these pages.
func Group() web.Group {
	look := []account.Action{account.Look}
	search := []account.Action{account.SearchRegister}
	verify := []account.Action{account.VerifyJournal}
	return web.Group{Name: "audit", Files: files, Routes: []web.Route{
		{Method: "GET", Path: "/audit", May: verify, Do: index},
		{Method: "GET", Path: "/audit/verify", May: verify, Do: verifying},
		{Method: "POST", Path: "/audit/verify", May: verify, Do: begin},
		{Method: "GET", Path: "/audit/entries", May: look, Do: entries},
		{Method: "GET", Path: "/audit/entry/{n}", May: look, Do: entry},
		{Method: "POST", Path: "/audit/entry/{n}", May: search, Do: private},
		{Method: "GET", Path: "/audit/entry/{n}/proof", May: look, Do: proofFile},
		{Method: "GET", Path: "/audit/entry/{n}/line", May: look, Do: lineFile},
		{Method: "GET", Path: "/audit/checkpoints", May: verify, Do: checkpoints},
		{Method: "GET", Path: "/audit/checkpoints/{which}", May: verify, Do: checkpointFile},
		{Method: "GET", Path: "/audit/uses", May: search, Do: usesPage},
		{Method: "POST", Path: "/audit/uses", May: search, Do: uses},
		{Method: "GET", Path: "/audit/coverage", May: look, Do: coverage},
		{Method: "GET", Path: "/audit/articles", May: look, Do: articlesPage},
	}}
}

// tab is one of the ways into the audit.
type tab struct {
	Path, Word string
	Here       bool
}

func tabs(c *web.Call, here string) []tab {
	var out []tab
	for _, x := range []struct{ path, word string }{
		{"/audit", "audit.tab.head"}, {"/audit/entries", "audit.tab.entries"}, {"/audit/checkpoints", "audit.tab.checkpoints"},
		{"/audit/uses", "audit.tab.uses"}, {"/audit/coverage", "audit.tab.coverage"}, {"/audit/articles", "audit.tab.articles"},
	} {
		if (x.path != "/audit/uses" || c.May(account.SearchRegister)) && (x.path != "/audit/entries" || c.May(account.Look)) {
			out = append(out, tab{x.path, x.word, x.path == here})
		}
	}
	return out
}
