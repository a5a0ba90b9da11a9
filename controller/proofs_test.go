package controller_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/journal"
)

// entered is the answer to a try that went well.
func (h *cityHall) entered(ask controller.SignIn) controller.AccountRow {
	h.Helper()
	row, _ := h.done(controller.Account{}, ask).(controller.AccountRow)
	return row
}

// hash is the hash of an account's password as it is now.
func (h *cityHall) hash(name string) string {
	return h.done(controller.Account{}, controller.AskAccount{Name: name}).(controller.AccountRow).Hash
}

func (h *cityHall) code(name string, step int64) controller.SignIn {
	return controller.SignIn{Name: name, By: account.ByCode, OK: true, Tried: h.hash(name), Step: step}
}

func aPasskey(id string) controller.AddPasskey {
	return controller.AddPasskey{Passkey: account.Passkey{ID: id, Key: []byte("the public key"), Name: "庁内端末", Count: 5}}
}

// A right password alone signs in nobody who has one-time codes, and a code is good once, whatever happens between.
func TestCodes(t *testing.T) {
	h := hall(t, cityRecords())
	a := h.enrolled("tanaka", "kacho")
	h.refused(controller.Account{Name: "op", Operate: true}, controller.SetTOTP{Sealed: []byte("x"), Step: 1}, "sign in first")
	h.refused(a, controller.SetTOTP{Step: 1}, "wrong")
	h.done(a, controller.SetTOTP{Sealed: []byte("sealed secret"), Step: 100})
	if d := h.last(journal.AccountChanged); d.Mode != "totp_set" || d.Account != "tanaka" {
		t.Errorf("%+v", d)
	}
	before := len(h.disk.entries)
	if got := h.try("tanaka", "tanaka"); got.Refusal != "" || got.Value.(controller.AccountRow).Needs != "code" || len(h.disk.entries) != before {
		t.Fatalf("after the password: %+v, %d entries", got, len(h.disk.entries)-before)
	}
	h.refused(controller.Account{}, h.code("tanaka", 100), "used already")
	h.now = h.now.Add(time.Minute)
	wrong := h.code("tanaka", 0)
	wrong.OK = false
	h.refused(controller.Account{}, wrong, "code is wrong")
	h.now = h.now.Add(time.Minute)
	if row := h.entered(h.code("tanaka", 101)); row.Needs != "" || row.TOTP != nil || !row.HasTOTP {
		t.Errorf("%+v", row)
	}
	if d := h.last(journal.AccountSignedIn); d.Mode != "code" || d.Until == "" {
		t.Errorf("%+v", d)
	}
	h.boot(cityRecords())
	h.refused(controller.Account{}, h.code("tanaka", 101), "used already")
	h.now = h.now.Add(time.Minute)
	h.done(a, controller.SetPassword{Hash: cheap("another")})
	old := h.code("tanaka", 102)
	old.Tried = cheap("tanaka")
	h.refused(controller.Account{}, old, "code is wrong")
	h.now = h.now.Add(time.Minute)
	h.done(a, controller.RemoveTOTP{})
	h.refused(a, controller.RemoveTOTP{}, "no one-time codes")
	h.refused(controller.Account{}, h.code("tanaka", 103), "code is wrong")
}

// Wrong codes count like wrong passwords: the next third locks the account, for its password too.
func TestCodesLock(t *testing.T) {
	h := hall(t, cityRecords())
	a := h.enrolled("tanaka", "kacho")
	h.done(a, controller.SetTOTP{Sealed: []byte("x"), Step: 1})
	for range 3 {
		wrong := h.code("tanaka", 0)
		wrong.OK = false
		h.refused(controller.Account{}, wrong)
		h.now = h.now.Add(5 * time.Second)
	}
	if e := h.told(journal.AccountSignInFailed)[2]; e.Data.Mode != "locked" || e.Data.Reason != "code_wrong" || e.Severity != journal.Warning {
		t.Errorf("%+v", e)
	}
	h.refused(controller.Account{}, h.code("tanaka", 2), "locked")
	if h.try("tanaka", "tanaka").Refusal == "" {
		t.Error("a right password within the lock-out")
	}
	h.now = h.now.Add(15 * time.Minute)
	if h.try("tanaka", "tanaka").Value.(controller.AccountRow).Needs != "code" {
		t.Error("no code is asked for after the lock-out")
	}
	if d := h.told(journal.AccountSignInFailed); len(d) != 5 {
		t.Errorf("%d failures are on record", len(d))
	}
}

