package permits

import (
	"strings"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/console/web"
	"kidoban/controller/console/words"
	"kidoban/controller/ledger"
)

// state is how a permit stands, by the class of the stylesheet and in words.
type state struct{ Class, Word string }

func stateOf(c *web.Call, p *ledger.Permit) state {
	term := func(class, word string) state { return state{class, words.Term(c.Lang, words.Permits, word)} }
	switch {
	case p.State == access.NotPermitted || p.State == access.Withdrawn:
		return term("bad", p.State.String())
	case over(p, c.Now):
		return term("off", "expired")
	case p.State == access.Requested:
		return term("wait", "requested")
	case usedUp(p):
		return term("off", "used_up")
	case p.State == access.PermittedOrally && p.Confirmed.Done():
		return state{"ok", c.T("permits.state.oral_confirmed")}
	case p.State == access.PermittedOrally:
		return term("wait", "oral")
	case p.Act.Deputy && !p.Confirmed.Done():
		return state{"wait", c.T("permits.state.deputy")}
	}
	return term("ok", "granted")
}

// over says that the time asked for is past.
func over(p *ledger.Permit, now time.Time) bool { return !p.Until.IsZero() && !now.Before(p.Until) }

// usedUp says that nobody may enter on it once more.
func usedUp(p *ledger.Permit) bool {
	if p.Entries == 0 || p.Most > len(p.Holders) {
		return false
	}
	for _, h := range p.Holders {
		if h.Used < p.Entries {
			return false
		}
	}
	return true
}

// inForce says that it lets in somebody, now or later.
func inForce(p *ledger.Permit, now time.Time) bool {
	return (p.State == access.Permitted || p.State == access.PermittedOrally) && !over(p, now) && !usedUp(p)
}

// granted says that it was permitted, whatever became of it since.
func granted(p *ledger.Permit) bool {
	return p.State == access.Permitted || p.State == access.PermittedOrally || p.State == access.Withdrawn && p.Act.Done()
}

// unconfirmed says that the officer's own word on it is awaited: of what was spoken, or what a deputy decided.
func unconfirmed(p *ledger.Permit) bool {
	return (!p.Oral.IsZero() || p.Act.Deputy) && !p.Confirmed.Done()
}

// today says that it touches the day.
func today(p *ledger.Permit, now time.Time) bool {
	y, m, d := now.In(access.JST).Date()
	from := time.Date(y, m, d, 0, 0, 0, 0, access.JST)
	return p.From.Before(from.AddDate(0, 0, 1)) && (p.Until.IsZero() || from.Before(p.Until))
}

// period is when one may enter: the days and, where they are set, the hours of each.
func period(c *web.Call, from, until time.Time, days [7]bool, daily access.Hours) string {
	parts := []string{words.Period(c.Lang, from, until)}
	if daily != (access.Hours{}) {
		parts[0] = c.T("permits.days", "from", words.Date(c.Lang, from), "until", words.Date(c.Lang, until.Add(-time.Minute)))
	}
	if on := hours(c, days, daily); on != "" {
		parts = append(parts, on)
	}
	return strings.Join(parts, " · ")
}

// hours are the days of the week and the time of day, where they are set.
func hours(c *web.Call, days [7]bool, daily access.Hours) string {
	var parts []string
	if days != ([7]bool{}) {
		var on []string
		for d, yes := range days {
			if yes {
				on = append(on, c.T(dayKeys[d]))
			}
		}
		parts = append(parts, strings.Join(on, c.T("permits.and")))
	}
	if daily != (access.Hours{}) {
		parts = append(parts, hour(daily.From)+c.T("permits.to")+hour(daily.Until))
	}
	return strings.Join(parts, " ")
}

var dayKeys = [7]string{"permits.sun", "permits.mon", "permits.tue", "permits.wed", "permits.thu", "permits.fri", "permits.sat"}

func hour(minute uint16) string {
	return time.Date(2000, 1, 1, 0, int(minute), 0, 0, time.UTC).Format("15:04")
}

// who names those on a permit, and says how many more may be named.
func who(c *web.Call, p *ledger.Permit) string {
	var names []string
	for _, v := range p.Text.Visitors {
		names = append(names, called(v))
	}
	if open := p.Most - len(p.Holders); open > 0 {
		names = append(names, c.T("permits.open", "n", open))
	}
	return strings.Join(names, c.T("permits.and"))
}

func called(v ledger.Visitor) string {
	if v.Name == "" {
		return string(v.Person)
	}
	return v.Name
}

// room is a zone as it is called.
func room(c *web.Call, zone string) string {
	for _, z := range c.Site().Zones {
		if z.Name == zone {
			return z.Title
		}
	}
	return zone
}
