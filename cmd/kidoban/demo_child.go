package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

func (d *demo) output(ctx context.Context, name string, args ...string) (string, error) {
	c := exec.CommandContext(ctx, filepath.Join(d.bin, name), args...)
	var errs bytes.Buffer
	c.Stderr = &errs
	out, err := c.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w: %s", name, args[len(args)-1], err, strings.TrimSpace(errs.String()))
	}
	return string(out), nil
}

func (d *demo) over(err error) error {
	return fmt.Errorf("a program of the demonstration ended: %w; see the logs in %s", err, d.dir)
}

// central starts the central log at the demonstration's broker.
func (d *demo) central(ctx context.Context) (*child, error) {
	return d.start(ctx, "kidobanlog", "--data", d.in("central"), "--keys", d.in("central-keys"), "serve", "--broker", "tcp://"+d.broker, "--log", "error")
}

// child is a program of the demonstration.
type child struct {
	cmd  *exec.Cmd
	told atomic.Bool // to end
	done chan struct{}
	err  error // once done is closed
}

// wait waits for its end; of none there is nothing to wait for.
func (c *child) wait() error {
	if c == nil {
		return nil
	}
	<-c.done
	return c.err
}

// start starts a child that is told to end, and given time to, when ctx is done.
func (d *demo) start(ctx context.Context, name string, args ...string) (*child, error) {
	p := &child{cmd: d.command(ctx, name, args...), done: make(chan struct{})}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		p.err = p.cmd.Wait()
		close(p.done)
		if !p.told.Load() {
			d.ended <- p.err
		}
	}()
	return p, nil
}

func (d *demo) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, filepath.Join(d.bin, name), args...)
	c.Dir = d.dir
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM} // Ctrl-C comes to us alone
	c.Cancel = func() error { return c.Process.Signal(syscall.SIGTERM) }
	c.WaitDelay = 10 * time.Second
	log := d.logFile(name)
	c.Stdout, c.Stderr = log, log
	return c
}

// logFile is where a program's log goes; where that cannot be written, nowhere.
func (d *demo) logFile(name string) io.Writer {
	f, err := os.OpenFile(d.in(name+".log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return io.Discard
	}
	return f
}

// stop tells a child to end, and waits until it has.
func (c *child) stop() error {
	if c == nil {
		return nil
	}
	c.told.Store(true)
	if err := c.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	return c.wait()
}
