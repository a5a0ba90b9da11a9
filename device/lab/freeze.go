package lab

import (
	"fmt"
	"os"
	"sync"

	"golang.org/x/sys/unix"
)

// Linux's FIFREEZE and FITHAW, _IOWR('X', 119, int) and the next.
const (
	freeze = 0xC0045877
	thaw   = 0xC0045878
)

// Freeze stalls every write to the file system at dir, as a failing disk does, until the first call of the returned thaw.
// To stall the disk and leave the file system on it as it is, freeze /data for those who write to /inner.
func Freeze(dir string) (func() error, error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	if err := unix.IoctlSetInt(int(f.Fd()), freeze, 0); err != nil {
		f.Close()
		return nil, fmt.Errorf("freeze %s: %w", dir, err)
	}
	return sync.OnceValue(func() error {
		defer f.Close()
		if err := unix.IoctlSetInt(int(f.Fd()), thaw, 0); err != nil {
			return fmt.Errorf("thaw %s: %w", dir, err)
		}
		return nil
	}), nil
}
