package register

import (
	"cmp"
	"slices"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
)

// Book is lines by visit.
type Book struct{ lines map[string]*ledger.Visit }

// NewBook begins with lines that are known.
func NewBook(rows ...ledger.Visit) *Book {
	b := &Book{lines: make(map[string]*ledger.Visit, len(rows))}
	for _, v := range rows {
		b.Adopt(v)
	}
	return b
}

// Adopt takes a line in from elsewhere, unless it is here.
func (b *Book) Adopt(v ledger.Visit) {
	if b.lines[v.ID] == nil {
		b.lines[v.ID] = &v
	}
}

// Visit is a line.
func (b *Book) Visit(id string) (ledger.Visit, bool) {
	if v := b.lines[id]; v != nil {
		return *v, true
	}
	return ledger.Visit{}, false
}

// Lines are those that hold, in order of entry; all of them for nil.
func (b *Book) Lines(hold func(*ledger.Visit) bool) (out []ledger.Visit) {
	for _, v := range b.lines {
		if hold == nil || hold(v) {
			out = append(out, *v)
		}
	}
	slices.SortFunc(out, func(x, y ledger.Visit) int {
		return cmp.Or(x.Entered.Compare(y.Entered), cmp.Compare(x.ID, y.ID))
	})
	return out
}

// Inside are the lines of those inside a zone, "" for every zone.
func (b *Book) Inside(zone string) []ledger.Visit {
	return b.Lines(func(v *ledger.Visit) bool { return v.Inside() && (zone == "" || v.Zone == zone) })
}

// Of is the open line of a person in a zone.
func (b *Book) Of(zone string, who access.PersonID) (ledger.Visit, bool) {
	for _, v := range b.lines {
		if v.Inside() && v.Zone == zone && v.Person == who {
			return *v, true
		}
	}
	return ledger.Visit{}, false
}

// Waiting says that a line still waits for something: its exit, or a consent.
func Waiting(v *ledger.Visit) bool {
	return v.Left.IsZero() || v.Consent.State == ledger.ConsentMissing
}

// Forget drops the lines that wait for nothing: they are in the store.
func (b *Book) Forget() {
	for id, v := range b.lines {
		if !Waiting(v) {
			delete(b.lines, id)
		}
	}
}

// Observe reads one entry and yields the lines that it changes, as they are then.
func (b *Book) Observe(e journal.Entry) []ledger.Visit {
	if e.Data.Visit == "" || e.Type.Class() != "visit" {
		return nil
	}
	v := b.lines[e.Data.Visit]
	if e.Type == journal.VisitOpened {
		v = &ledger.Visit{ID: e.Data.Visit}
		b.lines[v.ID] = v
	}
	if v == nil {
		return nil
	}
	if !apply(v, e, e.At.Wall.Truncate(time.Millisecond).In(access.JST)) {
		return nil
	}
	row := *v
	row.Escorts, row.Incidents, row.Corrections = slices.Clone(v.Escorts), slices.Clone(v.Incidents), slices.Clone(v.Corrections)
	return []ledger.Visit{row}
}

// apply writes what an entry says into its line, and reports whether it says anything.
func apply(v *ledger.Visit, e journal.Entry, at time.Time) bool {
	switch e.Type {
	case journal.VisitOpened:
		opened(v, e, at)
	case journal.VisitEscorted, journal.VisitEscortChanged:
		endEscort(v, at)
		v.Escorts = append(v.Escorts, ledger.Escorting{
			Person: access.PersonID(e.Data.Escort), Name: read[Escort](e.Private).Name, Rule: e.Data.Rule, From: at,
			Assumed: e.Data.Assumed,
		})
	case journal.VisitEscortLost:
		endEscort(v, at)
		incident(v, e, at)
	case journal.VisitOverstayed:
		incident(v, e, at)
	case journal.VisitExitRequested:
		if e.Data.Mode == ModeLeaving {
			return false
		}
		v.Consent = ledger.Consent{State: ledger.ConsentRequested}
	case journal.VisitConsented:
		state := ledger.Consented
		if e.Data.Mode == ModeAfter {
			state = ledger.ConsentAfter
		}
		v.Consent = consent(e, at, state)
	case journal.VisitConsentWithheld:
		v.Consent = consent(e, at, ledger.ConsentWithheld)
	case journal.VisitLeftWithoutConsent:
		v.Consent.State = ledger.ConsentMissing
		incident(v, e, at)
	case journal.VisitClosed:
		closed(v, e, at)
	case journal.VisitCorrected:
		corrected(v, e)
	default:
		return false
	}
	return true
}

// ModeLeaving marks that somebody leaves with the next opening: no consent is asked for by that.
const ModeLeaving = "leaving"

// ModeAfter marks a consent as given after leaving (事後承諾).
const ModeAfter = "after"

func opened(v *ledger.Visit, e journal.Entry, at time.Time) {
	w := read[Opening](e.Private)
	*v = ledger.Visit{
		ID: v.ID, Zone: e.Data.Zone, Person: access.PersonID(e.Data.Person), Name: w.Name, Reading: w.Reading,
		Affiliation: w.Affiliation, Class: w.Class, Identity: w.Identity, Badge: w.Badge,
		Credential: access.CredentialID(e.Data.Credential), Entered: at, Assumed: e.Data.Assumed, Late: e.Data.From != "",
		Purpose: w.Purpose, Work: w.Work, Equipment: w.Equipment, Permit: access.PermitID(e.Data.Permit), PermitOral: w.Oral,
		CarryIn: w.CarryIn, CarryOut: w.CarryOut, Remarks: w.Remarks,
	}
	if w.Permit != nil {
		v.PermitAct = *w.Permit
		v.PermitAct.At = v.PermitAct.At.Truncate(time.Millisecond).In(access.JST)
	}
	if from, err := time.Parse(time.RFC3339, e.Data.From); err == nil {
		v.Entered = from.In(access.JST)
	}
}

func endEscort(v *ledger.Visit, at time.Time) {
	if n := v.Escort(); n >= 0 {
		v.Escorts = slices.Clone(v.Escorts)
		v.Escorts[n].Until = at
	}
}

func incident(v *ledger.Visit, e journal.Entry, at time.Time) {
	v.Incidents = append(v.Incidents, ledger.Incident{At: at, Type: string(e.Type), Reason: e.Data.Reason})
}

func consent(e journal.Entry, at time.Time, state ledger.ConsentState) ledger.Consent {
	w := read[Consent](e.Private)
	how := "account"
	if e.Data.Mode == "badge" {
		how = "badge"
	}
	return ledger.Consent{State: state, How: how, Text: w.Text, Act: ledger.Act{
		Person: access.PersonID(e.Data.ConsentBy), Name: w.Name, Post: access.Post(e.Data.Post), Acting: w.Acting, At: at,
	}}
}

func closed(v *ledger.Visit, e journal.Entry, at time.Time) {
	endEscort(v, at)
	v.LeftHow = e.Data.Mode
	if v.LeftHow != ledger.LeftUnrecorded {
		v.Left = at
	}
}
