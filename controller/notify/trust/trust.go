// Package trust reads what a channel needs to know whom it speaks to and to say who it is: authorities, certificates and
// passwords, each from a file of its own, again for each connection, so that they can be changed while the program runs.
// Nothing of a file's text ever gets into an error.
package trust

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
)

// Files name what TLS needs.
type Files struct {
	CA   string // authorities, PEM; "" = the machine's own list
	Cert string // own certificate, PEM; "" = none
	Key  string // its private key, PEM
}

// TLS reads them.
func (f Files) TLS() (*tls.Config, error) {
	c := &tls.Config{MinVersion: tls.VersionTLS12}
	if f.CA != "" {
		pem, err := os.ReadFile(f.CA)
		if err != nil {
			return nil, fmt.Errorf("read authority: %w", err)
		}
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("read authority: %s holds no certificate in PEM", f.CA)
		}
	}
	if f.Cert != "" {
		own, err := tls.LoadX509KeyPair(f.Cert, f.Key)
		if err != nil {
			return nil, fmt.Errorf("read own certificate %s: %w", f.Cert, err)
		}
		c.Certificates = []tls.Certificate{own}
	}
	return c, nil
}

// Secret reads the one line of a file that nobody else may read.
func Secret(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read secret: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("read secret: %w", err)
	}
	if info.Mode().Perm()&0o007 != 0 {
		return nil, fmt.Errorf("read secret: everybody may read %s: chmod 600", path)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read secret: %w", err)
	}
	if b = bytes.TrimRight(b, "\r\n"); len(b) == 0 || bytes.ContainsAny(b, "\r\n") {
		return nil, errors.New("read secret: " + path + " is not one line")
	}
	return b, nil
}
