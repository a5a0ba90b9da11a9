package retention

import (
	"cmp"
	"slices"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/journal"
)

// Rules are what a plan is drawn by.
type Rules struct {
	Day       Date
	Periods   Periods
	Holds     []Hold
	Delivered uint64                     // entries below it are acknowledged; the journal's size where nobody acknowledges
	Until     time.Time                  // when the first that is not was; zero = all are
	Believe   bool                       // the wall clock needs no proof
	Alarms    map[string]bool            // those that nobody has closed
	OnRoster  func(access.PersonID) bool // staff, and whoever else stays
}

// Planner draws a plan: first every Line that could matter, then permits, rows and entries, the entries in the order of
// their sequence; then End.
type Planner struct {
	r        Rules
	plan     Plan
	counts   map[bin]*Count
	withheld map[bin]*Withheld
	spans    []Span

	visits    map[string]Reason // lines that stay
	permits   map[access.PermitID]Reason
	stays     map[access.PersonID][]stay
	candidate map[access.PersonID]bool
	undated   []Entry
	settled   bool // stays are in order
	beyond    int  // entries in a row of which nothing may go yet
}

// stay is a time during which somebody took part in a visit whose line stays.
type stay struct{ from, to time.Time }

// around is how far the entries that let somebody in or out may lie from what the line says.
const around = 10 * time.Minute

// NewPlanner begins a plan.
func NewPlanner(r Rules) *Planner {
	return &Planner{
		r: r, plan: Plan{Day: r.Day, Holds: Standing(r.Holds)}, counts: map[bin]*Count{}, withheld: map[bin]*Withheld{}, visits: map[string]Reason{},
		permits: map[access.PermitID]Reason{}, stays: map[access.PersonID][]stay{}, candidate: map[access.PersonID]bool{},
	}
}

// Line is a line of the register as retention looks at it.
type Line struct {
	Key     uint64 // the store's
	ID      string
	Entered time.Time
	Left    time.Time // zero = open
	Last    time.Time // the last act on it: a later consent, a correction
	Waiting bool      // for a consent
	Permit  access.PermitID
	People  []access.PersonID // the visitor first, then escorts
}

// Line judges a line. Lines come in the order of their keys.
func (p *Planner) Line(l Line) {
	last := latest(l.Entered, l.Left, l.Last)
	year := FiscalYear(last)
	why := p.lineStays(&l, year)
	if why == "" {
		p.count(Register, year).Rows++
		p.plan.Lines = join(p.plan.Lines, l.Key)
		if len(l.People) > 0 {
			p.candidate[l.People[0]] = true
		}
		return
	}
	if why != ahead {
		p.withhold(Register, year, why, l.ID).Rows++
	} else {
		why = Cited
	}
	p.visits[l.ID] = why
	if l.Permit != "" {
		p.permits[l.Permit] = Cited
	}
	to := l.Left
	if to.IsZero() {
		to = p.r.Day.Next().Start()
	}
	for _, person := range l.People {
		p.stays[person] = append(p.stays[person], stay{l.Entered.Add(-around), to.Add(around)})
	}
}

// ahead is no reason but that the day has not come.
const ahead Reason = "ahead"

func (p *Planner) lineStays(l *Line, year int) Reason {
	through, _ := p.r.Periods.Through(Register, p.r.Day)
	switch {
	case l.Left.IsZero():
		return Open
	case l.Waiting:
		return Waiting
	case p.held(Register, year, l.ID, string(l.Permit), "") || p.held(Register, FiscalYear(l.Entered), "", "", ""):
		return Held
	case year > through:
		return ahead
	case p.undelivered(latest(l.Entered, l.Left, l.Last)):
		return Undelivered
	}
	return ""
}

// Goes says that the line with a key goes.
func (p *Planner) Goes(key uint64) bool {
	i, found := slices.BinarySearchFunc(p.plan.Lines, key, func(s Span, key uint64) int { return cmp.Compare(s.To, key) })
	return found || i < len(p.plan.Lines) && p.plan.Lines[i].From <= key
}

