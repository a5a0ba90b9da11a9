package setup

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"kidoban/controller"
	"kidoban/controller/account"
	"kidoban/controller/console/web"
	"kidoban/controller/console/words"
	"kidoban/controller/desk"
	"kidoban/controller/wiring"
)

// releaseFor is how long a strike is released to be heard.
const releaseFor = 3 * time.Second

// at is one point, large: what to do now, and what was seen.
type at struct {
	row
	Key    string // of words: the kind
	Watch  *controller.Watch
	Busy   string // the account that is at a point now, another's
	Number int
	Of     int
	Done   bool // it was seen, as far as a line tells
	Opens  bool // the strike: this account may release it
	Seen   []string
	Wrong  string // what was found wrong, and what to do
	Now    string // changes when the page must
	Next   string
}

func (in installer) at(c *web.Call) (v at, found bool, err error) {
	o, err := in.overview(c)
	if err != nil {
		return v, false, err
	}
	i := slices.IndexFunc(o.Rows, func(r row) bool { return r.ID == c.Form.Get("id") })
	if i < 0 {
		return v, false, nil
	}
	v = at{row: o.Rows[i], Opens: mayRelease(c, o.Rows[i].Door), Number: i + 1, Of: len(o.Rows), Next: o.Next, Key: strings.ReplaceAll(string(o.Rows[i].Kind), " ", "_")}
	switch w := o.Watch; {
	case w == nil:
	case w.Account != c.Me.Account:
		v.Busy = w.Account
	case w.ID == v.ID:
		v.Watch, v.Done, v.Wrong = w, w.Finding.Done(), wrong(c, w.Finding)
		for _, s := range w.Seen {
			v.Seen = append(v.Seen, said(c, s))
		}
	}
	v.Now = stamp(v)
	return v, true, nil
}

func mayRelease(c *web.Call, door string) bool {
	return slices.ContainsFunc(c.Site().Doors, func(d web.Place) bool { return d.Name == door && c.Can(account.OperateDoor, d.Zone) })
}

func stamp(v at) string {
	switch {
	case v.Watch == nil:
		return "idle"
	case v.Done: // whatever else is seen: nobody's button is taken away
		return fmt.Sprintf("%d/done", v.Watch.Since.UnixMilli())
	}
	return fmt.Sprintf("%d/%d", v.Watch.Since.UnixMilli(), len(v.Watch.Seen))
}

// said is one thing that was seen.
func said(c *web.Call, s wiring.Seen) string {
	out := words.Stamp(s.At) + " "
	if s.What == wiring.Driven || s.What == wiring.Rested {
		out += words.Term(c.Lang, words.Points, s.Point) + ": "
	}
	out += c.T("setup.seen." + string(s.What))
	if side := s.Side.String(); side != "" {
		out += " (" + words.Term(c.Lang, words.Directions, side) + ")"
	}
	if s.Diagnosis != "" {
		out += " " + words.Phrase(c.Lang, s.Diagnosis)
	}
	return out
}

func wrong(c *web.Call, f wiring.Finding) string {
	if f.Trouble == wiring.NoTrouble {
		return ""
	}
	diagnosis := ""
	if f.By != nil && f.By.Diagnosis != "" {
		diagnosis = words.Phrase(c.Lang, f.By.Diagnosis)
	}
	return strings.TrimSpace(c.T("setup.trouble."+string(f.Trouble)) + " " + diagnosis)
}

func (in installer) point(c *web.Call) (web.Answer, error) {
	return in.showPoint(c, "setup/point", nil)
}

// not is for what is not passed: why.
func (in installer) not(c *web.Call) (web.Answer, error) { return in.showPoint(c, "setup/not", nil) }

func (in installer) showPoint(c *web.Call, page string, fault error) (web.Answer, error) {
	v, found, err := in.at(c)
	switch {
	case err != nil:
		return nil, err
	case !found:
		return web.Go{To: "/setup"}, nil
	}
	return web.Page{Name: page, Data: v, Fault: fault}, nil
}

// state tells the script whether the page is still so.
func (in installer) state(c *web.Call) (web.Answer, error) {
	v, _, err := in.at(c)
	return web.File{Type: "text/plain; charset=utf-8", Body: []byte(stamp(v)), Inline: true}, err
}

func here(id string) string { return "/setup/point?id=" + url.QueryEscape(id) }

func (in installer) begin(c *web.Call) (web.Answer, error) {
	id := c.Form.Get("id")
	if err := c.Post("wiring/begin", desk.WiringPoint{ID: id}, nil); err != nil {
		return in.refused(c, "setup/point", err)
	}
	return web.Go{To: here(id)}, nil
}

func (in installer) refused(c *web.Call, page string, err error) (web.Answer, error) {
	if !web.OnForm(err) {
		return nil, err
	}
	return in.showPoint(c, page, err)
}

// end keeps a result, and goes on to what waits next.
func (in installer) end(c *web.Call) (web.Answer, error) {
	p := desk.WiringPoint{ID: c.Form.Get("id"), Result: controller.PointResult(c.Form.Get("result"))}
	page := "setup/point"
	if p.Result != controller.PointPassed {
		page, p.Reason = "setup/not", c.Form.Need("reason")
	}
	err := c.Form.Err()
	if err == nil {
		err = c.Post("wiring/end", p, nil)
	}
	if err != nil {
		return in.refused(c, page, err)
	}
	o, err := in.overview(c)
	if err != nil || o.Ready || p.Result == controller.PointFailed {
		return web.Go{To: "/setup", Done: "setup.done.kept"}, nil //nolint:nilerr // it is kept; the next page says what is wrong
	}
	return web.Go{To: here(o.Next), Done: "setup.done.kept"}, nil
}

// release has the strike be heard: an order with an entry of its own.
func (in installer) release(c *web.Call) (web.Answer, error) {
	id := c.Form.Get("id")
	v, found, err := in.at(c)
	if err != nil || !found || v.Kind != wiring.Strike {
		return web.Go{To: "/setup"}, err
	}
	order := desk.Door{Door: v.Door, Order: "release", For: releaseFor, Reason: c.T("setup.release.reason")}
	if err := c.Post("door", order, nil); err != nil {
		return in.refused(c, "setup/point", err)
	}
	return web.Go{To: here(id), Done: "setup.done.released"}, nil
}

// try lights a lamp or sounds a siren.
func (in installer) try(c *web.Call) (web.Answer, error) {
	id := c.Form.Get("id")
	if err := c.Post("wiring/try", desk.WiringPoint{ID: id}, nil); err != nil {
		return in.refused(c, "setup/point", err)
	}
	return web.Go{To: here(id), Done: "setup.done.tried"}, nil
}
