package accounts

import (
	"net/http"

	"kidoban/controller/console/web"
	"kidoban/controller/desk"
)

func signInPage(c *web.Call) (web.Answer, error) {
	return web.Page{Name: "accounts/signin", Data: c.Form.Get("ended") != ""}, nil
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
		return web.Page{Name: "accounts/signin", Data: false, Fault: err}, nil
	}
	if err := c.SignIn(got.Token); err != nil {
		return nil, err
	}
	return web.Go{To: web.Here(c.Form.Get("to"))}, nil
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
