// Package identitytest gives tests an authority and certificates in files.
package identitytest

import (
	"path/filepath"
	"testing"
	"time"

	"kidoban/controller/identity"
)

// Authority issues into a directory of the test.
type Authority struct {
	t   testing.TB
	Dir string
	*identity.Authority
}

// New makes one.
func New(t testing.TB) *Authority {
	t.Helper()
	a := &Authority{t: t, Dir: t.TempDir()}
	made, err := identity.CreateAuthority(filepath.Join(a.Dir, "keys"), "maizuru", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	a.Authority = made
	a.WriteBundle()
	return a
}

// Renew makes a new authority beside the old.
func (a *Authority) Renew() {
	a.t.Helper()
	next, err := a.Authority.Renew(filepath.Join(a.Dir, "keys"), time.Now())
	if err != nil {
		a.t.Fatal(err)
	}
	a.Authority = next
	a.WriteBundle()
}

// Retire forgets the old one.
func (a *Authority) Retire() {
	a.t.Helper()
	next, err := a.Authority.Retire(filepath.Join(a.Dir, "keys"))
	if err != nil {
		a.t.Fatal(err)
	}
	a.Authority = next
	a.WriteBundle()
}

// WriteBundle writes what others believe.
func (a *Authority) WriteBundle() { a.Write("ca.pem", a.Bundle()) }

// CA is the bundle's file.
func (a *Authority) CA() string { return a.Path("ca.pem") }

// Path is a file of the directory.
func (a *Authority) Path(name string) string { return filepath.Join(a.Dir, name) }

// Write replaces a file.
func (a *Authority) Write(name string, data []byte) {
	a.t.Helper()
	if err := identity.WriteFile(a.Path(name), data, 0o600); err != nil {
		a.t.Fatal(err)
	}
}

// Issue writes FILE.pem and FILE.key for an identity that is valid from..from+valid, and returns the certificate.
func (a *Authority) Issue(file string, i identity.Identity, from time.Time, valid time.Duration) identity.Certificate {
	a.t.Helper()
	key, err := identity.NewKey()
	if err != nil {
		a.t.Fatal(err)
	}
	r := identity.Request{Identity: i, Key: key.Public(), From: from, For: valid}
	if i.Role == identity.Broker {
		r.Hosts = []string{"127.0.0.1"}
	}
	c, err := a.Authority.Issue(r)
	if err != nil {
		a.t.Fatal(err)
	}
	private, err := identity.KeyPEM(key)
	if err != nil {
		a.t.Fatal(err)
	}
	a.Write(file+".key", private)
	a.Write(file+".pem", c.PEM)
	return c
}

// Enrol writes NAME.pem and NAME.key of an identity of site maizuru, valid for a day.
func (a *Authority) Enrol(role identity.Role, name string) identity.Identity {
	a.t.Helper()
	i := identity.Identity{Role: role, Site: "maizuru", Name: name}
	a.Issue(name, i, time.Now(), 24*time.Hour)
	return i
}
