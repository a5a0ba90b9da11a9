package broker

import (
	"strings"

	"kidoban/controller/identity"
)

// Verb is what a client wants to do with a topic.
type Verb uint8

// The verbs. Receive is every single delivery; a filter that was granted before is judged again with each.
const (
	Publish Verb = iota + 1
	Retain       // publish so that the broker keeps it
	Subscribe
	Receive
)

// String names the verb.
func (v Verb) String() string {
	return [...]string{"?", "publish", "retain", "subscribe", "receive"}[min(v, Receive)]
}

// Policy is what a site's broker lets its identities do.
type Policy struct {
	Sites         []string // whose controllers a central log may speak to; its own is always among them
	HomeAssistant bool     // doors announce themselves, readers listen to that
}

// Allowed reports whether an identity may do that with a topic or, for Subscribe, with a filter: all that the filter
// covers must be granted. What is not granted is refused.
func (p Policy) Allowed(i identity.Identity, v Verb, topic string) bool {
	if topic == "" || strings.ContainsRune(topic, 0) || v != Subscribe && strings.ContainsAny(topic, "+#") {
		return false
	}
	for _, g := range p.Grants(i) {
		if g.permits(v) && covers(g.Filter, topic) {
			return true
		}
	}
	return false
}

// Grant is one line of what an identity may do.
type Grant struct {
	Filter string
	Read   bool
	Write  bool
	Keep   bool // what is written may be retained
}

func (g Grant) permits(v Verb) bool {
	switch v {
	case Publish:
		return g.Write
	case Retain:
		return g.Write && g.Keep
	case Subscribe, Receive:
		return g.Read
	}
	return false
}

func read(filters ...string) (gs []Grant) {
	for _, f := range filters {
		gs = append(gs, Grant{Filter: f, Read: true})
	}
	return gs
}

func write(filters ...string) (gs []Grant) {
	for _, f := range filters {
		gs = append(gs, Grant{Filter: f, Write: true})
	}
	return gs
}

func keep(filters ...string) (gs []Grant) {
	for _, f := range filters {
		gs = append(gs, Grant{Filter: f, Write: true, Keep: true})
	}
	return gs
}

// Grants lists all that an identity may do.
func (p Policy) Grants(i identity.Identity) []Grant {
	if i.Check() != nil {
		return nil
	}
	own := i.Topic()
	var gs []Grant
	switch i.Role {
	case identity.Door:
		gs = append(gs, write(own+"event/+", own+"batch", own+"leaves", own+"private/+")...)
		gs = append(gs, keep(own+"status", own+"checkpoint", own+"door/+/state")...)
		gs = append(gs, read(own+"ack", own+"resend", own+"roster", own+"roster/#")...)
		if p.HomeAssistant {
			gs = append(gs, keep(Discovery(i))...)
			gs = append(gs, read("homeassistant/status")...)
		}
	case identity.Central:
		gs = p.central(i)
	case identity.Reader:
		all := "kidoban/v1/" + i.Site + "/+/"
		gs = read(all+"event/#", all+"door/#", all+"status", all+"checkpoint")
		if p.HomeAssistant {
			gs = append(gs, read("homeassistant/device/+/config")...)
			gs = append(gs, keep("homeassistant/status")...)
		}
	}
	return gs
}

func (p Policy) central(i identity.Identity) []Grant {
	gs := append(read("kidoban/v1/#", "homeassistant/#", "$SYS/#"), write(i.Topic()+"event/+")...)
	gs = append(gs, keep(i.Topic()+"status", i.Topic()+"checkpoint")...)
	gs = append(gs, speaksTo(i.Site)...)
	for _, site := range p.Sites {
		if site != i.Site {
			gs = append(gs, speaksTo(site)...)
		}
	}
	return gs
}

// speaksTo is what a central log sends to a site's doors.
func speaksTo(site string) []Grant {
	all := "kidoban/v1/" + site + "/+/"
	return append(keep(all+"ack", all+"roster", all+"roster/#"), write(all+"resend")...)
}

// Discovery is where a door announces itself to Home Assistant. No name has an underscore, so no two doors share one.
func Discovery(i identity.Identity) string {
	return "homeassistant/device/kidoban_" + i.Site + "_" + i.Name + "/config"
}

// covers reports whether everything that filter matches is matched by grant too. Both are MQTT filters; a topic is one
// that matches itself alone.
func covers(grant, filter string) bool {
	if strings.HasPrefix(filter, "$") != strings.HasPrefix(grant, "$") {
		return false // wildcards in the first place do not match $SYS; $share names no topic
	}
	g, f := strings.Split(grant, "/"), strings.Split(filter, "/")
	for n, level := range g {
		switch {
		case level == "#":
			return true // and with it what is before the slash
		case n >= len(f) || f[n] == "#":
			return false
		case level == "+":
		case level != f[n]:
			return false
		}
	}
	return len(f) == len(g)
}
