package faulttest_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// call is a system call by which a program changes files or speaks.
type call struct {
	what string // "write", "truncate", "sync", "create", "rename", "unlink", "send"
	path string
	to   string // rename
	at   int64
	size int64
	data []byte // write, send
}

// verdict is what becomes of a call: the zero one lets it pass.
type verdict struct {
	fail  syscall.Errno // it is not made, and fails so
	short int           // it takes so many bytes alone
}

// traced is a program under which every call is seen.
type traced struct {
	pid  int
	done chan struct{}
	err  error
}

// watcher sees each call before it is made and after it has succeeded. Both run on the tracer's thread, one at a time.
type watcher interface {
	before(call) (ticket int, v verdict)
	after(ticket int, c call)
}

// spawnTraced starts a program under w. Files outside dir are not looked at.
func spawnTraced(t testing.TB, w watcher, dir, log string, argv ...string) *traced {
	t.Helper()
	p := &traced{done: make(chan struct{})}
	started := make(chan error, 1)
	go childless(func() {
		defer close(p.done)
		out, err := os.OpenFile(log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
		if err != nil {
			started <- err
			return
		}
		null, _ := os.Open(os.DevNull)
		p.pid, err = syscall.ForkExec(argv[0], argv, &syscall.ProcAttr{Env: os.Environ(), Files: []uintptr{null.Fd(), out.Fd(), out.Fd()},
			Sys: &syscall.SysProcAttr{Ptrace: true, Pdeathsig: syscall.SIGKILL}})
		out.Close()
		null.Close()
		started <- err
		if err == nil {
			p.err = (&tracer{w: w, dir: dir, pid: p.pid, threads: map[int]*thread{}, memory: fmt.Sprintf("/proc/%d/mem", p.pid)}).run()
		}
	})
	if err := <-started; err != nil {
		t.Fatalf("trace %s: %v: may this user trace its own children?", argv[0], err)
	}
	t.Cleanup(p.kill)
	return p
}

// childless runs f on an operating system's thread that has started no other program: a tracer waits for every child of its
// thread, and would take the ends of others' programs from those who wait for them.
func childless(f func()) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread() // a thread that ended would take with it what it had started (Pdeathsig)
	err := unix.Waitid(unix.P_ALL, 0, nil, unix.WEXITED|unix.WNOHANG|unix.WNOWAIT|everyKind|noThread, nil)
	if errors.Is(err, unix.ECHILD) {
		f()
		return
	}
	done := make(chan struct{})
	go func() { // this thread is taken: another one
		defer close(done)
		childless(f)
	}()
	<-done
}

func (p *traced) signal(s syscall.Signal) { _ = syscall.Kill(p.pid, s) }

func (p *traced) kill() { p.end(syscall.SIGKILL) }

func (p *traced) end(s syscall.Signal) {
	select {
	case <-p.done:
		return
	default:
	}
	p.signal(s)
	<-p.done
}

type tracer struct {
	w       watcher
	dir     string
	pid     int
	threads map[int]*thread
	memory  string
	mem     *os.File
}

// thread is one of the program's, between the entry and the exit of a call.
type thread struct {
	inside bool
	ticket int
	seen   *call
	fail   syscall.Errno
}

const (
	sysGood   = 0x80
	noThread  = 0x20000000 // __WNOTHREAD: leave other threads' children alone
	everyKind = 0x40000000 // __WALL
	exitKill  = 0x00100000 // PTRACE_O_EXITKILL
)

func (r *tracer) run() error {
	var ws syscall.WaitStatus
	if _, err := syscall.Wait4(r.pid, &ws, everyKind, nil); err != nil || !ws.Stopped() {
		return fmt.Errorf("the program does not stop at its beginning: %v %v", ws, err)
	}
	if err := syscall.PtraceSetOptions(r.pid, syscall.PTRACE_O_TRACESYSGOOD|syscall.PTRACE_O_TRACECLONE|exitKill); err != nil {
		return err
	}
	var err error
	if r.mem, err = os.Open(r.memory); err != nil {
		return err
	}
	defer r.mem.Close()
	r.threads[r.pid] = &thread{}
	_ = syscall.PtraceSyscall(r.pid, 0)
	for {
		tid, err := syscall.Wait4(-1, &ws, everyKind|noThread, nil)
		if err == syscall.EINTR {
			continue
		}
		if err != nil {
			return err
		}
		if ws.Exited() || ws.Signaled() {
			delete(r.threads, tid)
			if tid == r.pid {
				return nil
			}
			continue
		}
		r.stopped(tid, ws)
	}
}

func (r *tracer) stopped(tid int, ws syscall.WaitStatus) {
	th, known := r.threads[tid]
	if !known {
		th = &thread{}
		r.threads[tid] = th
	}
	signal := ws.StopSignal()
	switch {
	case signal == syscall.SIGTRAP|sysGood:
		r.atCall(tid, th)
		signal = 0
	case signal == syscall.SIGTRAP, !known && signal == syscall.SIGSTOP: // an event, a new thread
		signal = 0
	}
	_ = syscall.PtraceSyscall(tid, int(signal)) // a thread that was killed meanwhile says so to Wait4
}

