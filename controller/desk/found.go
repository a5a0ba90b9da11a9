package desk

import (
	"net/http"
	"strings"
	"time"

	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/store"
)

// Line asks for one line of a search that is on record ("register/line"): Page names that search, with its Record.
type Line struct {
	Page
	Visit string `json:"visit"`
}

// Lined is a line with the entries that it rests on.
type Lined struct {
	Visit   ledger.Visit `json:"visit"`
	Entries []Support    `json:"entries"`
}

// Support is an entry that a line rests on.
type Support struct {
	Sequence uint64       `json:"sequence"`
	Type     journal.Type `json:"type"`
	At       time.Time    `json:"at"`
}

// lineFound shows a line to those whose search found it: its record is that of the search.
func (k *Desk) lineFound(w http.ResponseWriter, r *http.Request) {
	q, ok := read[Line](w, r)
	if !ok {
		return
	}
	var f form
	q.check(&f)
	if f.id("visit", q.Visit); q.Record == 0 || q.Visit == "" {
		f.refuse("a line is shown of a search that is on record")
	}
	if !f.filled(w) || !k.goesOn(w, r, &q.Page) {
		return
	}
	v, found, err := k.Store.Visit(r.Context(), q.Visit)
	switch {
	case err != nil:
		refuse(w, http.StatusServiceUnavailable, "%v", err)
		return
	case !found || !q.finds(&v):
		refuse(w, http.StatusNotFound, "no line %s is in the register", q.Visit)
		return
	}
	out := Lined{Visit: v, Entries: []Support{}}
	for e, err := range k.Store.Entries(r.Context(), store.Search{Visit: q.Visit}) {
		if err != nil {
			refuse(w, http.StatusServiceUnavailable, "%v", err)
			return
		}
		out.Entries = append(out.Entries, Support{e.Sequence, e.Entry.Type, e.Entry.At.Wall})
	}
	reply(w, http.StatusOK, out)
}

// finds says that a line is one of those that a search is for.
func (s *Search) finds(v *ledger.Visit) bool {
	if s.Zone != "" && s.Zone != v.Zone {
		return false
	}
	named := s.Name == "" || strings.Contains(v.Name, s.Name) || strings.Contains(v.Reading, s.Name) ||
		strings.Contains(v.Affiliation, s.Name)
	if s.What == "inside" {
		return !v.Entered.After(s.At) && (v.Inside() || v.Left.After(s.At))
	}
	return named && (s.Person == "" || s.Person == v.Person) && (s.From.IsZero() || !v.Entered.Before(s.From)) &&
		(s.Until.IsZero() || v.Entered.Before(s.Until))
}
