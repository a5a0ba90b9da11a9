package store

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"filippo.io/age"

	"kidoban/controller/access"
	"kidoban/device"
)

// CreateIdentity gives a key directory that was made before there were site-wide rosters the identity that these are
// encrypted to. It leaves one that is there alone.
func CreateIdentity(dir string) error {
	if _, err := os.Lstat(filepath.Join(dir, identityFile)); err == nil {
		return nil
	}
	return fault("create "+identityFile, createIdentity(dir))
}

func createIdentity(dir string) error {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return err
	}
	return errors.Join(writeNew(filepath.Join(dir, identityFile), id.String()+"\n", 0o600), syncDir(dir))
}

func loadIdentity(dir string, handed bool) (*age.X25519Identity, error) {
	text, err := readSecret(dir, identityFile, handed)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	id, err := age.ParseX25519Identity(text)
	if err != nil { // its text may quote the identity
		return nil, &Fault{Kind: Malformed, Doing: "load keys: " + filepath.Join(dir, identityFile) + " is no age identity",
			Hint: "restore it from where init's keys were kept, or move it away and enrol this door at the office again"}
	}
	return id, nil
}

// Identity opens what the office encrypted to this controller; nil where there is none.
func (k Keys) Identity() age.Identity {
	if id := k.k().identity; id != nil {
		return id
	}
	return nil
}

// Recipient is its public half, "" where there is none.
func (k Keys) Recipient() string {
	if id := k.k().identity; id != nil {
		return id.Recipient().String()
	}
	return ""
}

// CardKeyFor is the card key, encrypted to somebody who hashes cards for this controller: the office.
func (k Keys) CardKeyFor(to age.Recipient) ([]byte, error) {
	var out bytes.Buffer
	w, err := age.Encrypt(&out, to)
	if err != nil {
		return nil, fault("encrypt the card key", err)
	}
	_, err = w.Write(k.k().card[:])
	if err := errors.Join(err, w.Close()); err != nil {
		return nil, fault("encrypt the card key", err)
	}
	return out.Bytes(), nil
}

// HashWith is CardHash under a card key that another controller gave to the office.
func HashWith(card [32]byte) func(device.Credential) access.Hash {
	k := &keys{card: card}
	return Keys{func() *keys { return k }}.CardHash
}
