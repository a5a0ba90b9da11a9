package controller_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/account"
	lent "kidoban/controller/cards"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/retention"
)

// crowded is a hall in which something of every kind waits, and beside it what waits for nobody.
func crowded(t *testing.T) *cityHall {
	rec := cityRecords()
	h := furnished(t, rec)
	at := func(d time.Duration) time.Time { return h.now.Wall.Add(d) }
	day := 24 * time.Hour
	permit := func(id access.PermitID, zone string, st access.PermitState, until time.Time, change func(*ledger.Permit)) {
		p := ledger.Permit{Permit: access.Permit{ID: id, Zone: zone, State: st, Span: access.Span{From: at(2 * time.Hour), Until: until}}, Requested: at(-2 * day)}
		if change != nil {
			change(&p)
		}
		h.snap.Permits = append(h.snap.Permits, p)
	}
	oral := func(p *ledger.Permit) { p.Oral = at(-time.Hour) }
	permit("2026-0801", "west", access.Requested, at(day), nil)
	permit("2026-0802", "room", access.Requested, at(-time.Minute), nil) // too late to be decided on
	permit("2026-0803", "room", access.PermittedOrally, at(day), oral)
	permit("2026-0804", "room", access.PermittedOrally, at(day), func(p *ledger.Permit) { oral(p); p.Confirmed.At = at(0) })
	permit("2026-0805", "room", access.Withdrawn, at(day), oral)
	permit("2026-0806", "room", access.Permitted, at(day), func(p *ledger.Permit) { p.Act = ledger.Act{Person: "daiketsu", Deputy: true, At: at(-day)} })
	left := func(id string, at time.Time) {
		h.snap.Visits = append(h.snap.Visits, ledger.Visit{ID: id, Zone: "room", Person: "gyosha", Class: "visitor.contractor",
			Entered: at.Add(-time.Hour), Left: at, Consent: ledger.Consent{State: ledger.ConsentMissing}})
	}
	left("2026-000801", at(-10*time.Hour)) // yesterday, 23:00
	left("2026-000802", at(-time.Hour))
	for id, until := range map[string]time.Time{"2026-L0801": at(-9 * time.Hour), "2026-L0802": at(15 * time.Hour)} {
		doc, err := (&lent.Lending{ID: id, Kind: lent.Visitor, Card: access.CredentialID("S" + id), Person: "gyosha", Until: until}).Document()
		if err != nil {
			t.Fatal(err)
		}
		h.disk.documents[[2]string{doc.Kind, doc.ID}] = doc
	}
	for id, done := range map[string]time.Time{"2026-D801": {}, "2026-D802": at(-day)} {
		body, err := json.Marshal(retention.Proposal{ID: id, Maker: ledger.Act{Person: "dx", At: at(-day)}, Approver: ledger.Act{At: done}})
		if err != nil {
			t.Fatal(err)
		}
		h.disk.documents[[2]string{retention.KindPurge, id}] = ledger.Document{Kind: retention.KindPurge, ID: id, Body: body}
	}
	finding := controller.EditRoster{Edits: []ledger.Edit{{Finding: &access.Finding{Person: "gyosha"}}}, Type: journal.RosterChanged}
	h.propose(controller.Proposal{ID: "2026-P801", Kind: "roster", Account: "jimu", Maker: ledger.Act{Person: "jimu", At: at(-day)}}, map[string]any{"edit": finding})
	h.propose(controller.Proposal{ID: "2026-P802", Kind: "account", Account: "dx", Maker: ledger.Act{Person: "dx", At: at(-day)}},
		map[string]any{"account": controller.PutAccount{Name: "neu", Person: "shoku"}})
	h.boot(rec)
	return h
}

func (h *cityHall) waits(a controller.Account) controller.Awaited {
	return h.ask(a, controller.AskAwaited{}).Value.(controller.Awaited)
}