// A passkey stands for both proofs; its count of uses goes forward only, over a restart too; nobody locks its holder out.
func TestPasskeys(t *testing.T) {
	h := hall(t, cityRecords())
	a := h.enrolled("tanaka", "kacho")
	h.done(a, aPasskey("K1"))
	h.refused(a, aPasskey("K1"), "already")
	h.refused(a, controller.AddPasskey{}, "no passkey")
	use := func(id string, count uint32) controller.SignIn {
		return controller.SignIn{Name: "tanaka", By: account.ByPasskey, OK: true, Passkey: id, Count: count}
	}
	h.done(a, controller.SetTOTP{Sealed: []byte("x"), Step: 1})
	if row := h.entered(use("K1", 6)); row.Needs != "" || len(row.Passkeys) != 1 || row.Passkeys[0].Key != nil {
		t.Errorf("%+v", row)
	}
	h.boot(cityRecords())
	for _, count := range []uint32{6, 3, 0} {
		h.refused(controller.Account{}, use("K1", count), "copied")
		if e := h.disk.entries[len(h.disk.entries)-1]; e.Severity != journal.Alert || e.Data.Reason != "passkey_counter" {
			t.Errorf("count %d: %+v", count, e)
		}
	}
	h.refused(controller.Account{}, use("K2", 9), "not known")
	forged := use("K1", 9)
	forged.OK = false
	h.refused(controller.Account{}, forged, "not known")
	for range 3 {
		h.try("tanaka", "guess")
		h.now = h.now.Add(5 * time.Second)
	}
	h.entered(use("K1", 7))
	if whose := h.done(controller.Account{}, controller.AskPasskey{ID: "K1"}).(controller.AccountRow); whose.Name != "tanaka" || whose.Passkeys[0].Used.IsZero() {
		t.Errorf("%+v", whose)
	}
	h.done(a, controller.RemovePasskey{ID: "K1"})
	h.refused(a, controller.RemovePasskey{ID: "K1"}, "no such passkey")
	h.refused(controller.Account{}, use("K1", 8), "not known")
	for i := range account.PasskeysMost {
		h.done(a, aPasskey(fmt.Sprint("N", i)))
	}
	h.refused(a, aPasskey("one more"), "at most")
	var modes []string
	for _, e := range h.told(journal.AccountChanged) {
		modes = append(modes, e.Data.Mode)
	}
	if !slices.Contains(modes, "passkey_added") || !slices.Contains(modes, "passkey_removed") {
		t.Errorf("%v", modes)
	}
	for _, e := range h.disk.entries {
		if strings.Contains(fmt.Sprintf("%+v %s", e, e.Private), "public key") {
			t.Errorf("a key is in an entry: %+v", e)
		}
	}
	h.done(a, controller.CloseAccount{Name: "tanaka"})
	h.refused(controller.Account{}, controller.AskPasskey{ID: "N0"}, "no such")
}

// Who must have a second proof does nothing without; who has none yet is let in to set one up.
func TestSecondProofs(t *testing.T) {
	for rule, asks := range map[account.Second]map[access.PersonID]bool{
		account.SecondNever:    {},
		account.SecondOfficers: {"kacho": true, "nishi": true, "bucho": true, "dx": true},
		account.SecondAlways:   {"kacho": true, "nishi": true, "bucho": true, "dx": true, "jimu": true, "shoku": true, "kansa": true},
	} {
		for _, p := range []access.PersonID{"kacho", "nishi", "bucho", "dx", "jimu", "shoku", "kansa"} {
			h := hall(t, cityRecords(), func(s *controller.Site) { s.Duties.Second = rule })
			a := h.enrolled("tanaka", p)
			may := func() string { return h.ask(a, controller.AskProposals{}).Refusal }
			me := h.done(a, controller.AskMe{}).(controller.Me)
			if no := may(); (no == controller.SecondFirst) != asks[p] || me.Enrol != asks[p] || (len(me.May) == 0) != asks[p] {
				t.Errorf("%s, %s: %q, %+v", rule, p, no, me)
			}
			row := h.try("tanaka", "tanaka").Value.(controller.AccountRow)
			if row.Enrol != asks[p] || row.Needs != "" {
				t.Errorf("%s, %s: %+v", rule, p, row)
			}
			h.done(a, aPasskey("K1"))
			if no := may(); no != "" {
				t.Errorf("%s, %s with a passkey: %q", rule, p, no)
			}
			if row = h.try("tanaka", "tanaka").Value.(controller.AccountRow); (row.Needs == "passkey") != asks[p] {
				t.Errorf("%s, %s: the password alone, with a passkey: %+v", rule, p, row)
			}
		}
	}
}

