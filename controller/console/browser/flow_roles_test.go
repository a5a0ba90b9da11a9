package browser_test

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kidoban/controller/console/consoletest"
	"kidoban/controller/journal"
	"kidoban/device/sim"
)

// roles are the accounts that walk, and what the menu must not offer them.
var roles = map[string][]string{
	"ciso": nil, "officer": nil, "manager": nil, "clerk": nil,
	"west": nil, "staff": {"/setup"}, "maintenance": {"/setup"},
	"auditor": {"/setup", "/lost"}, "designee": {"/setup", "/register", "/lost"}, "deputy": {"/setup", "/register", "/lost"},
	"nobody": {"/setup", "/register", "/lost", "/people", "/permits", "/visits", "/alarms"},
}

// Each role walks through the menu with the mouse. Whatever a page offers it, a link or a form of its own address, it may use;
// what it may not do is not offered.
func TestRolesFlow(t *testing.T) {
	play(t, func(s *stage) {
		something(s.Site)
		s.Act(sim.Act{Verb: "force"})
		s.Eventually("the alarm", func() bool { return s.Told(journal.AlarmRaised) > 0 })
		for _, name := range []string{"ciso", "officer", "manager", "clerk", "west", "staff", "maintenance", "auditor", "designee", "deputy", "nobody"} {
			s.walk(name, s.SignIn(name, s.lang), roles[name])
		}
	})
}

// someone is whom or what an address is about: one of them is as good as another.
var someone = regexp.MustCompile(`[0-9A-Z][0-9A-Z-]*\d|=[^&]*|%[0-9A-F%]*`)

// walk goes through everything that the menu offers.
func (s *stage) walk(name string, asks *consoletest.Browser, not []string) {
	s.Helper()
	b := s.as(name).get("/")
	b.looks("role-" + name)
	menu := b.offers("nav")
	for _, at := range not {
		if slices.Contains(menu, at) {
			b.Errorf("%s is offered %s", name, at)
		}
	}
	tried := map[string]bool{}
	for _, at := range menu {
		b.follow(`header nav a[href="` + at + `"]`)
		if b.path() != at {
			b.Errorf("%s: %s leads to %s", name, at, b.path())
		}
		b.words()
		for _, to := range b.offers("main") {
			if kind := someone.ReplaceAllString(to, "*"); !tried[kind] {
				tried[kind] = true
				if asks.Get(to); asks.Code != 200 {
					b.Errorf("%s is offered %s at %s, and is answered %d: %.200s", name, to, at, asks.Code, asks.Said())
				}
			}
		}
	}
	b.Logf("%s: %d of the menu, %d kinds of links", name, len(menu), len(tried))
	if n := s.Told(journal.AccountRefused); n != 0 {
		b.Errorf("%d refusals for want of a role are on record", n)
	}
}

// offers are the addresses of the links of a part of the page that are seen, without what prints or signs out.
func (b *tab) offers(part string) (out []string) {
	b.Helper()
	seen := fmt.Sprintf(`[...document.querySelectorAll(%s)].filter((a) => a.checkVisibility() || a.closest("details:not([open])") && !a.closest(".if-operate, .if-ack, .if-consent")).map((a) => a.getAttribute("href"))`, quote(part+" a[href]"))
	for _, href := range value[[]string](b, seen) {
		u, err := url.Parse(href)
		if err != nil || u.Host != "" || strings.HasPrefix(href, "#") {
			continue
		}
		if at := u.RequestURI(); !slices.Contains(out, at) && strings.HasPrefix(at, "/") {
			out = append(out, at)
		}
	}
	return out
}
