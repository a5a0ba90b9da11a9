package permits

import (
	"kidoban/controller/access"
	"kidoban/controller/console/web"
	"kidoban/controller/console/words"
	"kidoban/controller/ledger"
)

// atDoor is what happens at the door on a permit as it stands, in the order in which it happens.
func atDoor(c *web.Call, p *ledger.Permit) []string {
	if why := shut(c, p); why != "" {
		return []string{c.T(why), c.T("permits.door.inside")}
	}
	before := "permits.door.before"
	if granted(p) {
		before = "permits.door.from"
	}
	out := []string{c.T(before, "from", words.Time(c.Lang, p.From))}
	if p.Daily != (access.Hours{}) || p.Days != ([7]bool{}) {
		out = append(out, c.T("permits.door.hours", "hours", hours(c, p.Days, p.Daily)))
	}
	out = append(out, c.T("permits.door.name"), c.T("permits.door.escort"))
	if p.Entries > 0 {
		out = append(out, c.T("permits.door.entries", "n", p.Entries))
	} else {
		out = append(out, c.T("permits.door.often"))
	}
	return append(out,
		c.T("permits.door.consent"),
		c.T("permits.door.after", "until", words.Time(c.Lang, p.Until)))
}

// shut says why nobody is let in on it any more, "" where somebody may be.
func shut(c *web.Call, p *ledger.Permit) string {
	switch {
	case p.State == access.NotPermitted:
		return "permits.door.refused"
	case p.State == access.Withdrawn:
		return "permits.door.revoked"
	case over(p, c.Now):
		return "permits.door.over"
	case granted(p) && usedUp(p):
		return "permits.door.used_up"
	}
	return ""
}
