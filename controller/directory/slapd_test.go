package directory_test

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
)

// slapd is a real directory server with a tree like that of a city hall: people with a name to sign in with, one who may
// search, TLS by an authority of its own.
type slapd struct {
	dir, ldap, ldaps string
	ca               string // PEM file
	words            map[string]string
}

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

// start starts one and waits until it answers.
func start(t *testing.T) *slapd {
	t.Helper()
	for _, tool := range []string{"/usr/sbin/slapd", "/usr/sbin/slapadd"} {
		if _, err := os.Stat(tool); err != nil {
			t.Fatalf("no directory server: apt-get install slapd (%v)", err)
		}
	}
	s := &slapd{dir: t.TempDir(), words: map[string]string{"reader": secret(), "tanaka": secret(), "sato": secret()}}
	s.ca = filepath.Join(s.dir, "ca.pem")
	authority(t, s.dir)
	put := func(name, text string) string {
		path := filepath.Join(s.dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	if err := os.Mkdir(filepath.Join(s.dir, "db"), 0o700); err != nil {
		t.Fatal(err)
	}
	conf := put("slapd.conf", fmt.Sprintf(server, s.dir))
	ldif := put("tree.ldif", fmt.Sprintf(tree, s.words["reader"], s.words["tanaka"], s.words["sato"]))
	put("reader.password", s.words["reader"]+"\n")
	if out, err := exec.CommandContext(t.Context(), "/usr/sbin/slapadd", "-f", conf, "-l", ldif).CombinedOutput(); err != nil {
		t.Fatalf("slapadd: %v\n%s", err, out)
	}
	s.ldap, s.ldaps = "ldap://localhost:"+port(t), "ldaps://localhost:"+port(t)
	var said bytes.Buffer
	run := exec.CommandContext(t.Context(), "/usr/sbin/slapd", "-d", "0", "-f", conf, "-h", s.ldap+" "+s.ldaps)
	run.Stdout, run.Stderr = &said, &said
	run.Cancel = func() error { return run.Process.Signal(os.Interrupt) }
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = run.Process.Signal(os.Interrupt); _ = run.Wait() })
	for _, at := range []string{s.ldap, s.ldaps} {
		await(t, strings.SplitN(at, "//", 2)[1], &said)
	}
	return s
}

func await(t *testing.T, at string, said *bytes.Buffer) {
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

// port is one that nobody listens on.
func port(t *testing.T) string {
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

// authority makes a certificate authority, and a certificate for localhost by it.
func authority(t *testing.T, dir string) {
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
