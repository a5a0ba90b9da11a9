package broker

import (
	"fmt"
	"strings"
	"sync"
	"time"

	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"

	"kidoban/controller/identity"
)

func (anybody) OnConnectAuthenticate(*mqtt.Client, packets.Packet) bool { return true }
func (anybody) OnACLCheck(*mqtt.Client, string, bool) bool              { return true }

// guard holds every packet against what its sender's identity may do.
type guard struct {
	*mqtt.HookBase
	broker *Broker
}

func (*guard) ID() string { return "guard" }

func (*guard) Provides(b byte) bool {
	return b == mqtt.OnConnectAuthenticate || b == mqtt.OnACLCheck || b == mqtt.OnPacketRead
}

const (
	keepAliveMost = 20 * 60 // seconds: how long a dead connection may stay
	sessionsMost  = 8       // of one identity
)

// who is whose connection it is; false for one that never came through the gate.
func who(c *mqtt.Client) (*client, bool) {
	k, ok := c.Net.Conn.(*client)
	return k, ok
}

// OnConnectAuthenticate admits a client that speaks for itself: id, session, will.
func (g *guard) OnConnectAuthenticate(c *mqtt.Client, pk packets.Packet) bool {
	k, ok := who(c)
	if !ok {
		return false
	}
	why, what := g.connect(k, pk)
	if why == "" {
		return true
	}
	g.refuse(k, why, what)
	return false
}

func (g *guard) connect(k *client, pk packets.Packet) (why Refusal, what string) {
	in, id := pk.Connect, pk.Connect.ClientIdentifier
	switch {
	case pk.ProtocolVersion != 4:
		return ForbiddenSession, "not MQTT 3.1.1"
	case id != k.id.String() && !strings.HasPrefix(id, k.id.String()+"/") || len(id) > 128:
		return ForeignClientID, fmt.Sprintf("client id %.128q", id)
	case !in.Clean && k.id.Role != identity.Reader:
		return ForbiddenSession, "a session that the broker keeps"
	case !k.inside && (in.Keepalive == 0 || in.Keepalive > keepAliveMost):
		return ForbiddenSession, fmt.Sprintf("keep-alive of %d s", in.Keepalive)
	case !in.Clean && g.sessions(k.id, id) >= sessionsMost:
		return Crowded, "sessions that the broker keeps"
	case in.WillFlag && !g.allowed(k.id, publishing(in.WillRetain), in.WillTopic):
		return ForbiddenWill, fmt.Sprintf("will on %.128q", in.WillTopic)
	}
	return "", ""
}

// sessions counts what the broker keeps for an identity beside the session of one client id.
func (g *guard) sessions(i identity.Identity, but string) (n int) {
	for id := range g.broker.server.Clients.GetAll() {
		if id != but && (id == i.String() || strings.HasPrefix(id, i.String()+"/")) {
			n++
		}
	}
	return n
}

func publishing(retained bool) Verb {
	if retained {
		return Retain
	}
	return Publish
}

func (g *guard) allowed(i identity.Identity, v Verb, topic string) bool {
	return g.broker.may(i, v, topic)
}

// OnPacketRead slows down who publishes too much, and ends who publishes what it may not: a client that keeps to the
// protocol must hear of it, and MQTT 3.1.1 has no other way to say so.
func (g *guard) OnPacketRead(c *mqtt.Client, pk packets.Packet) (packets.Packet, error) {
	k, ok := who(c)
	if !ok || pk.FixedHeader.Type != packets.Publish {
		return pk, nil
	}
	verb := publishing(pk.FixedHeader.Retain)
	if !g.allowed(k.id, verb, pk.TopicName) {
		why := ForbiddenPublish
		if verb == Retain && g.allowed(k.id, Publish, pk.TopicName) {
			why = ForbiddenRetain
		}
		g.refuse(k, why, fmt.Sprintf("topic %.128q", pk.TopicName))
		return pk, packets.ErrRejectPacket // the one error that the server obeys: it ends the connection
	}
	if !k.inside {
		g.broker.paces.wait(k.id.String(), len(pk.TopicName)+len(pk.Payload), g.broker.gate.done)
	}
	return pk, nil
}

// OnACLCheck judges filters, and each delivery once more. Publishing was judged when the packet was read.
func (g *guard) OnACLCheck(c *mqtt.Client, topic string, publish bool) bool {
	k, ok := who(c)
	switch {
	case !ok:
		return false
	case publish:
		return g.allowed(k.id, Publish, topic)
	case g.allowed(k.id, Subscribe, topic):
		return true
	}
	g.refuse(k, ForbiddenFilter, fmt.Sprintf("filter %.128q", topic))
	return false
}

func (g *guard) refuse(k *client, why Refusal, what string) {
	g.broker.keeper.refuse(why, k.id.String(), k.remote.String(), what, nil)
}

// paces are how much each identity may publish: a bucket of messages and one of octets that fill up steadily.
type paces struct {
	limits Limits
	mu     sync.Mutex
	all    map[string]*pace
}

type pace struct {
	messages, bytes float64 // left; below none, what is owed
	at              time.Time
}

const burst = 2 // seconds' worth that may come at once

// wait takes one message's room, and waits until there is some.
func (p *paces) wait(who string, size int, done <-chan struct{}) {
	delay := p.take(who, size, time.Now())
	if delay <= 0 {
		return
	}
	t := time.NewTimer(delay)
	defer t.Stop()
	select {
	case <-t.C:
	case <-done:
	}
}

func (p *paces) take(who string, size int, now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	b := p.all[who]
	if b == nil {
		b = &pace{p.limits.Messages * burst, p.limits.Bytes * burst, now}
		p.all[who] = b
	}
	past := now.Sub(b.at).Seconds()
	b.at = now
	b.messages = min(b.messages+past*p.limits.Messages, p.limits.Messages*burst) - 1
	b.bytes = min(b.bytes+past*p.limits.Bytes, p.limits.Bytes*burst) - float64(size)
	late := max(-b.messages/p.limits.Messages, -b.bytes/p.limits.Bytes)
	return time.Duration(late * float64(time.Second))
}
