package lab

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"time"
)

// machine is this guest's own program, which packed it and started it.
const machine = "/init"

// Pulser is a Wiegand reader's two wires, worked by a process of its own.
type Pulser struct {
	process *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Scanner
}

// NewPulser starts one on the lines d0 and d1, which it expects idle (high): pulses of width, a bit every gap.
func NewPulser(d0, d1 int, width, gap time.Duration) (*Pulser, error) {
	c := exec.Command(machine, "pulse", strconv.Itoa(d0), strconv.Itoa(d1), width.String(), gap.String())
	c.Stderr = os.Stderr
	in, err := c.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.Start(); err != nil {
		return nil, fmt.Errorf("start the pulse generator: %w", err)
	}
	return &Pulser{process: c, in: in, out: bufio.NewScanner(out)}, nil
}

// Send sends one frame ("0" and "1") and gives the instant just before its last bit's edge.
func (p *Pulser) Send(bits string) (last time.Duration, err error) {
	if _, err := fmt.Fprintln(p.in, bits); err != nil {
		return 0, fmt.Errorf("send a frame: %w", err)
	}
	if !p.out.Scan() {
		return 0, fmt.Errorf("send a frame: the pulse generator ended (%v)", p.out.Err())
	}
	ns, err := strconv.ParseInt(p.out.Text(), 10, 64)
	return time.Duration(ns), err
}

// Close ends the process.
func (p *Pulser) Close() error {
	p.in.Close()
	return p.process.Wait()
}
