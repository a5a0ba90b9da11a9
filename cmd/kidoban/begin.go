package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"kidoban/config"
	"kidoban/controller/journal"
	"kidoban/controller/store"
	"kidoban/device"
	"kidoban/device/clock"
)

// begin makes keys and journal. Nothing else ever does: a journal that is missing stays missing until a person acts.
func (t *tool) begin() *cobra.Command {
	var file, keys string
	var s succession
	c := &cobra.Command{
		Use: "init", Short: "make the keys and the journal of a new door; nothing else ever does", Args: cobra.NoArgs,
		Long: "Makes storage.keys (or --keys) and storage.data as the configuration names them, and prints the key that the central\n" +
			"log pins. It refuses to touch what exists. Keep a copy of the key directory in a safe, apart from any backup.\n\n" +
			"--succeeds begins a new journal after one whose disk was lost or that was restored from a backup: its first entry names\n" +
			"the head at which the old one ended. What was true in a database that lies in storage.data goes on being true, the card\n" +
			"key stays, and old journal and old keys stay beside the new ones. Stop kidoband first.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			conf, err := config.Load(file)
			if err != nil {
				return err
			}
			if keys == "" {
				keys = conf.Storage.Keys
			}
			if keys == "" {
				return fmt.Errorf("the configuration takes its keys from systemd: make them with --keys DIR, then encrypt them (systemd-creds)")
			}
			if s.checkpoint != "" {
				return s.succeed(cmd, conf, keys)
			}
			return initialise(cmd.Context(), conf, keys, cmd.OutOrStdout())
		},
	}
	c.Flags().StringVar(&file, "config", "/etc/kidoban/kidoban.toml", "configuration `file`")
	c.Flags().StringVar(&keys, "keys", "", "key `directory` (default: storage.keys)")
	s.flags(c)
	return c
}

func initialise(ctx context.Context, conf *config.Config, keyDir string, out io.Writer) error {
	clk, err := clock.Start()
	if err != nil {
		return err
	}
	boot, err := clock.BootID()
	if err != nil {
		return err
	}
	origin := journal.Origin{Site: conf.Site, Controller: conf.Controller, Boot: boot, Zone: jst}
	keys, err := store.CreateKeys(keyDir, origin)
	if err != nil {
		return err
	}
	if err := store.Create(ctx, conf.Storage.Data, keys, origin, started(clk.Now())); err != nil {
		return err
	}
	path, err := filepath.Abs(conf.Storage.Data)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "journal %s of %s/%s begun in %s\naccept this key at the central log, whole or by its fingerprint %s:\n%s\n",
		keys.Journal(), conf.Site, conf.Controller, path, journal.Fingerprint(keys.Public()), keys.Public())
	return nil
}

func started(at device.Instant) journal.Entry {
	synced, err := clock.Synchronised()
	return journal.Entry{
		At: at, Synced: err == nil && synced, Type: journal.JournalStarted, Severity: journal.Notice, Subject: "controller",
	}
}
