package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"kidoban/device/lab"
)

// quiet is how long after a frame pulse answers.
const quiet = 5 * time.Millisecond

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
	if err := realTime(); err != nil {
		return fmt.Errorf("keep time: %w", err)
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

// realTime puts this thread before the programs under test, as the world outside does not wait for them, and behind the
// kernel's threads that serve the lines.
func realTime() error {
	runtime.LockOSThread()
	return unix.SchedSetAttr(0, &unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: unix.SCHED_FIFO, Priority: 10}, 0)
}

func frame(lines [2]*lab.Line, bits string, width, gap time.Duration) (last time.Duration, err error) {
	next := lab.Now()
	for i := range len(bits) {
		l := lines[bits[i]&1]
		if err = waitUntil(next); err != nil {
			return 0, err
		}
		last = lab.Now()
		if err = errors.Join(l.Drive(false), waitUntil(last+width), l.Drive(true)); err != nil {
			return 0, err
		}
		next += gap
	}
	return last, waitUntil(next + quiet) // whoever waits for the answer is not to be in the way of who reads the frame
}

// waitUntil leaves it to the kernel's timer: Go's own are good to a millisecond, a Wiegand pulse lasts a twentieth of it.
// The call is one that Go's scheduler does not see, lest it wakes a thread to make use of the time.
func waitUntil(at time.Duration) error {
	ts := unix.NsecToTimespec(int64(at))
	for {
		_, _, err := unix.RawSyscall6(unix.SYS_CLOCK_NANOSLEEP, unix.CLOCK_MONOTONIC, unix.TIMER_ABSTIME, uintptr(unsafe.Pointer(&ts)), 0, 0, 0)
		switch err {
		case 0:
			return nil
		case unix.EINTR:
		default:
			return err
		}
	}
}
