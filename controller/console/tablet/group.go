// Package tablet is the page at a door where a visitor writes name, affiliation and purpose, and sees no other visitor.
//
// A member of staff hands their session to the tablet: from then on it serves these pages alone, until somebody signs in
// anew, and they answer for what is written there; each entry names their account and that it was a tablet. What a visitor
// writes is kept in memory until the end of their slip, which comes by itself. Every page has the same address and is read
// anew, so going back shows how things stand, and nothing of who was there before.
//
// A visitor with a permit of this day finds it by a part of their own name that fits nobody else; a list of names is never
// shown. Nothing here opens the door: an escort's card does.
package tablet

import (
	"embed"

	"kidoban/controller/account"
	"kidoban/controller/console/web"
)

//go:embed *.html words.*.toml
var files embed.FS

// Group is these pages.
func Group() web.Group {
	hand := []account.Action{account.AnnounceVisitor}
	return web.Group{Name: "tablet", Files: files, Routes: []web.Route{
		{Method: "GET", Path: "/tablet/hand", May: hand, Do: handPage},
		{Method: "POST", Path: "/tablet/hand", May: hand, Do: hands},
		{Method: "GET", Path: "/tablet", Who: web.AtTablet, Do: page},
		{Method: "POST", Path: "/tablet", Who: web.AtTablet, Most: 32 << 10, Do: step},
		{Method: "GET", Path: "/tablet/state", Who: web.AtTablet, Quiet: true, Do: state},
		{Method: "POST", Path: "/tablet/end", Who: web.AtTablet, Do: end},
	}}
}
