package accounts

import (
	"net/http"

	"kidoban/controller/console/web"
	"kidoban/controller/desk"
)

// entry is the page of signing in.
type entry struct {
	Ended   bool
	Passkey bool   // passkeys can be had at this address
	Pending string // with it the code is asked for
}

func entryOf(c *web.Call) entry {
	return entry{Ended: c.Form.Get("ended") != "", Passkey: byName(c)}
}

// byName says that the browser came here by the name that passkeys are bound to.
func byName(c *web.Call) bool { return hostname(c.R.Host) == c.Host() && c.Trusted() }

func signInPage(c *web.Call) (web.Answer, error) {
	return web.Page{Name: "accounts/signin", Data: entryOf(c)}, nil
}

// signIn tries a name and a password at the daemon.
func signIn(c *web.Call) (web.Answer, error) {
	in := desk.SignIn{Name: c.Form.Need("account"), Password: desk.Password(c.Form.Values.Get("password"))}
	var got desk.SignedIn
	err := c.Form.Err()
	if err == nil {
		err = c.Post("sign-in", in, &got)
	}
	if err != nil {
		return web.Page{Name: "accounts/signin", Data: entryOf(c), Fault: err}, nil
	}
	return enter(c, got)
}

// enter begins the session of a sign-in, or asks for what it still needs.
func enter(c *web.Call, got desk.SignedIn) (web.Answer, error) {
	switch got.Needs {
	case desk.NeedsCode:
		return web.Page{Name: "accounts/code", Data: got.Pending}, nil
	case desk.NeedsPasskey:
		return web.Page{Name: "accounts/needkey", Data: entryOf(c)}, nil
	}
	if err := c.SignIn(got.Token); err != nil {
		return nil, err
	}
	return web.Go{To: web.Here(c.Form.Get("to"))}, nil
}

func signInCode(c *web.Call) (web.Answer, error) {
	in := desk.Code{Pending: c.Form.Get("pending"), Code: desk.Password(c.Form.Get("code"))}
	var got desk.SignedIn
	if err := c.Post("sign-in/code", in, &got); err != nil {
		return web.Page{Name: "accounts/code", Data: in.Pending, Fault: err}, nil
	}
	return enter(c, got)
}

func setupPage(*web.Call) (web.Answer, error) {
	return web.Page{Name: "accounts/setup"}, nil
}

// signInSetup takes the code that the installer was given at the machine itself.
func signInSetup(c *web.Call) (web.Answer, error) {
	var got desk.SignedIn
	if err := c.Post("sign-in/setup", desk.SetupCode{Code: desk.Password(c.Form.Get("code"))}, &got); err != nil {
		return web.Page{Name: "accounts/setup", Fault: err}, nil
	}
	if err := c.SignIn(got.Token); err != nil {
		return nil, err
	}
	return web.Go{To: "/setup"}, nil
}

func signOut(c *web.Call) (web.Answer, error) {
	return web.Go{To: "/sign-in"}, c.SignOut()
}

// language keeps the language that was chosen, in the browser.
func language(c *web.Call) (web.Answer, error) {
	lang := "ja"
	if c.Form.Get("lang") == "en" {
		lang = "en"
	}
	http.SetCookie(c.W, &http.Cookie{
		Name: "kidoban-lang", Value: lang, Path: "/", MaxAge: 365 * 24 * 60 * 60, HttpOnly: true, Secure: c.R.TLS != nil,
		SameSite: http.SameSiteLaxMode,
	})
	return web.Go{To: web.Here(c.Form.Get("to"))}, nil
}
