package identity

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// AuthorityFile lies in the key directory: private keys and certificates of the authorities, the one that issues first.
const AuthorityFile = "ca.key"

// Authority issues certificates. After a renewal the one before stays in it, so that what it issued can still be revoked.
type Authority struct{ all []pair }

type pair struct {
	cert *x509.Certificate
	key  crypto.Signer
}

// CreateAuthority makes the authority of a site in dir, unless it is there.
func CreateAuthority(dir, site string, now time.Time) (*Authority, error) {
	if a, err := LoadAuthority(dir); err == nil || !errors.Is(err, os.ErrNotExist) {
		return a, err
	}
	return (&Authority{}).renew(dir, site, now)
}

// Renew puts a new authority before the old ones. What the old ones issued stays believed wherever their certificates are.
func (a *Authority) Renew(dir string, now time.Time) (*Authority, error) {
	return a.renew(dir, a.all[0].cert.Subject.CommonName, now)
}

// Retire forgets all authorities but the newest: what they issued is believed no more once the bundle is replaced.
func (a *Authority) Retire(dir string) (*Authority, error) {
	next := &Authority{a.all[:1:1]}
	return next, next.write(dir)
}

func (a *Authority) renew(dir, site string, now time.Time) (*Authority, error) {
	p, err := newPair(site, now)
	if err != nil {
		return nil, fmt.Errorf("make certificate authority: %w", err)
	}
	next := &Authority{slices.Concat([]pair{p}, a.all)}
	return next, next.write(dir)
}

func newPair(name string, now time.Time) (p pair, err error) {
	if p.key, err = NewKey(); err != nil {
		return p, err
	}
	serial, err := newSerial()
	if err != nil {
		return p, err
	}
	c := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{Organization: []string{organisation}, OrganizationalUnit: []string{"authority"}, CommonName: name},
		NotBefore: now.Add(-backdated), NotAfter: now.Add(authorityFor), IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, p.key.Public(), p.key)
	if err != nil {
		return p, err
	}
	p.cert, err = x509.ParseCertificate(der)
	return p, err
}

func (a *Authority) write(dir string) error {
	var b bytes.Buffer
	for _, p := range a.all {
		key, err := KeyPEM(p.key)
		if err != nil {
			return err
		}
		b.Write(key)
		b.Write(certificatePEM(p.cert.Raw))
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("create key directory: %w", err)
	}
	return WriteFile(filepath.Join(dir, AuthorityFile), b.Bytes(), 0o600)
}

// LoadAuthority reads what CreateAuthority made.
func LoadAuthority(dir string) (*Authority, error) {
	path := filepath.Join(dir, AuthorityFile)
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read certificate authority: %w: kidobanlog init makes one", err)
	}
	a := &Authority{}
	var key crypto.Signer
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		switch block.Type {
		case "PRIVATE KEY":
			k, err := x509.ParsePKCS8PrivateKey(block.Bytes)
			if err != nil {
				return nil, errors.New("read certificate authority: " + path + " holds no private key") // its text stays out of the error
			}
			key, _ = k.(crypto.Signer)
		case "CERTIFICATE":
			c, err := x509.ParseCertificate(block.Bytes)
			if err != nil || key == nil {
				return nil, fmt.Errorf("read certificate authority: %s is damaged", path)
			}
			a.all, key = append(a.all, pair{c, key}), nil
		}
	}
	if len(a.all) == 0 {
		return nil, fmt.Errorf("read certificate authority: %s holds none", path)
	}
	return a, nil
}

// Bundle is what others believe: the certificates of all authorities, the newest first.
func (a *Authority) Bundle() []byte {
	var b []byte
	for _, p := range a.all {
		b = append(b, certificatePEM(p.cert.Raw)...)
	}
	return b
}

// Until is how long the authority that issues is valid.
func (a *Authority) Until() time.Time { return a.all[0].cert.NotAfter }

// Fingerprint is what two people compare over the telephone: SHA-256 of the newest authority's certificate.
func (a *Authority) Fingerprint() string {
	sum := sha256.Sum256(a.all[0].cert.Raw)
	return hex.EncodeToString(sum[:])
}

// Issue certifies r.
func (a *Authority) Issue(r Request) (Certificate, error) {
	t, err := r.template()
	if err != nil {
		return Certificate{}, fmt.Errorf("issue certificate: %w", err)
	}
	by := a.all[0]
	if t.NotAfter.After(by.cert.NotAfter) {
		return Certificate{}, fmt.Errorf("issue certificate: it would outlive its authority (%s): kidobanlog authority renew", by.cert.NotAfter.Format(time.DateOnly))
	}
	der, err := x509.CreateCertificate(rand.Reader, t, by.cert, r.Key, by.key)
	if err != nil {
		return Certificate{}, fmt.Errorf("issue certificate: %w", err)
	}
	return Certificate{Identity: r.Identity, Serial: Serial(t), From: t.NotBefore, Until: t.NotAfter, PEM: certificatePEM(der)}, nil
}

// Revocations is a revocation list of each authority, PEM, for brokers that take one. It does not run out before the
// authorities do: a broker must not shut everybody out because nobody wrote a new one.
func (a *Authority) Revocations(serials []string, now time.Time) ([]byte, error) {
	entries := make([]x509.RevocationListEntry, 0, len(serials))
	for _, s := range serials {
		n, ok := new(big.Int).SetString(s, 16)
		if !ok {
			return nil, fmt.Errorf("list revocations: %q is no serial number", s)
		}
		entries = append(entries, x509.RevocationListEntry{SerialNumber: n, RevocationTime: now})
	}
	var out []byte
	for _, p := range a.all {
		der, err := x509.CreateRevocationList(rand.Reader, &x509.RevocationList{
			Number: big.NewInt(now.UnixNano()), ThisUpdate: now.Add(-backdated), NextUpdate: p.cert.NotAfter, RevokedCertificateEntries: entries,
		}, p.cert, p.key)
		if err != nil {
			return nil, fmt.Errorf("list revocations: %w", err)
		}
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: der})...)
	}
	return out, nil
}

func certificatePEM(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

// WriteFile replaces a file whole or not at all: who reads it meanwhile reads the old one.
func WriteFile(path string, data []byte, mode os.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer func() { _ = os.Remove(f.Name()) }() // it is gone already if all went well
	_, err = f.Write(data)
	if err := errors.Join(err, f.Chmod(mode), f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}
