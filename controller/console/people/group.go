// Package people are people, posts, cards, schedules, proposals and imports, and why somebody may enter or not.
//
// A change is shown before it is sent: what stands now beside what would. The daemon says whether it needs another person;
// then it waits as a proposal, and the page says so. No card number and no PIN is on any page but in the field that it is
// typed into, and there once.
package people

import (
	"embed"
	"slices"

	"kidoban/controller/account"
	"kidoban/controller/console/web"
)

//go:embed *.html words.*.toml
var files embed.FS

// Group is these pages.
func Group() web.Group {
	return web.Group{Name: "people", Files: files, Routes: slices.Concat(rosterRoutes(), cardRoutes(), importRoutes(&uploads{}), proposalRoutes())}
}

func rosterRoutes() []web.Route {
	edits := []account.Action{account.ProposeRoster, account.ChangeRoster}
	return []web.Route{
		{Method: "GET", Path: "/people", May: May(), Do: list},
		{Method: "GET", Path: "/people/of/{id}", May: May(), Do: one},
		{Method: "GET", Path: "/people/edit", May: edits, Do: editPage},
		{Method: "POST", Path: "/people/review", May: edits, Do: review},
		{Method: "POST", Path: "/people/change", May: edits, Do: change},
		{Method: "GET", Path: "/people/posts", May: May(), Do: posts},
		{Method: "GET", Path: "/people/hours", May: May(), Do: hours},
		{Method: "GET", Path: "/people/why", May: May(), Do: why},
		{Method: "POST", Path: "/people/why", May: May(), Do: whyNumber},
	}
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
		account.SearchRegister,
	}
}
