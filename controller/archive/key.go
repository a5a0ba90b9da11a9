package archive

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// The files of the central log's key directory, which are also the names of systemd credentials.
const (
	signingFile  = "central.key" // Ed25519, in the signed-note form
	verifierFile = "central.pub" // what the doors pin; not secret
)

// CreateKey makes the central log's key in dir and returns its public half, which the doors pin. A key that is there is
// kept: after a lost disk the doors go on believing it.
func CreateKey(dir, name string) (public string, err error) {
	if _, err := LoadKey(dir); err == nil {
		b, err := os.ReadFile(filepath.Join(dir, verifierFile))
		if err != nil {
			return "", fmt.Errorf("read key: %w", err)
		}
		return strings.TrimSpace(string(b)), nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("create key directory: %w", err)
	}
	secret, public, err := note.GenerateKey(rand.Reader, name)
	if err != nil {
		return "", fmt.Errorf("create key: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, signingFile), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", fmt.Errorf("create key: %w", err)
	}
	_, err = f.WriteString(secret + "\n")
	if err := errors.Join(err, f.Sync(), f.Close(), os.WriteFile(filepath.Join(dir, verifierFile), []byte(public+"\n"), 0o644)); err != nil {
		return "", fmt.Errorf("create key: %w", err)
	}
	return public, nil
}

// LoadKey reads the key that CreateKey made.
func LoadKey(dir string) (note.Signer, error) {
	b, err := os.ReadFile(filepath.Join(dir, signingFile))
	if err != nil {
		return nil, fmt.Errorf("read key: %w: kidobanlog init makes one", err)
	}
	s, err := note.NewSigner(strings.TrimSpace(string(b)))
	if err != nil {
		return nil, errors.New("read key: " + filepath.Join(dir, signingFile) + " is no signing key") // its text stays out of the error
	}
	return s, nil
}
