package controller

import (
	"maps"
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
	single  int  // so many are to be sent one by one, as one of them is refused
	lost    int64
	owed    owed // what those that were lost have changed
}

// add puts a record in line. While nothing can be made durable only backlogMost are kept; the rest is counted.
func (b *backlog) add(r Record) Ticket {
	t := b.next
	b.next++
	if !b.ok && len(b.records) >= backlogMost {
		b.lost++
		b.owed.add(r.Change)
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
	if b.single > 0 {
		b.sent = 1
	}
	return b.records[:b.sent:b.sent]
}

// recorded lets go on what had waited for its record.
func (s *State) recorded(t Ticket) {
	b := &s.backlog
	b.single = max(0, b.single-b.sent)
	b.records, b.sent, b.retry = b.records[min(b.sent, len(b.records)):], 0, 0
	if len(b.records) == 0 {
		b.records = nil
	}
	s.change.settle(t)
	maps.DeleteFunc(s.wrong, func(_ access.CredentialID, w Ticket) bool { return w <= t })
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
		s.out.Change, _ = Merge([]Record{{Change: b.owed.change()}, {Change: s.out.Change}})
		b.lost, b.owed = 0, owed{}
	}
	s.judgeReady()
}

// proceed carries out one grant, or shows one refusal, whose record is durable.
func (s *State) proceed(w waiting) {
	if w.denied && s.now.Mono-w.at <= s.site.GrantTTL {
		st := &w.gate.stands[w.dir]
		st.deniedUntil, st.shown = s.now.Mono+deniedShown, unshown // a second refusal shows as one, too
	}
	for _, g := range w.grants {
		if why := s.overtaken(w, g); why != "" {
			s.notTaken(w.gate, g, why)
			s.undone(w.ticket, "recorded, and not carried out: "+why)
			continue
		}
		s.release(w.gate, g)
	}
}

// overtaken is why a grant that is on record now is not carried out any more, "" if it is.
func (s *State) overtaken(w waiting, g grant) string {
	switch {
	case w.voided:
		return "misread"
	case s.ending:
		return "stopping"
	case s.now.Mono-g.at.Mono > s.site.GrantTTL:
		return "late"
	case w.gate.mode.Mode == modeLockdown:
		return access.DoorLockedDown.String()
	}
	return ""
}

func (s *State) undone(t Ticket, why string) { s.out.Undone = append(s.out.Undone, Undone{t, why}) }

// unrecorded takes back every entry that waited for its record: the door stays locked, and says so.
func (s *State) unrecorded(in Unrecorded) {
	b := &s.backlog
	if in.Refused && s.single(in.Fault) {
		return
	}
	b.sent, b.retry = 0, s.now.Mono+retryEvery
	for _, w := range s.waiting {
		s.withdraw(w)
	}
	s.waiting = s.waiting[:0]
	s.degrade(in.Fault)
	for _, g := range s.gates {
		if g.stands[device.Entry].party.ready {
			s.refuseParty(g, 0, access.RecordUnavailable)
		}
	}
}

// withdraw turns a grant that waits for its record into a refusal.
func (s *State) withdraw(w waiting) {
	if len(w.grants) == 0 {
		return
	}
	refuse(s.backlog.find(w.ticket))
	for _, g := range w.grants {
		s.attendsNoMore(w.gate.Zone, g.person)
	}
	s.undone(w.ticket, "nothing can be recorded now, so the door stays locked (record_unavailable)")
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
	r.Change.Grants = slices.DeleteFunc(r.Change.Grants, func(g ledger.Grant) bool {
		return !g.Gone && !g.Pending && g.Direction == device.Entry
	})
	for i := range r.Entries {
		e := &r.Entries[i]
		if e.Data.Direction != device.Entry.String() {
			continue
		}
		switch e.Type {
		case journal.AccessGranted:
			e.Type, e.Severity = journal.AccessDenied, journal.Warning
			e.Data.Reason, e.Data.Grant = access.RecordUnavailable.String(), ""
		case journal.AccessDuress:
			e.Data.Grant = ""
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
