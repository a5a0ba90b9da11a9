package broker_test

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"kidoban/controller/broker"
	"kidoban/controller/identity"
	"kidoban/controller/outbox/link"
	"kidoban/controller/outbox/outboxtest"
)

func lost(t *testing.T, l *link.Link) error {
	t.Helper()
	select {
	case <-l.Lost():
		return l.Why()
	case <-time.After(20 * time.Second):
		t.Fatal("the link lives on")
		return nil
	}
}

func alive(t *testing.T, l *link.Link, topic string) {
	t.Helper()
	before := l.Acknowledged()
	l.Out() <- link.Message{Topic: topic, Payload: []byte("{}")}
	outboxtest.Await(t, "acknowledged", func() bool { return l.Acknowledged() > before })
}

// A door's certificate is replaced while it is connected, first by nonsense: it goes on with the old one, through another
// connection too, and comes again by itself with the new one.
func TestADoorsCertificateIsRenewed(t *testing.T) {
	y := newYard(t, broker.Limits{})
	door := identity.Identity{Role: identity.Door, Site: "maizuru", Name: "main-ctl"}
	old := y.Issue("main-ctl", door, time.Now(), time.Hour)
	var said text
	cfg := y.config("main-ctl", door.String()).Remember(slog.New(slog.NewTextHandler(&said, nil)))
	open := func() *link.Link {
		t.Helper()
		l, err := link.Open(context.Background(), cfg, nil, door.Topic()+"ack")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(l.Close)
		return l
	}
	first := open()
	alive(t, first, door.Topic()+"batch")
	for _, broken := range []string{"nonsense", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", string(old.PEM[:len(old.PEM)/2])} {
		before := strings.Count(said.String(), "are not used")
		y.Write("main-ctl.pem", []byte(broken))
		outboxtest.Await(t, "said that the new file is broken", func() bool { return strings.Count(said.String(), "are not used") > before })
		alive(t, first, door.Topic()+"batch")
	}
	y.Issue("past", door, time.Now().Add(-48*time.Hour), time.Hour)
	copyFile(t, y, "past", "main-ctl")
	outboxtest.Await(t, "said that the new one has run out", func() bool { return strings.Contains(said.String(), "it ran out") })
	second := open() // takes over, with the old certificate
	lost(t, first)
	alive(t, second, door.Topic()+"batch")

	y.Issue("main-ctl", door, time.Now(), 2*time.Hour)
	if why := lost(t, second); !errors.Is(why, link.ErrRenewed) {
		t.Errorf("lost for %v", why)
	}
	third := open()
	y.revoke(old.Serial) // it is used no more
	alive(t, third, door.Topic()+"batch")
	if own, shown := third.Certificates(); own == nil || shown == nil || shown.Subject.OrganizationalUnit[0] != "broker" {
		t.Errorf("certificates %v %v", own, shown)
	}
}

func copyFile(t *testing.T, y *yard, from, to string) {
	t.Helper()
	for _, end := range []string{".key", ".pem"} {
		y.Write(to+end, read(t, y.Path(from+end)))
	}
}

// The broker's certificate and then the authority itself are replaced while doors are connected; at no time is a door with
// the old and a door with the new certificate not let in, until the old authority is retired.
func TestBrokerAndAuthorityAreRenewed(t *testing.T) {
	y := newYard(t, broker.Limits{})
	a, b := y.Enrol(identity.Door, "main-ctl"), y.Enrol(identity.Door, "north-ctl")
	long := y.config("main-ctl", a.String())
	long.Look = time.Hour
	first, err := link.Open(context.Background(), long, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(first.Close)
	_, before := first.Certificates()
	y.Enrol(identity.Broker, "broker")
	second := y.open("north-ctl", b.String(), nil)
	if _, after := second.Certificates(); after.SerialNumber.Cmp(before.SerialNumber) == 0 {
		t.Error("the broker shows the old certificate")
	}
	alive(t, first, a.Topic()+"batch") // whoever is connected stays so

	y.Write("broker.pem", []byte("nonsense"))
	y.open("north-ctl", b.String(), nil)
	outboxtest.Await(t, "the broker says so", func() bool { return strings.Contains(y.log.String(), "are not used") })
	y.Enrol(identity.Broker, "broker")

	y.Renew() // the bundle has both now
	y.Enrol(identity.Broker, "broker")
	y.Enrol(identity.Door, "new-ctl")
	y.open("main-ctl", a.String(), nil)
	y.open("new-ctl", "kidoban/maizuru/new-ctl", nil)
	y.Retire()
	if _, err := link.Open(context.Background(), y.config("main-ctl", a.String()), nil, a.Topic()+"ack"); err == nil {
		t.Error("what the retired authority issued is let in")
	}
	y.refuses(broker.UnknownAuthority, 1)
	y.open("new-ctl", "kidoban/maizuru/new-ctl", nil)
}

// No ticket lets anybody in without showing a certificate again.
func TestNoSessionIsResumed(t *testing.T) {
	y := newYard(t, broker.Limits{})
	y.Enrol(identity.Door, "main-ctl")
	pair, err := tls.LoadX509KeyPair(y.Path("main-ctl.pem"), y.Path("main-ctl.key"))
	if err != nil {
		t.Fatal(err)
	}
	cfg := &tls.Config{Certificates: []tls.Certificate{pair}, InsecureSkipVerify: true, ClientSessionCache: tls.NewLRUClientSessionCache(4)}
	for range 2 {
		c, err := tls.Dial("tcp", y.broker.Address(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		_ = c.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
		_, _ = c.Read(make([]byte, 1)) // a ticket would come now
		if c.ConnectionState().DidResume {
			t.Error("resumed")
		}
		c.Close()
	}
}
