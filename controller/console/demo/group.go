// Package demo is the demonstration's page: badge, open, force, cut wires, fail the broker, and watch what follows. It is
// served only where the doors are simulated; at a real door there is no such address.
package demo

import (
	"embed"

	"kidoban/controller/console/web"
	"kidoban/controller/desk"
)

//go:embed *.html words.*.toml
var files embed.FS

// Site is what can be broken around the simulated door, and who can be played.
type Site interface {
	// Actors are the accounts of the demonstration, and how each signs in.
	Actors() []Actor
	// Standing says what runs: the broker and the central log.
	Standing() Standing
	// Set stops or starts them. It returns when that is so.
	Set(Standing) error
}

// Actor is an account that may be played.
type Actor struct {
	Name     string
	Password desk.Password
}

// Standing is what runs beside the door.
type Standing struct{ Broker, Central bool }

// Group is these pages. Without a site around the door only the door can be tried.
func Group(s Site) web.Group {
	p := pages{s}
	return web.Group{Name: "demo", Files: files, Routes: []web.Route{
		{Method: "GET", Path: "/demo", Who: web.Anyone, Do: p.index},
		{Method: "POST", Path: "/demo/act", Who: web.Anyone, Do: act},
		{Method: "POST", Path: "/demo/as", Who: web.Anyone, Do: p.as},
		{Method: "POST", Path: "/demo/site", Who: web.Anyone, Do: p.set},
	}}
}

type pages struct{ site Site }
