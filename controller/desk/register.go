package desk

import (
	"encoding/json"
	"iter"
	"net/http"
	"time"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/ledger"
	"kidoban/controller/store"
)

// Search looks into the register. That an account does, and what for, is on record before it sees a line (Article 21(4)
// by analogy).
type Search struct {
	What    string          `json:"what"` // "day", "month", "year", "person", "name", "inside"
	Zone    string          `json:"zone,omitempty"`
	Person  access.PersonID `json:"person,omitempty"`
	Name    string          `json:"name,omitempty"` // part of a name, its reading or an affiliation
	From    time.Time       `json:"from,omitzero"`  // of the entry
	Until   time.Time       `json:"until,omitzero"`
	At      time.Time       `json:"at,omitzero"` // who was inside then
	Purpose string          `json:"purpose"`
}

func (s *Search) check(f *form) {
	f.id("zone", s.Zone)
	f.id("person", string(s.Person))
	f.words("purpose", &s.Purpose)
	switch s.What {
	case "day", "month", "year":
		if s.From.IsZero() || !s.From.Before(s.Until) {
			f.refuse("a search by %s has a beginning and, after it, an end", s.What)
		}
	case "person":
		if s.Person == "" {
			f.refuse("whose lines? name a person")
		}
	case "name":
		if f.name("name", &s.Name); s.Name == "" {
			f.refuse("what is looked for? a part of a name, a reading or an affiliation")
		}
	case "inside":
		if s.At.IsZero() {
			f.refuse("inside when? name an instant")
		}
	default:
		f.refuse("the register is searched by day, month, year, person, name, or for who was inside")
	}
}

// purposed refuses a search that does not say what it is for.
func (s *Search) purposed(f *form) {
	if s.Purpose == "" {
		f.refuse("say what the search is for (--purpose): it is recorded, and nothing is looked up that need not be (運用基準)")
	}
}

// register streams the lines that are found, one a line.
func (k *Desk) register(w http.ResponseWriter, r *http.Request) {
	s, ok := read[Search](w, r)
	if !ok {
		return
	}
	var f form
	s.check(&f)
	if s.purposed(&f); !f.filled(w) {
		return
	}
	if k.noted(w, r, s.note()) {
		stream(w, k.found(r, s))
	}
}

// note is the record of a search.
func (s *Search) note() controller.Searched {
	words := map[string]string{"purpose": s.Purpose}
	if s.Name != "" {
		words["name"] = s.Name
	}
	note := controller.Searched{
		What: s.What, Zone: s.Zone, Person: s.Person, From: s.From, Until: s.Until, Private: private(words),
	}
	if s.What == "inside" {
		note.From = s.At
	}
	return note
}

// noted has a search put on record, and says whether it is.
func (k *Desk) noted(w http.ResponseWriter, r *http.Request, note controller.Searched) bool {
	a, err := k.Controller.Ask(r.Context(), controller.Request{Account: k.account(r), Ask: note})
	switch {
	case err != nil:
		refuse(w, http.StatusServiceUnavailable, "%v", err)
	case a.Refusal != "":
		refuse(w, http.StatusConflict, "%s", a.Refusal)
	}
	return err == nil && a.Refusal == ""
}

// found are the lines of a search.
func (k *Desk) found(r *http.Request, s Search) iter.Seq2[ledger.Visit, error] {
	if s.What == "inside" {
		return k.Store.Inside(r.Context(), s.Zone, s.At)
	}
	return k.Store.Visits(r.Context(), s.lines())
}

func (s *Search) lines() store.Lines {
	return store.Lines{Span: access.Span{From: s.From, Until: s.Until}, Zone: s.Zone, Person: s.Person, Name: s.Name}
}

// stream writes rows as JSON, one a line. An error at first is a refusal; a later one ends the connection, so that nobody
// takes a part for the whole.
func stream[T any](w http.ResponseWriter, rows iter.Seq2[T, error]) {
	out, begun := json.NewEncoder(w), false
	for row, err := range rows {
		switch {
		case err != nil && begun:
			panic(http.ErrAbortHandler)
		case err != nil:
			refuse(w, http.StatusServiceUnavailable, "%v", err)
			return
		case !begun:
			w.Header().Set("Content-Type", "application/jsonl")
			begun = true
		}
		if out.Encode(row) != nil { // nobody listens any more
			return
		}
	}
}
