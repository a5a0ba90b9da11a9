package permits

import (
	"kidoban/controller/access"
	"kidoban/controller/console/web"
	"kidoban/controller/console/words"
)

// atDoor is what happens at the door on a permit like this one, in the order in which it happens.
func atDoor(c *web.Call, p *access.Permit) []string {
	out := []string{
		c.T("permits.door.before", "from", words.Time(c.Lang, p.From)),
		c.T("permits.door.name"),
		c.T("permits.door.escort"),
	}
	if p.Entries > 0 {
		out = append(out, c.T("permits.door.entries", "n", p.Entries))
	} else {
		out = append(out, c.T("permits.door.often"))
	}
	return append(out,
		c.T("permits.door.consent"),
		c.T("permits.door.after", "until", words.Time(c.Lang, p.Until)))
}
