package store

import "sync/atomic"

// growth lets readers wait for the next commit. Where nobody waits it costs the committer one swap.
type growth struct{ next atomic.Pointer[chan struct{}] }

func (g *growth) wait() <-chan struct{} {
	for {
		if c := g.next.Load(); c != nil {
			return *c
		}
		if c := make(chan struct{}); g.next.CompareAndSwap(nil, &c) {
			return c
		}
	}
}

func (g *growth) grow() {
	if c := g.next.Swap(nil); c != nil {
		close(*c)
	}
}

// Grown is closed when something was committed after this call. Ask for it, then read, then wait.
func (s *Store) Grown() <-chan struct{} { return s.growth.wait() }

// stand says how far the record is durable now.
func (s *Store) stand(h Head) {
	s.head.Store(&h)
	s.growth.grow()
}
