package main

import (
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"kidoban/controller/alarm"
	"kidoban/controller/archive"
	"kidoban/controller/identity"
	"kidoban/controller/journal"
)

// enrolment is what kidobanlog enrol is asked for.
type enrolment struct {
	site, role, csr, out, account string
	hosts                         []string
	days                          int
	renew                         bool
}

func enrolCommand(s *site) *cobra.Command {
	var e enrolment
	c := &cobra.Command{
		Use: "enrol NAME", Args: cobra.ExactArgs(1), Short: "Make the certificate by which a door, a reader or a broker is known",
		Long: "Makes a certificate for the controller NAME (or for a reader, a central log or the broker: --role) and writes it into --out\n" +
			"with its private key, which nobody else may read. With --csr the key never leaves the door: kidoban csr makes both there, and\n" +
			"the certificate alone is written or printed. --renew makes the next one before the last runs out; both are valid until then,\n" +
			"and the files may be replaced while everything runs.",
		RunE: func(cmd *cobra.Command, args []string) error { return e.run(cmd, s, args[0]) },
	}
	f := c.Flags()
	f.StringVar(&e.role, "role", string(identity.Door), "door, reader (a logger or building system), central, or broker")
	f.StringVar(&e.site, "site", "", "site of a controller elsewhere (default: the configuration's)")
	f.StringVar(&e.csr, "csr", "", "certificate request that kidoban csr made")
	f.StringVar(&e.out, "out", "", "directory for the files; they keep their names")
	f.StringSliceVar(&e.hosts, "host", nil, "of a broker: name or address by which doors reach it; again for more")
	f.IntVar(&e.days, "days", int(identity.Validity/(24*time.Hour)), "days that it is valid")
	f.BoolVar(&e.renew, "renew", false, "another one for a name that is enrolled")
	accountFlag(c, &e.account)
	return c
}

func (e enrolment) run(cmd *cobra.Command, s *site, name string) error {
	who := identity.Identity{Role: identity.Role(e.role), Site: e.site, Name: name}
	if who.Site == "" {
		who.Site = s.conf.Site
	}
	if err := e.check(who, s); err != nil {
		return err
	}
	a, err := identity.LoadAuthority(s.keys)
	if err != nil {
		return err
	}
	public, private, err := e.key(who)
	if err != nil {
		return err
	}
	var made identity.Certificate
	err = s.order(cmd.Context(), e.account, cmd.ErrOrStderr(), func(o order) error {
		hosts := e.hosts
		if who.Role == identity.Broker { // the central log itself may come by this machine's own address
			hosts = append(append([]string(nil), e.hosts...), "localhost", "127.0.0.1", "::1")
		}
		if made, err = a.Issue(identity.Request{Identity: who, Key: public, Hosts: hosts, From: o.at.Wall, For: time.Duration(e.days) * 24 * time.Hour}); err != nil {
			return err
		}
		t := journal.CertificateIssued
		if e.renew {
			t = journal.CertificateRenewed
		}
		return o.shelf.Enrol(cmd.Context(), o.own, made, e.renew, o.at.Wall, certificateEntry(o, t, made.Identity, made.Serial, made.Until))
	})
	if err != nil {
		return err
	}
	return e.hand(cmd.OutOrStdout(), s, a, made, private)
}

func (e enrolment) check(who identity.Identity, s *site) error {
	switch {
	case who.Role == identity.Broker && len(e.hosts) == 0:
		return errors.New("a broker's certificate needs --host: the names or addresses by which doors reach it")
	case who.Role != identity.Broker && len(e.hosts) > 0:
		return errors.New("--host is for --role broker alone")
	case e.days < 1 || e.days > 3650:
		return errors.New("--days is 1 to 3650")
	case who.Role == identity.Door && who == identity.Identity{Role: who.Role, Site: s.conf.Site, Name: s.conf.Name}:
		return fmt.Errorf("%s is this central log's own name: a door has another", who)
	case e.csr == "" && e.out == "" && who.Role != identity.Broker:
		return errors.New("--out DIR is missing: a private key is never printed (or make it at the door: kidoban csr, then --csr)")
	}
	return who.Check()
}

// key is the key to certify; the private half is nil where it stays at the door.
func (e enrolment) key(who identity.Identity) (public crypto.PublicKey, private []byte, err error) {
	if e.csr != "" {
		data, err := os.ReadFile(e.csr)
		if err != nil {
			return nil, nil, fmt.Errorf("read certificate request: %w", err)
		}
		public, err = identity.ParseCSR(data, who)
		return public, nil, err
	}
	key, err := identity.NewKey()
	if err != nil {
		return nil, nil, err
	}
	private, err = identity.KeyPEM(key)
	return key.Public(), private, err
}

// hand writes what was made, and says what to do with it.
func (e enrolment) hand(out io.Writer, s *site, a *identity.Authority, made identity.Certificate, private []byte) error {
	dir, base := e.out, made.Identity.Name
	if made.Identity.Role == identity.Broker {
		base = "broker"
		if dir == "" {
			dir = filepath.Join(s.data, "broker")
		}
	}
	if dir == "" {
		_, err := out.Write(made.PEM)
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("create %s: %w", dir, err)
	}
	if private != nil {
		if err := identity.WriteFile(filepath.Join(dir, base+".key"), private, 0o600); err != nil {
			return err
		}
	}
	err := errors.Join(identity.WriteFile(filepath.Join(dir, base+".pem"), made.PEM, 0o644), identity.WriteFile(filepath.Join(dir, "ca.pem"), a.Bundle(), 0o644))
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s %s, serial number %s, valid until %s\nwritten: %s\n", made.Identity.Role, made.Identity, made.Serial,
		made.Until.In(jst).Format(time.DateOnly), filepath.Join(dir, base+".pem"))
	if made.Identity.Role == identity.Door {
		return s.tellDoor(out, base)
	}
	return nil
}

