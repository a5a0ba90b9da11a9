package desk_test

import (
	"errors"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	authenticator "github.com/pquerna/otp/totp"

	"kidoban/config"
	"kidoban/controller/account"
	"kidoban/controller/desk"
	"kidoban/controller/journal"
	"kidoban/controller/passkey/passkeytest"
)

const page = "http://localhost:8080"

// withConsole is a site with a console at page.
func withConsole(change func(*config.Config)) func(*config.Config) {
	return func(c *config.Config) {
		c.Console.Listen = "127.0.0.1:8080"
		if change != nil {
			change(c)
		}
	}
}

func (o *office) me(c *desk.Client) (m desk.Me) {
	o.Helper()
	if err := c.Get(o.Context(), "me", nil, &m); err != nil {
		o.Fatal(err)
	}
	return m
}

// coded sends an order that must be refused with a code.
func (o *office) coded(c *desk.Client, code, what string, order any) {
	o.Helper()
	err := c.Post(o.Context(), what, order, nil)
	var e *desk.Error
	if !errors.As(err, &e) || e.Code != code || e.Error() == "" {
		o.Errorf("%s: %#v, want the code %s", what, err, code)
	}
}

// code is what an authenticator shows: now, or some steps from now.
func code(t testing.TB, secret desk.Password, steps time.Duration) desk.Password {
	t.Helper()
	return desk.Password(must(authenticator.GenerateCode(string(secret), time.Now().Add(steps*30*time.Second)))(t))
}

// Who asks is told who they are; a server that speaks for strangers is nobody, whoever its user is.
func TestMe(t *testing.T) {
	o := open(t, nil, "operate", "roster")
	o.staffed()
	if m := o.me(o.client); m.Account != "clerk" || m.Signed || !m.Fresh || !m.Can(account.OperateDoor, "room") {
		t.Errorf("the user of the machine: %+v", m)
	}
	nobody := o.client.Nobody()
	if m := o.me(nobody); m.Account != "" || m.Can(account.OperateDoor, "room") || m.Fresh || !m.CanSomewhere(account.Look) {
		t.Errorf("nobody: %+v", m)
	}
	o.coded(nobody, desk.CodeRefused, "door", orders["door"])
	o.coded(nobody, desk.CodeRefused, "sign-out", struct{}{})
	o.coded(nobody, desk.CodeRefused, "account/totp/begin", struct{}{})
	c, _ := o.signedIn("tanaka", "p01")
	if m := o.me(c); m.Account != "tanaka" || m.Name != "青木 花子" || !m.Signed || m.Ends.IsZero() || m.Proved > time.Minute || m.Idle != 15*time.Minute {
		t.Errorf("%+v", m)
	}
}

// The codes of refusals, by which a client tells them apart.
func TestCodes(t *testing.T) {
	o := open(t, nil, "operate", "roster")
	o.staffed()
	o.coded(o.client, desk.CodeInvalid, "door", desk.Door{Door: "room", Order: "release"})
	o.coded(o.client, desk.CodeRefused, "door", desk.Door{Door: "cellar", Order: "normal", Reason: "x"})
	o.coded(o.client.As(strings.Repeat("A", 43)), desk.CodeEnded, "door", orders["door"])
	if err := o.client.As("x").Post(t.Context(), "door", orders["door"], nil); !errors.Is(err, desk.ErrEnded) || desk.CodeOf(err) != desk.CodeEnded {
		t.Errorf("%v", err)
	}
	o.coded(desk.Dial(o.socket+"x"), desk.CodeUnavailable, "door", orders["door"])
	if err := o.client.Get(t.Context(), "look", nil, nil); desk.CodeOf(err) != desk.CodeMissing {
		t.Errorf("%v", err)
	}
	first := password()
	o.done("account", desk.Account{Name: "tanaka", Person: "p01", Password: first})
	c, temporary := o.signIn("tanaka", first)
	if m := o.me(c); !temporary || !m.Temporary || len(m.May) != 0 {
		t.Errorf("%+v", m)
	}
	o.coded(c, desk.CodePassword, "door", orders["door"])
}

