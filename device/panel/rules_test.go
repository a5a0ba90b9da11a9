package panel_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/exec"
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

func TestRule1OnlyGpioioctlAndSysfsAreLinked(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("no go here")
	}
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range strings.Fields(string(out)) {
		if rest, ok := strings.CutPrefix(p, "periph.io/x/host/v3"); ok && rest != "/gpioioctl" && !strings.HasPrefix(rest, "/sysfs") && rest != "/fs" {
			t.Errorf("%s is linked: it would write to registers behind the kernel", p)
		}
	}
}

// Periph closes descriptor 0 where a chip has two device nodes, and then takes 0 for "not asked for".
func TestRule1DescriptorZeroIsGivenBack(t *testing.T) {
	before, err := os.Stat("/proc/self/fd/0")
	if err != nil {
		t.Skip(err)
	}
	other, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	for name, harm := range map[string]func() error{
		"closed":   func() error { return closeFD(0) },
		"replaced": func() error { return dupFD(int(other.Fd()), 0) },
		"left":     func() error { return nil },
	} {
		failed := errors.New("the driver's own error")
		err := panel.KeepStdin(func() error { return errors.Join(harm(), failed) })
		if !errors.Is(err, failed) {
			t.Errorf("%s: the error is lost: %v", name, err)
		}
		if after, err := os.Stat("/proc/self/fd/0"); err != nil || !os.SameFile(before, after) {
			t.Errorf("%s: descriptor 0 is not what it was (%v)", name, err)
		}
	}
}

func TestRule1LogGoesToSlog(t *testing.T) {
	var b strings.Builder
	logTo(t, &b)
	panel.RouteLog(slog.New(slog.NewTextHandler(&b, nil)))
	logPrint("opening gpio chip failed")
	if !strings.Contains(b.String(), "opening gpio chip failed") || !strings.Contains(b.String(), "from=periph") {
		t.Errorf("logged %q", b.String())
	}
}

func TestRule2LinesAreCheckedAllAtOnce(t *testing.T) {
	clk, err := clock.Start()
	if err != nil {
		t.Fatal(err)
	}
	dr := door()
	dr.Contact.Line, dr.Strike.Line, dr.Exit.Line = 98, 99, d0
	_, err = panel.OpenOn(t.Context(), config.Panel{Chip: "bench"}, []config.Door{dr}, clk, slog.New(slog.DiscardHandler),
		newBench(button, d0, d1, green), fstest.MapFS{})
	for _, want := range []string{"door main: contact: bench has no line 98", "door main: strike: bench has no line 99", "line 17 of bench is the door main: exit button already"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in: %v", want, err)
		}
	}
}

func TestRule3BothWiresAndSpareLinesAreOneRequest(t *testing.T) {
	onDesk(t, nil, func(d desk) {
		if !slices.Contains(d.asked, "17 27 26") {
			t.Errorf("requests %v: D0, D1 and the spare line are not one", d.asked)
		}
		for _, s := range d.sets {
			if len(s.numbers) > 1 && !s.use.Falling {
				t.Error("a reader's set asks for rising edges too")
			}
		}
	})
}

func TestRule3SpareLinesAreSharedOut(t *testing.T) {
	onDesk(t, func(cfg *config.Panel, dr *config.Door, b *bench) {
		dr.Leave = &config.Reader{D0: 5, D1: 6, Format: "H10301"}
		cfg.Spare = []int{40, 41, 42}
		for _, n := range []int{5, 6, 40, 41, 42} {
			b.lines[n] = &wire{high: true}
		}
	}, func(d desk) {
		if !slices.Contains(d.asked, "17 27 40 42") || !slices.Contains(d.asked, "5 6 41") {
			t.Errorf("requests %v", d.asked)
		}
	})
}

func TestRule3ACardIsReadAtItsLastBit(t *testing.T) {
	onDesk(t, nil, func(d desk) {
		d.events(time.Second)
		d.badge(117, 48271)
		last := d.clk.Now().Mono - 950*time.Microsecond - 50*time.Microsecond // the last falling edge
		ev := d.events(100 * time.Millisecond)
		if len(ev) != 1 || ev[0].Kind != device.CardRead || ev[0].Credential.Card != 48271 || ev[0].Direction != device.Entry || ev[0].Door != "main" {
			t.Fatalf("events %+v", ev)
		}
		if ev[0].At.Mono != last {
			t.Errorf("stamped %v after its last bit", ev[0].At.Mono-last)
		}
	})
}

// A controller that takes nothing loses nothing, and holds up no wire.
func TestRule3NothingIsDroppedWhileNobodyTakes(t *testing.T) {
	onDesk(t, nil, func(d desk) {
		d.events(time.Second)
		const n = 400
		for i := range uint64(n) {
			d.badge(1, 1+i)
			time.Sleep(30 * time.Millisecond)
		}
		ev := d.events(100 * time.Millisecond)
		for i, e := range ev {
			if e.Kind != device.CardRead || e.Credential.Card != uint64(i+1) {
				t.Fatalf("event %d is of kind %d: %s", i, e.Kind, e.Diagnosis)
			}
		}
		if len(ev) != n {
			t.Errorf("%d of %d", len(ev), n)
		}
	})
}

func TestRule4WaitsAreFiniteAndShort(t *testing.T) {
	onDesk(t, nil, func(d desk) {
		d.events(time.Minute)
		d.mu.Lock()
		defer d.mu.Unlock()
		for _, s := range d.sets {
			if s.longest > 250*time.Millisecond {
				t.Errorf("lines %v were waited for %v", s.numbers, s.longest)
			}
		}
	})
}

