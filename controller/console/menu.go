package console

import (
	"kidoban/controller/account"
	"kidoban/controller/console/book"
	"kidoban/controller/console/people"
	"kidoban/controller/console/setup"
	"kidoban/controller/console/web"
)

// menu are the places, those of every day first. One's own account stands beside the name of who is signed in.
func menu(s web.Site) []web.MenuItem {
	look := []account.Action{account.Look}
	m := []web.MenuItem{
		{Path: "/", Word: "room.title"},
		{Path: "/permits", Word: "permits.title", May: look, Requests: true},
		{Path: "/visits", Word: "visits.title", May: look},
		{Path: "/register", Word: "book.title", May: book.May()},
		{Path: "/alarms", Word: "alarms.title", May: look, Bell: true},
		{Path: "/people", Word: "people.title", May: people.May()},
		{Path: "/lost", Word: "people.tab.lost", May: []account.Action{account.BlockCard}, Apart: true},
		{Path: "/audit", Word: "audit.title", May: look, Apart: true},
		{Path: "/setup", Word: "setup.title", May: setup.May(), Apart: true},
	}
	if s.Demo {
		m = append(m, web.MenuItem{Path: "/demo", Word: "demo.title", Apart: true})
	}
	return m
}
