// Package book is the register (入退室管理簿): searched with a purpose, a line with what was struck out of it, the forms on
// paper, figures, the monthly review, and what is disposed of when Article 25 allows it.
//
// No line is shown before its search is on record (Article 21(4), by analogy); the pages that follow are of that search, and
// say its purpose. What is printed is the form itself: package report lays it out, for paper and for a page alike. It decides
// nothing: who may do what is the daemon's to say.
package book

import (
	"embed"

	"kidoban/controller/account"
	"kidoban/controller/console/web"
)

//go:embed *.html words.*.toml
var files embed.FS

// Group is these pages.
func Group() web.Group {
	s := newShelf()
	search := []account.Action{account.SearchRegister}
	out := []account.Action{account.PrintRegister, account.ExportRegister}
	sign := []account.Action{account.SignRegister}
	return web.Group{Name: "book", Files: files, Routes: []web.Route{
		{Method: "GET", Path: "/register", May: May(), Do: index},
		{Method: "POST", Path: "/register/search", May: search, Do: s.search},
		{Method: "GET", Path: "/register/found/{record}", May: search, Do: s.found},
		{Method: "GET", Path: "/register/found/{record}/{visit}", May: search, Do: s.line},
		{Method: "GET", Path: "/register/forms", May: out, Do: formsPage},
		{Method: "POST", Path: "/register/print", May: out, Do: printForm},
		{Method: "GET", Path: "/register/figures", May: []account.Action{account.Look}, Do: figures},
		{Method: "GET", Path: "/register/review", May: append(sign, search...), Do: review},
		{Method: "POST", Path: "/register/sign", May: sign, Do: signMonth},
		{Method: "GET", Path: "/register/compare", May: search, Do: compare},
		{Method: "POST", Path: "/register/compare", May: search, Do: beginCompare},
		{Method: "GET", Path: "/register/retention", May: keepers(), Do: retentionPage},
		{Method: "GET", Path: "/register/retention/state", May: keepers(), Quiet: true, Do: retentionState},
		{Method: "POST", Path: "/register/retention/propose", May: []account.Action{account.ProposePurge}, Do: propose},
		{Method: "POST", Path: "/register/retention/decide", May: deciders(), Do: decide},
		{Method: "POST", Path: "/register/retention/hold", May: []account.Action{account.HoldRecords}, Do: hold},
		{Method: "POST", Path: "/register/retention/lift", May: []account.Action{account.HoldRecords}, Do: lift},
	}}
}

// May are the actions of which one is needed to see these pages.
func May() []account.Action {
	return append([]account.Action{
		account.SearchRegister, account.PrintRegister, account.ExportRegister, account.SignRegister,
	}, keepers()...)
}

func keepers() []account.Action { return append(deciders(), account.HoldRecords) }

// deciders decide on a disposal, or send it back; its maker withdraws it.
func deciders() []account.Action { return []account.Action{account.ProposePurge, account.ApprovePurge} }

// tab is one of the ways into the book.
type tab struct {
	Path, Word string
	Here       bool
}

// tabs are those that this account may take.
func tabs(c *web.Call, here string) []tab {
	var out []tab
	for _, x := range []struct {
		path, word string
		may        []account.Action
	}{
		{"/register", "book.tab.search", May()},
		{"/register/forms", "book.tab.forms", []account.Action{account.PrintRegister, account.ExportRegister}},
		{"/register/figures", "book.tab.figures", []account.Action{account.Look}},
		{"/register/review", "book.tab.review", []account.Action{account.SignRegister, account.SearchRegister}},
		{"/register/retention", "book.tab.retention", keepers()},
	} {
		if x.may == nil || c.May(x.may...) {
			out = append(out, tab{x.path, x.word, x.path == here})
		}
	}
	return out
}
