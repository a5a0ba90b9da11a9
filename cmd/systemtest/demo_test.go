package systemtest_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"kidoban/controller/journal"
)

// demonstration is a run of kidoban demo in a folder, a home and a temporary directory of its own.
type demonstration struct {
	t    *testing.T
	root string
	addr string
	cmd  *exec.Cmd
	mu   sync.Mutex
	out  bytes.Buffer
}

func (d *demonstration) Write(b []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.out.Write(b)
}

func (d *demonstration) said() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.out.String()
}

func startDemo(t *testing.T, args ...string) *demonstration {
	t.Helper()
	d := &demonstration{t: t, root: t.TempDir(), addr: freeAddr(t)}
	for _, sub := range []string{"cwd", "home", "tmp"} {
		if err := os.Mkdir(filepath.Join(d.root, sub), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	d.cmd = exec.Command(program("kidoban"), append([]string{"demo"}, args...)...)
	d.cmd.Dir = d.root + "/cwd"
	d.cmd.Env = append(os.Environ(), "HOME="+d.root+"/home", "TMPDIR="+d.root+"/tmp", "KIDOBAN_MQTT="+d.addr, "KIDOBAN_CONSOLE="+freeAddr(t))
	d.cmd.Stdout, d.cmd.Stderr = d, d
	if err := d.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.cmd.Process.Kill() })
	return d
}

// ends waits for the end, which must be a good one and leave no child and no file outside the demonstration's folder.
func (d *demonstration) ends(within time.Duration) {
	d.t.Helper()
	done := make(chan error, 1)
	go func() { done <- d.cmd.Wait() }()
	select {
	case err := <-done:
		if err != nil {
			d.t.Fatalf("kidoban demo ends with %v:\n%s", err, d.said())
		}
	case <-time.After(within):
		d.t.Fatalf("kidoban demo does not end:\n%s", d.said())
	}
	if left := processes(d.root); len(left) > 0 {
		d.t.Errorf("still running: %q", left)
	}
	for sub, may := range map[string]int{"cwd": 1, "home": 0, "tmp": 0} {
		left, err := os.ReadDir(filepath.Join(d.root, sub))
		if err != nil || len(left) > may || len(left) == 1 && left[0].Name() != "demo" {
			d.t.Errorf("left in %s: %v %v", sub, left, err)
		}
	}
}

// processes are the command lines that name something.
func processes(name string) (out []string) {
	lines, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, path := range lines {
		b, err := os.ReadFile(path)
		if err == nil && bytes.Contains(b, []byte(name)) {
			out = append(out, string(bytes.ReplaceAll(b, []byte{0}, []byte{' '})))
		}
	}
	return out
}

