// Package permits are the pages of permits (Article 20(2)): ask, decide, confirm, revoke.
package permits

import (
	"embed"

	"kidoban/controller/console/web"
)

//go:embed *.html words.*.toml
var files embed.FS

// Group is these pages.
func Group() web.Group {
	return web.Group{Name: "permits", Files: files, Routes: []web.Route{
		{Method: "GET", Path: "/permits", Do: index},
	}}
}

func index(*web.Call) (web.Answer, error) {
	return web.Page{Name: "permits/index"}, nil
}
