package accounts

import (
	"encoding/json"

	"kidoban/controller/console/web"
	"kidoban/controller/desk"
)

// challenge answers the script with what the browser's authenticator is to sign.
func challenge(c *web.Call, what string) (web.Answer, error) {
	var got desk.Challenge
	if err := c.Post(what, struct{}{}, &got); err != nil {
		return web.Said{Err: err}, nil
	}
	body, err := json.Marshal(got)
	return web.File{Type: "application/json", Body: body, Inline: true}, err
}

// passkeyBegin is for signing in; to those who have, for proving anew.
func passkeyBegin(c *web.Call) (web.Answer, error) { return challenge(c, "sign-in/passkey/begin") }

func newPasskeyBegin(c *web.Call) (web.Answer, error) { return challenge(c, "account/passkey/begin") }

// response is what the script brought back from the authenticator.
func response(c *web.Call) desk.Response {
	said := json.RawMessage(c.Form.Get("response"))
	if !json.Valid(said) {
		said = json.RawMessage("null") // the daemon refuses it
	}
	return desk.Response{Flow: c.Form.Get("flow"), Response: said, Name: c.Form.Get("key_name")}
}

func signInPasskey(c *web.Call) (web.Answer, error) {
	var got desk.SignedIn
	if err := c.Post("sign-in/passkey", response(c), &got); err != nil {
		return entrance(c, err), nil
	}
	return enter(c, got)
}

func newPasskey(c *web.Call) (web.Answer, error) {
	if err := c.Post("account/passkey", response(c), nil); err != nil {
		return web.Page{Name: "accounts/second", Data: entryOf(c), Fault: err}, nil
	}
	return web.Go{To: "/account", Done: "accounts.done.passkey"}, nil
}

func passkeyRemove(c *web.Call) (web.Answer, error) {
	return done(c, c.Post("account/passkey/remove", desk.PasskeyID{ID: c.Form.Get("id")}, nil), "accounts.done.passkey_removed")
}
