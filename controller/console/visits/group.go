// Package visits are the pages of visits (Article 20(3) and (4)): who is inside and with whom, announcing visitors at a door,
// handing over the escort, consent to leaving, what is written down afterwards, corrections of the register.
//
// Consent is one tap and asks nothing again; a correction takes a maker, a checker and the officer's permission, and what
// was there stays legible. It decides nothing: who may do what is the daemon's to say.
package visits

import (
	"embed"

	"kidoban/controller/account"
	"kidoban/controller/console/web"
)

//go:embed *.html words.*.toml
var files embed.FS

// Group is these pages.
func Group() web.Group {
	look := []account.Action{account.Look}
	consent := []account.Action{account.Consent}
	leave := []account.Action{account.AskConsent}
	announce := []account.Action{account.AnnounceVisitor}
	correct := []account.Action{account.ProposeCorrection}
	check := []account.Action{account.CheckCorrection, account.PermitCorrection, account.ProposeCorrection}
	return web.Group{Name: "visits", Files: files, Routes: []web.Route{
		{Method: "GET", Path: "/visits", May: look, Do: index},
		{Method: "GET", Path: "/visits/state", May: look, Quiet: true, Do: state},
		{Method: "POST", Path: "/visits/consent", May: consent, Do: give},
		{Method: "POST", Path: "/visits/withhold", May: consent, Do: withhold},
		{Method: "POST", Path: "/visits/follow-up", May: consent, Do: followUp},
		{Method: "POST", Path: "/visits/ask", May: leave, Do: ask},
		{Method: "POST", Path: "/visits/leave", May: leave, Do: leaves},
		{Method: "POST", Path: "/visits/hand-over", May: []account.Action{account.HandOverEscort}, Do: handOver},
		{Method: "GET", Path: "/visits/announce", May: announce, Do: announcePage},
		{Method: "POST", Path: "/visits/announce", May: announce, Do: announceThem},
		{Method: "GET", Path: "/visits/late", May: announce, Do: latePage},
		{Method: "POST", Path: "/visits/late", May: announce, Do: late},
		{Method: "GET", Path: "/visits/correct", May: correct, Do: correctPage},
		{Method: "POST", Path: "/visits/correct", May: correct, Do: propose},
		{Method: "POST", Path: "/visits/proposal", May: check, Do: decide},
	}}
}