// Record is a row beside the register: a permit, an emergency entry, a document.
type Record struct {
	Class    Class
	ID       string
	Kind     string    // of a document
	Last     time.Time // what its period counts from
	Open     bool
	Cited    bool // by a line that stays
	Permit   access.PermitID
	Incident string
	People   []access.PersonID // visitors whom it names
}

// Record judges a row and says whether it goes.
func (p *Planner) Record(r Record) bool {
	year := FiscalYear(r.Last)
	why := p.kept(r.Class, year, r.Cited || p.permits[r.Permit] != "", r.Open, p.held(r.Class, year, "", string(r.Permit), r.Incident))
	switch {
	case why != "":
	case r.Last.IsZero():
		why = Undated
	case p.undelivered(r.Last):
		why = Undelivered
	}
	if why != "" {
		if why != ahead {
			p.withhold(r.Class, year, why, r.ID).Rows++
		}
		if r.Permit != "" && r.Class == Permits {
			p.permits[r.Permit] = why
		}
		return false
	}
	p.count(r.Class, year).Rows++
	for _, person := range r.People {
		p.candidate[person] = true
	}
	switch {
	case r.Class == Permits:
		p.plan.Permits = append(p.plan.Permits, r.Permit)
	case r.Kind != "":
		p.plan.Documents = append(p.plan.Documents, DocumentKey{r.Kind, r.ID})
	default:
		p.plan.Emergencies = append(p.plan.Emergencies, r.ID)
	}
	return true
}

// undelivered says that what happened then may not have reached the central log.
func (p *Planner) undelivered(at time.Time) bool { return !p.r.Until.IsZero() && !at.Before(p.r.Until) }

// kept is why a record of a class stays, "" if it does not.
func (p *Planner) kept(c Class, year int, cited, open, held bool) Reason {
	through, set := p.r.Periods.Through(c, p.r.Day)
	least, _ := p.r.Periods.Through(Register, p.r.Day)
	switch {
	case !set && year > least, set && year > through:
		return ahead
	case !set:
		return Unset
	case held:
		return Held
	case open:
		return Open
	case cited:
		return Cited
	}
	return ""
}

