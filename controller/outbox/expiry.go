package outbox

import (
	"crypto/x509"
	"fmt"
	"time"

	"kidoban/controller/identity"
)

const (
	warnBefore = 30 * 24 * time.Hour
	warnAgain  = 7 * 24 * time.Hour // while it still is so
)

// expiry tells, before it happens, that a certificate runs out: the controller's own as it lies on the disk, and the
// broker's as it was last shown.
func (r *run) expiry(now time.Time) {
	if now.Before(r.expiryAt) {
		r.by(r.expiryAt)
		return
	}
	r.expiryAt = now.Add(r.o.cfg.Pace.Expiry)
	if m, err := r.o.cfg.Link.Material(); err == nil && m.Own != nil {
		r.runsOut("own certificate", m.Own.Leaf, now)
	}
	if r.shown != nil {
		r.runsOut("broker certificate", r.shown, now)
	}
}

func (r *run) runsOut(whose string, c *x509.Certificate, now time.Time) {
	serial := identity.Serial(c)
	if c.NotAfter.Sub(now) >= r.o.cfg.ExpiryWarning || now.Sub(r.warned[serial]) < warnAgain {
		return
	}
	r.warned[serial] = now
	r.o.cfg.Log.Warn("a certificate runs out", "whose", whose, "until", c.NotAfter)
	r.tellOf(Notice{Kind: Expiring, At: now, Point: whose, Until: c.NotAfter, Detail: fmt.Sprintf("serial number %s", serial)})
}
