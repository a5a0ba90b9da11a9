package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/ledger"
	paper "kidoban/controller/report"
	"kidoban/controller/retention"
	"kidoban/controller/store"
)

// of is what a form is about.
type of uint8

const (
	ofNow of = iota
	ofTime
	ofMonth
	ofVisit
	ofPermit
	ofID
)

// kind is a form: what it is about, and how what it shows is found. It may settle the zone.
type kind struct {
	of     of
	gather func(*Desk, context.Context, *Print) (paper.Form, *refused)
}

var forms = map[string]kind{
	"register":      {ofTime, (*Desk).printRegister},
	"slip":          {ofVisit, (*Desk).printSlip},
	"application":   {ofPermit, (*Desk).printPermit},
	"permit":        {ofPermit, (*Desk).printPermit},
	"badge":         {ofPermit, (*Desk).printPermit},
	"staff-cards":   {ofTime, (*Desk).printCards},
	"visitor-cards": {ofTime, (*Desk).printCards},
	"threat":        {ofID, (*Desk).printThreat},
	"monthly":       {ofMonth, (*Desk).printMonthly},
	"designees":     {ofNow, (*Desk).printDuties},
	"maintenance":   {ofNow, (*Desk).printFindings},
	"items":         {ofTime, (*Desk).printItems},
	"emergency":     {ofID, (*Desk).printEmergency},
	"disposal":      {ofNow, (*Desk).printDisposals},
	"muster":        {ofNow, (*Desk).printMuster},
}

// visitsOf are the lines of a time in a zone, in the order of entry.
func (k *Desk) visitsOf(ctx context.Context, q *Print) ([]ledger.Visit, *refused) {
	var out []ledger.Visit
	for v, err := range k.Store.Visits(ctx, store.Lines{Span: q.span, Zone: q.Zone}) {
		if err != nil {
			return nil, broken(err)
		}
		if out = append(out, v); len(out) > linesOfPrint && !q.CSV {
			return nil, &refused{
				fmt.Errorf("these are more than %d lines: print them by month (--month), or export them (-o FILE.csv)", linesOfPrint),
				http.StatusConflict,
			}
		}
	}
	return out, nil
}

func (k *Desk) printRegister(ctx context.Context, q *Print) (paper.Form, *refused) {
	lines, no := k.visitsOf(ctx, q)
	return paper.Register{Year: q.Year, Month: q.month(), Lines: lines}, no
}

func (k *Desk) printItems(ctx context.Context, q *Print) (paper.Form, *refused) {
	lines, no := k.visitsOf(ctx, q)
	return paper.Items{Year: q.Year, Lines: lines}, no
}

func (k *Desk) printMonthly(ctx context.Context, q *Print) (paper.Form, *refused) {
	lines, no := k.visitsOf(ctx, q)
	if no != nil {
		return nil, no
	}
	out := paper.Monthly{Year: q.Year, Month: q.month(), Lines: lines}
	review, found, no := document[ledger.Review](ctx, k, ledger.KindReview, q.Month+"/"+q.Zone)
	if found {
		out.Review = &review
	}
	return out, no
}

func (k *Desk) printSlip(ctx context.Context, q *Print) (paper.Form, *refused) {
	v, found, err := k.Store.Visit(ctx, q.Visit)
	if err == nil && !found {
		return nil, missing("no line %s is in the register", q.Visit)
	}
	q.Zone = v.Zone
	return paper.Slip{Visit: v}, broken(err)
}

func (k *Desk) printPermit(ctx context.Context, q *Print) (paper.Form, *refused) {
	p, found, err := k.Store.Permit(ctx, q.Permit)
	if err == nil && !found {
		return nil, missing("no permit %s: kidoban permit list", q.Permit)
	}
	if err != nil {
		return nil, broken(err)
	}
	q.Zone = p.Zone
	names, err := k.names(ctx)
	switch q.Form {
	case "application":
		return paper.Application{Permit: p, Applicant: names[p.RequestedBy]}, broken(err)
	case "badge":
		return paper.PermitBadges{Permit: p}, broken(err)
	}
	return paper.PermitLetter{Permit: p, Recorder: names[p.OralBy]}, broken(err)
}

