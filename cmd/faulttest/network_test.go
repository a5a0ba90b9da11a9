package faulttest_test

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// network carries MQTT between its clients and a broker, and fails as networks do.
type network struct {
	listener net.Listener
	to       string
	stalled  atomic.Bool
	repeat   atomic.Int64 // of so many messages one comes twice; 0 = none
	repeated atomic.Int64
	mu       sync.Mutex
	rnd      *rand.Rand
	conns    map[net.Conn]bool
	deaf     map[net.Conn]bool // half-open: nothing passes any more, and nobody is told
	work     sync.WaitGroup
}

func startNetwork(t testing.TB, port int, seed uint64) *network {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	n := &network{listener: l, to: fmt.Sprintf("127.0.0.1:%d", port), rnd: rand.New(rand.NewPCG(seed, 0)), conns: map[net.Conn]bool{}, deaf: map[net.Conn]bool{}}
	n.work.Go(n.accept)
	t.Cleanup(func() {
		l.Close()
		n.cut()
		n.work.Wait()
	})
	return n
}

func (n *network) url() string { return "tcp://" + n.listener.Addr().String() }

// stall holds everything up, and lets it pass again.
func (n *network) stall(on bool) { n.stalled.Store(on) }

// cut closes all connections.
func (n *network) cut() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for c := range n.conns {
		c.Close()
	}
}

// halfOpen lets the connections that there are lose everything from now on, without a word.
func (n *network) halfOpen() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for c := range n.conns {
		n.deaf[c] = true
	}
}

func (n *network) accept() {
	for {
		c, err := n.listener.Accept()
		if err != nil {
			return
		}
		b, err := net.Dial("tcp", n.to)
		if err != nil {
			c.Close()
			continue
		}
		n.mu.Lock()
		n.conns[c], n.conns[b] = true, true
		n.mu.Unlock()
		n.work.Go(func() { n.carry(b, c) })
		n.work.Go(func() { n.carry(c, b) })
	}
}

// carry hands on one packet after another.
func (n *network) carry(dst, src net.Conn) {
	defer func() {
		dst.Close()
		src.Close()
		n.mu.Lock()
		delete(n.conns, src)
		delete(n.deaf, src)
		n.mu.Unlock()
	}()
	in := bufio.NewReader(src)
	for {
		p, err := packet(in)
		if err != nil {
			return
		}
		for n.stalled.Load() && src.SetReadDeadline(time.Time{}) == nil {
			time.Sleep(2 * time.Millisecond)
		}
		if n.lost(src) {
			continue
		}
		if _, err := dst.Write(p); err != nil {
			return
		}
		if n.twice(p) {
			p[0] |= 0x08 // DUP
			if _, err := dst.Write(p); err != nil {
				return
			}
		}
	}
}

func (n *network) lost(c net.Conn) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.deaf[c]
}

// twice says whether a PUBLISH of QoS 1 is to come again.
func (n *network) twice(p []byte) bool {
	of := n.repeat.Load()
	if of == 0 || p[0]>>4 != 3 || p[0]&0x06 != 0x02 {
		return false
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.rnd.Int64N(of) != 0 {
		return false
	}
	n.repeated.Add(1)
	return true
}

// packet reads one MQTT control packet, whole.
func packet(in *bufio.Reader) ([]byte, error) {
	kind, err := in.ReadByte()
	if err != nil {
		return nil, err
	}
	p, length, shift := []byte{kind}, 0, 0
	for {
		b, err := in.ReadByte()
		if err != nil {
			return nil, err
		}
		p = append(p, b)
		length |= int(b&0x7f) << shift
		if shift += 7; b&0x80 == 0 {
			break
		}
	}
	body := make([]byte, length)
	if _, err := io.ReadFull(in, body); err != nil {
		return nil, err
	}
	return append(p, body...), nil
}

// either is one of the two networks, or both.
func (r *rig) either(f func(*network)) {
	which := 1 + r.k.rnd.IntN(3)
	if which&1 != 0 {
		f(r.near)
	}
	if which&2 != 0 {
		f(r.far)
	}
}

// TestNetworkCut cuts connections while messages are under way.
func TestNetworkCut(t *testing.T) {
	t.Parallel()
	r := newRig(begin(t, "network-cut", 3, 250, 8000))
	r.storm(func() { r.either((*network).cut) })
}

// TestNetworkStalled holds everything up for a while.
func TestNetworkStalled(t *testing.T) {
	t.Parallel()
	r := newRig(begin(t, "network-stalled", 0, 150, 5000))
	r.storm(func() {
		r.either(func(n *network) { n.stall(true) })
		r.nap(1500 * time.Millisecond)
		r.near.stall(false)
		r.far.stall(false)
	})
}

// TestNetworkHalfOpen lets connections lose everything without a word: who uses them has to find out.
func TestNetworkHalfOpen(t *testing.T) {
	t.Parallel()
	r := newRig(begin(t, "network-half-open", 0, 30, 2000))
	r.storm(func() {
		r.either((*network).halfOpen)
		if r.k.rnd.IntN(4) == 0 {
			r.nap(time.Second)
			r.settle() // nothing but the silence tells
		}
	})
}

// TestNetworkDuplicated has messages come twice, both ways.
func TestNetworkDuplicated(t *testing.T) {
	t.Parallel()
	r := newRig(begin(t, "network-duplicated", 0, 150, 5000))
	r.near.repeat.Store(3)
	r.far.repeat.Store(3)
	r.storm(func() {
		before := r.near.repeated.Load() + r.far.repeated.Load()
		within(5*time.Second, func() bool { return r.near.repeated.Load()+r.far.repeated.Load() > before })
	})
	r.k.more += fmt.Sprintf(" repeated=%d", r.near.repeated.Load()+r.far.repeated.Load())
}
