package main

import (
	"context"
	"crypto/x509"
	"os"
	"time"

	"kidoban/controller/archive/shelf"
	"kidoban/controller/identity"
	"kidoban/controller/journal"
	"kidoban/device/clock"
)

const lookAtCertificates = time.Hour

// certificates begins the watch over what runs out: every certificate that was issued, the authority, and what the
// connection to another broker is made with.
func (v *service) certificates() error {
	c, err := clock.Start()
	if err != nil {
		return err
	}
	v.parts = append(v.parts, func(ctx context.Context) error {
		tick := time.NewTicker(lookAtCertificates)
		defer tick.Stop()
		for seen := map[string]bool{}; ; {
			if err := v.warn(ctx, c, seen); err != nil && ctx.Err() == nil {
				v.log.Error("cannot see which certificates run out", "err", err)
			}
			select {
			case <-tick.C:
			case <-v.shown.news:
			case <-ctx.Done():
				return nil
			}
		}
	})
	return nil
}

// warn records once for good what is about to run out. seen are the serial numbers that need no further look.
func (v *service) warn(ctx context.Context, c clock.Clock, seen map[string]bool) error {
	all, err := v.shelf.Certificates(ctx)
	if err != nil {
		return err
	}
	synced, err := clock.Synchronised()
	o := order{own: v.own, at: c.Now(), synced: err == nil && synced}
	within := v.conf.Broker.Warning.Std()
	for _, x := range shelf.Expiring(all, o.at.Wall, within) {
		if x.Warned {
			continue
		}
		if _, err := v.shelf.WarnedOf(ctx, v.own, x.Serial, certificateEntry(o, journal.CertificateExpiring, x.Identity, x.Serial, x.Expires)); err != nil {
			return err
		}
		v.log.Warn("a certificate runs out", "identity", x.Identity.String(), "until", x.Expires.In(jst).Format(time.DateOnly))
	}
	for _, x := range all {
		seen[x.Serial] = true
	}
	for _, x := range v.outside() {
		if serial := identity.Serial(x.Certificate); !seen[serial] && x.NotAfter.Sub(o.at.Wall) < within {
			if err := v.warnOf(ctx, o, x); err != nil {
				return err
			}
			seen[serial] = true
		}
	}
	return nil
}

// believed are the authorities of the built-in broker, or of the broker that is named.
func (v *service) believed() []*x509.Certificate {
	path := v.conf.MQTT.CA
	if v.conf.MQTT.Broker == "" {
		path = v.brokerFile(v.conf.Broker.CA, "ca.pem")
	}
	if _, err := os.Stat(path); err != nil {
		return nil
	}
	m, err := identity.NewFiles(path, "", "", v.log).Load()
	if err != nil {
		return nil
	}
	return m.Believed
}
