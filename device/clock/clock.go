// Package clock is the one place below the controller where time is asked for. A Clock stamps what drivers see with a
// device.Instant: the wall's time for the record, and the time since the kernel booted for every duration at the door.
// The second comes from the kernel once and from Go's monotonic clock ever after, so that neither a clock stepped by an
// hour nor a first fix from 1970 moves it.
//
// The package also says how far the wall clock is to be believed (Synchronised), and which boot the monotonic half
// belongs to (BootID). It sets no clock.
package clock

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"kidoban/device"

	"golang.org/x/sys/unix"
)

// Clock tells the time on both clocks. It is a value: copies tell the same time. The zero Clock is not usable.
type Clock struct {
	start time.Time     // with Go's monotonic reading
	boot  time.Duration // CLOCK_BOOTTIME at start
}

// Start reads CLOCK_BOOTTIME, once.
func Start() (Clock, error) {
	var ts unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &ts); err != nil {
		return Clock{}, fmt.Errorf("read the time since boot: %w", err)
	}
	return Clock{start: time.Now(), boot: time.Duration(ts.Nano())}, nil
}

// Now is this moment. Wall carries no monotonic reading: whoever subtracts two of them sees the clock's steps.
func (c Clock) Now() device.Instant {
	now := time.Now()
	return device.Instant{Wall: now.Round(0), Mono: c.boot + now.Sub(c.start)}
}

// BootID names this boot of the kernel: a Mono means something only beside it.
func BootID() (string, error) {
	b, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return "", fmt.Errorf("read the boot id: %w", err)
	}
	return strings.TrimSpace(string(b)), nil
}

// timesyncFlag is what systemd-timesyncd leaves once it has set the clock.
const timesyncFlag = "/run/systemd/timesync/synchronized"

// Synchronised says whether a time service holds the kernel's clock. Where the sandbox keeps the kernel's answer back
// (ProtectClock=yes does, though asking changes nothing) it goes by the mark of systemd-timesyncd; where there is
// neither, it is an error, and the wall clock is not to be believed.
func Synchronised() (bool, error) {
	var x unix.Timex
	state, err := unix.Adjtimex(&x)
	if err == nil {
		return state != unix.TIME_ERROR && x.Status&unix.STA_UNSYNC == 0, nil
	}
	if errors.Is(err, unix.EPERM) || errors.Is(err, unix.ENOSYS) {
		if _, e := os.Stat(timesyncFlag); e == nil {
			return true, nil
		}
		return false, fmt.Errorf("ask the kernel whether the clock is synchronised: %w (ProtectClock= forbids it, allow adjtimex)", err)
	}
	return false, fmt.Errorf("ask the kernel whether the clock is synchronised: %w", err)
}

// Watch calls tell with the first answer and with every one that differs from the last, asking each every, until ctx
// ends, and then returns nil. What cannot be found out counts as not synchronised.
func Watch(ctx context.Context, every time.Duration, tell func(synchronised bool)) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for first, last := true, false; ; {
		now, err := Synchronised()
		if err != nil {
			now = false
		}
		if first || now != last {
			tell(now)
			first, last = false, now
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}
