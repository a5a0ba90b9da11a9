package panel_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"kidoban/config"
	"kidoban/device"
	"kidoban/device/clock"
	"kidoban/device/panel"
)

const alarmLamp, sirenLine = 60, 61

// warned is a desk with an alarm lamp and a siren.
func warned(t *testing.T, change func(*bench), f func(d desk, tell func(device.Warning, time.Duration))) {
	onDesk(t, func(_ *config.Panel, dr *config.Door, b *bench) {
		dr.Lamp, dr.Siren = &config.Output{Line: alarmLamp}, &config.Output{Line: sirenLine, ActiveLow: true}
		b.lines[alarmLamp], b.lines[sirenLine] = &wire{}, &wire{}
		if change != nil {
			change(b)
		}
	}, func(d desk) {
		f(d, func(w device.Warning, long time.Duration) {
			if err := d.p.Do(d.ctx, device.Command{Action: device.Warn, Door: "main", Warning: w, For: long}); err != nil {
				t.Error(err)
			}
		})
	})
}

func (d desk) warning(what string, lamp, siren bool) {
	d.Helper()
	if d.high(alarmLamp) != lamp || d.high(sirenLine) == siren { // the siren is active low
		d.Errorf("%s: lamp %v, siren %v", what, d.high(alarmLamp), !d.high(sirenLine))
	}
}

func TestTheSirenEndsByItself(t *testing.T) {
	warned(t, nil, func(d desk, tell func(device.Warning, time.Duration)) {
		d.warning("at the start", false, false)
		tell(device.Sounding, time.Minute)
		d.warning("an alarm", true, true)
		d.events(59 * time.Second)
		d.warning("before a minute is over", true, true)
		d.events(2 * time.Second)
		d.warning("after it, though nobody says so", true, false)
		tell(device.Sounding, time.Minute)
		tell(device.Lit, 0)
		d.warning("silenced", true, false)
		tell(device.Sounding, 0)
		d.warning("a siren without an end", true, false)
		tell(device.Sounding, time.Hour)
		tell(device.Calm, 0)
		d.warning("acknowledged", false, false)
		tell(device.Sounding, time.Hour)
	})
}

// Whatever ends the panel ends the siren: its Run alone, too.
func TestNoSirenOutlivesThePanel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, dr := newBench(strike, door1, button, d0, d1, green, alarmLamp, sirenLine), door()
		dr.Lamp, dr.Siren = &config.Output{Line: alarmLamp}, &config.Output{Line: sirenLine, ActiveLow: true}
		clk, err := clock.Start()
		if err != nil {
			t.Fatal(err)
		}
		p, err := panel.OpenOn(t.Context(), config.Panel{Chip: "bench"}, []config.Door{dr}, clk, slog.New(slog.DiscardHandler), b, fstest.MapFS{})
		if err != nil {
			t.Fatal(err)
		}
		d := desk{t, b, p, clk, t.Context()}
		sound := func() {
			if err := p.Do(t.Context(), device.Command{Action: device.Warn, Door: "main", Warning: device.Sounding, For: time.Hour}); err != nil {
				t.Error(err)
			}
		}
		sound()
		d.warning("before Run: nothing would end it", true, false)
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- p.Run(ctx) }()
		synctest.Wait()
		sound()
		d.warning("an alarm", true, true)
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
		d.warning("after Run", false, false)
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
}

// A siren that cannot be stopped is a fault of its point, and is tried until it stops.
func TestASirenThatCannotBeStopped(t *testing.T) {
	warned(t, nil, func(d desk, tell func(device.Warning, time.Duration)) {
		tell(device.Sounding, time.Minute)
		d.change(sirenLine, func(w *wire) { w.err = errors.New("input/output error") })
		faults := 0
		for _, e := range d.events(2 * time.Minute) {
			if e.Kind == device.PointFaulted && e.Point == "siren" && e.Door == "main" {
				faults++
			}
		}
		d.warning("it fails", true, true)
		d.change(sirenLine, func(w *wire) { w.err = nil })
		d.events(2 * time.Second)
		d.warning("it works again", true, false)
		if faults != 1 {
			t.Errorf("%d faults are reported", faults)
		}
	})
}
