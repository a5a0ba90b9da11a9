package store

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
)

// Seal encrypts what must not lie in the data directory or a backup as it is, for Unseal under the same purpose alone. Its
// key is made of the card key, so that it outlives the signing key and is lost with the cards.
func (k Keys) Seal(purpose string, plain []byte) ([]byte, error) {
	box, err := k.box(purpose)
	if err != nil {
		return nil, fault("seal", err)
	}
	nonce := make([]byte, box.NonceSize(), box.NonceSize()+len(plain)+box.Overhead())
	_, _ = rand.Read(nonce) // never fails (crypto/rand)
	return box.Seal(nonce, nonce, plain, []byte(purpose)), nil
}

// Unseal decrypts what Seal made for a purpose.
func (k Keys) Unseal(purpose string, sealed []byte) ([]byte, error) {
	box, err := k.box(purpose)
	if err != nil {
		return nil, fault("unseal", err)
	}
	if len(sealed) < box.NonceSize() {
		return nil, fault("unseal", errors.New("it is too short"))
	}
	plain, err := box.Open(nil, sealed[:box.NonceSize()], sealed[box.NonceSize():], []byte(purpose))
	if err != nil {
		return nil, fault("unseal", errors.New("it was sealed with another card key, or for something else"))
	}
	return plain, nil
}

func (k Keys) box(purpose string) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, k.k().card[:], nil, "kidoban/seal/v1|"+purpose, 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
