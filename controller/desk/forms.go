package desk

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"time"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/journal"
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
	"installation":  {ofNow, (*Desk).printInstallation},
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
			for _, d := range k.Config.Doors {
				if d.Name == e.Door {
					e.Door = cmp.Or(d.Title, d.Name)
				}
			}
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

// printMuster is who is inside now, or with an ID the list that was kept when an emergency began.
func (k *Desk) printMuster(ctx context.Context, q *Print) (form paper.Form, no *refused) {
	var out paper.Muster
	if q.ID != "" {
		out, no = k.keptMuster(ctx, q.ID)
	} else {
		a, err := k.Controller.Ask(ctx, controller.Request{Ask: controller.AskMuster{}})
		out.List, _ = a.Value.(ledger.Muster)
		no = broken(err)
	}
	if no != nil {
		return nil, no
	}
	out.List.Lines = slices.DeleteFunc(slices.Clone(out.List.Lines), func(l ledger.MusterLine) bool { return l.Zone != q.Zone })
	return out, nil
}

// keptMuster is a kept list with the names of that moment, which stand in the private part of the entry that it belongs to.
func (k *Desk) keptMuster(ctx context.Context, id string) (out paper.Muster, no *refused) {
	list, found, no := document[ledger.Muster](ctx, k, ledger.KindMuster, id)
	if no == nil && !found {
		no = missing("no muster list %s is kept, or it was disposed of (kidoban print disposal); without a number it is the list of now", id)
	}
	if no != nil {
		return out, no
	}
	out = paper.Muster{List: list, Nameless: true}
	near := access.Span{From: list.At.Add(-time.Minute), Until: list.At.Add(time.Minute)}
	for f, err := range k.Store.Entries(ctx, store.Search{Span: near, Types: []journal.Type{journal.Type(list.Cause)}}) {
		if err != nil {
			return out, broken(err)
		}
		var words struct{ Muster []ledger.MusterLine }
		if f.Entry.Data.Document == id && json.Unmarshal(f.Private, &words) == nil && len(words.Muster) <= len(list.Lines) {
			out.List.Lines, out.Nameless = named(list.Lines, words.Muster), false
		}
	}
	return out, nil
}

// named lends a list's lines, which follow those of the beginning, the names of then.
func named(lines, then []ledger.MusterLine) []ledger.MusterLine {
	out := slices.Clone(lines)
	for i, l := range then {
		out[i].Name, out[i].Affiliation, out[i].EscortName = l.Name, l.Affiliation, l.EscortName
	}
	return out
}

// printDuties is who may consent to leaving: 退室承諾指定簿.
func (k *Desk) printDuties(ctx context.Context, q *Print) (paper.Form, *refused) {
	roster, told, no := k.designations(ctx)
	var out paper.Designees
	for _, d := range roster.Records.Duties {
		if no == nil && d.Duty == access.DutyConsent && (d.Zone == "" || d.Zone == q.Zone) {
			row := dated(roster, d.Person, d.Span)
			told.tell(&row, rowKey{point: pointDuty, duty: string(d.Duty), zone: d.Zone})
			out.Lines = append(out.Lines, row)
		}
	}
	return out, no
}

// printFindings is whom 市民課長 found necessary for maintenance: メンテナンス従事職員認定簿.
func (k *Desk) printFindings(ctx context.Context, _ *Print) (paper.Form, *refused) {
	roster, told, no := k.designations(ctx)
	var out paper.Maintenance
	for _, f := range roster.Records.Findings {
		if no == nil {
			row := dated(roster, f.Person, f.Span)
			told.tell(&row, rowKey{point: pointFinding})
			out.Lines = append(out.Lines, row)
		}
	}
	return out, no
}

// designations are the roster and how its rows came about.
func (k *Desk) designations(ctx context.Context) (ledger.Roster, *origins, *refused) {
	roster, _, err := k.Store.Roster(ctx)
	if err != nil {
		return roster, nil, broken(err)
	}
	told, err := k.origins(ctx)
	return roster, told, broken(err)
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
