package notify

import (
	"slices"
	"strings"
	"time"

	"kidoban/controller/alarm"
	"kidoban/controller/journal"
)

// Rules say who is told.
type Rules struct {
	Recipients []Recipient
	Rules      []Rule
	Zones      map[string]string // by "controller/door": of doors whose entries do not name it
	Office     Office
}

// Recipient is one address.
type Recipient struct {
	Name   string
	Person bool // reads what is sent, and is not to be flooded
}

// Rule is one line of who is told of what. An empty list means any.
type Rule struct {
	To          []string
	Severity    journal.Severity // at least
	Types       []string         // "door.forced", "door.*"; of an alarm its cause counts too
	Zones       []string
	Doors       []string // "room", "main-ctl/room"
	Controllers []string // "main-ctl", "maizuru/main-ctl"
	Hours       Hours
	Drills      bool          // are told too
	Repeat      time.Duration // of an alarm that nobody has acknowledged; 0 = never
	Escalate    time.Duration // EscalateTo is told after so long; 0 = never
	EscalateTo  []string
}

// concerns says whether the rule is about an entry, whatever the hour.
func (r *Rule) concerns(e *journal.Sealed, zones map[string]string) bool {
	d := &e.Entry.Data
	switch {
	case d.Drill && !r.Drills, silent(e) && !slices.Contains(r.Types, string(journal.AccessDuress)):
		return false
	case !alarm.AtLeast(e.Entry.Severity, r.Severity) || !r.ofType(e):
		return false
	}
	zone := d.Zone
	if zone == "" {
		zone = zones[e.Origin.Controller+"/"+d.Door]
	}
	site, spoken, other := strings.Cut(d.Controller, "/")
	if !other {
		site, spoken = e.Origin.Site, d.Controller
	}
	return among(r.Zones, zone) && among(r.Doors, d.Door, e.Origin.Controller+"/"+d.Door) &&
		among(r.Controllers, e.Origin.Controller, e.Origin.Site+"/"+e.Origin.Controller, spoken, site+"/"+spoken)
}

func (r *Rule) ofType(e *journal.Sealed) bool {
	types := []journal.Type{e.Entry.Type}
	if e.Entry.Type.Class() == "alarm" && e.Entry.Data.Alarm != "" {
		types = append(types, alarm.CauseType(e.Entry.Data.Alarm))
	}
	return len(r.Types) == 0 || slices.ContainsFunc(types, func(t journal.Type) bool {
		return slices.Contains(r.Types, string(t)) || slices.Contains(r.Types, t.Class()+".*")
	})
}

func among(list []string, names ...string) bool {
	return len(list) == 0 || slices.ContainsFunc(names, func(n string) bool {
		return n != "" && !strings.HasSuffix(n, "/") && slices.Contains(list, n)
	})
}

// silent says that an entry is about duress.
func silent(e *journal.Sealed) bool {
	return e.Entry.Type == journal.AccessDuress || alarm.CauseType(e.Entry.Data.Alarm) == journal.AccessDuress
}

// Of is who is told of an entry at once. An alarm that is raised is no matter of Of but of Due, unless it is a drill's.
func (r *Rules) Of(e journal.Sealed, now time.Time) (out []Notice) {
	d := &e.Entry.Data
	if e.Entry.Type == journal.NoticeSent || e.Entry.Type == journal.AlarmRaised && !d.Drill {
		return nil
	}
	raises := alarm.Raises(e.Entry)
	open := r.Office.Open(now)
	for i := range r.Rules {
		rule := &r.Rules[i]
		if !rule.Hours.hold(open) || !rule.concerns(&e, r.Zones) {
			continue
		}
		for _, name := range rule.To {
			if raises && r.person(name) || ofItself(&e, name) || told(out, name) {
				continue
			}
			out = append(out, Notice{Recipient: name, Kind: Told, Alarm: d.Alarm, Made: now})
		}
	}
	return out
}

// ofItself says that an entry is about the recipient's own notices.
func ofItself(e *journal.Sealed, name string) bool {
	t := e.Entry.Type
	if t.Class() == "alarm" {
		t = alarm.CauseType(e.Entry.Data.Alarm)
	}
	return t == journal.NoticeFailed && e.Entry.Data.Recipient == name
}

func told(list []Notice, name string) bool {
	return slices.ContainsFunc(list, func(n Notice) bool { return n.Recipient == name })
}

func (r *Rules) person(name string) bool {
	return slices.ContainsFunc(r.Recipients, func(x Recipient) bool { return x.Name == name && x.Person })
}

// Wanted says that somebody may have to be told of entries of a type: what is not wanted need not be read.
func (r *Rules) Wanted(t journal.Type) bool {
	if t.Class() == "alarm" {
		return true
	}
	return t != journal.NoticeSent && slices.ContainsFunc(r.Rules, func(rule Rule) bool {
		return len(rule.Types) == 0 || slices.Contains(rule.Types, string(t)) || slices.Contains(rule.Types, t.Class()+".*")
	})
}