// tellDoor prints what a door's configuration needs.
func (s *site) tellDoor(out io.Writer, base string) error {
	public, err := archive.PublicKey(s.keys)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\ncopy ca.pem, %s.pem and %s.key to the door, and into its kidoban.toml:\n\n[mqtt]\nbroker = %q\nca = \"/etc/kidoban/ca.pem\"\n"+
		"cert = \"/etc/kidoban/%s.pem\"\nkey = \"/etc/kidoban/%s.key\"\ncentral_key = %q\n", base, base, s.brokerURL(), base, base, public)
	return nil
}

// brokerURL is how doors reach the broker, as far as it is known here.
func (s *site) brokerURL() string {
	if s.conf.MQTT.Broker != "" {
		return s.conf.MQTT.Broker
	}
	host, port := "HOST", "8883"
	if c, err := readCertificate(s.brokerFile(s.conf.Broker.Cert, "broker.pem")); err == nil {
		if len(c.DNSNames) > 0 && c.DNSNames[0] != "localhost" {
			host = c.DNSNames[0]
		} else if len(c.IPAddresses) > 0 {
			host = c.IPAddresses[0].String()
		}
	}
	if _, p, err := net.SplitHostPort(s.conf.Broker.Listen); err == nil && s.conf.Broker.TLS {
		port = p
	}
	return "tls://" + net.JoinHostPort(host, port)
}

func readCertificate(path string) (*x509.Certificate, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read certificate: %w", err)
	}
	block, _ := pem.Decode(data)
	if block == nil || block.Type != "CERTIFICATE" {
		return nil, fmt.Errorf("read certificate %s: it holds none", path)
	}
	return x509.ParseCertificate(block.Bytes)
}

// certificateEntry says in the own journal what became of a certificate.
func certificateEntry(o order, t journal.Type, who identity.Identity, serial string, until time.Time) journal.Entry {
	name := o.own.Origin.Called(who.Site, who.Name)
	e := journal.Entry{At: o.at, Synced: o.synced, Type: t, Severity: alarm.Severity(t), Subject: "controller/" + name,
		Data: journal.Data{Controller: name, Mode: string(who.Role), Digest: serial, Until: until.In(jst).Format(time.RFC3339), Detail: who.String()}}
	o.by.Sign(&e)
	return e
}

func revokeCommand(s *site) *cobra.Command {
	site, serial, account := "", "", ""
	c := &cobra.Command{
		Use: "revoke NAME | --serial NUMBER", Args: cobra.MaximumNArgs(1), Short: "Take certificates back: their holder is let in no more",
		Long: "Takes back every valid certificate of NAME, or the one with a serial number. The built-in broker ends its connections within a\n" +
			"second. For another broker there is a revocation list: broker/revoked.crl in the data directory (kidobanlog mosquitto).",
		RunE: func(cmd *cobra.Command, args []string) error {
			if (len(args) == 1) == (serial != "") {
				return errors.New("name one: a NAME or --serial")
			}
			who := identity.Identity{Site: site, Name: strings.Join(args, "")}
			if who.Site == "" {
				who.Site = s.conf.Site
			}
			return s.revoke(cmd, who, serial, account)
		},
	}
	c.Flags().StringVar(&site, "site", "", "site of a controller elsewhere (default: the configuration's)")
	c.Flags().StringVar(&serial, "serial", "", "serial number (kidobanlog identities)")
	accountFlag(c, &account)
	return c
}

func (s *site) revoke(cmd *cobra.Command, who identity.Identity, serial, account string) error {
	return s.order(cmd.Context(), account, cmd.ErrOrStderr(), func(o order) error {
		e := certificateEntry(o, journal.CertificateRevoked, who, "", time.Time{})
		e.Data.Until, e.Data.Mode = "", ""
		if serial != "" {
			e.Subject, e.Data.Detail = "controller", ""
		}
		back, err := o.shelf.Revoke(cmd.Context(), o.own, who.Site, who.Name, serial, o.at.Wall, e)
		if err != nil {
			return err
		}
		for _, c := range back {
			fmt.Fprintf(cmd.OutOrStdout(), "revoked: %s %s, serial number %s\n", c.Identity.Role, c.Identity, c.Serial)
		}
		a, err := identity.LoadAuthority(s.keys)
		if err != nil {
			fmt.Fprintln(cmd.ErrOrStderr(), "the revocation list for other brokers is not written:", err)
			return nil
		}
		serials, err := o.shelf.Revoked(cmd.Context())
		if err != nil {
			return err
		}
		return s.writeAuthority(a, serials, o.at.Wall)
	})
}

// writeAuthority leaves what brokers believe, and what not, in the data directory.
func (s *site) writeAuthority(a *identity.Authority, revoked []string, now time.Time) error {
	list, err := a.Revocations(revoked, now)
	if err != nil {
		return err
	}
	dir := filepath.Join(s.data, "broker")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("create %s: %w", dir, err)
	}
	return errors.Join(identity.WriteFile(filepath.Join(dir, "ca.pem"), a.Bundle(), 0o644), identity.WriteFile(filepath.Join(dir, "revoked.crl"), list, 0o644))
}
