package broker

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mochi-mqtt/server/v2/listeners"

	"kidoban/controller/identity"
)

// gate is the listener that the MQTT server sees: what it hands on has shown who it is.
type gate struct {
	listener net.Listener
	cfg      Config
	keeper   *gatekeeper
	ready    chan net.Conn
	done     chan struct{}
	end      sync.Once
	revoked  atomic.Pointer[map[string]bool]

	mu      sync.Mutex
	open    map[*client]bool  // over TLS
	served  map[net.Conn]bool // handed on
	shaking int
	work    sync.WaitGroup // handshakes
	serving sync.WaitGroup // what was handed on
}

func newGate(cfg Config, l net.Listener, k *gatekeeper) *gate {
	g := &gate{listener: l, cfg: cfg, keeper: k, ready: make(chan net.Conn), done: make(chan struct{}), open: map[*client]bool{}, served: map[net.Conn]bool{}}
	g.revoked.Store(&map[string]bool{})
	return g
}

// The rest of what the MQTT server asks of a listener.

func (g *gate) ID() string              { return "gate" }
func (g *gate) Address() string         { return g.listener.Addr().String() }
func (g *gate) Protocol() string        { return "tcp" }
func (g *gate) Init(*slog.Logger) error { return nil }

// Serve hands on who comes until Close.
func (g *gate) Serve(establish listeners.EstablishFn) {
	for {
		select {
		case c := <-g.ready:
			if g.serve(c) {
				go func() {
					defer g.serving.Done()
					_ = establish(g.ID(), c)
					g.leave(c)
				}()
			}
		case <-g.done:
			return
		}
	}
}

func (g *gate) serve(c net.Conn) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.served == nil {
		c.Close()
		return false
	}
	g.served[c] = true
	g.serving.Add(1) // under the lock, so that Close waits for it
	return true
}

func (g *gate) leave(c net.Conn) {
	c.Close()
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.served, c)
}

// Close ends the listening and every connection, those too that never said a word, and waits for them.
func (g *gate) Close(closeClients listeners.CloseFn) {
	g.shut()
	closeClients(g.ID())
	g.mu.Lock()
	all := g.served
	g.served = nil
	g.mu.Unlock()
	for c := range all {
		c.Close()
	}
	g.serving.Wait()
}

// shut ends the listening; it may be called again.
func (g *gate) shut() {
	g.end.Do(func() {
		close(g.done)
		g.listener.Close()
	})
}

// client is a connection of somebody known.
type client struct {
	net.Conn
	id     identity.Identity
	serial string
	inside bool
	remote net.Addr
	gate   *gate
	once   sync.Once
}

func (c *client) RemoteAddr() net.Addr { return c.remote }

func (c *client) Close() error {
	if c.gate != nil {
		c.once.Do(func() { c.gate.left(c) })
	}
	return c.Conn.Close()
}

// run takes connections until ctx ends.
func (g *gate) run(ctx context.Context) error {
	defer g.work.Wait()
	stop := context.AfterFunc(ctx, g.shut)
	defer stop()
	for {
		c, err := g.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil { // no more files, say: others may close theirs
			g.cfg.Log.Error("broker cannot take a connection", "err", err)
			select {
			case <-ctx.Done():
				return nil
			case <-time.After(100 * time.Millisecond):
				continue
			}
		}
		if g.cfg.Files == nil {
			g.pass(c)
			continue
		}
		if !g.enter() {
			g.keeper.refuse(Crowded, "", c.RemoteAddr().String(), "", nil)
			c.Close()
			continue
		}
		g.work.Go(func() { g.shake(ctx, c) })
	}
}

func (g *gate) pass(c net.Conn) {
	select {
	case g.ready <- c:
	case <-g.done:
		c.Close()
	}
}

func (g *gate) enter() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shaking >= g.cfg.Limits.Handshakes || g.shaking+len(g.open) >= g.cfg.Limits.Connections {
		return false
	}
	g.shaking++
	return true
}

