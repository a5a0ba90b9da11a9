// Package setup is the first run and the check of the wiring, point by point, with the installer.
package setup

import (
	"embed"

	"kidoban/controller/account"
	"kidoban/controller/console/web"
)

//go:embed *.html words.*.toml
var files embed.FS

// Group is these pages.
func Group() web.Group {
	return web.Group{Name: "setup", Files: files, Routes: []web.Route{
		{Method: "GET", Path: "/setup", May: []account.Action{account.ManageAccounts, account.Backup}, Do: index},
	}}
}

func index(*web.Call) (web.Answer, error) {
	return web.Page{Name: "setup/index"}, nil
}
