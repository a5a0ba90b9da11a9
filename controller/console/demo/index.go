package demo

import (
	"net/url"

	"kidoban/controller/console/web"
	"kidoban/controller/desk"
	"kidoban/device/sim"
)

// view is the page: the door as it stands, what can be done, who can be played.
type view struct {
	Door    web.Place
	Doors   []web.Place
	Look    sim.Look
	Cards   []card
	AtDoor  []verb
	Faults  []verb
	Actors  []Actor
	Site    *Standing
	Playing string
}

func (p pages) index(c *web.Call) (web.Answer, error) {
	v := view{Doors: c.Site().Doors, Cards: cards, AtDoor: atDoor, Faults: faults, Playing: c.Me.Account}
	for _, d := range v.Doors {
		if v.Door.Name == "" || d.Name == c.Form.Get("door") {
			v.Door = d
		}
	}
	if err := c.Get("sim", url.Values{"door": {v.Door.Name}}, &v.Look); err != nil {
		return nil, err
	}
	if p.site != nil {
		s := p.site.Standing()
		v.Site, v.Actors = &s, p.site.Actors()
	}
	return web.Page{Name: "demo/index", Data: v}, nil
}

// as signs in as one of the actors: their passwords are the demonstration's own, made anew each time it begins.
func (p pages) as(c *web.Call) (web.Answer, error) {
	if p.site == nil {
		return web.Go{To: "/sign-in"}, nil
	}
	for _, a := range p.site.Actors() {
		if a.Name != c.Form.Get("name") {
			continue
		}
		if c.SignedIn() {
			if err := c.SignOut(); err != nil {
				return nil, err
			}
		}
		var got desk.SignedIn
		if err := c.Post("sign-in", desk.SignIn{Name: a.Name, Password: a.Password}, &got); err != nil {
			return nil, err
		}
		if err := c.SignIn(got.Token); err != nil {
			return nil, err
		}
		return web.Go{To: web.Here(c.Form.Get("to"))}, nil
	}
	return web.Go{To: "/demo"}, nil
}

// set stops or starts the broker or the central log.
func (p pages) set(c *web.Call) (web.Answer, error) {
	if p.site != nil {
		s := p.site.Standing()
		on := c.Form.Get("on") == "1"
		switch c.Form.Get("what") {
		case "broker":
			s.Broker = on
		case "central":
			s.Central = on
		}
		if err := p.site.Set(s); err != nil {
			return nil, err
		}
	}
	return web.Go{To: "/demo#site"}, nil
}
