package tablet

import (
	"kidoban/controller/account"
	"kidoban/controller/console/web"
)

type handView struct {
	Doors []web.Place
	Self  string
}

// handPage says what becomes of the session before it is handed over.
func handPage(c *web.Call) (web.Answer, error) {
	return web.Page{Name: "tablet/hand", Data: handView{doors(c), c.Self()}}, nil
}

// doors are those at which the account may announce visitors.
func doors(c *web.Call) (out []web.Place) {
	for _, d := range c.Site().Doors {
		if c.Can(account.AnnounceVisitor, d.Zone) {
			out = append(out, d)
		}
	}
	return out
}

// hands confines the session to the tablet of a door.
func hands(c *web.Call) (web.Answer, error) {
	for _, d := range doors(c) {
		if d.Name == c.Form.Get("door") {
			c.HandToTablet(d.Name)
			return web.Go{To: "/tablet"}, nil
		}
	}
	c.Form.Fail("door", "web.fault.missing")
	return web.Page{Name: "tablet/hand", Data: handView{doors(c), c.Self()}, Fault: c.Form.Err()}, nil
}

// end signs out who answered for the tablet. A visitor who presses it ends no more than the tablet.
func end(c *web.Call) (web.Answer, error) {
	if err := c.SignOut(); err != nil {
		return nil, err
	}
	return web.Go{To: "/sign-in"}, nil
}

// zone is the room behind this tablet's door.
func zone(c *web.Call) string {
	for _, d := range c.Site().Doors {
		if d.Name == c.Tablet {
			return d.Zone
		}
	}
	return ""
}