// From the QR code to the sign-in with a code, which is good once; the secret lies nowhere as it is.
func TestTOTP(t *testing.T) {
	o := open(t, nil, "operate", "roster")
	o.staffed()
	c, own := o.signedIn("tanaka", "p01")
	post := func(c *desk.Client, what string, v, answer any) error { return c.Post(t.Context(), what, v, answer) }
	var made desk.TOTP
	if err := post(c, "account/totp/begin", struct{}{}, &made); err != nil || !strings.HasPrefix(string(made.URI), "otpauth://totp/") {
		t.Fatalf("%v %q", err, string(made.URI))
	}
	o.coded(c, desk.CodeRefused, "account/totp/confirm", desk.Code{Pending: made.Pending, Code: "000000"})
	if err := post(c, "account/totp/confirm", desk.Code{Pending: made.Pending, Code: code(t, made.Secret, -1)}, nil); err != nil {
		t.Fatal(err)
	}
	o.coded(c, desk.CodeRefused, "account/totp/confirm", desk.Code{Pending: made.Pending, Code: code(t, made.Secret, 0)})
	if !o.me(c).TOTP {
		t.Error("the account has no codes")
	}
	begin := func() (in desk.SignedIn) {
		t.Helper()
		if err := post(o.client, "sign-in", desk.SignIn{Name: "tanaka", Password: own}, &in); err != nil || in.Needs != desk.NeedsCode || in.Token != "" {
			t.Fatalf("%v %+v", err, in)
		}
		return in
	}
	in := begin()
	o.coded(o.client.As(in.Pending), desk.CodeEnded, "sign-out", struct{}{})
	var done desk.SignedIn
	now := code(t, made.Secret, 0)
	if err := post(o.client, "sign-in/code", desk.Code{Pending: in.Pending, Code: now}, &done); err != nil || done.Token == "" {
		t.Fatalf("%v %+v", err, done)
	}
	if m := o.me(o.client.As(done.Token)); m.Account != "tanaka" {
		t.Errorf("%+v", m)
	}
	o.coded(o.client, desk.CodeRefused, "sign-in/code", desk.Code{Pending: in.Pending, Code: code(t, made.Secret, 1)})
	o.coded(o.client, desk.CodeRefused, "sign-in/code", desk.Code{Pending: begin().Pending, Code: now})
	o.eventually("it is on record", func() bool {
		all := o.told(journal.AccountSignInFailed)
		return len(all) == 1 && all[0].Data.Reason == "code_used"
	})
	o.eventually("the back-off is over", func() bool {
		return post(o.client.As(done.Token), "sign-in/again", desk.Again{Code: code(t, made.Secret, 1)}, nil) == nil
	})
	o.scan(string(made.Secret))
	for _, d := range must(o.store.Snapshot(t.Context()))(t).Documents {
		if strings.Contains(string(d.Body), string(made.Secret)) {
			t.Errorf("the secret lies in the database: %s %s", d.Kind, d.ID)
		}
	}
}

// Three wrong codes end what was begun.
func TestFewCodes(t *testing.T) {
	o := open(t, func(c *config.Config) { c.Duties.Tries = 20 }, "operate", "roster")
	o.staffed()
	c, own := o.signedIn("tanaka", "p01")
	var made desk.TOTP
	if err := c.Post(t.Context(), "account/totp/begin", struct{}{}, &made); err != nil {
		t.Fatal(err)
	}
	if err := c.Post(t.Context(), "account/totp/confirm", desk.Code{Pending: made.Pending, Code: code(t, made.Secret, 0)}, nil); err != nil {
		t.Fatal(err)
	}
	var in desk.SignedIn
	if err := o.client.Post(t.Context(), "sign-in", desk.SignIn{Name: "tanaka", Password: own}, &in); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		o.coded(o.client, desk.CodeRefused, "sign-in/code", desk.Code{Pending: in.Pending, Code: "000000"})
	}
	err := o.client.Post(t.Context(), "sign-in/code", desk.Code{Pending: in.Pending, Code: code(t, made.Secret, 1)}, nil)
	if err == nil || !strings.Contains(err.Error(), "begin anew") {
		t.Errorf("%v", err)
	}
}

