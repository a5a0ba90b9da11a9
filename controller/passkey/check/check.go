// Package check checks WebAuthn registrations and sign-ins with discoverable credentials. User verification is always
// required, so that a passkey stands for two proofs: the device, and its holder's finger or PIN. No attestation is asked
// for. The package keeps nothing: whoever asks keeps a challenge for two minutes, uses it once, and holds the count of uses
// against the last one.
package check

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"kidoban/controller/account"
	"kidoban/controller/passkey"
)

// within is how long a browser is told to wait for its user: as long as the challenge is kept.
const within = 2 * time.Minute

// Here answers in this process.
type Here struct{}

// Do answers one question. An error is the site's fault; what is the browser's, the answer says.
func (Here) Do(_ context.Context, r passkey.Request) (passkey.Answer, error) {
	if len(r.Party.Origins) == 0 {
		return passkey.Answer{}, errors.New("passkeys belong to the console, and none is configured ([console] listen)")
	}
	patience := webauthn.TimeoutConfig{Timeout: within, TimeoutUVD: within}
	w, err := webauthn.New(&webauthn.Config{
		RPID: r.Party.ID, RPDisplayName: r.Party.Name, RPOrigins: r.Party.Origins, AttestationPreference: protocol.PreferNoAttestation,
		Timeouts: webauthn.TimeoutsConfig{Login: patience, Registration: patience},
	})
	if err != nil {
		return passkey.Answer{}, fmt.Errorf("prepare passkeys for %s: %w", r.Party.ID, err)
	}
	h := holder{r.Name, r.Has}
	switch r.Ask {
	case passkey.Register:
		return register(w, h)
	case passkey.SignIn:
		return signIn(w, h)
	case passkey.Registered, passkey.SignedIn:
	default:
		return passkey.Answer{}, fmt.Errorf("nothing is known of %q about passkeys", r.Ask)
	}
	var session webauthn.SessionData
	if err := json.Unmarshal(r.Challenge, &session); err != nil {
		return passkey.Answer{}, fmt.Errorf("read the challenge: %w", err)
	}
	var out passkey.Answer
	if r.Ask == passkey.Registered {
		out.Passkey, err = registered(w, h, session, r.Response)
	} else {
		out.Use, err = signedIn(w, h, session, r.Response)
	}
	if err != nil {
		return passkey.Answer{Refused: why(err)}, nil
	}
	return out, nil
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

func (h holder) descriptors() (out []protocol.CredentialDescriptor) {
	for _, c := range h.WebAuthnCredentials() {
		out = append(out, c.Descriptor())
	}
	return out
}

func asked(options any, session *webauthn.SessionData) (out passkey.Answer, err error) {
	if out.Options, err = json.Marshal(options); err != nil {
		return out, err
	}
	out.Challenge, err = json.Marshal(session)
	return out, err
}

func register(w *webauthn.WebAuthn, h holder) (passkey.Answer, error) {
	made, session, err := w.BeginRegistration(h,
		webauthn.WithAuthenticatorSelection(protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(),
			UserVerification: protocol.VerificationRequired,
		}),
		webauthn.WithExclusions(h.descriptors()),
	)
	if err != nil {
		return passkey.Answer{}, fmt.Errorf("begin to register a passkey: %w", err)
	}
	return asked(made.Response, session)
}

func registered(w *webauthn.WebAuthn, h holder, session webauthn.SessionData, response []byte) (out account.Passkey, err error) {
	parsed, err := protocol.ParseCredentialCreationResponseBytes(response)
	if err != nil {
		return out, err
	}
	got, err := w.CreateCredential(h, session, parsed)
	if err != nil {
		return out, err
	}
	out = account.Passkey{
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

func signIn(w *webauthn.WebAuthn, h holder) (passkey.Answer, error) {
	how := []webauthn.LoginOption{webauthn.WithUserVerification(protocol.VerificationRequired)}
	if len(h.keys) > 0 {
		how = append(how, webauthn.WithAllowedCredentials(h.descriptors()))
	}
	made, session, err := w.BeginDiscoverableLogin(how...)
	if err != nil {
		return passkey.Answer{}, fmt.Errorf("begin a sign-in by passkey: %w", err)
	}
	return asked(made.Response, session)
}

func signedIn(w *webauthn.WebAuthn, h holder, session webauthn.SessionData, response []byte) (out passkey.Use, err error) {
	parsed, err := protocol.ParseCredentialRequestResponseBytes(response)
	if err != nil {
		return out, err
	}
	found := func(_, _ []byte) (webauthn.User, error) { return h, nil }
	if _, _, err := w.ValidatePasskeyLogin(found, session, parsed); err != nil {
		return out, err
	}
	return passkey.Use{
		ID: base64.RawURLEncoding.EncodeToString(parsed.RawID), Count: parsed.Response.AuthenticatorData.Counter,
	}, nil
}

// why is the library's reason with what it keeps for developers.
func why(err error) string {
	if e, ok := errors.AsType[*protocol.Error](err); ok && e.DevInfo != "" {
		return "the passkey is refused: " + e.Details + ": " + e.DevInfo
	}
	return "the passkey is refused: " + err.Error()
}
