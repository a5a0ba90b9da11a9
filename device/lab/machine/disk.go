package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"
)

// diskTime keeps the guest busy while a request to the disk is under way, and at no other time. The clock counts
// instructions and skips idle time; what the disk takes is idle time to the guest though it is real outside, and without
// this a commit may seem to last seconds. It runs only when nothing else wants to.
func diskTime() error {
	runtime.LockOSThread()
	if err := unix.SchedSetAttr(0, &unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: unix.SCHED_IDLE}, 0); err != nil {
		return err
	}
	const trace = "/sys/kernel/tracing/instances/disk/" // of its own: the tests' trace knows nothing of it
	if err := os.Mkdir(trace, 0o700); err != nil {
		return fmt.Errorf("watch the disk: %w", err)
	}
	for _, s := range [][2]string{
		{"buffer_percent", "0"}, {"tracing_on", "0"}, {"events/block/block_rq_issue/enable", "1"},
		{"events/block/block_rq_complete/enable", "1"}, {"tracing_on", "1"}, // both at once: one alone is never put right
	} {
		if err := os.WriteFile(trace+s[0], []byte(s[1]), 0o600); err != nil {
			return fmt.Errorf("watch the disk: %w", err)
		}
	}
	pipe, err := unix.Open(trace+"trace_pipe", unix.O_RDONLY, 0)
	if err != nil {
		return fmt.Errorf("watch the disk: %w", err)
	}
	slow, err := slowRegister()
	if err != nil {
		return err
	}
	device, err := os.ReadFile("/sys/block/vda/dev")
	if err != nil {
		return err
	}
	r := requests{device: strings.ReplaceAll(strings.TrimSpace(string(device)), ":", ","), under: map[string]bool{}}
	b := make([]byte, 64<<10)
	for {
		if err := unix.SetNonblock(pipe, len(r.under) > 0); err != nil {
			return err
		}
		n, err := unix.Read(pipe, b)
		if err != nil && !errors.Is(err, unix.EAGAIN) && !errors.Is(err, unix.EINTR) {
			return fmt.Errorf("watch the disk: %w", err)
		}
		for line := range strings.Lines(string(b[:max(n, 0)])) {
			r.note(line)
		}
		for range 300 {
			atomic.LoadUint32(slow)
		}
	}
}

// requests are those to one device that are under way, by their sector. A request with a flush is completed twice.
type requests struct {
	device string
	under  map[string]bool
}

// note reads "… block_rq_issue: DEVICE KIND OCTETS () SECTOR + …" or "… block_rq_complete: DEVICE KIND () SECTOR + …".
func (r requests) note(line string) {
	if _, rest, ok := strings.Cut(line, " block_rq_issue: "); ok {
		if f := strings.Fields(rest); len(f) > 4 && f[0] == r.device {
			r.under[f[4]] = true
		}
	} else if _, rest, ok := strings.Cut(line, " block_rq_complete: "); ok {
		if f := strings.Fields(rest); len(f) > 3 && f[0] == r.device {
			if f[3] == "18446744073709551615" { // a bare flush, which was issued for sector 0
				f[3] = "0"
			}
			delete(r.under, f[3])
		}
	}
}

// slowRegister is a register of QEMU's pci-testdev, which no driver wants. A read of it is one instruction to the guest's
// clock and near a microsecond outside: time passes slowly in here while the disk is waited for out there.
func slowRegister() (*uint32, error) {
	ids, err := filepath.Glob("/sys/bus/pci/devices/*/device")
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		if b, err := os.ReadFile(id); err != nil || string(b) != "0x0005\n" {
			continue
		}
		dir := filepath.Dir(id)
		if err := os.WriteFile(dir+"/enable", []byte("1"), 0o600); err != nil {
			return nil, fmt.Errorf("turn the test device on: %w", err)
		}
		f, err := os.OpenFile(dir+"/resource0", os.O_RDWR, 0)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		m, err := unix.Mmap(int(f.Fd()), 0, os.Getpagesize(), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
		if err != nil {
			return nil, fmt.Errorf("map the test device: %w", err)
		}
		return (*uint32)(unsafe.Pointer(&m[0])), nil
	}
	return nil, errors.New("watch the disk: this machine has no test device")
}
