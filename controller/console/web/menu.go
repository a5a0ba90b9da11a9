package web

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"strings"
	"sync"

	"kidoban/controller/account"
	"kidoban/controller/console/draw"
)

// MenuItem is a place of the menu, shown to those who may do one of its actions; with none, to all.
type MenuItem struct {
	Path, Word string
	May        []account.Action
	Apart      bool // after what is of every day
	Requests   bool // it counts the requests of permits that wait for the account
	Bell       bool // it counts the alarms that nobody has acknowledged
}

// menu is what this account is shown of it.
func (c *Call) menu() []Item {
	if !c.SignedIn() || c.Tablet != "" {
		return nil
	}
	var out []Item
	for _, m := range c.server.Menu {
		if len(m.May) > 0 && !c.May(m.May...) {
			continue
		}
		out = append(out, Item{m, c.within(m.Path)})
	}
	return out
}

// within says that the page is a part of a place.
func (c *Call) within(place string) bool {
	at := c.R.URL.Path
	return at == place || place != "/" && strings.HasPrefix(at, place+"/")
}

// Own says that the page is about the account itself, or about accounts.
func (c *Call) Own() bool { return c.within("/account") || c.within("/accounts") }

// staticVersion is a digest of what is served from static.
var staticVersion = sync.OnceValue(func() string {
	sum := sha256.New()
	_, _ = sum.Write([]byte(draw.Style))
	_ = fs.WalkDir(static, ".", func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			b, _ := static.ReadFile(p)
			sum.Write(b)
		}
		return err
	})
	return hex.EncodeToString(sum.Sum(nil)[:6])
})
