package controller

import (
	"slices"
	"strings"

	"kidoban/controller/access"
	"kidoban/controller/bundle"
	"kidoban/controller/cards"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
)

// refuseMost is how often one record may be refused, less each time, until the refusal counts as the disk's fault.
const refuseMost = 3

// single deals with a record that the disk will not take however often it is offered, so that those behind it are not
// held up: the batch is offered again one by one; the one that is refused loses first the change of the roster that it
// carries, then what makes its entries long, and at last itself. It reports false where nothing of that helps.
func (s *State) single(fault string) bool {
	b := &s.backlog
	if b.sent > 1 {
		b.single, b.sent = b.sent, 0
		return true
	}
	r := &b.records[0]
	if r.refused == refuseMost || r.notice {
		return false
	}
	r.refused++
	b.sent = 0
	s.waiting = slices.DeleteFunc(s.waiting, func(w waiting) bool {
		if w.ticket == r.Ticket {
			s.withdraw(w)
		}
		return w.ticket == r.Ticket
	})
	d := journal.Data{Mode: "change_refused", Detail: cut(fault), Count: int64(len(r.Entries))}
	switch {
	case s.change.ticket == r.Ticket:
		s.takeBack(r, &d)
		s.undone(r.Ticket, "the record refuses this change, so nothing is changed: "+fault)
	case r.refused < refuseMost:
		shorten(r.Entries)
	default:
		r.Entries, r.Change = nil, ledger.Change{}
	}
	if len(r.Entries) == 0 {
		b.records, b.single = b.records[1:], max(0, b.single-1)
	}
	if r.refused == 1 {
		s.note(journal.SystemDegraded, journal.Alert, "controller", d)
		s.out.notice = true
	}
	return true
}

// shorten leaves of entries what certainly fits.
func shorten(entries []journal.Entry) {
	for i := range entries {
		e := &entries[i]
		e.Private = nil
		for _, text := range []*string{
			&e.Subject, &e.Data.Door, &e.Data.Person, &e.Data.Credential, &e.Data.Account, &e.Data.Point, &e.Data.Detail,
			&e.Data.Alarm, &e.Data.Digest, &e.Data.Rule, &e.Data.Reason, &e.Data.Mode,
		} {
			*text = cut(*text)
		}
	}
}

// cut shortens to what an entry holds many times over.
func cut(s string) string {
	const most = 120
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	return string(r[:most]) + "…"
}

// change is the order to change the roster that is on its way to the disk, with what puts the memory back. There is one
// at most, so that nothing rests on a change that is refused.
type change struct {
	ticket  Ticket // 0 = none
	account string
	version uint64 // before it
	edits   []ledger.Edit
	roster  *access.Roster // of a switch: the one before
	people  *ledger.Directory
	cards   *cards.Book     // the lendings before it, nil where it touches none
	held    *bundle.Held    // of a bundle: what was held before
	permits []ledger.Permit // and the permits; those that it brought are Gone

	proposal *Proposal // that it carries out, nil where nobody had to approve it
}

// settle forgets a change that is durable.
func (c *change) settle(t Ticket) {
	if c.ticket <= t {
		*c = change{}
	}
}

// takeBack undoes the change of the roster that a record carried, in it and in memory.
func (s *State) takeBack(r *Record, d *journal.Data) {
	d.Account = s.change.account
	r.Change.Roster, r.Change.Switch = nil, 0
	r.Entries = slices.DeleteFunc(r.Entries, func(e journal.Entry) bool { return e.Subject == rosterSubject })
	if s.change.roster != nil {
		s.roster, s.people = s.change.roster, s.change.people
	}
	if s.change.cards != nil {
		s.lent = s.change.cards
		r.Change.Documents = slices.DeleteFunc(r.Change.Documents, func(d ledger.Document) bool { return d.Kind == cards.Document })
	}
	if p := s.change.proposal; p != nil {
		s.office.proposals[p.ID] = *p
		r.Change.Documents = slices.DeleteFunc(r.Change.Documents, func(d ledger.Document) bool { return d.Kind == proposalDocument })
	}
	s.holdBack(r)
	s.putBack(s.change.edits)
	s.version = s.change.version
	s.change = change{}
}

