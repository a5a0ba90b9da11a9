// Package lab is the world outside the door, for tests that run in the GPIO lab (see run): it drives the simulated
// lines as sensors and readers would, sends Wiegand pulses from a process of its own, supervises a daemon as systemd
// would, and reads the kernel's own trace of what happened to which line and when.
//
// The trace, not a polled level, is the oracle: it tells whether a strike was ever energised, when and for how long, on
// the same clock as the commits to the disk. All instants are CLOCK_MONOTONIC since the guest's boot.
//
// Nothing of it goes into a program that is shipped.
package lab

import (
	"time"

	"golang.org/x/sys/unix"
)

// The chip that the guest has: 54 lines GPIO0 to GPIO53 under the label of a Raspberry Pi 4's own.
const (
	ChipLabel = "pinctrl-bcm2711"
	ChipLines = 54
)

// Now is CLOCK_MONOTONIC, the clock of the trace. The guest is never suspended, so it is CLOCK_BOOTTIME as well.
func Now() time.Duration {
	var ts unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &ts); err != nil {
		panic(err) // no Linux is without this clock
	}
	return time.Duration(ts.Nano())
}
