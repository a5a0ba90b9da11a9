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
		here := c.R.URL.Path == m.Path || m.Path != "/" && strings.HasPrefix(c.R.URL.Path, m.Path+"/")
		out = append(out, Item{m.Path, m.Word, here})
	}
	return out
}

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
