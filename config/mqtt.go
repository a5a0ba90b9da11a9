package config

// MQTT is the way to the central log. Nothing that arrives by it opens a door, and no door waits for it.
type MQTT struct {
	// "tls://host:8883", or "tcp://127.0.0.1:1883" (plain, to this machine only). Default "": no broker, the journal
	// grows and waits. [システム管理者(23(3))]
	Broker string `toml:"broker"`
	// When an entry counts as delivered: "central" (the central log has signed for it) or "broker" (the broker has taken
	// it; brokers lose queues). Default "central", which needs central_key. [システム管理者(23(3))]
	Delivery string `toml:"delivery"`
	// File of the certificate authority of the broker, PEM. Default "": the machine's own list. Only with tls.
	// [システム管理者(23(3))]
	CA string `toml:"ca"`
	// File of the client certificate, PEM. Default "". Together with key, only with tls. [システム管理者(23(3))]
	Cert string `toml:"cert"`
	// File of the client certificate's private key, PEM. Default "". Together with cert. [システム管理者(23(3))]
	Key string `toml:"key"`
	// Name to sign in with. Default "": none. [システム管理者(23(3))]
	Username string `toml:"username"`
	// File that holds the password, one line. Default "". Together with username. The password itself never stands here.
	// [システム管理者(23(3))]
	Password string `toml:"password_file"`
	// The central log's verifier key as kidobanlog prints it: name+hash+base64. Pinned: no other signature is believed.
	// Default "". Required with a broker and delivery "central". [システム管理者(23(3))]
	CentralKey string `toml:"central_key"`
	// Most entries in flight that nobody has acknowledged, 1 to 65535. Default 2000. [製品既定値]
	Window int `toml:"window"`
	// After a backlog send every entry on its own topic too, not only in batches. Default false. [製品既定値]
	ReplayEach bool `toml:"replay_single"`
	// Publish names and purposes on private/…, which only the central log may read. Default false. [セキュリティ責任者]
	Names bool `toml:"publish_names"`
	// Interval of the keep-alive, 5 s to 10 min. Default "30s". [製品既定値]
	KeepAlive Duration `toml:"keep_alive"`
	// Warn so long before the own or the broker's certificate runs out, 24 h to 8760 h. Default "720h".
	// [システム管理者(23(3))]
	Warning Duration `toml:"expiry_warning"`
}

// SetDefaults implements source.Defaulter.
func (m *MQTT) SetDefaults() {
	m.Delivery, m.Window, m.KeepAlive, m.Warning = "central", 2000, seconds(30), seconds(30*24*60*60)
}
