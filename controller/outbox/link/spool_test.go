package link

import (
	"bytes"
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// pair is a spool over a real connection, and its other end.
func pair(t *testing.T, timeout time.Duration) (s *spool, far net.Conn, ended chan struct{}) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	near, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if far, err = l.Accept(); err != nil {
		t.Fatal(err)
	}
	s, ended = newSpool(near, timeout), make(chan struct{})
	go func() { s.run(); close(ended) }()
	t.Cleanup(func() { far.Close(); s.Close(); <-ended })
	return s, far, ended
}

// What is written arrives whole and in order, what waits at the close too.
func TestSpoolKeepsTheOrder(t *testing.T) {
	s, far, ended := pair(t, time.Second)
	var got []byte
	var read sync.WaitGroup
	read.Go(func() { got, _ = io.ReadAll(far) })
	var want []byte
	for i := range 20_000 {
		b := bytes.Repeat([]byte{byte(i)}, i%300)
		if _, err := s.Write(b); err != nil {
			t.Fatal(err)
		}
		want = append(want, b...)
	}
	s.Close()
	<-ended
	read.Wait()
	if !bytes.Equal(got, want) {
		t.Errorf("%d bytes came of %d", len(got), len(want))
	}
	if _, err := s.Write([]byte{1}); !errors.Is(err, net.ErrClosed) {
		t.Errorf("written after the close: %v", err)
	}
}

// A peer that stops reading costs a timeout, and ends the connection for whoever reads and writes.
func TestSpoolIsNotHeldUp(t *testing.T) {
	s, _, ended := pair(t, 200*time.Millisecond)
	began := time.Now()
	for {
		if _, err := s.Write(make([]byte, 64<<10)); err != nil {
			break
		}
		if time.Since(began) > 20*time.Second {
			t.Fatal("a peer that does not read takes everything")
		}
	}
	<-ended
	if _, err := s.Read(make([]byte, 1)); err == nil {
		t.Error("the connection is still open")
	}
}

// Closing does not wait for a peer that stops reading.
func TestSpoolClosesThoughHeldUp(t *testing.T) {
	s, _, ended := pair(t, time.Hour)
	var taken atomic.Int64
	go func() {
		for {
			if _, err := s.Write(make([]byte, 64<<10)); err != nil {
				return
			}
			taken.Add(1)
		}
	}()
	for n := int64(-1); n != taken.Load(); time.Sleep(100 * time.Millisecond) { // until it takes no more
		n = taken.Load()
	}
	s.Close()
	select {
	case <-ended:
	case <-time.After(20 * time.Second):
		t.Fatal("held up")
	}
}
