// Package notifytest gives tests what notices are sent to: a real mail server (aiosmtpd), a real syslog server (rsyslog), and
// certificates for them. A server that is missing fails the test and says the package.
package notifytest

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	_ "embed"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/alarm"
	"kidoban/controller/journal"
	"kidoban/controller/notify"
	"kidoban/device"
)

// Certificates are files of an authority and of a server of 127.0.0.1 that it has signed.
type Certificates struct{ CA, Cert, Key string }

// NewCertificates makes them.
func NewCertificates(t testing.TB) Certificates {
	t.Helper()
	dir := t.TempDir()
	c := Certificates{dir + "/ca.pem", dir + "/server.pem", dir + "/server.key"}
	ca := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test authority"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(24 * time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	caKey := newKey(t)
	server := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "127.0.0.1"}, NotBefore: ca.NotBefore, NotAfter: ca.NotAfter,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, DNSNames: []string{"localhost"}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	key := newKey(t)
	write(t, c.CA, "CERTIFICATE", must(x509.CreateCertificate(rand.Reader, ca, ca, caKey.Public(), caKey))(t))
	write(t, c.Cert, "CERTIFICATE", must(x509.CreateCertificate(rand.Reader, server, ca, key.Public(), caKey))(t))
	write(t, c.Key, "PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(key))(t))
	return c
}

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	return must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))(t)
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func write(t testing.TB, path, kind string, der []byte) {
	t.Helper()
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Secret is a file with one secret line.
func Secret(t testing.TB, line string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte(line+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Notices are n notices of real entries, from sequence first on.
func Notices(t testing.TB, first, n int) (all []notify.Notice) {
	t.Helper()
	types := []journal.Type{journal.AccessGranted, journal.AccessDenied, journal.DoorForced, journal.AlarmRaised}
	for i := first; i < first+n; i++ {
		typ := types[i%len(types)]
		e := journal.Entry{At: device.Instant{Wall: time.Date(2026, 4, 1, 9, 0, i, 0, access.JST)}, Synced: i%2 == 0, Type: typ,
			Severity: alarm.Severity(typ), Subject: "door/room/entry", Data: journal.Data{Door: "room", Direction: "entry", Person: fmt.Sprintf("p-%d", i)}}
		if typ == journal.AlarmRaised {
			e.Severity, e.Data.Alarm = journal.Alert, "door.forced/room/mnfa4nps"
		}
		o := journal.Origin{Site: "maizuru", Controller: "main-ctl", Journal: "5f3a91c0", Boot: "b0", Zone: access.JST}
		payload := must(e.Seal(nil, o, uint64(i), [16]byte{byte(i)}))(t)
		all = append(all, notify.Notice{ID: notify.ID(notify.EntryID(o.Controller, o.Journal, uint64(i)), "x", 0), Recipient: "x", Kind: notify.Told,
			Made: e.At.Wall, Entry: payload, Alarm: e.Data.Alarm})
	}
	return all
}

// Server is a program that listens at Addr and appends what it gets to a file.
type Server struct {
	t       testing.TB
	Addr    string
	file    string
	command func() *exec.Cmd
	mu      sync.Mutex
	running *exec.Cmd
	said    bytes.Buffer
}

func newServer(t testing.TB, program, debian string) *Server {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		t.Fatalf("%v: install the Debian package %s", err, debian)
	}
	l := must(net.Listen("tcp", "127.0.0.1:0"))(t)
	defer l.Close()
	return &Server{t: t, Addr: l.Addr().String(), file: filepath.Join(t.TempDir(), "got")}
}

// Start starts it, again after a Kill, and waits until it listens.
func (s *Server) Start() {
	s.t.Helper()
	c := s.command()
	c.Stdout, c.Stderr = &s.said, &s.said
	if err := c.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.mu.Lock()
	s.running = c
	s.mu.Unlock()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		conn, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", s.Addr)
		if err == nil {
			conn.Close()
			return
		}
		if time.Now().After(end) {
			s.Kill()
			s.t.Fatalf("%s does not listen: %s", c.Path, s.said.String())
		}
	}
}

// Kill kills it.
func (s *Server) Kill() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running != nil {
		_ = s.running.Process.Kill()
		_ = s.running.Wait()
		s.running = nil
	}
}

