package broker_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/pem"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"kidoban/controller/broker"
	"kidoban/controller/identity"
	"kidoban/controller/identity/identitytest"
	"kidoban/controller/outbox/link"
	"kidoban/controller/outbox/outboxtest"
)

// text is a log that tests read while it is written.
type text struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (x *text) Write(p []byte) (int, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.b.Write(p)
}

func (x *text) String() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.b.String()
}

// yard is a broker with TLS, its authority, and a deny list.
type yard struct {
	t *testing.T
	*identitytest.Authority
	broker  *broker.Broker
	files   *identity.Files
	log     text
	mu      sync.Mutex
	revoked []string
	asked   int // how often the broker asked for them
}

// revoke takes a certificate back and waits until the broker knows.
func (y *yard) revoke(serial string) {
	y.t.Helper()
	y.mu.Lock()
	y.revoked = append(y.revoked, serial)
	before := y.asked
	y.mu.Unlock()
	outboxtest.Await(y.t, "asked for the deny list", func() bool {
		y.mu.Lock()
		defer y.mu.Unlock()
		return y.asked > before+1
	})
}

func newYard(t *testing.T, limits broker.Limits) *yard {
	t.Helper()
	y := &yard{t: t, Authority: identitytest.New(t)}
	y.Enrol(identity.Broker, "broker")
	log := slog.New(slog.NewTextHandler(&y.log, nil))
	y.files = identity.NewFiles(y.CA(), y.Path("broker.pem"), y.Path("broker.key"), log)
	b, err := broker.New(broker.Config{
		Listen: "127.0.0.1:0", Files: y.files, Log: log, Limits: limits,
		Policy: broker.Policy{HomeAssistant: true, Sites: []string{"ayabe"}}, Inside: identity.Identity{Role: identity.Central, Site: "maizuru", Name: "central"},
		Revoked: func(context.Context) ([]string, error) {
			y.mu.Lock()
			defer y.mu.Unlock()
			y.asked++
			return append([]string(nil), y.revoked...), nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	y.broker = b
	run(t, b)
	return y
}

// run serves until the test ends.
func run(t *testing.T, b *broker.Broker) {
	ctx, cancel := context.WithCancel(context.Background())
	var work sync.WaitGroup
	work.Go(func() {
		if err := b.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() { cancel(); work.Wait() })
}

// config is how file's holder connects.
func (y *yard) config(file, id string) link.Config {
	return link.Config{Broker: "tls://" + y.broker.Address(), CA: y.CA(), Cert: y.Path(file + ".pem"), Key: y.Path(file + ".key"), ClientID: id,
		Timeout: 5 * time.Second, Look: 20 * time.Millisecond}
}

func (y *yard) open(file, id string, will *link.Message, filters ...string) *link.Link {
	y.t.Helper()
	l, err := link.Open(context.Background(), y.config(file, id), will, filters...)
	if err != nil {
		y.t.Fatal(err)
	}
	y.t.Cleanup(l.Close)
	return l
}

// inside is the central log's own connection.
func (y *yard) inside(filters ...string) *link.Link {
	y.t.Helper()
	l, err := link.Open(context.Background(), link.Config{Dial: y.broker.Dial, ClientID: "kidoban/maizuru/central", Timeout: 5 * time.Second}, nil, filters...)
	if err != nil {
		y.t.Fatal(err)
	}
	y.t.Cleanup(l.Close)
	return l
}

// refuses waits until why was counted n times, and the log names it.
func (y *yard) refuses(why broker.Refusal, n int64) {
	y.t.Helper()
	outboxtest.Await(y.t, string(why), func() bool { return y.broker.Refused()[why] >= n })
	outboxtest.Await(y.t, string(why)+" in the log", func() bool { return strings.Contains(y.log.String(), "why="+string(why)) })
}

func TestWhoIsNotLetIn(t *testing.T) {
	y := newYard(t, broker.Limits{Handshake: 500 * time.Millisecond})
	door := y.Enrol(identity.Door, "main-ctl")
	now := time.Now()
	y.Issue("past", door, now.Add(-48*time.Hour), time.Hour)
	y.Issue("future", door, now.Add(48*time.Hour), time.Hour)
	lost := y.Issue("lost", door, now, time.Hour)
	y.revoke(lost.Serial)
	other := identitytest.New(t)
	other.Enrol(identity.Door, "main-ctl")
	other.Issue("self", door, now, time.Hour)
	id := door.String()

	with := func(cert string, change func(*link.Config)) link.Config {
		c := y.config(cert, id)
		if change != nil {
			change(&c)
		}
		return c
	}
	foreign := func(c *link.Config) { c.Cert, c.Key = other.Path("main-ctl.pem"), other.Path("main-ctl.key") }
	for _, x := range []struct {
		why broker.Refusal
		how link.Config
	}{
		{broker.NoCertificate, with("main-ctl", func(c *link.Config) { c.Cert, c.Key = "", "" })},
		{broker.UnknownAuthority, with("main-ctl", foreign)},
		{broker.Expired, with("past", nil)},
		{broker.NotYetValid, with("future", nil)},
		{broker.Revoked, with("lost", nil)},
		{broker.NoIdentity, with("broker", nil)},
		{broker.ForeignClientID, with("main-ctl", func(c *link.Config) { c.ClientID = "kidoban/maizuru/north-ctl" })},
		{broker.ForeignClientID, with("main-ctl", func(c *link.Config) { c.ClientID = id + "x" })},
		{broker.ForeignClientID, with("main-ctl", func(c *link.Config) { c.ClientID = "" })},
	} {
		before := y.broker.Refused()[x.why]
		if l, err := link.Open(context.Background(), x.how, nil, door.Topic()+"ack"); err == nil {
			l.Close()
			t.Errorf("%s: let in", x.why)
		}
		y.refuses(x.why, before+1)
	}
	y.open("main-ctl", id, nil, door.Topic()+"ack") // and the right one comes in
}

func TestWhoSpeaksNoTLS13(t *testing.T) {
	y := newYard(t, broker.Limits{Handshake: 300 * time.Millisecond})
	y.Enrol(identity.Door, "main-ctl")
	pair, err := tls.LoadX509KeyPair(y.Path("main-ctl.pem"), y.Path("main-ctl.key"))
	if err != nil {
		t.Fatal(err)
	}
	if c, err := tls.Dial("tcp", y.broker.Address(), &tls.Config{MaxVersion: tls.VersionTLS12, Certificates: []tls.Certificate{pair}, InsecureSkipVerify: true}); err == nil {
		c.Close()
		t.Error("TLS 1.2 is let in")
	}
	y.refuses(broker.OldTLS, 1)

	plain := dial(t, y)
	fmt.Fprint(plain, "\x10\x10\x00\x04MQTT\x04\x02\x00\x3c\x00\x04door")
	y.refuses(broker.NotTLS, 1)
	if n, _ := plain.Read(make([]byte, 1)); n > 0 && y.broker.Refused()[broker.NotTLS] == 0 {
		t.Error("plain MQTT is answered")
	}
	slow := dial(t, y)
	fmt.Fprint(slow, "\x16\x03\x01")
	y.refuses(broker.Slow, 1)
	gone := dial(t, y)
	gone.Close()
	y.refuses(broker.Gone, 1)
	dial(t, y).Write(bytes.Repeat([]byte{0x16, 3, 1, 0, 5, 9, 9, 9, 9, 9}, 100))
	y.refuses(broker.BadHandshake, 1)
}

func dial(t *testing.T, y *yard) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", y.broker.Address())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// A handshake that is well and then nothing: the first packet has its time, too.
func TestSilenceAfterTheHandshake(t *testing.T) {
	y := newYard(t, broker.Limits{Handshake: 300 * time.Millisecond})
	y.Enrol(identity.Door, "main-ctl")
	pair, err := tls.LoadX509KeyPair(y.Path("main-ctl.pem"), y.Path("main-ctl.key"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := tls.Dial("tcp", y.broker.Address(), &tls.Config{Certificates: []tls.Certificate{pair}, InsecureSkipVerify: true})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprint(c, "\x10") // the beginning of a CONNECT
	if _, err := c.Read(make([]byte, 1)); err == nil {
		t.Error("the broker speaks first")
	}
}

func TestRevokedWhileConnected(t *testing.T) {
	y := newYard(t, broker.Limits{})
	door := identity.Identity{Role: identity.Door, Site: "maizuru", Name: "main-ctl"}
	made := y.Issue("main-ctl", door, time.Now(), time.Hour)
	y.Enrol(identity.Door, "north-ctl")
	l := y.open("main-ctl", door.String(), nil)
	n := y.open("north-ctl", "kidoban/maizuru/north-ctl", nil)
	y.revoke(made.Serial)
	outboxtest.Await(t, "disconnected", func() bool {
		select {
		case <-l.Lost():
			return true
		default:
			return false
		}
	})
	y.refuses(broker.Revoked, 1)
	if _, err := link.Open(context.Background(), y.config("main-ctl", door.String()), nil); err == nil {
		t.Error("let in again")
	}
	select {
	case <-n.Lost():
		t.Error("another was disconnected, too")
	default:
	}
}

func TestOneTakesOverFromItselfAlone(t *testing.T) {
	y := newYard(t, broker.Limits{})
	a, b := y.Enrol(identity.Door, "main-ctl"), y.Enrol(identity.Door, "north-ctl")
	first := y.open("main-ctl", a.String(), nil)
	other := y.open("north-ctl", b.String(), nil)
	if _, err := link.Open(context.Background(), y.config("north-ctl", a.String()), nil); err == nil {
		t.Error("another took the id")
	}
	second := y.open("main-ctl", a.String(), nil)
	<-first.Lost()
	for name, l := range map[string]*link.Link{"the other": other, "the second": second} {
		select {
		case <-l.Lost():
			t.Errorf("%s is gone: %v", name, l.Why())
		default:
		}
	}
}

func TestWhatAConnectionMayNotAskFor(t *testing.T) {
	y := newYard(t, broker.Limits{PerIdentity: 2})
	a := y.Enrol(identity.Door, "main-ctl")
	y.Enrol(identity.Reader, "logger")
	if _, err := link.Open(context.Background(), y.config("main-ctl", a.String()), &link.Message{Topic: "kidoban/v1/maizuru/north-ctl/status", Payload: []byte("x")}); err == nil {
		t.Error("another's will is taken")
	}
	y.refuses(broker.ForbiddenWill, 1)
	if _, err := link.Open(context.Background(), y.config("main-ctl", a.String()), nil, "kidoban/v1/maizuru/+/ack"); err == nil {
		t.Error("another's ack is read")
	}
	y.refuses(broker.ForbiddenFilter, 1)
	endless := y.config("main-ctl", a.String())
	endless.KeepAlive = time.Hour
	if _, err := link.Open(context.Background(), endless, nil); err == nil {
		t.Error("a keep-alive of an hour is taken")
	}
	y.refuses(broker.ForbiddenSession, 1)
	l := y.open("main-ctl", a.String(), nil)
	l.Out() <- link.Message{Topic: a.Topic() + "event/access", Payload: []byte("{}"), Retained: true}
	<-l.Lost()
	y.refuses(broker.ForbiddenRetain, 1)
	y.open("main-ctl", a.String()+"/a", nil)
	y.open("main-ctl", a.String()+"/b", nil)
	if _, err := link.Open(context.Background(), y.config("main-ctl", a.String()+"/c"), nil); err == nil {
		t.Error("a third connection of one identity")
	}
	y.refuses(broker.Crowded, 1)
	y.open("logger", "kidoban/maizuru/logger", nil) // others are not crowded out by it
}

func TestACertificateOfUnknownForm(t *testing.T) {
	y := newYard(t, broker.Limits{})
	c := y.Issue("odd", identity.Identity{Role: identity.Door, Site: "maizuru", Name: "odd"}, time.Now(), time.Hour)
	block, _ := pem.Decode(c.PEM)
	block.Bytes[len(block.Bytes)-1] ^= 1 // the signature
	y.Write("odd.pem", pem.EncodeToMemory(block))
	if _, err := link.Open(context.Background(), y.config("odd", "kidoban/maizuru/odd"), nil); err == nil {
		t.Error("a forged certificate is believed")
	}
	y.refuses(broker.UnknownAuthority, 1)
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