// Grave acts, and no others, take a fresh proof; of an account of the configuration none is asked.
func TestGraveActs(t *testing.T) {
	for _, action := range account.Actions() {
		for _, r := range action.Whose() {
			rec := cityRecords()
			if r == account.Installer {
				rec.Incumbents = nil
			}
			h := hall(t, rec)
			a := who(r)
			a.Stale = r != account.Installer
			no, out := h.drive.State.May(h.now, a, action, "room")
			if want := action.Grave() && a.Stale; (no == controller.ProveAgain) != want || !want && no != "" {
				t.Errorf("%s, %s: %q, want that a proof is asked for: %v", r, action, no, want)
			}
			if no != "" && (len(out.Entries) != 1 || out.Entries[0].Data.Reason != "proof_stale") {
				t.Errorf("%s, %s: %+v", r, action, out.Entries)
			}
		}
	}
	h := hall(t, cityRecords())
	h.enrolled("suzuki", "jimu")
	officer, manager := h.enrolled("tanaka", "kacho"), h.enrolled("sato", "dx")
	clerk := as("jimu")
	post := controller.EditRoster{Edits: anEdit(), Type: journal.RosterChanged}
	post.Edits[0].Belonging, post.Edits[0].Incumbency = nil, &access.Incumbency{Person: "moto", Post: access.SystemManager}
	clerk.Stale = true
	h.refused(clerk, controller.Propose{Ask: post}, controller.ProveAgain)
	id := proposed(t, h.done(clerk, controller.Propose{Ask: edit(anEdit()[0])}))
	officer.Stale, manager.Stale = true, true
	for _, ask := range []controller.Ask{
		controller.Approve{ID: id}, controller.CloseAccount{Name: "suzuki"}, controller.Propose{Ask: controller.PutAccount{Name: "x", Person: "heya", Hash: cheap("y")}},
		controller.SetTOTP{Sealed: []byte("x"), Step: 1}, controller.RemoveTOTP{}, aPasskey("K"), controller.RemovePasskey{ID: "K"},
	} {
		if got := h.ask(officer, ask); got.Refusal != controller.ProveAgain {
			t.Errorf("%T: %q", ask, got.Refusal)
		}
	}
	officer.Stale = false
	h.done(officer, controller.Approve{ID: id})
}

// A release by a page or a command opens a lock without a card: it takes a fresh proof. What shuts a door, sets it back to
// cards, or lets a fire brigade in, waits for none.
func TestReleaseTakesProof(t *testing.T) {
	h := hall(t, cityRecords())
	officer := who(account.SecurityOfficer)
	officer.Stale = true
	h.refused(officer, controller.ReleaseDoor{Door: "front"}, controller.ProveAgain)
	if d := h.last(journal.AccountRefused); d.Reason != "proof_stale" || d.Mode != account.OperateDoor.String() {
		t.Errorf("on record: %+v", d)
	}
	if n := len(h.told(journal.AccessGranted)); n != 0 {
		t.Errorf("%d releases without a proof", n)
	}
	h.done(officer, controller.SetMode{Door: "front", Mode: "lockdown", For: time.Hour})
	h.done(officer, controller.SetMode{Door: "front", Mode: "normal"})
	h.done(officer, controller.EnterEmergency{Door: "front", Service: "fire"})
	officer.Stale = false
	h.done(officer, controller.ReleaseDoor{Door: "front"})
	h.done(installer, controller.ReleaseDoor{Door: "front"})
}

// To prove again is on record as that; it signs in nobody and needs no second proof.
func TestAgain(t *testing.T) {
	h := hall(t, cityRecords())
	a := h.enrolled("tanaka", "kacho")
	h.done(a, controller.SetTOTP{Sealed: []byte("x"), Step: 1})
	row := h.entered(controller.SignIn{Name: "tanaka", OK: true, Tried: h.hash("tanaka"), Again: true})
	if d := h.last(journal.AccountSignedIn); row.Needs != "" || d.Detail != "again" || d.Until != "" {
		t.Errorf("%+v, %+v", row, d)
	}
	h.refused(controller.Account{}, controller.SignIn{Name: "tanaka", Tried: h.hash("tanaka"), Again: true}, "wrong")
	if d := h.last(journal.AccountSignInFailed); d.Count != 1 {
		t.Errorf("a wrong one is not counted: %+v", d)
	}
}

