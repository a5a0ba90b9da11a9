// Package linktest gives tests a real broker that can be killed, wiped and starved, and a network that can be cut.
package linktest

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// Mosquitto is Debian's broker on a free port of its own, with its queue kept in a directory of the test.
type Mosquitto struct {
	t    testing.TB
	dir  string
	port int
	cmd  *exec.Cmd
}

// StartMosquitto starts one with further lines of configuration; a listener among them takes the place of the plain one,
// and must use Port's number, which stands for PORT. The test fails if mosquitto is not installed.
func StartMosquitto(t testing.TB, lines ...string) *Mosquitto {
	t.Helper()
	if _, err := find(); err != nil {
		t.Fatal("install mosquitto: the real broker is part of this test")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	m := &Mosquitto{t: t, dir: t.TempDir(), port: l.Addr().(*net.TCPAddr).Port}
	l.Close()
	conf := strings.Join(lines, "\n")
	if !strings.Contains(conf, "listener ") {
		conf = "listener PORT 127.0.0.1\n" + conf
	}
	if !strings.Contains(conf, "allow_anonymous") {
		conf += "\nallow_anonymous true"
	}
	conf = strings.ReplaceAll(conf, "PORT", fmt.Sprint(m.port)) +
		"\nuser root\npersistence true\npersistence_location " + m.dir + "/\nautosave_interval 1\n"
	if err := os.WriteFile(m.dir+"/mosquitto.conf", []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	m.Start()
	t.Cleanup(m.Kill)
	return m
}

func find() (string, error) {
	if p, err := exec.LookPath("mosquitto"); err == nil {
		return p, nil
	}
	return exec.LookPath("/usr/sbin/mosquitto")
}

// Port is its port on 127.0.0.1.
func (m *Mosquitto) Port() int { return m.port }

// URL is where plain MQTT is spoken.
func (m *Mosquitto) URL() string { return fmt.Sprintf("tcp://127.0.0.1:%d", m.port) }

// Start starts it, after Kill again.
func (m *Mosquitto) Start() {
	m.t.Helper()
	path, err := find()
	if err != nil {
		m.t.Fatal(err)
	}
	out, err := os.OpenFile(m.dir+"/log", os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		m.t.Fatal(err)
	}
	defer out.Close()
	m.cmd = exec.Command(path, "-c", m.dir+"/mosquitto.conf")
	m.cmd.Stdout, m.cmd.Stderr = out, out
	if err := m.cmd.Start(); err != nil {
		m.t.Fatal(err)
	}
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", m.port)); err == nil {
			c.Close()
			return
		}
	}
	b, _ := os.ReadFile(m.dir + "/log")
	m.t.Fatalf("mosquitto does not start: %s", b)
}

// Kill ends it with SIGKILL.
func (m *Mosquitto) Kill() {
	if m.cmd == nil {
		return
	}
	_ = m.cmd.Process.Kill()
	_ = m.cmd.Wait()
	m.cmd = nil
}

// Reload has it read its files again.
func (m *Mosquitto) Reload() {
	m.t.Helper()
	if err := m.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		m.t.Fatal(err)
	}
}

// Wipe removes what it kept: sessions, queues, retained messages.
func (m *Mosquitto) Wipe() {
	m.t.Helper()
	found, _ := filepath.Glob(m.dir + "/*.db*")
	for _, f := range found {
		if err := os.Remove(f); err != nil {
			m.t.Fatal(err)
		}
	}
}

// Proxy is a network between a client and a broker.
type Proxy struct {
	listener net.Listener
	to       string
	stalled  atomic.Bool
	delay    atomic.Int64
	mu       sync.Mutex
	conns    map[net.Conn]bool
	work     sync.WaitGroup
}

// StartProxy begins to carry to address to.
func StartProxy(t testing.TB, to string) *Proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{listener: l, to: to, conns: map[net.Conn]bool{}}
	p.work.Add(1)
	go p.accept()
	t.Cleanup(func() {
		l.Close()
		p.Cut()
		p.work.Wait()
	})
	return p
}

// URL is where a client reaches it.
func (p *Proxy) URL() string { return "tcp://" + p.listener.Addr().String() }

// Stall stops carrying on all connections, which stay open: half-open, as after a power loss of the peer. A connection
// made meanwhile is accepted and not served.
func (p *Proxy) Stall(on bool) { p.stalled.Store(on) }

// Slow delays every chunk to the broker by d.
func (p *Proxy) Slow(d time.Duration) { p.delay.Store(int64(d)) }

// Cut closes all connections.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		c.Close()
	}
}

// Open counts the connections.
func (p *Proxy) Open() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.conns) / 2
}

func (p *Proxy) accept() {
	defer p.work.Done()
	for {
		c, err := p.listener.Accept()
		if err != nil {
			return
		}
		b, err := net.Dial("tcp", p.to)
		if err != nil {
			c.Close()
			continue
		}
		p.mu.Lock()
		p.conns[c], p.conns[b] = true, true
		p.mu.Unlock()
		p.work.Add(2)
		go p.carry(b, c, true)
		go p.carry(c, b, false)
	}
}

func (p *Proxy) carry(dst, src net.Conn, slow bool) {
	defer p.work.Done()
	defer func() {
		dst.Close()
		src.Close()
		p.mu.Lock()
		delete(p.conns, src)
		p.mu.Unlock()
	}()
	buf := make([]byte, 4096)
	for {
		n, err := src.Read(buf)
		for p.stalled.Load() && p.alive(src) {
			time.Sleep(5 * time.Millisecond)
		}
		if slow {
			time.Sleep(time.Duration(p.delay.Load()))
		}
		if n > 0 {
			if _, werr := dst.Write(buf[:n]); werr != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// alive reports whether src is still open at this end: setting a deadline on a closed connection fails.
func (p *Proxy) alive(src net.Conn) bool { return src.SetReadDeadline(time.Time{}) == nil }
