package web

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// The content that a page may have: its own, and nothing written into it.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; " +
	"form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"

// headers are on every answer. Nothing that shows a person is kept by a browser or on the way to it.
func (s *Server) headers(h http.Header) {
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), usb=(), payment=()")
	h.Set("Cache-Control", "no-store")
	if s.Secure {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// How often one address may ask: a person with a few pages open never notices. Trying to sign in is slower still, of one
// account slower than of all: an office behind one address signs in at half past eight, and who guesses at a colleague's
// account keeps nobody else there from theirs.
const (
	asksPerSecond, asksAtOnce   = 40, 400
	signsPerSecond, signsAtOnce = 5, 200
	triesPerSecond, triesAtOnce = 0.2, 12
	addressesMost               = 4096
	triedMost                   = 16 * addressesMost
)

// limits count the requests of each address, or of each account at an address.
type limits struct {
	mu          sync.Mutex
	each        rate.Limit
	burst, most int
	byAddress   map[string]*limited
	lastCleared time.Time
}

type limited struct {
	*rate.Limiter
	last time.Time
}

func newLimits(each rate.Limit, burst, most int) *limits {
	return &limits{each: each, burst: burst, most: most, byAddress: map[string]*limited{}}
}

// network is what is counted as one address: of IPv6 the network, since everybody there has as many addresses as they like.
func network(address string) string {
	a, err := netip.ParseAddr(address)
	if a = a.Unmap(); err != nil || a.Is4() {
		return address
	}
	n, _ := a.WithZone("").Prefix(64)
	return n.String()
}

// allow counts a request. With too many addresses at once the ones not yet known wait.
func (l *limits) allow(address string, now time.Time) bool { return l.allowOf(address, "", now) }

// allowOf counts what an address tries of an account.
func (l *limits) allowOf(address, account string, now time.Time) bool {
	address = network(address) + "\n" + account
	l.mu.Lock()
	defer l.mu.Unlock()
	if now.Sub(l.lastCleared) > time.Minute {
		l.lastCleared = now
		for a, x := range l.byAddress {
			if now.Sub(x.last) > time.Minute && x.TokensAt(now) >= float64(l.burst) {
				delete(l.byAddress, a)
			}
		}
	}
	x := l.byAddress[address]
	if x == nil {
		if len(l.byAddress) >= l.most {
			return false
		}
		x = &limited{Limiter: rate.NewLimiter(l.each, l.burst)}
		l.byAddress[address] = x
	}
	x.last = now
	return x.AllowN(now, 1)
}

// signs says that a request tries to prove who somebody is.
func signs(r *http.Request) bool {
	return r.Method == http.MethodPost && (strings.HasPrefix(r.URL.Path, "/sign-in") || r.URL.Path == "/prove")
}

// tries says that a request tries a password or a code, and of what: an account, a sign-in that has begun, the machine. A
// passkey's answer cannot be guessed.
func (c *Call) tries() (of string, guesses bool) {
	switch c.R.URL.Path {
	case "/sign-in":
		of = strings.ToLower(c.Form.Get("account"))
	case "/sign-in/code":
		of = c.Form.Get("pending")
	case "/prove":
		of = c.Me.Account
	case "/sign-in/setup":
	default:
		return "", false
	}
	return c.R.URL.Path + " " + of[:min(len(of), 64)], signs(c.R)
}

// tooOften counts a try, and says that it is one too many of this account from this address.
func (c *Call) tooOften() bool {
	of, guesses := c.tries()
	return guesses && !c.server.tries.allowOf(remote(c.R), of, c.Now)
}

// ours says that a request without TLS came by a name of this console: an address, localhost or the configured one. By any
// other, somebody's page elsewhere had its own name lead here, and would be taken for one of ours.
func (s *Server) ours(r *http.Request) bool {
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	_, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return s.Secure || err == nil || host == "" || strings.EqualFold(host, "localhost") || strings.EqualFold(host, s.Name)
}

func queryEscape(s string) string { return url.QueryEscape(s) }

// Here is a path of this site that somebody may be sent on to, "/" in place of any other address.
func Here(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.IsAbs() || u.Host != "" || u.Opaque != "" || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(to, "//") ||
		strings.ContainsAny(to, "\\\r\n\t") {
		return "/"
	}
	return to
}
