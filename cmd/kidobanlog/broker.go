package main

import (
	"os"
	"path/filepath"
	"time"

	"kidoban/controller/broker"
	"kidoban/controller/identity"
)

// me is the central log on a broker.
func (s *site) me() identity.Identity {
	return identity.Identity{Role: identity.Central, Site: s.conf.Site, Name: s.conf.Name}
}

func (s *site) policy() broker.Policy {
	return broker.Policy{Sites: s.conf.Broker.Sites, HomeAssistant: s.conf.Broker.HomeAssistant}
}

// brokerFile is where a file of the built-in broker lies.
func (s *site) brokerFile(named, usual string) string {
	if named != "" {
		return named
	}
	return filepath.Join(s.data, "broker", usual)
}

// broker begins the built-in broker where no other is named.
func (v *service) broker() error {
	b := v.conf.Broker
	v.link = v.connection()
	if v.link.Broker != "" {
		v.link = v.link.Remember(v.log)
		return nil
	}
	cfg := broker.Config{
		Listen: b.Listen, Policy: v.policy(), Inside: v.me(), Log: v.log, Revoked: v.shelf.Revoked,
		Limits: broker.Limits{Connections: b.Connections},
	}
	if b.TLS {
		cfg.Files = v.brokerFiles(v.log)
	}
	built, err := broker.New(cfg)
	if err != nil {
		return err
	}
	v.built = built
	v.parts = append(v.parts, built.Run)
	v.link.Broker = "tcp://" + built.Address()
	if b.TLS {
		v.link.Broker, v.link.Dial = "tls://"+built.Address(), built.Dial
	}
	return nil
}

// refusals are those of the built-in broker, by reason.
func (v *service) refusals() map[string]int64 {
	if v.built == nil {
		return nil
	}
	out := map[string]int64{}
	for why, n := range v.built.Refused() {
		out[string(why)] = n
	}
	return out
}

// beginAuthority makes the certificate authority, unless it is there, and leaves what brokers believe beside the database.
func (s *site) beginAuthority() error {
	a, err := identity.CreateAuthority(s.keys, s.conf.Site, time.Now())
	if err != nil {
		return err
	}
	if _, err := os.Stat(s.brokerFile("", "revoked.crl")); err == nil {
		return nil
	}
	return s.writeAuthority(a, nil, time.Now())
}
