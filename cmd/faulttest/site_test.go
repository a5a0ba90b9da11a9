package faulttest_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"kidoban/controller/desk"
	"kidoban/device/sim"
)

// memory makes a folder in memory where there is such a place: a power cut is played, not waited for.
func memory(t testing.TB) string {
	t.Helper()
	base := "/dev/shm"
	if _, err := os.Stat(base); err != nil {
		base = ""
	}
	dir, err := os.MkdirTemp(base, "kb")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// site is a controller with its files, and the daemon while it runs.
type site struct {
	t      testing.TB
	bin    string
	dir    string
	broker string
	desk   *desk.Client
	cmd    *exec.Cmd
	people int // imported so far
}

// As long as names may be: what is kept beside the database then takes more than one sector.
const (
	siteName       = "maizuru-shiyakusho-honkan-3-kai1"
	controllerName = "main-ctl-of-the-management-room1"
)

const siteTable = `site = %q
controller = %q
[contact]
day = "0"
night = "0"
[storage]
data = %q
keys = %q
[clock]
unchecked = true
[mqtt]
broker = %q
delivery = "central"
central_key = %q
[panel]
kind = "sim"
tamper = {}
fire = {}
mains_fail = {}
[[zone]]
name = "room"
kind = "management_room"
[socket]
path = %q
group = ""
[duties]
four_eyes = false
[[account]]
name = "tester"
uid = %d
may = ["operate", "roster"]
`

const gateTable = `[[door]]
name = %q
zone = "room"
egress = "handle"
pin = "never"
door_contact = {}
exit_button = {}
strike = {}
entry_reader = { format = "H10301", keypad = 8 }
exit_reader = { format = "H10301" }
`

var gates = []string{"d0", "d1"}

// newSite begins a controller's keys and journal.
func newSite(t testing.TB, bin, controller, broker string, c *central) *site {
	t.Helper()
	s := &site{t: t, bin: bin, dir: memory(t), broker: broker}
	s.desk = desk.Dial(s.in("sock"))
	text := fmt.Sprintf(siteTable, siteName, controller, s.in("data"), s.in("keys"), broker, c.public, s.in("sock"), os.Getuid())
	for _, g := range gates {
		text += fmt.Sprintf(gateTable, g)
	}
	if err := os.WriteFile(s.in("kidoban.toml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := run(bin+"/kidoban", "init", "--config", s.in("kidoban.toml"))
	must(t, out, err)
	public, err := os.ReadFile(s.in("keys/verifier.pub"))
	if err != nil {
		t.Fatal(err)
	}
	c.run("pin", strings.TrimSpace(string(public)))
	t.Cleanup(s.kill)
	return s
}

func must(t testing.TB, out string, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func run(name string, args ...string) (string, error) {
	c := exec.Command(name, args...)
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	if err := c.Run(); err != nil {
		return out.String(), fmt.Errorf("%s %s: %w: %s%s", filepath.Base(name), strings.Join(args, " "), err, out.String(), errs.String())
	}
	return out.String(), nil
}

func background(t testing.TB, log, name string, args ...string) *exec.Cmd {
	t.Helper()
	out, err := os.OpenFile(log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	c := exec.Command(name, args...)
	c.Stdout, c.Stderr = out, out
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	return c
}

func (s *site) in(name string) string { return filepath.Join(s.dir, name) }

func (s *site) argv() []string {
	return []string{s.bin + "/kidoband", "--config", s.in("kidoban.toml")}
}

func (s *site) spawn() {
	s.t.Helper()
	s.cmd = background(s.t, s.in("log"), s.argv()[0], s.argv()[1:]...)
}

func (s *site) start() {
	s.t.Helper()
	s.spawn()
	s.ready()
}

func (s *site) answers() bool {
	return s.desk.Get(context.Background(), "status", nil, &desk.Status{}) == nil
}

// ready waits until the daemon answers.
func (s *site) ready() {
	s.t.Helper()
	await(s.t, "the daemon answers", 20*time.Second, s.answers)
}

func (s *site) kill() { kill(&s.cmd) }

func kill(c **exec.Cmd) {
	if *c != nil {
		_ = (*c).Process.Kill()
		_ = (*c).Wait()
		*c = nil
	}
}

// stop ends the daemon as systemd does.
func (s *site) stop() {
	s.t.Helper()
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	if err := s.cmd.Wait(); err != nil {
		b, _ := os.ReadFile(s.in("log"))
		s.t.Fatalf("kidoband ends with %v:\n%s", err, b)
	}
	s.cmd = nil
}

func (s *site) try(a sim.Act) error { return s.desk.Post(context.Background(), "sim", a, nil) }

func (s *site) look(door string) (l sim.Look, err error) {
	err = s.desk.Get(context.Background(), "sim", map[string][]string{"door": {door}}, &l)
	return l, err
}

func (s *site) status() (st desk.Status) {
	_ = s.desk.Get(context.Background(), "status", nil, &st)
	return st
}

// bring imports people and cards, some of them new each time.
func (s *site) bring() error {
	s.people += 20
	var got desk.Import
	err := s.desk.Send(context.Background(), "import", map[string][]string{"name": {"people.csv"}}, []byte(people(s.people)), &got)
	if err == nil && len(got.Problems) > 0 {
		err = fmt.Errorf("import: %s", strings.Join(got.Problems, "; "))
	}
	return err
}

func people(staff int) string {
	var b strings.Builder
	b.WriteString("id,name,kind,section,card_id,format,facility,number\n")
	for i := range staff {
		fmt.Fprintf(&b, "S-%d,職員,職員,市民課,C-%d,H10301,118,%d\n", i, i, 1000+i)
	}
	for i := range 4 {
		fmt.Fprintf(&b, "N-%d,委託,委託,,N-%d,H10301,118,%d\n", i, i, 60000+i)
	}
	return b.String()
}

// within waits for cond, and says whether it came.
func within(most time.Duration, cond func() bool) bool {
	for end := time.Now().Add(most); !cond(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			return false
		}
	}
	return true
}

func await(t testing.TB, what string, most time.Duration, cond func() bool) {
	t.Helper()
	if !within(most, cond) {
		t.Fatalf("within %v never happened: %s", most, what)
	}
}

// central is a central log with the keys that doors pin.
type central struct {
	t      testing.TB
	bin    string
	dir    string
	public string
	broker string
	cmd    *exec.Cmd
}

func newCentral(t testing.TB, bin, broker string) *central {
	t.Helper()
	c := &central{t: t, bin: bin, dir: memory(t), broker: broker}
	c.public = strings.TrimSpace(c.run("init", "--name", "kidobanlog-of-the-whole-prefecture-of-kyoto-at-maizuru-city"))
	t.Cleanup(c.kill)
	return c
}

func (c *central) in(name string) string { return filepath.Join(c.dir, name) }

func (c *central) argv(args ...string) []string {
	return append([]string{c.bin + "/kidobanlog", "--data", c.in("data"), "--keys", c.in("keys")}, args...)
}

func (c *central) run(args ...string) string {
	c.t.Helper()
	a := c.argv(args...)
	out, err := run(a[0], a[1:]...)
	return must(c.t, out, err)
}

func (c *central) serving() []string { return c.argv("serve", "--broker", c.broker) }

func (c *central) start() {
	c.t.Helper()
	a := c.serving()
	c.cmd = background(c.t, c.in("log"), a[0], a[1:]...)
}

func (c *central) kill() { kill(&c.cmd) }
