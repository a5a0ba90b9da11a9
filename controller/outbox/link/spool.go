package link

import (
	"bufio"
	"net"
	"sync"
	"time"
)

// spool is a connection whose writes come together. Paho writes each packet by itself, an acknowledgement of four bytes too;
// while many go out, those that come during one write go out together with the next. One that comes alone goes at once.
//
// Every write has a deadline: paho sets one for some packets only, and a peer that stops reading would hold the others for
// ever. A write that fails ends the connection, and is told to the next that comes.
type spool struct {
	net.Conn
	in      *bufio.Reader // paho reads a packet's head byte by byte
	timeout time.Duration

	mu     sync.Mutex
	room   sync.Cond
	wait   []byte // to be written
	busy   bool   // somebody writes
	last   time.Time
	err    error
	closed bool
	wake   chan struct{}
}

const (
	spoolMost = 1 << 20
	spoolLull = time.Millisecond       // after so long a packet is alone
	closeMost = 250 * time.Millisecond // for what is to be written when it is closed
)

func newSpool(c net.Conn, timeout time.Duration) *spool {
	s := &spool{Conn: c, in: bufio.NewReader(c), timeout: timeout, wake: make(chan struct{}, 1)}
	s.room.L = &s.mu
	return s
}

func (s *spool) Read(b []byte) (int, error) { return s.in.Read(b) }

func (s *spool) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.wait) > spoolMost && s.err == nil {
		s.room.Wait()
	}
	if s.closed && s.err == nil {
		s.err = net.ErrClosed
	}
	if s.err != nil {
		return 0, s.err
	}
	now := time.Now()
	alone := !s.busy && len(s.wait) == 0 && now.Sub(s.last) > spoolLull
	s.last = now
	if !alone {
		s.wait = append(s.wait, b...)
		s.poke()
		return len(b), nil
	}
	s.write(b, s.timeout)
	return len(b), s.err
}

// write writes without holding mu, which is held before and after.
func (s *spool) write(b []byte, timeout time.Duration) {
	s.busy = true
	err := s.SetWriteDeadline(time.Now().Add(timeout)) // before anybody can close, which sets another
	s.mu.Unlock()
	if err == nil {
		_, err = s.Conn.Write(b)
	}
	s.mu.Lock()
	s.busy = false
	if err != nil && s.err == nil {
		s.err = err
	}
	s.room.Broadcast()
	if err != nil || len(s.wait) > 0 || s.closed {
		s.poke()
	}
}

func (s *spool) poke() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// run writes what waits until the connection is closed or fails, and ends it then.
func (s *spool) run() {
	defer s.Conn.Close()
	var spare []byte
	for range s.wake {
		s.mu.Lock()
		for !s.busy && len(s.wait) > 0 && s.err == nil {
			out := s.wait
			s.wait = spare[:0]
			timeout := s.timeout
			if s.closed {
				timeout = closeMost
			}
			s.write(out, timeout)
			spare = out
		}
		over := s.err != nil || s.closed && !s.busy
		s.room.Broadcast()
		s.mu.Unlock()
		if over {
			return
		}
	}
}

// Close lets what waits go out, for a moment, and ends the connection.
func (s *spool) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.closed = true
		_ = s.SetWriteDeadline(time.Now().Add(closeMost)) // one that is under way
		s.poke()
	}
	return nil
}
