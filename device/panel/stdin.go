package panel

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// keepStdin runs f and gives file descriptor 0 back as it was, or /dev/null where it was closed. Periph takes 0 for "not
// asked for": a line that was given it would never be closed.
func keepStdin(f func() error) error {
	if _, err := unix.FcntlInt(0, unix.F_GETFD, 0); err != nil {
		if _, err := unix.Open("/dev/null", unix.O_RDWR, 0); err != nil { // the lowest free one: 0
			return fmt.Errorf("open /dev/null in place of standard input: %w", err)
		}
	}
	saved, err := unix.FcntlInt(0, unix.F_DUPFD_CLOEXEC, 3)
	if err != nil {
		return fmt.Errorf("keep standard input: %w", err)
	}
	failed := f()
	var was, is unix.Stat_t
	if err := unix.Fstat(saved, &was); err != nil {
		return fmt.Errorf("look at standard input: %w", err)
	}
	if err := unix.Fstat(0, &is); err != nil || is.Dev != was.Dev || is.Ino != was.Ino {
		if err := unix.Dup3(saved, 0, 0); err != nil {
			return fmt.Errorf("give standard input back: %w", err)
		}
	}
	if err := unix.Close(saved); err != nil {
		return fmt.Errorf("give standard input back: %w", err)
	}
	return failed
}
