package broker_test

import (
	"context"
	"fmt"
	"net"
	"testing"
	"time"

	"kidoban/controller/broker"
	"kidoban/controller/identity"
	"kidoban/controller/outbox/link"
)

// One door publishes as fast as it can, messages as large as it may, somebody opens connections and says nothing in them;
// another door's entries arrive all the same, and the flood arrives no faster than its limit.
func TestAFloodStarvesNobody(t *testing.T) {
	const rate = 200
	y := newYard(t, broker.Limits{Messages: rate, Handshakes: 20, Handshake: 300 * time.Millisecond})
	good, bad := y.Enrol(identity.Door, "main-ctl"), y.Enrol(identity.Door, "north-ctl")
	central := y.inside("kidoban/v1/+/+/event/+", "kidoban/v1/+/+/batch")
	flood := y.open("north-ctl", bad.String(), nil)
	began := time.Now()
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	go func() {
		for payload := make([]byte, 100<<10); ctx.Err() == nil; {
			select {
			case flood.Out() <- link.Message{Topic: bad.Topic() + "batch", Payload: payload}:
			case <-flood.Lost():
				return
			case <-ctx.Done():
			}
		}
	}()
	for range 40 {
		c, err := net.Dial("tcp", y.broker.Address())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
	}
	y.refuses(broker.Crowded, 1)
	y.refuses(broker.Slow, 1) // and then there is room again
	l := y.open("main-ctl", good.String(), nil)
	n, flooded := 50, 0
	if testing.Short() {
		n = 10
	}
	for i := range n {
		want := fmt.Sprint(i)
		l.Out() <- link.Message{Topic: good.Topic() + "event/access", Payload: []byte(want)}
		for m := range central.In() {
			if m.Topic == good.Topic()+"event/access" {
				if string(m.Payload) != want {
					t.Fatalf("%s arrives, want %s", m.Payload, want)
				}
				break
			}
			flooded++
		}
	}
	if most := rate * (2 + 1.2*time.Since(began).Seconds()); float64(flooded) > most {
		t.Errorf("%d messages of the flood arrived, more than %.0f", flooded, most)
	}
	t.Logf("%d entries arrived beside %d messages of a flood in %v", n, flooded, time.Since(began).Round(time.Millisecond))
}

// A packet that is too large ends the connection, and only that.
func TestAPacketTooLarge(t *testing.T) {
	y := newYard(t, broker.Limits{Packet: 300 << 10})
	a, b := y.Enrol(identity.Door, "main-ctl"), y.Enrol(identity.Door, "north-ctl")
	large, other := y.open("main-ctl", a.String(), nil), y.open("north-ctl", b.String(), nil)
	alive(t, large, a.Topic()+"batch")
	large.Out() <- link.Message{Topic: a.Topic() + "batch", Payload: make([]byte, 256<<10)}
	alive(t, large, a.Topic()+"batch")
	large.Out() <- link.Message{Topic: a.Topic() + "batch", Payload: make([]byte, 400<<10)}
	lost(t, large)
	alive(t, other, b.Topic()+"batch")
}
