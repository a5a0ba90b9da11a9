package bench_test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"kidoban/controller/desk"
)

// programs builds the three programs and the minimal daemon once.
func programs(t *testing.T, dir string) string {
	t.Helper()
	bin := filepath.Join(dir, "bin")
	if _, err := os.Stat(bin); err == nil {
		return bin
	}
	if err := os.Mkdir(bin, 0o700); err != nil {
		t.Fatal(err)
	}
	args := []string{"build", "-o", bin}
	if !*full {
		args = append(args, "-ldflags=-s -w") // linked sooner
	}
	args = append(args, "../../cmd/kidoband", "../../cmd/kidoban", "../../cmd/kidobanlog", "./testdata/minimal")
	if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return bin
}

// process is a started program.
type process struct {
	t    *testing.T
	cmd  *exec.Cmd
	says bytes.Buffer
	done bool
}

func launch(t *testing.T, path string, args ...string) *process {
	t.Helper()
	p := &process{t: t, cmd: exec.Command(path, args...)}
	p.cmd.Stderr = &p.says
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.end)
	return p
}

// end asks it to end and waits.
func (p *process) end() {
	if p.done {
		return
	}
	p.done = true
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	late := time.AfterFunc(20*time.Second, func() { _ = p.cmd.Process.Kill() })
	defer late.Stop()
	if err := p.cmd.Wait(); err != nil {
		p.t.Errorf("%s: %v\n%s", filepath.Base(p.cmd.Path), err, p.says.String())
	}
}

// ready waits until GET /status is answered on a socket.
func (p *process) ready(socket string) *desk.Client {
	p.t.Helper()
	client := desk.Dial(socket)
	for end := time.Now().Add(time.Minute); ; time.Sleep(200 * time.Microsecond) {
		var any map[string]any
		err := client.Get(context.Background(), "status", nil, &any)
		if err == nil {
			return client
		}
		if time.Now().After(end) {
			p.t.Fatalf("%s does not answer: %v", filepath.Base(p.cmd.Path), err)
		}
	}
}

// central is a central log of a run: kidobanlog with its own broker.
type central struct{ broker, key string }

// follow starts kidobanlog for a site's journal.
func follow(t *testing.T, bin, dir string, s *site) central {
	t.Helper()
	at := []string{"--data", filepath.Join(dir, "data"), "--keys", filepath.Join(dir, "keys")}
	say := func(args ...string) string {
		c := exec.Command(filepath.Join(bin, "kidobanlog"), append(at, args...)...)
		out, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("kidobanlog %s: %v\n%s", args[0], err, out)
		}
		return strings.TrimSpace(string(out))
	}
	c := central{broker: free(t), key: say("init")}
	say("pin", s.keys.Public())
	launch(t, filepath.Join(bin, "kidobanlog"), append(at, "serve", "--log", "error", "--listen", c.broker)...)
	wait(t, "tcp", c.broker)
	return c
}

// wait waits until somebody listens.
func wait(t *testing.T, network, address string) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		conn, err := net.Dial(network, address)
		if err == nil {
			conn.Close()
			return
		}
		if time.Now().After(end) {
			t.Fatal(err)
		}
	}
}

// free is a loopback address on which nobody listens.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// memory reads resident memory, now and at most, in bytes.
func (p *process) memory() (now, most int64) {
	p.t.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		p.t.Fatal(err)
	}
	for _, l := range strings.Split(string(b), "\n") {
		var kb int64
		switch {
		case scan(l, "VmRSS: %d kB", &kb):
			now = kb << 10
		case scan(l, "VmHWM: %d kB", &kb):
			most = kb << 10
		}
	}
	return now, most
}

func scan(line, form string, to *int64) bool {
	n, _ := fmt.Sscanf(line, form, to)
	return n == 1
}
