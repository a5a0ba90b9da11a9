package report

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"kidoban/controller/journal"
)

// Tally counts what a monthly review looks at: alarms with what became of them, and refusals.
type Tally struct {
	kinds   map[journal.Type]*Raised
	raised  map[string]*Raised // by the alarm
	refused map[string]int
}

// NewTally begins at nothing.
func NewTally() *Tally {
	return &Tally{map[journal.Type]*Raised{}, map[string]*Raised{}, map[string]int{}}
}

// Month takes an entry of the month: alarms that are raised and refusals count.
func (t *Tally) Month(e *journal.Entry) {
	d := &e.Data
	switch {
	case e.Type == journal.AccessDenied:
		t.refused[d.Reason]++
	case e.Type == journal.AlarmRaised && t.raised[d.Alarm] == nil:
		word, _, _ := strings.Cut(d.Alarm, "/")
		kind := journal.Type(word)
		if t.kinds[kind] == nil {
			t.kinds[kind] = &Raised{Kind: kind}
		}
		t.raised[d.Alarm] = t.kinds[kind]
		t.kinds[kind].Count++
		if d.Drill {
			t.kinds[kind].Drill++
		}
	}
}

// Since takes an entry of the month or of later: what became of the month's alarms.
func (t *Tally) Since(e *journal.Entry) {
	of := t.raised[e.Data.Alarm]
	if of == nil {
		return
	}
	switch e.Type {
	case journal.AlarmAcknowledged:
		of.Acknowledged++
	case journal.AlarmEscalated:
		of.Escalated++
	case journal.AlarmClosed:
		of.Closed++
	}
}

// Alarms are the month's by kind.
func (t *Tally) Alarms() (out []Raised) {
	for _, kind := range slices.Sorted(maps.Keys(t.kinds)) {
		out = append(out, *t.kinds[kind])
	}
	return out
}

// Refusals are the month's by reason, the most frequent first.
func (t *Tally) Refusals() (out []Denied) {
	for reason, n := range t.refused {
		out = append(out, Denied{Reason: reason, Count: n})
	}
	slices.SortFunc(out, func(a, b Denied) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Reason, b.Reason)) })
	return out
}
