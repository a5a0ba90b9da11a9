package controller

import (
	"slices"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/device"
)

// backlog is what has happened and is not yet durable, in order.
type backlog struct {
	records []Record
	sent    int           // how many of them are under way
	since   time.Duration // when they were sent
	retry   time.Duration // not before this
	next    Ticket
	ok      bool // records become durable; while false no entry is let in
	late    bool // those under way have taken longer than recordWithin
	lost    int64
}

// add puts a record in line. While nothing can be made durable only backlogMost are kept; the rest is counted.
func (b *backlog) add(r Record) Ticket {
	t := b.next
	b.next++
	if !b.ok && len(b.records) >= backlogMost {
		b.lost++
		return t
	}
	r.Ticket = t
	b.records = append(b.records, r)
	return t
}

func (b *backlog) stalled(now time.Duration) bool {
	return b.sent > 0 && !b.late && now >= b.since+recordWithin
}

func (b *backlog) deadline() time.Duration {
	switch {
	case b.sent > 0 && !b.late:
		return b.since + recordWithin
	case b.sent == 0 && len(b.records) > 0 && b.retry > 0:
		return b.retry
	}
	return 0
}

// Batch is what is to be made durable next, in one transaction; nil while something is under way or nothing is due. Every
// Batch must be answered by a turn on Recorded or Unrecorded.
func (s *State) Batch(now device.Instant) []Record {
	b := &s.backlog
	if b.sent > 0 || len(b.records) == 0 || now.Mono < b.retry {
		return nil
	}
	b.sent, b.since, b.late = min(len(b.records), batchMost), now.Mono, false
	return b.records[:b.sent:b.sent]
}

// recorded lets go on what had waited for its record.
func (s *State) recorded(t Ticket) {
	b := &s.backlog
	b.records, b.sent, b.retry = b.records[min(b.sent, len(b.records)):], 0, 0
	if len(b.records) == 0 {
		b.records = nil
	}
	if s.believed() {
		s.clock.recorded = s.now.Wall
	}
	n := 0
	for n < len(s.waiting) && s.waiting[n].ticket <= t {
		s.proceed(s.waiting[n])
		n++
	}
	s.waiting = s.waiting[:copy(s.waiting, s.waiting[n:])]
	if !b.ok {
		b.ok = true
		s.note(journal.SystemRecovered, journal.Notice, "controller", journal.Data{Mode: "record_unavailable", Count: b.lost})
		b.lost = 0
	}
	s.judgeReady(t)
}

// proceed carries out one grant, or shows one refusal, whose record is durable.
func (s *State) proceed(w waiting) {
	if w.denied && s.now.Mono-w.at <= s.site.GrantTTL {
		st := &w.gate.stands[w.dir]
		st.deniedUntil, st.shown = s.now.Mono+deniedShown, unshown // a second refusal shows as one, too
	}
	for _, g := range w.grants {
		switch {
		case w.voided:
			s.notTaken(w.gate, g, "misread")
		case s.now.Mono-g.at.Mono > s.site.GrantTTL:
			s.notTaken(w.gate, g, "late")
		case w.gate.mode.Mode == modeLockdown:
			s.notTaken(w.gate, g, access.DoorLockedDown.String())
		default:
			s.release(w.gate, g)
		}
	}
}

// unrecorded takes back every entry that waited for its record: the door stays locked, and says so.
func (s *State) unrecorded(fault string) {
	b := &s.backlog
	b.sent, b.retry = 0, s.now.Mono+retryEvery
	for _, w := range s.waiting {
		if len(w.grants) > 0 {
			refuse(b.find(w.ticket))
		}
	}
	s.waiting = s.waiting[:0]
	s.degrade(fault)
}

// find returns the record with a ticket, nil if it is not in line.
func (b *backlog) find(t Ticket) *Record {
	for i := range b.records {
		if b.records[i].Ticket == t {
			return &b.records[i]
		}
	}
	return nil
}

// refuse turns a record that granted into one that refuses. It is not durable yet, so nothing is rewritten that anyone
// has seen.
func refuse(r *Record) {
	if r == nil {
		return
	}
	r.Change.Grants = slices.DeleteFunc(r.Change.Grants, func(g ledger.Grant) bool { return !g.Gone })
	for i := range r.Entries {
		if e := &r.Entries[i]; e.Type == journal.AccessGranted {
			e.Type, e.Severity = journal.AccessDenied, journal.Warning
			e.Data.Reason, e.Data.Grant = access.RecordUnavailable.String(), ""
		}
	}
}

// degrade stops letting in until a record is durable again.
func (s *State) degrade(fault string) {
	s.backlog.late = true
	if !s.backlog.ok {
		return
	}
	s.backlog.ok = false
	s.note(journal.SystemDegraded, journal.Alert, "controller", journal.Data{Mode: "record_unavailable", Detail: fault})
}
