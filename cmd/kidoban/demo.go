package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"kidoban/config"
	"kidoban/controller/archive"
	"kidoban/controller/console"
	page "kidoban/controller/console/demo"
	"kidoban/controller/desk"
	"kidoban/controller/people"
	"kidoban/device/sim"
)

// demo is a whole site in one folder: the door daemon on a simulated door, the central log with its broker, people and
// cards that do not exist, and one short morning.
func (t *tool) demo() *cobra.Command {
	d := &demo{tool: t}
	c := &cobra.Command{
		Use: "demo", Short: "run a demonstration site: no hardware, no broker, no root", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			d.out = cmd.OutOrStdout()
			err := d.run(cmd.Context())
			if cmd.Context().Err() != nil { // Ctrl-C: what failed then was interrupted
				return nil
			}
			return err
		},
	}
	broker := os.Getenv("KIDOBAN_MQTT")
	if broker == "" {
		broker = "127.0.0.1:1883"
	}
	page := os.Getenv("KIDOBAN_CONSOLE")
	if page == "" {
		page = "127.0.0.1:8080"
	}
	c.Flags().StringVar(&d.page, "console", page, "where the console listens (or KIDOBAN_CONSOLE)")
	c.Flags().StringVar(&d.dir, "dir", "demo", "the demonstration's own folder; what an earlier one left there is cleared away")
	c.Flags().StringVar(&d.broker, "mqtt", broker, "where the broker listens (or KIDOBAN_MQTT)")
	c.Flags().BoolVar(&d.once, "once", false, "end after the morning")
	return c
}

type demo struct {
	dir, broker string
	page        string // where the console listens
	once        bool
	out         io.Writer
	bin         string
	client      *desk.Client
	tool        *tool                   // prints as its commands do
	as          map[string]*desk.Client // of those who have signed in
	around      *around                 // the broker and the central log
	ended       chan error              // of a program that nobody told to end
	hush        atomic.Bool             // entries are counted, not printed
	hushed      atomic.Int64
}

// mark tells a folder of ours from one that only has the same name.
const mark = "this-folder-is-kidoban-demo"

func (d *demo) run(ctx context.Context) (err error) {
	if err := d.prepare(); err != nil {
		return err
	}
	conf, err := d.configure(ctx)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	err = d.site(ctx, stop, conf)
	if err == nil || errors.Is(err, context.Canceled) {
		fmt.Fprintln(d.out, "\nended; what is left lies in", d.dir)
	}
	return err
}

func (d *demo) in(name string) string { return filepath.Join(d.dir, name) }

// prepare clears the folder of an earlier demonstration, and touches no other.
func (d *demo) prepare() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	d.bin = filepath.Dir(self)
	if d.dir, err = filepath.Abs(d.dir); err != nil {
		return err
	}
	if err := free(d.broker, "broker: KIDOBAN_MQTT=127.0.0.1:1884"); err != nil {
		return err
	}
	if err := free(d.page, "console: KIDOBAN_CONSOLE=127.0.0.1:8081"); err != nil {
		return err
	}
	if left, err := os.ReadDir(d.dir); err == nil && len(left) > 0 {
		if _, err := os.Stat(d.in(mark)); err != nil {
			return fmt.Errorf("%s is not empty and not a demonstration's: name another folder with --dir", d.dir)
		}
		if err := os.RemoveAll(d.dir); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(d.dir, 0o700); err != nil {
		return err
	}
	return os.WriteFile(d.in(mark), nil, 0o600)
}

// free says that nobody listens at an address; move is how to go elsewhere.
func free(addr, move string) error {
	c, err := net.DialTimeout("tcp", addr, 200*time.Millisecond)
	if err != nil {
		return nil
	}
	return errors.Join(fmt.Errorf("something listens on %s already: stop it, or move the demonstration's %s", addr, move), c.Close())
}

