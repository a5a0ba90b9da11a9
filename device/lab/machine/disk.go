package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"runtime"

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
		{"buffer_percent", "0"}, {"events/block/block_rq_issue/enable", "1"}, {"events/block/block_rq_complete/enable", "1"},
	} {
		if err := os.WriteFile(trace+s[0], []byte(s[1]), 0o600); err != nil {
			return fmt.Errorf("watch the disk: %w", err)
		}
	}
	pipe, err := unix.Open(trace+"trace_pipe", unix.O_RDONLY, 0)
	if err != nil {
		return fmt.Errorf("watch the disk: %w", err)
	}
	b := make([]byte, 64<<10)
	for under := 0; ; {
		if err := unix.SetNonblock(pipe, under > 0); err != nil {
			return err
		}
		n, err := unix.Read(pipe, b)
		if err != nil && !errors.Is(err, unix.EAGAIN) && !errors.Is(err, unix.EINTR) {
			return fmt.Errorf("watch the disk: %w", err)
		}
		if n > 0 {
			under += bytes.Count(b[:n], []byte(" block_rq_issue: ")) - bytes.Count(b[:n], []byte(" block_rq_complete: "))
		}
	}
}
