package desk

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"kidoban/controller"
	"kidoban/controller/access"
	paper "kidoban/controller/report"
	"kidoban/controller/report/font"
	"kidoban/controller/report/sheet"
	"kidoban/controller/retention"
)

// Print asks for a form, as PDF or as CSV.
type Print struct {
	Form    string          `json:"form"` // one of Forms
	CSV     bool            `json:"csv,omitempty"`
	Page    bool            `json:"page,omitempty"`  // laid out for a browser, which prints it
	Month   string          `json:"month,omitempty"` // "2026-04"
	Year    int             `json:"year,omitempty"`  // fiscal
	Zone    string          `json:"zone,omitempty"`
	Visit   string          `json:"visit,omitempty"`
	Permit  access.PermitID `json:"permit,omitempty"`
	ID      string          `json:"id,omitempty"` // of a report, an emergency entry, a kept muster list
	Purpose string          `json:"purpose"`
	Lang    string          `json:"lang,omitempty"`
	Drill   bool            `json:"drill,omitempty"`

	span   access.Span
	silent bool // who asks may know of duress
}

// Sheet is a form that was made.
type Sheet struct {
	ID   string      `json:"id"` // 印刷番号
	File []byte      `json:"file,omitempty"`
	Page *sheet.Page `json:"page,omitempty"`
}

// linesOfPrint bounds one PDF: beyond it a book is printed by month, or exported.
const linesOfPrint = 3000

