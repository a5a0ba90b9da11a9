// Package visits are the pages of visits (Article 20(3) and (4)): open lines, consent, follow-up, corrections.
package visits

import (
	"embed"

	"kidoban/controller/console/web"
)

//go:embed *.html words.*.toml
var files embed.FS

// Group is these pages.
func Group() web.Group {
	return web.Group{Name: "visits", Files: files, Routes: []web.Route{
		{Method: "GET", Path: "/visits", Do: index},
	}}
}

func index(*web.Call) (web.Answer, error) {
	return web.Page{Name: "visits/index"}, nil
}
