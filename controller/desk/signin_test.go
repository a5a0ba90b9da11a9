package desk_test

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"kidoban/config"
	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/desk"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/people"
)

func password() desk.Password {
	var b [18]byte
	_, _ = rand.Read(b[:])
	return desk.Password(hex.EncodeToString(b[:]))
}

// signedIn is an account of a person of the demonstration, signed in with a password of its own.
func (o *office) signedIn(name string, p access.PersonID) (*desk.Client, desk.Password) {
	o.Helper()
	first, own := password(), password()
	o.done("account", desk.Account{Name: name, Person: p, Password: first})
	c, temporary := o.signIn(name, first)
	if !temporary {
		o.Error("a password of somebody else's making is not temporary")
	}
	if err := c.Post(o.Context(), "account/password", desk.NewPassword{Old: first, New: own}, nil); err != nil {
		o.Fatal(err)
	}
	c, _ = o.signIn(name, own)
	o.passwords[name] = own
	return c, own
}

func (o *office) signIn(name string, p desk.Password) (*desk.Client, bool) {
	o.Helper()
	var got desk.SignedIn
	if err := o.client.Post(o.Context(), "sign-in", desk.SignIn{Name: name, Password: p}, &got); err != nil {
		o.Fatal(err)
	}
	return o.client.As(got.Token), got.Temporary
}

// staffedFully is the demonstration's people, with the officer, the system manager and a clerk signed in.
func staffedFully(t *testing.T) (o *office, officer, manager, clerk *desk.Client) {
	t.Helper()
	return staffedWith(t, nil)
}

// staffedWith is the same of another configuration.
func staffedWith(t *testing.T, change func(*config.Config)) (o *office, officer, manager, clerk *desk.Client) {
	t.Helper()
	o = open(t, change, "operate", "roster")
	o.done("edit", desk.Edit{Person: &ledger.Person{Person: access.Person{ID: "p90", Kind: access.Staff}, Name: "事務 花子"}})
	o.done("edit", desk.Edit{Duty: &access.Duty{Person: "p90", Duty: access.DutyClerk}})
	if got := o.bring("demo.csv", people.Demo(), false); !got.Done {
		t.Fatalf("%+v", got)
	}
	clerk, _ = o.signedIn("jimu", "p90")
	officer, _ = o.signedIn("kacho", o.holder(access.SecurityOfficer))
	manager, _ = o.signedIn("dx", o.holder(access.SystemManager))
	return o, officer, manager, clerk
}

func (o *office) holder(post access.Post) access.PersonID {
	o.Helper()
	var l desk.Listing
	o.get("people", nil, &l)
	for _, i := range l.Incumbents {
		if i.Post == post && i.Until.IsZero() {
			return i.Person
		}
	}
	o.Fatalf("nobody is %s", post)
	return ""
}

// A sign-in, and what its token is worth: to nobody without it, and to nobody once it has ended.
func TestSigningIn(t *testing.T) {
	o := open(t, nil, "operate", "roster")
	o.staffed()
	o.refused("at least 12", "account", desk.Account{Name: "tanaka", Person: "p01", Password: "short"})
	o.refused("in the configuration", "account", desk.Account{Name: "clerk", Person: "p01", Password: password()})
	o.refused("a-z, 0-9", "account", desk.Account{Name: "田中", Person: "p01", Password: password()})
	c, own := o.signedIn("tanaka", "p01")
	var s desk.Status
	if err := c.Get(t.Context(), "status", nil, &s); err != nil || s.Account != "tanaka" {
		t.Errorf("%v, %q", err, s.Account)
	}
	o.get("status", nil, &s)
	if s.Account != "clerk" {
		t.Errorf("without the token: %q", s.Account)
	}
	for _, wrong := range []desk.SignIn{{Name: "tanaka", Password: "not the password"}, {Name: "nobody", Password: own}, {}} {
		o.refused("the name or the password is wrong", "sign-in", wrong)
	}
	o.refused("nobody is signed in", "sign-out", struct{}{})
	if err := c.Post(t.Context(), "sign-out", struct{}{}, nil); err != nil {
		t.Error(err)
	}
	if err := c.Get(t.Context(), "status", nil, &s); err == nil || !strings.Contains(err.Error(), "has ended") {
		t.Errorf("after signing out: %v", err)
	}
	for _, forged := range []string{"x", strings.Repeat("A", 43)} {
		if err := o.client.As(forged).Get(t.Context(), "status", nil, &s); err == nil {
			t.Errorf("%q is a sign-in", forged)
		}
	}
	if n := len(o.told(journal.AccountSignedIn)); n < 2 {
		t.Errorf("%d sign-ins on record", n)
	}
	if e := o.only(journal.AccountSignedOut); e.Data.Account != "tanaka" || e.Data.Person != "p01" {
		t.Errorf("%+v", e.Data)
	}
}

// Changing the password ends every other sign-in of the account, closing it ends all.
func TestSessionsEnd(t *testing.T) {
	o := open(t, nil, "operate", "roster")
	o.staffed()
	first, own := o.signedIn("tanaka", "p01")
	second, _ := o.signIn("tanaka", own)
	next := password()
	post := func(c *desk.Client, what string, v any) error { return c.Post(t.Context(), what, v, nil) }
	if err := post(second, "account/password", desk.NewPassword{Old: password(), New: next}); err == nil {
		t.Error("the old password is not asked for")
	}
	o.eventually("the back-off is over", func() bool {
		return post(second, "account/password", desk.NewPassword{Old: own, New: next}) == nil
	})
	var s desk.Status
	if err := first.Get(t.Context(), "status", nil, &s); err == nil {
		t.Error("a sign-in with the old password goes on")
	}
	if err := second.Get(t.Context(), "status", nil, &s); err != nil {
		t.Error(err)
	}
	o.done("account/close", desk.Named{Name: "tanaka"})
	if err := second.Get(t.Context(), "status", nil, &s); err == nil {
		t.Error("a sign-in of a closed account goes on")
	}
	o.refused("wrong", "sign-in", desk.SignIn{Name: "tanaka", Password: next})
}

