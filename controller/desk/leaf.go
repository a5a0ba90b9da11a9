package desk

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/store"
)

// Entries asks for entries of the journal, newest first ("journal/page").
type Entries struct {
	Before   uint64          `json:"before,omitempty"` // only those before this sequence; 0 = from the newest
	From     time.Time       `json:"from,omitzero"`    // by the time that they state
	Until    time.Time       `json:"until,omitzero"`
	Types    []string        `json:"types,omitempty"`    // one of these: "access.denied"; "access" is all of its class
	Severity string          `json:"severity,omitempty"` // at least
	Door     string          `json:"door,omitempty"`
	Person   access.PersonID `json:"person,omitempty"`
	Visit    string          `json:"visit,omitempty"`
	Permit   access.PermitID `json:"permit,omitempty"`
	Alarm    string          `json:"alarm,omitempty"`
	Limit    int             `json:"limit,omitempty"` // 0 = 100, at most 500
}

// Leafed are the entries of a page. Those that speak of duress are left out for those who may not know of it.
type Leafed struct {
	Entries []Leaf `json:"entries"`
	Before  uint64 `json:"before,omitempty"` // for the next page; 0 = there is none
	Short   bool   `json:"short,omitempty"`  // the page is not full, it looked through enough: the next one may have more
	Size    uint64 `json:"size"`             // of the journal
}

// Leaf is an entry as it is stored.
type Leaf struct {
	Sequence uint64 `json:"sequence"`
	Line     []byte `json:"line"` // its own bytes, as journal.Parse takes them; nil of one that was purged
	Leaf     string `json:"leaf"` // its hash
}

func (q *Entries) check(f *form) {
	f.id("door", q.Door)
	f.id("person", string(q.Person))
	f.id("visit", q.Visit)
	f.id("permit", string(q.Permit))
	limited(f, &q.Limit)
	if !q.From.IsZero() && !q.Until.IsZero() && !q.From.Before(q.Until) {
		f.refuse("a time has a beginning and, after it, an end")
	}
	if q.Severity != "" && !slices.Contains(severities, journal.Severity(q.Severity)) {
		f.refuse("no severity %q: they are info, notice, warning, alert, emergency", q.Severity)
	}
	for _, t := range q.Types {
		if len(types(t)) == 0 {
			f.refuse("no entry is of the type %q", t)
		}
	}
}

var severities = []journal.Severity{journal.Info, journal.Notice, journal.Warning, journal.Alert, journal.Emergency}

// types are those that a word means: itself, or all of its class.
func types(word string) (all []journal.Type) {
	for _, t := range journal.Types() {
		if string(t) == word || t.Class() == strings.TrimSuffix(word, ".") {
			all = append(all, t)
		}
	}
	return all
}

// any says that nothing is asked for but what comes next.
func (q *Entries) any() bool {
	return q.From.IsZero() && q.Until.IsZero() && len(q.Types) == 0 && (q.Severity == "" || q.Severity == string(journal.Info)) &&
		q.Door == "" && q.Person == "" && q.Visit == "" && q.Permit == "" && q.Alarm == ""
}

// leaf answers with a page of entries.
func (k *Desk) leaf(w http.ResponseWriter, r *http.Request) {
	q, ok := read[Entries](w, r)
	if !ok {
		return
	}
	var f form
	if q.check(&f); !f.filled(w) {
		return
	}
	out := Leafed{Entries: []Leaf{}, Size: k.Store.Head().Size}
	if q.Before == 0 || q.Before > out.Size {
		q.Before = out.Size
	}
	look := k.searched
	if q.any() {
		look = k.lastOnes
	}
	if err := look(r.Context(), &q, &out, k.seesSilent(r)); err != nil {
		refuse(w, http.StatusServiceUnavailable, "%v", err)
		return
	}
	reply(w, http.StatusOK, out)
}

// lastOnes are the entries before one, with what is left of those that were purged.
func (k *Desk) lastOnes(ctx context.Context, q *Entries, out *Leafed, all bool) error {
	for out.Before = q.Before; out.Before > 0 && len(out.Entries) < q.Limit; {
		rows, err := k.Store.Last(ctx, out.Before, q.Limit-len(out.Entries))
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			out.Before = 0
		}
		for _, row := range rows {
			out.Before = row.Sequence
			if all || !silent(row.Payload) {
				out.Entries = append(out.Entries, leafOf(&row))
			}
		}
	}
	return nil
}

// searched are the entries that fit.
func (k *Desk) searched(ctx context.Context, q *Entries, out *Leafed, all bool) error {
	s := store.Search{
		Span: access.Span{From: q.From, Until: q.Until}, Person: q.Person, Door: q.Door, Visit: q.Visit, Permit: q.Permit, Alarm: q.Alarm,
		Limit: q.Limit,
	}
	for _, t := range q.Types {
		s.Types = append(s.Types, types(t)...)
	}
	page, err := k.Store.Newest(ctx, s, journal.Severity(q.Severity), q.Before, func(f *store.Found) bool { return all || !silent(f.Payload) })
	for i := range page.Found {
		out.Entries = append(out.Entries, leafOf(&page.Found[i].Row))
	}
	out.Before, out.Short = page.Before, page.Short
	return err
}

func leafOf(row *store.Row) Leaf {
	return Leaf{Sequence: row.Sequence, Line: row.Payload, Leaf: row.Leaf.String()}
}
