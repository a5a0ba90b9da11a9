package controller_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
)

// questions change nothing and are asked of no role here.
var questions = []controller.Ask{
	controller.AskStatus{}, controller.AskWho{}, controller.AskRoom{}, controller.AskAwaited{}, controller.AskAlarms{}, controller.AskWhy{}, controller.AskCredential{},
	controller.AskPermits{}, controller.AskVisits{}, controller.AskMuster{}, controller.AskIncidents{}, controller.AskLendings{}, controller.AskTries{},
	controller.AskAccount{}, controller.AskAccounts{}, controller.AskEvidence{}, controller.AskMe{}, controller.AskPasskey{},
	controller.AskWiring{}, controller.AskSilent{}, controller.AskMay{}, controller.AskStanding{}, controller.AskHeld{},
	controller.TakeBundle{}, controller.RefuseBundle{}, controller.TakeLosses{}, // by signature, not by role
}

// orders are one of each that the matrix is asked about before anything else, and the action it is.
var orders = map[account.Action][]controller.Ask{
	account.OperateDoor: {controller.ReleaseDoor{Door: "front"}, controller.SetMode{Door: "front"}, controller.Forgive{Zone: "room"}},
	account.AckAlarm:    {controller.AckAlarm{ID: "none"}, controller.SilenceSiren{Door: "front"}, controller.AccountFor{}}, account.CloseAlarm: {controller.CloseAlarm{ID: "none"}},
	account.SignRegister:   {controller.SignMonth{Zone: "room"}},
	account.SearchRegister: {controller.Searched{Zone: "room"}, controller.MaySearch{Zone: "room"}},
	account.PrintRegister:  {controller.Printed{Zone: "room"}, controller.MayPrint{Zone: "room"}},
	account.ExportRegister: {controller.Printed{Zone: "room", Export: true}, controller.MayPrint{Zone: "room", Export: true}},
	account.Backup:         {controller.MayBackUp{}, controller.BackedUp{}},
	account.VerifyJournal:  {controller.MayVerify{}, controller.Verified{}},
	account.CheckWiring:    {controller.BeginPoint{}, controller.TryPoint{}, controller.EndPoint{}, controller.Printed{Form: controller.FormWiring}},
	account.UnblockPIN:     {controller.UnblockPIN{Credential: "none"}},
	account.Look:           {controller.Note{Type: journal.JournalVerified}, controller.AskProposals{}},
	account.BlockCard:      {controller.EditRoster{Edits: stop("C1", access.Lost), Type: journal.CredentialLost}},
	account.ChangeRoster:   {controller.EditRoster{Edits: anEdit()}, controller.SwitchRoster{}},
	account.LendCard:       {controller.LendCard{}, controller.TemporaryCard{}, controller.ReturnCard{}},
	account.CountCards:     {controller.CountCards{}},
	account.ProposeRoster:  {controller.Propose{Ask: controller.EditRoster{Edits: anEdit()}}, controller.AskEdit{Order: controller.EditRoster{Edits: anEdit()}}},
	account.ApplyForCard:   {controller.ApplyForCard{Order: aCard()}},
	account.ProposeCorrection: {controller.Propose{Ask: controller.CorrectVisit{
		Visit: "2026-000001", Field: "purpose", After: "点検", Reason: "誤記", Row: &ledger.Visit{ID: "2026-000001", Zone: "room"},
	}}},
	account.ProposePurge:   {controller.ProposePurge{}},
	account.ApprovePurge:   {controller.ApprovePurge{}},
	account.HoldRecords:    {controller.SetHold{}, controller.LiftHold{}},
	account.ManageAccounts: {controller.CloseAccount{Name: "x-tanaka"}},
}

// within are those whose handlers ask the matrix themselves, or that no role is asked for.
var within = []controller.Ask{
	controller.Declare{}, controller.ClearEmergency{}, controller.Exported{}, controller.ReportThreat{}, controller.RequestPermit{},
	controller.RecordOral{}, controller.DecidePermit{}, controller.ConfirmPermit{}, controller.RevokePermit{}, controller.NameVisitor{},
	controller.Announce{}, controller.HandOver{}, controller.AskConsent{}, controller.GiveConsent{}, controller.Leave{},
	controller.EnterLate{}, controller.EnterEmergency{}, controller.CompleteEmergency{}, controller.CorrectVisit{}, controller.Approve{},
	controller.Reject{}, controller.PutAccount{}, controller.SetPassword{}, controller.SignIn{}, controller.SignOut{},
	controller.RejectPurge{}, controller.DropPurged{}, controller.EndPurge{}, controller.AcceptBundle{},
	controller.SetTOTP{}, controller.RemoveTOTP{}, controller.AddPasskey{}, controller.RemovePasskey{},
	controller.BeginSetup{}, controller.EndSetup{},
}

