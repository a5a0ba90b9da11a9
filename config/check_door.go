package config

import (
	"fmt"
	"time"
)

func (k *checker) zones(c *Config) {
	seen := map[string]string{}
	for i := range c.Zones {
		z, path := &c.Zones[i], fmt.Sprintf("zone[%d]", i)
		k.name(path+".name", z.Name)
		k.unlike(seen, z.Name, path+".name", "two zones of one name have two rules; rename one")
		if z.Title == "" {
			z.Title = z.Name
		}
		if k.oneOf(path+".kind", z.Kind, "management_room", "terminal_place", "storage") {
			k.answerable(path, z)
		}
		k.counting(path, z)
		k.zoneDoors(path, *z, c.Doors)
	}
}

// answerable settles whose zone it is: for the management room the regulation does.
func (k *checker) answerable(path string, z *Zone) {
	if z.Kind != "management_room" {
		k.oneOf(path+".officer", z.Officer, "security-officer", "west-branch-head")
		k.name(path+".section", z.Section)
		return
	}
	if z.Officer == "" {
		z.Officer = "security-officer"
	}
	if z.Section == "" {
		z.Section = "civic-affairs"
	}
	if z.Officer != "security-officer" {
		k.refuse(path+".officer", `the management room is 市民課長's alone (Article 20(1)(1): 市民課長に限る, Article 11(6)); write "security-officer" or leave it out`)
	}
	if z.Section != "civic-affairs" {
		k.refuse(path+".section", `Article 20(1)(2) names the staff of 市民課 alone; write "civic-affairs" or leave it out, others need a finding or a permit`)
	}
}

func (k *checker) counting(path string, z *Zone) {
	k.count(path+".limit", z.Limit, 0, 1000)
	if !k.oneOf(path+".antipassback", z.Antipass, "off", "soft", "hard", "timed") {
		return
	}
	switch timed := z.Antipass == "timed"; {
	case timed:
		k.span(path+".antipassback_for", z.AntipassFor, time.Second, 24*time.Hour)
	case z.AntipassFor != 0:
		k.refuse(path+".antipassback_for", `has no meaning with antipassback = %q; write "timed" or remove it`, z.Antipass)
	}
}

// zoneDoors judges what a zone asks of its doors.
func (k *checker) zoneDoors(path string, z Zone, doors []Door) {
	found := false
	for i, d := range doors {
		if d.Zone != z.Name || z.Name == "" {
			continue
		}
		found = true
		k.zoneDoor(path, z, fmt.Sprintf("door[%d]", i), d)
	}
	if !found {
		k.warn(path+".name", "no door leads into this zone; its rule governs nothing")
	}
}

func (k *checker) zoneDoor(zone string, z Zone, path string, d Door) {
	if d.Leave == nil {
		for _, need := range []struct {
			is        bool
			key, what string
		}{
			{z.Antipass != "off", ".antipassback", "anti-passback"},
			{z.Limit > 0, ".limit", "a limit of persons"},
			{z.Visitors, ".visitors", "entry of permit holders"},
		} {
			if need.is {
				k.refuse(zone+need.key, "%s needs to know who has left, and %s has no exit_reader; add one or turn this off", need.what, path)
			}
		}
		if z.Kind == "management_room" {
			k.warn(path+".exit_reader", "the management room has no exit reader: exit times come from people alone")
		}
	}
	if z.Kind == "management_room" && d.PIN == "never" {
		k.warn(path+".pin", "no PIN for the management room: whoever finds or copies a card enters")
	}
}

func (k *checker) doors(c *Config) {
	switch n := len(c.Doors); {
	case n == 0:
		k.refuse("door", "no door; write at least one [[door]]")
	case n > 8:
		k.refuse("door[8]", "a controller has up to 8 doors, here are %d; run a second controller", n)
	}
	zones, seen := map[string]bool{}, map[string]string{}
	for _, z := range c.Zones {
		zones[z.Name] = true
	}
	for i := range c.Doors {
		d, path := &c.Doors[i], fmt.Sprintf("door[%d]", i)
		k.name(path+".name", d.Name)
		k.unlike(seen, d.Name, path+".name", "their topics and entries would be mixed; rename one")
		if d.Title == "" {
			d.Title = d.Name
		}
		if d.Zone == "" {
			k.refuse(path+".zone", "is missing; name the [[zone]] that the door leads into")
		} else if !zones[d.Zone] {
			k.refuse(path+".zone", "there is no [[zone]] of this name; default is deny, so nobody could enter")
		}
		k.egress(path, *d)
		k.times(path, *d)
		k.pin(path, *d)
		k.doorLines(path, d)
	}
}

func (k *checker) egress(path string, d Door) {
	k.oneOf(path+".fail", d.Fail, "secure", "safe")
	switch d.Egress {
	case "handle", "panic_bar", "thumb_turn":
	case "":
		if d.Fail == "secure" {
			k.refuse(path+".egress", `no mechanical way out is declared, and fail = "secure" keeps the door locked without power: people could be held in; fit a handle, panic bar or thumb turn and declare it`)
			return
		}
		k.refuse(path+".egress", "no mechanical way out is declared: software is never the only way out; fit a handle, panic bar or thumb turn and declare it")
	case "key_inside":
		k.refuse(path+".egress", "a way out that needs a key holds in whoever has none; fit a handle, panic bar or thumb turn")
	default:
		k.oneOf(path+".egress", d.Egress, "handle", "panic_bar", "thumb_turn")
	}
}

func (k *checker) times(path string, d Door) {
	const least, most = 100 * time.Millisecond, 255 * time.Second
	k.span(path+".release", d.Release, least, most)
	k.span(path+".extended_release", d.ExtendedRelease, least, most)
	if d.ExtendedRelease < d.Release {
		k.refuse(path+".extended_release", "is shorter than release; those who need longer would get less")
	}
	if d.Open == 0 {
		k.refuse(path+".open", "a door without a permitted open time is never held open, and nobody learns that it stands open; set 1s to 1h")
	} else {
		k.span(path+".open", d.Open, time.Second, time.Hour)
	}
	k.span(path+".extended_open", d.ExtendedOpen, time.Second, time.Hour)
	if d.ExtendedOpen < d.Open {
		k.refuse(path+".extended_open", "is shorter than open; those who need longer would get less")
	}
	if d.PreAlarm < 0 || d.PreAlarm != 0 && d.PreAlarm >= d.Open {
		k.refuse(path+".pre_alarm", "is not shorter than open: the warning would sound before the door opens")
	}
	k.oneOf(path+".relock", d.Relock, "open", "close")
	k.span(path+".relock_delay", d.RelockDelay, 0, 10*time.Second)
}

func (k *checker) pin(path string, d Door) {
	k.optionalName(path+".schedule", d.Schedule)
	k.optionalName(path+".pin_hours", d.PINHours)
	if !k.oneOf(path+".pin", d.PIN, "never", "always", "outside_hours") {
		return
	}
	if d.PIN != "never" && d.Entry != nil && d.Entry.Keypad == 0 {
		k.refuse(path+".pin", "the entry reader has no keypad, so nobody could ever enter; set entry_reader.keypad or pin = \"never\"")
	}
	if (d.PIN == "outside_hours") != (d.PINHours != "") {
		k.refuse(path+".pin_hours", `goes with pin = "outside_hours", and only with it`)
	}
}
