package central

import (
	"net"
	"net/netip"
	"regexp"
	"time"

	"kidoban/config"
)

// Broker is the built-in MQTT broker. It has no meaning where [mqtt] names another, but for sites, home_assistant and
// expiry_warning, which kidobanlog mosquitto and kidobanlog identities go by.
type Broker struct {
	// Where it listens. Without tls 127.0.0.1 or ::1 alone. Default "127.0.0.1:1883". [システム管理者(23(3))]
	Listen string `toml:"listen"`
	// TLS 1.3 with a certificate of everybody who connects (kidobanlog enrol). Required for any listen but this machine's.
	// Default false. [システム管理者(23(3))]
	TLS bool `toml:"tls"`
	// File of the authorities whose certificates are believed, PEM. Default "": broker/ca.pem in storage.data, which
	// kidobanlog init makes. [システム管理者(23(3))]
	CA string `toml:"ca"`
	// File of the broker's certificate, PEM. Default "": broker/broker.pem in storage.data, which
	// kidobanlog enrol --role broker makes. Together with key. [システム管理者(23(3))]
	Cert string `toml:"cert"`
	// File of its private key, PEM. Default "": broker/broker.key in storage.data. Together with cert.
	// [システム管理者(23(3))]
	Key string `toml:"key"`
	// Sites beside site whose doors this central log speaks to. Default []. [システム管理者(23(3))]
	Sites []string `toml:"sites"`
	// Doors may announce themselves to Home Assistant, readers listen to that. Default false. [システム管理者(23(3))]
	HomeAssistant bool `toml:"home_assistant"`
	// Most connections at once, 1 to 60000. Default 1000. [製品既定値]
	Connections int `toml:"connections"`
	// Warn so long before a certificate runs out, 24 h to 8760 h. Default "720h". [システム管理者(23(3))]
	Warning config.Duration `toml:"expiry_warning"`
}

// SetDefaults implements source.Defaulter.
func (b *Broker) SetDefaults() {
	b.Listen, b.Connections, b.Warning = "127.0.0.1:1883", 1000, config.Duration(30*24*time.Hour)
}

var portPattern = regexp.MustCompile(`^[0-9]{1,5}$`)

func (b *Broker) check(k *checker) {
	host, port, err := net.SplitHostPort(b.Listen)
	switch ip, bad := netip.ParseAddr(host); {
	case err != nil || !portPattern.MatchString(port) || bad != nil && host != "":
		k.refuse("broker.listen", `is written "ADDRESS:PORT", such as "127.0.0.1:1883", or "0.0.0.0:8883" with tls`)
	case !b.TLS && !ip.IsLoopback():
		k.refuse("broker.listen", "without tls it is 127.0.0.1 or ::1 alone: the entries tell who is where; set tls = true")
	}
	if (b.Cert == "") != (b.Key == "") {
		k.refuse("broker.cert", "cert and key go together")
	}
	for _, s := range b.Sites {
		k.name("broker.sites", s)
	}
	if b.Connections < 1 || b.Connections > 60000 {
		k.refuse("broker.connections", "is 1 to 60000")
	}
	k.span("broker.expiry_warning", b.Warning, 24*time.Hour, 365*24*time.Hour)
}
