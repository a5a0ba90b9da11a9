package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sys/unix"

	"kidoban/controller/archive"
	"kidoban/controller/outbox/link"
)

// Version is set by the build.
var Version = "dev"

// site is where a central log lies.
type site struct{ data, keys string }

func command(out, errs io.Writer) *cobra.Command {
	s := &site{}
	root := &cobra.Command{Use: "kidobanlog", Short: "The central log of the doors' entries", Version: Version, SilenceUsage: true, SilenceErrors: true}
	root.SetOut(out)
	root.SetErr(errs)
	root.PersistentFlags().StringVar(&s.data, "data", "/var/lib/kidobanlog", "data directory")
	root.PersistentFlags().StringVar(&s.keys, "keys", os.Getenv("CREDENTIALS_DIRECTORY"), "key directory (default: systemd's credentials)")
	root.AddCommand(initCommand(s), pinCommand(s), serveCommand(s), printCommand(s), journalsCommand(s), checkpointCommand(s))
	return root
}

func initCommand(s *site) *cobra.Command {
	name := ""
	c := &cobra.Command{
		Use: "init", Args: cobra.NoArgs, Short: "Make the key and the database; prints the key that doors pin (central_key)",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if s.keys == "" {
				return errors.New("init needs --keys DIR, apart from the data directory")
			}
			if err := os.MkdirAll(s.data, 0o750); err != nil {
				return fmt.Errorf("create data directory: %w", err)
			}
			if err := archive.Create(cmd.Context(), s.data); err != nil {
				return err
			}
			public, err := archive.CreateKey(s.keys, name)
			if err != nil {
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout(), public)
			return nil
		},
	}
	c.Flags().StringVar(&name, "name", "kidobanlog", "name in the key")
	return c
}

func pinCommand(s *site) *cobra.Command {
	return &cobra.Command{
		Use: "pin VERIFIERKEY…", Args: cobra.MinimumNArgs(1), Short: "Accept the journals that these keys sign (kidoban init prints them)",
		RunE: func(cmd *cobra.Command, keys []string) error {
			f, err := archive.Open(cmd.Context(), s.data)
			if err != nil {
				return err
			}
			defer f.Close()
			for _, k := range keys {
				origin, err := f.Accept(cmd.Context(), k, time.Now())
				if err != nil {
					return err
				}
				fmt.Fprintln(cmd.OutOrStdout(), "accepted", origin)
			}
			return nil
		},
	}
}

func serveCommand(s *site) *cobra.Command {
	var listen, log string
	var l link.Config
	c := &cobra.Command{
		Use: "serve", Args: cobra.NoArgs, Short: "Follow the doors; print each entry once it is durable",
		RunE: func(cmd *cobra.Command, _ []string) error { return serve(cmd, s, listen, log, l) },
	}
	c.Flags().StringVar(&listen, "listen", "127.0.0.1:1883", "serve the built-in broker here")
	c.Flags().StringVar(&l.Broker, "broker", "", "use this broker in place of the built-in one: tls://host:8883, or tcp:// on loopback")
	c.Flags().StringVar(&l.CA, "ca", "", "the broker's authority (PEM)")
	c.Flags().StringVar(&l.Cert, "cert", "", "client certificate (PEM)")
	c.Flags().StringVar(&l.Key, "cert-key", "", "its key (PEM)")
	c.Flags().StringVar(&l.Username, "username", "", "name at the broker")
	c.Flags().StringVar(&l.Password, "password-file", "", "file with the password at the broker")
	c.Flags().StringVar(&log, "log", "info", "least level on standard error: debug, info, warn, error")
	return c
}

func serve(cmd *cobra.Command, s *site, listen, level string, l link.Config) error {
	var least slog.Level
	if err := least.UnmarshalText([]byte(level)); err != nil {
		return fmt.Errorf("--log: %w", err)
	}
	log := slog.New(slog.NewTextHandler(cmd.ErrOrStderr(), &slog.HandlerOptions{Level: least}))
	key, err := archive.LoadKey(s.keys)
	if err != nil {
		return err
	}
	f, err := archive.Open(cmd.Context(), s.data)
	if err != nil {
		return err
	}
	defer f.Close()
	unlock, err := lock(s.data)
	if err != nil {
		return err
	}
	defer unlock()
	group, ctx := errgroup.WithContext(cmd.Context())
	if l.Broker == "" {
		b, err := archive.NewBroker(listen, slog.New(slog.DiscardHandler))
		if err != nil {
			return err
		}
		l.Broker = "tcp://" + b.Address()
		group.Go(func() error { return b.Run(ctx) })
	}
	out := cmd.OutOrStdout()
	a, err := archive.New(archive.Config{Link: l, Key: key, Log: log,
		Print: func(_ string, payload []byte) { fmt.Fprintln(out, archive.Line(payload)) }}, f)
	if err != nil {
		return err
	}
	group.Go(func() error { return a.Run(ctx) })
	log.Info("central log follows", "broker", l.Broker)
	return group.Wait()
}

