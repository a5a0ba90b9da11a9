package panel_test

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"kidoban/config"
	"kidoban/device"
	"kidoban/device/clock"
	"kidoban/device/panel"
)

func TestRule6BusyInputIsAFaultAtOnceAndTheRestWorks(t *testing.T) {
	onDesk(t, func(_ *config.Panel, _ *config.Door, b *bench) { b.busy[door1] = "someone@12" }, func(d desk) {
		ev := d.events(time.Second)
		if len(ev) == 0 || ev[0].Kind != device.PointFaulted || ev[0].Point != "contact" || !strings.Contains(ev[0].Diagnosis, "someone@12") {
			t.Fatalf("events %+v", ev)
		}
		for _, e := range ev[1:] {
			if e.Kind == device.DoorOpened || e.Kind == device.DoorClosed {
				t.Error("a line that could not be had was read")
			}
		}
		d.badge(1, 2)
		d.expect(time.Second, device.CardRead)
		if p := d.p.SelfTest(d.ctx); len(p) != 1 || p[0].Point != "contact" {
			t.Errorf("self-test %v", p)
		}
	})
}

func TestRule6LineThatErrsIsNeverTrustedAgain(t *testing.T) {
	onDesk(t, nil, func(d desk) {
		d.events(time.Second)
		d.change(door1, func(w *wire) { w.err = errors.New("no such device") })
		ev := d.events(time.Second)
		if len(ev) != 1 || ev[0].Kind != device.PointFaulted || ev[0].Point != "contact" {
			t.Fatalf("events %+v", ev)
		}
		d.change(door1, func(w *wire) { w.err = nil })
		d.move(door1, true)
		d.expect(time.Second)
	})
}

// Pitfall 3: a lost edge costs at most the time to the next look.
func TestRule6LostEdgeConverges(t *testing.T) {
	onDesk(t, func(_ *config.Panel, _ *config.Door, b *bench) { b.lines[door1].deaf = true }, func(d desk) {
		d.events(time.Second)
		d.move(door1, true)
		d.expect(400*time.Millisecond, device.DoorOpened)
		d.move(door1, false)
		d.expect(400*time.Millisecond, device.DoorClosed)
		d.move(door1, true)
		time.Sleep(400 * time.Millisecond)
		d.move(door1, false)
		d.expect(400*time.Millisecond, device.DoorOpened, device.DoorClosed)
	})
}

