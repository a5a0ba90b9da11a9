package outbox

import (
	"context"
	"crypto/x509"
	"fmt"
	"sync"
	"time"

	"kidoban/controller/outbox/link"
	"kidoban/controller/store"
)

// run is the state of a running outbox; its goroutine alone touches it.
type run struct {
	o       *Outbox
	ctx     context.Context
	root    string // "kidoban/v1/<site>/<controller>/"
	since   time.Time
	closing sync.WaitGroup

	link    *link.Link // nil while there is none
	dialled chan dialled
	dialAt  time.Time
	retry   time.Duration
	put     int64     // messages put to this link
	alive   time.Time // last PUBACK on it, or when the first unacknowledged message was put
	marks   []mark    // Delivery Broker: what a count of PUBACKs means
	up      bool      // the last thing recorded is that the link is up (at start: assumed)

	head, sent, acked uint64
	lastAck           []byte      // the checkpoint that acked rests on
	rows              []store.Row // read ahead, from sent
	again             span        // replay that a resend asked for
	againAt           time.Time
	againMany         bool   // in batches
	asked             span   // what the last honoured resend named
	queue             []item // built, not yet put
	holdUntil         time.Time

	checkpointed  uint64 // size of the last checkpoint
	checkpointAt  time.Time
	checkpointDue bool // once more, whatever its size
	statusAt      time.Time

	stuck      time.Duration
	progressAt time.Time
	savedSize  uint64
	savedAt    time.Time

	behind   bool // recorded as backlogged
	rolled   bool // entries are sent no more
	disputed uint64
	notices  []Notice

	shown    *x509.Certificate    // the broker's
	warned   map[string]time.Time // that a certificate runs out, by serial number
	expiryAt time.Time
	beside   beside
	wake     time.Time
}

type dialled struct {
	link *link.Link
	err  error
}

type mark struct {
	count int64
	size  uint64
}

type span struct{ from, to uint64 } // [from, to)

type item struct {
	msg  link.Message
	size uint64 // sent stands at size once it is put; 0 = does not move it
}

// Run carries until ctx ends. It returns an error only if it cannot work at all; whatever a broker does is no error.
func (o *Outbox) Run(ctx context.Context) error {
	acked := o.position()
	o.acked.Store(acked)
	now := time.Now()
	r := &run{o: o, ctx: ctx, root: "kidoban/v1/" + o.origin.Site + "/" + o.origin.Controller + "/", since: now,
		dialled: make(chan dialled, 1), dialAt: now, retry: o.cfg.Pace.Retry, up: true,
		sent: acked, acked: acked, savedSize: acked, stuck: o.cfg.Pace.Stuck, progressAt: now, warned: map[string]time.Time{}}
	r.look()
	if acked > r.head {
		r.rollBack(fmt.Sprintf("%d entries were delivered, this disk holds %d", acked, r.head), 0)
	}
	for ctx.Err() == nil {
		r.turn()
	}
	r.end()
	return nil
}

// turn does what is due and waits for the next thing.
func (r *run) turn() {
	now := time.Now()
	r.wake = now.Add(time.Minute)
	r.tend(now)
	r.fill(now)

	var out chan<- link.Message
	var first link.Message
	var in <-chan link.Message
	var progress, lost <-chan struct{}
	if r.link != nil {
		in, progress, lost = r.link.In(), r.link.Progress(), r.link.Lost()
		if len(r.queue) > 0 {
			out, first = r.link.Out(), r.queue[0].msg
		}
	}
	var tell chan<- Notice
	var notice Notice
	if len(r.notices) > 0 {
		tell, notice = r.o.notices, r.notices[0]
	}
	timer := time.NewTimer(time.Until(r.wake))
	defer timer.Stop()
	select {
	case <-r.ctx.Done():
	case <-timer.C:
	case <-r.o.kick:
		r.look()
	case out <- first:
		r.passed(time.Now())
	case <-progress:
		r.puback(time.Now())
	case m := <-in:
		r.receive(m, time.Now())
	case d := <-r.dialled:
		r.opened(d, time.Now())
	case <-lost:
		r.lose(time.Now())
	case tell <- notice:
		r.notices = r.notices[1:]
	}
}

// by asks to be woken at t.
func (r *run) by(t time.Time) {
	if t.Before(r.wake) {
		r.wake = t
	}
}

func (r *run) look() { r.head = r.o.journal.Head().Size }

