package inquiry

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/archive/shelf"
	"kidoban/controller/journal"
	paper "kidoban/controller/report"
	"kidoban/controller/retention"
)

// Sheet is a form that is on record and may be made.
type Sheet struct {
	Form       paper.Form
	ID         string // 印刷番号
	Site       string // where the room is
	Controller string
	Zone       string
	Lines      int
}

// linesOfPrint bounds one PDF: beyond it a book is printed by month, or as CSV.
const linesOfPrint = 3000

// Forms are the words for the forms.
func Forms() []string { return []string{"register", "month"} }

// Report gathers a form, has the print recorded with its number, and hands it out to be made. The form is of one room: where
// there are several, each must be asked for by itself, which Rooms lists. From and Until are a month or a fiscal year.
func (i *Inquiry) Report(ctx context.Context, form string, a Asked, csv bool) (sheet Sheet, err error) {
	s, err := i.resolve(ctx, &a)
	if err != nil {
		return sheet, err
	}
	p, err := i.theRoom(ctx, &s, &a)
	if err != nil {
		return sheet, err
	}
	sheet = Sheet{Site: p.site, Controller: p.controller, Zone: p.zone}
	lines, err := i.gather(ctx, &s, &a, csv)
	if err != nil {
		return sheet, err
	}
	sheet.Lines = len(lines.Lines)
	switch sheet.Form = lines; form {
	case "register":
	case "month":
		if sheet.Form, err = i.monthly(ctx, &s, &a, &lines); err != nil {
			return sheet, err
		}
	default:
		return sheet, fmt.Errorf("no form %q: the forms are %s", form, orNone(Forms()))
	}
	if sheet.ID, err = i.number(); err != nil {
		return sheet, err
	}
	as := journal.AccountPrinted
	if csv {
		as = journal.AccountExported
	}
	return sheet, i.record(ctx, &a, told{what: form, as: as, count: int64(sheet.Lines), number: sheet.ID})
}

// number is a print's: the time and something that no other print of that second has.
func (i *Inquiry) number() (string, error) {
	var b [2]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", fmt.Errorf("number a print: %w", err)
	}
	return i.who.At.Wall.In(access.JST).Format("C20060102-150405-") + hex.EncodeToString(b[:]), nil
}

// Rooms are those that a form of the time that is asked for can be of, as "--controller maizuru/main-ctl --zone room".
func (i *Inquiry) Rooms(ctx context.Context, a Asked) (out []Asked, err error) {
	s, err := i.resolve(ctx, &a)
	if err != nil {
		return nil, err
	}
	all, err := i.rooms(ctx, &s, &a)
	for _, p := range all {
		b := a
		b.Controller, b.Zone = p.site+"/"+p.controller, p.zone
		out = append(out, b)
	}
	return out, err
}

func (i *Inquiry) theRoom(ctx context.Context, s *scope, a *Asked) (p place, err error) {
	all, err := i.rooms(ctx, s, &Asked{Zone: a.Zone})
	switch {
	case err != nil:
		return p, err
	case len(all) == 1:
		a.Zone = all[0].zone
		return all[0], nil
	case len(all) == 0 && a.Zone != "":
		return p, fmt.Errorf("nobody ever entered a room %q there", a.Zone)
	case len(all) == 0:
		return p, errors.New("no room there has a register: nobody ever entered one")
	}
	var words []string
	for _, p := range all {
		words = append(words, "--controller "+p.site+"/"+p.controller+" --zone "+p.zone)
	}
	return p, fmt.Errorf("a form is of one room: say which (%s), or name a directory with -o DIR/ for all of them", orNone(words))
}

// gather are the lines of a time in a room.
func (i *Inquiry) gather(ctx context.Context, s *scope, a *Asked, csv bool) (r paper.Register, err error) {
	r.Year = retention.FiscalYear(a.From)
	if a.Until.Sub(a.From) < 32*24*time.Hour {
		r.Month = a.From.In(access.JST).Month()
	}
	for l, err := range i.fold(ctx, s, s.stays(a), "") {
		if err != nil {
			return r, err
		}
		if r.Lines = append(r.Lines, l.Visit); len(r.Lines) > linesOfPrint && !csv {
			return r, fmt.Errorf("these are more than %d lines: print them by month (--month), or write them as CSV (-o FILE.csv)", linesOfPrint)
		}
	}
	return r, nil
}

// monthly counts a month: what its lines say, its alarms with what has become of them, and its refusals.
func (i *Inquiry) monthly(ctx context.Context, s *scope, a *Asked, lines *paper.Register) (paper.Monthly, error) {
	out, tally := paper.Monthly{Year: lines.Year, Month: lines.Month, Lines: lines.Lines}, paper.NewTally()
	if lines.Month == 0 {
		return out, errors.New("of which month? --month 2026-04")
	}
	q := shelf.Query{Span: access.Span{From: a.From, Until: a.Until}, Journals: s.query.Journals,
		Types: []journal.Type{journal.AlarmRaised, journal.AccessDenied}}
	doors, err := i.doorsOf(ctx, s, a)
	if err != nil {
		return out, err
	}
	for f, err := range i.shelf.Search(ctx, q) {
		if err != nil {
			return out, err
		}
		if d := &f.Entry.Data; d.Zone == a.Zone || d.Zone == "" && (d.Door == "" || doors[d.Door]) {
			tally.Month(&f.Entry)
		}
	}
	q.Span.Until, q.Types = time.Time{}, []journal.Type{journal.AlarmAcknowledged, journal.AlarmEscalated, journal.AlarmClosed}
	for f, err := range i.shelf.Search(ctx, q) {
		if err != nil {
			return out, err
		}
		tally.Since(&f.Entry)
	}
	out.Alarms, out.Refusals = tally.Alarms(), tally.Refusals()
	gone, err := i.disposed(ctx, s, a)
	out.LinesGone, out.AlarmsGone, out.RefusalsGone = gone && len(out.Lines) == 0, gone && len(out.Alarms) == 0, gone && len(out.Refusals) == 0
	return out, err
}

// doorsOf are the doors that somebody came into the room by: an entry that names a door may name no zone.
func (i *Inquiry) doorsOf(ctx context.Context, s *scope, a *Asked) (map[string]bool, error) {
	rooms, err := i.rooms(ctx, s, &Asked{})
	if err != nil {
		return nil, err
	}
	all, err := i.shelf.Doors(ctx)
	doors := map[string]bool{}
	for _, d := range all {
		doors[d] = len(rooms) == 1 // of one room all doors are
	}
	for f, err := range i.shelf.Search(ctx, shelf.Query{Journals: s.query.Journals, Types: []journal.Type{journal.VisitOpened}, Limit: 10_000, Newest: true}) {
		if err != nil {
			return nil, err
		}
		if d := &f.Entry.Data; d.Zone == a.Zone && d.Door != "" {
			doors[d.Door] = true
		}
	}
	return doors, err
}

// disposed says that records of the time were disposed of: what is not there may have been.
func (i *Inquiry) disposed(ctx context.Context, s *scope, a *Asked) (bool, error) {
	for _, j := range s.journals {
		before, _, err := i.shelf.Around(ctx, j, a.From)
		if err != nil {
			return false, err
		}
		_, after, err := i.shelf.Around(ctx, j, a.Until)
		if err != nil {
			return false, err
		}
		if n, err := i.shelf.GoneBetween(ctx, j.ID, before, after); err != nil || n > 0 {
			return n > 0, err
		}
	}
	return false, nil
}
