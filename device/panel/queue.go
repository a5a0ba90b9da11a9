package panel

import (
	"context"
	"log/slog"
	"math/bits"
	"sync"

	"kidoban/device"
)

// queue stands between the goroutines that drain the kernel and the controller. Pushing never waits, because the
// kernel's buffers are small and drop the oldest edge without a word; the controller's slowness costs memory instead, and
// is logged each time the backlog has doubled.
type queue struct {
	log *slog.Logger

	mu    sync.Mutex
	ev    []device.Event
	most  int
	ready chan struct{} // holds a token while ev is not empty
}

func newQueue(log *slog.Logger) *queue { return &queue{log: log, ready: make(chan struct{}, 1)} }

// slowFrom is the backlog from which on a slow controller is worth a line in the log.
const slowFrom = 256

func (q *queue) push(ev ...device.Event) {
	if len(ev) == 0 {
		return
	}
	q.mu.Lock()
	q.ev = append(q.ev, ev...)
	n := len(q.ev)
	doubled := n >= slowFrom && bits.Len(uint(n)) > bits.Len(uint(q.most))
	q.most = max(q.most, n)
	q.mu.Unlock()
	if doubled {
		q.log.Warn("the controller is slow to take events; all are kept", "waiting", n)
	}
	select {
	case q.ready <- struct{}{}:
	default:
	}
}

// deliver hands the events over in order until ctx ends.
func (q *queue) deliver(ctx context.Context, to chan<- device.Event) error {
	for {
		q.mu.Lock()
		batch := q.ev
		q.ev = nil
		q.mu.Unlock()
		for i, e := range batch {
			select {
			case to <- e:
			case <-ctx.Done():
				q.mu.Lock()
				q.ev = append(batch[i:], q.ev...)
				q.mu.Unlock()
				return nil
			}
		}
		if len(batch) > 0 {
			continue
		}
		select {
		case <-q.ready:
		case <-ctx.Done():
			return nil
		}
	}
}
