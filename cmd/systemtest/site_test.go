package systemtest_test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"kidoban/controller/desk"
	"kidoban/device/sim"
)

// gate is a door of a test's site.
type gate struct {
	name, format string
	pin          string // "never", "always"
}

// site is a controller with its files, and the daemon while it runs.
type site struct {
	t    testing.TB
	dir  string
	env  []string // for the daemon, beside the test's own
	desk *desk.Client
	cmd  *exec.Cmd
}

const accountTable = "\n[duties]\nfour_eyes = false\n\n[[account]]\nname = \"tester\"\nuid = %d\nmay = [\"operate\", \"roster\"]\n"

// newSite writes a configuration with these doors and a [mqtt] table (which may be empty), and begins keys and journal.
func newSite(t testing.TB, mqtt string, gates ...gate) *site {
	t.Helper()
	return newController(t, "main-ctl", mqtt, gates...)
}

func newController(t testing.TB, name, mqtt string, gates ...gate) *site {
	t.Helper()
	dir, err := os.MkdirTemp("", "kb") // short: a socket's path is at most 107 bytes
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	s := &site{t: t, dir: dir, desk: desk.Dial(dir + "/sock")}
	var b strings.Builder
	fmt.Fprintf(&b, "site = \"maizuru\"\ncontroller = %q\n\n[contact]\nday = \"0\"\nnight = \"0\"\n\n[storage]\n"+
		"data = %q\nkeys = %q\n\n[clock]\nunchecked = true\n\n%s\n[panel]\nkind = \"sim\"\ntamper = {}\nfire = {}\nmains_fail = {}\n\n"+
		"[[zone]]\nname = \"room\"\nkind = \"management_room\"\n\n[socket]\npath = %q\ngroup = \"\"\n",
		name, s.in("data"), s.in("keys"), mqtt, s.in("sock"))
	for _, g := range gates {
		fmt.Fprintf(&b, "\n[[door]]\nname = %q\nzone = \"room\"\negress = \"handle\"\npin = %q\ndoor_contact = {}\nexit_button = {}\n"+
			"strike = {}\nentry_reader = { format = %q, keypad = 8 }\nexit_reader = { format = %q }\n", g.name, g.pin, g.format, g.format)
	}
	fmt.Fprintf(&b, accountTable, os.Getuid())
	s.write("kidoban.toml", b.String())
	s.kidoban("init", "--config", s.in("kidoban.toml"))
	t.Cleanup(s.kill)
	return s
}

func (s *site) in(name string) string { return filepath.Join(s.dir, name) }

