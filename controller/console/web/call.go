package web

import (
	"cmp"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/desk"
)

// Call is one request: who asks, in which language, and the daemon as that account speaks with it.
type Call struct {
	W    http.ResponseWriter
	R    *http.Request
	Lang access.Language
	Me   desk.Me      // the zero Me before signing in
	Desk *desk.Client // as who is signed in
	Now  time.Time
	Form *Form // of a POST; of a GET the query's
	// Tablet is the door whose tablet this session was handed to, "" of any other.
	Tablet string

	server *Server
	token  string
	ended  account.End // why there is none any more
	was    string      // whose it was
	route  *Route
}

// SignedIn says that somebody is.
func (c *Call) SignedIn() bool { return c.token != "" }

// May reports whether the account may do one of these somewhere. It only decides what is shown.
func (c *Call) May(actions ...account.Action) bool {
	for _, a := range actions {
		if c.Me.CanSomewhere(a) {
			return true
		}
	}
	return false
}

// Get asks the daemon a question; answer is a pointer to what is expected.
func (c *Call) Get(what string, query url.Values, answer any) error {
	return c.Desk.Get(c.R.Context(), what, query, answer)
}

// Post gives the daemon an order in the account's name; it returns when that is durable.
func (c *Call) Post(what string, order, answer any) error {
	return c.Desk.Post(c.R.Context(), what, order, answer)
}

// Can reports whether the account may do an action in a zone.
func (c *Call) Can(a account.Action, zone string) bool { return c.Me.Can(a, zone) }

// Self is who is signed in, as the page calls them.
func (c *Call) Self() string { return cmp.Or(c.Me.Name, c.Me.Account) }

// T is the words of a key in the page's language.
func (c *Call) T(key string, args ...any) string {
	group := ""
	if c.route != nil {
		group = c.route.group
	}
	return c.server.words.Say(c.Lang, group, key, args...)
}

// Log is for what went wrong here and is nobody's fault who asked.
func (c *Call) Log() *slog.Logger { return c.server.Log }

// Site is what the pages are of.
func (c *Call) Site() Site { return c.server.Site }

// Host is the name by which browsers reach these pages: what passkeys are bound to.
func (c *Call) Host() string { return c.server.Name }

// Trusted says that a browser lets pages from here use passkeys: over TLS, or on the machine itself.
func (c *Call) Trusted() bool { return c.server.Secure || c.server.Name == "localhost" }

// ByName says that the browser came here by the name that passkeys are bound to, and in a way that lets it use them.
func (c *Call) ByName() bool {
	host := c.R.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return host == c.Host() && c.Trusted()
}

// language is the one that was chosen, or the first that the browser names; Japanese of anything else.
func chosen(r *http.Request) access.Language {
	if k, err := r.Cookie("kidoban-lang"); err == nil {
		if k.Value == "en" {
			return access.English
		}
		return access.Japanese
	}
	if prefersEnglish(r.Header.Get("Accept-Language")) {
		return access.English
	}
	return access.Japanese
}
