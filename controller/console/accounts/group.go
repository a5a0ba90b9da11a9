// Package accounts are signing in and accounts: passwords, one-time codes, passkeys, fresh proofs. Who somebody is, the daemon
// decides; these pages carry what is shown to it.
package accounts

import (
	"embed"

	"kidoban/controller/account"
	"kidoban/controller/console/web"
)

//go:embed *.html words.*.toml
var files embed.FS

// Group is these pages.
func Group() web.Group {
	manage := []account.Action{account.ManageAccounts}
	return web.Group{Name: "accounts", Files: files, Routes: []web.Route{
		{Method: "GET", Path: "/sign-in", Who: web.SignedOut, Do: signInPage},
		{Method: "POST", Path: "/sign-in", Who: web.SignedOut, Do: signIn},
		{Method: "POST", Path: "/sign-in/code", Who: web.SignedOut, Do: signInCode},
		{Method: "POST", Path: "/sign-in/passkey/begin", Who: web.SignedOut, Do: passkeyBegin},
		{Method: "POST", Path: "/sign-in/passkey", Who: web.SignedOut, Do: signInPasskey},
		{Method: "GET", Path: "/sign-in/setup", Who: web.SignedOut, Do: setupPage},
		{Method: "POST", Path: "/sign-in/setup", Who: web.SignedOut, Do: signInSetup},
		{Method: "POST", Path: "/sign-out", Who: web.HalfWay, Do: signOut},
		{Method: "POST", Path: "/language", Who: web.Anyone, Do: language},

		{Method: "GET", Path: "/prove", Do: provePage},
		{Method: "POST", Path: "/prove", Do: prove},
		{Method: "POST", Path: "/prove/passkey/begin", Do: passkeyBegin},

		{Method: "GET", Path: "/account", Do: self},
		{Method: "GET", Path: "/account/password", Who: web.HalfWay, Do: passwordPage},
		{Method: "POST", Path: "/account/password", Who: web.HalfWay, Do: password},
		{Method: "GET", Path: "/account/second", Who: web.HalfWay, Do: second},
		{Method: "POST", Path: "/account/code/begin", Who: web.HalfWay, Do: codeBegin},
		{Method: "POST", Path: "/account/code", Who: web.HalfWay, Do: codeConfirm},
		{Method: "POST", Path: "/account/code/remove", Do: codeRemove},
		{Method: "POST", Path: "/account/passkey/begin", Who: web.HalfWay, Do: newPasskeyBegin},
		{Method: "POST", Path: "/account/passkey", Who: web.HalfWay, Do: newPasskey},
		{Method: "POST", Path: "/account/passkey/remove", Do: passkeyRemove},

		{Method: "GET", Path: "/accounts", May: manage, Do: list},
		{Method: "GET", Path: "/accounts/add", May: manage, Do: addPage},
		{Method: "POST", Path: "/accounts/add", May: manage, Do: add},
		{Method: "POST", Path: "/accounts/reset", May: manage, Do: reset},
		{Method: "POST", Path: "/accounts/close", May: manage, Do: closeAccount},
		{Method: "GET", Path: "/accounts/roles", Do: roles},
	}}
}