func (k *Desk) printCards(ctx context.Context, q *Print) (paper.Form, *refused) {
	staff := q.Form == "staff-cards"
	lines, err := k.CardLines(ctx, staff, q.span.From, q.span.Until)
	if staff {
		return paper.StaffCards{Year: q.Year, Lines: lines}, broken(err)
	}
	return paper.VisitorCards{Year: q.Year, Lines: lines}, broken(err)
}

func (k *Desk) printThreat(ctx context.Context, q *Print) (paper.Form, *refused) {
	r, found, no := document[ledger.Report](ctx, k, ledger.KindReport, q.ID)
	if no == nil && !found {
		return nil, missing("no report %s", q.ID)
	}
	q.Zone = r.Zone
	return paper.Threat{Report: r}, no
}

func (k *Desk) printEmergency(ctx context.Context, q *Print) (paper.Form, *refused) {
	for e, err := range k.Store.Emergencies(ctx, access.Span{}) {
		if err != nil {
			return nil, broken(err)
		}
		if e.ID == q.ID {
			q.Zone = e.Zone
			names, err := k.names(ctx)
			return paper.Emergency{Entry: e, LetIn: names[e.LetIn]}, broken(err)
		}
	}
	return nil, missing("no emergency entry %s", q.ID)
}

func (k *Desk) printDisposals(ctx context.Context, _ *Print) (paper.Form, *refused) {
	var out paper.Disposal
	for d, err := range documents[retention.Disposal](ctx, k, retention.KindDisposal) {
		if err != nil {
			return nil, broken(err)
		}
		out.Lines = append(out.Lines, d)
	}
	return out, nil
}

func (k *Desk) printMuster(ctx context.Context, q *Print) (paper.Form, *refused) {
	a, err := k.Controller.Ask(ctx, controller.Request{Ask: controller.AskMuster{}})
	if err != nil {
		return nil, broken(err)
	}
	list, _ := a.Value.(ledger.Muster)
	own := list.Lines[:0:0]
	for _, l := range list.Lines {
		if l.Zone == q.Zone {
			own = append(own, l)
		}
	}
	list.Lines = own
	return paper.Muster{List: list}, nil
}

// printDuties is who may consent to leaving: 退室承諾指定簿.
func (k *Desk) printDuties(ctx context.Context, q *Print) (paper.Form, *refused) {
	roster, _, err := k.Store.Roster(ctx)
	var out paper.Designees
	for _, d := range roster.Records.Duties {
		if d.Duty == access.DutyConsent && (d.Zone == "" || d.Zone == q.Zone) {
			out.Lines = append(out.Lines, dated(roster, d.Person, d.Span))
		}
	}
	return out, broken(err)
}

// printFindings is whom 市民課長 found necessary for maintenance: メンテナンス従事職員認定簿.
func (k *Desk) printFindings(ctx context.Context, _ *Print) (paper.Form, *refused) {
	roster, _, err := k.Store.Roster(ctx)
	var out paper.Maintenance
	for _, f := range roster.Records.Findings {
		out.Lines = append(out.Lines, dated(roster, f.Person, f.Span))
	}
	return out, broken(err)
}

func dated(r ledger.Roster, p access.PersonID, s access.Span) paper.Dated {
	d := paper.Dated{Person: p, Span: s}
	for _, x := range r.People {
		if x.ID == p {
			d.Name, d.Reading, d.Affiliation = x.Name, x.Reading, x.Affiliation
		}
	}
	return d
}

// documents are those of a kind, read.
func documents[T any](ctx context.Context, k *Desk, kind string) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for d, err := range k.Store.Documents(ctx, kind) {
			var v T
			if err == nil {
				err = json.Unmarshal(d.Body, &v)
			}
			if !yield(v, err) {
				return
			}
		}
	}
}

// document is one of a kind.
func document[T any](ctx context.Context, k *Desk, kind, id string) (v T, found bool, no *refused) {
	for d, err := range k.Store.Documents(ctx, kind) {
		if err != nil {
			return v, false, broken(err)
		}
		if d.ID == id {
			return v, true, broken(json.Unmarshal(d.Body, &v))
		}
	}
	return v, false, nil
}
