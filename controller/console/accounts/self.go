package accounts

import (
	"slices"
	"strings"

	"kidoban/controller/account"
	"kidoban/controller/console/draw"
	"kidoban/controller/console/web"
	"kidoban/controller/console/words"
	"kidoban/controller/desk"
)

// own is the page of the own account.
type own struct {
	Roles  []string
	May    []string
	Manage bool
}

func self(c *web.Call) (web.Answer, error) {
	return web.Page{Name: "accounts/index", Data: ownOf(c)}, nil
}

func ownOf(c *web.Call) own {
	o := own{Manage: c.May(account.ManageAccounts)}
	for _, r := range c.Me.Roles {
		o.Roles = append(o.Roles, words.Term(c.Lang, words.Roles, r))
	}
	for _, a := range account.Actions() {
		if c.May(a) {
			o.May = append(o.May, words.Term(c.Lang, words.Actions, a.String()))
		}
	}
	o.May = slices.Compact(o.May)
	return o
}

// done goes back to the own account, or shows it with what was wrong.
func done(c *web.Call, err error, word string) (web.Answer, error) {
	if err != nil {
		return web.Page{Name: "accounts/index", Data: ownOf(c), Fault: err}, nil
	}
	return web.Go{To: "/account", Done: word}, nil
}

func passwordPage(*web.Call) (web.Answer, error) { return web.Page{Name: "accounts/password"}, nil }

func password(c *web.Call) (web.Answer, error) {
	old, fresh := c.Form.Values.Get("password"), c.Form.Values.Get("password_new")
	if fresh != c.Form.Values.Get("password_again") {
		c.Form.Fail("password_again", "accounts.password.differ")
	}
	err := c.Form.Err()
	if err == nil {
		err = c.Post("account/password", desk.NewPassword{Old: desk.Password(old), New: desk.Password(fresh)}, nil)
	}
	if err != nil {
		return web.Page{Name: "accounts/password", Fault: err}, nil
	}
	return web.Go{To: "/account", Done: "accounts.done.password"}, nil
}

func second(c *web.Call) (web.Answer, error) {
	return web.Page{Name: "accounts/second", Data: entryOf(c)}, nil
}

// enrolment is what an authenticator app is shown: once, on this page alone. After a wrong code the app has it already.
type enrolment struct {
	Pending, Secret string
	QR              draw.Code
}

func codeBegin(c *web.Call) (web.Answer, error) {
	var got desk.TOTP
	if err := c.Post("account/totp/begin", struct{}{}, &got); err != nil {
		return web.Page{Name: "accounts/second", Data: entryOf(c), Fault: err}, nil
	}
	qr, err := draw.NewCode(string(got.URI))
	return web.Page{Name: "accounts/enrol", Data: enrolment{got.Pending, strings.ReplaceAll(grouped(string(got.Secret)), "-", " "), qr}}, err
}

func codeConfirm(c *web.Call) (web.Answer, error) {
	in := desk.Code{Pending: c.Form.Get("pending"), Code: desk.Password(c.Form.Get("code"))}
	if err := c.Post("account/totp/confirm", in, nil); err != nil {
		return web.Page{Name: "accounts/enrol", Data: enrolment{Pending: in.Pending}, Fault: err}, nil
	}
	return web.Go{To: "/account", Done: "accounts.done.code"}, nil
}

func codeRemove(c *web.Call) (web.Answer, error) {
	return done(c, c.Post("account/totp/remove", struct{}{}, nil), "accounts.done.code_removed")
}
