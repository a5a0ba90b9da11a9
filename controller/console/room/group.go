// Package room is the first page: how the room is now, kept up to date while it lies open, and the orders to its doors.
//
// In one sentence it says whether everything is as it should be, and below it what is not, the worst first, each with what to
// do. It holds no door open: what a page can order is one release, or a lockdown with an end, each said before it happens.
package room

import (
	"embed"

	"kidoban/controller/account"
	"kidoban/controller/console/live"
	"kidoban/controller/console/web"
)

//go:embed *.html words.*.toml
var files embed.FS

// Group is these pages.
func Group() web.Group {
	operate := []account.Action{account.OperateDoor}
	return web.Group{Name: "room", Files: files, Routes: []web.Route{
		{Method: "GET", Path: "/{$}", Do: index},
		{Method: "GET", Path: "/now", Quiet: true, Do: index}, // the same, for a page without the script
		{Method: "GET", Path: "/now/waiting", May: []account.Action{account.Look}, Quiet: true, Do: waitingPart},
		{Method: "POST", Path: "/now/consent", May: []account.Action{account.Consent}, Do: consent},
		{Method: "GET", Path: "/door/{door}", May: operate, Do: doorPage},
		{Method: "POST", Path: "/door/{door}/release", May: operate, Do: release},
		{Method: "POST", Path: "/door/{door}/lockdown", May: operate, Do: lockdown},
		{Method: "POST", Path: "/door/{door}/normal", May: operate, Do: normal},
	}}
}

// Parts are those of the first page.
func Parts() []live.Part {
	return []live.Part{
		{Name: "state", Template: "room/state", View: func(s live.Seen) any { return stateOf(s) }},
		{Name: "doors", Template: "room/doors", View: func(s live.Seen) any { return doorsOf(s) }},
		{Name: "inside", Template: "room/inside", View: func(s live.Seen) any { return insideOf(s) }},
		{Name: "events", Template: "room/events", View: func(s live.Seen) any { return eventsOf(s) }},
		{Name: "stirs", Template: "room/stirs", View: stirs},
		{Name: "health", Template: "room/health", View: func(s live.Seen) any { return healthOf(s) }},
	}
}
