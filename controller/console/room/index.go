package room

import (
	"strings"

	"kidoban/controller/account"
	"kidoban/controller/console/live"
	"kidoban/controller/console/web"
	"kidoban/controller/desk"
)

// first is what the page shows; the same views are its live parts.
type first struct {
	Looks   bool
	Undated bool // the clock cannot be believed, so nobody's dates can be judged
	Entries uint64

	Consents, Acks, Operates bool // what is shown for a tap

	Yours  awaited
	State  state
	Doors  doors
	Inside inside
	Events events
	Health health
}

func index(c *web.Call) (web.Answer, error) { return show(c, nil) }

// show is the page, with what was wrong with an order given on it.
func show(c *web.Call, fault error) (web.Answer, error) {
	s, err := live.SeenBy(c)
	if err != nil {
		return nil, err
	}
	var yours awaited
	if s.Now.Looks {
		if yours, err = waitingFor(c); err != nil {
			return nil, err
		}
	}
	return web.Page{Name: "room/index", Fault: fault, Data: first{
		Yours:    yours,
		Consents: c.May(account.Consent), Acks: c.May(account.AckAlarm), Operates: c.May(account.OperateDoor),
		Looks: s.Now.Looks, Undated: !s.Now.Believed, Entries: s.Now.Entries, State: stateOf(s), Doors: doorsOf(s), Inside: insideOf(s), Events: eventsOf(s),
		Health: healthOf(s),
	}}, nil
}

// consent is one tap for one visitor or for all who wait: 退室を承諾する.
func consent(c *web.Call) (web.Answer, error) {
	visits := strings.Split(c.Form.Need("visits"), ",")
	err := c.Form.Err()
	if err == nil {
		err = c.Post("visit/consent", desk.Consent{Visits: visits}, nil)
	}
	if err != nil && web.OnForm(err) {
		return show(c, err)
	}
	if err != nil {
		return nil, err
	}
	return web.Go{To: "/", Done: "room.done.consent"}, nil
}
