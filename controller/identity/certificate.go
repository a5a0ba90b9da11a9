package identity

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"time"
)

// Validity of certificates where nothing else is asked for.
const (
	Validity     = 397 * 24 * time.Hour
	authorityFor = 10 * 365 * 24 * time.Hour
	backdated    = time.Hour // clocks of two machines differ
)

// Request is what an Authority is asked to certify.
type Request struct {
	Identity Identity
	Key      crypto.PublicKey
	Hosts    []string // DNS names and addresses of a broker; nobody else has any
	From     time.Time
	For      time.Duration // 0 = Validity
}

// Certificate is one that was issued.
type Certificate struct {
	Identity Identity
	Serial   string // hex
	From     time.Time
	Until    time.Time
	PEM      []byte
}

// NewKey makes a private key of P-256.
func NewKey() (*ecdsa.PrivateKey, error) { return ecdsa.GenerateKey(elliptic.P256(), rand.Reader) }

// KeyPEM is a private key as a file holds it.
func KeyPEM(key crypto.PrivateKey) ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("write private key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

// NewCSR asks for a certificate of i's for key; the key itself never travels.
func NewCSR(i Identity, key crypto.Signer) ([]byte, error) {
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: i.subject()}, key)
	if err != nil {
		return nil, fmt.Errorf("make certificate request: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der}), nil
}

// ParseCSR reads a request for i's certificate and returns the key that asks. A request that names somebody else is refused:
// two files were mixed up.
func ParseCSR(data []byte, i Identity) (crypto.PublicKey, error) {
	if len(data) > 64<<10 {
		return nil, errors.New("read certificate request: it is too long to be one")
	}
	block, _ := pem.Decode(data)
	if block == nil || block.Type != "CERTIFICATE REQUEST" {
		return nil, errors.New("read certificate request: it is no PEM CERTIFICATE REQUEST: kidoban csr makes one")
	}
	r, err := x509.ParseCertificateRequest(block.Bytes)
	if err == nil {
		err = r.CheckSignature()
	}
	if err != nil {
		return nil, fmt.Errorf("read certificate request: %w", err)
	}
	if cn := r.Subject.CommonName; cn != "" && cn != i.String() {
		return nil, fmt.Errorf("the certificate request is %.80q's, not %s's", cn, i)
	}
	return r.PublicKey, checkKey(r.PublicKey)
}

func checkKey(key crypto.PublicKey) error {
	switch k := key.(type) {
	case ed25519.PublicKey:
		return nil
	case *ecdsa.PublicKey:
		if k.Curve == elliptic.P256() {
			return nil
		}
	}
	return errors.New("the key is neither P-256 nor Ed25519: kidoban csr makes one that is")
}

// template is the certificate that r is given.
func (r Request) template() (*x509.Certificate, error) {
	if err := errors.Join(r.Identity.Check(), checkKey(r.Key)); err != nil {
		return nil, err
	}
	if r.For == 0 {
		r.For = Validity
	}
	serial, err := newSerial()
	if err != nil {
		return nil, err
	}
	from := r.From.Truncate(time.Second) // a certificate knows no less
	c := &x509.Certificate{
		SerialNumber: serial, Subject: r.Identity.subject(), NotBefore: from.Add(-backdated), NotAfter: from.Add(r.For),
		KeyUsage: x509.KeyUsageDigitalSignature, BasicConstraintsValid: true, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	if r.Identity.Role != Broker {
		if len(r.Hosts) > 0 {
			return nil, fmt.Errorf("%s is no broker: it has no host names", r.Identity)
		}
		return c, nil
	}
	if len(r.Hosts) == 0 {
		return nil, errors.New("a broker's certificate needs the names or addresses by which doors reach it")
	}
	c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	for _, h := range r.Hosts {
		if ip := net.ParseIP(h); ip != nil {
			c.IPAddresses = append(c.IPAddresses, ip)
		} else {
			c.DNSNames = append(c.DNSNames, h)
		}
	}
	return c, nil
}

func newSerial() (*big.Int, error) {
	var b [16]byte
	if _, err := rand.Read(b[:]); err != nil {
		return nil, fmt.Errorf("make serial number: %w", err)
	}
	b[0] = b[0]&0x3f | 0x40 // positive, and of one length
	return new(big.Int).SetBytes(b[:]), nil
}

// Serial is a certificate's serial number as it is shown and kept.
func Serial(c *x509.Certificate) string { return hex.EncodeToString(c.SerialNumber.Bytes()) }
