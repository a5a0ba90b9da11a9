package accounts

import (
	"encoding/json"

	"kidoban/controller/console/web"
	"kidoban/controller/desk"
)

func provePage(c *web.Call) (web.Answer, error) {
	return web.Page{Name: "accounts/prove", Data: web.Kept{To: web.Here(c.Form.Get("to"))}}, nil
}

// prove shows anew who is signed in. What was sent and waits for it is then sent again by a click.
func prove(c *web.Call) (web.Answer, error) {
	k := kept(c.Form)
	again := desk.Again{Password: desk.Password(c.Form.Values.Get("password")), Code: desk.Password(c.Form.Get("code"))}
	if c.Form.Has("response") {
		r := response(c)
		again = desk.Again{Passkey: &r}
	}
	if err := c.Post("sign-in/again", again, nil); err != nil {
		return web.Page{Name: "accounts/prove", Data: k, Fault: err}, nil
	}
	if k.Path == "" {
		return web.Go{To: k.To, Done: "accounts.done.proved"}, nil
	}
	return web.Page{Name: "accounts/resend", Data: k}, nil
}

// kept reads what a page of prove carried along.
func kept(f *web.Form) web.Kept {
	k := web.Kept{To: web.Here(f.Get("to"))}
	if path := f.Get("order"); path != "" {
		k.Path = web.Here(path)
	}
	for _, s := range f.Values["kept"] {
		var pair [2]string
		if json.Unmarshal([]byte(s), &pair) == nil && pair[0] != "once" && !web.Secret(pair[0]) {
			k.Pair = append(k.Pair, pair)
		}
	}
	return k
}
