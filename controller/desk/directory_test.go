package desk_test

import (
	"strings"
	"testing"
	"time"

	"kidoban/config"
	"kidoban/controller/desk"
	"kidoban/controller/directory/directorytest"
	"kidoban/controller/journal"
)

// A person of the directory signs in with the password that they have there; wrong ones count here and lock here, before
// the directory is asked again; while it is down that is said, and everybody else signs in as always.
func TestDirectory(t *testing.T) {
	s := directorytest.Start(t)
	o := open(t, func(c *config.Config) { c.Directory, c.Duties.Tries = s.Config(), 3 }, "operate", "roster")
	o.staffed()
	_, own := o.signedIn("local", "p01")
	o.refused("no password here", "account", desk.Account{Name: "tanaka", Person: "p01", Directory: true, Password: password()})
	o.refused("name in the directory", "account", desk.Account{Name: "tanaka", Person: "p01", Directory: true, Login: "a)(b"})
	o.done("account", desk.Account{Name: "tanaka", Person: "p01", Directory: true})
	o.done("account", desk.Account{Name: "s-ichi", Person: "p01", Directory: true, Login: "sato"})
	right := func(name, uid string) desk.SignIn {
		return desk.SignIn{Name: name, Password: desk.Password(s.Words[uid])}
	}
	c, temporary := o.signIn("s-ichi", right("", "sato").Password)
	if m := o.me(c); temporary || !m.Directory || m.Account != "s-ichi" || m.Temporary {
		t.Errorf("%+v", m)
	}
	o.coded(c, desk.CodeRefused, "account/password", desk.NewPassword{Old: right("", "sato").Password, New: password()})
	if err := c.Post(t.Context(), "sign-in/again", desk.Again{Password: right("", "sato").Password}, nil); err != nil {
		t.Error(err)
	}
	o.signIn("tanaka", right("", "tanaka").Password)
	o.coded(o.client, desk.CodeRefused, "sign-in", desk.SignIn{Name: "tanaka"})
	o.eventually("the account is locked", func() bool {
		_ = o.client.Post(t.Context(), "sign-in", desk.SignIn{Name: "tanaka", Password: "wrong"}, nil)
		for _, e := range o.told(journal.AccountSignInFailed) {
			if e.Data.Mode == "locked" {
				return true
			}
		}
		return false
	})
	s.Stop()
	o.coded(o.client, desk.CodeRefused, "sign-in", right("tanaka", "tanaka"))
	began := time.Now()
	err := o.client.Post(t.Context(), "sign-in", right("s-ichi", "sato"), nil)
	if desk.CodeOf(err) != desk.CodeUnavailable || !strings.Contains(err.Error(), "directory does not answer") || time.Since(began) > 20*time.Second {
		t.Errorf("down: %v after %v", err, time.Since(began))
	}
	o.signIn("local", own)
	o.scan(s.Words["sato"], s.Words["tanaka"], s.Words["reader"])
}
