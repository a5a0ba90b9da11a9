package controller_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"kidoban/controller"
	"kidoban/controller/account"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
)

// try is a sign-in as the desk does it.
func (h *cityHall) try(name, password string) controller.Answer {
	h.Helper()
	hash := account.Nobody()
	if row, known := h.ask(controller.Account{}, controller.AskAccount{Name: name}).Value.(controller.AccountRow); known {
		hash = row.Hash
	}
	ok := !strings.HasPrefix(hash, "$argon2id$v=19$m=19456") && account.Matches(hash, password)
	return h.ask(controller.Account{}, controller.SignIn{Name: name, OK: ok, Tried: hash})
}

func TestSignIn(t *testing.T) {
	h := hall(t, cityRecords())
	a := h.enrolled("tanaka", "kacho")
	if got := h.try("tanaka", "tanaka"); got.Refusal != "" || got.Value.(controller.AccountRow).Person != "kacho" || got.Value.(controller.AccountRow).Hash != "" {
		t.Fatalf("%+v", got)
	}
	if d := h.last(journal.AccountSignedIn); d.Account != "tanaka" || d.Person != "kacho" || d.Until != "2026-04-01T18:00:00+09:00" {
		t.Errorf("%+v", d)
	}
	h.done(a, controller.SignOut{})
	h.last(journal.AccountSignedOut)
	wrong, nobody := h.try("tanaka", "guess").Refusal, h.try("hunter2", "guess").Refusal
	if wrong == "" || wrong != nobody {
		t.Errorf("a wrong name is told from a wrong password: %q, %q", wrong, nobody)
	}
	for _, e := range h.disk.entries {
		if strings.Contains(fmt.Sprintf("%+v", e), "hunter2") {
			t.Errorf("what was typed for a name is on record: %+v", e)
		}
	}
	if h.try("tanaka", "tanaka").Refusal == "" {
		t.Error("no back-off after a wrong password")
	}
	h.now = h.now.Add(2 * time.Second)
	if no := h.try("tanaka", "tanaka").Refusal; no != "" {
		t.Error(no)
	}
}

// Wrong passwords lock an account; a restart forgives none of them.
func TestLockOut(t *testing.T) {
	h := hall(t, cityRecords())
	h.enrolled("tanaka", "kacho")
	for i := range 3 {
		h.try("tanaka", "guess")
		if i < 2 {
			h.now = h.now.Add(5 * time.Second)
		}
	}
	failed := h.told(journal.AccountSignInFailed)
	last := failed[len(failed)-1]
	if last.Data.Mode != "locked" || last.Data.Count != 3 || last.Severity != journal.Warning || last.Data.Until == "" {
		t.Errorf("%+v", last)
	}
	h.now = h.now.Add(10 * time.Minute)
	h.boot(cityRecords())
	if h.try("tanaka", "tanaka").Refusal == "" {
		t.Error("the right password within the lock-out, after a restart")
	}
	if d := h.last(journal.AccountSignInFailed); d.Reason != "locked" {
		t.Errorf("%+v", d)
	}
	h.now = h.now.Add(6 * time.Minute)
	if no := h.try("tanaka", "tanaka").Refusal; no != "" {
		t.Error(no)
	}
	h.try("tanaka", "guess")
	if d := h.last(journal.AccountSignInFailed); d.Count != 1 {
		t.Errorf("a right password forgives: %+v", d)
	}
}

// A password that was changed while another was being tried does not sign in.
func TestTriedAgainstAnOldHash(t *testing.T) {
	h := hall(t, cityRecords())
	a := h.enrolled("tanaka", "kacho")
	row := h.done(controller.Account{}, controller.AskAccount{Name: "tanaka"}).(controller.AccountRow)
	h.done(a, controller.SetPassword{Hash: cheap("another")})
	h.refused(controller.Account{}, controller.SignIn{Name: "tanaka", OK: true, Tried: row.Hash}, "wrong")
}

// An account whose password somebody else made does nothing but set one of its own.
func TestTemporaryPassword(t *testing.T) {
	h := hall(t, cityRecords())
	h.done(installer, controller.PutAccount{Name: "tanaka", Person: "kacho", Hash: cheap("first")})
	a := controller.Account{Name: "tanaka", Person: "kacho"}
	for _, ask := range []controller.Ask{
		controller.SetMode{Door: "front", Mode: "lockdown", For: time.Hour}, controller.AskProposals{}, controller.DecidePermit{ID: "x"},
		controller.Propose{Ask: edit(anEdit()[0])},
	} {
		if got := h.ask(a, ask); got.Refusal == "" {
			t.Errorf("%T is done", ask)
		}
	}
	h.refused(a, controller.AskProposals{}, "password of your own")
	h.done(a, controller.SetPassword{Hash: cheap("own")})
	h.done(a, controller.AskProposals{})
}

