// Package metrics is what Prometheus is told: how a door daemon and a central log are, in numbers.
//
// No person, card, permit, visit or alarm is in a name, a label or a value: labels are the closed lists of the wire contract
// and, at the central log, the names of controllers. What is counted is counted from what became durable.
package metrics

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"kidoban/controller/wire"
)

// Set is a program's metrics.
type Set struct{ registry *prometheus.Registry }

// NewSet registers metrics.
func NewSet(all ...prometheus.Collector) Set {
	s := Set{prometheus.NewRegistry()}
	s.registry.MustRegister(all...)
	return s
}

// Handler answers Prometheus.
func (s Set) Handler() http.Handler {
	return promhttp.HandlerFor(s.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 2, Timeout: 10 * time.Second})
}

// Gatherer is for tests, and for whoever writes the text elsewhere.
func (s Set) Gatherer() prometheus.Gatherer { return s.registry }

// Listen takes the address at once, so that one in use is an error of the start.
func Listen(addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen for Prometheus: %w", err)
	}
	return l, nil
}

// Serve answers on l, at /metrics alone, until ctx ends.
func (s Set) Serve(ctx context.Context, l net.Listener) error {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", s.Handler())
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, WriteTimeout: 20 * time.Second, MaxHeaderBytes: 8 << 10}
	stop := context.AfterFunc(ctx, func() { _ = srv.Close() })
	defer stop()
	if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("answer Prometheus: %w", err)
	}
	return nil
}

func gauge(name, help string, value func() float64) prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value)
}

// Truth is 1 for what is so.
func Truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// Machine is what both programs tell of the machine they run on.
func Machine(look func() *wire.Health) []prometheus.Collector {
	of := func(name, help string, value func(*wire.Health) float64) prometheus.Collector {
		return gauge(name, help, func() float64 {
			h := look()
			if h == nil {
				return 0
			}
			return value(h)
		})
	}
	return []prometheus.Collector{
		of("kidoban_clock_synchronised", "1 while a time service holds the clock.", func(h *wire.Health) float64 { return Truth(h.Clock.State == "synchronised") }),
		of("kidoban_disk_free_bytes", "Bytes free on the disk of the data directory.", func(h *wire.Health) float64 { return float64(h.Disk.Free) }),
		of("kidoban_disk_size_bytes", "Size of that disk.", func(h *wire.Health) float64 { return float64(h.Disk.Size) }),
		of("kidoban_data_bytes", "Bytes that the data directory's files take.", func(h *wire.Health) float64 { return float64(h.Disk.Journal) }),
		of("kidoban_undervoltage", "1 while the supply is too weak (Raspberry Pi).", func(h *wire.Health) float64 {
			return Truth(h.Board.Undervoltage != nil && *h.Board.Undervoltage)
		}),
	}
}
