package lab

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Service runs a daemon as systemd would a unit of Type=notify with WatchdogSec= and ExecStopPost=, without restarting
// it: it waits for READY=1, aborts a daemon that stops feeding the watchdog, kills one that will not abort, and runs the
// stop command after every end.
type Service struct {
	Command  []string
	StopPost []string      // run after every end, however it came
	Watchdog time.Duration // 0 = none
	Abort    time.Duration // from the abort to the kill
	Cores    int           // that Go's scheduler is to believe in, 0 = the guest's one
	Output   io.Writer     // the daemon's stdout and stderr

	process *exec.Cmd
	socket  *net.UnixConn
	ready   chan struct{}
	stop    chan struct{} // asked to stop: the watchdog counts no more
	ended   chan struct{}
	mu      sync.Mutex
	result  Result
}

// Result is how a service ended.
type Result struct {
	Exit     error // of the daemon, nil = 0
	Watchdog bool  // the watchdog was not fed
	StopPost error
}

// Start starts the daemon and returns when it said READY=1, or with an error when it ended or did not say so within limit.
func (s *Service) Start(limit time.Duration) error {
	dir, err := os.MkdirTemp("", "notify")
	if err != nil {
		return err
	}
	name := filepath.Join(dir, "socket")
	if s.socket, err = net.ListenUnixgram("unixgram", &net.UnixAddr{Name: name, Net: "unixgram"}); err != nil {
		return err
	}
	s.process = exec.Command(s.Command[0], s.Command[1:]...)
	s.process.Stdout, s.process.Stderr = s.Output, s.Output
	s.process.Env = append(os.Environ(), "NOTIFY_SOCKET="+name, fmt.Sprintf("WATCHDOG_USEC=%d", s.Watchdog.Microseconds()))
	if s.Cores > 0 {
		s.process.Env = append(s.process.Env, fmt.Sprintf("GOMAXPROCS=%d", s.Cores))
	}
	if err := s.process.Start(); err != nil {
		return fmt.Errorf("start %s: %w", s.Command[0], err)
	}
	s.ready, s.stop, s.ended = make(chan struct{}), make(chan struct{}, 1), make(chan struct{})
	fed := make(chan struct{}, 1)
	gone := make(chan error, 1)
	go s.listen(fed)
	go func() { gone <- s.process.Wait() }()
	go s.supervise(fed, gone)
	select {
	case <-s.ready:
		return nil
	case <-s.ended:
		return fmt.Errorf("start %s: it ended before it was ready: %w", s.Command[0], errors.Join(s.result.Exit, os.ErrClosed))
	case <-time.After(limit):
		return fmt.Errorf("start %s: not ready within %v: %w", s.Command[0], limit, os.ErrDeadlineExceeded)
	}
}

func (s *Service) listen(fed chan<- struct{}) {
	b := make([]byte, 4096)
	var once sync.Once
	for {
		n, err := s.socket.Read(b)
		if err != nil {
			return
		}
		for word := range strings.FieldsSeq(string(b[:n])) {
			switch word {
			case "READY=1":
				once.Do(func() { close(s.ready) })
			case "WATCHDOG=1":
				select {
				case fed <- struct{}{}:
				default:
				}
			}
		}
	}
}

func (s *Service) supervise(fed <-chan struct{}, gone <-chan error) {
	defer close(s.ended)
	defer s.socket.Close()
	var r Result
	var dog <-chan time.Time
	stopping := false
	arm := func() {
		if s.Watchdog > 0 && !stopping {
			dog = time.After(s.Watchdog)
		}
	}
	ready := s.ready
	for running := true; running; {
		select {
		case <-ready:
			ready = nil
			arm()
		case <-fed:
			arm()
		case <-s.stop:
			stopping, dog = true, nil
		case <-dog: // a stopped process takes no signal until it is continued
			r.Watchdog = true
			_ = s.process.Process.Signal(syscall.SIGABRT)
			_ = s.process.Process.Signal(syscall.SIGCONT)
			select {
			case r.Exit = <-gone:
			case <-time.After(s.Abort):
				_ = s.process.Process.Kill()
				r.Exit = <-gone
			}
			running = false
		case r.Exit = <-gone:
			running = false
		}
	}
	if len(s.StopPost) > 0 {
		c := exec.Command(s.StopPost[0], s.StopPost[1:]...)
		c.Env = append(os.Environ(), "SERVICE_RESULT="+r.word())
		if out, err := c.CombinedOutput(); err != nil {
			r.StopPost = fmt.Errorf("%s: %w: %s", strings.Join(s.StopPost, " "), err, out)
		}
	}
	s.mu.Lock()
	s.result = r
	s.mu.Unlock()
}

// word is what systemd calls it, in SERVICE_RESULT.
func (r Result) word() string {
	var e *exec.ExitError
	switch {
	case r.Watchdog:
		return "watchdog"
	case r.Exit == nil:
		return "success"
	case errors.As(r.Exit, &e) && !e.Exited():
		return "signal"
	}
	return "exit-code"
}

// Signal sends a signal to the daemon.
func (s *Service) Signal(sig os.Signal) error { return s.process.Process.Signal(sig) }

// Ended waits until the daemon and the stop command after it have ended.
func (s *Service) Ended(limit time.Duration) (Result, error) {
	select {
	case <-s.ended:
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.result, nil
	case <-time.After(limit):
		return Result{}, fmt.Errorf("wait for the end of %s: %w", s.Command[0], os.ErrDeadlineExceeded)
	}
}

// Stop asks the daemon to end and waits for it. A daemon that is stopping need not feed the watchdog.
func (s *Service) Stop(limit time.Duration) (Result, error) {
	select {
	case s.stop <- struct{}{}:
	default:
	}
	if err := s.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return Result{}, err
	}
	return s.Ended(limit)
}
