package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sys/unix"

	"kidoban/config/central"
	"kidoban/controller/alarm"
	"kidoban/controller/archive"
	"kidoban/controller/archive/shelf"
	"kidoban/controller/broker"
	"kidoban/controller/journal"
	metrics "kidoban/controller/metrics/central"
	"kidoban/controller/outbox/link"
	"kidoban/device/clock"
)

func serveCommand(s *site) *cobra.Command {
	var log, listen string
	var l central.MQTT
	c := &cobra.Command{
		Use: "serve", Args: cobra.NoArgs, Short: "Follow the doors; print each entry once it is durable",
		RunE: func(cmd *cobra.Command, _ []string) error { return serve(cmd, s, log, listen, l) },
	}
	c.Flags().StringVar(&listen, "listen", "", "serve the built-in broker here (127.0.0.1:1883)")
	c.Flags().StringVar(&l.Broker, "broker", "", "use this broker in place of the built-in one: tls://host:8883, or tcp:// on loopback")
	c.Flags().StringVar(&l.CA, "ca", "", "the broker's authority (PEM)")
	c.Flags().StringVar(&l.Cert, "cert", "", "client certificate (PEM)")
	c.Flags().StringVar(&l.Key, "cert-key", "", "its key (PEM)")
	c.Flags().StringVar(&l.Username, "username", "", "name at the broker")
	c.Flags().StringVar(&l.Password, "password-file", "", "file with the password at the broker")
	c.Flags().StringVar(&log, "log", "info", "least level on standard error: debug, info, warn, error")
	return c
}

// service is a running central log: what its parts share. Each part has a file of its own, and begins by a function that
// opens what it needs and leaves what it runs in parts.
type service struct {
	site
	out   io.Writer
	log   *slog.Logger
	key   note.Signer // the central log's
	own   shelf.Own   // its own journal
	shelf *shelf.Shelf
	link  link.Config // to the broker, the built-in one too
	parts []func(context.Context) error
	heard heard          // what controllers say of themselves
	shown *shown         // what the connection to another broker is made with
	built *broker.Broker // the built-in one; nil where another is named

	metrics *metrics.Metrics // nil where nobody asks
}

func serve(cmd *cobra.Command, s *site, level, listen string, flags central.MQTT) (err error) {
	var least slog.Level
	if err := least.UnmarshalText([]byte(level)); err != nil {
		return fmt.Errorf("--log: %w", err)
	}
	v := &service{site: *s, shown: newShown(), out: cmd.OutOrStdout(), log: slog.New(slog.NewTextHandler(cmd.ErrOrStderr(), &slog.HandlerOptions{Level: least}))}
	if listen != "" {
		v.conf.Broker.Listen = listen
	}
	if flags.Broker != "" {
		v.conf.MQTT = flags
	}
	for _, w := range v.conf.Warnings() {
		v.log.Warn(w.String())
	}
	if v.key, v.own, err = v.identity(); err != nil {
		return err
	}
	if v.shelf, err = shelf.Open(cmd.Context(), s.where()); err != nil {
		return err
	}
	defer v.shelf.Close()
	unlock, err := lock(s.data)
	if err != nil {
		return err
	}
	defer unlock()
	for _, begin := range []func() error{v.broker, v.measure, v.follow, v.certificates, v.tend, v.heed, v.heads, v.rosters, v.index, v.tell} {
		if err := begin(); err != nil {
			return err
		}
	}
	group, ctx := errgroup.WithContext(cmd.Context())
	for _, run := range v.parts {
		group.Go(func() error { return run(ctx) })
	}
	v.log.Info("central log follows", "broker", v.link.Broker)
	return group.Wait()
}

// identity reads who this central log is.
func (s *site) identity() (key note.Signer, own shelf.Own, err error) {
	if key, err = archive.LoadKey(s.keys); err != nil {
		return nil, own, err
	}
	boot, err := clock.BootID()
	if err != nil {
		return nil, own, err
	}
	own, err = archive.LoadOwn(s.keys)
	own.Origin = journal.Origin{Site: s.conf.Site, Controller: s.conf.Name, Boot: boot, Zone: jst}
	own.Central = key
	own.Patience = alarm.Patience{Alert: s.conf.Watch.EscalateAlert.Std(), Emergency: s.conf.Watch.EscalateEmergency.Std()}
	if err == nil && own.Signer.Name() != own.Origin.KeyName() {
		err = fmt.Errorf("the key of the own journal is %s's, the configuration says %s: name and site never change", own.Signer.Name(), own.Origin.KeyName())
	}
	return key, own, err
}

// follow begins the archive.
func (v *service) follow() error {
	a, err := archive.New(archive.Config{Link: v.link, Instance: v.conf.Name, Key: v.key, Own: v.own, Silent: v.conf.Watch.Silent.Std(), Log: v.log, Seen: v.heard.hear, Shown: v.shown.take,
		Print: v.stored, Many: v.caughtUp}, v.shelf)
	if err != nil {
		return err
	}
	v.parts = append(v.parts, a.Run)
	return nil
}

// stored tells of entries that became durable.
func (v *service) stored(_ string, all [][]byte) {
	var lines []byte
	for _, payload := range all {
		if v.metrics != nil {
			v.metrics.Stored()
		}
		lines = append(append(lines, archive.Line(payload)...), '\n')
	}
	_, _ = v.out.Write(lines)
}

// caughtUp tells of many at once: a line that people can follow.
func (v *service) caughtUp(origin string, from, to uint64) {
	for range to - from {
		if v.metrics != nil {
			v.metrics.Stored()
		}
	}
	fmt.Fprintf(v.out, "%s: entries %d to %d are stored (kidobanlog print)\n", origin, from, to-1)
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
