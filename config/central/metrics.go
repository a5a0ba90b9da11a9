package central

import "net/netip"

// Metrics is where Prometheus asks the central log. No person, card or permit is in what it is told.
type Metrics struct {
	// Address and port: "127.0.0.1:9478". Default "": none. On another address than this machine's own a warning: whoever
	// reaches it sees how busy the doors are. [システム管理者(23(3))]
	Listen string `toml:"listen"`
}

func (m Metrics) check(k *checker) {
	if m.Listen == "" {
		return
	}
	at, err := netip.ParseAddrPort(m.Listen)
	switch {
	case err != nil || at.Port() == 0:
		k.refuse("metrics.listen", `is an IP address and a port: "127.0.0.1:9478"`)
	case !at.Addr().IsLoopback():
		k.warn("metrics.listen", "whoever reaches this address sees how busy the doors are; let the firewall admit the Prometheus server alone")
	}
}
