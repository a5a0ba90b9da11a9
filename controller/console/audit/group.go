// Package audit is for those who trust nobody: verify the journal, prove a line, see who searched and printed.
package audit

import (
	"embed"

	"kidoban/controller/console/web"
)

//go:embed *.html words.*.toml
var files embed.FS

// Group is these pages.
func Group() web.Group {
	return web.Group{Name: "audit", Files: files, Routes: []web.Route{
		{Method: "GET", Path: "/audit", Do: index},
	}}
}

func index(*web.Call) (web.Answer, error) {
	return web.Page{Name: "audit/index"}, nil
}
