package evidence

import "kidoban/controller/journal"

// door is how one stood at the moment in question, as far as the entries before it tell.
type door struct {
	Position string `json:"position"`
	Lock     string `json:"lock"`
	Mode     string `json:"mode"`
	Fault    string `json:"fault,omitempty"`
	Last     string `json:"last"` // the last entry about it
}

// then folds an entry into how things stood at the moment in question.
func (c *collector) then(e *journal.Entry) {
	if e.At.Wall.After(c.q.At) {
		return
	}
	if e.Type == journal.ConfigApplied {
		c.about.ConfigThen = e.Data.Digest
	}
	if e.Data.Door == "" {
		return
	}
	d, known := c.doors[e.Data.Door]
	if !known {
		d = &door{Position: "unknown", Lock: "unknown", Mode: "unknown"}
		c.doors[e.Data.Door] = d
	}
	d.Last = string(e.Type)
	switch e.Type {
	case journal.DoorOpened, journal.DoorForced, journal.DoorHeld:
		d.Position = "open"
	case journal.DoorClosed:
		d.Position = "closed"
	case journal.LockReleased:
		d.Lock = "released"
	case journal.LockSecured:
		d.Lock = "locked"
	case journal.DoorModeChanged:
		d.Mode = e.Data.Mode
	case journal.DoorFault:
		d.Fault = e.Data.Point
	case journal.DoorRestored:
		d.Fault = ""
	}
}
