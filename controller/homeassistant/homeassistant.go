// Package homeassistant describes a controller to Home Assistant, by MQTT discovery: one retained message a device.
//
// It is for looking alone: there is no command topic in it, and the daemon subscribes to none. What it points at are the
// topics of the wire contract. No name of a person is in it, and duress shows nowhere. It is pure.
package homeassistant

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"kidoban/controller/journal"
)

// Device is a controller as Home Assistant is told of it.
type Device struct {
	Prefix     string // Home Assistant's own: "homeassistant"
	Site       string
	Controller string
	Version    string
	Doors      []Door
}

// Door is one of its doors.
type Door struct {
	Name  string
	Title string // for people
}

func (d Device) id() string { return "kidoban_" + d.Site + "_" + d.Controller }

// Topic is where the description goes.
func (d Device) Topic() string { return d.Prefix + "/device/" + d.id() + "/config" }

// Birth is where Home Assistant says "online" when it wants the description again.
func (d Device) Birth() string { return d.Prefix + "/status" }

func (d Device) base() string { return "kidoban/v1/" + d.Site + "/" + d.Controller + "/" }

type component map[string]any

// Description is the message.
func (d Device) Description() []byte {
	all := map[string]component{}
	for _, c := range d.controller() {
		all[c["unique_id"].(string)] = c
	}
	for _, x := range d.Doors {
		for _, c := range d.door(x) {
			all[c["unique_id"].(string)] = c
		}
	}
	b, err := json.Marshal(map[string]any{
		"device": map[string]any{
			"identifiers": []string{d.id()}, "name": "kidoban " + d.Controller, "manufacturer": "kidoban", "model": "kidoband",
			"sw_version": d.Version,
		},
		"origin":     map[string]any{"name": "kidoban", "sw_version": d.Version},
		"components": all,
		"qos":        1,
	})
	if err != nil {
		panic("homeassistant: " + err.Error()) // strings and numbers
	}
	return b
}

// binary is something that is so or is not. yes is a condition on value_json, Home Assistant's name of the message.
func (d Device) binary(door, what, name, class, topic, yes string) component {
	return component{
		"platform": "binary_sensor", "unique_id": d.unique(door, what), "name": name, "device_class": class,
		"state_topic": d.base() + topic, "value_template": "{{ 'ON' if " + yes + " else 'OFF' }}",
	}
}

func (d Device) unique(door, what string) string {
	if door != "" {
		what = door + "_" + what
	}
	return d.id() + "_" + what
}

// available says when what a component shows is not to be believed: while the controller is not there.
func (d Device) available(c component) component {
	c["availability"] = []map[string]any{{
		"topic": d.base() + "status", "value_template": "{{ 'online' if value_json.online else 'offline' }}",
	}}
	return c
}

func (d Device) controller() []component {
	connected := d.binary("", "connected", "Connection", "connectivity", "status", "value_json.online")
	connected["entity_category"] = "diagnostic"
	backlog := component{
		"platform": "sensor", "unique_id": d.unique("", "backlog"), "name": "Entries not acknowledged", "state_class": "measurement",
		"entity_category": "diagnostic", "state_topic": d.base() + "status", "value_template": "{{ value_json.backlog | default(0) }}",
	}
	return []component{
		connected,
		d.available(d.binary("", "problem", "Problem", "problem", "status", "value_json.mode | default('normal') != 'normal'")),
		d.available(d.binary("", "tamper", "Enclosure", "tamper", "status", "value_json.tampered | default(false)")),
		d.available(backlog),
	}
}

func (d Device) door(x Door) []component {
	topic := "door/" + x.Name + "/state"
	contact := d.binary(x.Name, "door", x.Title, "door", topic, "")
	contact["value_template"] = "{{ {'open': 'ON', 'closed': 'OFF'}.get(value_json.position, 'None') }}"
	inside := component{
		"platform": "sensor", "unique_id": d.unique(x.Name, "inside"), "name": x.Title + " inside", "state_class": "measurement",
		"state_topic": d.base() + topic, "value_template": "{{ value_json.occupants }}",
	}
	var out []component
	for _, c := range []component{
		contact,
		d.binary(x.Name, "lock", x.Title+" lock", "lock", topic, "value_json.lock != 'locked'"),
		d.binary(x.Name, "tamper", x.Title+" tamper", "tamper", topic, "value_json.tampered | default(false)"),
		d.binary(x.Name, "problem", x.Title+" alarm", "problem", topic, "value_json.alarm != 'none'"),
		inside,
		d.event(x),
	} {
		out = append(out, d.available(c))
	}
	return out
}

// event is what happens at a door: the type, its severity, direction and reason. Whoever it was is left out.
func (d Device) event(x Door) component {
	types := eventTypes()
	return component{
		"platform": "event", "unique_id": d.unique(x.Name, "event"), "name": x.Title + " event", "event_types": types,
		"state_topic": d.base() + "event/+",
		"value_template": fmt.Sprintf("{%% set t = value_json.type[8:] %%}"+
			"{%% if value_json.data.door | default('') == '%s' and t in ['%s'] %%}"+
			"{{ {'event_type': t, 'severity': value_json.severity, 'direction': value_json.data.direction | default(''), "+
			"'reason': value_json.data.reason | default(''), 'time': value_json.time} | tojson }}{%% endif %%}",
			x.Name, strings.Join(types, "', '")),
	}
}

// eventTypes are the types of what happens at doors. Duress is none of them: a screen may hang where the one who forces
// can see it.
func eventTypes() (out []string) {
	for _, t := range journal.Types() {
		if slices.Contains([]string{"access", "door", "lock", "reader"}, t.Class()) && t != journal.AccessDuress {
			out = append(out, string(t))
		}
	}
	return out
}
