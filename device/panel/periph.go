package panel

import (
	"errors"
	"fmt"
	"log"
	"log/slog"
	"os"
	"strings"
	"time"

	"kidoban/device/line"

	"periph.io/x/conn/v3/driver/driverreg"
	"periph.io/x/conn/v3/gpio"
	"periph.io/x/host/v3/gpioioctl"
)

// Prepare makes periph look for GPIO chips. It has to come first in main, before goroutines and any file of ours: where
// a chip has two device nodes, as on Raspberry Pi OS, periph closes file descriptor 0, which is given back here. The
// output of package log, periph's only way to say that a chip could not be opened, goes to logger from then on.
// Further calls change nothing.
//
// Only periph's gpioioctl is linked: one behaviour on every Pi, no registers, no root.
func Prepare(logger *slog.Logger) error {
	routeLog(logger)
	var state *driverreg.State
	err := keepStdin(func() (err error) {
		state, err = driverreg.Init()
		return err
	})
	if err != nil {
		return fmt.Errorf("look for GPIO chips: %w", err)
	}
	if len(gpioioctl.Chips) > 0 {
		return nil
	}
	why := errors.New("none could be opened")
	for _, f := range append(state.Failed, state.Skipped...) {
		why = fmt.Errorf("%w, %s", why, f)
	}
	return fmt.Errorf("look for GPIO chips: %w (are there /dev/gpiochip*, and may this user open them? group gpio)", why)
}

// routeLog sends package log to logger. Not where logger itself ends in package log: each would wait for the other.
func routeLog(logger *slog.Logger) {
	if fmt.Sprintf("%T", logger.Handler()) == "*slog.defaultHandler" {
		return
	}
	log.SetFlags(0)
	log.SetOutput(slog.NewLogLogger(logger.Handler().WithAttrs([]slog.Attr{slog.String("from", "periph")}), slog.LevelWarn).Writer())
}

// periphBoard is the machine's chips as periph found them.
type periphBoard struct{}

