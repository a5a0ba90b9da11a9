package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"filippo.io/age"
	"github.com/spf13/cobra"

	"kidoban/config"
	"kidoban/controller"
	"kidoban/controller/bundle"
	"kidoban/controller/desk"
	"kidoban/controller/journal"
	"kidoban/controller/store"
)

// roster is the door's side of people that are kept at the office.
func (t *tool) roster() *cobra.Command {
	c := &cobra.Command{Use: "roster", Short: "people kept at one place for the whole site: what this door holds"}
	c.AddCommand(t.rosterStatus(), t.rosterAccept(), t.rosterTake(), rosterEnrol())
	return c
}

func (t *tool) rosterStatus() *cobra.Command {
	return &cobra.Command{
		Use: "status", Short: "which bundle is in force, and how old it is", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var h controller.HeldView
			if err := t.desk().Get(cmd.Context(), "roster", nil, &h); err != nil {
				return err
			}
			return sayHeld(cmd, h)
		},
	}
}

func sayHeld(cmd *cobra.Command, h controller.HeldView) (err error) {
	out := cmd.OutOrStdout()
	switch {
	case !h.Office:
		_, err = fmt.Fprintln(out, "the roster is this door's own")
		return err
	case h.Version == 0:
		_, err = fmt.Fprintln(out, "the roster is the office's; none has come yet")
	default:
		old := ""
		if h.Stale {
			old = ", OLD"
		}
		_, err = fmt.Fprintf(out, "version %d, made %s (%s ago%s), taken %s\n%s\n", h.Version, stamp(h.Made),
			time.Since(h.Made).Round(time.Minute), old, stamp(h.Taken), h.Digest)
	}
	if h.Accept != 0 {
		fmt.Fprintf(out, "version %d is accepted, should it come\n", h.Accept)
	}
	if h.Stopped > 0 {
		fmt.Fprintf(out, "%d card(s) stopped here are in no bundle now, and stay stopped\n", h.Stopped)
	}
	if h.Losses > 0 {
		fmt.Fprintf(out, "%d report(s) of lost cards\n", h.Losses)
	}
	return err
}

func (t *tool) rosterAccept() *cobra.Command {
	return &cobra.Command{
		Use: "accept VERSION", Short: "take a version that is not newer than the one held, after a restore of the office", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := strconv.ParseInt(args[0], 10, 64)
			if err != nil {
				return fmt.Errorf("%q is no version: kidoban roster status", args[0])
			}
			return t.order(cmd, "roster/accept", desk.Version{Version: n})
		},
	}
}

func (t *tool) rosterTake() *cobra.Command {
	return &cobra.Command{
		Use: "take DIR", Short: "take a bundle that was carried here, where no broker brings it", Args: cobra.ExactArgs(1),
		Long: "DIR is what kidoban bundle make wrote for this controller. It is believed as one from MQTT is: for its signature alone.",
		RunE: func(cmd *cobra.Command, args []string) error {
			b := desk.Bundle{Parts: map[string][]byte{}}
			var err error
			if b.Manifest, err = os.ReadFile(filepath.Join(args[0], "manifest")); err != nil {
				return err
			}
			m, err := bundle.PeekManifest(b.Manifest)
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			for _, p := range m.Parts {
				if b.Parts[p.Name], err = os.ReadFile(filepath.Join(args[0], p.Name)); err != nil {
					return err
				}
			}
			body, err := json.Marshal(b)
			if err != nil {
				return err
			}
			var h controller.HeldView
			if err := t.desk().Send(cmd.Context(), "roster/take", nil, body, &h); err != nil {
				return err
			}
			return sayHeld(cmd, h)
		},
	}
}

func rosterEnrol() *cobra.Command {
	var file, keys, to, out string
	c := &cobra.Command{
		Use: "enrol --for RECIPIENT", Short: "write what the office needs to know of this door; offline", Args: cobra.NoArgs,
		Long: "Prints (or writes to -o) who this door is, where its doors lead, whom its bundles are encrypted to, and its card key,\n" +
			"encrypted to the office; signed with the journal's key. RECIPIENT is what kidoban bundle key printed.\n" +
			"Where the key directory has no roster.identity yet, it makes one: start the daemon again then.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			conf, err := config.Load(file)
			if err != nil {
				return err
			}
			if keys == "" {
				keys = conf.Storage.Keys
			}
			b, err := enrolment(conf, keys, to)
			if err != nil {
				return err
			}
			if out != "" {
				return os.WriteFile(out, b, 0o600)
			}
			_, err = cmd.OutOrStdout().Write(b)
			return err
		},
	}
	c.Flags().StringVar(&file, "config", "/etc/kidoban/kidoban.toml", "configuration `file`")
	c.Flags().StringVar(&keys, "keys", "", "key `directory` (default: storage.keys)")
	c.Flags().StringVar(&to, "for", "", "the office's age `recipient` (required)")
	c.Flags().StringVarP(&out, "output", "o", "", "`file` to write")
	_ = c.MarkFlagRequired("for")
	return c
}

func enrolment(conf *config.Config, dir, to string) ([]byte, error) {
	recipient, err := age.ParseX25519Recipient(to)
	if err != nil {
		return nil, fmt.Errorf("--for is no recipient: %w (kidoban bundle key prints it)", err)
	}
	if dir != "" {
		if err := store.CreateIdentity(dir); err != nil {
			return nil, err
		}
	}
	keys, err := store.LoadKeys(dir)
	if err != nil {
		return nil, err
	}
	if keys.Recipient() == "" {
		return nil, fmt.Errorf("the credentials hold no roster.identity: make one in a key directory (--keys DIR), then hand it over as the other keys")
	}
	o := journal.Origin{Site: conf.Site, Controller: conf.Controller, Journal: keys.Journal()}
	e := bundle.Enrolment{
		Site: o.Site, Controller: o.Controller, Journal: o.Line(), Key: keys.Public(), Recipient: keys.Recipient(),
		Made: time.Now().UTC().Truncate(time.Second), Zones: []bundle.Zone{},
	}
	if e.CardKey, err = keys.CardKeyFor(recipient); err != nil {
		return nil, err
	}
	for _, z := range conf.Zones {
		e.Zones = append(e.Zones, bundle.Zone{Name: z.Name, Kind: z.Kind, Officer: z.Officer, Section: z.Section, Visitors: z.Visitors})
	}
	return e.Sign(keys.Signer())
}