// inside are those whose handlers ask the matrix, with the permit and the visit that cell puts on the disk.
var inside = map[account.Action][]controller.Ask{
	account.RequestPermit: {controller.RequestPermit{Permit: ledger.Permit{Permit: access.Permit{Zone: "room"}}}},
	account.RecordOral:    {controller.RecordOral{Permit: ledger.Permit{Permit: access.Permit{Zone: "room"}}, How: "telephone"}},
	account.DecidePermit: {
		controller.DecidePermit{ID: aPermit, Grant: true}, controller.DecidePermit{ID: aPermit, Reason: "x"},
		controller.ConfirmPermit{ID: aPermit}, controller.RevokePermit{ID: aPermit, Reason: "x"},
	},
	account.DecideAsDeputy:   {controller.DecidePermit{ID: aPermit, Grant: true, Deputy: true}},
	account.NameVisitor:      {controller.NameVisitor{Permit: aPermit}},
	account.AnnounceVisitor:  {controller.Announce{Permit: aPermit, Door: "front"}, controller.EnterLate{Zone: "room"}},
	account.HandOverEscort:   {controller.HandOver{Visits: []string{aVisit}}},
	account.AskConsent:       {controller.AskConsent{Visits: []string{aVisit}}, controller.Leave{Visits: []string{aVisit}}},
	account.Consent:          {controller.GiveConsent{Visits: []string{aVisit}}, controller.GiveConsent{Visits: []string{aVisit}, Withhold: true}},
	account.RecordEmergency:  {controller.EnterEmergency{Zone: "room", Service: "fire"}, controller.CompleteEmergency{ID: anEmergency}},
	account.Declare:          {controller.Declare{Zone: "room", Why: "x"}},
	account.ReportThreat:     {controller.ReportThreat{Report: ledger.Report{Zone: "room"}}},
	account.ExportRegister:   {controller.Exported{Zone: "room"}},
	account.ApproveRoster:    {controller.Approve{ID: ofRoster}},
	account.IssueCard:        {controller.Approve{ID: ofCard}},
	account.CheckCorrection:  {controller.Approve{ID: ofLine}},
	account.PermitCorrection: {controller.Approve{ID: checked}},
}

// What is on the disk when inside is asked. The proposals are made by people who have no other part in the test.
const (
	aPermit     = access.PermitID("2026-0001")
	aVisit      = "2026-000001"
	anEmergency = "2026-E001"
	ofRoster    = "2026-P001"
	ofCard      = "2026-P002"
	ofLine      = "2026-P003"
	checked     = "2026-P004"
)

func anEdit() []ledger.Edit {
	return []ledger.Edit{{Belonging: &access.Belonging{Person: "moto", Section: access.CivicAffairs}}}
}

func aCard() controller.EditRoster {
	return controller.EditRoster{Type: journal.CredentialIssued, Data: journal.Data{Credential: "C9", Person: "moto"}, Edits: []ledger.Edit{{
		Credential: &access.Credential{ID: "C9", Person: "moto", Format: "H10301", State: access.Active, Card: cardHash(card(9))},
	}}}
}

// stop declares a card of cityRecords to be something else.
func stop(id access.CredentialID, to access.CardState) []ledger.Edit {
	for _, c := range cityRecords().Credentials {
		if c.ID == id {
			c.State = to
			return []ledger.Edit{{Credential: &c}}
		}
	}
	return nil
}

// Every Ask there is stands in one of the lists above, and every order is listed by the step: what is not is refused.
func TestEveryAskIsMapped(t *testing.T) {
	seen := map[string]bool{}
	h := hall(t, cityRecords())
	list := func(ask controller.Ask) { seen[reflect.TypeOf(ask).Name()] = true }
	for _, q := range questions {
		list(q)
	}
	for action, all := range orders {
		for _, o := range all {
			list(o)
			if got, listed := h.drive.State.Needs(o); !listed || got != 0 && got != action {
				t.Errorf("%T needs %s (listed %v), want %s", o, got, listed, action)
			}
		}
	}
	for _, o := range within {
		list(o)
		if _, listed := h.drive.State.Needs(o); !listed {
			t.Errorf("%T is not listed", o)
		}
	}
	for _, name := range asks(t) {
		if !seen[name] {
			t.Errorf("%s: which action is it? put it into needs and into a list of this test", name)
		}
		delete(seen, name)
	}
	for name := range seen {
		t.Errorf("%s is no Ask any more", name)
	}
	if action, listed := h.drive.State.Needs(nil); listed || action != 0 {
		t.Error("what is not known is listed")
	}
}

