package desk

import (
	"encoding/json"
	"time"

	"kidoban/controller"
	"kidoban/controller/access"
)

// The routes by which somebody shows who they are:
//
//	GET  /me                              -> Me
//	POST /sign-in            SignIn       -> SignedIn; Needs says what comes next
//	POST /sign-in/code       Code         -> SignedIn
//	POST /sign-in/passkey/begin  {}       -> Challenge; signed in: to prove anew
//	POST /sign-in/passkey    Response     -> SignedIn
//	POST /sign-in/setup      SetupCode    -> SignedIn
//	POST /sign-in/again      Again        -> {}
//	POST /sign-out           SignOut      -> {}
//	POST /account/totp/begin {}           -> TOTP
//	POST /account/totp/confirm   Code     -> {}; Pending is TOTP's
//	POST /account/totp/remove    {}       -> {}
//	POST /account/passkey/begin  {}       -> Challenge
//	POST /account/passkey    Response     -> {}
//	POST /account/passkey/remove PasskeyID -> {}
//	POST /setup/begin        {}           -> Setup

// Me is who asks, what they may, and how their sign-in stands.
type Me struct {
	controller.Me
	Signed bool          `json:"signed,omitempty"` // by a sign-in, not by the user of the machine
	Proved time.Duration `json:"proved,omitempty"` // how long ago they last showed who they are
	Fresh  bool          `json:"fresh,omitempty"`  // recently enough for a grave act; always so for one of the configuration
	Ends   time.Time     `json:"ends,omitzero"`    // the sign-in, however much it is used
	Idle   time.Duration `json:"idle,omitempty"`   // it ends earlier when it is not used for so long
}

// SignIn is a name and a password.
type SignIn struct {
	Name     string   `json:"name"`
	Password Password `json:"password"`
}

// What a SignedIn may still need.
const (
	NeedsCode    = "code"    // POST /sign-in/code with Pending and the code
	NeedsPasskey = "passkey" // the account has passkeys alone: POST /sign-in/passkey/begin
)

// SignedIn is what a sign-in gives: the token stands for it from now on. Where it needs more there is no token yet.
type SignedIn struct {
	Token     string `json:"token,omitempty"`
	Account   string `json:"account"`
	Temporary bool   `json:"temporary,omitempty"` // set a password of your own first
	Enrol     bool   `json:"enrol,omitempty"`     // set up a second proof first
	Needs     string `json:"needs,omitempty"`
	Pending   string `json:"pending,omitempty"` // with Needs "code": what to send it with, for two minutes
}

// Code is a one-time code for what waits for it.
type Code struct {
	Pending string   `json:"pending"`
	Code    Password `json:"code"`
}

// SetupCode is the one-time code that the installer was given at the machine.
type SetupCode struct {
	Code Password `json:"code"`
}

// SignOut ends a sign-in. Elsewhere says that it is not its holder who ends it: it turned up where it did not begin.
type SignOut struct {
	Elsewhere bool `json:"elsewhere,omitempty"`
}

// Again proves anew who is signed in: by one of password, code, passkey.
type Again struct {
	Password Password  `json:"password,omitempty"`
	Code     Password  `json:"code,omitempty"`
	Passkey  *Response `json:"passkey,omitempty"`
}

// TOTP is what an authenticator needs: the secret in base32, and the same as a URI for a QR code.
type TOTP struct {
	Pending string   `json:"pending"` // confirm with it, within ten minutes
	Secret  Password `json:"secret"`
	URI     Password `json:"uri"`
}

// Challenge is what navigator.credentials is to be given, as JSON (parseCreationOptionsFromJSON,
// parseRequestOptionsFromJSON); Flow goes back with the response within two minutes, once.
type Challenge struct {
	Flow    string          `json:"flow"`
	Options json.RawMessage `json:"options"`
}

// Response is what navigator.credentials has given, as JSON (toJSON). Name is what a new passkey is to be called.
type Response struct {
	Flow     string          `json:"flow"`
	Response json.RawMessage `json:"response"`
	Name     string          `json:"name,omitempty"`
}

// PasskeyID names a passkey by the ID that Me lists.
type PasskeyID struct {
	ID string `json:"id"`
}

// Setup is a one-time code for the console's first sign-in, and where that is; Address is "" where no console is
// configured.
type Setup struct {
	Code    Password  `json:"code"`
	Until   time.Time `json:"until"`
	Address string    `json:"address,omitempty"`
}

// Account is one to be added, or one whose password is to be set anew.
type Account struct {
	Name      string          `json:"name"`
	Person    access.PersonID `json:"person"`
	Password  Password        `json:"password,omitempty"`
	Directory bool            `json:"directory,omitempty"` // the site's directory tries its password: it has none here
	Login     string          `json:"login,omitempty"`     // its name there, "" = the same
}
