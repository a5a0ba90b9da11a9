// Package passkey checks WebAuthn registrations and sign-ins with discoverable credentials. User verification is always
// required, so that a passkey stands for two proofs: the device, and its holder's finger or PIN. No attestation is asked
// for. The package keeps nothing: whoever calls it keeps a Challenge for two minutes, uses it once, and holds the count of
// uses against the last one.
package passkey

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"kidoban/controller/account"
)

// Party is the site to a browser: the host name that passkeys are bound to, and the pages that may ask for them.
type Party struct {
	ID      string // "kido.city.example"
	Name    string // what the browser shows
	Origins []string
}

// Challenge is what was asked, for the answer to be held against.
type Challenge struct{ session webauthn.SessionData }

// Use is a passkey as it was just used.
type Use struct {
	ID     string
	Count  uint32
	Synced bool
}

// holder is an account as the library sees one.
type holder struct {
	name string
	keys []account.Passkey
}

// WebAuthnID is what an authenticator keeps: nothing that names anybody.
func (h holder) WebAuthnID() []byte {
	sum := sha256.Sum256([]byte("kidoban passkey|" + h.name))
	return sum[:]
}

func (h holder) WebAuthnName() string        { return h.name }
func (h holder) WebAuthnDisplayName() string { return h.name }

func (h holder) WebAuthnCredentials() (out []webauthn.Credential) {
	for _, p := range h.keys {
		id, err := base64.RawURLEncoding.DecodeString(p.ID)
		if err != nil {
			continue
		}
		c := webauthn.Credential{ID: id, PublicKey: p.Key}
		c.Flags.UserPresent, c.Flags.UserVerified, c.Flags.BackupEligible, c.Flags.BackupState = true, true, p.Eligible, p.Synced
		c.Authenticator.SignCount = p.Count
		for _, t := range p.Transports {
			c.Transport = append(c.Transport, protocol.AuthenticatorTransport(t))
		}
		out = append(out, c)
	}
	return out
}

func (p Party) open() (*webauthn.WebAuthn, error) {
	if len(p.Origins) == 0 {
		return nil, errors.New("passkeys belong to the console, and none is configured ([console] listen)")
	}
	return webauthn.New(&webauthn.Config{
		RPID: p.ID, RPDisplayName: p.Name, RPOrigins: p.Origins, AttestationPreference: protocol.PreferNoAttestation,
	})
}

func descriptors(h holder) (out []protocol.CredentialDescriptor) {
	for _, c := range h.WebAuthnCredentials() {
		out = append(out, c.Descriptor())
	}
	return out
}

// Register begins to register a passkey for an account that has some already.
func (p Party) Register(name string, has []account.Passkey) (options json.RawMessage, c Challenge, err error) {
	w, err := p.open()
	if err != nil {
		return nil, c, err
	}
	h := holder{name, has}
	made, session, err := w.BeginRegistration(h,
		webauthn.WithAuthenticatorSelection(protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(),
			UserVerification: protocol.VerificationRequired,
		}),
		webauthn.WithExclusions(descriptors(h)),
	)
	if err != nil {
		return nil, c, fmt.Errorf("begin to register a passkey: %w", err)
	}
	options, err = json.Marshal(made.Response)
	return options, Challenge{*session}, err
}

// Registered checks what the browser made of it.
func (p Party) Registered(name string, c Challenge, response []byte) (account.Passkey, error) {
	w, err := p.open()
	if err != nil {
		return account.Passkey{}, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(response)
	if err != nil {
		return account.Passkey{}, refused(err)
	}
	got, err := w.CreateCredential(holder{name: name}, c.session, parsed)
	if err != nil {
		return account.Passkey{}, refused(err)
	}
	out := account.Passkey{
		ID: base64.RawURLEncoding.EncodeToString(got.ID), Key: got.PublicKey, Count: got.Authenticator.SignCount,
		Eligible: got.Flags.BackupEligible, Synced: got.Flags.BackupState,
	}
	for _, t := range got.Transport {
		if len(out.Transports) < 8 && len(t) < 20 {
			out.Transports = append(out.Transports, string(t))
		}
	}
	return out, nil
}

// SignIn begins a sign-in: with whatever passkey the browser holds, or with one of those of an account.
func (p Party) SignIn(only []account.Passkey) (options json.RawMessage, c Challenge, err error) {
	w, err := p.open()
	if err != nil {
		return nil, c, err
	}
	how := []webauthn.LoginOption{webauthn.WithUserVerification(protocol.VerificationRequired)}
	if len(only) > 0 {
		how = append(how, webauthn.WithAllowedCredentials(descriptors(holder{keys: only})))
	}
	asked, session, err := w.BeginDiscoverableLogin(how...)
	if err != nil {
		return nil, c, fmt.Errorf("begin a sign-in by passkey: %w", err)
	}
	options, err = json.Marshal(asked.Response)
	return options, Challenge{*session}, err
}

// SignedIn checks what the browser made of it. whose finds the account that has a passkey, by the passkey's ID.
func (p Party) SignedIn(c Challenge, response []byte, whose func(id string) (name string, has []account.Passkey, err error)) (name string, u Use, err error) {
	w, err := p.open()
	if err != nil {
		return "", u, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(response)
	if err != nil {
		return "", u, refused(err)
	}
	u.ID = base64.RawURLEncoding.EncodeToString(parsed.RawID)
	found := func(_, _ []byte) (webauthn.User, error) {
		var h holder
		h.name, h.keys, err = whose(u.ID)
		name = h.name
		return h, err
	}
	if _, _, err := w.ValidatePasskeyLogin(found, c.session, parsed); err != nil {
		return name, u, refused(err)
	}
	flags := parsed.Response.AuthenticatorData
	u.Count, u.Synced = flags.Counter, flags.Flags.HasBackupState()
	return name, u, nil
}

// refused is the library's reason with what it keeps for developers.
func refused(err error) error {
	if e, ok := errors.AsType[*protocol.Error](err); ok && e.DevInfo != "" {
		return fmt.Errorf("the passkey is refused: %s: %s", e.Details, e.DevInfo)
	}
	return fmt.Errorf("the passkey is refused: %w", err)
}
