package accounts

import (
	"crypto/rand"
	"slices"
	"strings"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/console/web"
	"kidoban/controller/desk"
)

// listed are all accounts; New is a first password that was just made, to be handed over.
type listed struct {
	Rows []controller.AccountRow
	New  *handed
}

// handed is what is told once: the account's holder must choose a password of their own with it.
type handed struct {
	Account  string
	Password string
	Waits    string // the proposal that another person must approve first
}

func list(c *web.Call) (web.Answer, error) { return show(c, nil, nil) }

func show(c *web.Call, h *handed, fault error) (web.Answer, error) {
	v := listed{New: h}
	if err := c.Get("accounts", nil, &v.Rows); err != nil {
		return nil, err
	}
	return web.Page{Name: "accounts/list", Data: v, Fault: fault}, nil
}

// addPage is also reached from a person's page, with ?person=.
func addPage(*web.Call) (web.Answer, error) { return web.Page{Name: "accounts/add"}, nil }

func add(c *web.Call) (web.Answer, error) {
	a := desk.Account{
		Name: c.Form.Need("account"), Person: access.PersonID(c.Form.Need("person")), Directory: c.Form.Get("kind") == "directory",
		Login: c.Form.Get("login"),
	}
	if err := c.Form.Err(); err != nil {
		return web.Page{Name: "accounts/add", Fault: err}, nil
	}
	h, err := put(c, a)
	if err != nil {
		return web.Page{Name: "accounts/add", Fault: err}, nil
	}
	return show(c, h, nil)
}

// put adds an account or sets a password anew. A first password is made here, so that nobody chooses another's: 80 bits, for its
// holder's first sign-in.
func put(c *web.Call, a desk.Account) (*handed, error) {
	h := &handed{Account: a.Name}
	if !a.Directory {
		h.Password = grouped(rand.Text()[:16])
		a.Password = desk.Password(h.Password)
	}
	var waits controller.Proposed
	err := c.Post("account", a, &waits)
	h.Waits = waits.ID
	return h, err
}

// grouped is a text as it is read from a page and typed: in groups of four.
func grouped(text string) string {
	var out []string
	for group := range slices.Chunk([]byte(text), 4) {
		out = append(out, string(group))
	}
	return strings.Join(out, "-")
}

func reset(c *web.Call) (web.Answer, error) {
	h, err := put(c, desk.Account{Name: c.Form.Get("account"), Person: access.PersonID(c.Form.Get("person"))})
	if err != nil {
		return show(c, nil, err)
	}
	return show(c, h, nil)
}

func closeAccount(c *web.Call) (web.Answer, error) {
	if err := c.Post("account/close", desk.Named{Name: c.Form.Get("account")}, nil); err != nil {
		return show(c, nil, err)
	}
	return web.Go{To: "/accounts", Done: "accounts.done.closed"}, nil
}

// matrix is who may do what, as a table.
type matrix struct {
	Roles []account.Role
	Rows  []matrixRow
}

type matrixRow struct {
	Action account.Action
	May    []bool
	Grave  bool
}

func roles(*web.Call) (web.Answer, error) {
	m := matrix{Roles: account.Roles()}
	for _, a := range account.Actions() {
		row := matrixRow{Action: a, Grave: a.Grave()}
		for _, r := range m.Roles {
			row.May = append(row.May, account.May(r, a))
		}
		m.Rows = append(m.Rows, row)
	}
	return web.Page{Name: "accounts/roles", Data: m}, nil
}