// Candidates are those whom what goes names; Gone takes those of them whom nothing else refers to.
func (p *Planner) Candidates() []access.PersonID {
	out := make([]access.PersonID, 0, len(p.candidate))
	for id := range p.candidate {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}

// Gone says that a person goes from the roster.
func (p *Planner) Gone(id access.PersonID) { p.plan.Persons = append(p.plan.Persons, id) }

// Entry is an entry as retention looks at it.
type Entry struct {
	Sequence uint64
	Type     journal.Type
	At       time.Time
	Synced   bool
	Visit    string
	Permit   access.PermitID
	Incident string
	Alarm    string
	People   []access.PersonID // person, escort, consent_by
}

// Entry judges an entry. One whose clock was not synchronised counts as of the next whose clock was. It reports false
// when so many in a row were too young that no later one will be old enough: a clock may have been wrong for a while.
func (p *Planner) Entry(e Entry) bool {
	p.settle()
	if !e.Synced && !p.r.Believe {
		p.undated = append(p.undated, e)
		return true
	}
	for _, u := range p.undated {
		p.entry(u, FiscalYear(latest(u.At, e.At)))
	}
	p.undated = p.undated[:0]
	year := FiscalYear(e.At)
	p.entry(e, year)
	if p.beyond++; year <= p.horizon() {
		p.beyond = 0
	}
	return p.beyond < beyondMost
}

const beyondMost = 20_000

// horizon is the last fiscal year of which anything may go.
func (p *Planner) horizon() (year int) {
	for i, c := range Classes() {
		if through, ok := p.r.Periods.Through(c, p.r.Day); ok && (i == 0 || through > year) {
			year = through
		}
	}
	return year
}

func (p *Planner) entry(e Entry, year int) {
	c := ClassOf(e.Type)
	if c == Permanent {
		return
	}
	why := p.kept(c, year, p.cited(c, &e), p.r.Alarms[e.Alarm], p.held(c, year, e.Visit, string(e.Permit), e.Incident))
	if why == "" && e.Sequence >= p.r.Delivered {
		why = Undelivered
	}
	switch why {
	case ahead:
	case "":
		p.count(c, year).Entries++
		p.spans = join(p.spans, e.Sequence)
	default:
		p.withhold(c, year, why, "").Entries++
	}
}

// cited says that a line which stays cites the entry, or was opened or closed by it.
func (p *Planner) cited(c Class, e *Entry) bool {
	if p.visits[e.Visit] != "" || p.permits[e.Permit] != "" {
		return true
	}
	for _, person := range e.People {
		if (c == Cards || c == Accounts) && p.r.OnRoster != nil && p.r.OnRoster(person) {
			return true
		}
		if within(p.stays[person], e.At) {
			return true
		}
	}
	return false
}

// settle puts everybody's stays in order, those that touch made one.
func (p *Planner) settle() {
	if p.settled {
		return
	}
	p.settled = true
	for person, list := range p.stays {
		slices.SortFunc(list, func(a, b stay) int { return a.from.Compare(b.from) })
		out := list[:1]
		for _, s := range list[1:] {
			if last := &out[len(out)-1]; !s.from.After(last.to) {
				last.to = latest(last.to, s.to)
				continue
			}
			out = append(out, s)
		}
		p.stays[person] = out
	}
}

func within(list []stay, t time.Time) bool {
	i, _ := slices.BinarySearchFunc(list, t, func(s stay, t time.Time) int { return s.to.Compare(t) })
	return i < len(list) && !t.Before(list[i].from)
}

func (p *Planner) held(c Class, year int, visit, permit, incident string) bool {
	return slices.ContainsFunc(p.r.Holds, func(h Hold) bool {
		return h.Stands() && (h.covers(c, year) || h.Visit != "" && h.Visit == visit || h.Permit != "" && h.Permit == permit ||
			h.Incident != "" && h.Incident == incident)
	})
}

// End closes the plan; digest makes that of the leaf hashes of a list's entries.
func (p *Planner) End(digest func([]Span) (string, error)) (Plan, error) {
	for _, u := range p.undated {
		if c := ClassOf(u.Type); c != Permanent {
			p.withhold(c, FiscalYear(u.At), Undated, "").Entries++
		}
	}
	slices.SortFunc(p.spans, func(a, b Span) int { return cmp.Compare(a.From, b.From) })
	p.plan.Lists = lists(merged(p.spans))
	for i := range p.plan.Lists {
		spans, _ := p.plan.Lists[i].Spans()
		var err error
		if p.plan.Lists[i].Digest, err = digest(spans); err != nil {
			return Plan{}, err
		}
	}
	p.plan.Counts, p.plan.Withheld = sorted(p.counts, byBin), sorted(p.withheld, byReason)
	return p.plan, nil
}

// merged joins spans that touch.
func merged(spans []Span) (out []Span) {
	for _, s := range spans {
		if n := len(out); n > 0 && out[n-1].To+1 == s.From {
			out[n-1].To = s.To
			continue
		}
		out = append(out, s)
	}
	return out
}

func (p *Planner) count(c Class, year int) *Count {
	k := bin{class: c, year: year}
	if p.counts[k] == nil {
		p.counts[k] = &Count{Class: c, Year: year}
	}
	return p.counts[k]
}

func (p *Planner) withhold(c Class, year int, why Reason, example string) *Withheld {
	k := bin{c, year, why}
	if p.withheld[k] == nil {
		p.withheld[k] = &Withheld{Class: c, Year: year, Why: why, Example: example}
	}
	return p.withheld[k]
}

func latest(times ...time.Time) (last time.Time) {
	for _, t := range times {
		if t.After(last) {
			last = t
		}
	}
	return last
}