// hold leaves the journal alone for a second: what cannot be read now may be readable then.
func (r *run) hold(err error) {
	if r.ctx.Err() != nil {
		return
	}
	r.o.cfg.Log.Warn("outbox cannot read the journal", "err", err)
	r.holdUntil = time.Now().Add(time.Second)
}

// tend does what time alone makes due.
func (r *run) tend(now time.Time) {
	r.dial(now)
	r.watch(now)
	r.restartIfStuck(now)
	r.measure(now)
	r.save(now, false)
	r.expiry(now)
}

// watch drops a connection on which nothing is acknowledged any more, though it looks alive (half-open, stalled).
func (r *run) watch(now time.Time) {
	if r.link == nil || r.put == r.link.Acknowledged() {
		return
	}
	if end := r.alive.Add(r.o.cfg.Pace.Silence); now.Before(end) {
		r.by(end)
		return
	}
	r.link.Drop(fmt.Errorf("no PUBACK for %v with %d messages in flight", r.o.cfg.Pace.Silence, r.put-r.link.Acknowledged()))
}

func (r *run) restartIfStuck(now time.Time) {
	if r.link == nil || r.sent == r.acked {
		r.progressAt = now
		return
	}
	if due := r.progressAt.Add(r.stuck); now.Before(due) {
		r.by(due)
		return
	}
	r.o.cfg.Log.Info("outbox sends again: no progress", "from", r.acked, "sent", r.sent, "waited", r.stuck)
	r.restart()
	r.progressAt = now
	r.stuck = min(2*r.stuck, r.o.cfg.Pace.StuckMost)
}

// restart sets the sending back to what is acknowledged.
func (r *run) restart() {
	r.sent, r.rows, r.queue = r.acked, nil, nil
	r.checkpointDue = true
}

func (r *run) measure(now time.Time) {
	switch n := r.unacknowledged(); {
	case n > behindMany && !r.behind:
		r.behind = true
		r.tell(Backlogged, now, "")
	case n <= behindMany/20 && r.behind:
		r.behind = false
		r.tell(Drained, now, "")
	}
}

// unacknowledged is what the journal holds beyond the position; none if it holds less (rolled back).
func (r *run) unacknowledged() uint64 { return max(r.head, r.acked) - r.acked }

func (r *run) tell(k Kind, now time.Time, detail string) {
	r.tellOf(Notice{Kind: k, At: now, Behind: r.unacknowledged(), Detail: detail})
}

func (r *run) tellOf(n Notice) {
	if len(r.notices) == noticesMost {
		r.notices = r.notices[1:]
	}
	r.notices = append(r.notices, n)
}

// rollBack ends the sending of entries. disputed is how many the central log has signed for, where this disk has other
// ones.
func (r *run) rollBack(detail string, disputed uint64) {
	if r.rolled {
		return
	}
	r.rolled, r.disputed = true, disputed
	r.queue, r.rows, r.again = nil, nil, span{}
	r.o.cfg.Log.Error("outbox stops sending entries: the journal was rolled back", "detail", detail)
	r.tell(RolledBack, time.Now(), detail)
	r.o.Mode("rolled_back")
	r.checkpointDue = true
}

// save writes the position, at most once a second.
func (r *run) save(now time.Time, last bool) {
	if r.acked == r.savedSize {
		return
	}
	if due := r.savedAt.Add(time.Second); now.Before(due) && !last {
		r.by(due)
		return
	}
	r.savedAt, r.savedSize = now, r.acked
	if err := r.o.keep(r.acked, r.lastAck); err != nil {
		r.o.cfg.Log.Warn("outbox cannot keep its position: it will send again after a restart", "err", err)
	}
}

// end says goodbye, so that the broker need not send the will, and waits for what was started.
func (r *run) end() {
	r.save(time.Now(), true)
	if r.link != nil {
		r.goodbye()
		r.link.Close()
	}
	select {
	case d := <-r.dialled:
		if d.link != nil {
			d.link.Close()
		}
	default:
	}
	r.closing.Wait()
	select {
	case d := <-r.dialled: // it came while we waited
		if d.link != nil {
			d.link.Close()
		}
	default:
	}
}

func (r *run) goodbye() {
	timeout := time.NewTimer(time.Second)
	defer timeout.Stop()
	select {
	case r.link.Out() <- r.offline():
		r.put++
	case <-r.link.Lost():
		return
	case <-timeout.C:
		return
	}
	for r.link.Acknowledged() < r.put {
		select {
		case <-r.link.Progress():
		case <-r.link.In():
		case <-r.link.Lost():
			return
		case <-timeout.C:
			return
		}
	}
}