// lock keeps a second archive from the same database.
func lock(dir string) (func(), error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock data directory: %w", err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		f.Close()
		return nil, fmt.Errorf("lock data directory %s: another kidobanlog serves it", dir)
	}
	return func() { f.Close() }, nil
}

func printCommand(s *site) *cobra.Command {
	asJSON := false
	c := &cobra.Command{
		Use: "print [CONTROLLER]", Args: cobra.MaximumNArgs(1), Short: "Print the verified entries, in the order of their journals",
		RunE: func(cmd *cobra.Command, args []string) error {
			return journals(cmd.Context(), s, func(f *archive.File, j archive.Journal) error {
				if len(args) == 1 && strings.Split(j.Origin, "/")[2] != args[0] {
					return nil
				}
				return printJournal(cmd, f, j, asJSON)
			})
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "the entries as they are, one a line")
	return c
}

func printJournal(cmd *cobra.Command, f *archive.File, j archive.Journal, asJSON bool) error {
	out := cmd.OutOrStdout()
	return f.Entries(cmd.Context(), j, 0, func(seq uint64, payload []byte) error {
		var err error
		switch {
		case payload == nil:
			_, err = fmt.Fprintf(out, "entry %d deleted: its retention ended\n", seq)
		case asJSON:
			_, err = fmt.Fprintf(out, "%s\n", payload)
		default:
			_, err = fmt.Fprintln(out, archive.Line(payload))
		}
		return err
	})
}

func journalsCommand(s *site) *cobra.Command {
	return &cobra.Command{
		Use: "journals", Args: cobra.NoArgs, Short: "List the accepted journals, how far they are confirmed, and those that wait to be accepted",
		RunE: func(cmd *cobra.Command, _ []string) error {
			out := cmd.OutOrStdout()
			if err := journals(cmd.Context(), s, func(_ *archive.File, j archive.Journal) error {
				state := j.Fork
				if j.Closed != "" {
					state = strings.TrimSpace("closed: " + j.Closed + " " + state)
				}
				_, err := fmt.Fprintln(out, strings.TrimSpace(fmt.Sprintln(j.Origin, j.Size, state)))
				return err
			}); err != nil {
				return err
			}
			return waiting(cmd.Context(), s, out)
		},
	}
}

func waiting(ctx context.Context, s *site, out io.Writer) error {
	f, err := archive.OpenReader(ctx, s.data)
	if err != nil {
		return err
	}
	defer f.Close()
	all, err := f.Waiting(ctx)
	for _, w := range all {
		fmt.Fprintf(out, "%s awaits acceptance since %s: it says that it goes on after %s, from %d entries on\n", w.Origin, w.Seen, w.Succeeds, w.Size)
	}
	return err
}

func checkpointCommand(s *site) *cobra.Command {
	return &cobra.Command{
		Use: "checkpoint CONTROLLER", Args: cobra.ExactArgs(1), Short: "Print the last co-signed checkpoint of a controller, for kidoban init --succeeds",
		RunE: func(cmd *cobra.Command, args []string) error {
			var last []byte
			if err := journals(cmd.Context(), s, func(_ *archive.File, j archive.Journal) error {
				if strings.Split(j.Origin, "/")[2] == args[0] && j.Size > 0 {
					last = j.Checkpoint
				}
				return nil
			}); err != nil {
				return err
			}
			if last == nil {
				return fmt.Errorf("nothing is confirmed of a controller %q (kidobanlog journals)", args[0])
			}
			_, err := cmd.OutOrStdout().Write(last)
			return err
		},
	}
}

func journals(ctx context.Context, s *site, yield func(*archive.File, archive.Journal) error) error {
	f, err := archive.OpenReader(ctx, s.data)
	if err != nil {
		return err
	}
	defer f.Close()
	js, err := f.Journals(ctx)
	if err != nil {
		return err
	}
	for _, j := range js {
		if err := yield(f, j); err != nil {
			return err
		}
	}
	return nil
}
