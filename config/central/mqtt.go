package central

import (
	"net/url"
	"strings"
)

// MQTT is the broker that carries the doors' entries: its own, or another.
type MQTT struct {
	// Another broker: "tls://host:8883", or "tcp://127.0.0.1:1883" on this machine alone. Default "": the built-in one ([broker]).
	// [システム管理者(23(3))]
	Broker string `toml:"broker"`
	// File of the certificate authority of that broker, PEM. Default "": the machine's own list. [システム管理者(23(3))]
	CA string `toml:"ca"`
	// File of the client certificate, PEM. Default "". Together with key. [システム管理者(23(3))]
	Cert string `toml:"cert"`
	// File of its private key, PEM. Default "". [システム管理者(23(3))]
	Key string `toml:"key"`
	// Name to sign in with. Default "". [システム管理者(23(3))]
	Username string `toml:"username"`
	// File that holds the password, one line. Default "". Together with username. [システム管理者(23(3))]
	Password string `toml:"password_file"`
}

// SetDefaults implements source.Defaulter.
func (m *MQTT) SetDefaults() {}

func (m *MQTT) check(k *checker) {
	if (m.Cert == "") != (m.Key == "") {
		k.refuse("mqtt.cert", "cert and key go together")
	}
	if (m.Username == "") != (m.Password == "") {
		k.refuse("mqtt.username", "username and password_file go together")
	}
	if m.Broker != "" {
		m.address(k)
	}
}

func (m *MQTT) address(k *checker) {
	const form = `is written "tls://host:8883", or "tcp://127.0.0.1:1883" on this machine`
	u, err := url.Parse(m.Broker)
	switch {
	case err != nil || u.Hostname() == "" || u.Port() == "" || u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "" ||
		u.Scheme != "tls" && u.Scheme != "tcp":
		k.refuse("mqtt.broker", form)
	case u.User != nil:
		k.refuse("mqtt.broker", "holds a name or password; write them into username and password_file")
	case u.Scheme == "tcp" && !loopback(u.Hostname()):
		k.refuse("mqtt.broker", "tcp:// is plain text and only for 127.0.0.1, ::1 or localhost: the entries tell who is where; use tls://")
	case u.Scheme == "tcp" && (m.CA != "" || m.Cert != ""):
		k.refuse("mqtt.ca", "ca, cert and key have no use with tcp://; use tls:// or remove them")
	}
}
