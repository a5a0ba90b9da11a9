package faulttest_test

import (
	"errors"
	"log/slog"
	"net"
	"strconv"
	"testing"
	"time"

	mochi "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/listeners"
	"github.com/mochi-mqtt/server/v2/packets"
)

// TestKillDoor kills the door daemon at random moments, its start among them.
func TestKillDoor(t *testing.T) {
	t.Parallel()
	r := newRig(begin(t, "kill-door", 3, 1000, 50_000))
	r.storm(func() {
		r.s.kill()
		r.s.spawn()
		if r.k.rnd.IntN(4) == 0 { // in its start
			r.nap(40 * time.Millisecond)
			r.s.kill()
			r.s.spawn()
		}
		r.s.ready()
	})
}

// TestKillCentral kills the central log while entries come: what it confirmed is in its file.
func TestKillCentral(t *testing.T) {
	t.Parallel()
	r := newRig(begin(t, "kill-central", 3, 200, 50_000))
	r.storm(func() {
		r.c.kill()
		r.confirmed()
		r.nap(200 * time.Millisecond)
		r.c.start()
	})
}

// TestKillBroker kills the broker, whose queues come back as it saved them last, or not.
func TestKillBroker(t *testing.T) {
	t.Parallel()
	r := newRig(begin(t, "kill-broker", 0, 200, 50_000))
	r.storm(func() {
		r.broker.Kill()
		r.nap(200 * time.Millisecond)
		r.broker.Start()
	})
}

// TestBrokerWiped has the broker forget sessions, queues and retained messages.
func TestBrokerWiped(t *testing.T) {
	t.Parallel()
	r := newRig(begin(t, "broker-wiped", 0, 100, 2000))
	r.storm(func() {
		r.broker.Kill()
		r.broker.Wipe()
		r.broker.Start()
	})
}

// TestBrokerOverflowing has the broker drop nearly all that it cannot hand on at once.
func TestBrokerOverflowing(t *testing.T) {
	t.Parallel()
	r := newRig(begin(t, "broker-overflowing", 0, 100, 2000), "max_queued_messages 10", "max_inflight_messages 2")
	r.storm(func() {
		r.c.kill()
		r.nap(700 * time.Millisecond)
		r.c.start()
	})
}

// TestBrokerExpiring has a broker whose messages, the retained ones too, and sessions end after a second.
func TestBrokerExpiring(t *testing.T) {
	t.Parallel()
	k := begin(t, "broker-expiring", 0, 100, 2000)
	r := newRigAt(k, forgetful(t))
	r.storm(func() {
		r.c.kill()
		r.nap(3 * time.Second)
		r.c.start()
	})
}

type anybody struct{ *mochi.HookBase }

func (anybody) ID() string { return "anybody" }

func (anybody) Provides(b byte) bool {
	return b == mochi.OnConnectAuthenticate || b == mochi.OnACLCheck
}

func (anybody) OnConnectAuthenticate(*mochi.Client, packets.Packet) bool { return true }

func (anybody) OnACLCheck(*mochi.Client, string, bool) bool { return true }

// forgetful is a broker that keeps nothing for long, and not much of it.
func forgetful(t *testing.T) (port int) {
	t.Helper()
	b := mochi.New(&mochi.Options{Logger: slog.New(slog.DiscardHandler)})
	b.Options.Capabilities.MaximumMessageExpiryInterval = 1
	b.Options.Capabilities.MaximumSessionExpiryInterval = 1
	b.Options.Capabilities.MaximumClientWritesPending = 64
	l := listeners.NewTCP(listeners.Config{ID: "tcp", Address: "127.0.0.1:0"})
	if err := errors.Join(b.AddHook(anybody{new(mochi.HookBase)}, nil), b.AddListener(l), b.Serve()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	_, number, err := net.SplitHostPort(l.Address())
	if err != nil {
		t.Fatal(err)
	}
	port, _ = strconv.Atoi(number)
	return port
}