func (s *site) write(name, text string) {
	s.t.Helper()
	if err := os.WriteFile(s.in(name), []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// kidoban runs the command, which must succeed.
func (s *site) kidoban(args ...string) string { return s.kidobanWith("", args...) }

func (s *site) kidobanWith(input string, args ...string) string {
	s.t.Helper()
	out, err := run(s.env[:0:0], input, program("kidoban"), append([]string{"--socket", s.in("sock")}, args...)...)
	if err != nil {
		s.t.Fatal(err)
	}
	return out
}

func run(env []string, input, name string, args ...string) (string, error) {
	c := exec.Command(name, args...)
	var out, errs bytes.Buffer
	c.Env = append(os.Environ(), env...)
	c.Stdin, c.Stdout, c.Stderr = strings.NewReader(input), &out, &errs
	if err := c.Run(); err != nil {
		return out.String(), fmt.Errorf("%s %s: %w: %s%s", filepath.Base(name), strings.Join(args, " "), err, out.String(), errs.String())
	}
	return out.String(), nil
}

// spawn starts the daemon and does not wait.
func (s *site) spawn() {
	s.t.Helper()
	s.cmd = background(s.t, s.in("kidoband.log"), s.env, program("kidoband"), "--config", s.in("kidoban.toml"))
}

func background(t testing.TB, log string, env []string, name string, args ...string) *exec.Cmd {
	t.Helper()
	out, err := os.OpenFile(log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	c := exec.Command(name, args...)
	c.Env = append(os.Environ(), env...)
	c.Stdout, c.Stderr = out, out
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	return c
}

// start starts the daemon and waits until it answers.
func (s *site) start() {
	s.t.Helper()
	s.spawn()
	for range 2000 {
		if s.desk.Get(context.Background(), "status", nil, &desk.Status{}) == nil {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	s.t.Fatalf("the daemon does not answer:\n%s", s.log())
}

func (s *site) log() string {
	b, _ := os.ReadFile(s.in("kidoband.log"))
	return string(b)
}

func (s *site) kill() {
	if s.cmd != nil {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
		s.cmd = nil
	}
}

// stop ends the daemon as systemd does; it must end well.
func (s *site) stop() {
	s.t.Helper()
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	if err := s.cmd.Wait(); err != nil {
		s.t.Fatalf("kidoband ends with %v:\n%s", err, s.log())
	}
	s.cmd = nil
}

// act does something at a door that must be possible.
func (s *site) act(a sim.Act) {
	s.t.Helper()
	if err := s.desk.Post(context.Background(), "sim", a, nil); err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) look(door string) (l sim.Look) {
	s.t.Helper()
	if err := s.desk.Get(context.Background(), "sim", map[string][]string{"door": {door}}, &l); err != nil {
		s.t.Fatal(err)
	}
	return l
}

func (s *site) status() (st desk.Status) {
	s.t.Helper()
	if err := s.desk.Get(context.Background(), "status", nil, &st); err != nil {
		s.t.Fatal(err)
	}
	return st
}

// bring imports people and cards.
func (s *site) bring(csv string) {
	s.t.Helper()
	var got desk.Import
	q := map[string][]string{"name": {"people.csv"}}
	if err := s.desk.Send(context.Background(), "import", q, []byte(csv), &got); err != nil {
		s.t.Fatal(err)
	}
	if len(got.Problems) > 0 {
		s.t.Fatal(strings.Join(got.Problems, "\n"))
	}
}

// central is a central log with the keys that doors pin.
type central struct {
	t      testing.TB
	dir    string
	public string
	serve  []string
	cmd    *exec.Cmd
}

func newCentral(t testing.TB, serve ...string) *central {
	t.Helper()
	c := &central{t: t, dir: t.TempDir(), serve: serve}
	c.public = strings.TrimSpace(c.run("init"))
	t.Cleanup(c.kill)
	return c
}

func (c *central) args(more ...string) []string {
	return append([]string{"--data", c.dir + "/data", "--keys", c.dir + "/keys"}, more...)
}

func (c *central) run(args ...string) string {
	c.t.Helper()
	out, err := run(nil, "", program("kidobanlog"), c.args(args...)...)
	if err != nil {
		c.t.Fatal(err)
	}
	return out
}

// pin accepts the journal of a site.
func (c *central) pin(s *site) {
	c.t.Helper()
	public, err := os.ReadFile(s.in("keys/verifier.pub"))
	if err != nil {
		c.t.Fatal(err)
	}
	c.run("pin", strings.TrimSpace(string(public)))
}

func (c *central) start() {
	c.t.Helper()
	c.cmd = background(c.t, c.dir+"/log", nil, program("kidobanlog"), c.args(append([]string{"serve", "--log", "debug"}, c.serve...)...)...)
}

func (c *central) kill() {
	if c.cmd != nil {
		_ = c.cmd.Process.Kill()
		_ = c.cmd.Wait()
		c.cmd = nil
	}
}

// confirmed is how many entries the log has confirmed.
func (c *central) confirmed() (n uint64) {
	c.t.Helper()
	f := strings.Fields(c.run("journals"))
	if len(f) == 2 {
		_, _ = fmt.Sscan(f[1], &n)
	}
	return n
}

// entries is what the log's file holds.
func (c *central) entries() []string {
	c.t.Helper()
	out := strings.TrimSuffix(c.run("print", "--json", "--purpose", "test", "--account", "tester", "main-ctl"), "\n")
	if out == "" {
		return nil
	}
	return strings.Split(out, "\n")
}

// holds fails unless the log's file is the beginning of the record, entry by entry, and has at least n of them.
func (c *central) holds(record []string, n int) {
	c.t.Helper()
	got := c.entries()
	if len(got) < n || len(got) > len(record) {
		c.t.Fatalf("the central log holds %d entries, the record has %d, at least %d had been confirmed", len(got), len(record), n)
	}
	if !slices.Equal(got, record[:len(got)]) {
		for i := range got {
			if got[i] != record[i] {
				c.t.Fatalf("the central log's line %d is another than entry %d:\n%s\n%s", i, i, got[i], record[i])
			}
		}
	}
}

func (c *central) table(broker string) string {
	return fmt.Sprintf("[mqtt]\nbroker = %q\ndelivery = \"central\"\ncentral_key = %q\n", broker, c.public)
}

// freeAddr is a free address of this machine.
func freeAddr(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
