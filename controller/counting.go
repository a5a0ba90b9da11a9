package controller

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
)

// countingMost is for how long people are counted by a kept list. Who is not found in a day is not looked for in a list.
const countingMost = 24 * time.Hour

// forgetLists drops those that are too old to be counted by.
func (s *State) forgetLists() {
	maps.DeleteFunc(s.crisis.lists, func(_ string, m *ledger.Muster) bool { return !s.counted(m) })
}

func (s *State) counted(m *ledger.Muster) bool { return s.now.Wall.Sub(m.At) < countingMost }

// musterOf is the list of now, or a kept one by which people may still be counted.
func (s *State) musterOf(ask AskMuster) *Answer {
	if ask.ID == "" {
		return &Answer{Value: s.muster()}
	}
	if m, kept := s.crisis.lists[ask.ID]; kept && s.counted(m) {
		return &Answer{Value: s.count(m)}
	}
	return &Answer{}
}

// count is a kept list with what has become of its people: who has left, who has been seen, who has come since.
func (s *State) count(m *ledger.Muster) ledger.Muster {
	out, now := *m, s.muster()
	out.Lines = slices.Clone(m.Lines)
	known := map[access.PersonID]bool{}
	for i := range out.Lines {
		l := &out.Lines[i]
		known[l.Person] = true
		l.Gone = true
		for _, n := range now.Lines {
			if n.Zone == l.Zone && n.Person == l.Person {
				l.Gone, l.Name, l.Affiliation, l.Escort, l.EscortName = false, n.Name, n.Affiliation, n.Escort, n.EscortName
			}
		}
		l.Name = cmp.Or(l.Name, s.people.Of(l.Person).Name) // of an earlier run's list
	}
	for _, n := range now.Lines {
		if !known[n.Person] {
			n.Later = true
			out.Lines = append(out.Lines, n)
		}
	}
	return out
}

// stands says that what a list was kept for goes on: the declared emergency, or the alarm that nobody has closed.
func (s *State) stands(m *ledger.Muster) bool {
	if m.Incident != "" {
		return s.crisis.incidents[m.Incident] != nil
	}
	return slices.ContainsFunc(s.alarms.Open(true), func(a ledger.Alarm) bool { return a.Type == m.Cause })
}

// counts are the lists by which people are counted now: those of what goes on, and those with somebody missing. What goes
// on comes before what is over, no drill before a drill, and the first list before later ones, which have fewer people.
func (s *State) counts() (out []Count) {
	for _, id := range slices.Sorted(maps.Keys(s.crisis.lists)) {
		m := s.crisis.lists[id]
		if !s.counted(m) {
			continue
		}
		c := Count{s.count(m), s.stands(m)}
		if c.Stands || c.Missing() > 0 {
			out = append(out, c)
		}
	}
	rank := func(c Count) (n int) {
		if !c.Stands {
			n += 2
		}
		if c.Drill {
			n++
		}
		return n
	}
	slices.SortStableFunc(out, func(x, y Count) int { return cmp.Or(cmp.Compare(rank(x), rank(y)), x.At.Compare(y.At)) })
	return out
}

// accountFor says of somebody of a kept list that they were seen outside, safe. It changes nothing about who is inside.
func (s *State) accountFor(a Account, ask AccountFor) string {
	m, kept := s.crisis.lists[ask.List]
	if !kept || !s.counted(m) {
		return fmt.Sprintf("no muster list %q of the last day is kept", ask.List)
	}
	lines := s.count(m).Lines
	i := slices.IndexFunc(lines, func(l ledger.MusterLine) bool { return l.Person == ask.Person })
	if i < 0 {
		return fmt.Sprintf("nobody with the number %q is on the muster list %s", string(ask.Person), ask.List)
	}
	if lines[i].Seen.IsZero() == ask.Undo {
		return "" // it is so already: two have tapped
	}
	m.Lines = lines
	d := journal.Data{
		Document: m.ID, Incident: m.Incident, Zone: lines[i].Zone, Person: string(ask.Person), Account: a.Name, Drill: m.Drill,
	}
	for i := range m.Lines {
		l := &m.Lines[i]
		switch {
		case l.Person != ask.Person:
		case ask.Undo:
			l.Seen, l.SeenBy, d.Mode = time.Time{}, "", "withdrawn"
		default:
			l.Seen, l.SeenBy = s.now.Wall, a.Name
		}
	}
	s.fileMuster(*m)
	s.note(journal.EmergencyAccounted, journal.Notice, "zone/"+d.Zone, d)
	return ""
}

// zoneOfCounted is where somebody of a kept list was.
func (s *State) zoneOfCounted(ask AccountFor) string {
	if m, kept := s.crisis.lists[ask.List]; kept {
		for _, l := range s.count(m).Lines {
			if l.Person == ask.Person {
				return l.Zone
			}
		}
	}
	return ""
}