// The whole way of a change that takes two, over the socket.
func TestProposals(t *testing.T) {
	o, officer, manager, clerk := staffedFully(t)
	ctx := t.Context()
	edit := desk.Edit{Person: &ledger.Person{Person: access.Person{ID: "p91", Kind: access.Staff}, Name: "新任 太郎"}}
	o.refused("set up", "edit", edit)
	var p controller.Proposed
	if err := clerk.Post(ctx, "edit", edit, &p); err != nil || p.ID == "" {
		t.Fatalf("%v, %+v", err, p)
	}
	var list []controller.Proposal
	if err := officer.Get(ctx, "proposals", nil, &list); err != nil || len(list) != 1 || !strings.Contains(fmt.Sprint(list[0].What), "新任 太郎") {
		t.Errorf("%v, %+v", err, list)
	}
	if err := clerk.Post(ctx, "proposal/approve", desk.Decision{ID: p.ID}, nil); err == nil {
		t.Error("the maker approves")
	}
	if err := officer.Post(ctx, "proposal/approve", desk.Decision{ID: p.ID}, nil); err != nil {
		t.Fatal(err)
	}
	card := desk.Edit{Card: &desk.Card{ID: "c91", Person: "p91", Number: number(1691)}}
	if err := clerk.Post(ctx, "edit", card, &p); err != nil || p.ID == "" {
		t.Fatalf("%v, %+v", err, p)
	}
	if err := officer.Post(ctx, "proposal/approve", desk.Decision{ID: p.ID}, nil); err == nil || !strings.Contains(err.Error(), "only システム管理者") {
		t.Errorf("the officer issues a card: %v", err)
	}
	if err := manager.Post(ctx, "proposal/approve", desk.Decision{ID: p.ID}, nil); err != nil {
		t.Fatal(err)
	}
	if err := clerk.Post(ctx, "pin", desk.PIN{Credential: "c91", Digits: desk.Digits("271828")}, &p); err != nil || p.ID == "" {
		t.Fatalf("%v, %+v", err, p)
	}
	if err := manager.Post(ctx, "proposal/reject", desk.Decision{ID: p.ID, Reason: "本人確認を"}, nil); err != nil {
		t.Error(err)
	}
	if err := officer.Post(ctx, "edit", desk.Edit{State: &desk.CardState{ID: "c91", To: "lost"}}, nil); err != nil {
		t.Errorf("one is enough to stop a card: %v", err)
	}
	if all := o.told(journal.RosterProposed); len(all) != 1 || all[0].Data.Account != "jimu" || all[0].Data.Private == "" {
		t.Errorf("%+v", all)
	}
	for _, r := range must(o.store.Rows(ctx, 0, 100_000))(o) {
		for _, secret := range []string{"新任", "argon2id", "本人確認"} {
			if strings.Contains(string(r.Payload), secret) {
				t.Errorf("%q is in an entry: %s", secret, r.Payload)
			}
		}
	}
}

// An import waits for the officer, who switches to it; one that is sent back leaves nothing staged.
func TestImportIsProposed(t *testing.T) {
	_, officer, _, clerk := staffedFully(t)
	file := []byte(strings.Replace(string(people.Demo()), "岡田 涼", "岡田 亮", 1))
	bring := func() (out desk.Import) {
		t.Helper()
		if err := clerk.Send(t.Context(), "import", url.Values{"name": {"demo.csv"}}, file, &out); err != nil {
			t.Fatal(err)
		}
		return out
	}
	got := bring()
	if got.Done || got.Proposal == "" {
		t.Fatalf("%+v", got)
	}
	if err := officer.Post(t.Context(), "proposal/reject", desk.Decision{ID: got.Proposal, Reason: "重複"}, nil); err != nil {
		t.Fatal(err)
	}
	got = bring()
	if err := officer.Post(t.Context(), "proposal/approve", desk.Decision{ID: got.Proposal}, nil); err != nil {
		t.Fatal(err)
	}
}

// A password is read as JSON and shows as nothing.
func TestPasswordsAreNotShown(t *testing.T) {
	in := desk.SignIn{Name: "x", Password: "secret words here"}
	if s := fmt.Sprintf("%v %+v %#v", in, in, in); strings.Contains(s, "secret") {
		t.Errorf("shown: %s", s)
	}
	b := must(json.Marshal(in))(t)
	var back desk.SignIn
	if json.Unmarshal(b, &back) != nil || back.Password != in.Password {
		t.Error("a password does not arrive")
	}
}

// Who has an account is told to nobody without one.
func TestAccountsAreListed(t *testing.T) {
	o := open(t, func(c *config.Config) { c.Accounts = nil })
	if status, text := o.raw(http.MethodGet, "accounts", ""); status != http.StatusForbidden {
		t.Errorf("%d %s", status, text)
	}
	o = open(t, nil, "roster")
	o.done("edit", desk.Edit{Person: &ledger.Person{Person: access.Person{ID: "p01", Kind: access.Staff}}})
	o.done("account", desk.Account{Name: "tanaka", Person: "p01", Password: password()})
	var rows []controller.AccountRow
	o.get("accounts", nil, &rows)
	if len(rows) != 1 || rows[0].Name != "tanaka" || rows[0].Hash != "" || !rows[0].Temporary {
		t.Errorf("%+v", rows)
	}
}
