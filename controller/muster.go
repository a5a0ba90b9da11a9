package controller

import (
	"cmp"
	"slices"

	"kidoban/controller/journal"
	"kidoban/controller/ledger"
)

// muster is who is inside now, by zone: 在室者一覧(避難・安否確認用).
func (s *State) muster() ledger.Muster {
	m := ledger.Muster{At: s.now.Wall, Lines: []ledger.MusterLine{}}
	for _, in := range s.who() {
		m.Lines = append(m.Lines, s.musterLine(in))
	}
	slices.SortStableFunc(m.Lines, func(x, y ledger.MusterLine) int { return cmp.Compare(x.Zone, y.Zone) })
	return m
}

func (s *State) musterLine(in Inside) ledger.MusterLine {
	l := ledger.MusterLine{
		Zone: in.Zone, Person: in.Person, Name: in.Name, Affiliation: s.people.Of(in.Person).Affiliation, Since: in.Since,
		Assumed: in.Assumed, Unverified: in.Unverified,
	}
	v, open := s.book.Of(in.Zone, in.Person)
	if !open {
		return l
	}
	l.Visit, l.Visitor = v.ID, v.Visitor()
	if l.Visitor { // the line has the name and the firm as the permit says them
		l.Name, l.Affiliation = v.Name, v.Affiliation
	}
	if n := v.Escort(); n >= 0 {
		l.Escort, l.EscortName = v.Escorts[n].Person, v.Escorts[n].Name
	}
	return l
}

// keepMuster keeps who is inside at this moment, without names; those go into the private part of the entry that it
// belongs to.
func (s *State) keepMuster(cause journal.Type, incident string, drill bool) ledger.Muster {
	m := s.muster()
	m.ID, m.Cause, m.Incident, m.Drill = s.numbered(ledger.KindMuster, "M"), string(cause), incident, drill
	s.forgetLists()
	counted := m
	counted.Lines = slices.Clone(m.Lines)
	s.crisis.lists[m.ID] = &counted
	s.fileMuster(m)
	return m
}

// fileMuster keeps a list without the names.
func (s *State) fileMuster(m ledger.Muster) {
	m.Lines = slices.Clone(m.Lines)
	for i := range m.Lines {
		l := &m.Lines[i]
		l.Name, l.Affiliation, l.EscortName, l.Gone = "", "", "", false
	}
	s.file(ledger.KindMuster, m.ID, m)
}

// fire records the fire panel's alarm with who is inside at that moment.
func (s *State) fire(d journal.Data) {
	list := s.keepMuster(journal.FireAlarmed, "", false)
	d.Document, d.Count = list.ID, int64(len(list.Lines))
	s.noteWith(journal.FireAlarmed, journal.Emergency, "controller", d, s.private(map[string]any{"muster": list.Lines}))
}
