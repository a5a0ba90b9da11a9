package web

import (
	"embed"

	"kidoban/controller/account"
)

// Group is a package of pages: its routes, and in Files its templates (*.html, partials begin with _) and its words
// (words.ja.toml, words.en.toml).
type Group struct {
	Name   string
	Files  embed.FS
	Routes []Route
}

// Route is one page (GET) or one order (POST).
type Route struct {
	Method string
	Path   string // as http.ServeMux reads it: "/permits/{id}"
	Who    Who
	May    []account.Action // who may do one of these is shown it; none: whoever is signed in
	Most   int64            // bytes of a request's body; 0 = BodyMost
	Quiet  bool             // asked for by a page that lies open, not by a person: it does not count as use of the sign-in
	Do     func(*Call) (Answer, error)

	group string // whose words its code says
}

// BodyMost bounds the body of a form without files.
const BodyMost = 256 << 10

// Who is who may ask for a route at all.
type Who uint8

// Whom a route is for.
const (
	SignedIn  Who = iota // a sign-in that may do everything it may
	Anyone               // before signing in
	HalfWay              // a sign-in that must first set a password or a second proof, too
	AtTablet             // a sign-in that was handed to the tablet at a door, and only that
	SignedOut            // nobody who is signed in: they are sent to the first page
)