// The installer makes accounts until two persons can; from then on it takes those two.
func TestAccountsTakeTwo(t *testing.T) {
	h := hall(t, cityRecords())
	put := controller.PutAccount{Name: "suzuki", Person: "jimu", Hash: cheap("first")}
	h.refused(installer, controller.PutAccount{Name: "x", Person: "nemo", Hash: cheap("y")}, "no person")
	h.refused(installer, controller.PutAccount{Name: "x", Person: "jimu"}, "password")
	h.refused(controller.Account{Name: "op", Operate: true}, put, "may not do this")
	officer := h.enrolled("tanaka", "kacho")
	h.refused(officer, put, "another")
	manager := h.enrolled("sato", "dx")
	h.refused(installer, put, "Two persons")
	id := proposed(t, h.done(manager, controller.Propose{Ask: put}))
	h.refused(manager, controller.Approve{ID: id}, "別人")
	h.done(officer, controller.Approve{ID: id})
	if d := h.last(journal.AccountChanged); d.Mode != "added" || d.Account != "sato" || d.Approver != "kacho" || d.Point != "suzuki" {
		t.Errorf("%+v", d)
	}
	h.refused(manager, controller.Propose{Ask: controller.PutAccount{Name: "suzuki", Person: "heya", Hash: cheap("y")}}, "never handed on")
	h.refused(as("shoku"), controller.CloseAccount{Name: "suzuki"}, "only")
	h.done(manager, controller.CloseAccount{Name: "suzuki"})
	h.refused(manager, controller.CloseAccount{Name: "suzuki"}, "no account")
	h.refused(manager, controller.Propose{Ask: put}, "not given again")
	if h.try("suzuki", "first").Refusal == "" {
		t.Error("a closed account signs in")
	}
	for _, row := range h.done(manager, controller.AskAccounts{}).([]controller.AccountRow) {
		if row.Hash != "" {
			t.Errorf("a hash leaves: %+v", row)
		}
	}
}

// No password, no hash of one and no token is in any entry, or in what those who approve are shown.
func TestNothingSecretIsSaid(t *testing.T) {
	h := hall(t, cityRecords())
	officer, manager := h.enrolled("tanaka", "kacho"), h.enrolled("sato", "dx")
	h.done(manager, controller.Propose{Ask: controller.PutAccount{Name: "suzuki", Person: "jimu", Hash: cheap("first")}})
	h.done(as("jimu"), controller.ApplyForCard{Order: aCard()})
	shown, err := json.Marshal(h.done(officer, controller.AskProposals{}))
	if err != nil {
		t.Fatal(err)
	}
	said := fmt.Sprintf("%s %+v", shown, h.disk.entries)
	for _, secret := range []string{"argon2id", "\"Card\"", fmt.Sprint(cardHash(card(9)))} {
		if strings.Contains(said, secret) {
			t.Errorf("%q is said in %s", secret, said)
		}
	}
	if !strings.Contains(string(shown), "C9") || !strings.Contains(string(shown), "suzuki") {
		t.Errorf("shown: %s", shown)
	}
}

// What cannot be read is not an account and not a proposal.
func TestBrokenDocuments(t *testing.T) {
	h := hall(t, cityRecords())
	for _, d := range []ledger.Document{
		{Kind: "account", ID: "a", Body: []byte("{")}, {Kind: "account", ID: "b", Body: []byte(`{"name":"c"}`)},
		{Kind: "proposal", ID: "p", Body: []byte("[]")}, {Kind: "proposal", ID: "q", Body: []byte(`{"id":"r"}`)},
	} {
		h.disk.documents[[2]string{d.Kind, d.ID}] = d
	}
	h.boot(cityRecords())
	if n := len(h.done(as("kacho"), controller.AskAccounts{}).([]controller.AccountRow)); n != 0 {
		t.Errorf("%d accounts", n)
	}
	if n := len(h.done(as("kacho"), controller.AskProposals{}).([]controller.Proposal)); n != 0 {
		t.Errorf("%d proposals", n)
	}
}
