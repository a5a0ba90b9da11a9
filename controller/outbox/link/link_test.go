package link_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"kidoban/controller/outbox/link"
	"kidoban/controller/outbox/link/linktest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestPlainMQTTIsForLoopbackAlone(t *testing.T) {
	for broker, want := range map[string]string{
		"tcp://127.0.0.1:1883":          "",
		"tcp://127.9.9.9:1883":          "",
		"tcp://[::1]:1883":              "",
		"tcp://localhost:1883":          "",
		"tls://192.0.2.1:8883":          "",
		"tcp://192.0.2.1:1883":          "use tls://",
		"tcp://0.0.0.0:1883":            "use tls://",
		"tcp://[::ffff:192.0.2.1]:1883": "use tls://",
		"tcp://127.0.0.1":               "scheme://host:port",
		"tcp://u:p@127.0.0.1:1883":      "scheme://host:port",
		"mqtt://127.0.0.1:1883":         "want tls://",
		"ws://127.0.0.1:1883":           "want tls://",
		"127.0.0.1:1883":                "broker address",
		"":                              "want tls://",
	} {
		err := link.Config{Broker: broker}.Check()
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: got %v, want %q", broker, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "u:p") {
			t.Errorf("the password shows: %v", err)
		}
	}
}

// authority makes certificates.
type authority struct {
	t    *testing.T
	dir  string
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) *authority {
	a := &authority{t: t, dir: t.TempDir()}
	a.cert, a.key = a.issue("ca", &x509.Certificate{IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}, nil, nil)
	a.issue("server", &x509.Certificate{IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}, a.cert, a.key)
	a.issue("door", &x509.Certificate{}, a.cert, a.key)
	return a
}

func (a *authority) issue(name string, c, parent *x509.Certificate, by *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey) {
	a.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	c.SerialNumber, c.Subject = big.NewInt(time.Now().UnixNano()), pkix.Name{CommonName: name}
	c.NotBefore, c.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	if parent == nil {
		parent, by = c, key
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, key.Public(), by)
	if err != nil {
		a.t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		a.t.Fatal(err)
	}
	a.write(name+".pem", "CERTIFICATE", der)
	a.write(name+".key", "PRIVATE KEY", private)
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		a.t.Fatal(err)
	}
	return parsed, key
}

func (a *authority) write(name, kind string, der []byte) {
	a.t.Helper()
	if err := os.WriteFile(a.path(name), pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		a.t.Fatal(err)
	}
}

func (a *authority) path(name string) string { return filepath.Join(a.dir, name) }

func TestTLSWithClientCertificate(t *testing.T) {
	a := newAuthority(t)
	m := linktest.StartMosquitto(t, "listener PORT 127.0.0.1", "cafile "+a.path("ca.pem"), "certfile "+a.path("server.pem"),
		"keyfile "+a.path("server.key"), "require_certificate true", "tls_version tlsv1.3")
	good := link.Config{Broker: fmt.Sprintf("tls://127.0.0.1:%d", m.Port()), CA: a.path("ca.pem"), Cert: a.path("door.pem"), Key: a.path("door.key"), ClientID: "door", Timeout: 3 * time.Second}
	l, err := link.Open(context.Background(), good, nil, "x/ack")
	if err != nil {
		t.Fatal(err)
	}
	l.Out() <- link.Message{Topic: "x/event", Payload: []byte("1")}
	<-l.Progress()
	l.Close()

	without := good
	without.Cert, without.Key = "", ""
	foreign := good
	foreign.CA = newAuthority(t).path("ca.pem")
	elsewhere := good
	elsewhere.Broker = fmt.Sprintf("tls://localhost:%d", m.Port()) // the certificate names 127.0.0.1 alone
	for name, c := range map[string]link.Config{"no client certificate": without, "foreign authority": foreign, "other name": elsewhere} {
		if l, err := link.Open(context.Background(), c, nil, "x/ack"); err == nil {
			l.Close()
			t.Errorf("%s: connected", name)
		}
	}
	half := good
	half.Key = ""
	if half.Check() == nil {
		t.Error("a certificate without its key passes")
	}
}

func TestTLSOlderThan13IsRefused(t *testing.T) {
	a := newAuthority(t)
	pair, err := tls.LoadX509KeyPair(a.path("server.pem"), a.path("server.key"))
	if err != nil {
		t.Fatal(err)
	}
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{pair}, MaxVersion: tls.VersionTLS12})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	done := make(chan struct{})
	go func() {
		defer close(done)
		c, err := l.Accept()
		if err == nil {
			_ = c.(*tls.Conn).Handshake()
			c.Close()
		}
	}()
	_, err = link.Open(context.Background(), link.Config{Broker: "tls://" + l.Addr().String(), CA: a.path("ca.pem"), Timeout: 3 * time.Second}, nil)
	if err == nil || !strings.Contains(err.Error(), "protocol version") {
		t.Errorf("got %v", err)
	}
	<-done
}

func TestPasswordFromFile(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{"right": "secret\n", "empty": "\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, ok := range map[string]bool{"right": true, "empty": false, "missing": false} {
		c := link.Config{Broker: "tcp://127.0.0.1:1883", Username: "door", Password: filepath.Join(dir, name), ClientID: "door"}
		if err := c.Check(); (err == nil) != ok {
			t.Errorf("%s: %v", name, err)
		} else if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("the password shows: %v", err)
		}
	}
}

// A message counts as acknowledged only with its PUBACK: what is in flight when the link is lost never does.
func TestALostLinkAcknowledgesNothing(t *testing.T) {
	m := linktest.StartMosquitto(t)
	proxy := linktest.StartProxy(t, strings.TrimPrefix(m.URL(), "tcp://"))
	l, err := link.Open(context.Background(), link.Config{Broker: proxy.URL(), ClientID: "door", Timeout: 2 * time.Second}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	proxy.Stall(true)
	for range 100 {
		l.Out() <- link.Message{Topic: "x", Payload: make([]byte, 100)}
	}
	proxy.Cut()
	<-l.Lost()
	time.Sleep(100 * time.Millisecond)
	if n := l.Acknowledged(); n != 0 {
		t.Errorf("%d acknowledged, want none", n)
	}
}

// A server that accepts and never answers costs one timeout.
func TestASilentServer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	began := time.Now()
	if _, err := link.Open(context.Background(), link.Config{Broker: "tcp://" + l.Addr().String(), Timeout: 300 * time.Millisecond}, nil); err == nil {
		t.Error("connected to a server that never answered")
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("took %v", took)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	if _, err := link.Open(ctx, link.Config{Broker: "tcp://" + l.Addr().String(), Timeout: 30 * time.Second}, nil); err == nil {
		t.Error("connected to a server that never answered")
	}
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("a cancelled opening took %v", took)
	}
}
