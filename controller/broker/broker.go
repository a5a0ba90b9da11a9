// Package broker is an MQTT broker inside the program, so that a small site needs no other.
//
// Without certificates it listens on loopback alone and lets everybody do everything who is on this machine. With them it
// speaks TLS 1.3 to those alone whose certificate its authorities issued and nobody revoked; who they are, and with that
// what they may publish, subscribe to and receive, follows from the certificate and from nothing that a client says. A
// client's id is its identity's name, or begins with it and a slash: nobody throws out another. Files are read at every
// handshake. Whatever is refused is named in the log and counted.
//
// It bounds what one client can cost the others: connections, handshakes, the size of packets, how many and how much it
// publishes. One that publishes more is read more slowly, never answered with a lie.
//
// Nothing relies on what it keeps: it drops when its queues are full and forgets when it ends.
package broker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"time"

	mqtt "github.com/mochi-mqtt/server/v2"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sys/unix"

	"kidoban/controller/identity"
)

// Config says where a broker listens and for whom.
type Config struct {
	Listen  string          // "127.0.0.1:1883"; port 0 means any
	Files   *identity.Files // authorities of the clients, and the broker's own certificate; nil = plain, on loopback alone
	Policy  Policy
	Inside  identity.Identity                       // who speaks through Dial
	Revoked func(context.Context) ([]string, error) // serial numbers, asked for every second; nil = none
	Limits  Limits
	Log     *slog.Logger // nil = none
}

// Limits bound what clients over TLS can cost. Zero values stand for the defaults.
type Limits struct {
	Connections int           // at once, all clients together: 1000
	PerIdentity int           // of one identity: 8
	Handshakes  int           // under way at once: 256
	Handshake   time.Duration // for TLS, and then for the first packet: 10s
	Packet      uint32        // octets of one: 512 KiB
	Messages    float64       // published a second by one identity, in the long run: 5,000
	Bytes       float64       // octets a second from one identity, in the long run: 32 MiB
}

func (l Limits) withDefaults() Limits {
	d := Limits{Connections: 1000, PerIdentity: 8, Handshakes: 256, Handshake: 10 * time.Second, Packet: 512 << 10, Messages: 5000, Bytes: 32 << 20}
	if l.Connections > 0 {
		d.Connections = l.Connections
	}
	if l.PerIdentity > 0 {
		d.PerIdentity = l.PerIdentity
	}
	if l.Handshakes > 0 {
		d.Handshakes = l.Handshakes
	}
	if l.Handshake > 0 {
		d.Handshake = l.Handshake
	}
	if l.Packet > 0 {
		d.Packet = l.Packet
	}
	if l.Messages > 0 {
		d.Messages = l.Messages
	}
	if l.Bytes > 0 {
		d.Bytes = l.Bytes
	}
	return d
}

// Broker is one that listens; Run serves.
type Broker struct {
	cfg    Config
	server *mqtt.Server
	gate   *gate
	keeper *gatekeeper
	paces  paces
	may    func(identity.Identity, Verb, string) bool
}

// New begins to listen.
func New(cfg Config) (*Broker, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	cfg.Limits = cfg.Limits.withDefaults()
	b := &Broker{cfg: cfg, may: cfg.Policy.Allowed, keeper: &gatekeeper{log: cfg.Log, count: map[Refusal]int64{}, said: map[saying]time.Time{}}}
	b.paces = paces{limits: cfg.Limits, all: map[string]*pace{}}
	if err := mayListen(cfg); err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		return nil, fmt.Errorf("listen on %q: %w", cfg.Listen, err)
	}
	b.gate = newGate(cfg, l, b.keeper)
	b.server = mqtt.New(options())
	b.server.Options.Capabilities.MaximumPacketSize = 1 << 20
	hook := mqtt.Hook(anybody{new(mqtt.HookBase)})
	if cfg.Files != nil {
		hook = &guard{HookBase: new(mqtt.HookBase), broker: b}
		b.server.Options.Capabilities.MaximumPacketSize = cfg.Limits.Packet
		b.server.Options.Capabilities.TopicAliasMaximum = 0 // a topic is judged as it is written
	}
	if err := errors.Join(b.server.AddHook(hook, nil), b.server.AddListener(b.gate)); err != nil {
		l.Close()
		return nil, fmt.Errorf("listen on %q: %w", cfg.Listen, err)
	}
	return b, nil
}

func options() *mqtt.Options {
	o := &mqtt.Options{Logger: slog.New(slog.DiscardHandler), Capabilities: mqtt.NewDefaultServerCapabilities()}
	o.Capabilities.MaximumSessionExpiryInterval = 24 * 60 * 60
	o.Capabilities.SharedSubAvailable = 0
	return o
}

func mayListen(cfg Config) error {
	host, _, err := net.SplitHostPort(cfg.Listen)
	if err != nil {
		return fmt.Errorf("listen on %q: %w", cfg.Listen, err)
	}
	if cfg.Files != nil {
		m, err := cfg.Files.Load()
		if err == nil && (m.Own == nil || m.Authorities == nil) {
			err = errors.New("a broker with TLS needs ca, cert and key")
		}
		return err
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return fmt.Errorf("listen on %q: without TLS the built-in broker serves this machine alone: give 127.0.0.1 or ::1, or set broker.tls, or name another broker", cfg.Listen)
	}
	return nil
}

// Address is where it listens.
func (b *Broker) Address() string { return b.gate.Address() }

// Refused counts what was refused, by its reason.
func (b *Broker) Refused() map[Refusal]int64 { return b.keeper.counts() }

// Run serves until ctx ends.
func (b *Broker) Run(ctx context.Context) error {
	if err := b.server.Serve(); err != nil {
		return fmt.Errorf("serve broker: %w", err)
	}
	parts, live := errgroup.WithContext(ctx)
	parts.Go(func() error { return b.gate.run(live) })
	if b.cfg.Revoked != nil {
		parts.Go(func() error { b.watchRevoked(live); return nil })
	}
	<-live.Done()
	err := b.server.Close()
	if err := errors.Join(err, parts.Wait()); err != nil {
		return fmt.Errorf("close broker: %w", err)
	}
	return nil
}

// Dial connects from inside the program, as Config.Inside: nobody else can take that way, so it needs no certificate.
func (b *Broker) Dial(ctx context.Context) (net.Conn, error) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("connect to the built-in broker: %w", err)
	}
	ours, err := fileConn(fds[0])
	theirs, err2 := fileConn(fds[1])
	if err := errors.Join(err, err2); err != nil {
		return nil, fmt.Errorf("connect to the built-in broker: %w", err)
	}
	select {
	case b.gate.ready <- &client{Conn: theirs, id: b.cfg.Inside, inside: true, remote: inside{}}:
		return ours, nil
	case <-ctx.Done():
		err = ctx.Err()
	case <-b.gate.done:
		err = net.ErrClosed
	}
	ours.Close()
	theirs.Close()
	return nil, fmt.Errorf("connect to the built-in broker: %w", err)
}

func fileConn(fd int) (net.Conn, error) {
	f := os.NewFile(uintptr(fd), "inside")
	defer f.Close()
	return net.FileConn(f)
}

// inside is the address of who speaks through Dial.
type inside struct{}

func (inside) Network() string { return "inside" }
func (inside) String() string  { return "inside" }

// anybody lets in whoever reached the listener: entries and acks are believed for their signatures alone.
type anybody struct{ *mqtt.HookBase }

func (anybody) ID() string { return "anybody" }

func (anybody) Provides(b byte) bool {
	return b == mqtt.OnConnectAuthenticate || b == mqtt.OnACLCheck
}
