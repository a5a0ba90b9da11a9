package panel

import (
	"bytes"
	"encoding/binary"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The kernel's struct gpio_v2_line_info and the request that fills it in, from linux/gpio.h.
const (
	lineInfoSize     = 256
	lineInfoConsumer = 32 // offset, and length
	lineInfoOffset   = 64
	getLineInfo      = 3<<30 | lineInfoSize<<16 | 0xb4<<8 | 0x05
)

// holder names who has a line now, or is "". Periph knows only who had it when periph looked for chips.
func holder(chipPath string, number int) string {
	f, err := os.OpenFile(chipPath, os.O_RDONLY, 0)
	if err != nil {
		return ""
	}
	defer f.Close()
	var info [lineInfoSize]byte
	binary.NativeEndian.PutUint32(info[lineInfoOffset:], uint32(number))
	if _, _, e := unix.Syscall(unix.SYS_IOCTL, f.Fd(), getLineInfo, uintptr(unsafe.Pointer(&info))); e != 0 {
		return ""
	}
	name, _, _ := bytes.Cut(info[lineInfoConsumer:lineInfoConsumer+32], []byte{0})
	return string(name)
}
