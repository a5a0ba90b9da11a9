package tablet

import (
	"bufio"
	"net/url"
	"strconv"

	"kidoban/controller/access"
	"kidoban/controller/console/web"
	"kidoban/controller/journal"
	"kidoban/device"
)

// What came of announcing a visitor.
const (
	waiting = "waiting" // for the escort's card
	open    = "open"    // the door may be opened
	inside  = "in"
	unused  = "unused" // nobody opened it
	refused = "no"
)

// outcome is how a visitor stands at the door.
type outcome struct {
	Kind   string
	Reason access.Reason
}

// key changes when there is something new to show.
func (o outcome) key() string { return o.Kind + "." + o.Reason.String() }

// entriesMost bounds how much of the journal is looked through for one slip.
const entriesMost = 5000

// happened reads what the journal says of a visitor at this door since the slip was handed in. It looks at no other person.
func happened(c *web.Call, s slip) (outcome, error) {
	o := outcome{Kind: waiting}
	body, err := c.Desk.Stream(c.R.Context(), "journal", url.Values{"from": {strconv.FormatUint(s.From, 10)}})
	if err != nil {
		return o, err
	}
	defer func() { _ = body.Close() }()
	lines := bufio.NewScanner(body)
	lines.Buffer(nil, 1<<20)
	for n := 0; n < entriesMost && lines.Scan(); n++ {
		if e, err := journal.Parse(lines.Bytes()); err == nil {
			o.see(c.Tablet, string(s.Person), &e.Entry)
		}
	}
	return o, lines.Err()
}

// see takes an entry in, if it is about the person's way in at the door.
func (o *outcome) see(door, person string, e *journal.Entry) {
	if e.Data.Person != person || e.Data.Door != door || e.Data.Direction == device.Exit.String() {
		return
	}
	switch e.Type {
	case journal.AccessPending, journal.VisitAnnounced:
		*o = outcome{Kind: waiting}
	case journal.AccessGranted:
		*o = outcome{Kind: open}
	case journal.AccessTaken, journal.VisitOpened:
		*o = outcome{Kind: inside}
	case journal.AccessNotTaken:
		*o = outcome{Kind: unused}
	case journal.AccessDenied:
		reason, _ := access.ParseReason(e.Data.Reason)
		*o = outcome{Kind: refused, Reason: reason}
	}
}
