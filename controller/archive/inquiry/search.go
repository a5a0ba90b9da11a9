package inquiry

import (
	"context"
	"encoding/json"
	"iter"

	"kidoban/controller/archive/shelf"
	"kidoban/controller/journal"
)

// Answer is an entry with whose it is.
type Answer struct {
	shelf.Found
	Origin string
}

// Name is whom its private part names, "" where nobody is named or the site publishes no names.
func (a *Answer) Name() string {
	var words struct {
		Name string `json:"name"`
	}
	if a.Entry.Private == nil || json.Unmarshal(a.Entry.Private, &words) != nil {
		return ""
	}
	return words.Name
}

// Search finds entries. How many is on record before the first is handed out.
func (i *Inquiry) Search(ctx context.Context, a Asked) (n int64, found iter.Seq2[Answer, error], err error) {
	n, found, _, err = i.find(ctx, &a, told{what: "search", as: journal.AccountSearched})
	return n, found, err
}

func (i *Inquiry) find(ctx context.Context, a *Asked, t told) (n int64, found iter.Seq2[Answer, error], s scope, err error) {
	if s, err = i.resolve(ctx, a); err != nil {
		return 0, nil, s, err
	}
	if n, err = i.shelf.Matches(ctx, s.query); err != nil {
		return 0, nil, s, err
	}
	t.count = n
	if err := i.record(ctx, a, t); err != nil {
		return 0, nil, s, err
	}
	s.query.Limit = int(n) // what is recorded from now on is not of this answer, nor is the record of it
	if n == 0 {
		return 0, func(func(Answer, error) bool) {}, s, nil
	}
	return n, i.answers(ctx, &s, a.Nameless), s, nil
}

func (i *Inquiry) answers(ctx context.Context, s *scope, nameless bool) iter.Seq2[Answer, error] {
	origins := s.origins()
	return func(yield func(Answer, error) bool) {
		for f, err := range i.shelf.Search(ctx, s.query) {
			if nameless {
				f.Entry.Private = nil
			}
			if !yield(Answer{f, origins[f.Journal]}, err) || err != nil {
				return
			}
		}
	}
}

// Print hands out every entry of the journals of a controller, or of all of them, in the order of the record; payload is
// nil where it was disposed of.
func (i *Inquiry) Print(ctx context.Context, a Asked, show func(sequence uint64, payload []byte) error) error {
	all, err := i.shelf.Journals(ctx)
	if err != nil {
		return err
	}
	of, err := named(all, a.Controller)
	if err != nil {
		return err
	}
	t := told{what: "print", as: journal.AccountPrinted}
	for _, j := range of {
		t.count += int64(j.Size)
	}
	if err := i.record(ctx, &a, t); err != nil {
		return err
	}
	for _, j := range of {
		for r, err := range i.rows(ctx, j, true) {
			if err == nil {
				err = show(uint64(r.Sequence), r.Payload)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}
