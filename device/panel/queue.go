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

	to    chan<- device.Event
	mu    sync.Mutex
	ev    []device.Event
	busy  bool // deliver holds some that are older than ev
	most  int
	ready chan struct{} // holds a token while ev is not empty
}

func newQueue(log *slog.Logger, to chan<- device.Event) *queue {
	return &queue{log: log, to: to, ready: make(chan struct{}, 1)}
}

// slowFrom is the backlog from which on a slow controller is worth a line in the log.
const slowFrom = 256

func (q *queue) push(ev ...device.Event) {
	if len(ev) == 0 {
		return
	}
	q.mu.Lock()
	if ev = q.atOnce(ev); len(ev) == 0 {
		q.mu.Unlock()
		return
	}
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

// atOnce hands over what the controller has room for, if nothing older waits, and returns the rest: a badge is not to
// wait for one more goroutine to wake.
func (q *queue) atOnce(ev []device.Event) []device.Event {
	for !q.busy && len(q.ev) == 0 && len(ev) > 0 {
		select {
		case q.to <- ev[0]:
			ev = ev[1:]
		default:
			return ev
		}
	}
	return ev
}

// deliver hands the events over in order until ctx ends.
func (q *queue) deliver(ctx context.Context) error {
	for {
		q.mu.Lock()
		batch := q.ev
		q.ev, q.busy = nil, len(batch) > 0
		q.mu.Unlock()
		for i, e := range batch {
			select {
			case q.to <- e:
			case <-ctx.Done():
				q.mu.Lock()
				q.ev, q.busy = append(batch[i:], q.ev...), false
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