// TestDemo: within two minutes a grant, a refusal with its reason and a forced door are printed, and a subscriber sees the same
// under event/: valid CloudEvents, consecutive from the first. Every message is as its schema says. While the central log is
// away, the backlog grows, and drains when it is back: nothing is lost. With --once it ends by itself then, else by Ctrl-C.
func TestDemo(t *testing.T) {
	t.Parallel()
	var once []string
	if testing.Short() {
		once = []string{"--once"}
	}
	d := startDemo(t, once...)
	heard := listen(t, d.addr)
	if once == nil {
		await(t, "the advice", 90*time.Second, func() bool { return strings.Contains(d.said(), "Ctrl-C ends it.") })
		_ = d.cmd.Process.Signal(syscall.SIGINT)
	}
	d.ends(2 * time.Minute)
	for _, want := range []string{"granted, person 0201", "denied, reason no_permit", "forced",
		"refused: account west may not do this", "reason escort_missing", "escort lost", "left without consent", "later consent", "山﨑 𠮷男",
		"[------------------------------] 2", "[##############################] 0 to go\nNothing is lost", "$ kidobanlog status", " 0 entries to go"} {
		if !strings.Contains(d.said(), want) {
			t.Errorf("not printed: %s\n%s", want, d.said())
		}
	}
	c := newContract(t)
	c.holds(heard.all())
	for _, channel := range []string{"event", "status", "door", "checkpoint", "ack"} {
		if c.seen[channel] == 0 {
			t.Errorf("no message of channel %s was seen: %v", channel, c.seen)
		}
	}
	next := int64(-1)
	var seen []entry
	for _, m := range heard.all() {
		if !strings.HasPrefix(m.topic, "kidoban/v1/maizuru/main-ctl/event/") {
			continue
		}
		e := parse(t, string(m.payload))
		cloudEvent(t, e, m.topic)
		n, err := strconv.ParseInt(e.Sequence, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		if n < next { // sent again
			continue
		}
		if n != next && next >= 0 {
			t.Errorf("entry %d follows %d", n, next-1)
		}
		next = n + 1
		seen = append(seen, e)
	}
	for what, fits := range map[string]func(entry) bool{
		"a grant":       func(e entry) bool { return e.is(journal.AccessGranted) && e.Data.Person == "0201" },
		"a refusal":     func(e entry) bool { return e.is(journal.AccessDenied) && e.Data.Reason == "no_permit" },
		"a forced door": func(e entry) bool { return e.is(journal.DoorForced) && e.Severity == "alert" },
	} {
		if find(seen, fits) == nil {
			t.Errorf("the subscriber saw no %s among %d entries", what, len(seen))
		}
	}
}

var (
	idForm     = regexp.MustCompile(`^main-ctl/[0-9a-f]{8}/\d{18}$`)
	timeForm   = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+09:00$`)
	severities = map[string]bool{"info": true, "notice": true, "warning": true, "alert": true, "emergency": true}
)

// cloudEvent checks what CloudEvents 1.0 requires and the contract on the wire fixes.
func cloudEvent(t *testing.T, e entry, topic string) {
	t.Helper()
	typ, known := strings.CutPrefix(string(e.Type), "kidoban.")
	switch {
	case e.Spec != "1.0", e.Source != "kidoban/maizuru/main-ctl", e.Form != "application/json",
		!idForm.MatchString(e.ID), !strings.HasSuffix(e.ID, "/"+e.Sequence), !timeForm.MatchString(e.Time),
		!known, !journal.Type(typ).Known(), !severities[e.Severity], e.Subject == "",
		!strings.HasSuffix(topic, "/event/"+journal.Type(typ).Class()):
		t.Errorf("no event of the contract, on %s: %+v", topic, e)
	}
}

// TestDemoInterrupted: Ctrl-C ends it cleanly, whenever it comes. What is interrupted is run again in the same folder.
func TestDemoInterrupted(t *testing.T) {
	t.Parallel()
	for _, after := range []time.Duration{20 * time.Millisecond, 150 * time.Millisecond, 500 * time.Millisecond, 1500 * time.Millisecond} {
		t.Run(fmt.Sprint(after), func(t *testing.T) {
			t.Parallel()
			d := startDemo(t)
			await(t, "the folder", 10*time.Second, func() bool { // before it is there, the program may not have begun to listen
				_, err := os.Stat(d.root + "/cwd/demo")
				return err == nil
			})
			time.Sleep(after)
			_ = d.cmd.Process.Signal(syscall.SIGINT)
			d.ends(20 * time.Second)
		})
	}
}

// TestDemoRefuses: a folder that is somebody else's stays as it is, and a port in use is named with the way out.
func TestDemoRefuses(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "mine"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	addr := freeAddr(t)
	if _, err := run([]string{"KIDOBAN_MQTT=" + addr, "KIDOBAN_CONSOLE=" + freeAddr(t)}, "", program("kidoban"), "demo", "--once", "--dir", dir); err == nil ||
		!strings.Contains(err.Error(), "--dir") {
		t.Errorf("another's folder: %v", err)
	}
	if readFile(t, filepath.Join(dir, "mine")) != "x" {
		t.Error("the file was touched")
	}
	c := newCentral(t, "--listen", addr)
	c.start()
	await(t, "the other broker listens", 10*time.Second, func() bool { return c.confirmed() == 0 && dials(addr) })
	if _, err := run([]string{"KIDOBAN_MQTT=" + addr, "KIDOBAN_CONSOLE=" + freeAddr(t)}, "", program("kidoban"), "demo", "--once", "--dir", t.TempDir()); err == nil ||
		!strings.Contains(err.Error(), "KIDOBAN_MQTT") {
		t.Errorf("a port in use: %v", err)
	}
}
