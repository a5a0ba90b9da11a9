// Package room shows how the room stands now: doors and locks, who is inside, visits that wait, alarms, last events, health.
package room

import (
	"embed"

	"kidoban/controller/console/web"
)

//go:embed *.html words.*.toml
var files embed.FS

// Group is these pages.
func Group() web.Group {
	return web.Group{Name: "room", Files: files, Routes: []web.Route{
		{Method: "GET", Path: "/{$}", Do: index},
	}}
}

func index(*web.Call) (web.Answer, error) {
	return web.Page{Name: "room/index"}, nil
}
