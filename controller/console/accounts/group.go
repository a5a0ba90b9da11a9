// Package accounts are signing in and accounts: passwords, one-time codes, passkeys, fresh proofs.
package accounts

import (
	"embed"

	"kidoban/controller/console/web"
)

//go:embed *.html words.*.toml
var files embed.FS

// Group is these pages.
func Group() web.Group {
	return web.Group{Name: "accounts", Files: files, Routes: []web.Route{
		{Method: "GET", Path: "/sign-in", Who: web.SignedOut, Do: signInPage},
		{Method: "POST", Path: "/sign-in", Who: web.SignedOut, Do: signIn},
		{Method: "POST", Path: "/sign-out", Who: web.HalfWay, Do: signOut},
		{Method: "POST", Path: "/language", Who: web.Anyone, Do: language},
		{Method: "GET", Path: "/account", Who: web.HalfWay, Do: index},
	}}
}

func index(*web.Call) (web.Answer, error) {
	return web.Page{Name: "accounts/index"}, nil
}
