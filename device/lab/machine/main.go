// Command machine is the program on both sides of the GPIO lab.
//
// On the build machine it copies the kernel modules that the guest needs and packs the guest's root. In the guest it is
// PID 1 (mounts, modules, the simulated chip, the test binaries, power-off) and, as a process of its own, the pulse
// generator, so that the world outside the door never shares a Go scheduler with the program under test.
package main

import (
	"fmt"
	"os"
)

const usage = `usage:
  machine modules FROM TO NAMES               copy kernel modules and all they need
  machine pack OUT MODULES NAMES NAME=FILE... write an initramfs
  machine pulse D0 D1 WIDTH GAP               (guest) send each frame on stdin, print when its last bit fell
  machine disk                                (guest) keep the clock from skipping what the disk takes`

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "machine:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if os.Getpid() == 1 {
		return boot()
	}
	switch {
	case len(args) == 4 && args[0] == "modules":
		return copyModules(args[1], args[2], args[3])
	case len(args) >= 4 && args[0] == "pack":
		return pack(args[1], args[2], args[3], args[4:])
	case len(args) == 5 && args[0] == "pulse":
		return pulse(args[1:])
	case len(args) == 1 && args[0] == "disk":
		return diskTime()
	}
	return fmt.Errorf("what to do is not said\n%s", usage)
}
