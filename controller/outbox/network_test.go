package outbox_test

import (
	"strings"
	"testing"
	"time"

	"kidoban/controller/outbox"
	"kidoban/controller/outbox/link/linktest"
	"kidoban/controller/outbox/outboxtest"
)

// Pitfall 14: a connection that is silently dead is found out by the age of the oldest PUBACK that is missing.
func TestAHalfOpenConnectionIsLeft(t *testing.T) {
	url := broker(t)
	_, pinned := key(t, "central")
	d := outboxtest.NewDoor(t, "main-ctl", pinned)
	proxy := linktest.StartProxy(t, strings.TrimPrefix(url, "tcp://"))
	p := join(t, url, "peer", prefix+"#")
	d.Run(proxy.URL(), func(c *outbox.Config) { c.Delivery, c.Pace.Silence = outbox.Broker, time.Second })
	outboxtest.Await(t, "the first entry", func() bool { return len(p.on(prefix+"event/")) == 1 })
	proxy.Stall(true)
	began := time.Now()
	d.Commit(10)
	outboxtest.Await(t, "link.lost", func() bool { return d.Noticed(outbox.Lost) })
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("found out after %v", took)
	}
	proxy.Stall(false)
	outboxtest.Await(t, "link.restored", func() bool { return d.Noticed(outbox.Restored) })
	outboxtest.Await(t, "the rest", func() bool { return len(p.on(prefix+"event/")) >= 11 })
	consecutive(t, distinct(p.on(prefix+"event/")))
}

// distinct leaves out repeats, which carry the same bytes.
func distinct(payloads [][]byte) [][]byte {
	seen := map[string]bool{}
	var out [][]byte
	for _, b := range payloads {
		if !seen[string(b)] {
			seen[string(b)] = true
			out = append(out, b)
		}
	}
	return out
}

// A badge's path ends at Kick and its like: they return at once whatever the broker does.
func TestASlowDeadOrStalledBrokerDelaysNobody(t *testing.T) {
	for name, trouble := range map[string]func(*linktest.Proxy){
		"slow":    func(p *linktest.Proxy) { p.Slow(50 * time.Millisecond) },
		"stalled": func(p *linktest.Proxy) { p.Stall(true) },
		"cutting": func(p *linktest.Proxy) { p.Cut() },
	} {
		t.Run(name, func(t *testing.T) {
			url := broker(t)
			_, pinned := key(t, "central")
			d := outboxtest.NewDoor(t, "main-ctl", pinned)
			proxy := linktest.StartProxy(t, strings.TrimPrefix(url, "tcp://"))
			d.Run(proxy.URL(), nil)
			d.Commit(500)
			trouble(proxy)
			var worst time.Duration
			for i := range 2000 {
				if i%200 == 0 {
					d.Commit(20)
				}
				began := time.Now()
				d.Out.Kick()
				d.Out.Door("room", []byte(`{}`))
				d.Out.Mode("normal")
				d.Out.Clock(true)
				worst = max(worst, time.Since(began))
			}
			if worst > 100*time.Millisecond { // the machine is shared; a blocked caller would wait for seconds
				t.Errorf("a caller waited %v", worst)
			}
			proxy.Stall(false)
		})
	}
}

func TestTheBrokerIsAwayAtFirst(t *testing.T) {
	m := linktest.StartMosquitto(t)
	m.Kill()
	_, pinned := key(t, "central")
	d := outboxtest.NewDoor(t, "main-ctl", pinned)
	d.Run(m.URL(), func(c *outbox.Config) { c.Delivery = outbox.Broker })
	d.Commit(10)
	outboxtest.Await(t, "link.lost", func() bool { return d.Noticed(outbox.Lost) })
	m.Start()
	p := join(t, m.URL(), "peer", prefix+"#")
	outboxtest.Await(t, "everything", func() bool { return len(p.on(prefix+"event/")) >= 11 })
	outboxtest.Await(t, "link.restored", func() bool { return d.Noticed(outbox.Restored) })
	consecutive(t, distinct(p.on(prefix+"event/")))
}

// The will: whoever watches the status topic hears of a door that vanished.
func TestWill(t *testing.T) {
	m := linktest.StartMosquitto(t)
	_, pinned := key(t, "central")
	d := outboxtest.NewDoor(t, "main-ctl", pinned)
	proxy := linktest.StartProxy(t, strings.TrimPrefix(m.URL(), "tcp://"))
	p := join(t, m.URL(), "peer", prefix+"status")
	d.Run(proxy.URL(), func(c *outbox.Config) { c.Pace.Retry, c.Pace.RetryMost = time.Hour, time.Hour })
	outboxtest.Await(t, "online", func() bool { return len(p.on(prefix+"status")) > 0 })
	proxy.Cut()
	outboxtest.Await(t, "the will", func() bool {
		s := p.on(prefix + "status")
		return string(s[len(s)-1]) == `{"online":false}`
	})
}
