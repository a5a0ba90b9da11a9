// Package link is one MQTT connection, from its opening to its loss, and never another: who wants the next one opens it.
//
// It carries messages in the order they are put to Out, many in flight, and counts the PUBACKs without a gap. What was
// not counted when the link is lost must be taken as not delivered. It keeps no queue of its own beyond what is in
// flight, subscribes to nothing but what its owner names, and holds up nobody: a peer that stops reading or
// answering loses the link.
//
// Paho is used for one connection at a time with a clean session and without its reconnecting, because across a
// reconnect its tokens complete for messages that no broker acknowledged.
package link

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"kidoban/controller/identity"
)

// Message is one MQTT message, QoS 1 on its way out.
type Message struct {
	Topic    string
	Payload  []byte
	Retained bool
}

// ErrClosed is why a link is lost that was closed at this end.
var ErrClosed = errors.New("closed here")

// ErrRenewed is why a link is lost whose certificate files changed: the next one shows the new certificate.
var ErrRenewed = errors.New("closed here for a new certificate")

// Link is an open connection. Its owner reads In until Lost is closed, and then calls Close.
type Link struct {
	client mqtt.Client
	conn   net.Conn
	out    chan Message
	in     chan Message
	tokens chan mqtt.Token
	acked  atomic.Int64
	poke   chan struct{}
	lost   chan struct{}
	once   sync.Once
	made   *identity.Material // the files that the connection was made with; nil without TLS
	why    error              // set before lost is closed
	work   sync.WaitGroup

	mu      sync.Mutex
	orders  []order       // guarded by mu
	ordered chan struct{} // there are some
}

// Open connects, with will as the last will, and subscribes to filters with QoS 1. It returns when the broker has
// granted all of it, or with an error within a few timeouts of cfg.
func Open(ctx context.Context, cfg Config, will *Message, filters ...string) (*Link, error) {
	cfg = cfg.withDefaults()
	password, err := cfg.password()
	if err != nil {
		return nil, err
	}
	made, err := cfg.made()
	if err != nil {
		return nil, err
	}
	conn, err := cfg.dial(ctx)
	if err != nil {
		return nil, err
	}
	spool := newSpool(conn, cfg.Timeout)
	l := &Link{
		conn: spool, out: make(chan Message), in: make(chan Message, 512),
		tokens: make(chan mqtt.Token, cfg.Backlog), poke: make(chan struct{}, 1), lost: make(chan struct{}), ordered: make(chan struct{}, 1),
	}
	l.made = made
	l.work.Go(spool.run)
	l.client = mqtt.NewClient(l.options(cfg, password, will))
	stop := context.AfterFunc(ctx, func() { l.conn.Close() })
	defer stop()
	if err := l.begin(cfg, filters); err != nil {
		l.fail(err)
		l.client.Disconnect(0)
		return nil, err
	}
	l.work.Go(l.publish)
	l.work.Go(l.count)
	l.work.Go(func() { l.arrange(cfg.Timeout) })
	if l.made != nil {
		l.work.Go(func() { l.look(cfg) })
	}
	return l, nil
}

func (l *Link) options(cfg Config, password string, will *Message) *mqtt.ClientOptions {
	o := mqtt.NewClientOptions().
		SetClientID(cfg.ClientID).SetUsername(cfg.Username).SetPassword(password).
		SetProtocolVersion(4).SetCleanSession(true).SetAutoReconnect(false).SetConnectRetry(false).
		SetKeepAlive(cfg.KeepAlive).SetPingTimeout(cfg.Timeout).SetConnectTimeout(cfg.Timeout).SetWriteTimeout(cfg.Timeout).
		SetOrderMatters(true).
		SetDefaultPublishHandler(func(_ mqtt.Client, m mqtt.Message) {
			select {
			case l.in <- Message{Topic: m.Topic(), Payload: m.Payload(), Retained: m.Retained()}:
			case <-l.lost:
			}
		}).
		SetConnectionLostHandler(func(_ mqtt.Client, err error) { l.fail(fmt.Errorf("lose broker: %w", err)) }).
		SetCustomOpenConnectionFn(func(*url.URL, mqtt.ClientOptions) (net.Conn, error) { return l.conn, nil })
	o.Servers = []*url.URL{{Scheme: "tcp", Host: "opened-already"}} // paho asks for one; the function above is what it uses
	if will != nil {
		o.SetBinaryWill(will.Topic, will.Payload, 1, will.Retained)
	}
	return o
}

func (l *Link) begin(cfg Config, filters []string) error {
	if err := wait(l.client.Connect(), cfg.Timeout); err != nil {
		return fmt.Errorf("connect to broker: %w", err)
	}
	if len(filters) == 0 {
		return nil
	}
	return l.ask(filters, false, cfg.Timeout)
}

func wait(t mqtt.Token, timeout time.Duration) error {
	if !t.WaitTimeout(timeout) {
		return fmt.Errorf("no answer in %v", timeout)
	}
	return t.Error()
}

// Out takes messages to carry; it is unbuffered, and stands still while the connection does. It takes nothing once the
// link is lost, so its user selects on Lost too.
func (l *Link) Out() chan<- Message { return l.out }

// In gives what arrives. While it is not read, the connection stands still.
func (l *Link) In() <-chan Message { return l.in }

// Acknowledged counts the messages put to Out that the broker acknowledged with all before them.
func (l *Link) Acknowledged() int64 { return l.acked.Load() }

// Progress is signalled, at least once, after Acknowledged moved.
func (l *Link) Progress() <-chan struct{} { return l.poke }

// Lost is closed when the link is no more.
func (l *Link) Lost() <-chan struct{} { return l.lost }

// Why says what ended a lost link.
func (l *Link) Why() error {
	<-l.lost
	return l.why
}

// Drop ends the link at once, as if it had been cut: the broker publishes the will.
func (l *Link) Drop(why error) { l.fail(why) }

// Close ends the link, if it is not lost with a DISCONNECT (no will), and releases what it holds.
func (l *Link) Close() {
	select {
	case <-l.lost:
		l.client.Disconnect(0)
	default:
		l.client.Disconnect(250)
		l.fail(ErrClosed)
	}
	l.work.Wait()
}

func (l *Link) fail(why error) {
	l.once.Do(func() {
		l.why = why
		close(l.lost)
		l.conn.Close()
	})
}

func (l *Link) publish() {
	for {
		var m Message
		select {
		case m = <-l.out:
		case <-l.lost:
			return
		}
		select {
		case l.tokens <- l.client.Publish(m.Topic, 1, m.Retained, m.Payload):
		case <-l.lost:
			return
		}
	}
}

// count takes the tokens in the order of sending. A token also completes when it failed; only its error tells.
func (l *Link) count() {
	for {
		var t mqtt.Token
		select {
		case t = <-l.tokens:
		case <-l.lost:
			return
		}
		select {
		case <-t.Done():
		case <-l.lost:
			return
		}
		if err := t.Error(); err != nil {
			l.fail(fmt.Errorf("publish: %w", err))
			return
		}
		l.acked.Add(1)
		select {
		case l.poke <- struct{}{}:
		default:
		}
	}
}
