package panel

import (
	"errors"
	"fmt"
	"time"

	"kidoban/device"
	"kidoban/device/clock"
	"kidoban/device/line"
)

// board is what the panel needs of the machine's GPIO chips. periphBoard is the real one.
type board interface {
	// Check says whether a line exists and can be asked for.
	Check(chip string, number int) error
	// Request asks the kernel for lines of one chip as one set.
	Request(chip string, u use, numbers ...int) (lineSet, error)
	// Probe moves a free line by its own pull, and says what is wrong if no edge is delivered.
	Probe(chip string, number int) error
}

// lineSet is one request of the kernel's. Bits are in the order in which the lines were asked for.
type lineSet interface {
	// Wait waits for an edge and says on which line it was. It never waits longer than line.MaxWait.
	Wait(timeout time.Duration) (number int, edge bool, err error)
	// Read is the level of every line. On outputs it reads back what is driven.
	Read() (uint64, error)
	Out(bits, mask uint64) error
	Close() error
}

// use is what lines are asked for.
type use struct {
	Output  bool
	Falling bool   // falling edges alone, else both
	Pull    string // "up", "down", "none": as in config.Input
}

// errAtOnce is what some kernels did to periph: waits that do not wait.
var errAtOnce = errors.New("waiting for an edge ended at once: edges are not delivered")

// wait is Wait with the instant right after it, and with an error where it did not wait.
func wait(clk clock.Clock, from device.Instant, s lineSet, timeout time.Duration) (number int, edge bool, at device.Instant, err error) {
	timeout = min(max(timeout, time.Millisecond), line.MaxWait)
	number, edge, err = s.Wait(timeout)
	at = clk.Now()
	if err == nil && !edge && at.Mono-from.Mono < timeout/2 {
		err = errAtOnce
	}
	return number, edge, at, err
}

// Problem is something that a person should look at before the door is relied on.
type Problem struct {
	Door, Point string
	Text        string
}

// String is one line for the log and the self-test's page.
func (p Problem) String() string {
	switch {
	case p.Door != "":
		return fmt.Sprintf("door %s, %s: %s", p.Door, p.Point, p.Text)
	case p.Point != "":
		return fmt.Sprintf("%s: %s", p.Point, p.Text)
	}
	return p.Text
}
