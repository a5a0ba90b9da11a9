package desk

import (
	"context"
	"net/http"
	"sync"
	"time"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/cards"
	"kidoban/controller/ledger"
	"kidoban/controller/people"
)

// The routes by which the roster is looked through. Each shows names, so that each asks the loop whether the account may:
//
//	POST /people/find    FindPeople -> FoundPeople
//	POST /people/file    Whose      -> File
//	POST /people/turn    Turn       -> Turned
//	POST /people/hours   {}         -> Timetables
//	POST /people/export  Export     -> a file, on record with its purpose
//	POST /card/find      FindCards  -> FoundCards
//	POST /card/enrol     Enrol      -> controller.Proposed
//	POST /edit/look      Edit       -> controller.Looked

// peopleMost bounds a page of people or cards.
const peopleMost = 200

// FindPeople looks for people by what somebody remembers of them (people.Query).
type FindPeople struct {
	Words   string `json:"words,omitempty"`
	Section string `json:"section,omitempty"` // whose staff they are now
	Kind    string `json:"kind,omitempty"`    // "staff", "contractor", "other"
	From    int    `json:"from,omitempty"`    // how many to pass over
	Limit   int    `json:"limit,omitempty"`   // 0 = 50
}

// FoundPeople is a page of them, in the order of their readings.
type FoundPeople struct {
	People   []FoundPerson `json:"people"`
	All      int           `json:"all"`
	Sections []string      `json:"sections"` // that anybody belongs to
}

// FoundPerson is one line.
type FoundPerson struct {
	ledger.Person
	Rule     string        `json:"rule,omitempty"` // of Article 20(1), now, in the management room
	Posts    []access.Post `json:"posts,omitempty"`
	Sections []string      `json:"sections,omitempty"`
	Cards    int           `json:"cards,omitempty"` // in force
	Stopped  int           `json:"stopped,omitempty"`
	Next     time.Time     `json:"next,omitzero"` // when something that they have begins or ends
}

// Whose names a person.
type Whose struct {
	Person access.PersonID `json:"person"`
}

// File is everything that the roster has of one person.
type File struct {
	Person     ledger.Person       `json:"person"`
	Incumbents []access.Incumbency `json:"incumbents,omitempty"`
	Belongings []access.Belonging  `json:"belongings,omitempty"`
	Findings   []access.Finding    `json:"findings,omitempty"`
	Duties     []access.Duty       `json:"duties,omitempty"`
	Cards      []ListedCard        `json:"cards,omitempty"`
	Standing   []Standing          `json:"standing"`
	Next       time.Time           `json:"next,omitzero"` // when something of this begins or ends
	Then       []Standing          `json:"then,omitempty"`
	Lent       *cards.Lending      `json:"lent,omitempty"` // the card that they have for the day
}

// Standing is the rule under which somebody may enter a zone now by their own right, "" for none.
type Standing struct {
	Zone string `json:"zone"`
	Rule string `json:"rule,omitempty"`
}

// rosterReaders may look through the roster.
var rosterReaders = []account.Action{
	account.ProposeRoster, account.ApproveRoster, account.ApplyForCard, account.IssueCard, account.LendCard, account.CountCards,
	account.BlockCard, account.ChangeRoster, account.SearchRegister,
}

// folk is the roster as it is looked through, made anew when it has changed.
type folk struct {
	mu      sync.Mutex
	version uint64
	index   *people.Index
}

// indexed is the roster as it is durable now.
func (k *Desk) indexed(ctx context.Context) (*people.Index, error) {
	a, err := k.Controller.Ask(ctx, controller.Request{Ask: controller.AskStatus{}})
	if err != nil {
		return nil, err
	}
	version := a.Value.(controller.Status).Roster
	k.folk.mu.Lock()
	defer k.folk.mu.Unlock()
	if k.folk.index != nil && k.folk.version == version {
		return k.folk.index, nil
	}
	roster, _, err := k.Store.Roster(ctx) // as new as the version, or newer: then it is read once more
	if err != nil {
		return nil, err
	}
	k.folk.version, k.folk.index = version, people.NewIndex(roster)
	return k.folk.index, nil
}

// reading is a route that looks through the roster: its body is decoded and checked, and the account asked for its right.
func reading[Q, A any](k *Desk, answer func(context.Context, *form, *Q, *people.Index) (A, *refused)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		q, ok := read[Q](w, r)
		if !ok {
			return
		}
		if !k.may(r, rosterReaders...) {
			refuse(w, http.StatusForbidden, "this account may not look through the roster")
			return
		}
		x, err := k.indexed(r.Context())
		if err != nil {
			refuse(w, http.StatusServiceUnavailable, "%v", err)
			return
		}
		var f form
		a, no := answer(r.Context(), &f, &q, x)
		switch {
		case !f.filled(w):
		case no != nil:
			refuse(w, no.status, "%v", no.error)
		default:
			reply(w, http.StatusOK, a)
		}
	}
}

func (k *Desk) folkRoutes(m *http.ServeMux) {
	m.HandleFunc("POST /people/find", reading(k, k.findPeople))
	m.HandleFunc("POST /people/file", reading(k, k.file))
	m.HandleFunc("POST /people/turn", reading(k, k.turn))
	m.HandleFunc("POST /people/hours", reading(k, k.hours))
	m.HandleFunc("POST /people/export", k.handOut)
	m.HandleFunc("POST /card/find", reading(k, k.findCards))
	m.HandleFunc("POST /card/enrol", k.enrol)
	m.HandleFunc("POST /edit/look", k.lookAtEdit)
}

