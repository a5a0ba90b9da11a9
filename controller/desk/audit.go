package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/store"
)

// The routes of those who trust nobody:
//
//	GET  /journal/verify             -> Verifying
//	POST /journal/verify   {}        -> Verifying; one at a time
//	GET  /journal/head               -> Head
//	GET  /journal/entry?n=           -> Stored
//	GET  /journal/proof?n=           -> Proof
//	POST /journal/private  Private   -> PrivatePart; on record with its purpose
//	POST /journal/uses     Uses      -> Used; on record with its purpose
//	GET  /coverage?year=             -> Coverage
//	POST /register/line    Line      -> Lined; of a search that is on record
func (k *Desk) auditRoutes(m *http.ServeMux) {
	m.HandleFunc("GET /journal/verify", k.verifying)
	m.HandleFunc("POST /journal/verify", k.verify)
	m.HandleFunc("GET /journal/head", k.journalHead)
	m.HandleFunc("GET /journal/entry", k.entry)
	m.HandleFunc("GET /journal/proof", k.proof)
	m.HandleFunc("POST /journal/private", k.privatePart)
	m.HandleFunc("POST /journal/uses", k.uses)
	m.HandleFunc("GET /coverage", k.coverage)
	m.HandleFunc("POST /register/line", k.lineFound)
}

// Stored is one entry as it is stored.
type Stored struct {
	Leaf
	Purged  bool   `json:"purged,omitempty"`
	Private bool   `json:"private,omitempty"` // it has a private part, which is kept
	Bound   string `json:"bound,omitempty"`   // hex SHA-256 of the private part, as the entry binds it
	Size    uint64 `json:"size"`              // of the journal
}

// Proof shows that an entry is in the journal (journal.Proof, as text).
type Proof struct {
	Proof []byte `json:"proof"`
}

// row is an entry that who asks may see; what they may not know of is not there.
func (k *Desk) row(r *http.Request, n uint64) (store.Row, *refused) {
	rows, err := k.Store.Rows(r.Context(), n, 1)
	switch {
	case err != nil:
		return store.Row{}, broken(err)
	case len(rows) == 0 || rows[0].Sequence != n || silent(rows[0].Payload) && !k.seesSilent(r):
		return store.Row{}, missing("there is no entry %d", n)
	}
	return rows[0], nil
}

// asked is the entry that a query names.
func (k *Desk) asked(w http.ResponseWriter, r *http.Request) (store.Row, bool) {
	n, err := strconv.ParseUint(r.URL.Query().Get("n"), 10, 62)
	if err != nil {
		refuse(w, http.StatusBadRequest, "name the entry by its sequence number")
		return store.Row{}, false
	}
	row, no := k.row(r, n)
	if no != nil {
		refuse(w, no.status, "%v", no.error)
	}
	return row, no == nil
}

func (k *Desk) entry(w http.ResponseWriter, r *http.Request) {
	row, ok := k.asked(w, r)
	if !ok {
		return
	}
	out := Stored{
		Leaf: Leaf{Sequence: row.Sequence, Line: lineOf(row), Leaf: row.Leaf.String()}, Purged: row.Payload == nil,
		Private: row.Private != nil, Size: k.Store.Head().Size,
	}
	out.Bound, _ = journal.BindsPrivate(row.Payload)
	reply(w, http.StatusOK, out)
}

// proof proves an entry under the checkpoint that was signed last, and signs one first where that does not cover it yet.
func (k *Desk) proof(w http.ResponseWriter, r *http.Request) {
	row, ok := k.asked(w, r)
	if !ok {
		return
	}
	if row.Payload == nil {
		refuse(w, http.StatusConflict, "entry %d was disposed of when its retention ended: its hash alone is left", row.Sequence)
		return
	}
	text, err := k.prove(r.Context(), row.Sequence)
	if err != nil {
		refuse(w, http.StatusServiceUnavailable, "%v", err)
		return
	}
	reply(w, http.StatusOK, Proof{text})
}

func (k *Desk) prove(ctx context.Context, n uint64) ([]byte, error) {
	if c, err := journal.PeekCheckpoint(k.Store.LatestCheckpoint()); err != nil || c.Size <= n {
		if err := k.signHead(ctx); err != nil {
			return nil, err
		}
	}
	return k.Store.Prove(ctx, n)
}

// signHead signs the head as it is now.
func (k *Desk) signHead(ctx context.Context) error {
	a, err := k.Controller.Ask(ctx, controller.Request{Ask: controller.AskStatus{}})
	if err != nil {
		return err
	}
	s, _ := a.Value.(controller.Status)
	_, err = k.Store.Checkpoint(ctx, k.Clock.Now().Wall, journal.ClockOf(s.Clock == "synchronised"))
	return err
}

// Private asks for the private part of an entry. It may name people: that an account looks, and what for, is on record first.
type Private struct {
	Sequence uint64 `json:"sequence"`
	Purpose  string `json:"purpose"`
}

