package identity_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kidoban/controller/identity"
	"kidoban/controller/identity/identitytest"
)

var door = identity.Identity{Role: identity.Door, Site: "maizuru", Name: "main-ctl"}

func parse(t *testing.T, data []byte) *x509.Certificate {
	t.Helper()
	block, _ := pem.Decode(data)
	c, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestACertificateNamesItsIdentity(t *testing.T) {
	a := identitytest.New(t)
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(a.Bundle())
	now := time.Now()
	for _, role := range identity.Roles() {
		i := identity.Identity{Role: role, Site: "maizuru", Name: "a-" + string(role)}
		made := a.Issue("x", i, now, 0)
		c := parse(t, made.PEM)
		got, err := identity.Of(c)
		if err != nil || got != i || made.Identity != i {
			t.Errorf("%s is %v: %v", i, got, err)
		}
		if identity.Serial(c) != made.Serial || len(made.Serial) != 32 || !c.NotAfter.Equal(made.Until) || c.NotAfter.Sub(now.Add(identity.Validity)).Abs() > time.Second {
			t.Errorf("%s: %s until %v", made.Serial, identity.Serial(c), c.NotAfter)
		}
		for _, use := range []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth} {
			_, err := c.Verify(x509.VerifyOptions{Roots: pool, KeyUsages: []x509.ExtKeyUsage{use}})
			if want := (use == x509.ExtKeyUsageServerAuth) == (role == identity.Broker); (err == nil) != want {
				t.Errorf("%s for %v: %v", role, use, err)
			}
		}
	}
}

func TestWhatIsNotIssued(t *testing.T) {
	a := identitytest.New(t)
	key, _ := identity.NewKey()
	weak, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	old, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	for what, r := range map[string]identity.Request{
		"a role that is none":         {Identity: identity.Identity{Role: "god", Site: "s", Name: "n"}, Key: key.Public()},
		"a name with a wildcard":      {Identity: identity.Identity{Role: identity.Door, Site: "s", Name: "+"}, Key: key.Public()},
		"a name with a slash":         {Identity: identity.Identity{Role: identity.Door, Site: "s", Name: "a/b"}, Key: key.Public()},
		"a name with a line":          {Identity: identity.Identity{Role: identity.Door, Site: "s", Name: "a\nuser b"}, Key: key.Public()},
		"no name":                     {Identity: identity.Identity{Role: identity.Door, Site: "s"}, Key: key.Public()},
		"a curve of 224 bits":         {Identity: door, Key: weak.Public()},
		"RSA":                         {Identity: door, Key: old.Public()},
		"no key":                      {Identity: door},
		"a door with a host name":     {Identity: door, Key: key.Public(), Hosts: []string{"x"}},
		"a broker without":            {Identity: identity.Identity{Role: identity.Broker, Site: "s", Name: "n"}, Key: key.Public()},
		"longer than the authority's": {Identity: door, Key: key.Public(), For: 11 * 365 * 24 * time.Hour},
	} {
		r.From = now
		if _, err := a.Authority.Issue(r); err == nil {
			t.Errorf("issued: %s", what)
		}
	}
	public, _, _ := ed25519.GenerateKey(rand.Reader)
	if _, err := a.Authority.Issue(identity.Request{Identity: door, Key: public, From: now}); err != nil {
		t.Errorf("Ed25519: %v", err)
	}
}

func TestRequests(t *testing.T) {
	key, _ := identity.NewKey()
	good, err := identity.NewCSR(door, key)
	if err != nil {
		t.Fatal(err)
	}
	public, err := identity.ParseCSR(good, door)
	if err != nil || !key.PublicKey.Equal(public) {
		t.Fatalf("%v, %v", public, err)
	}
	bare, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, key)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := identity.ParseCSR(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: bare}), door); err != nil {
		t.Errorf("one without a subject: %v", err)
	}
	other := door
	other.Name = "north-ctl"
	if _, err := identity.ParseCSR(good, other); err == nil || !strings.Contains(err.Error(), "not kidoban/maizuru/north-ctl") {
		t.Errorf("another's request: %v", err)
	}
	block, _ := pem.Decode(good)
	block.Bytes[len(block.Bytes)-2] ^= 1
	for what, data := range map[string][]byte{
		"another signature": pem.EncodeToMemory(block), "nothing": nil, "a key": []byte("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
		"too much": bytes.Repeat([]byte("x"), 1<<20),
	} {
		if _, err := identity.ParseCSR(data, door); err == nil {
			t.Errorf("taken: %s", what)
		}
	}
}

func FuzzParseCSR(f *testing.F) {
	key, _ := identity.NewKey()
	good, _ := identity.NewCSR(door, key)
	f.Add(good)
	f.Fuzz(func(t *testing.T, data []byte) {
		if public, err := identity.ParseCSR(data, door); err == nil && public == nil {
			t.Error("no key and no error")
		}
	})
}

func FuzzOf(f *testing.F) {
	f.Add("kidoban", "door", "kidoban/maizuru/main-ctl")
	f.Add("kidoban", "central", "kidoban/+/#")
	f.Fuzz(func(t *testing.T, organisation, unit, name string) {
		i, err := identity.Of(&x509.Certificate{Subject: pkix.Name{Organization: []string{organisation}, OrganizationalUnit: []string{unit}, CommonName: name}})
		if err == nil && (organisation != "kidoban" || i.String() != name || string(i.Role) != unit || strings.ContainsAny(name, "+# \n")) {
			t.Errorf("%q %q %q is %v", organisation, unit, name, i)
		}
	})
}

func TestAuthorityIsKept(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	now := time.Now()
	first, err := identity.CreateAuthority(dir, "maizuru", now)
	if err != nil {
		t.Fatal(err)
	}
	again, err := identity.CreateAuthority(dir, "maizuru", now)
	if err != nil || again.Fingerprint() != first.Fingerprint() {
		t.Errorf("another one is made: %v", err)
	}
	if s, err := os.Stat(filepath.Join(dir, identity.AuthorityFile)); err != nil || s.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", s.Mode(), err)
	}
	next, err := first.Renew(dir, now)
	if err != nil || next.Fingerprint() == first.Fingerprint() || bytes.Count(next.Bundle(), []byte("BEGIN")) != 2 {
		t.Errorf("renewed: %v\n%s", err, next.Bundle())
	}
	if loaded, err := identity.LoadAuthority(dir); err != nil || !bytes.Equal(loaded.Bundle(), next.Bundle()) {
		t.Errorf("loaded: %v", err)
	}
	list, err := next.Revocations([]string{"0a"}, now)
	if err != nil || bytes.Count(list, []byte("BEGIN X509 CRL")) != 2 {
		t.Errorf("%v\n%s", err, list)
	}
	if err := os.WriteFile(filepath.Join(dir, identity.AuthorityFile), []byte("PRIVATE"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := identity.CreateAuthority(dir, "maizuru", now); err == nil {
		t.Error("a damaged authority is replaced without a word")
	}
}
