package main

import (
	"fmt"
	"log/slog"

	"github.com/spf13/cobra"

	"kidoban/controller/identity"
	"kidoban/controller/outbox/link"
)

func checkCommand(s *site) *cobra.Command {
	return &cobra.Command{
		Use: "check", Args: cobra.NoArgs, Short: "Check the configuration and what it names, then end",
		Long: "Judges the configuration, the keys and the files by which a broker is known, without opening the database or a port. What is\n" +
			"allowed but worth a thought is printed as a warning.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			out := cmd.OutOrStdout()
			for _, w := range s.conf.Warnings() {
				fmt.Fprintln(out, "warning:", w)
			}
			if _, _, err := s.identity(); err != nil {
				return err
			}
			if err := s.checkFiles(); err != nil {
				return err
			}
			name := s.path
			if name == "" {
				name = "no configuration file"
			}
			_, err := fmt.Fprintf(out, "%s: in order\n", name)
			return err
		},
	}
}

// checkFiles reads what a broker is known by.
func (s *site) checkFiles() error {
	if s.conf.MQTT.Broker != "" {
		return s.connection().Check()
	}
	if !s.conf.Broker.TLS {
		return nil
	}
	_, err := s.brokerFiles(nil).Load()
	return err
}

// brokerFiles are what the built-in broker is known by, and whom it believes.
func (s *site) brokerFiles(log *slog.Logger) *identity.Files {
	b := s.conf.Broker
	return identity.NewFiles(s.brokerFile(b.CA, "ca.pem"), s.brokerFile(b.Cert, "broker.pem"), s.brokerFile(b.Key, "broker.key"), log)
}

// connection is the way to another broker.
func (s *site) connection() link.Config {
	m := s.conf.MQTT
	return link.Config{Broker: m.Broker, CA: m.CA, Cert: m.Cert, Key: m.Key, Username: m.Username, Password: m.Password, ClientID: s.me().String()}
}
