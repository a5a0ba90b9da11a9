package controller_test

import (
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

// cheap is a password's hash that costs nothing to try.
func cheap(password string) string {
	return account.Hash(password, [16]byte{1}, account.Cost{Memory: 64, Time: 1, Threads: 1})
}

// enrolled gives a person an account whose password they have set themselves.
func (h *cityHall) enrolled(name string, p access.PersonID) controller.Account {
	h.Helper()
	site := h.site
	h.done(installer, controller.PutAccount{Name: name, Person: p, Hash: cheap("first")})
	a := controller.Account{Name: name, Person: p}
	h.done(a, controller.SetPassword{Hash: cheap(name)})
	h.site = site
	return a
}

func proposed(t *testing.T, v any) string {
	t.Helper()
	p, ok := v.(controller.Proposed)
	if !ok || p.ID == "" {
		t.Fatalf("not kept as a proposal: %#v", v)
	}
	return p.ID
}

func edit(e ledger.Edit) controller.EditRoster {
	return controller.EditRoster{Edits: []ledger.Edit{e}, Type: journal.RosterChanged, Data: journal.Data{Mode: "put", Point: "row"}}
}

func TestRosterTakesTwo(t *testing.T) {
	h := hall(t, cityRecords())
	ask := edit(ledger.Edit{Person: &ledger.Person{Person: access.Person{ID: "shin", Kind: access.Staff}, Name: "新人"}})
	ask.Private = []byte(`{"salt":"x","name":"新人"}`)
	h.refused(as("jimu"), ask, "one proposes it")
	id := proposed(t, h.done(as("jimu"), controller.Propose{Ask: ask}))
	if id != "2026-P001" {
		t.Errorf("numbered %s", id)
	}
	d := h.last(journal.RosterProposed)
	if d.Account != "a-jimu" || d.Proposal != id || d.Detail != "roster" || d.Rule != access.RulePractice {
		t.Errorf("%+v", d)
	}
	list := h.done(as("kacho"), controller.AskProposals{}).([]controller.Proposal)
	if len(list) != 1 || list[0].Kind != "roster" || !strings.Contains(strings.Join(list[0].What, ""), "新人") {
		t.Errorf("%+v", list)
	}
	h.refused(as("jimu"), controller.Approve{ID: id}, "only 市民課長")
	h.refused(controller.Account{Name: "second", Person: "jimu"}, controller.Approve{ID: id}, "only")
	h.refused(as("kansa"), controller.Approve{ID: id}, "only 市民課長", "システム管理者")
	h.refused(as("kacho"), controller.Approve{ID: "2026-P009"}, "no proposal")
	h.done(as("kacho"), controller.Approve{ID: id})
	if d := h.last(journal.RosterChanged); d.Account != "a-jimu" || d.Approver != "kacho" || d.Proposal != id {
		t.Errorf("%+v", d)
	}
	if d := h.told(journal.RosterApproved); len(d) != 1 || d[0].Data.Account != "a-kacho" || d[0].Data.Approver != "kacho" {
		t.Errorf("%+v", d)
	}
	h.refused(as("kacho"), controller.Approve{ID: id}, "no proposal")
	if len(h.disk.documents) != 0 {
		t.Errorf("left: %v", h.disk.documents)
	}
}

// Two accounts of one person are one person.
func TestNobodyApprovesTheirOwn(t *testing.T) {
	h := hall(t, cityRecords())
	id := proposed(t, h.done(as("kacho"), controller.Propose{Ask: edit(anEdit()[0])}))
	h.refused(as("kacho"), controller.Approve{ID: id}, "nobody approves their own act", "第21条第1項", "運用基準")
	h.refused(controller.Account{Name: "another", Person: "kacho"}, controller.Approve{ID: id}, "whatever account", "別人")
	h.refused(installer, controller.Approve{ID: id}, "It belongs to no person")
	h.done(as("dx"), controller.Approve{ID: id})
}

// A finding, a designation and a deputy are 市民課長's: one of the two is the officer.
func TestFindingsNeedTheOfficer(t *testing.T) {
	for _, e := range []ledger.Edit{
		{Finding: &access.Finding{Person: "moto"}}, {Duty: &access.Duty{Person: "moto", Duty: access.DutyConsent}},
		{Duty: &access.Duty{Person: "moto", Duty: access.DutyDeputy}},
	} {
		h := hall(t, cityRecords())
		id := proposed(t, h.done(as("jimu"), controller.Propose{Ask: edit(e)}))
		h.refused(as("dx"), controller.Approve{ID: id}, "市民課長", "第20条第1項第3号")
		h.done(as("kacho"), controller.Approve{ID: id})
		id = proposed(t, h.done(as("kacho"), controller.Propose{Ask: edit(ledger.Edit{Duty: &access.Duty{Person: "heya", Duty: access.DutyConsent}})}))
		h.done(as("dx"), controller.Approve{ID: id})
	}
}

// A card is applied for under the officer and issued by the system manager: neither alone.
func TestCardsAreAppliedForAndIssued(t *testing.T) {
	h := hall(t, cityRecords())
	h.refused(as("dx"), controller.ApplyForCard{Order: aCard()}, "only 市民課長、入退室事務担当 may apply", "第23条第1項(運用基準)")
	id := proposed(t, h.done(as("jimu"), controller.ApplyForCard{Order: aCard()}))
	if d := h.last(journal.CredentialApplied); d.Credential != "C9" || d.Person != "moto" || d.Proposal != id {
		t.Errorf("%+v", d)
	}
	h.refused(as("kacho"), controller.Approve{ID: id}, "only システム管理者 may issue a card", "第13条第4号")
	h.done(as("dx"), controller.Approve{ID: id})
	issued := h.told(journal.CredentialIssued)
	if len(issued) != 1 || issued[0].Data.Account != "a-jimu" || issued[0].Data.Approver != "dx" || issued[0].Data.Credential != "C9" {
		t.Errorf("%+v", issued)
	}
	h.refused(as("kacho"), controller.ApplyForCard{Order: edit(anEdit()[0])}, "for one card")
}

// Stopping a card takes one person and no more; whatever else a card becomes takes two.
func TestBlockingTakesOne(t *testing.T) {
	for _, to := range []access.CardState{access.Lost, access.Blocked, access.Revoked} {
		h := hall(t, cityRecords())
		ask := controller.EditRoster{Edits: stop("C1", to), Type: journal.CredentialBlocked}
		h.done(as("shoku"), controller.Propose{Ask: ask})
		h.done(as("nishi"), ask)
	}
	h := hall(t, cityRecords())
	release := controller.EditRoster{Edits: stop("C2", access.Active), Type: journal.CredentialUnblocked}
	h.refused(as("shoku"), release, "takes another person")
	h.refused(as("shoku"), controller.Propose{Ask: release}, "only")
	proposed(t, h.done(as("jimu"), controller.Propose{Ask: release}))
	h.refused(as("kansa"), controller.EditRoster{Edits: stop("C1", access.Lost)}, "only")
	more := stop("C1", access.Blocked)
	more[0].Credential.Person = "heya"
	h.refused(as("shoku"), controller.EditRoster{Edits: more}, "takes another person")
	h.refused(as("shoku"), controller.EditRoster{Edits: append(stop("C1", access.Lost), anEdit()...)}, "takes another person")
	h.done(as("shoku"), controller.EditRoster{Edits: stop("C1", access.Lost)})
	h.refused(as("shoku"), controller.EditRoster{Edits: stop("C1", access.Blocked)}, "takes another person")
}

func TestRejecting(t *testing.T) {
	h := hall(t, cityRecords())
	ask := controller.Propose{Ask: edit(anEdit()[0])}
	first, second := proposed(t, h.done(as("jimu"), ask)), proposed(t, h.done(as("jimu"), ask))
	h.refused(as("shoku"), controller.Reject{ID: first, Private: []byte(`{}`)}, "only")
	h.refused(as("kacho"), controller.Reject{ID: first}, "say why")
	h.done(as("kacho"), controller.Reject{ID: first, Private: []byte(`{"salt":"y","reason":"日付の誤り"}`)})
	if d := h.last(journal.RosterRejected); d.Reason != "sent_back" || d.Proposal != first || d.Account != "a-kacho" || d.Person == d.Approver {
		t.Errorf("%+v", d)
	}
	h.done(as("jimu"), controller.Reject{ID: second})
	if d := h.last(journal.RosterRejected); d.Reason != "withdrawn" {
		t.Errorf("%+v", d)
	}
	if len(h.told(journal.RosterChanged)) != 0 || len(h.disk.documents) != 0 {
		t.Error("something came of what was sent back")
	}
}

// What cannot be carried out is not kept; what cannot be any more is refused to the approver, and waits.
func TestImpossibleProposals(t *testing.T) {
	h := hall(t, cityRecords())
	h.refused(as("jimu"), controller.Propose{Ask: edit(ledger.Edit{Belonging: &access.Belonging{Person: "nemo", Section: "x"}})}, "nemo")
	h.refused(as("jimu"), controller.Propose{Ask: controller.EditRoster{}}, "nothing to change")
	h.refused(as("jimu"), controller.Propose{Ask: controller.SetMode{}}, "not proposed")
	h.refused(as("jimu"), controller.Propose{Ask: controller.SwitchRoster{Base: 7}}, "has changed")
	h.refused(controller.Account{}, controller.Propose{Ask: edit(anEdit()[0])}, "no account")
	ask := edit(ledger.Edit{Belonging: &access.Belonging{Person: "heya", Section: access.CivicAffairs}, Delete: true})
	first, second := proposed(t, h.done(as("jimu"), controller.Propose{Ask: ask})), proposed(t, h.done(as("jimu"), controller.Propose{Ask: ask}))
	h.done(as("kacho"), controller.Approve{ID: first})
	h.refused(as("kacho"), controller.Approve{ID: second}, "no such row")
	if n := len(h.done(as("kacho"), controller.AskProposals{}).([]controller.Proposal)); n != 1 {
		t.Errorf("%d wait", n)
	}
}

// A proposal survives a restart with all that it would do; an import was staged by the run that ended, and lapses with a
// word of it.
func TestRestart(t *testing.T) {
	h := hall(t, cityRecords())
	id := proposed(t, h.done(as("jimu"), controller.ApplyForCard{Order: aCard()}))
	roster, _ := access.NewRoster(2, cityRecords())
	imported := proposed(t, h.done(as("jimu"), controller.Propose{Ask: controller.SwitchRoster{Base: 1, Generation: 5, Roster: roster}}))
	h.boot(cityRecords())
	rejected := h.told(journal.RosterRejected)
	if len(rejected) != 1 || rejected[0].Data.Proposal != imported || rejected[0].Data.Reason != "lapsed_at_restart" {
		t.Errorf("%+v", rejected)
	}
	h.refused(as("kacho"), controller.Approve{ID: imported}, "no proposal")
	h.done(as("dx"), controller.Approve{ID: id})
	if i := slices.IndexFunc(h.disk.edits, func(e ledger.Edit) bool { return e.Credential != nil && e.Credential.ID == "C9" }); i < 0 ||
		*h.disk.edits[i].Credential != *aCard().Edits[0].Credential {
		t.Errorf("issued: %+v", h.disk.edits)
	}
	if next := proposed(t, h.done(as("jimu"), controller.Propose{Ask: edit(anEdit()[0])})); next != "2026-P003" {
		t.Errorf("a number comes twice: %s", next)
	}
}

func TestImportTakesTwo(t *testing.T) {
	h := hall(t, cityRecords())
	roster, _ := access.NewRoster(2, cityRecords())
	ask := controller.SwitchRoster{Base: 1, Generation: 5, Roster: roster, People: ledger.NewDirectory(nil), Digest: "abc"}
	h.refused(as("jimu"), ask, "takes another person")
	id := proposed(t, h.done(as("jimu"), controller.Propose{Ask: ask}))
	h.refused(as("dx"), controller.Approve{ID: id}, "市民課長")
	if got := h.done(as("kacho"), controller.Reject{ID: id, Private: []byte(`{}`)}).(controller.Rejected); got.Generation != 5 {
		t.Errorf("%+v", got)
	}
	id = proposed(t, h.done(as("jimu"), controller.Propose{Ask: ask}))
	h.done(as("kacho"), controller.Approve{ID: id})
	if d := h.last(journal.RosterChanged); d.Mode != "import" || d.Approver != "kacho" || d.Proposal != id {
		t.Errorf("%+v", d)
	}
}

// A record that is refused for ever leaves the proposal waiting, as nothing came of it.
func TestRefusedRecordLeavesTheProposal(t *testing.T) {
	h := hall(t, cityRecords())
	id := proposed(t, h.done(as("jimu"), controller.Propose{Ask: edit(anEdit()[0])}))
	h.disk.refuse = true
	h.ask(as("kacho"), controller.Approve{ID: id})
	h.now = h.now.Add(2 * time.Second)
	h.drive.Pass(h.now)
	if n := len(h.disk.edits); n != 0 {
		t.Fatalf("%d edits", n)
	}
	h.done(as("kacho"), controller.Approve{ID: id})
	if len(h.disk.edits) != 1 || len(h.disk.documents) != 0 {
		t.Errorf("%d edits, documents %v", len(h.disk.edits), h.disk.documents)
	}
}

// While nobody holds the post the installer sets the roster up; from then on two persons do, unless the site says otherwise.
func TestSettingUp(t *testing.T) {
	rec := cityRecords()
	rec.Incumbents = nil
	h := hall(t, rec)
	h.done(installer, edit(anEdit()[0]))
	h.done(installer, controller.Propose{Ask: edit(ledger.Edit{Incumbency: &access.Incumbency{Person: "kacho", Post: access.SecurityOfficer}})})
	h.refused(installer, edit(ledger.Edit{Finding: &access.Finding{Person: "moto"}}), "set up", "another")
	h.refused(controller.Account{Name: "op", Operate: true}, edit(anEdit()[0]), "may not do this")
	h.done(installer, controller.SetMode{Door: "front", Mode: "lockdown", For: time.Hour})
	h.refused(controller.Account{Name: "ro", Roster: true}, controller.SetMode{Door: "front", Mode: "normal"}, "may not do this")
	alone := hall(t, cityRecords(), func(s *controller.Site) { s.Duties.FourEyes = false })
	alone.done(installer, edit(anEdit()[0]))
	alone.done(controller.Account{Name: "k", Person: "shoku", Roster: true}, edit(ledger.Edit{Finding: &access.Finding{Person: "moto"}}))
	alone.refused(as("shoku"), edit(ledger.Edit{Finding: &access.Finding{Person: "heya"}}), "takes another person")
	id := proposed(t, alone.done(as("jimu"), controller.ApplyForCard{Order: aCard()}))
	alone.done(as("dx"), controller.Approve{ID: id})
}

// Officers by place and by date.
func TestOfficers(t *testing.T) {
	h := hall(t, cityRecords())
	may := func(p access.PersonID, action account.Action, zone string) string {
		no, _ := h.drive.State.May(h.now, as(p), action, zone)
		return no
	}
	for _, c := range []struct {
		person access.PersonID
		zone   string
		words  []string // nil = may
	}{
		{"kacho", "room", nil}, {"nishi", "west", nil},
		{"nishi", "room", []string{"only 市民課長", "第11条第6号、第20条第2項", "西支所長", "第11条第2号", "市民課長 alone"}},
		{"kacho", "west", []string{"only 西支所長", "第11条第2号"}},
		{"moto", "room", []string{"only 市民課長"}}, {"bucho", "room", []string{"only 市民課長"}}, {"dx", "room", []string{"only 市民課長"}},
		{"daiketsu", "room", []string{"only 市民課長"}},
	} {
		no := may(c.person, account.DecidePermit, c.zone)
		if (no == "") != (c.words == nil) {
			t.Errorf("%s in %s: %q", c.person, c.zone, no)
		}
		for _, w := range c.words {
			if !strings.Contains(no, w) {
				t.Errorf("%s in %s: %q, want %q", c.person, c.zone, no, w)
			}
		}
	}
	if no := may("daiketsu", account.DecideAsDeputy, "room"); no != "" {
		t.Error(no)
	}
	wrong := hall(t, cityRecords(), func(s *controller.Site) {
		for _, p := range s.Doors[0].Points {
			if p != nil {
				p.Officer = access.WestBranchHead // whatever a configuration says of the room, it is 市民課長's
			}
		}
	})
	if got := wrong.drive.State.RolesOf(wrong.now, as("nishi"), "room"); !slices.Equal(got, []account.Role{account.OtherOfficer}) {
		t.Errorf("西支所長 is %v of the management room", got)
	}
	h.now.Wall = time.Date(2026, 3, 31, 23, 59, 59, 0, access.JST)
	if may("moto", account.DecidePermit, "room") != "" || may("kacho", account.DecidePermit, "room") == "" {
		t.Error("before 1 April 00:00 it is the former officer")
	}
	rec := cityRecords()
	rec.Incumbents = slices.DeleteFunc(rec.Incumbents, func(i access.Incumbency) bool { return i.Person == "kacho" })
	h = hall(t, rec, func(s *controller.Site) { s.Duties.Deputy = false })
	if no := may("jimu", account.DecidePermit, "room"); !strings.Contains(no, "在職者が登録されていません") || !strings.Contains(no, "発令") {
		t.Errorf("the post is vacant: %q", no)
	}
	if no := may("daiketsu", account.DecideAsDeputy, "room"); !strings.Contains(no, "nobody may decide on permits as a deputy here") {
		t.Errorf("代決 is off: %q", no)
	}
}

// A correction of the register: one makes it, another checks it, the officer permits it.
func TestCorrection(t *testing.T) {
	h := hall(t, cityRecords())
	row := ledger.Visit{
		ID: "2026-000007", Zone: "room", Person: "heya", Name: "部屋", Class: "art20.1.2", Purpose: "てんけん",
		Entered: h.now.Wall.Add(-2 * time.Hour), Left: h.now.Wall.Add(-time.Hour),
	}
	ask := controller.CorrectVisit{Visit: row.ID, Field: "purpose", After: "点検", Reason: "誤記", Row: &row}
	h.refused(as("jimu"), ask, "another")
	h.refused(as("dx"), controller.Propose{Ask: ask}, "only 入退室事務担当")
	bad := ask
	bad.Field = "entered"
	h.refused(as("jimu"), controller.Propose{Ask: bad}, "cannot be corrected")
	bad = ask
	bad.Reason = ""
	h.refused(as("jimu"), controller.Propose{Ask: bad}, "訂正理由")
	h.refused(as("jimu"), controller.Propose{Ask: controller.CorrectVisit{Visit: "2026-000009"}}, "no visit")

	id := proposed(t, h.done(as("jimu"), controller.Propose{Ask: ask}))
	h.refused(as("jimu"), controller.Approve{ID: id}, "別人")
	h.refused(as("dx"), controller.Approve{ID: id}, "only")
	h.done(as("shoku"), controller.Approve{ID: id})
	if d := h.last(journal.RosterApproved); d.Mode != "checked" || d.Visit != row.ID || d.Approver != "shoku" {
		t.Errorf("%+v", d)
	}
	h.refused(as("heya"), controller.Approve{ID: id}, "only 市民課長 may permit a correction")
	h.boot(cityRecords())
	h.done(as("kacho"), controller.Approve{ID: id, Row: &row})
	if d := h.last(journal.VisitCorrected); d.Visit != row.ID || d.Approver != "shoku" {
		t.Errorf("%+v", d)
	}

	ask.After = "定期点検"
	id = proposed(t, h.done(as("jimu"), controller.Propose{Ask: ask}))
	h.done(as("kacho"), controller.Approve{ID: id, Row: &row})
	if n := len(h.told(journal.VisitCorrected)); n != 2 {
		t.Errorf("%d corrections: the officer who checks permits in the same act", n)
	}
	rec := cityRecords()
	rec.Duties = append(rec.Duties, access.Duty{Person: "kacho", Duty: access.DutyClerk})
	h = hall(t, rec)
	h.refused(as("kacho"), controller.Propose{Ask: ask}, "the officer permits corrections and makes none")
}