// configure makes the site's configuration, keys, journal and central log.
func (d *demo) configure(ctx context.Context) (*config.Config, error) {
	central, err := d.output(ctx, "kidobanlog", "--data", d.in("central"), "--keys", d.in("central-keys"), "init")
	if err != nil {
		return nil, err
	}
	text := string(config.Demo())
	for from, to := range map[string]string{
		`data = "data"`:          fmt.Sprintf("data = %q", d.in("data")),
		`keys = "keys"`:          fmt.Sprintf("keys = %q", d.in("keys")),
		`"tcp://127.0.0.1:1883"`: fmt.Sprintf("%q", "tcp://"+d.broker),
		`delivery = "broker"`:    fmt.Sprintf("delivery = \"central\"\ncentral_key = %q", strings.TrimSpace(central)),
		`path  = "kidoban.sock"`: fmt.Sprintf("path  = %q", d.in("kidoban.sock")),
	} {
		if !strings.Contains(text, from) {
			return nil, fmt.Errorf("the demonstration's configuration has no %s", from)
		}
		text = strings.Replace(text, from, to, 1)
	}
	text += fmt.Sprintf("\n[console]\nlisten = %q\n", d.page)
	text += fmt.Sprintf("\n[[account]]\nname = \"demo\"\nuid = %d\nmay = [\"operate\", \"roster\"]\n", os.Getuid())
	if err := os.WriteFile(d.in("kidoban.toml"), []byte(text), 0o600); err != nil {
		return nil, err
	}
	conf, err := config.Load(d.in("kidoban.toml"))
	if err != nil {
		return nil, err
	}
	var said bytes.Buffer
	if err := initialise(ctx, conf, conf.Storage.Keys, &said); err != nil {
		return nil, err
	}
	public, err := os.ReadFile(filepath.Join(conf.Storage.Keys, "verifier.pub"))
	if err != nil {
		return nil, err
	}
	_, err = d.output(ctx, "kidobanlog", "--data", d.in("central"), "--keys", d.in("central-keys"), "pin", strings.TrimSpace(string(public)))
	return conf, err
}

// site runs the broker, the central log and the door, shows what they do, and ends them.
func (d *demo) site(ctx context.Context, stop func(), conf *config.Config) error {
	defer stop()
	d.ended = make(chan error, 8)
	d.around = &around{demo: d, ctx: ctx}
	if err := d.around.Set(page.Standing{Broker: true}); err != nil {
		return err
	}
	door, err := d.start(ctx, "kidoband", "--config", d.in("kidoban.toml"))
	if err == nil {
		err = d.around.Set(page.Standing{Broker: true, Central: true})
	}
	pages := make(chan error, 1)
	if err == nil {
		go func() { pages <- d.pages(ctx, conf) }()
		err = d.show(ctx, conf)
		stop()
		err = errors.Join(err, <-pages)
	}
	stop()
	if bad := door.wait(); bad != nil && !errors.Is(bad, context.Canceled) {
		err = errors.Join(err, d.over(bad))
	}
	return errors.Join(err, d.around.end())
}

// pages serves the console until ctx ends. That it ends earlier ends the demonstration.
func (d *demo) pages(ctx context.Context, conf *config.Config) error {
	k, err := console.New(conf, d.around, slog.New(slog.NewTextHandler(d.logFile("console"), nil)))
	if err == nil {
		err = k.Run(ctx)
	}
	if ctx.Err() == nil {
		d.ended <- err
	}
	return err
}

// show waits for the daemon, brings the people in, prints every entry and plays the morning.
func (d *demo) show(ctx context.Context, conf *config.Config) error {
	d.client = desk.Dial(conf.Socket.Path)
	if err := d.wait(ctx); err != nil {
		return err
	}
	var got desk.Import
	if err := d.client.Send(ctx, "import", map[string][]string{"name": {"demo.csv"}}, people.Demo(), &got); err != nil {
		return err
	}
	if len(got.Problems) > 0 {
		return errors.New(strings.Join(got.Problems, "\n"))
	}
	if err := d.enrol(ctx); err != nil {
		return err
	}
	fmt.Fprintf(d.out, "A demonstration site: one simulated door, central log and MQTT broker on %s, all in %s.\n", d.broker, d.dir)
	fmt.Fprintf(d.out, "The console: %s/demo\n\n", conf.Console.Address())
	body, err := d.client.Stream(ctx, "journal", map[string][]string{"follow": {"true"}, "from": {"0"}})
	if err != nil {
		return err
	}
	printed := make(chan error, 1)
	go func() { printed <- d.print(body) }()
	fmt.Fprintf(d.out, "The morning begins in three seconds. To watch it on the wire:\n  mosquitto_sub -h %s -p %s -t 'kidoban/v1/#' -v\n\n",
		host(d.broker), port(d.broker))
	if err := pause(ctx, 3*time.Second); err != nil {
		return err
	}
	for _, play := range []func(context.Context) error{d.morning, d.visitors, d.forced, d.outage} {
		if err := play(ctx); err != nil {
			return err
		}
	}
	time.Sleep(300 * time.Millisecond)
	if d.once {
		return body.Close()
	}
	d.advise()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case err := <-d.ended:
		return d.over(err)
	case err := <-printed:
		return err
	}
}

