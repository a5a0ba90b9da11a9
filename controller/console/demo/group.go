// Package demo is the demonstration's page: badge, open, force, cut wires, fail the broker, and watch what follows.
package demo

import (
	"embed"

	"kidoban/controller/console/web"
)

//go:embed *.html words.*.toml
var files embed.FS

// Group is these pages.
func Group() web.Group {
	return web.Group{Name: "demo", Files: files, Routes: []web.Route{
		{Method: "GET", Path: "/demo", Do: index},
	}}
}

func index(*web.Call) (web.Answer, error) {
	return web.Page{Name: "demo/index"}, nil
}
