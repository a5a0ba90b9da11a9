package identity

import (
	"bytes"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// Files are the PEM files of one end of a connection. They are read when they are asked for; what is new and broken is
// refused with a warning, once, and what was good before goes on being used.
type Files struct {
	ca, cert, key string
	log           *slog.Logger
	mu            sync.Mutex
	good          *Material
	refused       [sha256.Size]byte // digest of what was last found broken
}

// Material is what the files hold.
type Material struct {
	Authorities *x509.CertPool      // nil = the system's
	Believed    []*x509.Certificate // those of Authorities
	Own         *tls.Certificate    // with its Leaf; nil = none
	digest      [sha256.Size]byte
}

// Same reports whether two readings are of the same bytes.
func (m *Material) Same(other *Material) bool {
	return m != nil && other != nil && m.digest == other.digest
}

// NewFiles names the files: ca may be "" for the system's authorities, cert and key both "" for none.
func NewFiles(ca, cert, key string, log *slog.Logger) *Files {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Files{ca: ca, cert: cert, key: key, log: log}
}

// Load reads the files. It is an error only if they never were good.
func (f *Files) Load() (*Material, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	m, err := f.read()
	if err == nil {
		f.good, f.refused = m, [sha256.Size]byte{}
		return m, nil
	}
	if f.good == nil {
		return nil, err
	}
	if said := sha256.Sum256([]byte(err.Error())); said != f.refused {
		f.refused = said
		f.log.Warn("new certificate files are not used, the old ones are", "err", err)
	}
	return f.good, nil
}

func (f *Files) read() (*Material, error) {
	if (f.cert == "") != (f.key == "") {
		return nil, errors.New("client certificate: both cert and key are needed, or neither")
	}
	m := &Material{}
	var all [3][]byte
	for i, path := range []string{f.ca, f.cert, f.key} {
		if path == "" {
			continue
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", [...]string{"authority", "certificate", "certificate's key"}[i], err)
		}
		all[i] = b
	}
	m.digest = sha256.Sum256(bytes.Join(all[:], []byte{0}))
	if f.good != nil && f.good.digest == m.digest {
		return f.good, nil
	}
	if f.ca != "" {
		if err := m.authorities(all[0]); err != nil {
			return nil, fmt.Errorf("read authority %s: %w", f.ca, err)
		}
	}
	if f.cert != "" {
		own, err := tls.X509KeyPair(all[1], all[2])
		if err != nil {
			return nil, fmt.Errorf("read certificate %s with key %s: %w", f.cert, f.key, err)
		}
		m.Own = &own
		if f.good != nil && time.Now().After(own.Leaf.NotAfter) {
			return nil, fmt.Errorf("read certificate %s: it ran out on %s", f.cert, own.Leaf.NotAfter.Format(time.DateOnly))
		}
	}
	return m, nil
}

func (m *Material) authorities(data []byte) error {
	m.Authorities = x509.NewCertPool()
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			return fmt.Errorf("it holds a %s", block.Type)
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return err
		}
		m.Authorities.AddCert(c)
		m.Believed = append(m.Believed, c)
	}
	if len(m.Believed) == 0 {
		return errors.New("no PEM certificate in it")
	}
	return nil
}
