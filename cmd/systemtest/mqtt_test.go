package systemtest_test

import (
	"bytes"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
)

// message is one that a subscriber saw.
type message struct {
	topic    string
	payload  []byte
	retained bool
}

// listener hears everything that a broker carries, over as many connections as it takes.
type listener struct {
	client mqtt.Client
	mu     sync.Mutex
	heard  []message
}

func listen(t testing.TB, addr string) *listener {
	t.Helper()
	l := &listener{}
	o := mqtt.NewClientOptions().AddBroker("tcp://" + addr).SetClientID(fmt.Sprintf("listener-%d", time.Now().UnixNano())).
		SetConnectRetry(true).SetConnectRetryInterval(20 * time.Millisecond).SetMaxReconnectInterval(100 * time.Millisecond)
	o.SetOnConnectHandler(func(c mqtt.Client) {
		c.Subscribe("#", 1, func(_ mqtt.Client, m mqtt.Message) {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.heard = append(l.heard, message{m.Topic(), bytes.Clone(m.Payload()), m.Retained()})
		})
	})
	l.client = mqtt.NewClient(o)
	if tok := l.client.Connect(); !tok.WaitTimeout(10*time.Second) || tok.Error() != nil {
		t.Fatalf("no broker at %s: %v", addr, tok.Error())
	}
	t.Cleanup(func() { l.client.Disconnect(0) })
	return l
}

func (l *listener) all() []message {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]message(nil), l.heard...)
}

// take returns what was heard since the last take.
func (l *listener) take() []message {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := l.heard
	l.heard = nil
	return out
}

// entriesOf are the entries in messages: those of event/… and the lines of batches.
func entriesOf(ms []message) (out []string) {
	for _, m := range ms {
		switch {
		case strings.Contains(m.topic, "/event/"):
			out = append(out, string(m.payload))
		case strings.HasSuffix(m.topic, "/batch"):
			out = append(out, strings.Split(strings.TrimSuffix(string(m.payload), "\n"), "\n")...)
		}
	}
	return out
}

// dials says whether somebody listens.
func dials(addr string) bool {
	c, err := net.DialTimeout("tcp", addr, time.Second)
	if err == nil {
		_ = c.Close()
	}
	return err == nil
}