// Pitfall 21: some kernels let a wait return at once.
func TestRule4AWaitThatDoesNotWaitIsAFault(t *testing.T) {
	onDesk(t, nil, func(d desk) {
		d.events(time.Second)
		d.mu.Lock()
		for _, s := range d.sets {
			s.atOnce = s.numbers[0] == d0
		}
		d.mu.Unlock()
		d.move(d0, false) // ends the wait under way
		ev := d.events(time.Second)
		if !slices.ContainsFunc(ev, func(e device.Event) bool {
			return e.Kind == device.PointFaulted && e.Point == "reader entry" && strings.Contains(e.Diagnosis, "at once")
		}) {
			t.Errorf("events %+v", ev)
		}
	})
}

// Pitfall 17: the first thing that is done to a strike is to drive it to its safe level, before any other line is touched.
func TestRule5StrikeFirstAndLow(t *testing.T) {
	onDesk(t, nil, func(d desk) {
		if d.asked[0] != "22" {
			t.Errorf("line %s was asked for before the strike", d.asked[0])
		}
		if tr := d.lines[strike].trace; !slices.Equal(tr, []string{"out", "set 0"}) {
			t.Errorf("the strike saw %v", tr)
		}
		d.events(10 * time.Second)
		d.p.SelfTest(d.ctx)
		for _, s := range d.lines[strike].trace {
			if s == "set 1" {
				t.Error("driven by nobody's command")
			}
		}
	})
}

func TestRule5ActiveLowStrikeNeedsItsPulseAccepted(t *testing.T) {
	clk, err := clock.Start()
	if err != nil {
		t.Fatal(err)
	}
	dr := door()
	dr.Strike.ActiveLow = true
	lines := newBench(strike, door1, button, d0, d1, green)
	if _, err = panel.OpenOn(t.Context(), config.Panel{Chip: "bench"}, []config.Door{dr}, clk, slog.New(slog.DiscardHandler), lines, fstest.MapFS{}); err == nil ||
		!strings.Contains(err.Error(), "pulse_at_start_accepted") {
		t.Errorf("opened: %v", err)
	}
	if len(lines.asked) != 0 {
		t.Errorf("lines %v were asked for", lines.asked)
	}
	dr.Strike.PulseAtStart = true
	p, err := panel.OpenOn(t.Context(), config.Panel{Chip: "bench"}, []config.Door{dr}, clk, slog.New(slog.DiscardHandler), lines, fstest.MapFS{})
	if err != nil {
		t.Fatal(err)
	}
	if !lines.high(strike) {
		t.Error("an active-low strike is left low: driven")
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
}

func TestRule5StrikeIsLetGoInTimeEvenIfNobodyAsks(t *testing.T) {
	onDesk(t, nil, func(d desk) {
		if err := d.release(5 * time.Second); err != nil {
			t.Fatal(err)
		}
		if !d.high(strike) {
			t.Fatal("released and low")
		}
		time.Sleep(5*time.Second - time.Millisecond)
		if !d.high(strike) {
			t.Error("let go too early")
		}
		time.Sleep(2 * time.Millisecond)
		if d.high(strike) {
			t.Error("driven after its time")
		}
		if err := d.release(time.Hour); err != nil {
			t.Fatal(err)
		}
		if err := d.p.Do(d.ctx, device.Command{Action: device.Secure, Door: "main"}); err != nil || d.high(strike) {
			t.Errorf("secured: %v, high %v", err, d.high(strike))
		}
	})
}

func TestReleaseIsRefused(t *testing.T) {
	onDesk(t, nil, func(d desk) {
		over, stop := context.WithCancel(d.ctx)
		stop()
		for name, err := range map[string]error{
			"without an end":      d.release(0),
			"of no door":          d.p.Do(d.ctx, device.Command{Action: device.Release, Door: "other", For: time.Second}),
			"nobody waits for":    d.p.Do(over, device.Command{Action: device.Release, Door: "main", For: time.Second}),
			"by no known command": d.p.Do(d.ctx, device.Command{Door: "main", For: time.Second}),
		} {
			if err == nil || d.high(strike) {
				t.Errorf("a release %s was carried out", name)
			}
		}
		if err := d.release(time.Hour); err != nil {
			t.Fatal(err)
		}
		if err := d.p.Close(); err != nil || d.high(strike) {
			t.Errorf("after Close: %v, strike %v", err, d.high(strike))
		}
		if d.release(time.Second) == nil {
			t.Error("released after Close")
		}
	})
}

func TestRule5StrikeThatDoesNotFollowIsAnErrorAndAFault(t *testing.T) {
	onDesk(t, func(_ *config.Panel, _ *config.Door, b *bench) { b.lines[strike].stuck = true }, func(d desk) {
		d.events(time.Second)
		if err := d.release(time.Second); err == nil || !strings.Contains(err.Error(), "reads low although it is driven high") {
			t.Errorf("released: %v", err)
		}
		ev := d.events(time.Second)
		if len(ev) != 1 || ev[0].Kind != device.PointFaulted || ev[0].Point != "strike" || ev[0].Door != "main" {
			t.Errorf("events %+v", ev)
		}
		if tr := d.lines[strike].trace; tr[len(tr)-1] != "set 0" {
			t.Errorf("left commanded on: %v", tr)
		}
	})
}