// An account of the directory has no password here, and only the directory's word signs it in.
func TestDirectoryAccounts(t *testing.T) {
	put := controller.PutAccount{Name: "tanaka", Person: "kacho", Directory: true, Login: "Tanaka.I"}
	h := hall(t, cityRecords())
	h.refused(installer, put, "[directory]")
	h = hall(t, cityRecords(), func(s *controller.Site) { s.Duties.Directory = true })
	h.done(installer, put)
	a := controller.Account{Name: "tanaka", Person: "kacho"}
	h.done(a, controller.AskProposals{})
	h.refused(a, controller.SetPassword{Hash: cheap("x")}, "directory")
	by := func(p account.Proof, ok, down bool) controller.SignIn {
		return controller.SignIn{Name: "tanaka", By: p, OK: ok, Down: down}
	}
	h.entered(by(account.ByDirectory, true, false))
	if d := h.last(journal.AccountSignedIn); d.Mode != "directory" {
		t.Errorf("%+v", d)
	}
	h.refused(controller.Account{}, by(account.ByDirectory, false, true), "does not answer")
	h.entered(by(account.ByDirectory, true, false)) // what nobody could try does not count
	h.refused(controller.Account{}, by(account.ByPassword, true, false), "wrong")
	h.refused(controller.Account{}, by(account.ByDirectory, true, false), "locked")
	h.now = h.now.Add(time.Minute)
	h.done(a, controller.SetTOTP{Sealed: []byte("x"), Step: 1})
	if row := h.entered(by(account.ByDirectory, true, false)); row.Needs != "code" {
		t.Errorf("%+v", row)
	}
	h.entered(controller.SignIn{Name: "tanaka", By: account.ByCode, OK: true, Step: 2})
	other := hall(t, cityRecords())
	other.enrolled("tanaka", "kacho")
	other.refused(controller.Account{}, by(account.ByDirectory, true, false), "wrong")
}

// A password that is set anew by others takes the second proofs with it; nothing secret is ever listed.
func TestBegunAnew(t *testing.T) {
	h := hall(t, cityRecords())
	a := h.enrolled("tanaka", "kacho")
	h.done(a, controller.SetTOTP{Sealed: []byte("sealed secret"), Step: 7})
	h.done(a, aPasskey("K1"))
	rows, err := json.Marshal(h.done(a, controller.AskAccounts{}))
	me, err2 := json.Marshal(h.done(a, controller.AskMe{}))
	if err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	for _, text := range []string{string(rows), string(me)} {
		if strings.Contains(text, "c2VhbGVk") || strings.Contains(text, `"key"`) || strings.Contains(text, "argon2id") || !strings.Contains(text, "庁内端末") {
			t.Errorf("listed: %s", text)
		}
	}
	h.done(installer, controller.PutAccount{Name: "tanaka", Person: "kacho", Hash: cheap("anew")})
	h.done(a, controller.SetPassword{Hash: cheap("own")})
	if got := h.done(a, controller.AskMe{}).(controller.Me); got.TOTP || len(got.Passkeys) != 0 {
		t.Errorf("%+v", got)
	}
}

// What an account may, by zone, is what the matrix and the loop say; who has none may look.
func TestMe(t *testing.T) {
	h := hall(t, cityRecords())
	for _, r := range account.Roles() {
		a := who(r)
		m := h.done(a, controller.AskMe{}).(controller.Me)
		for _, action := range account.Actions() {
			for _, zone := range []string{"", "room", "west"} {
				no, _ := h.drive.State.May(h.now, a, action, zone)
				if m.Can(action, zone) != (no == "") {
					t.Errorf("%s, %s, zone %q: Me says %v, the loop %q", r, action, zone, m.Can(action, zone), no)
				}
			}
		}
		if r != account.Installer && (m.Name != "名前"+string(a.Person) || !slices.Contains(m.Roles, r.String())) {
			t.Errorf("%s: %+v", r, m)
		}
		if silent := h.done(a, controller.AskSilent{}).(bool); m.Silent != silent {
			t.Errorf("%s sees silent alarms: %v, %v", r, m.Silent, silent)
		}
	}
	if m := h.done(controller.Account{}, controller.AskMe{}).(controller.Me); !m.CanSomewhere(account.Look) || len(m.May) != 1 || m.Silent {
		t.Errorf("%+v", m)
	}
	if m := h.done(h.enrolled("first", "kacho"), controller.AskMe{}).(controller.Me); m.Temporary || m.Since.IsZero() {
		t.Errorf("%+v", m)
	}
}

// The installer's code is on record from its making to its use; nobody else is given one.
func TestSetup(t *testing.T) {
	h := hall(t, cityRecords())
	for _, a := range []controller.Account{as("kacho"), {Name: "reader"}, {}} {
		h.refused(a, controller.BeginSetup{})
	}
	h.done(installer, controller.BeginSetup{})
	if d := h.last(journal.AccountChanged); d.Mode != "setup_code" || d.Account != "setup" {
		t.Errorf("%+v", d)
	}
	h.refused(controller.Account{}, controller.EndSetup{Name: "setup", Why: "code_wrong"}, "kidoban setup")
	if e := h.told(journal.AccountSignInFailed)[0]; e.Severity != journal.Warning || e.Data.Mode != "setup" {
		t.Errorf("%+v", e)
	}
	h.done(controller.Account{}, controller.EndSetup{Name: "setup", OK: true})
	if d := h.last(journal.AccountSignedIn); d.Account != "setup" || d.Mode != "setup" || d.Until == "" {
		t.Errorf("%+v", d)
	}
	h.done(installer, controller.SignOut{})
}
