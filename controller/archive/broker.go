package archive

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"

	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/listeners"
	"github.com/mochi-mqtt/server/v2/packets"
)

// Broker is an MQTT broker inside the program, so that a small site needs no other. It speaks plain MQTT and therefore
// on loopback alone, and lets everybody in who is on this machine. Nothing relies on what it keeps: it drops when its
// queues are full and forgets when it ends.
type Broker struct {
	server *mqtt.Server
	addr   string
}

// anybody lets in whoever reached the listener: entries and acks are believed for their signatures alone.
type anybody struct{ *mqtt.HookBase }

func (anybody) ID() string { return "anybody" }

func (anybody) Provides(b byte) bool {
	return b == mqtt.OnConnectAuthenticate || b == mqtt.OnACLCheck
}

func (anybody) OnConnectAuthenticate(*mqtt.Client, packets.Packet) bool { return true }
func (anybody) OnACLCheck(*mqtt.Client, string, bool) bool              { return true }

// NewBroker takes the address listen, "127.0.0.1:1883"; port 0 means any.
func NewBroker(listen string, log *slog.Logger) (*Broker, error) {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return nil, fmt.Errorf("listen on %q: %w", listen, err)
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return nil, fmt.Errorf("listen on %q: the built-in broker serves this machine alone: give 127.0.0.1 or ::1, or run a broker with TLS and name it with --broker", listen)
	}
	server := mqtt.New(&mqtt.Options{Logger: log})
	server.Options.Capabilities.MaximumPacketSize = 1 << 20
	tcp := listeners.NewTCP(listeners.Config{ID: "tcp", Address: listen})
	if err := errors.Join(server.AddHook(anybody{new(mqtt.HookBase)}, nil), server.AddListener(tcp)); err != nil {
		return nil, fmt.Errorf("listen on %q: %w", listen, err)
	}
	return &Broker{server, tcp.Address()}, nil
}

// Address is where it listens.
func (b *Broker) Address() string { return b.addr }

// Run serves until ctx ends.
func (b *Broker) Run(ctx context.Context) error {
	if err := b.server.Serve(); err != nil {
		return fmt.Errorf("serve broker: %w", err)
	}
	<-ctx.Done()
	if err := b.server.Close(); err != nil {
		return fmt.Errorf("close broker: %w", err)
	}
	return nil
}
