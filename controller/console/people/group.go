// Package people are people, posts, cards, schedules, proposals and imports, and why somebody may enter or not.
package people

import (
	"embed"

	"kidoban/controller/account"
	"kidoban/controller/console/web"
)

//go:embed *.html words.*.toml
var files embed.FS

// Group is these pages.
func Group() web.Group {
	return web.Group{Name: "people", Files: files, Routes: []web.Route{
		{Method: "GET", Path: "/people", May: May(), Do: index},
	}}
}

// May are the actions of which one is needed to see these pages.
func May() []account.Action {
	return []account.Action{
		account.ProposeRoster,
		account.ApproveRoster,
		account.ApplyForCard,
		account.IssueCard,
		account.LendCard,
		account.BlockCard,
		account.CountCards,
		account.ChangeRoster,
	}
}

func index(*web.Call) (web.Answer, error) {
	return web.Page{Name: "people/index"}, nil
}