func TestRule7KernelThatKeepsOutputsDrivenIsTold(t *testing.T) {
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	const dir = "module/pinctrl_bcm2835/parameters/"
	for name, c := range map[string]struct {
		sys fs.FS
		bad bool
	}{
		"no parameter":        {fstest.MapFS{}, false},
		"outputs persist":     {fstest.MapFS{dir + "persist_gpio_outputs": file("Y\n")}, true},
		"outputs are freed":   {fstest.MapFS{dir + "persist_gpio_outputs": file("N\n")}, false},
		"an older kernel":     {fstest.MapFS{dir + "strict_gpiod": file("N\n")}, true},
		"the Pi 5's":          {fstest.MapFS{"module/pinctrl_rp1/parameters/persist_gpio_outputs": file("Y\n")}, true},
		"an older strict one": {fstest.MapFS{dir + "strict_gpiod": file("Y\n")}, false},
	} {
		if why := panel.OutputsPersist(c.sys); (why != "") != c.bad {
			t.Errorf("%s: %q", name, why)
		}
	}
	clk, err := clock.Start()
	if err != nil {
		t.Fatal(err)
	}
	p, err := panel.OpenOn(t.Context(), config.Panel{}, nil, clk, slog.New(slog.DiscardHandler), newBench(), fstest.MapFS{dir + "persist_gpio_outputs": file("Y\n")})
	if err != nil {
		t.Fatal(err)
	}
	if got := p.SelfTest(t.Context()); len(got) != 1 || !strings.Contains(got[0].String(), "strict_gpiod") {
		t.Errorf("self-test %v", got)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- p.Run(ctx) }()
	if e := <-p.Events(); e.Kind != device.OutputsPersist || !e.AtStart {
		t.Errorf("event %+v", e)
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestRule7SecureAllGoesOnPastFailures(t *testing.T) {
	b := newBench(strike, 5)
	b.busy[5] = "someone@12"
	doors := []config.Door{
		{Name: "gone", Strike: &config.Output{Line: 99}}, {Name: "busy", Strike: &config.Output{Line: 5}}, {Name: "main", Strike: &config.Output{Line: strike}},
	}
	b.lines[strike].high = true
	err := panel.SecureAllOn(config.Panel{Chip: "bench"}, doors, b)
	if err == nil || !strings.Contains(err.Error(), "door gone") || !strings.Contains(err.Error(), "door busy") || strings.Contains(err.Error(), "door main") {
		t.Errorf("errors: %v", err)
	}
	if b.high(strike) || !slices.Equal(b.lines[strike].trace, []string{"out", "set 0"}) {
		t.Errorf("the strike that could be had: %v", b.lines[strike].trace)
	}
}

// Pitfall 16: a reader that powers up, or a button that is down, reports nothing.
func TestSettleTime(t *testing.T) {
	onDesk(t, nil, func(d desk) {
		d.move(button, false)
		time.Sleep(100 * time.Millisecond)
		d.move(button, true)
		d.badge(1, 2)
		for _, e := range d.events(2 * time.Second) {
			if !e.AtStart {
				t.Errorf("event %+v", e)
			}
		}
		d.move(button, false)
		d.expect(200*time.Millisecond, device.ExitPressed)
	})
}

// Found open is told as found, with the instant since which it stood so at the latest.
func TestDoorFoundOpenIsToldAtStart(t *testing.T) {
	onDesk(t, func(_ *config.Panel, _ *config.Door, b *bench) { b.lines[door1].high = true }, func(d desk) {
		ev := d.events(time.Second)
		if i := slices.IndexFunc(ev, func(e device.Event) bool { return e.Kind == device.DoorOpened }); i < 0 || !ev[i].AtStart {
			t.Errorf("events %+v", ev)
		}
	})
}

func TestJammedButtonIsAFaultUntilItIsFree(t *testing.T) {
	onDesk(t, nil, func(d desk) {
		d.events(time.Second)
		d.move(button, false)
		d.expect(11*time.Second, device.ExitPressed, device.PointFaulted)
		d.move(button, true)
		d.expect(time.Second, device.PointRestored, device.ExitReleased)
	})
}

func TestReaderWireHeldLowIsAFaultUntilItIsHigh(t *testing.T) {
	onDesk(t, nil, func(d desk) {
		d.events(time.Second)
		d.move(d1, false)
		ev := d.events(3 * time.Second)
		last := ev[len(ev)-1]
		if last.Kind != device.PointFaulted || last.Point != "reader entry" || !strings.Contains(last.Diagnosis, "D1 is held low") {
			t.Errorf("events %+v", ev)
		}
		d.move(d1, true)
		d.expect(time.Second, device.PointRestored)
	})
}

// Pitfall 21: the start tries out the delivery of edges where the site gives it a spare line.
func TestSelfTestTellsOfEdgesThatAreNotDelivered(t *testing.T) {
	onDesk(t, func(_ *config.Panel, _ *config.Door, b *bench) { b.probeAs = errors.New("no edge was delivered") }, func(d desk) {
		if got := d.p.SelfTest(d.ctx); len(got) != 1 || !strings.Contains(got[0].String(), "no edge was delivered") {
			t.Errorf("self-test %v", got)
		}
	})
}

func TestNoDigitOfACardIsInAnySource(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Skip("no source here")
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(f, "_test.go") && strings.Contains(string(b), "Credential") {
			t.Errorf("%s looks into credentials: a driver passes them on", f)
		}
	}
}

func TestBothWiresLowAtOnceIsNoCard(t *testing.T) {
	onDesk(t, nil, func(d desk) {
		d.events(time.Second)
		d.mu.Lock()
		d.lines[d1].high = false // its edge comes with the other's
		d.mu.Unlock()
		d.move(d0, false)
		time.Sleep(time.Millisecond)
		d.move(d0, true)
		d.move(d1, true)
		ev := d.events(time.Second)
		if len(ev) == 0 || ev[0].Kind != device.Misread || ev[0].Diagnosis == "" {
			t.Errorf("events %+v", ev)
		}
	})
}

func TestEdgesOfSpareLinesAreNoBits(t *testing.T) {
	onDesk(t, nil, func(d desk) {
		d.events(time.Second)
		for range 26 {
			d.move(spare, true)
			d.move(spare, false)
			time.Sleep(time.Millisecond)
		}
		d.expect(time.Second)
		d.badge(1, 2)
		d.expect(time.Second, device.CardRead)
	})
}

func TestLampThatFailsIsAFaultOnceAndNoErrorOfACommand(t *testing.T) {
	onDesk(t, nil, func(d desk) {
		d.events(time.Second)
		d.change(green, func(w *wire) { w.err = errors.New("no such device") })
		for _, s := range []device.Signal{device.Granted, device.Idle, device.Granted} {
			if err := d.p.Do(d.ctx, device.Command{Action: device.Show, Door: "main", Signal: s}); err != nil {
				t.Error(err)
			}
		}
		ev := d.events(time.Second)
		if len(ev) != 1 || ev[0].Kind != device.PointFaulted || ev[0].Point != "green lamp" || ev[0].Direction != device.Entry {
			t.Errorf("events %+v", ev)
		}
		d.change(green, func(w *wire) { w.err = nil })
	})
}
