// Package directorytest starts a real directory server (slapd) for tests: people in a tree like that of a city hall, one
// who may search, TLS by an authority of its own. Only tests import it.
package directorytest

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kidoban/config"
)

// Server is one that runs until the test ends.
type Server struct {
	Dir, Plain, TLS string            // where its files lie; ldap://…, ldaps://…
	CA              string            // PEM file
	Words           map[string]string // passwords, by uid; "reader" is who may search
	process         *os.Process
}

// Config signs in by a search over TLS, as with Active Directory.
func (s *Server) Config() config.Directory {
	var c config.Directory
	c.SetDefaults()
	c.URL, c.CA, c.Base, c.Filter = s.TLS, s.CA, "ou=staff,dc=city,dc=example", "(&(objectClass=inetOrgPerson)(uid={name}))"
	c.BindDN, c.Password = "cn=reader,dc=city,dc=example", filepath.Join(s.Dir, "reader.password")
	return c
}

// Stop ends it early; it answers nobody any more.
func (s *Server) Stop() { _ = s.process.Kill() }

const tree = `dn: dc=city,dc=example
objectClass: dcObject
objectClass: organization
dc: city
o: city

dn: ou=staff,dc=city,dc=example
objectClass: organizationalUnit
ou: staff

dn: cn=reader,dc=city,dc=example
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: reader
userPassword: %s

dn: cn=Tanaka\, Ichiro,ou=staff,dc=city,dc=example
objectClass: inetOrgPerson
cn: Tanaka, Ichiro
sn: Tanaka
uid: tanaka
userPassword: %s

dn: uid=sato,ou=staff,dc=city,dc=example
objectClass: inetOrgPerson
cn: Sato
sn: Sato
uid: sato
userPassword: %s

dn: uid=twin1,ou=staff,dc=city,dc=example
objectClass: inetOrgPerson
cn: Twin
sn: Twin
uid: twin1
employeeType: twin

dn: uid=twin2,ou=staff,dc=city,dc=example
objectClass: inetOrgPerson
cn: Twin
sn: Twin
uid: twin2
employeeType: twin
`

const server = `include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile %[1]s/pid
TLSCACertificateFile %[1]s/ca.pem
TLSCertificateFile %[1]s/cert.pem
TLSCertificateKeyFile %[1]s/key.pem
database mdb
suffix dc=city,dc=example
rootdn cn=root,dc=city,dc=example
directory %[1]s/db
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact=cn=reader,dc=city,dc=example read by * none
`

// Start starts one and waits until it answers. The test fails where Debian's slapd is not installed.
func Start(t testing.TB) *Server {
	t.Helper()
	for _, tool := range []string{"/usr/sbin/slapd", "/usr/sbin/slapadd"} {
		if _, err := os.Stat(tool); err != nil {
			t.Fatalf("no directory server: apt-get install slapd (%v)", err)
		}
	}
	s := &Server{Dir: t.TempDir(), Words: map[string]string{"reader": secret(), "tanaka": secret(), "sato": secret()}}
	s.CA = filepath.Join(s.Dir, "ca.pem")
	Authority(t, s.Dir)
	put := func(name, text string) string {
		path := filepath.Join(s.Dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	if err := os.Mkdir(filepath.Join(s.Dir, "db"), 0o700); err != nil {
		t.Fatal(err)
	}
	conf := put("slapd.conf", fmt.Sprintf(server, s.Dir))
	ldif := put("tree.ldif", fmt.Sprintf(tree, s.Words["reader"], s.Words["tanaka"], s.Words["sato"]))
	put("reader.password", s.Words["reader"]+"\n")
	if out, err := exec.CommandContext(t.Context(), "/usr/sbin/slapadd", "-f", conf, "-l", ldif).CombinedOutput(); err != nil {
		t.Fatalf("slapadd: %v\n%s", err, out)
	}
	s.Plain, s.TLS = "ldap://localhost:"+Port(t), "ldaps://localhost:"+Port(t)
	var said bytes.Buffer
	run := exec.CommandContext(t.Context(), "/usr/sbin/slapd", "-d", "0", "-f", conf, "-h", s.Plain+" "+s.TLS)
	run.Stdout, run.Stderr = &said, &said
	run.Cancel = func() error { return run.Process.Signal(os.Interrupt) }
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	s.process = run.Process
	t.Cleanup(func() { _ = run.Process.Signal(os.Interrupt); _ = run.Wait() })
	for _, at := range []string{s.Plain, s.TLS} {
		await(t, strings.SplitN(at, "//", 2)[1], &said)
	}
	return s
}

func await(t testing.TB, at string, said *bytes.Buffer) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if c, err := net.Dial("tcp", at); err == nil {
			_ = c.Close()
			return
		}
		if time.Now().After(end) {
			t.Fatalf("slapd does not answer at %s: %s", at, said)
		}
	}
}

// Port is one that nobody listens on.
func Port(t testing.TB) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	_, p, _ := net.SplitHostPort(l.Addr().String())
	return p
}

func secret() string {
	var b [12]byte
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// Authority makes a certificate authority (ca.pem), and a certificate for localhost by it (cert.pem, key.pem).
func Authority(t testing.TB, dir string) {
	t.Helper()
	issue := func(serial int64, name string, parent *x509.Certificate, by *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey, []byte) {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		c := &x509.Certificate{
			SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name}, DNSNames: []string{"localhost"},
			NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), BasicConstraintsValid: true,
			IsCA: parent == nil, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		}
		if parent == nil {
			parent, by = c, key
		}
		der, err := x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, by)
		if err != nil {
			t.Fatal(err)
		}
		return c, key, der
	}
	ca, caKey, caDER := issue(1, "the test's authority", nil, nil)
	_, key, der := issue(2, "localhost", ca, caKey)
	raw, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{
		"ca.pem": {Type: "CERTIFICATE", Bytes: caDER}, "cert.pem": {Type: "CERTIFICATE", Bytes: der}, "key.pem": {Type: "PRIVATE KEY", Bytes: raw},
	} {
		if err := os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
