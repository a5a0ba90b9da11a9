package tablet

import (
	"encoding/json"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/console/web"
)

// The steps of a slip. No slip is the first page.
const (
	stepOwn   = "own"   // write a part of the own name
	stepMine  = "mine"  // is this you?
	stepWrite = "write" // write it all
	stepCheck = "check" // is this right?
	stepAsked = "asked" // it waits for the officer
	stepWait  = "wait"  // it waits for the escort's card, and for what comes of it
)

// slip is what one visitor has written so far (単票): it knows of nobody else.
type slip struct {
	Step string
	At   time.Time // of the visitor's last act
	Said string    // what was wrong with it

	Typed, TypedHouse string // to find the own name
	Close             bool   // it fitted several: more is needed

	Name, Reading, Affiliation, Purpose, CarryIn string

	Permit access.PermitID
	Person access.PersonID
	From   uint64 // where in the journal to look for what came of the announcement
}

// forgottenAfter is when a slip ends although no page has ended it.
const forgottenAfter = 3 * time.Minute

// read is the slip of this session; one that was left lying is none.
func read(c *web.Call) slip {
	var s slip
	if b := c.Slip(); b == nil || json.Unmarshal(b, &s) != nil || c.Now.Sub(s.At) > forgottenAfter {
		return slip{}
	}
	return s
}

// keep writes it down and goes on to the page, which is read anew.
func (s slip) keep(c *web.Call) (web.Answer, error) {
	if s.Step == "" {
		c.KeepSlip(nil)
		return web.Go{To: "/tablet"}, nil
	}
	s.At = c.Now
	b, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	c.KeepSlip(b)
	return web.Go{To: "/tablet"}, nil
}
