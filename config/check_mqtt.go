package config

import (
	"net/netip"
	"net/url"
	"strconv"
	"time"

	"golang.org/x/mod/sumdb/note"
)

func (k *checker) mqtt(m MQTT) {
	k.count("mqtt.window", m.Window, 1, 65535)
	k.span("mqtt.keep_alive", m.KeepAlive, 5*time.Second, 10*time.Minute)
	k.span("mqtt.expiry_warning", m.Warning, 24*time.Hour, 365*24*time.Hour)
	k.oneOf("mqtt.delivery", m.Delivery, "central", "broker")
	if (m.Username == "") != (m.Password == "") {
		k.refuse("mqtt.username", "username and password_file go together")
	}
	if (m.Cert == "") != (m.Key == "") {
		k.refuse("mqtt.cert", "cert and key go together")
	}
	k.centralKey(m)
	if m.Broker == "" {
		k.warn("mqtt.broker", "no broker: nothing reaches a central log, and an edited disk is not found out")
		return
	}
	k.broker(m)
}

func (k *checker) centralKey(m MQTT) {
	if m.CentralKey != "" {
		if _, err := note.NewVerifier(m.CentralKey); err != nil {
			k.refuse("mqtt.central_key", "is not a verifier key (name+hash+base64); copy the line that kidobanlog prints")
		} else if m.Delivery == "broker" {
			k.warn("mqtt.central_key", `has no use with delivery "broker": the broker's word counts as delivered; consider "central"`)
		}
	} else if m.Broker != "" && m.Delivery == "central" {
		k.refuse("mqtt.central_key", `is missing: with delivery "central" only the central log's signature counts; copy the line that kidobanlog prints`)
	}
}

func (k *checker) broker(m MQTT) {
	const form = `is written "tls://host:8883", or "tcp://127.0.0.1:1883" on this machine`
	u, err := url.Parse(m.Broker)
	if err != nil || u.Hostname() == "" || !isPort(u.Port()) || u.RawQuery != "" || u.Fragment != "" || u.Path != "" && u.Path != "/" {
		k.refuse("mqtt.broker", form)
		return
	}
	if u.User != nil {
		k.refuse("mqtt.broker", "holds a name or password; write them into username and password_file")
	}
	switch u.Scheme {
	case "tls":
		if m.Cert == "" && m.Username == "" {
			k.warn("mqtt.cert", "neither a client certificate nor a username: any machine may publish as this door")
		}
	case "tcp":
		if !loopback(u.Hostname()) {
			k.refuse("mqtt.broker", "tcp:// is plain text and only for 127.0.0.1, ::1 or localhost: the entries tell who is where; use tls://")
		}
		if m.CA != "" || m.Cert != "" {
			k.refuse("mqtt.ca", "ca, cert and key have no use with tcp://; use tls:// or remove them")
		}
	default:
		k.refuse("mqtt.broker", form)
	}
}

func isPort(s string) bool {
	n, err := strconv.Atoi(s)
	return err == nil && n >= 1 && n <= 65535
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}
