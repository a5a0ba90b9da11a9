package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"kidoban/controller/archive"
	"kidoban/controller/archive/shelf"
	"kidoban/controller/ledger"
	"kidoban/device"
	"kidoban/device/clock"
)

// heed begins the escalation of alarms that nobody acknowledges.
func (v *service) heed() error {
	v.parts = append(v.parts, archive.Heed{Shelf: v.shelf, Own: v.own, Log: v.log}.Run)
	return nil
}

func alarmCommand(s *site) *cobra.Command {
	c := &cobra.Command{Use: "alarm", Short: "Alarms of what the central log found: list, acknowledge, close",
		Long: "What the central log finds (a door that is silent, replaced, rolled back or forked, messages that cannot be used) is an alarm\n" +
			"until one person has acknowledged it, and it has been closed with what was found. The alarms of the doors are theirs:\n" +
			"kidoban alarm."}
	c.AddCommand(alarmListCommand(s), alarmAckCommand(s), alarmCloseCommand(s))
	return c
}

func alarmListCommand(s *site) *cobra.Command {
	return &cobra.Command{
		Use: "list", Args: cobra.NoArgs, Short: "List the alarms that nobody has closed",
		RunE: func(cmd *cobra.Command, _ []string) error {
			f, err := shelf.OpenReader(cmd.Context(), s.where())
			if err != nil {
				return err
			}
			defer f.Close()
			all, err := f.Alarms(cmd.Context())
			for _, a := range all {
				fmt.Fprintln(cmd.OutOrStdout(), alarmLine(a))
			}
			if err == nil && len(all) == 0 {
				fmt.Fprintln(cmd.ErrOrStderr(), "no alarm is open")
			}
			return err
		},
	}
}

func alarmLine(a ledger.Alarm) string {
	state := "nobody has acknowledged it"
	switch {
	case !a.Acknowledged.IsZero():
		state = "acknowledged by " + a.By + " at " + a.Acknowledged.In(jst).Format(time.DateTime)
	case !a.Escalated.IsZero():
		state += ", escalated at " + a.Escalated.In(jst).Format(time.DateTime)
	}
	return fmt.Sprintf("%s  %s  %s  %s", a.Raised.In(jst).Format(time.DateTime), a.Severity, a.ID, state)
}

func alarmAckCommand(s *site) *cobra.Command {
	account := ""
	c := &cobra.Command{
		Use: "ack ID", Args: cobra.ExactArgs(1), Short: "Acknowledge an alarm: you act on it",
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.order(cmd.Context(), account, cmd.ErrOrStderr(), func(o order) error {
				return o.shelf.Acknowledge(cmd.Context(), o.own, args[0], o.by, o.at, o.synced)
			})
		},
	}
	accountFlag(c, &account)
	return c
}

func alarmCloseCommand(s *site) *cobra.Command {
	account, finding := "", ""
	c := &cobra.Command{
		Use: "close ID --finding TEXT", Args: cobra.ExactArgs(1), Short: "Close an acknowledged alarm with what was found",
		RunE: func(cmd *cobra.Command, args []string) error {
			if strings.TrimSpace(finding) == "" {
				return errors.New("an alarm is closed with a finding: say what was found (--finding)")
			}
			words, err := private(map[string]string{"finding": finding})
			if err != nil {
				return err
			}
			return s.order(cmd.Context(), account, cmd.ErrOrStderr(), func(o order) error {
				return o.shelf.CloseAlarm(cmd.Context(), o.own, args[0], o.by, o.at, o.synced, words)
			})
		},
	}
	c.Flags().StringVar(&finding, "finding", "", "what was found, in your words")
	accountFlag(c, &account)
	return c
}

func accountFlag(c *cobra.Command, to *string) {
	c.Flags().StringVar(to, "account", "", "whose order it is, where [[account]] of the configuration does not know")
}

// order is what an order needs: the database, the own journal, who gives it and when.
type order struct {
	shelf  *shelf.Shelf
	own    shelf.Own
	public string // the central log's verifier key
	by     shelf.Actor
	at     device.Instant
	synced bool
}

// order opens what it needs and carries it out.
func (s *site) order(ctx context.Context, account string, warn io.Writer, do func(order) error) (err error) {
	var o order
	if o.by, err = s.actor(account, warn); err != nil {
		return err
	}
	if _, o.own, err = s.identity(); err != nil {
		return err
	}
	if o.public, err = archive.PublicKey(s.keys); err != nil {
		return err
	}
	c, err := clock.Start()
	if err != nil {
		return err
	}
	synced, err := clock.Synchronised()
	o.at, o.synced = c.Now(), err == nil && synced
	if o.shelf, err = shelf.Open(ctx, s.where()); err != nil {
		return err
	}
	defer o.shelf.Close()
	return do(o)
}

// private makes a private part: a person's words, with a salt of its own so that their hash in the entry tells nothing.
func private(words map[string]string) ([]byte, error) {
	var salt [16]byte
	if _, err := rand.Read(salt[:]); err != nil {
		return nil, err
	}
	words["salt"] = hex.EncodeToString(salt[:])
	return json.Marshal(words)
}
