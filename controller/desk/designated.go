package desk

import (
	"context"
	"encoding/json"
	"time"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	paper "kidoban/controller/report"
	"kidoban/controller/store"
)

// What roster.changed calls the rows that designate somebody.
const (
	pointDuty    = "duty"
	pointFinding = "finding"
)

// rowKey is which row of the roster is meant, as entries name it.
type rowKey struct{ point, person, duty, zone, from string }

// origins are how the rows that designate somebody came about, as the record tells it: by an act of their own, or with a
// whole roster. What lies before the record's beginning they do not know.
type origins struct {
	names    map[access.PersonID]string
	rows     map[rowKey]*origin
	imports  []paper.Origin
	succeeds bool // acts lie in a journal before
	purged   bool // imports may be missing; acts on those who are on the roster are not purged
	approval journal.Data
}

// origin is what became of one row.
type origin struct {
	d     paper.Dated
	own   bool   // an act of its own began it
	until string // its end, by the last of its acts
	gone  bool   // it was deleted: what is there now came later
	seen  int    // the imports from this on came after the last of its acts
	to    int    // of one that was there before the first of its acts, the imports before it; -1 = any
}

// origins reads the record, in its order.
func (k *Desk) origins(ctx context.Context) (*origins, error) {
	names, err := k.names(ctx)
	if err != nil {
		return nil, err
	}
	o := &origins{names: names, rows: map[rowKey]*origin{}}
	for f, err := range k.Store.Entries(ctx, store.Search{Types: []journal.Type{
		journal.JournalStarted, journal.JournalPurged, journal.RosterApproved, journal.RosterChanged,
	}}) {
		if err != nil {
			return nil, err
		}
		o.observe(&f.Entry)
	}
	return o, nil
}

func (o *origins) observe(e *journal.Entry) {
	d := &e.Data
	switch {
	case e.Type == journal.JournalPurged:
		o.purged = true
	case e.Type == journal.JournalStarted:
		o.succeeds = d.Succeeds != ""
	case e.Type == journal.RosterApproved:
		o.approval = *d
	case e.Type != journal.RosterChanged:
	case d.Mode == controller.Imported:
		by := o.by(e, "")
		o.imports = append(o.imports, paper.Origin{Means: paper.Imported, First: e.At.Wall, Last: e.At.Wall, Act: by.Act})
	case d.Point == pointDuty, d.Point == pointFinding:
		o.row(e)
	}
}

func (o *origins) row(e *journal.Entry) {
	d := &e.Data
	key := rowKey{point: d.Point, person: d.Person, zone: d.Zone, from: d.From}
	if d.Point == pointDuty {
		key.duty = d.Detail
	}
	var words struct{ Maker, Reason string }
	_ = json.Unmarshal(e.Private, &words)
	by := o.by(e, access.PersonID(words.Maker))
	at, known := o.rows[key]
	switch {
	case d.Mode == controller.RowDeleted:
		at = &origin{gone: true, to: -1}
	case d.Mode == controller.RowPut:
		at = &origin{own: true, d: paper.Dated{By: by, Reason: words.Reason}}
	case !known:
		at = &origin{to: len(o.imports), d: paper.Dated{Changed: by}}
	case earlier(d.Until, at.until):
		at.d.Ended, at.d.Changed = by, paper.Origin{}
	case d.Until != at.until:
		at.d.Ended, at.d.Changed = paper.Origin{}, by
	}
	at.until, at.seen = d.Until, len(o.imports)
	o.rows[key] = at
}

// earlier says that one end comes before another; "" is none.
func earlier(a, b string) bool { return a != "" && (b == "" || a < b) }

// by is who of the two had the post of the officer at that moment, as the record says; what nobody with it did is nobody's.
func (o *origins) by(e *journal.Entry, maker access.PersonID) paper.Origin {
	d, officer := &e.Data, string(access.SecurityOfficer)
	who := access.PersonID("")
	switch {
	case d.Approver == "" && d.Reason == controller.SettingUp:
		return paper.Origin{Means: paper.SetUp, First: e.At.Wall, Last: e.At.Wall}
	case d.Approver != "" && d.Proposal == o.approval.Proposal && d.Approver == o.approval.Approver && o.approval.Post == officer:
		who = access.PersonID(d.Approver)
	case d.Post == officer:
		who = maker
	}
	if who == "" {
		return paper.Origin{}
	}
	return paper.By(ledger.Act{Person: who, Name: o.names[who], Post: access.SecurityOfficer, At: e.At.Wall})
}

// tell adds to a row of the form what the record knows of it.
func (o *origins) tell(d *paper.Dated, key rowKey) {
	key.person, key.from = string(d.Person), stamp(d.From)
	until := stamp(d.Until)
	at, known := o.rows[key]
	if !known {
		at = &origin{until: until, to: -1}
	}
	d.Reason, d.By, d.Ended, d.Changed = at.d.Reason, at.d.By, at.d.Ended, at.d.Changed
	switch {
	case at.own:
	case at.gone:
		d.By = span(o.imports[at.seen:])
		return
	default:
		d.By = o.before(at.to)
	}
	if until == at.until {
		return
	}
	by := span(o.imports[at.seen:])
	if d.Ended, d.Changed = (paper.Origin{}), by; earlier(until, at.until) {
		d.Ended, d.Changed = by, paper.Origin{}
	}
}

// before is the import that brought a row which is in the record without a beginning; to bounds which.
func (o *origins) before(to int) paper.Origin {
	some := o.imports
	if to >= 0 {
		some = some[:to]
	}
	if o.succeeds || len(some) == 0 {
		return paper.Origin{}
	}
	out := span(some)
	if o.purged {
		out.First, out.Act = time.Time{}, ledger.Act{}
	}
	return out
}

// span is one import, or of several that nobody knows which.
func span(some []paper.Origin) paper.Origin {
	if len(some) == 0 {
		return paper.Origin{}
	}
	out := some[0]
	if len(some) > 1 {
		out.Last, out.Act = some[len(some)-1].Last, ledger.Act{}
	}
	return out
}