// holdBack undoes what a bundle has changed beside the roster.
func (s *State) holdBack(r *Record) {
	whole := s.change.held != nil
	r.Change.Documents = slices.DeleteFunc(r.Change.Documents, func(d ledger.Document) bool {
		switch l := s.central.losses[d.ID]; {
		case d.Kind != lossDocument:
			return d.Kind == rosterDocument && whole
		case whole: // it waits for its card again
			l.Done = false
			s.central.losses[d.ID] = l
		default: // it is taken when it comes again
			delete(s.central.losses, d.ID)
		}
		return true
	})
	if !whole {
		return
	}
	s.central.held = *s.change.held
	r.Entries = slices.DeleteFunc(r.Entries, func(e journal.Entry) bool { return strings.HasPrefix(e.Subject, "permit/") })
	for _, row := range s.change.permits {
		r.Change.Permits = slices.DeleteFunc(r.Change.Permits, func(p ledger.Permit) bool { return p.ID == row.ID })
		if row.Gone {
			s.permits.drop(row.ID)
			continue
		}
		s.permits.put(row)
	}
}

// putBack applies the edits that undo others, last first.
func (s *State) putBack(undo []ledger.Edit) {
	for _, e := range slices.Backward(undo) {
		if s.apply(e) == nil {
			s.keepName(e)
		}
	}
}

// inverse is the edit that undoes e on the roster as it is.
func (s *State) inverse(e ledger.Edit) ledger.Edit {
	switch {
	case e.Person != nil:
		if old, known := s.people.Find(e.Person.ID); known {
			return ledger.Edit{Person: &old}
		}
	case e.Credential != nil:
		if old, known := s.roster.Credential(e.Credential.ID); known {
			return ledger.Edit{Credential: &old}
		}
	default:
		if old, known := s.row(e); known {
			return old
		}
	}
	e.Delete = true
	return e
}

// row is the row with the key of e, as it is now.
func (s *State) row(e ledger.Edit) (ledger.Edit, bool) {
	rec := s.roster.Records()
	switch {
	case e.Incumbency != nil:
		old := find(rec.Incumbents, func(x access.Incumbency) bool {
			return x.Person == e.Incumbency.Person && x.Post == e.Incumbency.Post && x.From.Equal(e.Incumbency.From)
		})
		return ledger.Edit{Incumbency: old}, old != nil
	case e.Belonging != nil:
		old := find(rec.Belongings, func(x access.Belonging) bool {
			return x.Person == e.Belonging.Person && x.Section == e.Belonging.Section && x.From.Equal(e.Belonging.From)
		})
		return ledger.Edit{Belonging: old}, old != nil
	case e.Finding != nil:
		old := find(rec.Findings, func(x access.Finding) bool {
			return x.Person == e.Finding.Person && x.From.Equal(e.Finding.From)
		})
		return ledger.Edit{Finding: old}, old != nil
	case e.Duty != nil:
		old := find(rec.Duties, func(x access.Duty) bool {
			return x.Person == e.Duty.Person && x.Duty == e.Duty.Duty && x.Zone == e.Duty.Zone && x.From.Equal(e.Duty.From)
		})
		return ledger.Edit{Duty: old}, old != nil
	case e.Schedule != nil:
		old := find(rec.Schedules, func(x access.Schedule) bool { return x.ID == e.Schedule.ID })
		return ledger.Edit{Schedule: old}, old != nil
	case e.Holiday != nil:
		old := find(rec.Holidays, func(x access.Holiday) bool {
			return x.Year == e.Holiday.Year && x.Month == e.Holiday.Month && x.Day == e.Holiday.Day
		})
		return ledger.Edit{Holiday: old}, old != nil
	}
	return ledger.Edit{}, false
}

func find[T any](rows []T, same func(T) bool) *T {
	if i := slices.IndexFunc(rows, same); i >= 0 {
		return &rows[i]
	}
	return nil
}