// A passkey is registered, signs in without a name or a password, proves anew, and is taken away.
func TestPasskeys(t *testing.T) {
	o := open(t, withConsole(nil), "operate", "roster")
	o.staffed()
	c, _ := o.signedIn("tanaka", "p01")
	d := must(passkeytest.New(page))(t)
	o.registers(c, d)
	if m := o.me(c); len(m.Passkeys) != 1 || m.Passkeys[0].Name != "窓口の端末" || m.Passkeys[0].Key != nil {
		t.Fatalf("%+v", m)
	}
	var in desk.SignedIn
	answer := o.touched(o.client, d)
	if err := o.client.Post(t.Context(), "sign-in/passkey", answer, &in); err != nil || in.Account != "tanaka" || in.Token == "" {
		t.Fatalf("%v %+v", err, in)
	}
	o.coded(o.client, desk.CodeRefused, "sign-in/passkey", answer)
	c = o.client.As(in.Token)
	again := o.touched(c, d)
	o.coded(o.client, desk.CodeRefused, "sign-in/passkey", again) // what proves anew signs nobody in
	again = o.touched(c, d)
	if err := c.Post(t.Context(), "sign-in/again", desk.Again{Passkey: &again}, nil); err != nil {
		t.Error(err)
	}
	d.Count = 0
	o.coded(o.client, desk.CodeRefused, "sign-in/passkey", o.touched(o.client, d))
	o.eventually("it is on record", func() bool {
		all := o.told(journal.AccountSignInFailed)
		return len(all) == 1 && all[0].Data.Reason == "passkey_counter"
	})
	stranger := must(passkeytest.New(page))(t)
	stranger.User = d.User
	o.coded(o.client, desk.CodeRefused, "sign-in/passkey", o.touched(o.client, stranger))
	if err := c.Post(t.Context(), "account/passkey/remove", desk.PasskeyID{ID: o.me(c).Passkeys[0].ID}, nil); err != nil {
		t.Error(err)
	}
	d.Count = 1000
	o.coded(o.client, desk.CodeRefused, "sign-in/passkey", o.touched(o.client, d))
	var modes []string
	for _, e := range o.told(journal.AccountChanged) {
		modes = append(modes, e.Data.Mode)
	}
	if all := strings.Join(modes, " "); !strings.Contains(all, "passkey_added passkey_removed") {
		t.Errorf("%s", all)
	}
}

// registers gives the account of a client a device.
func (o *office) registers(c *desk.Client, d *passkeytest.Device) {
	o.Helper()
	var asked desk.Challenge
	if err := c.Post(o.Context(), "account/passkey/begin", struct{}{}, &asked); err != nil {
		o.Fatal(err)
	}
	answer := desk.Response{Flow: asked.Flow, Response: must(d.Create(asked.Options))(o), Name: "窓口の端末"}
	if err := c.Post(o.Context(), "account/passkey", answer, nil); err != nil {
		o.Fatal(err)
	}
	o.coded(c, desk.CodeRefused, "account/passkey", answer)
}

// touched is what a browser with this device answers to a challenge.
func (o *office) touched(c *desk.Client, d *passkeytest.Device) desk.Response {
	o.Helper()
	var asked desk.Challenge
	if err := c.Post(o.Context(), "sign-in/passkey/begin", struct{}{}, &asked); err != nil {
		o.Fatal(err)
	}
	return desk.Response{Flow: asked.Flow, Response: must(d.Get(asked.Options))(o)}
}

// What one user of the machine has begun is worth nothing to another.
func TestFlowsAreOfOneUser(t *testing.T) {
	o := open(t, withConsole(nil), "operate", "roster")
	o.staffed()
	c, own := o.signedIn("tanaka", "p01")
	d := must(passkeytest.New(page))(t)
	o.registers(c, d)
	mine, other := must(desk.New(o.deps))(t), os.Getuid()+1
	sent := func(uid int, what string, v any) (int, string) { return asUser(t, mine, uid, what, v) }
	var asked desk.Challenge
	status, text := sent(os.Getuid(), "sign-in/passkey/begin", struct{}{})
	unmarshal(t, text, &asked)
	answer := desk.Response{Flow: asked.Flow, Response: must(d.Get(asked.Options))(t)}
	if status != http.StatusOK {
		t.Fatalf("%d %s", status, text)
	}
	if status, text = sent(other, "sign-in/passkey", answer); status != http.StatusForbidden {
		t.Errorf("another user: %d %s", status, text)
	}
	if status, text = sent(os.Getuid(), "sign-in/passkey", answer); status != http.StatusOK {
		t.Errorf("the same user: %d %s", status, text)
	}
	var in desk.SignedIn
	_, text = sent(other, "sign-in", desk.SignIn{Name: "tanaka", Password: own})
	unmarshal(t, text, &in)
	if in.Token == "" {
		t.Fatalf("%s", text)
	}
}

