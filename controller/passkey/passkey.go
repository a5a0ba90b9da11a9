// Package passkey says what is asked and answered about WebAuthn passkeys, and has it done by a program apart: what a
// stranger's browser sends is taken to pieces in a process of its own, which lives for that one question and holds no key, no
// record and no door. Package check, beside it, is what that process does.
package passkey

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"kidoban/controller/account"
	"kidoban/controller/apart"
)

// What may be asked.
const (
	Register   = "register"   // begin to register a passkey for Name, who Has some already
	Registered = "registered" // check what the browser made of it
	SignIn     = "sign_in"    // begin a sign-in: with any passkey, or with one of those that Has lists
	SignedIn   = "signed_in"  // check what the browser made of it, as that of Name, who Has these
)

// Party is the site to a browser: the host name that passkeys are bound to, and the pages that may ask for them.
type Party struct {
	ID      string   `json:"id"`   // "kido.city.example"
	Name    string   `json:"name"` // what the browser shows
	Origins []string `json:"origins"`
}

// Request is one question.
type Request struct {
	Ask       string            `json:"ask"`
	Party     Party             `json:"party"`
	Name      string            `json:"name,omitempty"` // the account's
	Has       []account.Passkey `json:"has,omitempty"`
	Challenge json.RawMessage   `json:"challenge,omitempty"` // of the beginning: kept for two minutes and used once by whoever asks
	Response  json.RawMessage   `json:"response,omitempty"`  // the browser's
}

// Answer is what came of it.
type Answer struct {
	Options   json.RawMessage `json:"options,omitempty"` // for the browser
	Challenge json.RawMessage `json:"challenge,omitempty"`
	Passkey   account.Passkey `json:"passkey,omitzero"` // that was registered
	Use       Use             `json:"use,omitzero"`
	Refused   string          `json:"refused,omitempty"` // why the browser's answer is not taken
}

// Use is a passkey as it was just used. Its count is for whoever asks to hold against the last one.
type Use struct {
	ID    string `json:"id"`
	Count uint32 `json:"count"`
}

// ID is the passkey that a browser's answer says it is of, as it is kept in an account. Nothing is believed yet.
func ID(response json.RawMessage) (string, error) {
	var r struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(response, &r); err != nil || r.ID == "" || len(r.ID) > 2048 {
		return "", errors.New("this is no browser's answer")
	}
	return r.ID, nil
}

// Apart asks a program.
type Apart struct{ apart.Program }

// within bounds one question.
const within = 10 * time.Second

// Do asks one question.
func (a Apart) Do(ctx context.Context, r Request) (out Answer, err error) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	return out, a.Ask(ctx, r, &out)
}
