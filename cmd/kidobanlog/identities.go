package main

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"kidoban/controller/archive/shelf"
	"kidoban/controller/identity"
	"kidoban/controller/journal"
)

func identitiesCommand(s *site) *cobra.Command {
	all := false
	c := &cobra.Command{
		Use: "identities", Args: cobra.NoArgs, Short: "List who is enrolled, and how many days each certificate is still valid",
		RunE: func(cmd *cobra.Command, _ []string) error {
			f, err := shelf.OpenReader(cmd.Context(), s.where())
			if err != nil {
				return err
			}
			defer f.Close()
			cs, err := f.Certificates(cmd.Context())
			if err != nil {
				return err
			}
			now := time.Now()
			for n, c := range cs {
				if all || c.Valid(now) || n == 0 || cs[n-1].Identity != c.Identity {
					printCertificate(cmd.OutOrStdout(), c, now, s.conf.Broker.Warning.Std())
				}
			}
			return nil
		},
	}
	c.Flags().BoolVar(&all, "all", false, "those too that ran out or were revoked long ago")
	return c
}

func printCertificate(out io.Writer, c shelf.Certificate, now time.Time, warning time.Duration) {
	state := fmt.Sprintf("%d days left", int(c.Expires.Sub(now).Hours()/24))
	switch {
	case !c.Revoked.IsZero():
		state = "revoked " + c.Revoked.In(jst).Format(time.DateOnly)
	case !now.Before(c.Expires):
		state = "RAN OUT"
	case c.Expires.Sub(now) < warning:
		state += ": renew it"
	}
	fmt.Fprintf(out, "%-7s %s  %s  until %s  %s\n", c.Identity.Role, c.Identity, c.Serial, c.Expires.In(jst).Format(time.DateOnly), state)
}

func authorityCommand(s *site) *cobra.Command {
	c := &cobra.Command{
		Use: "authority", Args: cobra.NoArgs, Short: "Show the authority whose certificates brokers and doors believe",
		Long: "The authority (ca.key in the key directory) is valid for ten years. To change it: renew, which makes a second one that issues\n" +
			"from then on while both are believed; bring the new ca.pem to every door and renew every certificate at leisure; then retire,\n" +
			"after which the old one is believed no more.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			a, err := identity.LoadAuthority(s.keys)
			if err != nil {
				return err
			}
			return showAuthority(cmd.OutOrStdout(), a)
		},
	}
	c.AddCommand(
		authorityChange(s, "renew", "Make a new authority beside the old one", func(a *identity.Authority, now time.Time) (*identity.Authority, error) { return a.Renew(s.keys, now) }),
		authorityChange(s, "retire", "Believe the old authority no more", func(a *identity.Authority, _ time.Time) (*identity.Authority, error) { return a.Retire(s.keys) }),
	)
	return c
}

func showAuthority(out io.Writer, a *identity.Authority) error {
	_, err := fmt.Fprintf(out, "fingerprint %s\nvalid until %s\n%s", a.Fingerprint(), a.Until().In(jst).Format(time.DateOnly), a.Bundle())
	return err
}

func authorityChange(s *site, use, short string, change func(*identity.Authority, time.Time) (*identity.Authority, error)) *cobra.Command {
	account := ""
	c := &cobra.Command{
		Use: use, Args: cobra.NoArgs, Short: short,
		RunE: func(cmd *cobra.Command, _ []string) error {
			a, err := identity.LoadAuthority(s.keys)
			if err != nil {
				return err
			}
			return s.order(cmd.Context(), account, cmd.ErrOrStderr(), func(o order) error {
				if a, err = change(a, o.at.Wall); err != nil {
					return err
				}
				serials, err := o.shelf.Revoked(cmd.Context())
				if err != nil {
					return err
				}
				if err := s.writeAuthority(a, serials, o.at.Wall); err != nil {
					return err
				}
				if err := o.shelf.Record(cmd.Context(), o.own, authorityEntry(o, use, a)); err != nil {
					return err
				}
				return showAuthority(cmd.OutOrStdout(), a)
			})
		},
	}
	accountFlag(c, &account)
	return c
}

// authorityEntry says in the own journal that the authority changed.
func authorityEntry(o order, what string, a *identity.Authority) journal.Entry {
	e := journal.Entry{At: o.at, Synced: o.synced, Type: journal.CertificateRenewed, Severity: journal.Notice, Subject: "controller",
		Data: journal.Data{Mode: "authority", Digest: a.Fingerprint(), Until: a.Until().In(jst).Format(time.RFC3339), Detail: "authority " + what}}
	o.by.Sign(&e)
	return e
}
