//go:build lab

package lab_test

import (
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"kidoban/device/lab"
	"kidoban/device/wiegand"
)

//go:embed testdata/lab.toml
var config string

// The wiring and the times of testdata/lab.toml.
const (
	contactLine = 13
	buttonLine  = 16
	strikeLine  = 18

	debounce = 20 * time.Millisecond // of the contact
	pressed  = 50 * time.Millisecond // that a press must last
	release  = 2 * time.Second
	open     = 6 * time.Second
	preAlarm = 2 * time.Second
	facility = 118
	cards    = 20 // people in the roster, one card each: firstCard, firstCard+1, …
	watchdog = 2 * time.Second
	frameGap = 60 * time.Millisecond
	settled  = time.Second
)

const firstCard = 40_000

// house is one door with its daemon, its broker and whoever stands before it.
type house struct {
	t       *testing.T
	dir     string
	cores   int
	daemon  *lab.Service
	log     *os.File
	record  *recorder
	strike  *lab.Line
	contact *lab.Line
	button  *lab.Line
	entry   *lab.Pulser
	exit    *lab.Pulser
}

// newHouse makes journal, keys and roster afresh, starts the daemon and waits until its inputs have settled.
func newHouse(t *testing.T) *house {
	t.Helper()
	return newHouseOn(t, "/data", raspberryPi)
}

// raspberryPi has four cores and the guest one, as its clock counts instructions. With one to schedule on, Go looks for
// edges only every 10 ms while it has anything else to do.
const raspberryPi = 4

