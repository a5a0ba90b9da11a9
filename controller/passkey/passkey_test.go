package passkey_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"kidoban/controller/account"
	"kidoban/controller/passkey"
	"kidoban/controller/passkey/passkeytest"
)

const origin = "https://kido.city.example"

var party = passkey.Party{ID: "kido.city.example", Name: "kidoban", Origins: []string{origin}}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// registered is a device that an account has registered.
func registered(t testing.TB, name string) (*passkeytest.Device, account.Passkey) {
	t.Helper()
	d := must(passkeytest.New(origin))(t)
	options, c, err := party.Register(name, nil)
	if err != nil {
		t.Fatal(err)
	}
	return d, must(party.Registered(name, c, must(d.Create(options))(t)))(t)
}

// signIn plays a sign-in; only are the account's passkeys where they are known, lie changes what comes.
func signIn(t testing.TB, d *passkeytest.Device, has, only []account.Passkey, lie func(json.RawMessage) json.RawMessage) (string, passkey.Use, error) {
	t.Helper()
	options, c, err := party.SignIn(only)
	if err != nil {
		t.Fatal(err)
	}
	response := must(d.Get(options))(t)
	if lie != nil {
		response = lie(response)
	}
	return party.SignedIn(c, response, func(id string) (string, []account.Passkey, error) {
		for _, p := range has {
			if p.ID == id {
				return "tanaka", has, nil
			}
		}
		return "", nil, errors.New("nobody has it")
	})
}

func TestSignIn(t *testing.T) {
	d, p := registered(t, "tanaka")
	if p.ID == "" || len(p.Key) == 0 || p.Eligible || strings.Join(p.Transports, " ") != "internal" {
		t.Errorf("%+v", p)
	}
	for want := uint32(1); want < 4; want++ {
		name, use, err := signIn(t, d, []account.Passkey{p}, nil, nil)
		if err != nil || name != "tanaka" || use.ID != p.ID || use.Count != want {
			t.Errorf("%v: %q %+v, want use %d", err, name, use, want)
		}
	}
	if _, _, err := signIn(t, d, []account.Passkey{p}, []account.Passkey{p}, nil); err != nil {
		t.Errorf("one of a few: %v", err)
	}
}

// What a browser asks for holds nothing that names a person, and asks for user verification and a discoverable key.
func TestOptions(t *testing.T) {
	_, p := registered(t, "tanaka")
	options, _, err := party.Register("tanaka", []account.Passkey{p})
	if err != nil {
		t.Fatal(err)
	}
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
	if o.RP.ID != party.ID || o.User.Name != "tanaka" || o.User.ID == "" || len(o.ExcludeCredentials) != 1 || o.ExcludeCredentials[0].ID != p.ID ||
		o.AuthenticatorSelection.ResidentKey != "required" || o.AuthenticatorSelection.UserVerification != "required" {
		t.Errorf("%s", options)
	}
	if _, _, err := (passkey.Party{ID: "localhost"}).SignIn(nil); err == nil {
		t.Error("passkeys without a console")
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
	_, _, err := signIn(t, other, has, nil, nil)
	refused("another's device", err)
	_, _, err = signIn(t, d, append(has, q), []account.Passkey{q}, nil)
	refused("one that was not asked for", err)
	forged := *other
	forged.ID, forged.User = d.ID, d.User
	_, _, err = signIn(t, &forged, has, nil, nil)
	refused("another key's signature", err)
	away := *d
	away.Origin = "https://kido.city.example.evil.example"
	_, _, err = signIn(t, &away, has, nil, nil)
	refused("another page", err)
	blind := *d
	blind.Unverified = true
	_, _, err = signIn(t, &blind, has, nil, nil)
	refused("nobody's finger", err)
	handle := *d
	handle.User = other.User
	_, _, err = signIn(t, &handle, has, nil, nil)
	refused("another's handle", err)
	var kept json.RawMessage
	if _, _, err = signIn(t, d, has, nil, func(r json.RawMessage) json.RawMessage { kept = r; return r }); err != nil {
		t.Fatal(err)
	}
	_, _, err = signIn(t, d, has, nil, func(json.RawMessage) json.RawMessage { return kept })
	refused("an answer to another challenge", err)
	_, _, err = signIn(t, d, has, nil, func(r json.RawMessage) json.RawMessage { return r[:len(r)/2] })
	refused("half an answer", err)

	options, c, err := party.Register("tanaka", nil)
	if err != nil {
		t.Fatal(err)
	}
	for what, d := range map[string]*passkeytest.Device{"another page's registration": &away, "an unverified registration": &blind} {
		_, err = party.Registered("tanaka", c, must(d.Create(options))(t))
		refused(what, err)
	}
	_, err = party.Registered("sato", c, must(d.Create(options))(t))
	refused("a registration for another", err)
}

// Whatever a stranger sends as a browser's answer is refused, and nothing else comes of it.
func FuzzResponse(f *testing.F) {
	d, p := registered(f, "tanaka")
	options, c, err := party.SignIn(nil)
	if err != nil {
		f.Fatal(err)
	}
	made, rc, err := party.Register("tanaka", nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(must(d.Get(options))(f)))
	f.Add([]byte(must(d.Create(made))(f)))
	f.Add([]byte("{}"))
	f.Fuzz(func(t *testing.T, response []byte) {
		name, _, err := party.SignedIn(c, response, func(id string) (string, []account.Passkey, error) {
			if id != p.ID {
				return "", nil, errors.New("nobody has it")
			}
			return "tanaka", []account.Passkey{p}, nil
		})
		if err == nil && name != "tanaka" {
			t.Errorf("%q is let in by %s", name, response)
		}
		_, _ = party.Registered("tanaka", rc, response)
	})
}
