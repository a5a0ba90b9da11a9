package link

import (
	"crypto/tls"
	"crypto/x509"
	"time"

	"kidoban/controller/identity"
)

// made is what the next connection is made with; nil without TLS.
func (c Config) made() (*identity.Material, error) {
	if c.Dial != nil {
		return nil, nil //nolint:nilnil // no TLS, no material
	}
	if scheme, _, err := c.address(); err != nil || scheme != "tls" {
		return nil, err
	}
	return c.Material()
}

// look ends the link when its files have changed for the better.
func (l *Link) look(cfg Config) {
	tick := time.NewTicker(cfg.Look)
	defer tick.Stop()
	for {
		select {
		case <-l.lost:
			return
		case <-tick.C:
		}
		if m, err := cfg.Material(); err == nil && !m.Same(l.made) {
			l.client.Disconnect(250)
			l.fail(ErrRenewed)
			return
		}
	}
}

// Certificates are the two that the link was made with, this end's and the broker's; nil where there is none.
func (l *Link) Certificates() (own, broker *x509.Certificate) {
	if l.made != nil && l.made.Own != nil {
		own = l.made.Own.Leaf
	}
	if g, ok := l.conn.(*spool); ok {
		if t, ok := g.Conn.(*tls.Conn); ok {
			if shown := t.ConnectionState().PeerCertificates; len(shown) > 0 {
				broker = shown[0]
			}
		}
	}
	return own, broker
}
