package inquiry

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/archive/shelf"
	"kidoban/controller/journal"
)

// table is one of a pack's, for spreadsheets.
type table struct {
	*csv.Writer
	rows int
}

func (t *table) row(cells ...string) error {
	t.rows++
	for i := range cells {
		cells[i] = harmless(cells[i])
	}
	return t.Write(cells)
}

func (p *auditPack) table(ctx context.Context, name string, fill func(context.Context, *table) error) error {
	return p.file(name, func(w *bufio.Writer) error {
		if _, err := w.WriteString("\ufeff"); err != nil {
			return err
		}
		t := &table{Writer: csv.NewWriter(w)}
		t.UseCRLF = true
		if err := fill(ctx, t); err != nil {
			return err
		}
		t.Flush()
		p.counts[name] = max(0, t.rows-1)
		return t.Error()
	})
}

// each calls do for the year's entries of some types, of all journals.
func (p *auditPack) each(ctx context.Context, words []string, until time.Time, do func(*Answer) error) error {
	kinds, err := types(words)
	if err != nil {
		return err
	}
	q := shelf.Query{Span: access.Span{From: p.asked.From, Until: until}, Journals: p.scope.query.Journals, Types: kinds}
	origins := p.scope.origins()
	for f, err := range p.shelf.Search(ctx, q) {
		if err != nil {
			return err
		}
		if err := do(&Answer{f, origins[f.Journal]}); err != nil {
			return err
		}
	}
	return nil
}

func second(t time.Time) string { return t.In(access.JST).Format(time.DateTime) }

func nameOf(origin string) string {
	site, controller, _ := parts(origin)
	return site + "/" + controller
}

// purposeOf is what somebody said that it was for.
func purposeOf(e *journal.Entry) string {
	var words struct {
		Purpose string `json:"purpose"`
	}
	if e.Private == nil || json.Unmarshal(e.Private, &words) != nil {
		return ""
	}
	return words.Purpose
}

// askedFor is who searched, exported and printed.
func (p *auditPack) askedFor(ctx context.Context, t *table) error {
	if err := t.row("time", "where", "number", "account", "deed", "what", "purpose", "count", "zone", "person", "from", "until", "print", "digest"); err != nil {
		return err
	}
	return p.each(ctx, []string{"account.searched", "account.exported", "account.printed"}, p.asked.Until, func(f *Answer) error {
		d := &f.Entry.Data
		account := d.Account
		if d.Assumed {
			account += " (claimed, " + d.Detail + ")"
		}
		return t.row(second(f.Entry.At.Wall), nameOf(f.Origin), strconv.FormatUint(f.Sequence, 10), account, string(f.Entry.Type), d.Mode,
			purposeOf(&f.Entry), strconv.FormatInt(d.Count, 10), d.Zone, d.Person, d.From, d.Until, d.Document, d.Digest)
	})
}

// waited is an alarm of the year and what became of it.
type waited struct {
	where, id, severity, door, zone, acknowledgedBy, closedBy string
	raised, acknowledged, escalated, closed                   time.Time
	drill                                                     bool
}

func (p *auditPack) alarms(ctx context.Context, t *table) error {
	if err := t.row("raised", "where", "alarm", "severity", "door", "zone", "drill", "acknowledged", "by", "waited (s)", "escalated", "closed", "by", "open (s)"); err != nil {
		return err
	}
	var order []*waited
	all := map[string]*waited{}
	if err := p.each(ctx, []string{"alarm"}, time.Time{}, func(f *Answer) error {
		d, at := &f.Entry.Data, f.Entry.At.Wall
		key := nameOf(f.Origin) + " " + d.Alarm
		x := all[key]
		switch {
		case x == nil && f.Entry.Type == journal.AlarmRaised && at.Before(p.asked.Until):
			x = &waited{where: nameOf(f.Origin), id: d.Alarm, severity: string(f.Entry.Severity), door: d.Door, zone: d.Zone, raised: at, drill: d.Drill}
			all[key], order = x, append(order, x)
		case x == nil:
		case f.Entry.Type == journal.AlarmAcknowledged:
			x.acknowledged, x.acknowledgedBy = at, d.Account
		case f.Entry.Type == journal.AlarmEscalated:
			x.escalated = at
		case f.Entry.Type == journal.AlarmClosed:
			x.closed, x.closedBy = at, d.Account
		}
		return nil
	}); err != nil {
		return err
	}
	for _, x := range order {
		if err := t.row(second(x.raised), x.where, x.id, x.severity, x.door, x.zone, fmt.Sprint(x.drill), orNever(x.acknowledged), x.acknowledgedBy,
			seconds(x.raised, x.acknowledged), orNever(x.escalated), orNever(x.closed), x.closedBy, seconds(x.raised, x.closed)); err != nil {
			return err
		}
	}
	return nil
}

func orNever(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return second(t)
}

func seconds(from, to time.Time) string {
	if to.IsZero() {
		return ""
	}
	return strconv.FormatInt(int64(to.Sub(from)/time.Second), 10)
}

func (p *auditPack) disposals(ctx context.Context, t *table) error {
	if err := t.row("time", "where", "number", "deed", "proposal", "proposed by", "approved by", "account", "mode", "entries", "numbers", "digest"); err != nil {
		return err
	}
	return p.each(ctx, []string{"journal.purge_proposed", "journal.purged", "journal.purge_ended", "journal.hold_changed"}, p.asked.Until, func(f *Answer) error {
		d := &f.Entry.Data
		return t.row(second(f.Entry.At.Wall), nameOf(f.Origin), strconv.FormatUint(f.Sequence, 10), string(f.Entry.Type), d.Proposal, d.Person, d.Approver,
			d.Account, d.Mode, strconv.FormatInt(d.Count, 10), d.Ranges, d.Digest)
	})
}

func (p *auditPack) duties(ctx context.Context, t *table) error {
	if err := t.row("time", "where", "number", "deed", "account", "person", "post", "point", "approver", "proposal", "mode", "digest"); err != nil {
		return err
	}
	return p.each(ctx, []string{"roster", "account.changed", "config", "controller", "certificate"}, p.asked.Until, func(f *Answer) error {
		d := &f.Entry.Data
		return t.row(second(f.Entry.At.Wall), nameOf(f.Origin), strconv.FormatUint(f.Sequence, 10), string(f.Entry.Type), d.Account, d.Person, d.Post, d.Point,
			d.Approver, d.Proposal, d.Mode, d.Digest)
	})
}
