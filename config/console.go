package config

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
)

// Console is where the pages for people are served. Its process (kidoban console) holds no record and no key: who somebody
// is and what they may, the daemon decides.
type Console struct {
	// IP address and port: "127.0.0.1:8080", "10.1.2.3:443". Default "": no console. On another address than this
	// machine's own certificate and key are required. [システム管理者(23(3))]
	Listen string `toml:"listen"`
	// The host name by which browsers reach it: a passkey is bound to this name and is worth nothing under another one, so
	// change it never. Passkeys need a name, not an address. Default "localhost". [システム管理者(23(3))]
	Name string `toml:"name"`
	// File of the certificate for name, PEM, the city's or an own authority's. Default "". Together with key.
	// [システム管理者(23(3))]
	Certificate string `toml:"certificate"`
	// File of its private key, PEM. Default "". Together with certificate. [システム管理者(23(3))]
	Key string `toml:"key"`
	// File of the room's drawing, SVG, at most 64 kB: what stands in it under id="door-NAME" and id="zone-NAME" shows how that
	// door and zone are, a text under id="door-NAME-state" says it. Default "": drawn from the doors. [システム管理者(23(3))]
	Plan string `toml:"plan"`
	// Doors that have a page for the tablet beside them, by name. Default []: none. [セキュリティ責任者]
	Tablet []string `toml:"tablet"`
}

// SetDefaults implements source.Defaulter.
func (c *Console) SetDefaults() { c.Name = "localhost" }

// Address is what people type into the browser, "" where there is no console. Over plain HTTP it is this machine's own.
func (c Console) Address() string {
	at, err := netip.ParseAddrPort(c.Listen)
	if err != nil {
		return ""
	}
	scheme, usual := "http", uint16(80)
	if c.Certificate != "" {
		scheme, usual = "https", 443
	}
	if at.Port() == usual {
		return scheme + "://" + c.Name
	}
	return fmt.Sprintf("%s://%s:%d", scheme, c.Name, at.Port())
}

// Origins are those whose pages may use passkeys: the console's own.
func (c Console) Origins() []string {
	if a := c.Address(); a != "" {
		return []string{a}
	}
	return nil
}

// hostName says that a name is one of DNS, in small letters.
func hostName(s string) bool {
	for label := range strings.SplitSeq(s, ".") {
		if len(label) < 1 || len(label) > 63 || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" ||
			label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
	}
	return len(s) <= 253 && net.ParseIP(s) == nil
}

func (k *checker) console(c Console, doors []Door) {
	if !hostName(c.Name) {
		k.refuse("console.name", `is a host name in small letters: "kido.city.example"; a passkey is bound to a name, never to an address`)
	}
	if (c.Certificate == "") != (c.Key == "") {
		k.refuse("console.certificate", "certificate and key belong together: name both or neither")
	}
	for i, d := range c.Tablet {
		if !slices.ContainsFunc(doors, func(x Door) bool { return x.Name == d }) {
			k.refuse(fmt.Sprintf("console.tablet[%d]", i), "is no door of this file")
		}
	}
	if c.Listen == "" {
		return
	}
	at, err := netip.ParseAddrPort(c.Listen)
	switch {
	case err != nil || at.Port() == 0:
		k.refuse("console.listen", `is an IP address and a port: "127.0.0.1:8080"`)
	case !at.Addr().IsLoopback() && c.Certificate == "":
		k.refuse("console.listen", "whoever is on the way to this address would read passwords: name certificate and key, or listen on 127.0.0.1")
	case !at.Addr().IsLoopback() && c.Name == "localhost":
		k.refuse("console.name", "is missing: browsers elsewhere reach this address by another name than localhost")
	}
}
