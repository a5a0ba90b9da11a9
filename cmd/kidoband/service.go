package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	systemd "github.com/coreos/go-systemd/v22/daemon"

	"golang.org/x/mod/sumdb/note"

	"kidoban/config"
	"kidoban/controller"
	"kidoban/controller/apart"
	"kidoban/controller/backup"
	"kidoban/controller/desk"
	"kidoban/controller/directory"
	"kidoban/controller/journal"
	"kidoban/controller/outbox"
	"kidoban/controller/outbox/link"
	"kidoban/controller/store"
	"kidoban/device/panel"
)

// watchdog tells systemd that the control loop turns. Nobody else may: a loop that hangs must not be fed.
type watchdog struct {
	every time.Duration
	last  time.Time
	ready bool
}

func newWatchdog() *watchdog {
	within, err := systemd.SdWatchdogEnabled(false)
	if err != nil {
		within = 0
	}
	return &watchdog{every: within / 3}
}

// turn is called by the control loop after each turn.
func (w *watchdog) turn() {
	if !w.ready {
		w.ready = true
		_, _ = systemd.SdNotify(false, systemd.SdNotifyReady)
	}
	if now := time.Now(); w.every > 0 && now.Sub(w.last) >= w.every {
		w.last = now
		_, _ = systemd.SdNotify(false, systemd.SdNotifyWatchdog)
	}
}

// resultFile holds how systemd says that the last run ended.
const resultFile = "last-result"

func (d *daemon) restartedByWatchdog() bool {
	b, err := os.ReadFile(filepath.Join(d.conf.Storage.Data, resultFile))
	return err == nil && strings.TrimSpace(string(b)) == "watchdog"
}

// stopTail is how many entries may follow the one that says that the daemon stops: the doors that it then secures.
const stopTail = 64

// crashed says that the last run did not say that it was stopping.
func (d *daemon) crashed(ctx context.Context) bool {
	size := d.store.Head().Size
	rows, err := d.store.Rows(ctx, size-min(size, stopTail), stopTail)
	if err != nil {
		return true
	}
	for _, r := range slices.Backward(rows) {
		switch journal.TypeOf(r.Payload) {
		case journal.SystemStopping:
			return false
		case journal.SystemStarted:
			return true
		}
	}
	return size > 1
}

// secureAll is what runs after the daemon is gone, however it went.
func secureAll(path string, log *slog.Logger) error {
	c, _, err := load(path)
	if c == nil {
		return err
	}
	if result := os.Getenv("SERVICE_RESULT"); result != "" {
		if err := os.WriteFile(filepath.Join(c.Storage.Data, resultFile), []byte(result+"\n"), 0o600); err != nil {
			log.Warn("cannot keep the service's result", "err", err)
		}
	}
	if c.Panel.Kind == "sim" {
		return nil
	}
	return panel.SecureAll(c.Panel, c.Doors, log)
}

// checkOnly checks the configuration and what it names, without opening the panel or the record.
func checkOnly(path string, out io.Writer) error {
	c, _, err := load(path)
	if err != nil {
		return err
	}
	for _, w := range c.Warnings() {
		fmt.Fprintln(out, "warning:", w)
	}
	if _, err := store.LoadKeys(c.Storage.Keys); err != nil {
		return err
	}
	fmt.Fprintf(out, "%s: in order, %d door(s)\n", path, len(c.Doors))
	return nil
}

// kidobanFor is the kidoban that lies beside this program, which answers questions about something.
func kidobanFor(about string) apart.Program {
	program, err := os.Executable()
	if err != nil {
		program = "/usr/bin/kidoband"
	}
	return apart.Program{Path: filepath.Join(filepath.Dir(program), "kidoban"), Args: []string{"apart", about}}
}

// byDirectory tries passwords of the city's directory, nil where there is none.
func byDirectory(c config.Directory) desk.Directory {
	if c.URL == "" {
		return nil
	}
	return directory.New(c, kidobanFor("directory"))
}

func newLog() *slog.Logger {
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey && os.Getenv("JOURNAL_STREAM") != "" {
			return slog.Attr{}
		}
		return a
	}}))
}

func outboxConfig(d *daemon) (outbox.Config, error) {
	m := d.conf.MQTT
	c := outbox.Config{
		ExpiryWarning: m.Warning.Std(),
		Delivery:      outbox.Delivery(m.Delivery), Window: m.Window, ReplayEach: m.ReplayEach, Names: m.Names, Dir: d.conf.Storage.Data,
		Version: Version, Log: d.log, Beside: beside(d.conf),
		Own: d.keys.Signer(), OwnKey: d.keys.Verifier(), Announce: d.keys.Public(),
		Link: link.Config{
			Broker: m.Broker, CA: m.CA, Cert: m.Cert, Key: m.Key, Username: m.Username, Password: m.Password,
			KeepAlive: m.KeepAlive.Std(),
		},
	}
	if d.inbox != nil {
		c.Roster = d.inbox.Receive
	}
	if m.CentralKey == "" {
		return c, nil
	}
	var err error
	if c.Central, err = note.NewVerifier(m.CentralKey); err != nil {
		return c, fmt.Errorf("mqtt.central_key is no verifier key: %w (kidobanlog init prints it)", err)
	}
	return c, nil
}

// linkOf is what the record says of a notice.
func linkOf(n outbox.Notice) controller.Link {
	return controller.Link{Type: journal.Type(n.Kind.String()), Count: int64(n.Behind), Detail: n.Detail, Point: n.Point, Until: n.Until}
}

// linkState is how the way to the central log stands, in words.
func (d *daemon) linkState() string {
	if d.outbox == nil {
		return "none is configured"
	}
	size, behind := d.store.Head().Size, uint64(0)
	if acked := d.outbox.Acked(); acked < size {
		behind = size - acked
	}
	state := "connected"
	if last, _ := d.lastLink.Load().(string); last == "link.lost" {
		state = "not connected (the doors work as always)"
	}
	return fmt.Sprintf("%s; %d of %d entries acknowledged, %d to go", state, size-behind, size, behind)
}

// backups is the daemon's own backups, a day's each.
func (d *daemon) backups() *backup.Daily {
	at, _ := backup.Clock(d.conf.Backup.Daily) // the configuration is checked
	return &backup.Daily{
		Store: d.store, Directory: d.conf.Backup.Directory, Name: "kidoban-" + d.conf.Site + "-" + d.conf.Controller, At: at,
		Keep: d.conf.Backup.Keep, Recipients: d.conf.Backup.Recipients, Log: d.log,
		Clock:  func() journal.Clock { return journal.ClockOf(d.synced.Load()) },
		Report: func(ctx context.Context, b controller.BackedUp) { d.loop.Post(ctx, b) },
	}
}
