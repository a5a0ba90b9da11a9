// Package alarms are alarms and incidents: acknowledge, find, close, report, declare, muster, drill.
package alarms

import (
	"embed"

	"kidoban/controller/console/web"
)

//go:embed *.html words.*.toml
var files embed.FS

// Group is these pages.
func Group() web.Group {
	return web.Group{Name: "alarms", Files: files, Routes: []web.Route{
		{Method: "GET", Path: "/alarms", Do: index},
	}}
}

func index(*web.Call) (web.Answer, error) {
	return web.Page{Name: "alarms/index"}, nil
}
