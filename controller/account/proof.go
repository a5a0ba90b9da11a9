package account

import "time"

// Proof is how somebody has shown who they are.
type Proof uint8

// The proofs.
const (
	ByPassword  Proof = iota
	ByDirectory       // the password, tried by the site's directory
	ByCode            // a password and a one-time code (RFC 6238), or to prove anew the code alone
	ByPasskey         // WebAuthn with user verification: stands for both
	BySetup           // the one-time code that the installer was given at the machine
)

var proofWords = [...]string{"password", "directory", "code", "passkey", "setup"}

// String is the proof's word in the record.
func (p Proof) String() string {
	if int(p) < len(proofWords) {
		return proofWords[p]
	}
	return ""
}

// Second says who must have a second proof beside the password.
type Second string

// The rules of second proofs.
const (
	SecondNever    Second = "never"    // who has one is asked for it all the same
	SecondAlways   Second = "always"   // everybody
	SecondOfficers Second = "officers" // the CISO, the security officers, the system manager
)

// Asks says that the rule asks somebody with these roles for a second proof.
func (s Second) Asks(roles []Role) bool {
	switch s {
	case SecondAlways:
		return true
	case SecondOfficers:
		for _, r := range roles {
			if r == CISO || r == SecurityOfficer || r == OtherOfficer || r == SystemManager {
				return true
			}
		}
	}
	return false
}

// Passkey is a WebAuthn credential of an account, as it is kept: nothing in it is secret.
type Passkey struct {
	ID         string    `json:"id"` // base64url of the credential's id
	Key        []byte    `json:"key,omitempty"`
	Count      uint32    `json:"count,omitempty"`    // the authenticator's own count of uses; 0 where it keeps none
	Eligible   bool      `json:"eligible,omitempty"` // it may be copied to other devices of its holder
	Synced     bool      `json:"synced,omitempty"`   // it has been
	Transports []string  `json:"transports,omitempty"`
	Name       string    `json:"name,omitempty"` // what its holder calls it
	Since      time.Time `json:"since,omitzero"`
	Used       time.Time `json:"used,omitzero"`
}

// PasskeysMost bounds how many one account has.
const PasskeysMost = 8

// GoesBack says that a count of uses shows that two devices hold this passkey: it did not grow.
func (p Passkey) GoesBack(count uint32) bool {
	return (p.Count != 0 || count != 0) && count <= p.Count
}
