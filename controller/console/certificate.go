package console

import (
	"crypto/tls"
	"fmt"

	"kidoban/config"
)

// certificate is what the pages are served with: nil where none is configured, which the configuration allows on a loopback
// address alone. The files are read again with each new connection's handshake, so that a renewed one needs no restart.
func certificate(c config.Console) (*tls.Config, error) {
	if c.Certificate == "" {
		return nil, nil //nolint:nilnil // no certificate is no fault here
	}
	load := func() (*tls.Certificate, error) {
		cert, err := tls.LoadX509KeyPair(c.Certificate, c.Key)
		if err != nil {
			return nil, fmt.Errorf("the console's certificate: %w (console.certificate, console.key)", err)
		}
		return &cert, nil
	}
	if _, err := load(); err != nil {
		return nil, err
	}
	return &tls.Config{
		MinVersion:     tls.VersionTLS12,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return load() },
	}, nil
}