func chipOf(label string) (*gpioioctl.GPIOChip, error) {
	var found []*gpioioctl.GPIOChip
	var labels []string
	for _, c := range gpioioctl.Chips {
		labels = append(labels, fmt.Sprintf("%q", c.Label()))
		if c.Label() == label {
			found = append(found, c)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return nil, fmt.Errorf("no GPIO chip is labelled %q; there are %s", label, strings.Join(labels, ", "))
	}
	return nil, fmt.Errorf("%d GPIO chips are labelled %q", len(found), label)
}

// lineOf finds a line and proves that its name, which is all that a periph LineSet takes, is its own.
func lineOf(label string, number int) (*gpioioctl.GPIOChip, *gpioioctl.GPIOLine, error) {
	c, err := chipOf(label)
	if err != nil {
		return nil, nil, err
	}
	if number < 0 || number >= c.LineCount() {
		return nil, nil, fmt.Errorf("%s has no line %d; it has 0 to %d", label, number, c.LineCount()-1)
	}
	l := c.ByNumber(number)
	if l.Name() == "" || c.ByName(l.Name()) != l {
		return nil, nil, fmt.Errorf("line %d of %s has no name of its own (%q), by which alone it could be asked for; take %s",
			number, label, l.Name(), named(c))
	}
	return c, l, nil
}

// named lists the lines that can be asked for.
func named(c *gpioioctl.GPIOChip) string {
	var n []string
	for _, l := range c.Lines() {
		if l.Name() != "" && c.ByName(l.Name()) == l {
			n = append(n, fmt.Sprint(l.Number()))
		}
	}
	if len(n) == 0 {
		return "another chip: this one names none"
	}
	return "one of " + strings.Join(n, ", ")
}

func (periphBoard) Check(label string, number int) error {
	_, _, err := lineOf(label, number)
	return err
}

func (periphBoard) Request(label string, u use, numbers ...int) (lineSet, error) {
	cfg := gpioioctl.LineSetConfig{DefaultDirection: gpioioctl.LineInput, DefaultEdge: gpio.BothEdges, DefaultPull: pullOf(u.Pull)}
	switch {
	case u.Output:
		cfg.DefaultDirection, cfg.DefaultEdge, cfg.DefaultPull = gpioioctl.LineOutput, gpio.NoEdge, gpio.PullNoChange
	case u.Falling:
		cfg.DefaultEdge = gpio.FallingEdge
	}
	var chip *gpioioctl.GPIOChip
	for _, n := range numbers {
		c, l, err := lineOf(label, n)
		if err != nil {
			return nil, err
		}
		chip = c
		cfg.Lines = append(cfg.Lines, l.Name())
	}
	ls, err := chip.LineSetFromConfig(&cfg)
	if err == nil {
		return periphSet{ls}, nil
	}
	err = fmt.Errorf("ask for %s of %s: %w", linesText(numbers), label, err)
	if strings.Contains(err.Error(), "busy") { // periph keeps the text of the kernel's error alone
		for _, n := range numbers {
			if h := holder(chip.Path(), n); h != "" {
				err = fmt.Errorf("%w, line %d is held by %q", err, n, h)
			}
		}
	}
	return nil, err
}

func linesText(numbers []int) string {
	if len(numbers) == 1 {
		return fmt.Sprintf("line %d", numbers[0])
	}
	return "lines " + strings.Trim(strings.ReplaceAll(fmt.Sprint(numbers), " ", ", "), "[]")
}

func pullOf(s string) gpio.Pull {
	switch s {
	case "up":
		return gpio.PullUp
	case "down":
		return gpio.PullDown
	}
	return gpio.PullNoChange
}

func (periphBoard) Probe(label string, number int) error {
	_, l, err := lineOf(label, number)
	if err != nil {
		return err
	}
	defer l.Close()
	if err := l.In(gpio.PullUp, gpio.BothEdges); err != nil {
		return fmt.Errorf("ask for line %d of %s: %w", number, label, err)
	}
	for range 32 { // what the pull itself has done
		if !l.WaitForEdge(5 * time.Millisecond) {
			break
		}
	}
	high := l.Read()
	if err := l.In(gpio.PullDown, gpio.BothEdges); err != nil {
		return fmt.Errorf("turn the pull of line %d of %s: %w", number, label, err)
	}
	edge := l.WaitForEdge(line.MaxWait)
	switch low := l.Read(); {
	case edge:
		return nil
	case high == low:
		return fmt.Errorf("line %d of %s does not follow its pull: a spare line must have nothing connected", number, label)
	}
	return fmt.Errorf("line %d of %s went low and no edge was delivered: badges cannot be read with this kernel", number, label)
}

// periphSet keeps to what a LineSet does well: finite waits, whole reads, and one goroutine at a time waiting.
type periphSet struct{ ls *gpioioctl.LineSet }

func (s periphSet) Wait(timeout time.Duration) (int, bool, error) {
	n, _, err := s.ls.WaitForEdge(min(max(timeout, time.Millisecond), line.MaxWait)) // 0 would wait for ever, -1 not at all
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, fmt.Errorf("wait for an edge: %w", err)
	}
	return n, true, nil
}

func (s periphSet) Read() (uint64, error) {
	v, err := s.ls.Read(0)
	if err != nil {
		return 0, fmt.Errorf("read the level: %w", err)
	}
	return uint64(v), nil
}

func (s periphSet) Out(bits, mask uint64) error {
	if err := s.ls.Out(gpio.GPIOValue(bits), gpio.GPIOValue(mask)); err != nil {
		return fmt.Errorf("drive the line: %w", err)
	}
	return nil
}

func (s periphSet) Close() error {
	if err := s.ls.Close(); err != nil {
		return fmt.Errorf("give the line back: %w", err)
	}
	return nil
}
