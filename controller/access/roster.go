package access

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Roster is who is who, as the rules look it up: dated rows behind an index by card hash. Every row in it has passed the
// checks of Check. It belongs to one goroutine.
type Roster struct {
	version   uint64
	persons   []*person // by ID
	cards     []*card   // by ID
	byHash    cardIndex
	posts     []tenure // by post, then start; never two of one post at an instant
	duties    []duty   // by person, duty, zone, start
	schedules map[ScheduleID]*Schedule
	local     []Holiday // by date
	calendar  calendar
	words     map[string]string // one copy of each word that recurs
	titles    map[title]*title  // the same of titles
	formats   map[string]format // number of each card format
	named     []string          // the formats by number
	ids       shelf             // of persons and cards
}

type person struct {
	id     PersonID
	rights []right // by what, name, start
	cards  int32
	kind   Kind
}

// right is a dated row that may give standing.
type right struct {
	*title
	period
}

// title is what a right is to; many persons share one.
type title struct {
	what rightKind
	name string // post or section
}

type rightKind uint8

const (
	holds   rightKind = iota + 1 // an incumbency
	belongs                      // a belonging
	found                        // a finding
)

type tenure struct {
	post   Post
	person *person
	period
}

// card keeps what every decision reads together at its head.
type card struct {
	hash   Hash
	person *person
	period
	state    CardState
	extended bool
	format   format
	schedule *Schedule // nil = at any hour
	pins     *pins
	id       CredentialID
}

// format is a card format's place in a roster's list of them.
type format uint32

type pins struct{ pin, duress Hash }

// NewRoster builds a roster of the rows and lists every row that it refuses. A refused row is not in the roster, so the
// roster is safe to decide by, if not complete; an import with problems is not to be switched to. Of rows that cannot
// stand together the first by key stays. Problems come table by table in the order of Records' rows.
func NewRoster(version uint64, rec Records) (*Roster, []Problem) {
	r := &Roster{
		version:   version,
		persons:   make([]*person, 0, len(rec.Persons)),
		cards:     make([]*card, 0, len(rec.Credentials)),
		byHash:    newCardIndex(len(rec.Credentials)),
		schedules: make(map[ScheduleID]*Schedule, len(rec.Schedules)),
		calendar:  nationalCalendar(),
		words:     map[string]string{},
		titles:    map[title]*title{},
		formats:   map[string]format{},
	}
	r.ids.text.Grow(rec.ids())
	var bad []Problem
	bad = load(bad, rec.Persons, byPersonID, r.checkPerson, r.setPerson, PersonTable, personKey)
	bad = load(bad, rec.Schedules, byScheduleID, r.checkSchedule, r.setSchedule, ScheduleTable, scheduleKey)
	bad = load(bad, rec.Holidays, byDate, r.checkHoliday, r.setHoliday, HolidayTable, holidayKey)
	bad = load(bad, rec.Incumbents, byTenure, r.checkIncumbency, r.setIncumbency, IncumbencyTable, incumbencyKey)
	bad = load(bad, rec.Belongings, byBelonging, r.checkBelonging, r.setBelonging, BelongingTable, belongingKey)
	bad = load(bad, rec.Findings, byFinding, r.checkFinding, r.setFinding, FindingTable, findingKey)
	bad = load(bad, rec.Duties, byDuty, r.checkDuty, r.setDuty, DutyTable, dutyKey)
	bad = load(bad, rec.Credentials, byCredentialID, r.checkCredential, r.setCredential, CredentialTable, credentialKey)
	return r, bad
}

// load puts rows in the order of their keys, so that each lands at the end of its index.
func load[T any](bad []Problem, rows []T, order func(a, b *T) int, check func(T) *Problem, set func(T), t Table, key func(*T) string) []Problem {
	index := make([]int32, len(rows))
	for i := range index {
		index[i] = int32(i)
	}
	slices.SortStableFunc(index, func(a, b int32) int { return order(&rows[a], &rows[b]) })
	begin := len(bad)
	for n, at := range index {
		row := &rows[at]
		var p *Problem
		if n > 0 && order(&rows[index[n-1]], row) == 0 {
			p = problem(t, key(row), DuplicateRow, "another row has the same key", "keep one of them")
		} else {
			p = check(*row)
		}
		if p == nil {
			set(*row)
			continue
		}
		p.Row = int(at)
		bad = append(bad, *p)
	}
	slices.SortStableFunc(bad[begin:], func(a, b Problem) int { return a.Row - b.Row })
	return bad
}

func byPersonID(a, b *Person) int         { return cmp.Compare(a.ID, b.ID) }
func byScheduleID(a, b *Schedule) int     { return cmp.Compare(a.ID, b.ID) }
func byCredentialID(a, b *Credential) int { return cmp.Compare(a.ID, b.ID) }
func byDate(a, b *Holiday) int {
	return cmp.Or(a.Year-b.Year, int(a.Month-b.Month), a.Day-b.Day)
}
func byTenure(a, b *Incumbency) int {
	return cmp.Or(cmp.Compare(a.Post, b.Post), a.From.Compare(b.From), cmp.Compare(a.Person, b.Person))
}
func byBelonging(a, b *Belonging) int {
	return cmp.Or(cmp.Compare(a.Person, b.Person), cmp.Compare(a.Section, b.Section), a.From.Compare(b.From))
}
func byFinding(a, b *Finding) int {
	return cmp.Or(cmp.Compare(a.Person, b.Person), a.From.Compare(b.From))
}