// shake makes the TLS handshake and admits whoever the certificate names. The deadline then holds for the first packet.
func (g *gate) shake(ctx context.Context, raw net.Conn) {
	remote := raw.RemoteAddr()
	c := &client{Conn: raw, remote: remote, gate: g}
	m, err := g.cfg.Files.Load()
	if err == nil {
		err = raw.SetDeadline(time.Now().Add(g.cfg.Limits.Handshake))
	}
	if err == nil {
		t := tls.Server(raw, g.tls(m, c))
		c.Conn, err = t, t.HandshakeContext(ctx)
	}
	if err == nil {
		err = raw.SetDeadline(time.Now().Add(g.cfg.Limits.Handshake))
	}
	if err == nil {
		err = g.admit(c)
	} else {
		g.mu.Lock()
		g.shaking--
		g.mu.Unlock()
	}
	if err != nil {
		who := ""
		if c.id.Name != "" {
			who = c.id.String()
		}
		g.keeper.refuse(reasonOf(err), who, remote.String(), "", err)
		raw.Close()
		return
	}
	g.pass(c)
}

// tls is the configuration of one handshake. What the client shows is verified here rather than by the library, so that
// each reason has its name.
func (g *gate) tls(m *identity.Material, c *client) *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{*m.Own}, SessionTicketsDisabled: true,
		ClientAuth: tls.RequestClientCert, ClientCAs: m.Authorities,
		GetConfigForClient: func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
			if !slices.Contains(hello.SupportedVersions, tls.VersionTLS13) {
				return nil, refusal{OldTLS, nil}
			}
			return nil, nil //nolint:nilnil // the library's way to say: go on with this one
		},
		VerifyConnection: func(s tls.ConnectionState) error { return g.verify(m, s, c) },
	}
}

func (g *gate) verify(m *identity.Material, s tls.ConnectionState, c *client) (err error) {
	if len(s.PeerCertificates) == 0 {
		return refusal{NoCertificate, nil}
	}
	own := s.PeerCertificates[0]
	more := x509.NewCertPool()
	for _, x := range s.PeerCertificates[1:] {
		more.AddCert(x)
	}
	now := time.Now()
	if _, err := own.Verify(x509.VerifyOptions{Roots: m.Authorities, Intermediates: more, CurrentTime: now,
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}); err != nil {
		return refusal{certificateReason(err, own, now), fmt.Errorf("certificate of %.80q: %w", own.Subject.CommonName, err)}
	}
	if c.id, err = identity.Of(own); err != nil {
		return refusal{NoIdentity, err}
	}
	if c.id.Role == identity.Broker {
		return refusal{NoIdentity, errors.New("it is a broker's")}
	}
	c.serial = identity.Serial(own)
	if (*g.revoked.Load())[c.serial] {
		return refusal{Revoked, fmt.Errorf("serial number %s", c.serial)}
	}
	return nil
}

// admit counts a connection in, unless its identity has too many.
func (g *gate) admit(c *client) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.shaking--
	n := 0
	for o := range g.open {
		if o.id == c.id {
			n++
		}
	}
	if n >= g.cfg.Limits.PerIdentity {
		return refusal{Crowded, fmt.Errorf("%d of one identity", n)}
	}
	g.open[c] = true
	return nil
}

func (g *gate) left(c *client) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.open, c)
}

// revoke closes the connections of the certificates with these serial numbers and admits them no more.
func (g *gate) revoke(serials []string) {
	next := make(map[string]bool, len(serials))
	for _, s := range serials {
		next[s] = true
	}
	g.revoked.Store(&next)
	g.mu.Lock()
	var out []*client
	for c := range g.open {
		if next[c.serial] {
			out = append(out, c)
		}
	}
	g.mu.Unlock()
	for _, c := range out {
		g.keeper.refuse(Revoked, c.id.String(), c.remote.String(), "disconnected", nil)
		c.Close()
	}
}

// watchRevoked keeps the deny list fresh. While it cannot be read the last one holds.
func (b *Broker) watchRevoked(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	failed := false
	for {
		serials, err := b.cfg.Revoked(ctx)
		switch {
		case err == nil:
			b.gate.revoke(serials)
		case !failed && ctx.Err() == nil:
			b.cfg.Log.Error("broker cannot read which certificates are revoked: it goes by the list it has", "err", err)
		}
		failed = err != nil
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
