package web

import (
	"net/http"

	"kidoban/controller/account"
	"kidoban/controller/desk"
)

// Again is what was sent with a sign-in that had ended: it goes on once the same account has signed in anew.
type Again struct {
	Kept
	Ended account.End
	As    string // the account
}

// over lets go of a session whose sign-in the daemon does not know any more, and remembers why. What an old page asks for must not
// take the cookie of a new sign-in away.
func (c *Call) over(why account.End) {
	c.was = c.server.sessions.GetString(c.R.Context(), keyAccount)
	if !c.route.Quiet {
		_ = c.server.sessions.Destroy(c.R.Context())
	}
	c.ended, c.token, c.Desk, c.Tablet = why, "", c.server.desk, ""
}

// orphan says that the browser shows a session that nobody here knows: this program was started since.
func (c *Call) orphan() bool {
	k, err := c.R.Cookie(c.server.sessions.Cookie.Name)
	return err == nil && k.Value != "" && c.server.sessions.Token(c.R.Context()) == ""
}

// toSignIn leads there, and says why one must. What was typed is not lost with a sign-in that had ended: it is kept as for a fresh
// proof.
func (c *Call) toSignIn() Answer {
	to := "/sign-in?to=" + queryEscape(c.keep().To)
	if c.ended == "" {
		return Go{To: to}
	}
	if k := c.late(); k.Path != "" {
		return Page{Name: "accounts/again", Data: Again{k, c.ended, c.was}, Status: http.StatusForbidden}
	}
	return Go{To: to + "&ended=" + string(c.ended)}
}

// late is the form that was sent too late, if it is one of a person who had signed in.
func (c *Call) late() Kept {
	if c.was == "" || c.route.Who != SignedIn || c.R.Method != http.MethodPost {
		return Kept{}
	}
	if c.Form == nil {
		c.R.Body = http.MaxBytesReader(c.W, c.R.Body, BodyMost)
		form, err := readForm(c.R)
		if err != nil {
			return Kept{}
		}
		c.Form = form
	}
	return c.keep()
}

// elsewhere ends a sign-in that turned up where it did not begin. Its session stays, so that its holder is told why at the next
// page.
func (c *Call) elsewhere() error {
	err := c.Post("sign-out", desk.SignOut{Elsewhere: true}, nil)
	if err != nil && desk.CodeOf(err) != desk.CodeEnded {
		return c.server.sessions.Destroy(c.R.Context())
	}
	c.token, c.Tablet, c.Desk = "", "", c.server.desk
	return nil
}
