package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"kidoban/controller/archive/shelf"
	"kidoban/controller/broker"
	"kidoban/controller/identity"
)

func mosquittoCommand(s *site) *cobra.Command {
	m, out := broker.Mosquitto{}, ""
	c := &cobra.Command{
		Use: "mosquitto --out DIR", Args: cobra.NoArgs, Short: "Write the configuration of a mosquitto for those who are enrolled",
		Long: "Writes mosquitto.conf, acl, ca.pem and revoked.crl into --out; broker.pem and broker.key, which kidobanlog enrol --role broker\n" +
			"makes, belong beside them. Again after each enrol and revoke, then: systemctl reload mosquitto. Where mosquitto finds the\n" +
			"files under another name than --out, say so with --dir.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if out == "" {
				return errors.New("--out DIR is missing")
			}
			if m.Dir == "" {
				var err error
				if m.Dir, err = filepath.Abs(out); err != nil {
					return err
				}
			}
			m.Policy = s.policy()
			return s.mosquitto(cmd, m, out)
		},
	}
	f := c.Flags()
	f.StringVar(&out, "out", "", "directory to write into")
	f.StringVar(&m.Dir, "dir", "", "directory of these files on the broker's machine (default: --out)")
	f.StringVar(&m.Listen, "listen", "0.0.0.0:8883", "where doors and readers connect")
	f.StringVar(&m.Central, "central", "127.0.0.1:8884", "where central logs connect, who hold several connections each")
	return c
}

func (s *site) mosquitto(cmd *cobra.Command, m broker.Mosquitto, out string) error {
	f, err := shelf.OpenReader(cmd.Context(), s.where())
	if err != nil {
		return err
	}
	defer f.Close()
	all, err := f.Certificates(cmd.Context())
	if err != nil {
		return err
	}
	conf, err := m.Conf()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return fmt.Errorf("create %s: %w", out, err)
	}
	who := enrolled(all, time.Now())
	err = errors.Join(identity.WriteFile(filepath.Join(out, "mosquitto.conf"), []byte(conf), 0o644),
		identity.WriteFile(filepath.Join(out, "acl"), []byte(m.ACL(who)), 0o644))
	for _, name := range []string{"ca.pem", "revoked.crl"} {
		data, readErr := os.ReadFile(s.brokerFile("", name))
		if readErr != nil {
			return errors.Join(err, fmt.Errorf("read %s: %w: kidobanlog init makes it", name, readErr))
		}
		err = errors.Join(err, identity.WriteFile(filepath.Join(out, name), data, 0o644))
	}
	if err == nil {
		fmt.Fprintf(cmd.OutOrStdout(), "%d identities, written to %s\n", len(who), out)
	}
	return err
}

// enrolled are those who have a valid certificate.
func enrolled(all []shelf.Certificate, now time.Time) (who []identity.Identity) {
	for _, c := range all {
		if c.Valid(now) && c.Identity.Role != identity.Broker && !slices.Contains(who, c.Identity) {
			who = append(who, c.Identity)
		}
	}
	return who
}
