// Package book is the register (入退室管理簿): by day, month, fiscal year and person, on paper, and in figures.
package book

import (
	"embed"

	"kidoban/controller/account"
	"kidoban/controller/console/web"
)

//go:embed *.html words.*.toml
var files embed.FS

// Group is these pages.
func Group() web.Group {
	return web.Group{Name: "book", Files: files, Routes: []web.Route{
		{Method: "GET", Path: "/register", May: May(), Do: index},
	}}
}

// May are the actions of which one is needed to see these pages.
func May() []account.Action {
	return []account.Action{
		account.SearchRegister,
		account.PrintRegister,
		account.ExportRegister,
	}
}

func index(*web.Call) (web.Answer, error) {
	return web.Page{Name: "book/index"}, nil
}
