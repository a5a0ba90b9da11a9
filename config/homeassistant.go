package config

import "regexp"

// HomeAssistant makes the doors known to a Home Assistant at the same broker: to look at, never to operate. It is told no
// names.
type HomeAssistant struct {
	// Publish the description. The broker must admit it, and whoever may read this broker sees who goes where, by id. Needs
	// mqtt.broker. Default false. [セキュリティ責任者]
	Enabled bool `toml:"enabled"`
	// Home Assistant's own prefix of discovery. Default "homeassistant". [システム管理者(23(3))]
	Prefix string `toml:"prefix"`
}

// SetDefaults implements source.Defaulter.
func (h *HomeAssistant) SetDefaults() { h.Prefix = "homeassistant" }

var topicPattern = regexp.MustCompile(`^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*$`)

func (k *checker) homeAssistant(h HomeAssistant, m MQTT) {
	if !topicPattern.MatchString(h.Prefix) || len(h.Prefix) > 64 || h.Prefix == "kidoban" {
		k.refuse("home_assistant.prefix", `is a topic without wildcards: "homeassistant"`)
	}
	if h.Enabled && m.Broker == "" {
		k.refuse("home_assistant.enabled", "has no use without mqtt.broker; name the broker or remove it")
	}
}
