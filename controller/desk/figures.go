package desk

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/retention"
	"kidoban/controller/store"
)

// Figures asks what a month or a fiscal year looks like in numbers. It shows no person, so it needs no purpose.
type Figures struct {
	Month string `json:"month,omitempty"` // "2026-04"; or
	Year  int    `json:"year,omitempty"`  // fiscal
	Zone  string `json:"zone,omitempty"`  // "" = all
}

// Figured are the figures. Days off are the page's matter: Days begin with From.
type Figured struct {
	access.Span
	Staff    Counted `json:"staff"`    // lines of those of Article 20(1)
	Visitors Counted `json:"visitors"` // of 入室者

	Refusals []Kind `json:"refusals,omitempty"` // by reason, the most frequent first
	Alarms   []Kind `json:"alarms,omitempty"`   // by the type that raised them; duress only for those who may know of it

	// What was disposed of is in no figure.
	LinesGone    bool `json:"lines_gone,omitempty"`
	RefusalsGone bool `json:"refusals_gone,omitempty"`
	AlarmsGone   bool `json:"alarms_gone,omitempty"`
}

// Counted are the lines of the register that were entered in a time.
type Counted struct {
	Lines       int   `json:"lines"`
	Hours       []int `json:"hours"`                 // 24, by the hour of the entry
	Days        []int `json:"days"`                  // by the day of the entry, from the first on
	Months      []int `json:"months"`                // by its month
	Stays       []int `json:"stays"`                 // by length, one more than StayBounds
	Open        int   `json:"open,omitempty"`        // inside
	Unrecorded  int   `json:"unrecorded,omitempty"`  // 退室未記録
	Unconsented int   `json:"unconsented,omitempty"` // left without consent, with or without a follow-up
}

// Kind is how often something of a kind was.
type Kind struct {
	Kind  string `json:"kind"`
	Count int    `json:"count"`
	Drill int    `json:"drill,omitempty"` // of them, in a drill
}

// StayBounds are where one class of lengths ends and the next begins.
func StayBounds() []time.Duration { return store.StayBounds() }

// figures adds up the days of a month or a year.
func (k *Desk) figures(w http.ResponseWriter, r *http.Request) {
	q, ok := read[Figures](w, r)
	if !ok {
		return
	}
	var f form
	f.id("zone", q.Zone)
	p := Print{Month: q.Month, Year: q.Year}
	if p.period(&f); p.span.From.IsZero() {
		f.refuse("of which time? a month (2026-04) or a fiscal year (2026)")
	}
	if !f.filled(w) {
		return
	}
	out, err := k.figured(r.Context(), &q, p.span, k.seesSilent(r))
	if err == nil {
		err = k.goneOf(r.Context(), p.Year, out)
	}
	if err != nil {
		refuse(w, http.StatusServiceUnavailable, "%v", err)
		return
	}
	reply(w, http.StatusOK, out)
}

func (k *Desk) figured(ctx context.Context, q *Figures, span access.Span, silent bool) (*Figured, error) {
	days, err := k.Store.Figures(ctx, span)
	if err != nil {
		return nil, err
	}
	out := Figured{Span: span, Staff: newCounted(span), Visitors: newCounted(span)}
	refusals, alarms := map[string]*Kind{}, map[string]*Kind{}
	shows := k.placed(q.Zone)
	for i := range days {
		d := &days[i]
		for j := range d.Lines {
			if l := &d.Lines[j]; q.Zone == "" || l.Zone == q.Zone {
				out.counted(l.Visitors).add(span.From, d.Day, l)
			}
		}
		for j := range d.Entries {
			e := &d.Entries[j]
			switch {
			case !shows(e.Zone, e.Door) || e.Silent && !silent:
			case e.Type == journal.AlarmRaised:
				tally(alarms, e)
			default:
				tally(refusals, e)
			}
		}
	}
	out.Refusals, out.Alarms = ranked(refusals), ranked(alarms)
	return &out, nil
}

func (f *Figured) counted(visitors bool) *Counted {
	if visitors {
		return &f.Visitors
	}
	return &f.Staff
}

func newCounted(span access.Span) Counted {
	days := int(span.Until.Sub(span.From) / (24 * time.Hour))
	return Counted{
		Hours: make([]int, 24), Days: make([]int, days), Months: make([]int, months(span.From, span.Until)), Stays: make([]int, len(StayBounds())+1),
	}
}

// months between two days of the calendar in Japan, the last of which is a first.
func months(from, until time.Time) int {
	from, until = from.In(access.JST), until.In(access.JST)
	return (until.Year()-from.Year())*12 + int(until.Month()) - int(from.Month())
}

func (c *Counted) add(from, day time.Time, l *store.LineCounts) {
	c.Lines += l.Lines
	c.Open += l.Open
	c.Unrecorded += l.Unrecorded
	c.Unconsented += l.Unconsented
	c.Days[int(day.Sub(from)/(24*time.Hour))] += l.Lines
	c.Months[months(from, day)] += l.Lines
	for i, n := range l.Hours {
		c.Hours[i] += n
	}
	for i, n := range l.Stays {
		c.Stays[i] += n
	}
}

// tally adds entries of a sort to what there is of their kind.
func tally(all map[string]*Kind, e *store.EntryCounts) {
	if all[e.Kind] == nil {
		all[e.Kind] = &Kind{Kind: e.Kind}
	}
	all[e.Kind].Count += e.Count
	all[e.Kind].Drill += e.Drill
}

// ranked are the kinds, the most frequent first.
func ranked(all map[string]*Kind) (out []Kind) {
	for _, k := range all {
		out = append(out, *k)
	}
	slices.SortFunc(out, func(a, b Kind) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Kind, b.Kind)) })
	return out
}

// placed says whether something at a place is of a zone: what is of no zone is of all.
func (k *Desk) placed(zone string) func(of, door string) bool {
	doors := map[string]string{}
	for _, d := range k.Config.Doors {
		doors[d.Name] = d.Zone
	}
	return func(of, door string) bool {
		where := cmp.Or(of, doors[door])
		return zone == "" || where == "" || where == zone
	}
}

// goneOf says which records of a fiscal year were disposed of.
func (k *Desk) goneOf(ctx context.Context, year int, out *Figured) (err error) {
	for class, gone := range map[retention.Class]*bool{
		retention.Register: &out.LinesGone, retention.Refusals: &out.RefusalsGone, retention.Alarms: &out.AlarmsGone,
	} {
		if *gone, err = k.disposedOf(ctx, class, year); err != nil {
			return err
		}
	}
	return nil
}
