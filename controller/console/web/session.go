package web

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/alexedwards/scs/v2/memstore"
)

// What a session holds: the daemon's token, where the browser is, and the door whose tablet it was handed to.
const (
	keyToken   = "token"
	keyPlace   = "place"
	keyTablet  = "tablet"
	keyAccount = "account"
	keySlip    = "slip" // what the visitor at that tablet has written so far
)

// sessions live in memory: a restart of the console ends them. How long a sign-in lasts is the daemon's to say; here it is
// only bounded.
func newSessions(secure bool) *scs.SessionManager {
	m := scs.New()
	m.Store = memstore.NewWithCleanupInterval(0) // looked through by Run
	m.Lifetime = 24 * time.Hour
	m.HashTokenInStore = true
	m.Cookie.Name = "kidoban"
	if secure {
		m.Cookie.Name = "__Host-kidoban"
	}
	m.Cookie.Secure = secure
	m.Cookie.HttpOnly = true
	m.Cookie.SameSite = http.SameSiteLaxMode // a mail may link to a page
	m.Cookie.Persist = false
	return m
}

// place is where a browser is: its address, what it calls itself, and whether it comes by TLS. A session that turns up elsewhere
// was stolen.
func place(r *http.Request) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%v", remote(r), r.UserAgent(), r.TLS != nil))
	return hex.EncodeToString(sum[:])
}

func remote(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// SignIn begins a session of the daemon's token, under a new cookie: one that was known before is worth nothing after it.
func (c *Call) SignIn(token string) error {
	ctx := c.R.Context()
	if err := c.server.sessions.RenewToken(ctx); err != nil {
		return err
	}
	c.server.sessions.Put(ctx, keyToken, token)
	c.server.sessions.Put(ctx, keyPlace, place(c.R))
	c.server.sessions.Remove(ctx, keyTablet)
	return nil
}

// SignOut ends the session here and at the daemon.
func (c *Call) SignOut() error {
	if c.token != "" {
		_ = c.Post("sign-out", struct{}{}, nil) // it may have ended by itself
		c.token, c.Tablet, c.Desk = "", "", c.server.desk
	}
	return c.server.sessions.Destroy(c.R.Context())
}

// HandToTablet confines the session to the tablet at a door, until somebody signs in anew.
func (c *Call) HandToTablet(door string) {
	c.server.sessions.Put(c.R.Context(), keyTablet, door)
	c.KeepSlip(nil)
}

// Slip is what the visitor at this tablet has written so far, nil for nothing.
func (c *Call) Slip() []byte { return c.server.sessions.GetBytes(c.R.Context(), keySlip) }

// KeepSlip keeps that until the visitor's next page, in memory alone; nil forgets it.
func (c *Call) KeepSlip(b []byte) {
	if b == nil {
		c.server.sessions.Remove(c.R.Context(), keySlip)
		return
	}
	c.server.sessions.Put(c.R.Context(), keySlip, b)
}

// once is what a form's token is bound to: the cookie of the session, or before signing in the browser's place.
func (c *Call) bound() string {
	if t := c.server.sessions.Token(c.R.Context()); t != "" {
		return t
	}
	return place(c.R)
}
