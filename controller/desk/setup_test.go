package desk_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"kidoban/config"
	"kidoban/controller/account"
	"kidoban/controller/desk"
	"kidoban/controller/journal"
)

// asUser sends an order to a desk as a user of the machine.
func asUser(t *testing.T, k *desk.Desk, uid int, what string, v any) (int, string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/"+what, strings.NewReader(string(must(json.Marshal(v))(t))))
	w := httptest.NewRecorder()
	desk.Handler(k, uid).ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

func unmarshal(t *testing.T, text string, v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), v); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
}

// The installer's code signs one in as the installer, once, from any user of the machine; each step is on record, and the
// code nowhere.
func TestSetup(t *testing.T) {
	o := open(t, withConsole(nil), "operate", "roster")
	var made desk.Setup
	if err := o.client.Post(t.Context(), "setup/begin", struct{}{}, &made); err != nil {
		t.Fatal(err)
	}
	if made.Address != page || len(made.Code) != 14 || time.Until(made.Until) > 10*time.Minute {
		t.Errorf("%+v %q", made, string(made.Code))
	}
	typed := desk.Password(strings.ToLower(strings.ReplaceAll(string(made.Code), "-", " ")))
	var in desk.SignedIn
	if err := o.client.Nobody().Post(t.Context(), "sign-in/setup", desk.SetupCode{Code: typed}, &in); err != nil {
		t.Fatal(err)
	}
	c := o.client.As(in.Token)
	if m := o.me(c); m.Account != "clerk" || !m.Can(account.ManageAccounts, "") || !m.Signed || !m.Fresh {
		t.Errorf("%+v", m)
	}
	o.coded(o.client, desk.CodeRefused, "sign-in/setup", desk.SetupCode{Code: made.Code})
	o.coded(c, desk.CodeRefused, "setup/begin", struct{}{})
	o.coded(c, desk.CodeRefused, "account/password", desk.NewPassword{Old: "x", New: password()})
	o.coded(c, desk.CodeRefused, "account/totp/begin", struct{}{})
	if err := c.Post(t.Context(), "sign-out", struct{}{}, nil); err != nil {
		t.Error(err)
	}
	o.coded(c, desk.CodeEnded, "sign-out", struct{}{})
	if e := o.only(journal.AccountSignedIn); e.Data.Mode != "setup" || e.Data.Account != "clerk" {
		t.Errorf("%+v", e.Data)
	}
	if e := o.only(journal.AccountChanged); e.Data.Mode != "setup_code" {
		t.Errorf("%+v", e.Data)
	}
	o.scan(string(made.Code), strings.ReplaceAll(string(made.Code), "-", ""))
}

// Wrong codes are slow and few: the second at once is not looked at, and nobody but the installer is given a code.
func TestSetupCodesAreFew(t *testing.T) {
	o := open(t, nil, "roster")
	var made desk.Setup
	if err := o.client.Post(t.Context(), "setup/begin", struct{}{}, &made); err != nil || made.Address != "" {
		t.Fatalf("%v %+v", err, made)
	}
	o.coded(o.client, desk.CodeRefused, "sign-in/setup", desk.SetupCode{Code: "0000-0000-0000"})
	err := o.client.Post(t.Context(), "sign-in/setup", desk.SetupCode{Code: made.Code}, nil)
	if err == nil || !strings.Contains(err.Error(), "too soon") {
		t.Errorf("the right code right after a wrong one: %v", err)
	}
	o.eventually("the back-off is over", func() bool {
		return o.client.Post(t.Context(), "sign-in/setup", desk.SetupCode{Code: made.Code}, nil) == nil
	})
	o.coded(o.client.Nobody(), desk.CodeRefused, "setup/begin", struct{}{})
	for name, change := range map[string]func(*config.Config){
		"no account": func(c *config.Config) { c.Accounts = nil },
		"a person's": func(c *config.Config) {
			c.Accounts = []config.Account{{Name: "clerk", UID: os.Getuid(), Person: "p01", May: []string{"roster"}}}
		},
	} {
		p := open(t, change)
		if err := p.client.Post(t.Context(), "setup/begin", struct{}{}, nil); err == nil {
			t.Errorf("%s is given a code", name)
		}
	}
}