// A grave act takes a fresh proof, told by its code; proving anew is enough, and what is everyday goes on without.
func TestProveAgain(t *testing.T) {
	o := open(t, func(c *config.Config) { c.Duties.Prove = 0 }, "operate", "roster")
	o.staffed()
	c, _ := o.signedIn("tanaka", "p01")
	if m := o.me(c); m.Fresh {
		t.Errorf("%+v", m)
	}
	o.coded(c, desk.CodeProve, "account/totp/begin", struct{}{})
	o.coded(c, desk.CodeProve, "account/passkey/begin", struct{}{})
	o.coded(c, desk.CodeProve, "account/totp/remove", struct{}{})
	o.done("account/close", desk.Named{Name: "tanaka"}) // by the user of the machine, who is not asked

	o, officer, _, _ := staffedWith(t, func(c *config.Config) { c.Duties.Prove = config.Duration(time.Second) })
	o.eventually("the proof is old", func() bool { return !o.me(officer).Fresh })
	o.coded(officer, desk.CodeProve, "account/close", desk.Named{Name: "jimu"})
	o.coded(officer, desk.CodeProve, "retention/hold", desk.Hold{Class: "alarms", Year: 2025, Reason: "x"})
	if err := officer.Post(t.Context(), "door", orders["door"], nil); err != nil {
		t.Errorf("an everyday act: %v", err)
	}
	o.coded(officer, desk.CodeRefused, "sign-in/again", desk.Again{Password: "not the password"})
	o.coded(officer, desk.CodeProve, "account/close", desk.Named{Name: "jimu"})
	o.eventually("freshly proved, it is done", func() bool {
		return officer.Post(t.Context(), "sign-in/again", desk.Again{Password: o.passwords["kacho"]}, nil) == nil &&
			officer.Post(t.Context(), "account/close", desk.Named{Name: "jimu"}, nil) == nil
	})
}

// Who must have a second proof is led to set one up, and may do nothing else.
func TestEnrol(t *testing.T) {
	o := open(t, withConsole(func(c *config.Config) { c.Duties.Second = "always" }), "operate", "roster")
	o.staffed()
	first, own := password(), password()
	o.done("account", desk.Account{Name: "tanaka", Person: "p01", Password: first})
	c, _ := o.signIn("tanaka", first)
	if err := c.Post(t.Context(), "account/password", desk.NewPassword{Old: first, New: own}, nil); err != nil {
		t.Fatal(err)
	}
	var in desk.SignedIn
	if err := o.client.Post(t.Context(), "sign-in", desk.SignIn{Name: "tanaka", Password: own}, &in); err != nil || !in.Enrol || in.Token == "" {
		t.Fatalf("%v %+v", err, in)
	}
	c = o.client.As(in.Token)
	o.coded(c, desk.CodeSecond, "door", orders["door"])
	if m := o.me(c); !m.Enrol || len(m.May) != 0 {
		t.Errorf("%+v", m)
	}
	o.registers(c, must(passkeytest.New(page))(t))
	if m := o.me(c); m.Enrol || !m.CanSomewhere(account.Look) {
		t.Errorf("%+v", m)
	}
	in = desk.SignedIn{}
	if err := o.client.Post(t.Context(), "sign-in", desk.SignIn{Name: "tanaka", Password: own}, &in); err != nil || in.Needs != desk.NeedsPasskey || in.Token != "" {
		t.Errorf("the password alone: %v %+v", err, in)
	}
}
