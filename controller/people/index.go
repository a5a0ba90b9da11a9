package people

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"kidoban/controller/access"
	"kidoban/controller/fold"
	"kidoban/controller/ledger"
)

// Index is a roster to look through: people in the order of their readings, cards in that of their numbers. It is a value
// that nobody changes: another roster has another.
type Index struct {
	Roster ledger.Roster
	people []entry
	rows   map[access.PersonID]*Rows
	cards  []access.Credential // by ID
}

// Rows are what a roster has of one person.
type Rows struct {
	Person     ledger.Person
	Incumbents []access.Incumbency
	Belongings []access.Belonging
	Findings   []access.Finding
	Duties     []access.Duty
	Cards      []access.Credential
}

// entry is a person with the text that is looked through.
type entry struct {
	*Rows
	key, text string
}

// Query is what somebody remembers of a person. Every word of Words stands in the id, the name, the reading, the affiliation
// or a card's number; Section and Post are those of now.
type Query struct {
	Words   string
	Section string
	Kind    access.Kind // 0 = any
	At      time.Time
}

// NewIndex makes the index of a roster.
func NewIndex(r ledger.Roster) *Index {
	x := &Index{Roster: r, rows: make(map[access.PersonID]*Rows, len(r.People)), cards: slices.Clone(r.Records.Credentials)}
	for _, p := range r.People {
		x.rows[p.ID] = &Rows{Person: p}
	}
	x.share()
	slices.SortFunc(x.cards, func(a, b access.Credential) int { return cmp.Compare(a.ID, b.ID) })
	x.people = make([]entry, 0, len(r.People))
	for _, p := range r.People {
		x.people = append(x.people, newEntry(x.rows[p.ID]))
	}
	slices.SortFunc(x.people, func(a, b entry) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.Person.ID, b.Person.ID)) })
	return x
}

// share gives everybody their rows.
func (x *Index) share() {
	rec := &x.Roster.Records
	for _, r := range rec.Incumbents {
		if of := x.rows[r.Person]; of != nil {
			of.Incumbents = append(of.Incumbents, r)
		}
	}
	for _, r := range rec.Belongings {
		if of := x.rows[r.Person]; of != nil {
			of.Belongings = append(of.Belongings, r)
		}
	}
	for _, r := range rec.Findings {
		if of := x.rows[r.Person]; of != nil {
			of.Findings = append(of.Findings, r)
		}
	}
	for _, r := range rec.Duties {
		if of := x.rows[r.Person]; of != nil {
			of.Duties = append(of.Duties, r)
		}
	}
	for _, r := range x.cards {
		if of := x.rows[r.Person]; of != nil {
			of.Cards = append(of.Cards, r)
		}
	}
}

// Next is the first instant after t at which a post, section, finding or duty begins or ends; zero if none does.
func (r *Rows) Next(t time.Time) (next time.Time) {
	look := func(s access.Span) {
		for _, edge := range []time.Time{s.From, s.Until} {
			if edge.After(t) && (next.IsZero() || edge.Before(next)) {
				next = edge
			}
		}
	}
	for _, x := range r.Incumbents {
		look(x.Span)
	}
	for _, x := range r.Belongings {
		look(x.Span)
	}
	for _, x := range r.Findings {
		look(x.Span)
	}
	for _, x := range r.Duties {
		look(x.Span)
	}
	return next
}

// newEntry folds a person's words; who has no reading stands behind those who have one.
func newEntry(r *Rows) entry {
	p := &r.Person
	parts := []string{fold.Text(string(p.ID)), fold.Text(p.Name), fold.Text(p.Reading), fold.Text(p.Affiliation)}
	for _, c := range r.Cards {
		parts = append(parts, fold.Text(string(c.ID)))
	}
	key := "0" + plain(parts[2]) + "\n" + parts[2]
	if p.Reading == "" {
		key = "1" + parts[1]
	}
	return entry{r, key, strings.Join(parts, "\n")}
}

// plain leaves out the marks of voiced kana: they only count among readings that are otherwise the same.
func plain(reading string) string {
	return strings.Map(func(r rune) rune {
		if r == '\u3099' || r == '\u309a' {
			return -1
		}
		return r
	}, norm.NFD.String(reading))
}

// Rows are what the roster has of a person, nil of one whom it does not have.
func (x *Index) Rows(id access.PersonID) *Rows { return x.rows[id] }

// Of is who somebody is; one whom the roster does not have has only the id.
func (x *Index) Of(id access.PersonID) ledger.Person {
	if r := x.rows[id]; r != nil {
		return r.Person
	}
	return ledger.Person{Person: access.Person{ID: id}}
}

// Find yields those whom a query means, in the order of their readings: at most limit after the first from, and how many
// there are.
func (x *Index) Find(q Query, from, limit int) (found []*Rows, all int) {
	words := folded(q.Words)
	for _, e := range x.people {
		if q.means(e.Rows) && holds(e.text, words) {
			if all >= from && len(found) < limit {
				found = append(found, e.Rows)
			}
			all++
		}
	}
	return found, all
}

func (q Query) means(r *Rows) bool {
	if q.Kind != 0 && r.Person.Kind != q.Kind {
		return false
	}
	return q.Section == "" || slices.ContainsFunc(r.Belongings, func(b access.Belonging) bool {
		return b.Section == q.Section && b.Contains(q.At)
	})
}

func folded(words string) (out []string) {
	for _, w := range strings.Fields(words) {
		if w = fold.Text(w); w != "" {
			out = append(out, w)
		}
	}
	return out
}

func holds(text string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

// Cards yields the cards for which is holds and whose number or holder has every word, in the order of their numbers: at most
// limit after the first from, and how many there are.
func (x *Index) Cards(words string, is func(access.Credential) bool, from, limit int) (found []access.Credential, all int) {
	want := folded(words)
	for _, c := range x.cards {
		p := x.Of(c.Person)
		text := fold.Text(string(c.ID)) + "\n" + fold.Text(string(p.ID)) + "\n" + fold.Text(p.Name) + "\n" + fold.Text(p.Reading) + "\n" + fold.Text(p.Affiliation)
		if is(c) && holds(text, want) {
			if all >= from && len(found) < limit {
				found = append(found, c)
			}
			all++
		}
	}
	return found, all
}

// Sections are those that anybody belongs to, at any time.
func (x *Index) Sections() []string {
	seen := map[string]bool{}
	for _, b := range x.Roster.Records.Belongings {
		seen[b.Section] = true
	}
	out := make([]string, 0, len(seen))
	for s := range seen {
		out = append(out, s)
	}
	slices.Sort(out)
	return out
}
