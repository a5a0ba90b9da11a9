package broker

import (
	"fmt"
	"path/filepath"
	"strings"

	"kidoban/controller/identity"
)

// Mosquitto is what a configuration of Debian's mosquitto (2.0) is printed from.
//
// It keeps to the same Policy, with these differences, which are the program's: what is refused is dropped without a word,
// also to a client that asked to be told; whether a message may be retained cannot be said; a revoked certificate is refused
// once mosquitto has been told to read its files again (SIGHUP), and its connection, if it is up, is not ended but may do
// nothing from then on, because its lines are gone from the access list.
type Mosquitto struct {
	Dir     string // where its files lie
	Listen  string // doors and readers: "0.0.0.0:8883"
	Central string // central logs alone, which hold several connections each: "127.0.0.1:8884"
	Packet  uint32 // octets of one; 0 = the built-in broker's
	Policy  Policy
}

// Conf is mosquitto.conf.
func (m Mosquitto) Conf() (string, error) {
	var b strings.Builder
	b.WriteString("# printed by kidobanlog mosquitto; after a change of its files: systemctl reload mosquitto\n" +
		"per_listener_settings false\nallow_anonymous false\n")
	fmt.Fprintf(&b, "acl_file %s\n", filepath.Join(m.Dir, "acl"))
	if m.Packet == 0 {
		m.Packet = Limits{}.withDefaults().Packet
	}
	fmt.Fprintf(&b, "max_packet_size %d\n", m.Packet)
	b.WriteString("# deliveries are confirmed end to end: a queue only has to last for a moment\nmax_queued_messages 8192\n" +
		"max_inflight_messages 1000\npersistent_client_expiration 1d\n")
	for n, address := range []string{m.Listen, m.Central} {
		host, port, ok := cutPort(address)
		if !ok {
			return "", fmt.Errorf("%q is not ADDRESS:PORT", address)
		}
		fmt.Fprintf(&b, "\nlistener %s %s\ncafile %s\ncertfile %s\nkeyfile %s\ncrlfile %s\nrequire_certificate true\nuse_identity_as_username true\ntls_version tlsv1.3\n",
			port, host, filepath.Join(m.Dir, "ca.pem"), filepath.Join(m.Dir, "broker.pem"), filepath.Join(m.Dir, "broker.key"), filepath.Join(m.Dir, "revoked.crl"))
		if n == 0 {
			b.WriteString("# nobody throws out another by taking its client id\nuse_username_as_clientid true\n")
		}
	}
	return b.String(), nil
}

func cutPort(address string) (host, port string, ok bool) {
	i := strings.LastIndexByte(address, ':')
	if i < 1 || i == len(address)-1 {
		return "", "", false
	}
	return strings.Trim(address[:i], "[]"), address[i+1:], true
}

// ACL is the access list: a section for each identity, because mosquitto takes no patterns for names with a slash. What is
// not in it is refused.
func (m Mosquitto) ACL(all []identity.Identity) string {
	var b strings.Builder
	b.WriteString("# printed by kidobanlog mosquitto\n")
	for _, i := range all {
		fmt.Fprintf(&b, "\nuser %s\n", i)
		for _, g := range m.Policy.Grants(i) {
			verb := "read"
			if g.Write {
				verb = "write"
			}
			fmt.Fprintf(&b, "topic %s %s\n", verb, g.Filter)
		}
	}
	return b.String()
}
