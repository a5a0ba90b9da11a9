package homeassistant_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kidoban/controller/homeassistant"
	"kidoban/controller/journal"
	"kidoban/controller/schema"
)

func described(t *testing.T) (homeassistant.Device, map[string]any) {
	t.Helper()
	d := homeassistant.Device{Prefix: "homeassistant", Site: "maizuru", Controller: "main-ctl", Version: "v1",
		Doors: []homeassistant.Door{{Name: "room", Title: "住基ネット管理室"}, {Name: "store-2", Title: "store-2"}}}
	var m map[string]any
	if err := json.Unmarshal(d.Description(), &m); err != nil {
		t.Fatal(err)
	}
	return d, m
}

// classes are those that Home Assistant documents for its platforms, as far as they are used.
var classes = map[string][]string{
	"binary_sensor": {"door", "lock", "tamper", "problem", "connectivity", "occupancy"},
	"sensor":        {},
	"event":         {},
}

// TestRequired: what Home Assistant documents as required of a device's description and of each platform is there, and
// nothing else than it documents.
func TestRequired(t *testing.T) {
	d, m := described(t)
	if d.Topic() != "homeassistant/device/kidoban_maizuru_main-ctl/config" || d.Birth() != "homeassistant/status" {
		t.Errorf("%s, %s", d.Topic(), d.Birth())
	}
	if ids := m["device"].(map[string]any)["identifiers"].([]any); len(ids) != 1 || m["origin"].(map[string]any)["name"] == "" {
		t.Error("device needs an identifier, origin a name")
	}
	platforms := map[string]int{}
	for key, c := range m["components"].(map[string]any) {
		c := c.(map[string]any)
		p := c["platform"].(string)
		platforms[p]++
		if c["unique_id"] != key || c["state_topic"] == "" || c["name"] == "" || classes[p] == nil {
			t.Errorf("%s: %v", key, c)
		}
		if class, ok := c["device_class"]; ok && !slices.Contains(classes[p], class.(string)) {
			t.Errorf("%s: %s has no device class %s", key, p, class)
		}
		if types, ok := c["event_types"].([]any); (p == "event") != (ok && len(types) > 0) {
			t.Errorf("%s: event_types %v", key, types)
		}
		for member := range c {
			if !slices.Contains([]string{"platform", "unique_id", "name", "device_class", "state_topic", "value_template", "availability",
				"entity_category", "state_class", "event_types"}, member) {
				t.Errorf("%s: %s is none of Home Assistant's", key, member)
			}
		}
	}
	if fmt.Sprint(platforms) != "map[binary_sensor:11 event:2 sensor:3]" {
		t.Error(platforms)
	}
}

// TestReadOnly: nothing in it is a command, no matter how deep, and what it points at are topics that the door publishes.
func TestReadOnly(t *testing.T) {
	d, m := described(t)
	if s := strings.ToLower(string(d.Description())); strings.Contains(s, "command") || strings.Contains(s, "payload_lock") || strings.Contains(s, "payload_press") {
		t.Error("a command is in it")
	}
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for k, sub := range v {
				if k == "state_topic" || k == "topic" {
					c, ok := schema.Of(strings.ReplaceAll(sub.(string), "+", "x"))
					if !ok || c.Central {
						t.Errorf("%s is not published by a door", sub)
					}
				}
				walk(sub)
			}
		case []any:
			for _, sub := range v {
				walk(sub)
			}
		}
	}
	walk(m)
}

// TestNobody: who it was is in no template, and duress is nowhere.
func TestNobody(t *testing.T) {
	d, _ := described(t)
	if hit := regexp.MustCompile(`person|credential|permit|escort|account|duress|salt`).FindString(string(d.Description())); hit != "" {
		t.Errorf("%s is shown", hit)
	}
	if !strings.Contains(string(d.Description()), string(journal.AccessGranted)) {
		t.Error("no event of a grant")
	}
}
