package tablet

import (
	"net/http"

	"kidoban/controller/access"
	"kidoban/controller/console/web"
	"kidoban/controller/console/words"
	"kidoban/controller/ledger"
)

// idleFor is after how many seconds of nothing a page ends by itself; a result is read in less.
const (
	idleFor   = 60
	resultFor = 20
)

// view is a page of the slip.
type view struct {
	slip
	Idle       int    // seconds
	Now        string // what /tablet/state says of it
	Stage      int    // of the four steps that are shown: write, permit, escort, enter
	Room       string
	When       string // of the own permit
	Called     string // the own name
	House, Aim string
	No         string // why there is no entry now, as the door says it
	State      string // of a request: "requested", "granted", "refused"
	Result     outcome
	Seconds    int
	Staff      string // who answers for the tablet: for the sign-out alone
	Again      bool
}

// page shows how the slip stands. Its address is the same for every step.
func page(c *web.Call) (web.Answer, error) {
	if c.Form.Has("over") {
		return over(c)
	}
	s := read(c)
	v := view{slip: s, Idle: idleFor, Room: c.Site().Room, Seconds: int(c.Site().Escort.Seconds()), Staff: c.Self()}
	switch s.Step {
	case "":
		c.W.Header().Set("Refresh", "240") // before the sign-in that answers for it ends of idleness
		return web.Page{Name: "tablet/start", Data: v}, nil
	case stepOwn, stepWrite, stepCheck:
		v.Stage = 1
		return web.Page{Name: "tablet/" + s.Step, Data: v}, nil
	}
	p, who, err := mine(c, s)
	if err != nil {
		return nil, err
	}
	if p == nil {
		return over(c)
	}
	v.tell(c, p, who)
	if s.Step == stepWait {
		return v.result(c)
	}
	return web.Page{Name: "tablet/" + s.Step, Data: v}, nil
}

// tell fills in the own permit.
func (v *view) tell(c *web.Call, p *ledger.Permit, who *ledger.Visitor) {
	v.Stage, v.When, v.Aim, v.State = 2, words.Period(c.Lang, p.From, p.Until), p.Text.Purpose, standing(p)
	v.Now = v.State
	if who != nil {
		v.Called, v.House = who.Name, who.Affiliation
	}
	if why := p.Judge(v.Person, p.Zone, c.Now); why != access.Granted {
		v.No = sentence(c, why, p)
	}
}

// standing is what became of the request.
func standing(p *ledger.Permit) string {
	switch p.State {
	case access.Permitted, access.PermittedOrally:
		return "granted"
	case access.Requested:
		return "requested"
	}
	return "refused"
}

// sentence is what the door says of a reason.
func sentence(c *web.Call, why access.Reason, p *ledger.Permit) string {
	return access.DoorText(why, c.Lang, access.Fill{
		Contact: c.Site().Phones[0], Date: p.From, Time: p.From, N: int(c.Site().Escort.Seconds()),
	})
}

// result is what came of the announcement.
func (v view) result(c *web.Call) (web.Answer, error) {
	o, err := happened(c, v.slip)
	if err != nil {
		return nil, err
	}
	v.Result, v.Now, v.Stage, v.No = o, o.key(), 3, ""
	switch o.Kind {
	case open:
		v.Stage = 4
	case inside:
		v.Stage, v.Idle = 4, resultFor
	case unused:
		v.Again = true
	case refused:
		p, _, err := mine(c, v.slip)
		if err != nil || p == nil {
			return over(c)
		}
		v.No, v.Again = sentence(c, o.Reason, p), o.Reason == access.EscortMissing || o.Reason == access.EscortNotEntitled
	}
	return web.Page{Name: "tablet/wait", Data: v}, nil
}

// state says in a word how the slip stands, for the page that waits.
func state(c *web.Call) (web.Answer, error) {
	s, word := read(c), ""
	switch s.Step {
	case stepWait:
		o, err := happened(c, s)
		if err != nil {
			return nil, err
		}
		word = o.key()
	case stepAsked:
		p, _, err := mine(c, s)
		if err != nil {
			return nil, err
		}
		if p != nil {
			word = standing(p)
		}
	}
	return web.File{Name: "state.txt", Type: "text/plain; charset=utf-8", Body: []byte(word), Inline: true}, nil
}

// speak puts the tablet back into Japanese for the next visitor.
func speak(c *web.Call) {
	http.SetCookie(c.W, &http.Cookie{
		Name: "kidoban-lang", Value: "ja", Path: "/", HttpOnly: true, Secure: c.R.TLS != nil, SameSite: http.SameSiteLaxMode,
	})
}

// Stages are the words of the steps that are shown, by number; 0 is none.
func (v view) Stages() map[int]string {
	return map[int]string{1: "tablet.stage.write", 2: "tablet.stage.permit", 3: "tablet.stage.escort", 4: "tablet.stage.enter"}
}
