package check_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"kidoban/controller/account"
	"kidoban/controller/passkey"
	"kidoban/controller/passkey/check"
	"kidoban/controller/passkey/passkeytest"
)

const origin = "https://kido.city.example"

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// ask asks as a site with one page does.
func ask(t testing.TB, r passkey.Request) (passkey.Answer, error) {
	t.Helper()
	r.Party = passkey.Party{ID: "kido.city.example", Name: "kidoban", Origins: []string{origin}}
	out := must(check.Here{}.Do(t.Context(), r))(t)
	if out.Refused != "" {
		return out, errors.New(out.Refused)
	}
	return out, nil
}

// registered is a device that an account has registered.
func registered(t testing.TB, name string) (*passkeytest.Device, account.Passkey) {
	t.Helper()
	d := must(passkeytest.New(origin))(t)
	asked := must(ask(t, passkey.Request{Ask: passkey.Register, Name: name}))(t)
	got := must(ask(t, passkey.Request{
		Ask: passkey.Registered, Name: name, Challenge: asked.Challenge, Response: must(d.Create(asked.Options))(t),
	}))(t)
	return d, got.Passkey
}

// signIn plays a sign-in of tanaka; only are the account's passkeys where they are known, lie changes what comes.
func signIn(t testing.TB, d *passkeytest.Device, has, only []account.Passkey, lie func(json.RawMessage) json.RawMessage) (passkey.Use, error) {
	t.Helper()
	asked := must(ask(t, passkey.Request{Ask: passkey.SignIn, Has: only}))(t)
	response := must(d.Get(asked.Options))(t)
	if lie != nil {
		response = lie(response)
	}
	out, err := ask(t, passkey.Request{Ask: passkey.SignedIn, Name: "tanaka", Has: has, Challenge: asked.Challenge, Response: response})
	return out.Use, err
}

func TestSignIn(t *testing.T) {
	d, p := registered(t, "tanaka")
	if p.ID == "" || len(p.Key) == 0 || p.Eligible || strings.Join(p.Transports, " ") != "internal" {
		t.Errorf("%+v", p)
	}
	for want := uint32(1); want < 4; want++ {
		use, err := signIn(t, d, []account.Passkey{p}, nil, nil)
		if err != nil || use.ID != p.ID || use.Count != want {
			t.Errorf("%v: %+v, want use %d", err, use, want)
		}
	}
	if _, err := signIn(t, d, []account.Passkey{p}, []account.Passkey{p}, nil); err != nil {
		t.Errorf("one of a few: %v", err)
	}
}

// What a browser asks for holds nothing that names a person, and asks for user verification and a discoverable key.
func TestOptions(t *testing.T) {
	_, p := registered(t, "tanaka")
	options := must(ask(t, passkey.Request{Ask: passkey.Register, Name: "tanaka", Has: []account.Passkey{p}}))(t).Options
	var o struct {
		RP                     struct{ ID string }
		User                   struct{ ID, Name string }
		ExcludeCredentials     []struct{ ID string }
		AuthenticatorSelection struct{ ResidentKey, UserVerification string }
		Attestation            string
	}
	if err := json.Unmarshal(options, &o); err != nil {
		t.Fatal(err)
	}
	if o.RP.ID != "kido.city.example" || o.User.Name != "tanaka" || o.User.ID == "" || len(o.ExcludeCredentials) != 1 || o.ExcludeCredentials[0].ID != p.ID ||
		o.AuthenticatorSelection.ResidentKey != "required" || o.AuthenticatorSelection.UserVerification != "required" {
		t.Errorf("%s", options)
	}
	for _, r := range []passkey.Request{
		{Ask: passkey.SignIn, Party: passkey.Party{ID: "localhost"}},
		{Ask: "else", Party: passkey.Party{ID: "localhost", Origins: []string{origin}}},
		{Ask: passkey.SignedIn, Party: passkey.Party{ID: "localhost", Origins: []string{origin}}, Challenge: json.RawMessage("[]")},
	} {
		if _, err := (check.Here{}).Do(t.Context(), r); err == nil {
			t.Errorf("%+v is answered", r)
		}
	}
}

// Each thing that may be wrong with an answer, one at a time.
func TestRefused(t *testing.T) {
	d, p := registered(t, "tanaka")
	has := []account.Passkey{p}
	other, q := registered(t, "sato")
	refused := func(what string, err error) {
		t.Helper()
		if err == nil {
			t.Errorf("%s is taken", what)
		}
	}
	_, err := signIn(t, other, has, nil, nil)
	refused("another's device", err)
	_, err = signIn(t, d, append(has, q), []account.Passkey{q}, nil)
	refused("one that was not asked for", err)
	forged := *other
	forged.ID, forged.User = d.ID, d.User
	_, err = signIn(t, &forged, has, nil, nil)
	refused("another key's signature", err)
	away := *d
	away.Origin = "https://kido.city.example.evil.example"
	_, err = signIn(t, &away, has, nil, nil)
	refused("another page", err)
	blind := *d
	blind.Unverified = true
	_, err = signIn(t, &blind, has, nil, nil)
	refused("nobody's finger", err)
	handle := *d
	handle.User = other.User
	_, err = signIn(t, &handle, has, nil, nil)
	refused("another's handle", err)
	var kept json.RawMessage
	if _, err = signIn(t, d, has, nil, func(r json.RawMessage) json.RawMessage { kept = r; return r }); err != nil {
		t.Fatal(err)
	}
	_, err = signIn(t, d, has, nil, func(json.RawMessage) json.RawMessage { return kept })
	refused("an answer to another challenge", err)
	_, err = signIn(t, d, has, nil, func(r json.RawMessage) json.RawMessage { return r[:len(r)/2] })
	refused("half an answer", err)

	asked := must(ask(t, passkey.Request{Ask: passkey.Register, Name: "tanaka"}))(t)
	for what, d := range map[string]*passkeytest.Device{"another page's registration": &away, "an unverified registration": &blind} {
		_, err = ask(t, passkey.Request{Ask: passkey.Registered, Name: "tanaka", Challenge: asked.Challenge, Response: must(d.Create(asked.Options))(t)})
		refused(what, err)
	}
	_, err = ask(t, passkey.Request{Ask: passkey.Registered, Name: "sato", Challenge: asked.Challenge, Response: must(d.Create(asked.Options))(t)})
	refused("a registration for another", err)
}

// Whatever a stranger sends as a browser's answer is refused, or is a use of the one passkey there is; nothing else ever comes
// of it.
func FuzzResponse(f *testing.F) {
	d, p := registered(f, "tanaka")
	in := must(ask(f, passkey.Request{Ask: passkey.SignIn}))(f)
	made := must(ask(f, passkey.Request{Ask: passkey.Register, Name: "tanaka"}))(f)
	f.Add([]byte(must(d.Get(in.Options))(f)))
	f.Add([]byte(must(d.Create(made.Options))(f)))
	f.Add([]byte("{}"))
	f.Fuzz(func(t *testing.T, response []byte) {
		_, _ = passkey.ID(response)
		out, err := ask(t, passkey.Request{
			Ask: passkey.SignedIn, Name: "tanaka", Has: []account.Passkey{p}, Challenge: in.Challenge, Response: response,
		})
		if err == nil && out.Use.ID != p.ID {
			t.Errorf("%+v is taken from %s", out, response)
		}
		_, _ = ask(t, passkey.Request{Ask: passkey.Registered, Name: "tanaka", Challenge: made.Challenge, Response: response})
	})
}