func (r *tracer) atCall(tid int, th *thread) {
	var regs syscall.PtraceRegs
	if syscall.PtraceGetRegs(tid, &regs) != nil {
		return
	}
	th.inside = !th.inside
	if th.inside {
		c, seen := r.decode(tid, &regs)
		if !seen {
			return
		}
		var v verdict
		th.ticket, v = r.w.before(c)
		th.seen, th.fail = &c, v.fail
		switch {
		case v.fail != 0:
			regs.Orig_rax = ^uint64(0)
			_ = syscall.PtraceSetRegs(tid, &regs)
		case v.short > 0:
			regs.Rdx = uint64(v.short)
			_ = syscall.PtraceSetRegs(tid, &regs)
		}
		return
	}
	c, fail := th.seen, th.fail
	th.seen, th.fail = nil, 0
	switch {
	case c == nil:
	case fail != 0:
		regs.Rax = uint64(-int64(fail))
		_ = syscall.PtraceSetRegs(tid, &regs)
	case int64(regs.Rax) >= 0:
		if c.what == "write" {
			c.data = c.data[:min(len(c.data), int(regs.Rax))]
		}
		r.w.after(th.ticket, *c)
	}
}

// decode says what a call is about to do, if that is of interest.
func (r *tracer) decode(tid int, g *syscall.PtraceRegs) (c call, seen bool) {
	switch g.Orig_rax {
	case syscall.SYS_PWRITE64:
		return r.write(tid, g, int64(g.R10))
	case syscall.SYS_WRITE:
		return r.write(tid, g, -1)
	case syscall.SYS_FSYNC, syscall.SYS_FDATASYNC:
		return r.onFile(tid, g, call{what: "sync"})
	case syscall.SYS_FTRUNCATE:
		return r.onFile(tid, g, call{what: "truncate", size: int64(g.Rsi)})
	case syscall.SYS_OPENAT:
		return r.opened(tid, g)
	case syscall.SYS_RENAMEAT, 316: // renameat2
		return r.named(call{what: "rename", path: r.text(g.Rsi), to: r.text(g.R10)})
	case syscall.SYS_RENAME:
		return r.named(call{what: "rename", path: r.text(g.Rdi), to: r.text(g.Rsi)})
	case syscall.SYS_UNLINKAT:
		return r.named(call{what: "unlink", path: r.text(g.Rsi)})
	case syscall.SYS_UNLINK:
		return r.named(call{what: "unlink", path: r.text(g.Rdi)})
	case syscall.SYS_WRITEV, 296, 328, 285, 326, syscall.SYS_LINKAT, syscall.SYS_LINK: // pwritev, pwritev2, fallocate, copy_file_range
		if c, seen := r.onFile(tid, g, call{}); seen {
			panic(fmt.Sprintf("a call that is not understood: %d on %s", g.Orig_rax, c.path))
		}
	}
	return call{}, false
}

func (r *tracer) onFile(tid int, g *syscall.PtraceRegs, c call) (call, bool) {
	c.path, _ = os.Readlink(fmt.Sprintf("/proc/%d/fd/%d", tid, int(g.Rdi)))
	return r.named(c)
}

func (r *tracer) named(c call) (call, bool) {
	return c, (c.path == r.dir || strings.HasPrefix(c.path, r.dir+"/")) && !strings.HasSuffix(c.path, "-shm") && !strings.HasSuffix(c.path, " (deleted)")
}

func (r *tracer) write(tid int, g *syscall.PtraceRegs, at int64) (call, bool) {
	c, seen := r.onFile(tid, g, call{what: "write", at: at, size: int64(g.Rdx)})
	if !seen && strings.HasPrefix(c.path, "socket:") {
		c.what, seen = "send", true
	}
	if !seen {
		return c, false
	}
	if c.what == "write" && at < 0 {
		c.at = r.position(tid, int(g.Rdi))
	}
	c.data = make([]byte, g.Rdx)
	n, _ := r.mem.ReadAt(c.data, int64(g.Rsi))
	c.data = c.data[:n]
	return c, true
}

// position is where a plain write goes: nothing that is traced appends.
func (r *tracer) position(tid, fd int) (at int64) {
	b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/fdinfo/%d", tid, fd))
	_, _ = fmt.Sscanf(string(b), "pos:\t%d", &at)
	return at
}

func (r *tracer) opened(_ int, g *syscall.PtraceRegs) (call, bool) {
	flags := int(g.Rdx)
	path := r.text(g.Rsi)
	switch {
	case flags&syscall.O_TRUNC != 0:
		return r.named(call{what: "create", path: path, size: 1})
	case flags&syscall.O_CREAT != 0:
		return r.named(call{what: "create", path: path})
	}
	return call{}, false
}

func (r *tracer) text(address uint64) string {
	b := make([]byte, 512)
	n, _ := r.mem.ReadAt(b, int64(address))
	if n == 0 { // the end of a mapping: shorter
		b = b[:binary.Size(uint64(0))]
		n, _ = r.mem.ReadAt(b, int64(address))
	}
	s, _, _ := strings.Cut(string(b[:n]), "\x00")
	return s
}