// Lines are what it has written.
func (s *Server) Lines() []string {
	b, err := os.ReadFile(s.file)
	if err != nil || len(b) == 0 {
		return nil
	}
	return strings.Split(strings.TrimRight(string(b), "\n"), "\n")
}

// Refuse makes a mail server refuse for a while what it is given.
func (s *Server) Refuse(on bool) {
	s.t.Helper()
	if !on {
		_ = os.Remove(s.file + ".refuse")
	} else if err := os.WriteFile(s.file+".refuse", nil, 0o600); err != nil {
		s.t.Fatal(err)
	}
}

//go:embed smtpd.py
var smtpd []byte

// Mail is one message that a mail server got.
type Mail struct {
	From  string   `json:"from"`
	To    []string `json:"to"`
	TLS   bool     `json:"tls"`
	Login bool     `json:"login"`
	Data  string   `json:"data"`
}

// StartMail starts a mail server that wants TLS from the first byte (implicit) or STARTTLS, and the name kidoban with the
// password "correct horse".
func StartMail(t testing.TB, c Certificates, implicit bool) *Server {
	t.Helper()
	s := newServer(t, "aiosmtpd", "python3-aiosmtpd")
	script := filepath.Join(t.TempDir(), "smtpd.py")
	if err := os.WriteFile(script, smtpd, 0o600); err != nil {
		t.Fatal(err)
	}
	mode := map[bool]string{true: "implicit", false: "starttls"}[implicit]
	_, port, _ := net.SplitHostPort(s.Addr)
	s.command = func() *exec.Cmd { return exec.Command("/usr/bin/python3", script, port, c.Cert, c.Key, s.file, mode) }
	t.Cleanup(s.Kill)
	s.Start()
	return s
}

// Mails are what a mail server has taken.
func (s *Server) Mails() (all []Mail) {
	s.t.Helper()
	for _, line := range s.Lines() {
		var m Mail
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			s.t.Fatal(err)
		}
		all = append(all, m)
	}
	return all
}

const rsyslog = `
global(workDirectory="%[1]s" defaultNetstreamDriverCAFile="%[2]s" defaultNetstreamDriverCertFile="%[3]s" defaultNetstreamDriverKeyFile="%[4]s" maxMessageSize="64k")
module(load="imtcp" StreamDriver.Name="gtls" StreamDriver.Mode="1" StreamDriver.AuthMode="anon")
input(type="imtcp" address="127.0.0.1" port="%[5]s")
template(name="whole" type="string" string="%%rawmsg%%\n")
action(type="omfile" file="%[6]s" template="whole" flushOnTXEnd="on" asyncWriting="off")
`

// StartSyslog starts a syslog server that speaks TLS, and writes each message as it came.
func StartSyslog(t testing.TB, c Certificates) *Server {
	t.Helper()
	s := newServer(t, "rsyslogd", "rsyslog and rsyslog-gnutls")
	dir := t.TempDir()
	conf := filepath.Join(dir, "rsyslog.conf")
	_, port, _ := net.SplitHostPort(s.Addr)
	if err := os.WriteFile(conf, fmt.Appendf(nil, rsyslog, dir, c.CA, c.Cert, c.Key, port, s.file), 0o600); err != nil {
		t.Fatal(err)
	}
	s.command = func() *exec.Cmd { return exec.Command("rsyslogd", "-n", "-f", conf, "-i", filepath.Join(dir, "pid")) }
	t.Cleanup(s.Kill)
	s.Start()
	return s
}
