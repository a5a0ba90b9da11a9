package desk

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/store"
)

// Page asks for some lines of a search ("register/page"). The first page is a search like any other, on record with its
// purpose; the pages after it name that record and need no purpose of their own: they are the same search, of the same
// account, within searchFor, or they are refused.
type Page struct {
	Search
	Newest  bool   `json:"newest,omitempty"`  // newest first
	Limit   int    `json:"limit,omitempty"`   // of lines on a page; 0 = 100, at most 500
	Record  uint64 `json:"record,omitempty"`  // of the first page: the search's entry. 0 = this is the first
	Onwards string `json:"onwards,omitempty"` // of the page before: where this one begins. "" = at the beginning
}

// Paged are the lines of a page.
type Paged struct {
	Lines   []ledger.Visit `json:"lines"`
	Record  uint64         `json:"record"`            // the search's entry: for the pages that follow
	Onwards string         `json:"onwards,omitempty"` // where the next page begins; "" = there is none
	Reached time.Time      `json:"reached,omitzero"`  // the page is not full, it looked through enough: as far as the lines entered then
	All     int            `json:"all"`               // lines of the whole search; -1 where counting takes reading them
}

const (
	pageUsual = 100
	pageMost  = 500
	searchFor = time.Hour // a search goes on so long under its record
)

func limited(f *form, limit *int) {
	if *limit == 0 {
		*limit = pageUsual
	}
	if *limit < 1 || *limit > pageMost {
		f.refuse("a page has 1 to %d lines", pageMost)
	}
}

// page answers with a page of lines. No line is read before its search is on record.
func (k *Desk) page(w http.ResponseWriter, r *http.Request) {
	q, ok := read[Page](w, r)
	if !ok {
		return
	}
	var f form
	q.check(&f)
	limited(&f, &q.Limit)
	after, ok := store.ParsePlace(q.Onwards)
	if !ok || q.Onwards != "" && q.Record == 0 {
		f.refuse("a further page names the place and the record that the one before it gave")
	}
	if q.Record == 0 {
		q.purposed(&f)
	}
	if !f.filled(w) || !k.searching(w, r, &q) {
		return
	}
	got, err := k.paged(r.Context(), &q, after)
	if err == nil && got.All == 0 {
		got.All, err = k.all(r.Context(), &q, got.Lines)
	}
	if err != nil {
		refuse(w, http.StatusServiceUnavailable, "%v", err)
		return
	}
	reply(w, http.StatusOK, got)
}

// searching has a first page put on record, and looks whether a further one is of the search that it names.
func (k *Desk) searching(w http.ResponseWriter, r *http.Request, q *Page) bool {
	if q.Record != 0 {
		return k.goesOn(w, r, q)
	}
	note, head := q.note(), k.Store.Head().Size
	if !k.noted(w, r, note) {
		return false
	}
	sequence, found, err := k.Store.Holding(r.Context(), head, note.Private)
	if err != nil || !found {
		refuse(w, http.StatusServiceUnavailable, "the search is on record, but its entry was not found: %v", err)
		return false
	}
	q.Record = sequence
	return true
}

func (k *Desk) goesOn(w http.ResponseWriter, r *http.Request, q *Page) bool {
	same, err := k.sameSearch(r.Context(), k.account(r).Name, q)
	switch {
	case err != nil:
		refuse(w, http.StatusServiceUnavailable, "%v", err)
		return false
	case !same:
		refuse(w, http.StatusConflict, "this search is not on record, or was begun more than an hour ago: search again, and say what for")
		return false
	}
	a, err := k.Controller.Ask(r.Context(), controller.Request{Account: k.account(r), Ask: controller.MaySearch{Zone: q.Zone}})
	return k.answered(w, a, err)
}

// sameSearch says that the entry named is the account's own search for just this, and not old.
func (k *Desk) sameSearch(ctx context.Context, who string, q *Page) (bool, error) {
	rows, err := k.Store.Rows(ctx, q.Record, 1)
	if err != nil || len(rows) != 1 || rows[0].Sequence != q.Record {
		return false, err
	}
	sealed, err := journal.Parse(rows[0].Payload)
	if err != nil {
		return false, nil // purged: it is no record of anything any more
	}
	e, d := &sealed.Entry, &sealed.Entry.Data
	var words struct {
		Name string `json:"name"`
	}
	if json.Unmarshal(rows[0].Private, &words) != nil {
		return false, nil
	}
	note, age := q.note(), k.Clock.Now().Wall.Sub(e.At.Wall)
	return e.Type == journal.AccountSearched && who != "" && d.Account == who && d.Mode == note.What && d.Zone == note.Zone &&
		d.Person == string(note.Person) && sameTime(d.From, note.From) && sameTime(d.Until, note.Until) && words.Name == q.Name &&
		age > -time.Minute && age < searchFor, nil
}

// sameTime says that an entry states this time.
func sameTime(stated string, t time.Time) bool {
	if stated == "" || t.IsZero() {
		return stated == "" && t.IsZero()
	}
	at, err := time.Parse(time.RFC3339, stated)
	return err == nil && at.Equal(t.Truncate(time.Second))
}

func (k *Desk) paged(ctx context.Context, q *Page, after store.Place) (p Paged, err error) {
	p.Record, p.Lines = q.Record, []ledger.Visit{}
	if q.What == "inside" {
		return p, k.pageInside(ctx, q, after, &p)
	}
	l := q.lines()
	l.Newest, l.Limit = q.Newest, q.Limit
	got, err := k.Store.Page(ctx, l, after)
	if err != nil {
		return p, err
	}
	p.Lines = append(p.Lines, got.Lines...)
	if got.More {
		p.Onwards = got.Next.String()
	}
	if got.Short {
		p.Reached = got.Next.Entered().In(access.JST)
	}
	return p, nil
}

// pageInside goes through all who were inside, who are few, for the lines of one page.
func (k *Desk) pageInside(ctx context.Context, q *Page, after store.Place, p *Paged) error {
	for v, err := range k.Store.Inside(ctx, q.Zone, q.At) {
		if err != nil {
			return err
		}
		p.All++
		at := store.PlaceOf(&v)
		switch {
		case !after.Before(at):
		case len(p.Lines) == q.Limit:
			p.Onwards = store.PlaceOf(&p.Lines[q.Limit-1]).String()
		default:
			p.Lines = append(p.Lines, v)
		}
	}
	return nil
}

// all is how many lines the whole search has.
func (k *Desk) all(ctx context.Context, q *Page, lines []ledger.Visit) (int, error) {
	if q.What == "inside" {
		return len(lines), nil
	}
	return k.Store.HowMany(ctx, q.lines())
}
