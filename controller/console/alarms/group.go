// Package alarms are the pages of alarms (警報) and emergencies: acknowledge, find, close; declare, renew, clear; who is to be
// counted outside; the report to the CISO (Article 11(5)); the evidence; entries of the fire brigade, police and ambulance.
//
// What an order does is said before it is given. Silent alarms are shown to those alone whom the daemon tells of them.
package alarms

import (
	"embed"

	"kidoban/controller/account"
	"kidoban/controller/console/live"
	"kidoban/controller/console/web"
)

//go:embed *.html words.*.toml
var files embed.FS

// Who may do what here; the daemon asks again.
var (
	looks    = []account.Action{account.Look}
	acks     = []account.Action{account.AckAlarm}
	closes   = []account.Action{account.CloseAlarm}
	declares = []account.Action{account.Declare}
	reports  = []account.Action{account.ReportThreat}
	collects = []account.Action{account.ReportThreat, account.Declare, account.ExportRegister}
	enters   = []account.Action{account.RecordEmergency}
	prints   = []account.Action{account.PrintRegister}
)

// Group is these pages.
func Group() web.Group {
	return web.Group{Name: "alarms", Files: files, Routes: []web.Route{
		{Method: "GET", Path: "/alarms", May: looks, Do: index},
		{Method: "GET", Path: "/alarms/one", May: looks, Do: onePage},
		{Method: "POST", Path: "/alarms/ack", May: acks, Do: ack},
		{Method: "POST", Path: "/alarms/close", May: closes, Do: closeAlarm},
		{Method: "POST", Path: "/alarms/siren", May: acks, Do: silence},
		{Method: "GET", Path: "/alarms/history", May: looks, Do: history},
		{Method: "GET", Path: "/alarms/incidents", May: looks, Do: incidentsPage},
		{Method: "POST", Path: "/alarms/declare", May: declares, Do: declare},
		{Method: "POST", Path: "/alarms/renew", May: declares, Do: renew},
		{Method: "POST", Path: "/alarms/clear", May: declares, Do: clearIncident},
		{Method: "GET", Path: "/alarms/muster", May: looks, Do: musterPage},
		{Method: "POST", Path: "/alarms/account", May: acks, Do: accountFor},
		{Method: "GET", Path: "/alarms/report", May: reports, Do: reportPage},
		{Method: "POST", Path: "/alarms/report", May: reports, Do: report},
		{Method: "GET", Path: "/alarms/papers", May: looks, Do: papersPage},
		{Method: "POST", Path: "/alarms/print", May: prints, Do: printPaper},
		{Method: "GET", Path: "/alarms/evidence", May: collects, Do: evidencePage},
		{Method: "POST", Path: "/alarms/evidence", May: collects, Do: evidence},
		{Method: "GET", Path: "/alarms/emergency", May: enters, Do: emergencyPage},
		{Method: "POST", Path: "/alarms/emergency", May: enters, Do: enter},
		{Method: "GET", Path: "/alarms/emergency/{id}", May: enters, Do: completePage},
		{Method: "POST", Path: "/alarms/emergency/{id}", May: enters, Do: complete},
	}}
}

// Parts are those that are kept up to date.
func Parts() []live.Part {
	return []live.Part{
		{Name: "alarms", Template: "alarms/open", View: func(s live.Seen) any { return openOf(s) }},
		{Name: "bell", Template: "web/bell", View: func(s live.Seen) any { return unheeded(s) }},
		{Name: "muster", Template: "alarms/present", View: func(s live.Seen) any { return musterNow(s) }},
	}
}
