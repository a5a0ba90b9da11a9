package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"kidoban/controller/outbox/outboxtest"
)

// TestRefusals: what the built-in broker refuses is told to Prometheus and by status, by its reason.
func TestRefusals(t *testing.T) {
	t.Parallel()
	addr, told := freeAddress(t), freeAddress(t)
	at := newSite(t, "central", "", "[broker]", fmt.Sprintf("listen = %q", addr), "tls = true", "[metrics]", fmt.Sprintf("listen = %q", told))
	output(t, append(at, "init")...)
	output(t, append(at, "enrol", "broker", "--role", "broker", "--host", "localhost", "--account", "mori")...)
	serving(t, at)
	outboxtest.Await(t, "plain MQTT is refused", func() bool {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			return false
		}
		defer func() { _ = c.Close() }()
		if _, err := c.Write([]byte("\x10\x0c\x00\x04MQTT\x04\x02\x00\x3c\x00\x00")); err != nil {
			return false
		}
		_, err = io.ReadAll(c)
		return err == nil
	})
	outboxtest.Await(t, "Prometheus is told", func() bool {
		return strings.Contains(scraped(t, told), `kidobanlog_broker_refusals_total{reason="not_tls"} `)
	})
	outboxtest.Await(t, "status tells", func() bool {
		out, _ := program(append(at, "status")...).Output() // it ends with a warning where no clock is set
		return strings.Contains(string(out), "city/central: its broker refused since it began: ") && strings.Contains(string(out), " not_tls")
	})
}

func scraped(t *testing.T, addr string) string {
	t.Helper()
	r, err := http.Get("http://" + addr + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Body.Close() }()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