// asks are the types with the method ask, from the source.
func asks(t *testing.T) (names []string) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Name.Name == "ask" && fn.Recv != nil {
				if id, ok := fn.Recv.List[0].Type.(*ast.Ident); ok {
					names = append(names, id.Name)
				}
			}
		}
	}
	if len(names) < 40 {
		t.Fatalf("only %d asks found", len(names))
	}
	return names
}

// who is an account with one role and no other.
func who(r account.Role) controller.Account {
	if r == account.Installer {
		return installer
	}
	return as(officials[r])
}

// Every cell of role x action: by what the step says of the action, and by every Ask that is that action.
func TestEveryCell(t *testing.T) {
	for _, r := range account.Roles() {
		rec := cityRecords()
		if r == account.Installer {
			rec.Incumbents = nil // the site is being set up
		}
		for _, action := range account.Actions() {
			want := account.May(r, action)
			h := hall(t, rec)
			a := who(r)
			if got := h.drive.State.RolesOf(h.now, a, "room"); len(got) != 1 || got[0] != r {
				t.Fatalf("%s is %v, want %s alone", a.Name, got, r)
			}
			no, out := h.drive.State.May(h.now, a, action, "room")
			if (no == "") != want {
				t.Errorf("%s, %s: %q, the table says %v", r, action, no, want)
			}
			if refused := len(out.Entries) == 1 && out.Entries[0].Type == journal.AccountRefused; refused == want {
				t.Errorf("%s, %s: entries %v", r, action, out.Entries)
			}
			for _, ask := range slices.Concat(orders[action], inside[action]) {
				cell(furnished(t, rec), a, action, ask, want)
			}
		}
	}
}

// furnished is a hall in which a visitor is inside, a request waits, and so do proposals of each kind.
func furnished(t *testing.T, rec access.Records) *cityHall {
	h := hall(t, rec)
	h.snap.Permits = []ledger.Permit{{
		Permit: access.Permit{ID: aPermit, Zone: "room", State: access.Requested, Span: access.Span{From: h.now.Wall, Until: h.now.Wall.Add(8 * time.Hour)}},
	}}
	h.snap.Visits = []ledger.Visit{{
		ID: aVisit, Zone: "room", Person: "gyosha", Permit: aPermit, Purpose: "点検", Class: "visitor.contractor", Entered: h.now.Wall.Add(-time.Hour),
	}}
	h.snap.Emergency = []ledger.EmergencyEntry{{ID: anEmergency, Zone: "room", Service: "fire", Entered: h.now.Wall.Add(-time.Hour)}}
	maker := controller.Proposal{Account: "maker", Maker: ledger.Act{Person: "heya", At: h.now.Wall}, Zone: "room", Officer: true}
	edit, card := controller.EditRoster{Edits: anEdit(), Type: journal.RosterChanged}, aCard()
	line := controller.CorrectVisit{Visit: aVisit, Field: "purpose", After: "定期点検", Reason: "誤記"}
	for id, o := range map[string]any{
		ofRoster: map[string]any{"edit": edit}, ofCard: map[string]any{"edit": card}, ofLine: map[string]any{"correct": line},
		checked: map[string]any{"correct": line},
	} {
		p := maker
		p.ID, p.Kind = id, map[string]string{ofRoster: "roster", ofCard: "card", ofLine: "correction", checked: "correction"}[id]
		if id == checked {
			p.Checker = ledger.Act{Person: "moto", At: h.now.Wall}
		}
		h.propose(p, o)
	}
	h.boot(rec)
	h.disk.entries = nil
	return h
}

// isProposal says that an installer does at once what others propose.
func isProposal(ask controller.Ask) bool {
	switch ask.(type) {
	case controller.Propose, controller.AskEdit:
		return true
	}
	return false
}

// cell asks, and looks for the entry of a refusal for want of this role.
func cell(h *cityHall, a controller.Account, action account.Action, ask controller.Ask, want bool) {
	h.Helper()
	if isProposal(ask) && a.Person == "" {
		return // what an installer proposes is done at once
	}
	if end, is := ask.(controller.CloseAccount); is {
		h.enrolled(end.Name, "moto")
	}
	answer := h.ask(a, ask)
	refused := false
	for _, e := range h.told(journal.AccountRefused) {
		refused = refused || e.Data.Mode == action.String() && e.Data.Account == a.Name
	}
	if refused == want || !want && answer.Refusal == "" {
		h.Errorf("%s, %s, %T: refused %v (%q), the table says %v", a.Name, action, ask, refused, answer.Refusal, want)
	}
}
