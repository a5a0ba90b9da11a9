package central

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
}
