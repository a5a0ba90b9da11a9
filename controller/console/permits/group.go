// Package permits are the pages of permits (Article 20(2)): ask, decide, confirm, revoke, name on the day, print.
//
// What happens at the door is said before a request is sent and before it is granted. A form that cannot be taken comes
// back as it was filled in, with what is wrong beside the field. It decides nothing: who may do what is the daemon's to
// say, and a page only leaves out what would be refused.
package permits

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
	ask := []account.Action{account.RequestPermit}
	oral := []account.Action{account.RecordOral}
	decide := []account.Action{account.DecidePermit, account.DecideAsDeputy}
	return web.Group{Name: "permits", Files: files, Routes: []web.Route{
		{Method: "GET", Path: "/permits", May: look, Do: index},
		{Method: "GET", Path: "/permits/ask", May: ask, Do: askPage(false)},
		{Method: "POST", Path: "/permits/ask", May: ask, Do: askStep(false)},
		{Method: "GET", Path: "/permits/oral", May: oral, Do: askPage(true)},
		{Method: "POST", Path: "/permits/oral", May: oral, Do: askStep(true)},
		{Method: "GET", Path: "/permits/{id}", May: look, Do: one},
		{Method: "POST", Path: "/permits/{id}/decide", May: decide, Do: decidePermit},
		{Method: "POST", Path: "/permits/{id}/confirm", May: decide[:1], Do: confirm},
		{Method: "POST", Path: "/permits/{id}/revoke", May: decide[:1], Do: revoke},
		{Method: "POST", Path: "/permits/{id}/name", May: []account.Action{account.NameVisitor}, Do: name},
		{Method: "POST", Path: "/permits/{id}/print", May: []account.Action{account.PrintRegister}, Do: printOut},
	}}
}
