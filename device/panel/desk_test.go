package panel_test

import (
	"context"
	"log/slog"
	"slices"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"kidoban/config"
	"kidoban/device"
	"kidoban/device/clock"
	"kidoban/device/panel"
	"kidoban/device/wiegand"
)

type desk struct {
	*testing.T
	*bench
	p   *panel.Panel
	clk clock.Clock
	ctx context.Context
}

func door() config.Door {
	const ms = config.Duration(time.Millisecond)
	return config.Door{
		Name:    "main",
		Contact: &config.Input{Line: door1, Pull: "up", Debounce: 20 * ms},
		Exit:    &config.Input{Line: button, Pull: "up", ActiveLow: true, Debounce: 20 * ms},
		Strike:  &config.Output{Line: strike},
		Entry:   &config.Reader{D0: d0, D1: d1, Format: "H10301", FrameGap: 25 * ms, Green: &config.Output{Line: green}},
	}
}

func onDesk(t *testing.T, change func(*config.Panel, *config.Door, *bench), f func(d desk)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		cfg := config.Panel{Chip: "bench", Settle: config.Duration(300 * time.Millisecond), Spare: []int{spare}}
		cfg.Fire = &config.Input{Line: fire, Debounce: config.Duration(20 * time.Millisecond)}
		dr := door()
		b := newBench(strike, door1, button, d0, d1, green, spare, fire)
		for _, n := range []int{button, d0, d1} {
			b.lines[n].high = true
		}
		if change != nil {
			change(&cfg, &dr, b)
		}
		clk, err := clock.Start()
		if err != nil {
			t.Fatal(err)
		}
		p, err := panel.OpenOn(t.Context(), cfg, []config.Door{dr}, clk, slog.New(slog.DiscardHandler), b, fstest.MapFS{})
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- p.Run(ctx) }()
		synctest.Wait()
		f(desk{t, b, p, clk, ctx})
		stop()
		if err := <-done; err != nil {
			t.Error("Run: ", err)
		}
		if err := p.Close(); err != nil {
			t.Error("Close: ", err)
		}
		if b.lines[strike].err == nil && !b.lines[strike].stuck && b.high(strike) {
			t.Error("the strike is driven after Close")
		}
	})
}

// events lets time pass and takes what comes meanwhile.
func (d desk) events(pass time.Duration) (out []device.Event) {
	end := time.NewTimer(pass)
	for {
		select {
		case e := <-d.p.Events():
			out = append(out, e)
		case <-end.C:
			return out
		}
	}
}

func (d desk) release(dur time.Duration) error {
	return d.p.Do(d.ctx, device.Command{Action: device.Release, Door: "main", For: dur})
}

func (d desk) expect(pass time.Duration, want ...device.Kind) {
	d.Helper()
	var got []device.Kind
	for _, e := range d.events(pass) {
		got = append(got, e.Kind)
	}
	if !slices.Equal(got, want) {
		d.Errorf("events %v, want %v", got, want)
	}
}

func (d desk) badge(facility, card uint64) {
	d.Helper()
	f, err := wiegand.Lookup("H10301")
	if err != nil {
		d.Fatal(err)
	}
	bits, err := wiegand.Encode(f, facility, card)
	if err != nil {
		d.Fatal(err)
	}
	for _, b := range []byte(bits.Text()) {
		n := d0
		if b == '1' {
			n = d1
		}
		d.move(n, false)
		time.Sleep(50 * time.Microsecond)
		d.move(n, true)
		time.Sleep(950 * time.Microsecond)
	}
}
