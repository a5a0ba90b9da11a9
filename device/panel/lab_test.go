//go:build lab

package panel_test

// These tests run where the kernel's gpio-sim has made a chip of 54 lines labelled like the Pi 4's: real line requests,
// real edges, and the kernel's own trace as the witness of what was driven. The outside world is this program again, in
// other roles.

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"kidoban/config"
	"kidoban/device"
	"kidoban/device/clock"
	"kidoban/device/panel"
)

// What the lab's door has besides.
const (
	chip   = "pinctrl-bcm2711"
	red    = 13
	buzzer = 16
)

var logged bytes.Buffer

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "role" {
		if err := role(os.Args[2:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	if _, err := os.Stat("/sys/kernel/config/gpio-sim"); err != nil {
		fmt.Println("lab: no gpio-sim on this machine")
		os.Exit(1)
	}
	// As on Raspberry Pi OS, the chip has a second node: periph will close it, and descriptor 0 with it.
	if err := os.Symlink("/dev/gpiochip0", "/dev/gpiochip4"); err != nil && !os.IsExist(err) {
		fmt.Println("lab:", err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// role is what this program does as a second process.
func role(a []string) error {
	switch a[0] {
	case "pulse": // BITS TIMES BETWEEN
		n, _ := strconv.Atoi(a[2])
		between, err := time.ParseDuration(a[3])
		if err != nil {
			return err
		}
		for range n {
			frame(a[1])
			time.Sleep(between)
		}
		return nil
	case "hold", "release": // the panel's own process, holding its lines until it is killed
		p, _, err := labPanel(slog.New(slog.DiscardHandler))
		if err != nil {
			return err
		}
		go p.Run(context.Background())
		for a[0] == "release" {
			if err := p.Do(context.Background(), device.Command{Action: device.Release, Door: "main", For: time.Hour}); err == nil {
				break
			}
			time.Sleep(time.Millisecond)
		}
		fmt.Println("ready")
		select {}
	}
	return fmt.Errorf("unknown role %q", a[0])
}

func child(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	c := exec.Command(os.Args[0], append([]string{"role"}, args...)...)
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Process.Kill(); c.Wait() })
	if args[0] != "pulse" {
		if s, err := bufio.NewReader(out).ReadString('\n'); err != nil {
			t.Fatal("the second process failed: ", s, err)
		}
	}
	return c
}

func TestLabRule1InitKeepsStandardInput(t *testing.T) {
	before, _ := os.Readlink("/proc/self/fd/0")
	if err := panel.Prepare(slog.New(slog.NewTextHandler(&logged, nil))); err != nil {
		t.Fatal(err)
	}
	after, err := os.Readlink("/proc/self/fd/0")
	if err != nil || after != before {
		t.Errorf("descriptor 0 was %q and is %q (%v): periph takes 0 for a line not asked for", before, after, err)
	}
}

func TestLabRule2LinesThatDoNotExistAreNamed(t *testing.T) {
	clk, err := clock.Start()
	if err != nil {
		t.Fatal(err)
	}
	cfg, doors := labConfig()
	cfg.Chip = "pinctrl-rp1"
	if _, err := panel.Open(t.Context(), cfg, doors, clk, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), chip) {
		t.Errorf("a missing chip: %v, which does not name the one that exists", err)
	}
	cfg.Chip = chip
	doors[0].Contact.Line = 99
	if _, err := panel.Open(t.Context(), cfg, doors, clk, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), "0 to 53") {
		t.Errorf("a missing line: %v, which does not say which exist", err)
	}
}

func TestLabRule3FramesAreReadWhole(t *testing.T) {
	p := start(t)
	take(p, 500*time.Millisecond)
	const n = 500
	c := child(t, "pulse", badge(t, 117, 48271), strconv.Itoa(n), "30ms")
	// Nobody takes an event meanwhile: a controller that is slow costs no badge.
	if err := c.Wait(); err != nil {
		t.Fatal(err)
	}
	cards := 0
	for _, e := range take(p, 500*time.Millisecond) {
		if e.Kind == device.CardRead && e.Credential.Facility == 117 && e.Credential.Card == 48271 && e.Direction == device.Entry {
			cards++
		} else {
			t.Errorf("event of kind %d: %s", e.Kind, e.Diagnosis)
		}
	}
	if cards != n {
		t.Errorf("%d of %d frames were read", cards, n)
	}
}

func TestLabRule4RunEndsSoonAfterItsContext(t *testing.T) {
	p, _, err := labPanel(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	time.Sleep(time.Second)
	began := time.Now()
	stop()
	if err := <-done; err != nil || time.Since(began) > 300*time.Millisecond {
		t.Errorf("Run ended %v after its context with %v", time.Since(began), err)
	}
}

// Pitfall 17: no pulse at the start. And the strike is never turned into an input to be read.
func TestLabRule5StrikeIsLowFirstAndNeverAnInput(t *testing.T) {
	traceOn(t)
	p, clk, err := labPanel(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	time.Sleep(3 * time.Second)
	problems := p.SelfTest(ctx)
	began := clk.Now()
	if err := p.Do(ctx, device.Command{Action: device.Release, Door: "main", For: 200 * time.Millisecond}); err != nil {
		t.Fatal(err)
	}
	if !isHigh(strike) {
		t.Error("released and the line is low")
	}
	time.Sleep(time.Second) // nobody secures it
	if isHigh(strike) {
		t.Error("the backup timer did not secure the strike")
	}
	stop()
	<-done
	ev := traceOff(t, strike)
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	var high time.Duration
	for i, e := range ev {
		switch e.what {
		case "in":
			t.Errorf("the strike's line became an input: %v", ev)
		case "set 1":
			high = e.at
			if i == 0 || e.at < began.Mono-time.Second {
				t.Errorf("driven before it was released: %v", ev)
			}
		case "set 0":
			if high != 0 {
				if d := e.at - high; d < 195*time.Millisecond || d > 210*time.Millisecond {
					t.Errorf("driven for %v, 200 ms were asked for", d)
				}
				high = 0
			}
		}
	}
	if len(ev) == 0 || !slices.ContainsFunc(ev, func(e traced) bool { return e.what == "set 1" }) {
		t.Errorf("the trace shows no release: %v", ev)
	}
	for _, pr := range problems {
		t.Errorf("self-test: %v", pr)
	}
}

func TestLabRule6BusyLineIsAFaultThatNamesItsHolder(t *testing.T) {
	c := child(t, "hold")
	holder := fmt.Sprintf("%s@%d", filepath.Base(os.Args[0]), c.Process.Pid)
	p, _, err := labPanel(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	go p.Run(ctx)
	points := map[string]string{}
	for _, e := range take(p, 500*time.Millisecond) {
		if e.Kind != device.PointFaulted {
			t.Errorf("event of kind %d from a line that another program holds", e.Kind)
		}
		points[e.Point] = e.Diagnosis
	}
	for _, want := range []string{"strike", "contact", "exit button", "reader entry", "fire", "green lamp"} {
		if !strings.Contains(points[want], "busy") || !strings.Contains(points[want], holder) {
			t.Errorf("%s: %q", want, points[want])
		}
	}
	if err := p.Do(ctx, device.Command{Action: device.Release, Door: "main", For: time.Second}); err == nil {
		t.Error("a strike that another program holds was released")
	}
}

func TestLabRule6LevelsConvergeAndPulsesAreSeen(t *testing.T) {
	set(door1, false)
	p := start(t)
	found := take(p, 600*time.Millisecond)
	if i := slices.IndexFunc(found, func(e device.Event) bool { return e.Kind == device.DoorClosed && e.AtStart }); i < 0 {
		t.Errorf("found at the start: %v", kinds(found))
	}
	set(door1, true)
	time.Sleep(400 * time.Millisecond)
	set(door1, false)
	if got := kinds(take(p, 500*time.Millisecond)); !slices.Equal(got, []device.Kind{device.DoorOpened, device.DoorClosed}) {
		t.Errorf("Pitfall 3: a pulse of 400 ms gave %v", got)
	}
	for i := range 401 { // far more edges than the kernel keeps; ends open
		set(door1, i%2 == 0)
	}
	if got := kinds(take(p, 500*time.Millisecond)); !slices.Equal(got, []device.Kind{device.DoorOpened}) {
		t.Errorf("Pitfall 3: a storm of edges that ends open gave %v", got)
	}
	set(door1, false)
	take(p, 400*time.Millisecond)
	set(button, false)
	time.Sleep(100 * time.Millisecond)
	set(button, true)
	if got := kinds(take(p, 500*time.Millisecond)); !slices.Equal(got, []device.Kind{device.ExitPressed, device.ExitReleased}) {
		t.Errorf("a press of the exit button gave %v", got)
	}
}

// Pitfall 16: what moves before the inputs have settled is not reported as having happened.
func TestLabSettleTime(t *testing.T) {
	p, _, err := labPanel(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	go p.Run(ctx)
	set(button, false)
	time.Sleep(60 * time.Millisecond)
	set(button, true)
	set(door1, true)
	time.Sleep(60 * time.Millisecond)
	set(door1, false)
	frame("10101010")
	for _, e := range take(p, 800*time.Millisecond) {
		if !e.AtStart {
			t.Errorf("event of kind %d, point %q was reported as having happened", e.Kind, e.Point)
		}
	}
}

func TestLabRule7KilledWhileReleasedLeavesTheStrikeOff(t *testing.T) {
	c := child(t, "release")
	if !isHigh(strike) {
		t.Fatal("the second process did not release")
	}
	c.Process.Kill()
	c.Wait()
	if isHigh(strike) {
		t.Error("the strike stayed driven after SIGKILL")
	}
}

func TestLabSecureAllGoesOnPastFailures(t *testing.T) {
	set(strike, true) // what a kernel that keeps outputs driven would leave
	defer set(strike, false)
	cfg, doors := labConfig()
	broken := config.Door{Name: "broken", Strike: &config.Output{Line: 99}}
	traceOn(t)
	err := panel.SecureAll(cfg, append([]config.Door{broken}, doors...), slog.New(slog.DiscardHandler))
	if err == nil || !strings.Contains(err.Error(), "door broken") || strings.Contains(err.Error(), "door main") {
		t.Errorf("SecureAll: %v", err)
	}
	if ev := traceOff(t, strike); !slices.ContainsFunc(ev, func(e traced) bool { return e.what == "set 0" }) ||
		slices.ContainsFunc(ev, func(e traced) bool { return e.what == "set 1" }) {
		t.Errorf("the strike was not driven off: %v", ev)
	}
}

func TestLabLampsShowSignals(t *testing.T) {
	p := start(t)
	show := func(s device.Signal) {
		t.Helper()
		if err := p.Do(t.Context(), device.Command{Action: device.Show, Door: "main", Direction: device.Entry, Signal: s}); err != nil {
			t.Fatal(err)
		}
	}
	lit := func() [3]bool { return [3]bool{isHigh(green), !isHigh(red), isHigh(buzzer)} } // red is active low
	time.Sleep(50 * time.Millisecond)
	if got := lit(); got != [3]bool{false, true, false} {
		t.Errorf("idle shows %v", got)
	}
	show(device.Granted)
	if got := lit(); got != [3]bool{true, false, true} {
		t.Errorf("granted shows %v", got)
	}
	time.Sleep(500 * time.Millisecond)
	if got := lit(); got != [3]bool{true, false, false} {
		t.Errorf("granted shows %v after its tone", got)
	}
}