var kindsOf = map[string]access.Kind{"": 0, "staff": access.Staff, "contractor": access.Contractor, "other": access.Other}

func (k *Desk) findPeople(_ context.Context, f *form, q *FindPeople, x *people.Index) (out FoundPeople, _ *refused) {
	f.words("words", &q.Words)
	f.words("section", &q.Section)
	kind, known := kindsOf[q.Kind]
	if !known {
		f.refuse("a kind is staff, contractor or other")
	}
	f.part(&q.From, &q.Limit)
	now := k.Clock.Now().Wall
	rows, all := x.Find(people.Query{Words: q.Words, Section: q.Section, Kind: kind, At: now}, q.From, q.Limit)
	out = FoundPeople{People: []FoundPerson{}, All: all, Sections: x.Sections()}
	standing := k.standing(now, rows...)
	for _, r := range rows {
		out.People = append(out.People, foundPerson(r, now, standing[r.Person.ID]))
	}
	return out, nil
}

// part is which part of a long list is asked for.
func (f *form) part(from, limit *int) {
	if *limit == 0 {
		*limit = 50
	}
	if *from < 0 || *limit < 0 || *limit > peopleMost {
		f.refuse("a page has at most %d lines", peopleMost)
	}
}

func foundPerson(r *people.Rows, now time.Time, standing []Standing) FoundPerson {
	p := FoundPerson{Person: r.Person, Next: r.Next(now)}
	for _, s := range standing {
		if p.Rule == "" {
			p.Rule = s.Rule
		}
	}
	for _, i := range r.Incumbents {
		if i.Contains(now) {
			p.Posts = append(p.Posts, i.Post)
		}
	}
	for _, b := range r.Belongings {
		if b.Contains(now) {
			p.Sections = append(p.Sections, b.Section)
		}
	}
	for _, c := range r.Cards {
		if c.State == access.Active && c.Contains(now) {
			p.Cards++
		} else {
			p.Stopped++
		}
	}
	return p
}

// standing is what people's own rows say of each zone, by the rules of the door.
func (k *Desk) standing(now time.Time, rows ...*people.Rows) map[access.PersonID][]Standing {
	var rec access.Records
	for _, r := range rows {
		rec.Persons = append(rec.Persons, r.Person.Person)
		rec.Incumbents = append(rec.Incumbents, r.Incumbents...)
		rec.Belongings = append(rec.Belongings, r.Belongings...)
		rec.Findings = append(rec.Findings, r.Findings...)
	}
	alone, _ := access.NewRoster(0, rec)
	out := make(map[access.PersonID][]Standing, len(rows))
	seen := map[string]bool{}
	for _, d := range controller.NewSite(k.Config, controller.Hashes{}).Doors {
		for _, p := range d.Points {
			if p == nil || seen[p.Zone] {
				continue
			}
			seen[p.Zone] = true
			for _, r := range rows {
				out[r.Person.ID] = append(out[r.Person.ID], Standing{p.Zone, alone.Standing(r.Person.ID, p.AccessPoint, now)})
			}
		}
	}
	return out
}

func (k *Desk) file(ctx context.Context, f *form, q *Whose, x *people.Index) (out File, no *refused) {
	f.id("person", string(q.Person))
	r := x.Rows(q.Person)
	if r == nil {
		return out, missing("person %q is not in the roster: kidoban person list", q.Person)
	}
	out = File{
		Person: r.Person, Incumbents: r.Incumbents, Belongings: r.Belongings, Findings: r.Findings, Duties: r.Duties,
		Standing: k.standing(k.Clock.Now().Wall, r)[r.Person.ID],
	}
	if out.Next = r.Next(k.Clock.Now().Wall); !out.Next.IsZero() {
		out.Then = k.standing(out.Next, r)[r.Person.ID]
	}
	locked, err := k.lockouts(ctx)
	if err != nil {
		return out, broken(err)
	}
	for _, c := range r.Cards {
		out.Cards = append(out.Cards, listed(c, locked))
	}
	lent, err := k.lent(ctx)
	for _, l := range lent {
		if l.Day() && l.Person == q.Person {
			out.Lent = &l
		}
	}
	return out, broken(err)
}

// lent are the cards that are out.
func (k *Desk) lent(ctx context.Context) ([]cards.Lending, error) {
	a, err := k.Controller.Ask(ctx, controller.Request{Ask: controller.AskLendings{}})
	out, _ := a.Value.([]cards.Lending)
	return out, err
}

// lookAtEdit says what a change of the roster would do.
func (k *Desk) lookAtEdit(w http.ResponseWriter, r *http.Request) {
	e, ok := read[Edit](w, r)
	if !ok {
		return
	}
	var f form
	if f.words("reason", &e.Reason); !f.filled(w) {
		return
	}
	ask, err := k.change(r.Context(), e)
	if err != nil {
		refuse(w, http.StatusBadRequest, "%v", err)
		return
	}
	k.ask(w, r, controller.AskEdit{Order: ask})
}
