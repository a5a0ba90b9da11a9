// Package tablet is the page at a door where a visitor writes name, affiliation and purpose, and sees no other visitor.
package tablet

import (
	"embed"

	"kidoban/controller/console/web"
)

//go:embed *.html words.*.toml
var files embed.FS

// Group is these pages.
func Group() web.Group {
	return web.Group{Name: "tablet", Files: files, Routes: []web.Route{
		{Method: "GET", Path: "/tablet", Do: index},
	}}
}

func index(*web.Call) (web.Answer, error) {
	return web.Page{Name: "tablet/index"}, nil
}
