package room

import (
	"net/http"
	"time"

	"kidoban/controller/console/live"
	"kidoban/controller/console/web"
	"kidoban/controller/desk"
)

// How long a release or a lockdown may be asked for on the page.
const (
	releaseMost  = 60      // seconds
	lockdownMost = 31 * 24 // hours
)

// ordering is the page of one door.
type ordering struct {
	Door          doorView
	Release, Down int  // the bounds
	Proves        bool // who it is will be asked before a release
}

func doorPage(c *web.Call) (web.Answer, error) { return orderPage(c, nil) }

// orderPage is the page, with what was wrong with an order given on it.
func orderPage(c *web.Call, fault error) (web.Answer, error) {
	s, err := live.SeenBy(c)
	if err != nil {
		return nil, err
	}
	for i := range s.Now.Doors {
		d := &s.Now.Doors[i]
		if d.Name != c.R.PathValue("door") {
			continue
		}
		return web.Page{Name: "room/door", Fault: fault, Data: ordering{
			Door: doorOf(s, d), Release: releaseMost, Down: lockdownMost, Proves: !c.Me.Fresh,
		}}, nil
	}
	return nil, &desk.Error{Status: http.StatusNotFound, Code: desk.CodeMissing, Text: "no door is called that"}
}

// order gives one to the daemon; the form comes back with what was wrong with it.
func order(c *web.Call, d desk.Door, done string) (web.Answer, error) {
	d.Door, d.Reason = c.R.PathValue("door"), c.Form.Need("reason")
	err := c.Form.Err()
	if err == nil {
		err = c.Post("door", d, nil)
	}
	if err != nil && web.OnForm(err) {
		return orderPage(c, err)
	}
	if err != nil {
		return nil, err
	}
	return web.Go{To: "/", Done: done}, nil
}

// release releases the door once: 解錠する.
func release(c *web.Call) (web.Answer, error) {
	seconds := c.Form.Number("seconds", 1, releaseMost)
	return order(c, desk.Door{Order: "release", For: time.Duration(seconds) * time.Second}, "room.done.release")
}

// lockdown lets nobody in until its end: 入室停止.
func lockdown(c *web.Call) (web.Answer, error) {
	c.Form.Need("hours")
	hours := c.Form.Number("hours", 1, lockdownMost)
	return order(c, desk.Door{Order: "lockdown", For: time.Duration(hours) * time.Hour}, "room.done.lockdown")
}

// normal ends a lockdown: 入室停止を解除する.
func normal(c *web.Call) (web.Answer, error) {
	return order(c, desk.Door{Order: "normal"}, "room.done.normal")
}
