package link_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"kidoban/controller/outbox/link"
	"kidoban/controller/outbox/link/linktest"
)

func join(t *testing.T, c link.Config, filters ...string) *link.Link {
	t.Helper()
	l, err := link.Open(context.Background(), c, nil, filters...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return l
}

func next(t *testing.T, l *link.Link) string {
	t.Helper()
	select {
	case m := <-l.In():
		return m.Topic
	case <-l.Lost():
		t.Fatal(l.Why())
	case <-time.After(20 * time.Second):
		t.Fatal("nothing comes")
	}
	return ""
}

// A live link takes filters on and off, more than one packet holds, in the order of asking.
func TestFiltersOfALiveLink(t *testing.T) {
	m := linktest.StartMosquitto(t)
	l := join(t, link.Config{Broker: m.URL(), ClientID: "log"})
	other := join(t, link.Config{Broker: m.URL(), ClientID: "other"})
	var many []string
	for i := range 1000 {
		many = append(many, fmt.Sprintf("x/%d", i))
	}
	say := func(topic string) {
		n := other.Acknowledged()
		other.Out() <- link.Message{Topic: topic, Payload: []byte("1")}
		for other.Acknowledged() == n {
			<-other.Progress()
		}
	}
	other.Out() <- link.Message{Topic: "x/999", Payload: []byte("kept"), Retained: true}
	<-other.Progress()
	l.Subscribe(many...)
	if got := next(t, l); got != "x/999" {
		t.Fatalf("%s comes, not what is retained", got)
	}
	say("x/7")
	if got := next(t, l); got != "x/7" {
		t.Fatal(got)
	}
	l.Unsubscribe(many[:500]...)
	l.Subscribe("x/999") // what is retained comes once more: by then the order before it is carried out
	next(t, l)
	say("x/7")
	say("x/700")
	if got := next(t, l); got != "x/700" {
		t.Errorf("%s comes, which was given up", got)
	}
}

func TestARefusedFilterLosesTheLink(t *testing.T) {
	m := linktest.StartMosquitto(t)
	l := join(t, link.Config{Broker: m.URL(), ClientID: "log"})
	l.Subscribe("not/a/#/filter")
	<-l.Lost()
	if err := l.Why(); !strings.Contains(err.Error(), "subscribe") {
		t.Error(err)
	}
}

func TestABrokerThatDoesNotAnswerLosesTheLink(t *testing.T) {
	m := linktest.StartMosquitto(t)
	p := linktest.StartProxy(t, strings.TrimPrefix(m.URL(), "tcp://"))
	l := join(t, link.Config{Broker: p.URL(), ClientID: "log", Timeout: 300 * time.Millisecond})
	p.Stall(true)
	l.Subscribe("x")
	<-l.Lost()
	if err := l.Why(); !strings.Contains(err.Error(), "no answer") {
		t.Error(err)
	}
}