// Forms are the words for the forms.
func Forms() []string {
	out := make([]string, 0, len(forms))
	for name := range forms {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

func (q *Print) check(f *form) {
	f.id("zone", q.Zone)
	f.id("visit", q.Visit)
	f.id("permit", string(q.Permit))
	f.id("id", q.ID)
	f.words("purpose", &q.Purpose)
	kind, known := forms[q.Form]
	if !known {
		f.refuse("no form %q: the forms are %s", q.Form, strings.Join(Forms(), ", "))
		return
	}
	q.period(f)
	for _, n := range []struct {
		wanted, given bool
		say           string
	}{
		{kind.of == ofTime, !q.span.From.IsZero(), "of which time? --month 2026-04 or --year 2026"},
		{kind.of == ofMonth, q.Month != "", "of which month? --month 2026-04"},
		{kind.of == ofVisit, q.Visit != "", "of which visit? --visit 2026-000123 (kidoban register)"},
		{kind.of == ofPermit, q.Permit != "", "of which permit? --permit 2026-0001 (kidoban permit list)"},
		{kind.of == ofID, q.ID != "", "which one? --id, as the record numbers it"},
		{true, q.Purpose != "", "say what it is for (--purpose): it is recorded, and nothing is printed that need not be (運用基準, after 第21条第4項)"},
	} {
		if n.wanted && !n.given {
			f.refuse("%s", n.say)
		}
	}
}

// period is the month or the fiscal year that is meant, in Japan.
func (q *Print) period(f *form) {
	switch {
	case q.Month != "" && q.Year != 0:
		f.refuse("name a month or a fiscal year, not both")
	case q.Month != "":
		from, err := time.ParseInLocation("2006-01", q.Month, access.JST)
		if err != nil {
			f.refuse("%q is no month like 2026-04", q.Month)
			return
		}
		q.span = access.Span{From: from, Until: from.AddDate(0, 1, 0)}
		q.Year = retention.FiscalYear(from)
	case q.Year != 0:
		if q.Year < 1989 || q.Year > 2999 {
			f.refuse("%d is no fiscal year like 2026", q.Year)
			return
		}
		from := time.Date(q.Year, time.April, 1, 0, 0, 0, 0, access.JST)
		q.span = access.Span{From: from, Until: from.AddDate(1, 0, 0)}
	}
}

// month of a monthly print, 0 of a yearly one.
func (q *Print) month() time.Month {
	if q.Month == "" {
		return 0
	}
	return q.span.From.Month()
}

// printForm asks whether the account may, gathers what is to be printed, has the print recorded, then makes the form: in this
// order, so that nobody makes the daemon read who may not, and no form is made that is not on record.
func (k *Desk) printForm(w http.ResponseWriter, r *http.Request) {
	q, ok := read[Print](w, r)
	if !ok {
		return
	}
	var f form
	if q.check(&f); f.fault == "" && q.Visit == "" && q.Permit == "" {
		k.theZone(&f, &q.Zone)
	}
	if !f.filled(w) || !k.mayPrint(w, r, &q) {
		return
	}
	q.silent = k.seesSilent(r)
	sheets, no := forms[q.Form].gather(k, r.Context(), &q)
	if no != nil {
		reply(w, no.status, refusal{Error: no.Error(), Code: codeOf(no.status, no.Error())})
		return
	}
	who := k.account(r)
	a, err := k.Controller.Ask(r.Context(), controller.Request{Account: who, Ask: controller.Printed{
		Form: q.Form, Export: q.CSV, Zone: q.Zone, Permit: q.Permit, Visit: q.Visit, Document: q.ID, From: q.span.From,
		Until: q.span.Until, Private: private(map[string]string{"purpose": q.Purpose}),
	}})
	switch {
	case err != nil:
		refuse(w, http.StatusServiceUnavailable, "%v", err)
	case a.Refusal != "":
		refuse(w, http.StatusConflict, "%s", a.Refusal)
	default:
		h := k.head(&q, who.Name)
		h.PrintID, _ = a.Value.(string)
		k.make(w, r, sheets, h, &q)
	}
}

// mayPrint refuses those who may not. The zone of what has a number is known once that is found: then it is in any zone, and
// the record of the print asks for that one.
func (k *Desk) mayPrint(w http.ResponseWriter, r *http.Request, q *Print) bool {
	ask := controller.MayPrint{Form: q.Form, Export: q.CSV, Zone: q.Zone}
	if of := forms[q.Form].of; of == ofVisit || of == ofPermit || of == ofID {
		ask.Zone = ""
	}
	a, err := k.Controller.Ask(r.Context(), controller.Request{Account: k.account(r), Ask: ask})
	return k.answered(w, a, err)
}

// make renders a form. One at a time: the machine has a door to look after.
func (k *Desk) make(w http.ResponseWriter, r *http.Request, f paper.Form, h paper.Head, q *Print) {
	select {
	case k.press <- struct{}{}:
		defer func() { <-k.press }()
	case <-r.Context().Done():
		return
	}
	if q.Page && !q.CSV {
		doc := f.Doc(h)
		page := doc.Page()
		reply(w, http.StatusOK, Sheet{ID: h.PrintID, Page: &page})
		return
	}
	write := func(w io.Writer, h paper.Head) error { return paper.PDF(w, f, h) }
	if q.CSV {
		write = f.CSV
	}
	var b bytes.Buffer
	if err := write(&b, h); err != nil {
		refuse(w, http.StatusInternalServerError, "print %s is on record, but was not made: %v", h.PrintID, err)
		return
	}
	reply(w, http.StatusOK, Sheet{ID: h.PrintID, File: b.Bytes()})
}

func (k *Desk) head(q *Print, who string) paper.Head {
	h := paper.Head{
		Room: q.Zone, Site: k.Config.Site, RuleBasis: k.Config.RuleBasis, Language: language(q.Lang), At: k.Clock.Now().Wall,
		By: who, Purpose: q.Purpose, Drill: q.Drill, Fonts: []string{font.IPAmj},
	}
	for _, z := range k.Config.Zones {
		if z.Name == q.Zone {
			h.Room, h.Officer = cmp.Or(z.Title, z.Name), access.Post(z.Officer)
		}
	}
	return h
}

// names are the roster's, by person.
func (k *Desk) names(ctx context.Context) (map[access.PersonID]string, error) {
	roster, _, err := k.Store.Roster(ctx)
	if err != nil {
		return nil, err
	}
	out := make(map[access.PersonID]string, len(roster.People))
	for _, p := range roster.People {
		out[p.ID] = p.Name
	}
	return out, nil
}

func missing(format string, args ...any) *refused {
	return &refused{fmt.Errorf(format, args...), http.StatusNotFound}
}

func broken(err error) *refused {
	if err == nil {
		return nil
	}
	return &refused{err, http.StatusServiceUnavailable}
}
