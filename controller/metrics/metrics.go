// Package metrics is what Prometheus is told: how a door daemon is, in numbers, and what it has in common with a central log
// (controller/metrics/central).
//
// No person, card, permit, visit or alarm is in a name, a label or a value: labels are the closed lists of the wire contract
// and, at the central log, the names of controllers. What is counted is counted from what became durable.
//
// The door's text is written here, in Prometheus's exposition format 0.0.4, and not by Prometheus's library: with what that
// links, a small machine's daemon would be a tenth larger.
package metrics

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"kidoban/controller/wire"
)

// Gauge is a number that goes up and down.
type Gauge struct {
	Name, Help string
	Value      func() float64
}

// Listen takes the address at once, so that one in use is an error of the start.
func Listen(addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen for Prometheus: %w", err)
	}
	return l, nil
}

// Serve lets h answer on l, at /metrics alone, until ctx ends.
func Serve(ctx context.Context, l net.Listener, h http.Handler) error {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", h)
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, WriteTimeout: 20 * time.Second, MaxHeaderBytes: 8 << 10}
	stop := context.AfterFunc(ctx, func() { _ = srv.Close() })
	defer stop()
	if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("answer Prometheus: %w", err)
	}
	return nil
}

// Truth is 1 for what is so.
func Truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// Machine is what both programs tell of the machine they run on; look may not know yet.
func Machine(look func() *wire.Health) []Gauge {
	of := func(name, help string, value func(*wire.Health) float64) Gauge {
		return Gauge{name, help, func() float64 {
			if h := look(); h != nil {
				return value(h)
			}
			return 0
		}}
	}
	return []Gauge{
		of("kidoban_clock_synchronised", "1 while a time service holds the clock.", func(h *wire.Health) float64 { return Truth(h.Clock.State == "synchronised") }),
		of("kidoban_disk_free_bytes", "Bytes free on the disk of the data directory.", func(h *wire.Health) float64 { return float64(h.Disk.Free) }),
		of("kidoban_disk_size_bytes", "Size of that disk.", func(h *wire.Health) float64 { return float64(h.Disk.Size) }),
		of("kidoban_data_bytes", "Bytes that the data directory's files take.", func(h *wire.Health) float64 { return float64(h.Disk.Journal) }),
		of("kidoban_undervoltage", "1 while the supply is too weak (Raspberry Pi).", func(h *wire.Health) float64 {
			return Truth(h.Board.Undervoltage != nil && *h.Board.Undervoltage)
		}),
	}
}
