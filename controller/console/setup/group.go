// Package setup is the first run and the check of the wiring, point by point, with the installer at the door.
//
// Nothing is kept here: a check that was left is gone on with from what the daemon has on record. What a line reports is
// passed only if the panel has reported it; what no line reports is somebody's word, and the record says so, but of a strike, a
// lamp or a siren only after it was driven. The strike is released by an order of its own, as from any other page, by those who
// may; whoever may not sees it move when another releases it, or at the exit button. Lamp and siren are anybody's who checks.
package setup

import (
	"embed"

	"kidoban/controller/account"
	"kidoban/controller/console/web"
)

//go:embed *.html words.*.toml
var files embed.FS

// May are the actions of which one is needed to see these pages.
func May() []account.Action { return []account.Action{account.CheckWiring} }

// Group is these pages; certificate is the file of the console's own, "" where it has none.
func Group(certificate string) web.Group {
	in := installer{certificate}
	routes := []web.Route{
		{Method: "GET", Path: "/setup", Do: in.index},
		{Method: "GET", Path: "/setup/point", Do: in.point},
		{Method: "GET", Path: "/setup/not", Do: in.not},
		{Method: "GET", Path: "/setup/state", Quiet: true, Do: in.state},
		{Method: "POST", Path: "/setup/begin", Do: in.begin},
		{Method: "POST", Path: "/setup/end", Do: in.end},
		{Method: "POST", Path: "/setup/release", Do: in.release},
		{Method: "POST", Path: "/setup/try", Do: in.try},
		{Method: "POST", Path: "/setup/print", Do: in.print},
	}
	for i := range routes {
		routes[i].May = May()
	}
	return web.Group{Name: "setup", Files: files, Routes: routes}
}

// installer has what the pages know beside the daemon.
type installer struct{ certificate string }
