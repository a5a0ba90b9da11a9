package check_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kidoban/controller/account"
	"kidoban/controller/apart"
	"kidoban/controller/passkey"
	"kidoban/controller/passkey/check"
	"kidoban/controller/passkey/passkeytest"
)

// TestMain is also the program apart.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "passkey" {
		if err := check.Serve(context.Background(), os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// A registration and a sign-in, each question asked of a process of its own; what that cannot answer is an error that says so.
func TestApart(t *testing.T) {
	by := passkey.Apart{Program: apart.Program{Path: must(os.Executable())(t), Args: []string{"passkey"}}}
	party := passkey.Party{ID: "kido.city.example", Name: "kidoban", Origins: []string{origin}}
	do := func(r passkey.Request) passkey.Answer {
		t.Helper()
		r.Party, r.Name = party, "tanaka"
		return must(by.Do(t.Context(), r))(t)
	}
	d := must(passkeytest.New(origin))(t)
	asked := do(passkey.Request{Ask: passkey.Register})
	made := do(passkey.Request{Ask: passkey.Registered, Challenge: asked.Challenge, Response: must(d.Create(asked.Options))(t)})
	has := []account.Passkey{made.Passkey}
	asked = do(passkey.Request{Ask: passkey.SignIn})
	used := do(passkey.Request{Ask: passkey.SignedIn, Has: has, Challenge: asked.Challenge, Response: must(d.Get(asked.Options))(t)})
	if used.Use.ID != made.Passkey.ID || used.Use.Count != 1 {
		t.Errorf("%+v", used)
	}
	if again := do(passkey.Request{Ask: passkey.SignedIn, Has: has, Challenge: asked.Challenge, Response: must(d.Create(asked.Options))(t)}); again.Refused == "" {
		t.Errorf("%+v", again)
	}
	if _, err := by.Do(t.Context(), passkey.Request{Ask: passkey.SignIn}); err == nil || !strings.Contains(err.Error(), "[console]") {
		t.Errorf("without a console: %v", err)
	}
	by.Path = filepath.Join(t.TempDir(), "kidoban")
	if _, err := by.Do(t.Context(), passkey.Request{Ask: passkey.SignIn, Party: party}); err == nil || !strings.Contains(err.Error(), "kidoban") {
		t.Errorf("no program: %v", err)
	}
}
