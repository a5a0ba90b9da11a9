//go:build lab

package panel_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"kidoban/config"
	"kidoban/device"
	"kidoban/device/clock"
	"kidoban/device/panel"
	"kidoban/device/wiegand"
)

func labConfig() (config.Panel, []config.Door) {
	in := func(n int, pull string) *config.Input {
		return &config.Input{Line: n, Pull: pull, Debounce: config.Duration(20 * time.Millisecond)}
	}
	exit := in(button, "up")
	exit.ActiveLow = true
	return config.Panel{
			Chip: chip, Settle: config.Duration(300 * time.Millisecond), Fire: in(fire, "down"),
			Spare: []int{40, 41, 42, 43, 44, 45},
		}, []config.Door{{
			Name: "main", Contact: in(door1, "down"), Exit: exit, Strike: &config.Output{Line: strike},
			Entry: &config.Reader{
				D0: d0, D1: d1, Format: "H10301", FrameGap: config.Duration(25 * time.Millisecond),
				Green: &config.Output{Line: green}, Red: &config.Output{Line: red, ActiveLow: true}, Buzzer: &config.Output{Line: buzzer},
			},
		}}
}

func labPanel(log *slog.Logger) (*panel.Panel, clock.Clock, error) {
	clk, err := clock.Start()
	if err != nil {
		return nil, clk, err
	}
	cfg, doors := labConfig()
	p, err := panel.Open(context.Background(), cfg, doors, clk, log)
	return p, clk, err
}

// start opens and runs the panel, and ends both with the test.
func start(t *testing.T) *panel.Panel {
	t.Helper()
	p, _, err := labPanel(slog.New(slog.NewTextHandler(&logged, nil)))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error("Run: ", err)
		}
		if err := p.Close(); err != nil {
			t.Error("Close: ", err)
		}
	})
	for p.Do(ctx, device.Command{Action: device.Release, Door: "main", For: time.Millisecond}) != nil {
		time.Sleep(time.Millisecond)
	}
	return p
}

// take gathers events until nothing came for quiet.
func take(p *panel.Panel, quiet time.Duration) (out []device.Event) {
	for {
		select {
		case e := <-p.Events():
			out = append(out, e)
		case <-time.After(quiet):
			return out
		}
	}
}

func kinds(ev []device.Event) (out []device.Kind) {
	for _, e := range ev {
		out = append(out, e.Kind)
	}
	return out
}

func badge(t *testing.T, facility, card uint64) string {
	t.Helper()
	f, err := wiegand.Lookup("H10301")
	if err != nil {
		t.Fatal(err)
	}
	b, err := wiegand.Encode(f, facility, card)
	if err != nil {
		t.Fatal(err)
	}
	return b.Text()
}
