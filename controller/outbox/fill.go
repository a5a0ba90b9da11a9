package outbox

import (
	"bytes"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"kidoban/controller/journal"
	"kidoban/controller/outbox/link"
	"kidoban/controller/store"
	"kidoban/controller/wire"
)

// fill builds the next messages once those before are on their way: what is retained first, then a checkpoint if one is
// due, then a replay, then the journal.
func (r *run) fill(now time.Time) {
	if r.link == nil || len(r.queue) > 0 {
		return
	}
	r.retained(now)
	r.fillBeside(now)
	if now.Before(r.holdUntil) {
		r.by(r.holdUntil)
		return
	}
	r.checkpoint(now)
	if len(r.queue) > 0 || r.rolled {
		return
	}
	if r.again.from < r.again.to {
		r.replay()
		return
	}
	r.entries()
}

func (r *run) retained(now time.Time) {
	if due := r.statusAt.Add(r.o.cfg.Pace.Status); !now.Before(due) {
		r.o.box.mu.Lock()
		r.o.box.mark("status")
		r.o.box.mu.Unlock()
	}
	for _, m := range r.o.box.take() {
		if m.Topic == "status" {
			m.Payload = r.status()
			r.statusAt = now
		}
		m.Topic = r.root + m.Topic
		r.queue = append(r.queue, item{msg: m})
	}
	r.by(r.statusAt.Add(r.o.cfg.Pace.Status))
}

func (r *run) status() []byte {
	mode, _ := r.o.box.state()
	since := r.since
	if r.o.origin.Zone != nil {
		since = since.In(r.o.origin.Zone)
	}
	s := r.o.box.standing()
	s.Online, s.Since, s.Version, s.Boot = true, since.Format(time.RFC3339), r.o.cfg.Version, r.o.origin.Boot
	s.Key = r.o.cfg.Announce
	s.Sequence, s.Mode, s.Backlog = max(r.head, 1)-1, mode, r.unacknowledged()
	return wire.Marshal(s)
}

func (r *run) offline() link.Message {
	return link.Message{Topic: r.root + "status", Payload: []byte(wire.Offline), Retained: true}
}

// checkpoint signs what was sent, after a burst, and now and then. Its size never goes back while the daemon runs. Only
// what was sent is covered, so that the central log can confirm part of a backlog larger than the window. Where the central
// log holds another record, it is what both have as many entries of: proof there.
func (r *run) checkpoint(now time.Time) {
	size := max(r.sent, r.checkpointed)
	if r.rolled {
		size = r.head
		if r.disputed > 0 {
			size = min(size, r.disputed)
		}
	}
	if size == 0 {
		return
	}
	due := r.checkpointAt.Add(r.o.cfg.Pace.Status)
	if r.checkpointDue || size > r.checkpointed && r.room() > 0 {
		due = r.checkpointAt.Add(r.o.cfg.Pace.Checkpoint)
	} else if size > r.checkpointed {
		due = now // the window is full: a burst has ended, and nothing moves before this is confirmed
	}
	if r.catchingUp() && size >= r.checkpointed+uint64(r.o.cfg.Window/4) {
		due = now // parts of the window are confirmed while the others are on their way
	}
	if now.Before(due) {
		r.by(due)
		return
	}
	msg, err := r.sign(size, now)
	if err != nil {
		r.hold(err)
		return
	}
	r.checkpointed, r.checkpointAt, r.checkpointDue = size, now, false
	r.queue = append(r.queue, item{msg: link.Message{Topic: r.root + "checkpoint", Payload: msg, Retained: true}})
}

// sign signs the first size entries, which are durable. Keeping the signature beside the journal is the store's owner's to do,
// and nobody waits for that: whatever a power cut leaves of the journal has these entries.
func (r *run) sign(size uint64, now time.Time) ([]byte, error) {
	_, synced := r.o.box.state()
	root, err := r.rootAt(size)
	if err != nil {
		return nil, err
	}
	if r.o.origin.Zone != nil {
		now = now.In(r.o.origin.Zone)
	}
	c := journal.Checkpoint{Origin: r.o.origin.Line(), Size: size, Root: root, Time: now, Clock: journal.ClockOf(synced)}
	return c.Sign(r.o.cfg.Own)
}