// What waits for whom, by role; nothing is said to wait for somebody whose word would be refused.
func TestAwaited(t *testing.T) {
	h := crowded(t)
	const (
		ofRoom = "decision:1 confirming:1 review:1 "
		papers = "followup:1 completion:1 check:1 permission:1 approval:2 account:1 disposal:1 return:1"
	)
	want := map[account.Role]string{
		account.SecurityOfficer: ofRoom + papers, account.OtherOfficer: "decision:1", account.CISO: "completion:1 account:1",
		account.SystemManager: "completion:1 approval:1 issue:1", account.Clerk: "completion:1 check:1 return:1",
		account.Staff: "completion:1 check:1 return:1", account.Auditor: "", account.Designee: "followup:1", account.Deputy: "decision:2",
	}
	for _, role := range slices.Sorted(maps.Keys(officials)) {
		got, me := h.waits(as(officials[role])), h.ask(as(officials[role]), controller.AskMe{}).Value.(controller.Me)
		var said []string
		for _, w := range got.Waits {
			said = append(said, fmt.Sprintf("%s:%d", w.What, w.Count))
			if w.What == controller.AwaitsDecision && w.Count != me.Requests {
				t.Errorf("%s: the menu counts %d", role, me.Requests)
			}
		}
		if is := strings.Join(said, " "); is != want[role] {
			t.Errorf("%s: %q, not %q", role, is, want[role])
		}
		if zones := map[account.Role]string{account.SecurityOfficer: "room", account.OtherOfficer: "west"}[role]; strings.Join(got.Review, " ") != zones {
			t.Errorf("%s signs the months of %v", role, got.Review)
		}
	}
	for _, a := range []controller.Account{{}, {Name: "installer", Operate: true, Roster: true}, as("moto"), as("gyosha")} {
		if got := h.waits(a); len(got.Waits)+len(got.Review) > 0 {
			t.Errorf("%q is told of %+v", cmp.Or(a.Name, "a stranger"), got)
		}
	}
	if got := h.waits(as("heya")).Waits; slices.ContainsFunc(got, func(w controller.Wait) bool { return w.What == controller.AwaitsCheck }) {
		t.Error("one's own correction waits for another")
	}
}

// What is done waits no more, and pages that lie open are told that something has changed.
func TestAwaitedIsDone(t *testing.T) {
	h := crowded(t)
	stirs := func() uint64 { return h.ask(as("kacho"), controller.AskRoom{}).Value.(controller.Room).Stirs }
	first := h.waits(as("kacho")).Waits[0]
	if first.ID != string(aPermit) || !first.Begins.Equal(h.now.Wall) {
		t.Errorf("the request: %+v", first)
	}
	before := stirs()
	for _, ask := range []controller.Ask{
		controller.DecidePermit{ID: aPermit, Grant: true}, controller.ConfirmPermit{ID: "2026-0803"}, controller.ConfirmPermit{ID: "2026-0806"},
		controller.GiveConsent{Visits: []string{"2026-000801"}, Text: "持出しなし"}, controller.CompleteEmergency{ID: anEmergency, Text: "鎮火"},
		controller.Reject{ID: ofLine, Private: []byte("{}")}, controller.Reject{ID: checked, Private: []byte("{}")},
		controller.RejectPurge{ID: "2026-D801", Reason: "早い"},
	} {
		h.done(as("kacho"), ask)
		if now := stirs(); now == before {
			t.Errorf("%T: nobody is told that something has changed", ask)
		} else {
			before = now
		}
	}
	h.done(as("jimu"), controller.AskConsent{Visits: []string{aVisit}})
	if stirs() != before {
		t.Error("what waits for nobody has pages ask anew")
	}
	for _, w := range h.waits(as("kacho")).Waits {
		switch w.What {
		case controller.AwaitsApproval, controller.AwaitsAccount, controller.AwaitsReturn, controller.AwaitsIssue:
		default:
			t.Errorf("still waits: %+v", w)
		}
	}
	h.now.Wall = h.now.Wall.Add(24 * time.Hour)
	if got := h.waits(as("kacho")).Waits[0]; got.What != controller.AwaitsFollowUp || got.ID != "2026-000802" {
		t.Errorf("on the next day: %+v", got)
	}
}
