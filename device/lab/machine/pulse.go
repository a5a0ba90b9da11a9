package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"time"

	"kidoban/device/lab"
)

// pulse sends each line of stdin ("0" and "1") as a Wiegand frame: D0 or D1 low for WIDTH, a bit every GAP. For each
// frame it prints the instant (CLOCK_MONOTONIC, ns) just before the last bit's edge. An empty line ends it.
func pulse(args []string) error {
	var lines [2]*lab.Line
	for i := range lines {
		n, err := strconv.Atoi(args[i])
		if err != nil {
			return err
		}
		if lines[i], err = lab.Open(n); err != nil {
			return err
		}
	}
	width, err := time.ParseDuration(args[2])
	if err != nil {
		return err
	}
	gap, err := time.ParseDuration(args[3])
	if err != nil {
		return err
	}
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() && in.Text() != "" {
		last, err := frame(lines, in.Text(), width, gap)
		if err != nil {
			return err
		}
		fmt.Println(int64(last))
	}
	return in.Err()
}

func frame(lines [2]*lab.Line, bits string, width, gap time.Duration) (last time.Duration, err error) {
	next := lab.Now()
	for i := range len(bits) {
		l := lines[bits[i]&1]
		waitUntil(next)
		last = lab.Now()
		if err = l.Drive(false); err != nil {
			return 0, err
		}
		waitUntil(last + width)
		if err = l.Drive(true); err != nil {
			return 0, err
		}
		next += gap
	}
	return last, nil
}

// waitUntil sleeps through the long part and spins through the rest: a sleep alone comes back too late for a pulse.
func waitUntil(at time.Duration) {
	const spin = 300 * time.Microsecond
	for d := at - lab.Now(); d > 0; d = at - lab.Now() {
		if d > spin {
			time.Sleep(d - spin)
		}
	}
}
