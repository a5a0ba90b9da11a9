package inquiry

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"kidoban/controller/access"
	"kidoban/controller/archive/shelf"
	"kidoban/controller/journal"
)

// scope is what an inquiry is about, found.
type scope struct {
	journals []shelf.Journal // all that are accepted, or those of a controller; in the order of their acceptance
	all      []shelf.Journal
	query    shelf.Query
}

// resolve finds what is asked for, and refuses what is not there, so that a mistyped name is no empty answer.
func (i *Inquiry) resolve(ctx context.Context, a *Asked) (s scope, err error) {
	if err := i.catchUp(ctx); err != nil {
		return s, err
	}
	if s.all, err = i.shelf.Journals(ctx); err != nil {
		return s, err
	}
	if s.journals, err = named(s.all, a.Controller); err != nil {
		return s, err
	}
	s.query = shelf.Query{Span: access.Span{From: a.From, Until: a.Until}, Door: a.Door, Person: a.Person, Credential: a.Credential, Permit: a.Permit,
		Visit: a.Visit, Alarm: a.Alarm, Least: a.Least, Newest: a.Newest, Limit: a.Limit}
	if a.Controller != "" {
		for _, j := range s.journals {
			s.query.Journals = append(s.query.Journals, j.ID)
		}
	}
	if s.query.Types, err = types(a.Kinds); err != nil {
		return s, err
	}
	if !a.From.IsZero() && !a.Until.IsZero() && !a.From.Before(a.Until) {
		return s, fmt.Errorf("from %s until %s is no time: the second comes first", stamp(a.From), stamp(a.Until))
	}
	return s, i.known(ctx, &s)
}

// site and controller of an origin "kidoban/<site>/<controller>/<journal>".
func parts(origin string) (site, controller, id string) {
	p := strings.Split(origin, "/")
	if len(p) != 4 {
		return "", origin, ""
	}
	return p[1], p[2], p[3]
}

// named are the journals of a controller, by its name, by site and name, or one by its origin.
func named(all []shelf.Journal, name string) (of []shelf.Journal, err error) {
	if name == "" {
		return all, nil
	}
	var sites, known []string
	for _, j := range all {
		site, controller, _ := parts(j.Origin)
		known = append(known, controller)
		if name == j.Origin || name == controller || name == site+"/"+controller {
			of = append(of, j)
			sites = append(sites, site+"/"+controller)
		}
	}
	slices.Sort(sites)
	sites = slices.Compact(sites)
	switch {
	case len(of) == 0:
		slices.Sort(known)
		return nil, fmt.Errorf("no controller %q is accepted here, but %s (kidobanlog journals)", name, orNone(slices.Compact(known)))
	case len(sites) > 1:
		return nil, fmt.Errorf("a controller %q is at %d sites: name it %s", name, len(sites), strings.Join(sites, " or "))
	}
	return of, nil
}

func orNone(words []string) string {
	const most = 12
	switch {
	case len(words) == 0:
		return "none"
	case len(words) > most:
		return strings.Join(words[:most], ", ") + fmt.Sprintf(" and %d more", len(words)-most)
	}
	return strings.Join(words, ", ")
}

// types are those that words mean: a type, or a class for all of its types.
func types(words []string) (out []journal.Type, err error) {
	var classes []string
	for _, t := range journal.Types() {
		if !slices.Contains(classes, t.Class()) {
			classes = append(classes, t.Class())
		}
	}
	for _, w := range words {
		w = strings.TrimPrefix(w, "kidoban.")
		before := len(out)
		for _, t := range journal.Types() {
			if string(t) == w || t.Class() == w {
				out = append(out, t)
			}
		}
		if len(out) == before {
			return nil, fmt.Errorf("no kind %q: a type like access.denied, or one of %s", w, strings.Join(classes, ", "))
		}
	}
	return out, nil
}

// known refuses a door and a person that no entry speaks of.
func (i *Inquiry) known(ctx context.Context, s *scope) error {
	of := s.query.Journals
	if s.query.Door != "" {
		if yes, err := i.any(ctx, shelf.Query{Journals: of, Door: s.query.Door}); err != nil || !yes {
			doors, err2 := i.shelf.Doors(ctx)
			return cmpErr(err, err2, fmt.Errorf("no entry speaks of a door %q there; the doors are %s", s.query.Door, orNone(doors)))
		}
	}
	if s.query.Person != "" {
		if yes, err := i.any(ctx, shelf.Query{Journals: of, Person: s.query.Person}); err != nil || !yes {
			return cmpErr(err, nil, fmt.Errorf("no entry speaks of a person %q there: people are found by their id", s.query.Person))
		}
	}
	return nil
}

func cmpErr(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (i *Inquiry) any(ctx context.Context, q shelf.Query) (bool, error) {
	q.Limit = 1
	for _, err := range i.shelf.Search(ctx, q) {
		return err == nil, err
	}
	return false, nil
}

// origins are the journals' names by their number.
func (s *scope) origins() map[int64]string {
	out := make(map[int64]string, len(s.all))
	for _, j := range s.all {
		out[j.ID] = j.Origin
	}
	return out
}
