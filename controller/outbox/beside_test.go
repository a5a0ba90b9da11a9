package outbox_test

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/listeners"
	"github.com/mochi-mqtt/server/v2/packets"

	"kidoban/controller/outbox"
	"kidoban/controller/outbox/link"
	"kidoban/controller/outbox/outboxtest"
)

// TestBeside: what is for others is published retained at each connection, and again when they say "online", and only then.
func TestBeside(t *testing.T) {
	url := broker(t)
	_, pinned := key(t, "central")
	d := outboxtest.NewDoor(t, "main-ctl", pinned)
	p := join(t, url, "peer", "other/#")
	described := []byte(`{"device":"x"}`)
	d.Run(url, func(c *outbox.Config) {
		c.Pace.Beside = 20 * time.Millisecond
		c.Beside = outbox.Beside{Messages: []link.Message{{Topic: "other/device/config", Payload: described}}, Again: "other/status"}
	})
	outboxtest.Await(t, "the description", func() bool { return len(p.on("other/device/config")) > 0 })
	p.send("other/status", false, []byte("offline"))
	p.send("other/status", false, []byte("online"))
	outboxtest.Await(t, "it is described again", func() bool { return len(p.on("other/device/config")) > 1 })
	late := join(t, url, "late", "other/device/config")
	outboxtest.Await(t, "it is retained", func() bool {
		got := late.on("other/")
		return len(got) > 0 && bytes.Equal(got[0], described)
	})
}

// narrow admits everything but one beginning.
type narrow struct {
	*mqtt.HookBase
	not string
}

func (narrow) ID() string { return "narrow" }

func (narrow) Provides(b byte) bool { return b == mqtt.OnConnectAuthenticate || b == mqtt.OnACLCheck }

func (narrow) OnConnectAuthenticate(*mqtt.Client, packets.Packet) bool { return true }

func (n narrow) OnACLCheck(c *mqtt.Client, topic string, _ bool) bool {
	return strings.HasPrefix(c.ID, "peer") || !strings.HasPrefix(topic, n.not)
}

// refusing is a broker that does not admit the door to what begins so.
func refusing(t *testing.T, not string) string {
	t.Helper()
	s := mqtt.New(&mqtt.Options{Logger: slog.New(slog.DiscardHandler)})
	tcp := listeners.NewTCP(listeners.Config{ID: "tcp", Address: "127.0.0.1:0"})
	if err := errors.Join(s.AddHook(narrow{new(mqtt.HookBase), not}, nil), s.AddListener(tcp), s.Serve()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return "tcp://" + tcp.Address()
}

// TestBesideRefused: a broker that does not admit it carries the entries all the same.
func TestBesideRefused(t *testing.T) {
	url := refusing(t, "other/")
	_, pinned := key(t, "central")
	d := outboxtest.NewDoor(t, "main-ctl", pinned)
	p := join(t, url, "peer", prefix+"event/#", "other/device/#")
	d.Run(url, func(c *outbox.Config) {
		c.Beside = outbox.Beside{Messages: []link.Message{{Topic: "other/device/config", Payload: []byte("x")}}, Again: "other/status"}
	})
	d.Commit(3)
	outboxtest.Await(t, "the entries", func() bool { return len(p.on(prefix+"event/")) == 4 })
	if d.Noticed(outbox.Lost) || len(p.on("other/")) != 0 {
		t.Errorf("it was taken for a lost broker (%t), or published all the same: %q", d.Noticed(outbox.Lost), p.on("other/"))
	}
}
