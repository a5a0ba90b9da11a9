package panel_test

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
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

// The lines of the door on the bench. The contact's second line is the exit reader's.
const (
	strike = 22
	door1  = 24
	button = 25
	d0, d1 = 17, 27
	green  = 12
	spare  = 26
	fireIn = 23
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
		cfg.Fire = &config.Input{Line: fireIn, Debounce: config.Duration(20 * time.Millisecond)}
		dr := door()
		b := newBench(strike, door1, button, d0, d1, green, spare, fireIn)
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