func newHouseOn(t *testing.T, disk string, cores int) *house {
	t.Helper()
	h := &house{t: t, cores: cores, dir: filepath.Join(disk, strings.ReplaceAll(t.Name(), "/", "-"))}
	if _, err := exec.LookPath("kidoband"); err != nil {
		t.Fatal("no daemon in this guest")
	}
	must(t, os.Mkdir(h.dir, 0o755))
	h.write("kidoban.toml", strings.ReplaceAll(config, "DIR", h.dir))
	h.write("people.csv", people())
	h.strike, h.contact, h.button = line(t, strikeLine), line(t, contactLine), line(t, buttonLine)
	must(t, h.contact.Drive(false)) // closed
	must(t, h.button.Drive(true))   // not pressed
	h.entry, h.exit = reader(t, 19, 20), reader(t, 25, 26)
	h.record = newRecorder(t)
	_, err := h.kidoban("init", "--config", h.configFile())
	must(t, err)
	h.start()
	t.Cleanup(h.close)
	_, err = h.kidoban("import", filepath.Join(h.dir, "people.csv"))
	must(t, err)
	return h
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func line(t *testing.T, n int) *lab.Line {
	t.Helper()
	l, err := lab.Open(n)
	must(t, err)
	return l
}

// reader works two wires at 1 ms a bit.
func reader(t *testing.T, d0, d1 int) *lab.Pulser {
	t.Helper()
	for _, n := range []int{d0, d1} {
		must(t, line(t, n).Drive(true))
	}
	p, err := lab.NewPulser(d0, d1, 50*time.Microsecond, time.Millisecond)
	must(t, err)
	t.Cleanup(func() { p.Close() })
	return p
}

func (h *house) write(name, text string) {
	h.t.Helper()
	must(h.t, os.WriteFile(filepath.Join(h.dir, name), []byte(text), 0o600))
}

func (h *house) configFile() string { return filepath.Join(h.dir, "kidoban.toml") }

// kidoban runs the operator's command line against this house's daemon and data.
func (h *house) kidoban(args ...string) (string, error) {
	c := exec.Command("kidoban", args...)
	c.Env = append(os.Environ(), "KIDOBAN_SOCKET="+filepath.Join(h.dir, "socket"), "KIDOBAN_DATA="+filepath.Join(h.dir, "data"))
	out, err := c.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("kidoban %s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return string(out), err
}

// start starts the daemon as the unit file has it, and lets the inputs settle.
func (h *house) start() {
	h.t.Helper()
	log, err := os.CreateTemp("", "log") // not on the disk: one that stalls must not stall what the daemon says
	must(h.t, err)
	h.log = log
	h.daemon = &lab.Service{
		Command: []string{"kidoband", "--config", h.configFile()}, StopPost: []string{"kidoband", "--config", h.configFile(), "--secure"},
		Watchdog: watchdog, Abort: time.Second, Cores: h.cores, Output: log,
	}
	if err := h.daemon.Start(20 * time.Second); err != nil {
		h.t.Fatalf("%v\n%s", err, h.said())
	}
	time.Sleep(settled)
}

func (h *house) said() string {
	b, _ := os.ReadFile(h.log.Name())
	return string(b)
}

// close stops the daemon and has the journal verified as it lies on the disk, and held against what was published.
func (h *house) close() {
	if r, err := h.daemon.Stop(10 * time.Second); err != nil || r.Exit != nil {
		h.t.Errorf("stop the daemon: %v, it ended with %v", err, r.Exit)
	}
	if _, err := h.kidoban("journal", "verify"); err != nil {
		h.t.Error(err)
	}
	h.record.verify(h.t)
	if h.t.Failed() {
		tail, err := h.kidoban("journal", "tail", "-n", "40")
		h.t.Logf("the daemon said:\n%s\npublished:\n%s\nthe journal (%v):\n%s", h.said(), h.record, err, tail)
	}
}

// wal is the inode of the journal's write-ahead log.
func (h *house) wal() uint64 {
	h.t.Helper()
	logs, err := filepath.Glob(filepath.Join(h.dir, "data", "*-wal"))
	must(h.t, err)
	if len(logs) != 1 {
		h.t.Fatalf("want one write-ahead log in the data directory, found %q", logs)
	}
	i, err := os.Stat(logs[0])
	must(h.t, err)
	return i.Sys().(*syscall.Stat_t).Ino
}

// trace begins a trace; its end gives the events of the strike and of the journal's log alone.
func (h *house) trace() (end func() []lab.Event) {
	h.t.Helper()
	must(h.t, lab.Trace())
	return func() []lab.Event {
		h.t.Helper()
		all, err := lab.TraceEnd()
		must(h.t, err)
		wal := h.wal()
		var mine []lab.Event
		for _, e := range all {
			if e.Inode == wal || e.Inode == 0 && (e.Line == strikeLine || e.What == lab.Probed) {
				mine = append(mine, e)
			}
		}
		return mine
	}
}

// badge shows card i of the roster to a reader.
func (h *house) badge(p *lab.Pulser, i int) (last time.Duration) {
	h.t.Helper()
	time.Sleep(frameGap)
	last, err := p.Send(frame(h.t, facility, uint64(firstCard+i)))
	must(h.t, err)
	return last
}

func frame(t *testing.T, facility, card uint64) string {
	t.Helper()
	f, err := wiegand.Lookup("H10301")
	must(t, err)
	b, err := wiegand.Encode(f, facility, card)
	must(t, err)
	return b.Text()
}

func (h *house) drive(l *lab.Line, high bool) (at time.Duration) {
	h.t.Helper()
	at = lab.Now()
	must(h.t, l.Drive(high))
	return at
}

// energised is whether the strike's line is high now.
func (h *house) energised() bool {
	h.t.Helper()
	high, err := h.strike.High()
	must(h.t, err)
	return high
}

// until waits for something that has no entry of its own.
func (h *house) until(what string, limit time.Duration, true func() bool) {
	h.t.Helper()
	for end := lab.Now() + limit; !true(); time.Sleep(time.Millisecond) {
		if lab.Now() > end {
			h.t.Fatalf("waited %v in vain for %s", limit, what)
		}
	}
}

func person(i int) string { return fmt.Sprintf("p%03d", i) }
