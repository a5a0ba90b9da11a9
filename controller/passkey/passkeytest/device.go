// Package passkeytest is an authenticator for tests: what a security key and the browser before it make of a challenge,
// without either. A test may have it lie. Only tests import it.
package passkeytest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
)

// Device holds one passkey.
type Device struct {
	ID         []byte
	User       []byte // the handle that it was registered for
	Count      uint32 // of uses; the next is one more
	Origin     string // of the page that the browser believes to be on
	Unverified bool   // it does not look whose finger it is
	key        *ecdsa.PrivateKey
}

// New is a device before a page of an origin.
func New(origin string) (*Device, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	d := &Device{ID: make([]byte, 16), Origin: origin, key: key}
	_, _ = rand.Read(d.ID)
	return d, nil
}

var b64 = base64.RawURLEncoding

type options struct {
	Challenge string              `json:"challenge"`
	RPID      string              `json:"rpId"`
	RP        struct{ ID string } `json:"rp"`
	User      struct{ ID string } `json:"user"`
}

// Create is what navigator.credentials.create gives, as JSON.
func (d *Device) Create(raw json.RawMessage) (json.RawMessage, error) {
	var o options
	if err := json.Unmarshal(raw, &o); err != nil {
		return nil, err
	}
	var err error
	if d.User, err = b64.DecodeString(o.User.ID); err != nil {
		return nil, err
	}
	data := d.said(o.RP.ID, 0x40)
	data = append(data, make([]byte, 16)...) // no model
	data = binary.BigEndian.AppendUint16(data, uint16(len(d.ID)))
	data = append(append(data, d.ID...), d.cose()...)
	object := append([]byte("\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59"), byte(len(data)>>8), byte(len(data)))
	return d.answer(map[string]any{
		"clientDataJSON": b64.EncodeToString(d.client("webauthn.create", o.Challenge)), "transports": []string{"internal"},
		"attestationObject": b64.EncodeToString(append(object, data...)),
	})
}

// Get is what navigator.credentials.get gives, as JSON.
func (d *Device) Get(raw json.RawMessage) (json.RawMessage, error) {
	var o options
	if err := json.Unmarshal(raw, &o); err != nil {
		return nil, err
	}
	d.Count++
	data, client := d.said(o.RPID, 0), d.client("webauthn.get", o.Challenge)
	over := sha256.Sum256(client)
	sum := sha256.Sum256(append(data[:len(data):len(data)], over[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, d.key, sum[:])
	if err != nil {
		return nil, err
	}
	return d.answer(map[string]any{
		"clientDataJSON": b64.EncodeToString(client), "authenticatorData": b64.EncodeToString(data),
		"signature": b64.EncodeToString(signature), "userHandle": b64.EncodeToString(d.User),
	})
}

// said is what the device says of itself: for which site, that somebody was there and who it is, how often it was used.
func (d *Device) said(site string, more byte) []byte {
	sum := sha256.Sum256([]byte(site))
	flags := 0x01 | more
	if !d.Unverified {
		flags |= 0x04
	}
	return binary.BigEndian.AppendUint32(append(sum[:], flags), d.Count)
}

// cose is the public key as CBOR: EC2, ES256, P-256.
func (d *Device) cose() []byte {
	point, err := d.key.PublicKey.Bytes()
	if err != nil {
		return nil
	}
	out := append([]byte("\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20"), point[1:33]...)
	return append(append(out, "\x22\x58\x20"...), point[33:]...)
}

func (d *Device) client(what, challenge string) []byte {
	return fmt.Appendf(nil, `{"type":%q,"challenge":%q,"origin":%q,"crossOrigin":false}`, what, challenge, d.Origin)
}

func (d *Device) answer(response map[string]any) (json.RawMessage, error) {
	return json.Marshal(map[string]any{
		"id": b64.EncodeToString(d.ID), "rawId": b64.EncodeToString(d.ID), "type": "public-key",
		"authenticatorAttachment": "platform", "clientExtensionResults": map[string]any{}, "response": response,
	})
}
