package archive

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"kidoban/controller/archive/shelf"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// The files of the central log's key directory, which are also the names of systemd credentials.
const (
	signingFile  = "central.key" // Ed25519, in the signed-note form
	verifierFile = "central.pub" // what the doors pin; not secret
	ownFile      = "journal.key" // Ed25519: the central log's own journal
	ownPublic    = "journal.pub" // what an auditor checks that journal with; not secret
)

// CreateKey makes the central log's key in dir and returns its public half, which the doors pin. A key that is there is
// kept: after a lost disk the doors go on believing it.
func CreateKey(dir, name string) (public string, err error) {
	if _, err := LoadKey(dir); err == nil {
		return readPublic(dir, verifierFile)
	}
	return create(dir, name, signingFile, verifierFile)
}

// CreateOwn makes the key of the central log's own journal, named journal.Origin.KeyName(), unless it is there.
func CreateOwn(dir, name string) (public string, err error) {
	if _, err := load(dir, ownFile); err == nil {
		return readPublic(dir, ownPublic)
	}
	return create(dir, name, ownFile, ownPublic)
}

func create(dir, name, private, verifier string) (public string, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("create key directory: %w", err)
	}
	secret, public, err := note.GenerateKey(rand.Reader, name)
	if err != nil {
		return "", fmt.Errorf("create key: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, private), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", fmt.Errorf("create key: %w", err)
	}
	_, err = f.WriteString(secret + "\n")
	if err := errors.Join(err, f.Sync(), f.Close(), os.WriteFile(filepath.Join(dir, verifier), []byte(public+"\n"), 0o644)); err != nil {
		return "", fmt.Errorf("create key: %w", err)
	}
	return public, nil
}

func readPublic(dir, name string) (string, error) {
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return "", fmt.Errorf("read key: %w", err)
	}
	return strings.TrimSpace(string(b)), nil
}

// LoadKey reads the key that CreateKey made.
func LoadKey(dir string) (note.Signer, error) { return load(dir, signingFile) }

// PublicKey is the public half of what LoadKey reads: what the doors pin.
func PublicKey(dir string) (string, error) {
	text, err := readPrivate(dir, signingFile)
	if err != nil {
		return "", err
	}
	s, err := signer(dir, signingFile, text)
	if err != nil {
		return "", err
	}
	return public(s.Name(), text)
}

// LoadOwn reads the private key that CreateOwn made, which tells the public one too: key and signer of the own journal,
// nothing else of it.
func LoadOwn(dir string) (o shelf.Own, err error) {
	text, err := readPrivate(dir, ownFile)
	if err != nil {
		return o, err
	}
	if o.Signer, err = signer(dir, ownFile, text); err != nil {
		return o, err
	}
	o.Key, err = public(o.Signer.Name(), text)
	return o, err
}

// public is the verifier key of a private one: PRIVATE+KEY+name+hash+data, the data an algorithm's octet and the seed.
func public(name, private string) (string, error) {
	p := strings.SplitN(private, "+", 5) // base64 has a plus, too
	data, err := base64.StdEncoding.DecodeString(p[len(p)-1])
	if err != nil || len(data) != 1+ed25519.SeedSize {
		return "", errors.New("read key: it has not the form of a signing key")
	}
	key, _ := ed25519.NewKeyFromSeed(data[1:]).Public().(ed25519.PublicKey)
	return note.NewEd25519VerifierKey(name, key)
}

func load(dir, name string) (note.Signer, error) {
	text, err := readPrivate(dir, name)
	if err != nil {
		return nil, err
	}
	return signer(dir, name, text)
}

func readPrivate(dir, name string) (string, error) {
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return "", fmt.Errorf("read key: %w: kidobanlog init makes one", err)
	}
	return strings.TrimSpace(string(b)), nil
}

func signer(dir, name, text string) (note.Signer, error) {
	s, err := note.NewSigner(text)
	if err != nil {
		return nil, errors.New("read key: " + filepath.Join(dir, name) + " is no signing key") // its text stays out of the error
	}
	return s, nil
}
