package outbox

import (
	"encoding/json"
	"errors"
	"strings"
	"time"

	"kidoban/controller/outbox/link"
)

// dial opens the next connection when it is time to; opening may take seconds and has a goroutine of its own.
func (r *run) dial(now time.Time) {
	if r.link != nil || r.dialAt.IsZero() {
		return
	}
	if now.Before(r.dialAt) {
		r.by(r.dialAt)
		return
	}
	r.dialAt = time.Time{}
	will := r.offline()
	r.closing.Go(func() {
		l, err := link.Open(r.ctx, r.o.cfg.Link, &will, r.filters()...)
		r.dialled <- dialled{l, err}
	})
}

func (r *run) filters() []string {
	out := []string{r.root + "ack", r.root + "resend"}
	if r.o.cfg.Roster != nil {
		out = append(out, r.root+"roster", r.root+"roster/+")
	}
	return append(out, r.besideFilter()...)
}

func (r *run) opened(d dialled, now time.Time) {
	if d.err != nil && r.besideRefused(d.err) {
		r.dialAt = now
		return
	}
	if d.err != nil {
		r.down(now, d.err)
		return
	}
	r.beside.due, r.beside.at = true, time.Time{}
	r.link, r.put, r.marks, r.alive = d.link, 0, nil, now
	if _, shown := d.link.Certificates(); shown != nil {
		r.shown, r.expiryAt = shown, now
	}
	if !r.up {
		r.up = true
		r.tell(Restored, now, "")
	}
	r.restart()
	r.progressAt, r.stuck = now, r.o.cfg.Pace.Stuck
	r.o.box.again()
}

func (r *run) lose(now time.Time) {
	l := r.link
	r.link, r.queue = nil, nil
	r.closing.Go(l.Close) // paho may hold on to a publish for a while; the next connection does not wait for it
	if errors.Is(l.Why(), link.ErrRenewed) {
		r.o.cfg.Log.Info("connecting again with the new certificate")
		r.dialAt = now
		return
	}
	r.down(now, l.Why())
}

func (r *run) down(now time.Time, why error) {
	r.o.cfg.Log.Info("broker out of reach", "err", why)
	if r.up {
		r.up = false
		r.tell(Lost, now, why.Error())
	}
	r.dialAt = now.Add(r.retry)
	r.retry = min(2*r.retry, r.o.cfg.Pace.RetryMost)
}

// passed notes that the first of the queue is on its way.
func (r *run) passed(now time.Time) {
	it := r.queue[0]
	r.queue = r.queue[1:]
	if r.put == r.link.Acknowledged() {
		r.alive = now
	}
	r.put++
	if it.size > 0 {
		r.sent = max(r.sent, it.size)
		if r.o.cfg.Delivery == Broker {
			r.marks = append(r.marks, mark{r.put, it.size})
		}
	}
}

// puback counts what the broker acknowledged: without a gap from where this connection began to send.
func (r *run) puback(now time.Time) {
	n := r.link.Acknowledged()
	r.alive, r.retry = now, r.o.cfg.Pace.Retry
	for len(r.marks) > 0 && r.marks[0].count <= n {
		r.advance(r.marks[0].size, nil, now)
		r.marks = r.marks[1:]
	}
}

func (r *run) advance(size uint64, checkpoint []byte, now time.Time) {
	if size <= r.acked {
		return
	}
	r.acked, r.lastAck = size, checkpoint
	r.o.acked.Store(size)
	r.progressAt, r.stuck = now, r.o.cfg.Pace.Stuck
	if r.acked > r.sent {
		r.sent, r.rows, r.queue = r.acked, nil, nil
	}
}

func (r *run) receive(m link.Message, now time.Time) {
	switch m.Topic {
	case r.root + "ack":
		r.ack(m.Payload, now)
	case r.root + "resend":
		if !m.Retained {
			r.resend(m.Payload, now)
		}
	case r.o.cfg.Beside.Again:
		r.besideAsked(m.Payload)
	default:
		name, is := strings.CutPrefix(m.Topic, r.root+"roster")
		if is && r.o.cfg.Roster != nil {
			r.o.cfg.Roster(strings.TrimPrefix(name, "/"), m.Payload)
		}
	}
}

func (r *run) ack(payload []byte, now time.Time) {
	if r.o.cfg.Delivery != Central || len(payload) == 0 {
		return
	}
	r.look()
	v, size, checkpoint, err := r.o.judge(r.ctx, payload, r.acked, r.head)
	switch v {
	case believed:
		r.advance(size, checkpoint, now)
	case forged:
		r.o.forged.add()
		r.o.cfg.Log.Warn("ack not believed", "err", err)
	case ahead:
		r.rollBack(err.Error(), size)
	case ignored:
		if err != nil {
			r.hold(err)
		}
	}
}

type resendMessage struct {
	From *uint64 `json:"from"`
	To   *uint64 `json:"to"` // inclusive
}

// resend replays what was sent before. It moves no position: anybody whom the broker lets may ask.
func (r *run) resend(payload []byte, now time.Time) {
	var m resendMessage
	if json.Unmarshal(payload, &m) != nil || m.From == nil || m.To == nil || *m.To < *m.From || *m.From >= r.sent {
		return
	}
	if now.Sub(r.againAt) < r.o.cfg.Pace.Resend || r.again.from < r.again.to {
		return
	}
	r.againAt = now
	to := min(*m.To, *m.From+resendMost-1, r.sent-1) + 1
	// Asked for once more: one by one they do not get through, as with a broker that drops what it cannot queue.
	r.againMany = r.o.cfg.Delivery == Central && (to-*m.From > behindMany || *m.From < r.asked.to && r.asked.from < to)
	r.again = span{*m.From, to}
	r.asked = r.again
}