func (d *demo) wait(ctx context.Context) error {
	for range 200 {
		var s desk.Status
		if d.client.Get(ctx, "status", nil, &s) == nil {
			return nil
		}
		select {
		case err := <-d.ended:
			log, _ := os.ReadFile(d.in("kidoband.log"))
			return fmt.Errorf("a program of the demonstration ended: %w\n%s", err, log)
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
	return fmt.Errorf("the door daemon does not answer; see %s", d.in("kidoband.log"))
}

func (d *demo) print(body io.ReadCloser) error {
	lines := bufio.NewScanner(body)
	lines.Buffer(nil, 64<<10)
	for lines.Scan() {
		if d.hush.Load() {
			d.hushed.Add(1)
			continue
		}
		fmt.Fprintln(d.out, archive.Line(lines.Bytes()))
	}
	return nil
}

// morning is one short morning of the staff: a badge in and out, refusals.
func (d *demo) morning(ctx context.Context) error {
	for _, s := range []struct {
		say  string
		acts []sim.Act
	}{
		{"A clerk of the civic affairs section badges in (Article 20(1)(2)).", []sim.Act{d.card(1201, ""), {Verb: "open"}, {Verb: "close"}}},
		{"A contractor's card: no permit, so the door stays locked (Article 20(2)).", []sim.Act{d.card(1901, "")}},
		{"A card that was reported lost.", []sim.Act{d.card(1203, "")}},
		{"The clerk leaves. Leaving never waits for anything.", []sim.Act{d.card(1201, "exit"), {Verb: "handle"}, {Verb: "close"}}},
	} {
		fmt.Fprintf(d.out, "\n--- %s\n", s.say)
		if err := d.acts(ctx, s.acts...); err != nil {
			return err
		}
	}
	return nil
}

// forced is a door forced, when the last release is over, so that it is nobody's second opening.
func (d *demo) forced(ctx context.Context) error {
	fmt.Fprintf(d.out, "\n--- Somebody forces the door.\n")
	return errors.Join(pause(ctx, 4*time.Second), d.acts(ctx, sim.Act{Verb: "force"}, sim.Act{Verb: "close"}))
}

func (d *demo) card(number uint64, side string) sim.Act {
	return sim.Act{Verb: "card", Side: side, Format: "H10301", Facility: 118, Card: number}
}

// acts does things at the door, one after the other, as fast as a person.
func (d *demo) acts(ctx context.Context, acts ...sim.Act) error {
	for _, a := range acts {
		a.Door = "room"
		if err := d.client.Post(ctx, "sim", a, nil); err != nil {
			return err
		}
		if err := pause(ctx, 600*time.Millisecond); err != nil {
			return err
		}
	}
	return nil
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

func (d *demo) advise() {
	fmt.Fprintf(d.out, `
Now try it yourself, in a browser: http://localhost:%[5]s/demo
or in another terminal:
  export KIDOBAN_SOCKET=%[1]s/kidoban.sock KIDOBAN_DATA=%[1]s/data
  %[2]s/kidoban status                      how everything stands
  %[2]s/kidoban sim card 118/1201           a clerk's card (then: sim open, sim close)
  %[2]s/kidoban sim card 118/1104           the West branch head's: why not? …
  %[2]s/kidoban why 0104 room               … the same rules, in words, with the article
  %[2]s/kidoban card lost C-0201            report a card lost
  %[2]s/kidoban alarm list                  what nobody has acknowledged yet
  %[2]s/kidoban sign-in officer             as 市民課長; or clerk, west: the passwords are in %[1]s/passwords
  %[2]s/kidoban permit list --all           … the permits; also: visit list, register day --purpose …
  %[2]s/kidoban journal verify              check every entry, hash and signature
  %[2]s/kidobanlog --data %[1]s/central status --watch   how the central log and the door stand
  %[2]s/kidobanlog --data %[1]s/central print            what the central log holds
  mosquitto_sub -h %[3]s -p %[4]s -t 'kidoban/v1/#' -v
Ctrl-C ends it.

`, d.dir, d.bin, host(d.broker), port(d.broker), port(d.page))
}

func host(addr string) string { h, _, _ := net.SplitHostPort(addr); return h }
func port(addr string) string { _, p, _ := net.SplitHostPort(addr); return p }