// Version is what NewRoster was given; single changes do not move it.
func (r *Roster) Version() uint64 { return r.version }

// Len is the number of credentials.
func (r *Roster) Len() int { return len(r.cards) }

// Card returns the credential with this hash.
func (r *Roster) Card(h Hash) (Credential, bool) {
	if c, _ := r.byHash.find(&h); c != nil {
		return r.row(c), true
	}
	return Credential{}, false
}

// Credential returns the credential with this id.
func (r *Roster) Credential(id CredentialID) (Credential, bool) {
	if _, c := r.findCard(id); c != nil {
		return r.row(c), true
	}
	return Credential{}, false
}

// CredentialsOf returns a person's credentials by id.
func (r *Roster) CredentialsOf(id PersonID) []Credential {
	var all []Credential
	for _, c := range r.cards {
		if c.person.id == id {
			all = append(all, r.row(c))
		}
	}
	return all
}

// Person returns the person with this id.
func (r *Roster) Person(id PersonID) (Person, bool) {
	if _, p := r.findPerson(id); p != nil {
		return Person{p.id, p.kind}, true
	}
	return Person{}, false
}

// Incumbent returns who holds a post at an instant; false means that it is vacant.
func (r *Roster) Incumbent(post Post, at time.Time) (PersonID, bool) {
	t := instant(at)
	for _, h := range r.posts {
		if h.post == post && h.contains(t) {
			return h.person.id, true
		}
	}
	return "", false
}

// Records returns every row in canonical order: by id or key, dates in JST. NewRoster of it gives the same roster.
func (r *Roster) Records() Records {
	rec := Records{
		Persons:     make([]Person, 0, len(r.persons)),
		Credentials: make([]Credential, 0, len(r.cards)),
		Holidays:    append([]Holiday(nil), r.local...),
	}
	for _, p := range r.persons {
		rec.Persons = append(rec.Persons, Person{p.id, p.kind})
		for _, h := range p.rights {
			switch h.what {
			case belongs:
				rec.Belongings = append(rec.Belongings, Belonging{p.id, h.name, h.span()})
			case found:
				rec.Findings = append(rec.Findings, Finding{p.id, h.span()})
			}
		}
	}
	for _, h := range r.posts {
		rec.Incumbents = append(rec.Incumbents, Incumbency{h.person.id, h.post, h.span()})
	}
	rec.Duties = r.dutyRows()
	for _, c := range r.cards {
		rec.Credentials = append(rec.Credentials, r.row(c))
	}
	for _, s := range r.schedules {
		rec.Schedules = append(rec.Schedules, s.clone())
	}
	slices.SortFunc(rec.Schedules, func(a, b Schedule) int { return cmp.Compare(a.ID, b.ID) })
	return rec
}

func (r *Roster) row(c *card) Credential {
	row := Credential{ID: c.id, Person: c.person.id, Format: r.named[c.format], Card: c.hash, State: c.state, Extended: c.extended, Span: c.span()}
	if c.pins != nil {
		row.PIN, row.Duress = c.pins.pin, c.pins.duress
	}
	if c.schedule != nil {
		row.Schedule = c.schedule.ID
	}
	return row
}

func (r *Roster) findPerson(id PersonID) (int, *person) {
	at, ok := slices.BinarySearchFunc(r.persons, id, func(p *person, id PersonID) int { return cmp.Compare(p.id, id) })
	if !ok {
		return at, nil
	}
	return at, r.persons[at]
}

func (r *Roster) findCard(id CredentialID) (int, *card) {
	at, ok := slices.BinarySearchFunc(r.cards, id, func(c *card, id CredentialID) int { return cmp.Compare(c.id, id) })
	if !ok {
		return at, nil
	}
	return at, r.cards[at]
}

// ids is how long the identifiers of all persons and cards are.
func (rec *Records) ids() (n int) {
	for i := range rec.Persons {
		n += len(rec.Persons[i].ID)
	}
	for i := range rec.Credentials {
		n += len(rec.Credentials[i].ID)
	}
	return n
}

// title returns the one kept copy of a title.
func (r *Roster) title(what rightKind, name string) *title {
	if kept := r.titles[title{what, name}]; kept != nil {
		return kept
	}
	kept := &title{what, r.word(name)}
	r.titles[*kept] = kept
	return kept
}

// format returns the number of a card format.
func (r *Roster) format(name string) format {
	n, ok := r.formats[name]
	if !ok {
		n, name = format(len(r.named)), r.word(name)
		r.formats[name], r.named = n, append(r.named, name)
	}
	return n
}

// word returns the one kept copy of s.
func (r *Roster) word(s string) string {
	if w, ok := r.words[s]; ok {
		return w
	}
	s = strings.Clone(s)
	r.words[s] = s
	return s
}
