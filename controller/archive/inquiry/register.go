package inquiry

import (
	"context"
	"iter"
	"slices"
	"strings"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/archive/shelf"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/register"
)

// Line is a line of the register with whose it is.
type Line struct {
	ledger.Visit
	Origin string // the journal that opened it
	Lost   bool   // still inside by a journal that is closed, and the one after it tells nothing of it
}

// Lines are the register's (入退室管理簿) of all doors: those entered in the time that is asked for, in the order of entry.
func (i *Inquiry) Lines(ctx context.Context, a Asked) (n int64, lines iter.Seq2[Line, error], err error) {
	s, err := i.resolve(ctx, &a)
	if err != nil {
		return 0, nil, err
	}
	q := s.stays(&a)
	for _, err := range i.shelf.Stays(ctx, q) {
		if err != nil {
			return 0, nil, err
		}
		n++
	}
	if err := i.record(ctx, &a, told{what: "register", as: journal.AccountSearched, count: n}); err != nil {
		return 0, nil, err
	}
	return n, i.fold(ctx, &s, q, a.Person), nil
}

// Inside are the lines of those who were inside at a time, of all doors or of one zone, as the register tells it today.
// Who was later found to be gone without an exit on record counts for a day.
func (i *Inquiry) Inside(ctx context.Context, a Asked) (inside []Line, err error) {
	s, err := i.resolve(ctx, &a)
	if err != nil {
		return nil, err
	}
	if inside, err = i.inside(ctx, &s, a); err != nil {
		return nil, err
	}
	return inside, i.record(ctx, &a, told{what: "inside", as: journal.AccountSearched, count: int64(len(inside))})
}

func (i *Inquiry) inside(ctx context.Context, s *scope, a Asked) (inside []Line, err error) {
	q := s.stays(&a)
	q.Span, q.Within = access.Span{}, a.At
	for l, err := range i.fold(ctx, s, q, a.Person) {
		if err != nil {
			return nil, err
		}
		if within(&l.Visit, a.At) {
			inside = append(inside, l)
		}
	}
	return inside, nil
}

const unrecorded = 24 * time.Hour

func within(v *ledger.Visit, at time.Time) bool {
	until := v.Left
	if until.IsZero() && !v.Inside() {
		until = v.Entered.Add(unrecorded)
	}
	return !at.Before(v.Entered) && (until.IsZero() || at.Before(until))
}

func (s *scope) stays(a *Asked) shelf.Stays {
	return shelf.Stays{Span: access.Span{From: a.From, Until: a.Until}, Journals: s.query.Journals, Zone: a.Zone, Visit: a.Visit}
}

// folded is how many lines are folded at a time.
const folded = 200

// fold makes the lines of visits from their entries.
func (i *Inquiry) fold(ctx context.Context, s *scope, q shelf.Stays, who access.PersonID) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		var some []shelf.Stay
		tell := func() bool {
			lines, err := i.foldSome(ctx, s, some)
			if err != nil {
				yield(Line{}, err)
				return false
			}
			some = some[:0]
			for _, l := range lines {
				if (who == "" || l.Person == who) && !yield(l, nil) {
					return false
				}
			}
			return true
		}
		for x, err := range i.shelf.Stays(ctx, q) {
			if err != nil {
				yield(Line{}, err)
				return
			}
			if some = append(some, x); len(some) == folded && !tell() {
				return
			}
		}
		if len(some) > 0 {
			tell()
		}
	}
}

func (i *Inquiry) foldSome(ctx context.Context, s *scope, some []shelf.Stay) ([]Line, error) {
	visits := map[int64][]string{}
	for _, x := range some {
		visits[x.Journal] = append(visits[x.Journal], x.Visit)
	}
	books := map[int64]map[string]Line{}
	for id, of := range visits {
		chain := s.chain(id)
		found, err := i.shelf.OfVisits(ctx, chain, of)
		if err != nil {
			return nil, err
		}
		books[id] = s.book(id, chain, found)
	}
	lines := make([]Line, 0, len(some))
	for _, x := range some {
		if l, told := books[x.Journal][x.Visit]; told {
			lines = append(lines, l)
		}
	}
	return lines, nil
}

// chain is a journal and those that go on after it, in their order.
func (s *scope) chain(id int64) (out []int64) {
	own := ""
	for _, j := range s.all {
		if j.ID == id {
			own = controllerOf(j.Origin)
		}
		if own != "" && controllerOf(j.Origin) == own {
			out = append(out, j.ID)
		}
	}
	return out
}

func controllerOf(origin string) string { return origin[:strings.LastIndexByte(origin, '/')+1] }

// book folds what a journal opened. A later journal of the controller goes on with a line until it opens one of its own
// with that number.
func (s *scope) book(id int64, chain []int64, found []shelf.Found) map[string]Line {
	book, other, seen, rules := register.NewBook(), map[string]bool{}, map[string]int64{}, map[string]string{}
	for _, f := range found {
		visit := f.Entry.Data.Visit
		if f.Journal != id && f.Entry.Type == journal.VisitOpened {
			other[visit] = true
		}
		if !other[visit] {
			book.Observe(f.Entry)
			seen[visit] = f.Journal
			if f.Entry.Type == journal.VisitOpened {
				rules[visit] = f.Entry.Data.Rule
			}
		}
	}
	origin, closed := s.origins()[id], len(chain) > 1
	lines := map[string]Line{}
	for _, v := range book.Lines(nil) {
		unnamed(&v, rules[v.ID])
		lines[v.ID] = Line{Visit: v, Origin: origin, Lost: closed && v.Inside() && seen[v.ID] == id}
	}
	return lines
}

// unnamed fills a line whose private parts never came here, or are disposed of: ids stand for names, and the rule that let
// somebody in for their class.
func unnamed(v *ledger.Visit, rule string) {
	if v.Name == "" {
		v.Name = string(v.Person)
	}
	if v.Class == "" {
		if v.Class = rule; v.Permit != "" {
			v.Class = "visitor"
		}
	}
	for n := range v.Escorts {
		if v.Escorts[n].Name == "" {
			v.Escorts[n].Name = string(v.Escorts[n].Person)
		}
	}
}

// rooms are where the visits that are asked for were: a form is of one.
func (i *Inquiry) rooms(ctx context.Context, s *scope, a *Asked) ([]place, error) {
	all, err := i.shelf.Rooms(ctx, s.stays(a))
	if err != nil {
		return nil, err
	}
	origins := s.origins()
	var out []place
	for _, r := range all {
		site, controller, _ := parts(origins[r.Journal])
		if p := (place{site, controller, r.Zone}); !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out, nil
}

// place is a room of a controller.
type place struct{ site, controller, zone string }

func (p place) String() string { return p.site + "/" + p.controller + " " + p.zone }
