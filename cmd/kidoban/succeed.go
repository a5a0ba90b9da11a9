package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/mod/sumdb/note"

	"kidoban/config"
	"kidoban/controller/journal"
	"kidoban/controller/store"
	"kidoban/device/clock"
)

// succession is what "kidoban init --succeeds" is told.
type succession struct {
	checkpoint string
	key        record
	force      bool
	reason     string
	newCards   bool
}

func (s *succession) flags(c *cobra.Command) {
	c.Flags().StringVar(&s.checkpoint, "succeeds", "", "`file` of the checkpoint at which the old journal ended: the last that the central log co-signed")
	c.Flags().StringVar(&s.key.key, "key", "", "with --succeeds: the old journal's verifier key or its file, where neither data nor keys are left")
	c.Flags().BoolVar(&s.force, "force", false, "with --succeeds: although this disk tells of more entries, or the old record is not in order; needs --reason")
	c.Flags().StringVar(&s.reason, "reason", "", "with --force: why, for the record")
	c.Flags().BoolVar(&s.newCards, "new-card-key", false, "with --succeeds: the card key is lost for good; every card is issued anew")
}

func (s *succession) succeed(cmd *cobra.Command, conf *config.Config, keys string) error {
	how, err := s.how(cmd, conf)
	if err != nil {
		return err
	}
	boot, err := clock.BootID()
	if err != nil {
		return err
	}
	origin := journal.Origin{Site: conf.Site, Controller: conf.Controller, Boot: boot, Zone: jst}
	got, err := store.Succeed(cmd.Context(), conf.Storage.Data, keys, origin, how)
	if err != nil {
		return err
	}
	return saySucceeded(cmd.OutOrStdout(), conf, got)
}

func (s *succession) how(cmd *cobra.Command, conf *config.Config) (how store.Succession, err error) {
	switch {
	case s.force && s.reason == "":
		return how, errors.New("say why: --reason; it is recorded in the new journal's first entry")
	case !s.force && s.reason != "":
		return how, errors.New("--reason goes with --force")
	}
	clk, err := clock.Start()
	if err != nil {
		return how, err
	}
	synced, err := clock.Synchronised()
	how = store.Succession{Force: s.reason, NewCards: s.newCards, At: clk.Now(), Synced: err == nil && synced,
		Progress: progress(cmd.ErrOrStderr())}
	if how.Checkpoint, err = os.ReadFile(s.checkpoint); err != nil {
		return how, err
	}
	if how.Old, err = s.key.verifier(); err != nil {
		return how, err
	}
	if conf.MQTT.CentralKey != "" {
		if how.Central, err = note.NewVerifier(conf.MQTT.CentralKey); err != nil {
			return how, fmt.Errorf("mqtt.central_key is no verifier key: %w", err)
		}
	}
	return how, nil
}

func saySucceeded(w io.Writer, conf *config.Config, s store.Succeeded) error {
	signed := "signed by the controller alone: the central log may hold more, and will say so"
	if s.Cosigned {
		signed = "co-signed by the central log"
	}
	fmt.Fprintf(w, "%s ended at %d entries, %s\n", s.Old.Origin, s.Old.Size, signed)
	switch {
	case s.Closed == "":
		fmt.Fprintln(w, "nothing of it lies on this disk: people, cards and the rest are brought in anew (kidoban import)")
	case s.Held < s.Old.Size:
		fmt.Fprintf(w, "%d entries of it were here, %d are lost on this disk; what was true then goes on, and whoever was inside is unverified\n",
			s.Held, s.Old.Size-s.Held)
	default:
		fmt.Fprintf(w, "all of it is here; what was true goes on, and whoever was inside is unverified\n")
	}
	if s.Closed != "" {
		fmt.Fprintf(w, "it stays, verifiable, in %s\n", s.Closed)
	}
	_, err := fmt.Fprintf(w, "journal %s of %s/%s begun\nthe central log takes it when a person accepts this key there, whole or by its fingerprint:\n%s\n",
		s.Keys.Journal(), conf.Site, conf.Controller, s.Keys.Public())
	return err
}
