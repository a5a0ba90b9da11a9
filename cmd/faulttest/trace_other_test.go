//go:build !amd64

package faulttest_test

import (
	"syscall"
	"testing"
)

type call struct {
	what, path, to string
	at, size       int64
	data           []byte
}

type verdict struct {
	fail  syscall.Errno
	short int
}

type traced struct {
	done chan struct{}
	err  error
}

type watcher interface {
	before(call) (ticket int, v verdict)
	after(ticket int, c call)
}

// spawnTraced reads a processor's registers, and so far those of one kind alone.
func spawnTraced(t testing.TB, _ watcher, _, _ string, _ ...string) *traced {
	t.Helper()
	if *faultsFlag == "" {
		t.Skip("a program's calls are recorded on amd64 alone")
	}
	t.Fatal("a program's calls are recorded on amd64 alone: run make faults there")
	return nil
}

func (*traced) kill()              {}
func (*traced) end(syscall.Signal) {}
