package accounts

import (
	"net/http"
	"slices"

	"kidoban/controller/account"
	"kidoban/controller/console/web"
	"kidoban/controller/desk"
)

// entry is the page of signing in.
type entry struct {
	Ended   account.End // why one must sign in anew
	Passkey bool        // passkeys can be had at this address
}

// ends are those that the page has words for.
var ends = []account.End{
	account.EndIdle, account.EndTime, account.EndCrowded, account.EndOut, account.EndElsewhere, account.EndPassword, account.EndClosed,
	account.EndForgotten,
}

func entryOf(c *web.Call) entry {
	e := entry{Passkey: c.ByName()}
	if why := account.End(c.Form.Get("ended")); slices.Contains(ends, why) {
		e.Ended = why
	}
	return e
}

// again is what was sent with a sign-in that had ended, as a page of signing in carries it along.
func again(c *web.Call) web.Again {
	return web.Again{Kept: kept(c.Form), Ended: entryOf(c).Ended, As: c.Form.Get("as")}
}

// entrance is the page of signing in, with what it carries along.
func entrance(c *web.Call, fault error) web.Page {
	if a := again(c); a.Path != "" {
		return web.Page{Name: "accounts/again", Data: a, Fault: fault}
	}
	return web.Page{Name: "accounts/signin", Data: entryOf(c), Fault: fault}
}

func signInPage(c *web.Call) (web.Answer, error) {
	return entrance(c, nil), nil
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
		return entrance(c, err), nil
	}
	return enter(c, got)
}

// enter begins the session of a sign-in, or asks for what it still needs.
func enter(c *web.Call, got desk.SignedIn) (web.Answer, error) {
	switch got.Needs {
	case desk.NeedsCode:
		return web.Page{Name: "accounts/code", Data: waiting{got.Pending, again(c)}}, nil
	case desk.NeedsPasskey:
		return web.Page{Name: "accounts/needkey", Data: entryOf(c)}, nil
	}
	if err := c.SignIn(got.Token); err != nil {
		return nil, err
	}
	if a := again(c); a.Path != "" && a.As == got.Account {
		return web.Page{Name: "accounts/resend", Data: a.Kept}, nil
	}
	return web.Go{To: web.Here(c.Form.Get("to"))}, nil
}

// waiting is a sign-in that waits for its code.
type waiting struct {
	Pending string
	web.Again
}

func signInCode(c *web.Call) (web.Answer, error) {
	in := desk.Code{Pending: c.Form.Get("pending"), Code: desk.Password(c.Form.Get("code"))}
	var got desk.SignedIn
	if err := c.Post("sign-in/code", in, &got); err != nil {
		return web.Page{Name: "accounts/code", Data: waiting{in.Pending, again(c)}, Fault: err}, nil
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
	return web.Go{To: "/sign-in?ended=" + string(account.EndOut)}, c.SignOut()
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