// PrivatePart is an entry's, byte for byte, and whether it is what the entry binds.
type PrivatePart struct {
	Private json.RawMessage `json:"private"`
	Bytes   []byte          `json:"bytes"`
	Bound   bool            `json:"bound"`
}

func (k *Desk) privatePart(w http.ResponseWriter, r *http.Request) {
	q, ok := read[Private](w, r)
	if !ok {
		return
	}
	var f form
	if f.purpose(&q.Purpose); !f.filled(w) {
		return
	}
	row, no := k.row(r, q.Sequence)
	if no != nil {
		refuse(w, no.status, "%v", no.error)
		return
	}
	if row.Private == nil {
		refuse(w, http.StatusNotFound, "entry %d has no private part, or it was disposed of", q.Sequence)
		return
	}
	note := controller.Searched{What: "entry", Zone: k.zoneOf(row.Payload), Entry: fmt.Sprintf("%d-%d", q.Sequence, q.Sequence),
		Private: private(map[string]string{"purpose": q.Purpose})}
	if k.noted(w, r, note) {
		reply(w, http.StatusOK, PrivatePart{row.Private, row.Private, journal.Bound(row.Payload, row.Private)})
	}
}

// zoneOf is the zone that an entry is of, "" where it is of none.
func (k *Desk) zoneOf(payload []byte) string {
	e, err := journal.Parse(payload)
	if err != nil {
		return ""
	}
	for _, d := range k.Config.Doors {
		if d.Name == e.Entry.Data.Door {
			return d.Zone
		}
	}
	return e.Entry.Data.Zone
}

// purpose is what something is looked at for.
func (f *form) purpose(s *string) {
	if f.words("purpose", s); *s == "" {
		f.refuse("say what the search is for (--purpose): it is recorded, and nothing is looked up that need not be (運用基準)")
	}
}

// Uses asks who searched, printed and exported in a time, and what for.
type Uses struct {
	From    time.Time `json:"from"`
	Until   time.Time `json:"until"`
	Purpose string    `json:"purpose"`
}

// Used is what was done, newest first.
type Used struct {
	Uses []Use `json:"uses"`
	More bool  `json:"more,omitempty"` // there were more than are told
}

// Use is one.
type Use struct {
	Sequence uint64          `json:"sequence"`
	At       time.Time       `json:"at"`
	Type     journal.Type    `json:"type"` // account.searched, account.printed, account.exported
	Account  string          `json:"account"`
	What     string          `json:"what"` // what was looked for, which form
	Print    string          `json:"print,omitempty"`
	Zone     string          `json:"zone,omitempty"`
	Person   access.PersonID `json:"person,omitempty"`
	Of       string          `json:"of,omitempty"` // a visit, a permit, a document, an entry
	From     string          `json:"from,omitempty"`
	Until    string          `json:"until,omitempty"`
	Purpose  string          `json:"purpose,omitempty"` // "" where the private part was disposed of
}

// usesMost bounds what is told at once.
const usesMost = 500

func (k *Desk) uses(w http.ResponseWriter, r *http.Request) {
	q, ok := read[Uses](w, r)
	if !ok {
		return
	}
	var f form
	if f.purpose(&q.Purpose); q.From.IsZero() || !q.From.Before(q.Until) {
		f.refuse("a search by month has a beginning and, after it, an end")
	}
	if !f.filled(w) || !k.noted(w, r, controller.Searched{
		What: "uses", From: q.From, Until: q.Until, Private: private(map[string]string{"purpose": q.Purpose}),
	}) {
		return
	}
	out := Used{Uses: []Use{}}
	for e, err := range k.Store.Entries(r.Context(), store.Search{
		Span: access.Span{From: q.From, Until: q.Until}, Newest: true, Limit: usesMost + 1,
		Types: []journal.Type{journal.AccountSearched, journal.AccountPrinted, journal.AccountExported},
	}) {
		if err != nil {
			refuse(w, http.StatusServiceUnavailable, "%v", err)
			return
		}
		if len(out.Uses) == usesMost {
			out.More = true
			break
		}
		out.Uses = append(out.Uses, useOf(&e))
	}
	reply(w, http.StatusOK, out)
}

func useOf(f *store.Found) Use {
	d := &f.Entry.Data
	u := Use{
		Sequence: f.Sequence, At: f.Entry.At.Wall, Type: f.Entry.Type, Account: d.Account, What: d.Mode, Zone: d.Zone,
		Person: access.PersonID(d.Person), From: d.From, Until: d.Until,
	}
	for _, of := range []string{d.Visit, d.Permit, d.Document, d.Alarm, d.Ranges} {
		if u.Of == "" {
			u.Of = of
		}
	}
	if len(f.Entry.Subject) > len("print/") && f.Entry.Subject[:len("print/")] == "print/" {
		u.Print = f.Entry.Subject[len("print/"):]
	}
	var words struct{ Purpose string }
	_ = json.Unmarshal(f.Private, &words) // of a part that was disposed of nothing is told
	u.Purpose = words.Purpose
	return u
}
