package live

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/console/web"
	"kidoban/controller/console/words"
	"kidoban/controller/ledger"
)

// Door is a door as the configuration calls it.
func (s Seen) Door(name string) web.Place {
	for _, d := range s.Site.Doors {
		if d.Name == name {
			return d
		}
	}
	return web.Place{Name: name, Title: name}
}

// Zone is the title of a zone; "" is all of them.
func (s Seen) Zone(name string) string {
	for _, z := range s.Site.Zones {
		if z.Name == name {
			return z.Title
		}
	}
	return words.Term(s.Lang, words.Zones, name)
}

// Place is where an alarm is, "" of the controller's own.
func (s Seen) Place(a ledger.Alarm) string {
	switch {
	case a.Door != "":
		return s.Door(a.Door).Title
	case a.Zone != "":
		return s.Zone(a.Zone)
	}
	return ""
}

// Line is an entry in words, its doors and zones as the configuration calls them.
func (s Seen) Line(payload []byte) words.Line {
	l := words.Payload(s.Lang, payload, func(person string) string { return s.Now.Names[access.PersonID(person)] })
	parts := strings.Fields(l.Where)
	for i, p := range parts {
		if title := s.Door(p).Title; title != p {
			parts[i] = title
		} else {
			parts[i] = s.Zone(p)
		}
	}
	l.Where = strings.Join(slices.Compact(parts), " ")
	return l
}

// When is a minute as briefly as it can be said.
func (s Seen) When(t time.Time) string {
	if !t.IsZero() && words.Day(t) == words.Day(s.Now.At) {
		return words.Clock(t)
	}
	return words.Minute(t)
}

// Name is a person's name, or their number.
func (s Seen) Name(p access.PersonID) string { return cmp.Or(s.Now.Names[p], string(p)) }
