package panel_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"kidoban/device/panel"
)

// bench is a board on the desk: lines that the test moves, edges that it may lose. It keeps what was done to each.
type bench struct {
	mu      sync.Mutex
	lines   map[int]*wire
	busy    map[int]string // line -> who holds it
	sets    []*benchSet
	asked   []string // every request, in order
	probeAs error
}

type wire struct {
	high   bool
	output bool
	deaf   bool  // no edges come
	stuck  bool  // an output that does not follow
	err    error // every call fails
	trace  []string
}

type edge struct{ line int }

type benchSet struct {
	b       *bench
	numbers []int
	use     panel.Use
	edges   chan edge
	atOnce  bool
	longest time.Duration
	closed  bool
}

func newBench(lines ...int) *bench {
	b := &bench{lines: map[int]*wire{}, busy: map[int]string{}}
	for _, n := range lines {
		b.lines[n] = &wire{}
	}
	return b
}

func (b *bench) Check(chip string, number int) error {
	if b.lines[number] == nil {
		return fmt.Errorf("%s has no line %d", chip, number)
	}
	return nil
}

func (b *bench) Probe(string, int) error { return b.probeAs }

func (b *bench) Request(chip string, u panel.Use, numbers ...int) (panel.LineSet, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asked = append(b.asked, strings.Trim(fmt.Sprint(numbers), "[]"))
	for _, n := range numbers {
		if err := b.Check(chip, n); err != nil {
			return nil, err
		}
		if who := b.busy[n]; who != "" {
			return nil, fmt.Errorf("device or resource busy (held by %q)", who)
		}
		if u.Output {
			b.lines[n].output, b.lines[n].high = true, false // as the kernel does: an output, low
			b.lines[n].trace = append(b.lines[n].trace, "out")
		}
	}
	s := &benchSet{b: b, numbers: numbers, use: u, edges: make(chan edge, 16*len(numbers))}
	b.sets = append(b.sets, s)
	return s, nil
}

// move sets a line's level from outside.
func (b *bench) move(n int, high bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	w := b.lines[n]
	if w.high == high {
		return
	}
	w.high = high
	for _, s := range b.sets {
		for _, k := range s.numbers {
			if k == n && !w.deaf && (!s.use.Falling || !high) {
				select {
				case s.edges <- edge{n}:
				default:
				}
			}
		}
	}
}

func (b *bench) high(n int) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.lines[n].high
}

func (b *bench) change(n int, f func(*wire)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	f(b.lines[n])
}

func (s *benchSet) failing() error {
	for _, n := range s.numbers {
		if err := s.b.lines[n].err; err != nil {
			return err
		}
	}
	return nil
}

func (s *benchSet) Wait(timeout time.Duration) (int, bool, error) {
	s.b.mu.Lock()
	err, atOnce := s.failing(), s.atOnce
	s.longest = max(s.longest, timeout)
	s.b.mu.Unlock()
	switch {
	case err != nil:
		return 0, false, err
	case timeout <= 0:
		return 0, false, errors.New("a wait without an end")
	case atOnce:
		return 0, false, nil
	}
	t := time.NewTimer(timeout)
	defer t.Stop()
	select {
	case e := <-s.edges:
		return e.line, true, nil
	case <-t.C:
		return 0, false, nil
	}
}

func (s *benchSet) Read() (v uint64, err error) {
	s.b.mu.Lock()
	defer s.b.mu.Unlock()
	for i, n := range s.numbers {
		if s.b.lines[n].high {
			v |= 1 << i
		}
	}
	return v, s.failing()
}

func (s *benchSet) Out(bits, mask uint64) error {
	s.b.mu.Lock()
	defer s.b.mu.Unlock()
	if err := s.failing(); err != nil {
		return err
	}
	for i, n := range s.numbers {
		if w := s.b.lines[n]; mask>>i&1 == 1 {
			w.trace = append(w.trace, fmt.Sprintf("set %d", bits>>i&1))
			if !w.stuck {
				w.high = bits>>i&1 == 1
			}
		}
	}
	return nil
}

func (s *benchSet) Close() error {
	s.b.mu.Lock()
	defer s.b.mu.Unlock()
	s.closed = true
	return nil
}