func (r *run) rootAt(size uint64) (tlog.Hash, error) {
	if head := r.o.journal.Head(); head.Size == size {
		return head.Root, nil
	}
	return r.o.journal.RootAt(r.ctx, size)
}

func (r *run) room() uint64 { return uint64(max(0, r.o.cfg.Window-int(r.sent-r.acked))) }

// catchingUp says that entries go in batches.
func (r *run) catchingUp() bool {
	return r.o.cfg.Delivery == Central && r.head > r.sent+behindMany
}

func (r *run) entries() {
	n := min(r.room(), max(r.head, r.sent)-r.sent)
	if n == 0 {
		return
	}
	if len(r.rows) == 0 || r.rows[0].Sequence != r.sent {
		rows, err := r.o.journal.Rows(r.ctx, r.sent, 512)
		if err != nil {
			r.hold(err)
			return
		}
		r.rows = rows
	}
	many := r.catchingUp()
	take := min(n, uint64(len(r.rows)))
	if take == 0 {
		r.holdUntil = time.Now().Add(time.Second) // head counts what cannot be read yet
		return
	}
	r.build(r.rows[:take], many, true)
	r.rows = r.rows[take:]
}

func (r *run) replay() {
	n := r.again.to - r.again.from
	rows, err := r.o.journal.Rows(r.ctx, r.again.from, int(min(n, 512)))
	if err != nil {
		r.hold(err)
		return
	}
	if len(rows) == 0 {
		r.again = span{}
		return
	}
	r.build(rows, r.againMany, false)
	r.again.from = rows[len(rows)-1].Sequence + 1
	if r.again.from >= r.again.to {
		r.checkpointDue = true // so that who asked can confirm
	}
}

// build queues rows, in batches if many. The last message of them moves sent, if moves.
func (r *run) build(rows []store.Row, many, moves bool) {
	for len(rows) > 0 {
		n := 1
		switch {
		case rows[0].Payload == nil:
			n = r.leaves(rows)
		case many:
			n = r.batch(rows)
		default:
			r.single(rows[0])
		}
		if moves {
			r.queue[len(r.queue)-1].size = rows[n-1].Sequence + 1
		}
		rows = rows[n:]
	}
}

// private queues the private part of a row, its own bytes, where the site publishes names. Whoever may read the topic
// finds its entry by data.private, the SHA-256 of these bytes. It goes before the entry: the entry moves the position.
func (r *run) private(row store.Row) {
	if r.o.cfg.Names && row.Private != nil {
		r.queue = append(r.queue, item{msg: link.Message{Topic: r.root + "private/" + row.Class, Payload: row.Private}})
	}
}

func (r *run) single(row store.Row) {
	r.private(row)
	r.queue = append(r.queue, item{msg: link.Message{Topic: r.root + "event/" + row.Class, Payload: row.Payload}})
}

func (r *run) batch(rows []store.Row) (n int) {
	var b bytes.Buffer
	for n < len(rows) && rows[n].Payload != nil && (n == 0 || b.Len()+1+len(rows[n].Payload) <= batchBytes) {
		if n > 0 {
			b.WriteByte('\n')
		}
		b.Write(rows[n].Payload)
		n++
	}
	if !r.o.cfg.ReplayEach {
		for _, row := range rows[:n] {
			r.private(row)
		}
	}
	r.queue = append(r.queue, item{msg: link.Message{Topic: r.root + "batch", Payload: b.Bytes()}})
	if r.o.cfg.ReplayEach {
		for _, row := range rows[:n] {
			r.single(row)
		}
	}
	return n
}

// leaves queues what a purge left of rows: one JSON object a line.
func (r *run) leaves(rows []store.Row) (n int) {
	var b bytes.Buffer
	for n < len(rows) && rows[n].Payload == nil {
		line := wire.Marshal(wire.Leaf{Sequence: rows[n].Sequence, Leaf: rows[n].Leaf.String()})
		if n > 0 {
			b.WriteByte('\n')
		}
		b.Write(line)
		n++
	}
	r.queue = append(r.queue, item{msg: link.Message{Topic: r.root + "leaves", Payload: b.Bytes()}})
	return n
}
