package browser_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"kidoban/config"
	"kidoban/controller/console/consoletest"
	"kidoban/controller/directory/directorytest"
	"kidoban/controller/journal"
)

// expected takes back what the browser has said of an answer that was wanted.
func (b *tab) expected(text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.wrong = slices.DeleteFunc(b.wrong, func(w string) bool { return strings.Contains(w, text) })
}

// Somebody of the city's directory signs in with the password that they have there, and changes it there alone. What is wrong is
// answered alike, whether it is the password, the name or a lock; while the directory is down that is said, and who has a password
// of their own here signs in as always.
func TestDirectoryFlow(t *testing.T) {
	if !*wanted {
		t.Skip("needs -chromium")
	}
	var mu sync.Mutex
	servers := map[*config.Config]*directorytest.Server{}
	play(t, func(s *stage) {
		mu.Lock()
		ldap := servers[s.Config]
		mu.Unlock()
		m := s.as("manager").get("/accounts/add").fill(`#person`, "0203").fill(`#account`, "koyama")
		m.click(`main label:has(input[value="directory"])`)
		m.fill(`#login`, "sato").follow(`main form[action="/accounts/add"] button.main`).looks("directory-added").hides(`class="big mono"`)
		s.as("officer").get("/people/proposals").follow(`main form[action="/people/proposals/approve"] button`)

		b := s.out().get("/alarms").enter("koyama", ldap.Words["sato"])
		if b.path() != "/alarms" {
			b.Errorf("at %s, not where one wanted to go", b.path())
		}
		b.get("/account").looks("directory-account").says(b.in("庁内のディレクトリ", "the city's directory")).hides(`href="/account/password"`)
		b.get("/account/password").looks("directory-password").says(b.in("庁内のディレクトリ", "the city's directory")).hides(`type="password"`)
		b.out()

		said := func(name, word string) string { return b.get("/sign-in").enter(name, word).said() }
		wrong := said("koyama", "not the password")
		if unknown := said("no-such", "not the password"); unknown != wrong {
			b.Errorf("told apart: %s; %s", wrong, unknown)
		}
		b.patient(`location.pathname === "/"`, func() { said("koyama", ldap.Words["sato"]) })
		ldap.Stop()
		c := s.out().get("/sign-in").enter("koyama", ldap.Words["sato"])
		c.looks("directory-down").says(c.in("ディレクトリが応答しない", "directory does not answer")).hides(ldap.Words["sato"]).expected("status of 503")
		c.get("/sign-in").enter("staff", consoletest.Password)
		if c.path() != "/" {
			c.Errorf("a local account is not let in: %s", c.said())
		}
		if n := s.Told(journal.AccountSignInFailed); n != 3 {
			b.Errorf("%d failed sign-ins on record", n)
		}
	}, func(c *config.Config) {
		ldap := directorytest.Start(t)
		c.Directory = ldap.Config()
		mu.Lock()
		defer mu.Unlock()
		servers[c] = ldap
	})
}
