package inquiry

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"

	"kidoban/controller/access"
	"kidoban/controller/archive/ocsf"
	"kidoban/controller/archive/shelf"
	"kidoban/controller/journal"
	"kidoban/controller/store"
)

// The formats of an export.
const (
	Journal = "journal" // a whole journal, which kidoban journal verify --file checks by itself
	Lines   = "jsonl"   // the entries that fit, byte for byte, one a line
	CSV     = "csv"     // the same for spreadsheets
	OCSF    = "ocsf"    // the same for security systems: Open Cybersecurity Schema Framework, one event a line
)

// Formats are all of them.
func Formats() []string { return []string{Journal, Lines, CSV, OCSF} }

// Export writes what is asked for, and returns how much. to is called, for what is written to, once the export is on record.
func (i *Inquiry) Export(ctx context.Context, a Asked, to func() (io.Writer, error)) (n int64, err error) {
	if a.Format == Journal {
		return i.exportJournal(ctx, a, to)
	}
	write := map[string]func(*bufio.Writer, *scope, iter.Seq2[Answer, error]) error{Lines: i.lines, CSV: i.csv, OCSF: i.ocsf}[a.Format]
	if write == nil {
		return 0, fmt.Errorf("no format %q: one of %s", a.Format, strings.Join(Formats(), ", "))
	}
	n, found, s, err := i.find(ctx, &a, told{what: a.Format, as: journal.AccountExported})
	if err != nil {
		return 0, err
	}
	return n, i.into(to, func(w *bufio.Writer) error { return write(w, &s, i.counted(found)) })
}

func (i *Inquiry) into(to func() (io.Writer, error), write func(*bufio.Writer) error) error {
	out, err := to()
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(out, 64<<10)
	return errors.Join(write(w), w.Flush())
}

func (i *Inquiry) counted(found iter.Seq2[Answer, error]) iter.Seq2[Answer, error] {
	return func(yield func(Answer, error) bool) {
		var n uint64
		for f, err := range found {
			if n++; n%4096 == 0 {
				i.progress("exporting", n)
			}
			if !yield(f, err) {
				return
			}
		}
	}
}

// exportJournal writes the journal of a controller that it writes now.
func (i *Inquiry) exportJournal(ctx context.Context, a Asked, to func() (io.Writer, error)) (int64, error) {
	j, err := i.theJournal(ctx, &a)
	if err != nil {
		return 0, err
	}
	if a.Door != "" || a.Person != "" || len(a.Kinds) > 0 || !a.From.IsZero() || !a.Until.IsZero() {
		return 0, errors.New("a journal is exported whole, or it could not be verified; for a part of it take --format jsonl, csv or ocsf")
	}
	if err := i.record(ctx, &a, told{what: Journal, as: journal.AccountExported, count: int64(j.Size)}); err != nil {
		return 0, err
	}
	return int64(j.Size), i.into(to, func(w *bufio.Writer) error { return i.writeJournal(ctx, w, j, nil, a.Nameless) })
}

// theJournal is the one that is meant: of a controller the last one.
func (i *Inquiry) theJournal(ctx context.Context, a *Asked) (j shelf.Journal, err error) {
	if a.Controller == "" {
		return j, errors.New("say which controller: --controller (kidobanlog journals)")
	}
	all, err := i.shelf.Journals(ctx)
	if err != nil {
		return j, err
	}
	of, err := named(all, a.Controller)
	if err != nil {
		return j, err
	}
	if j = of[len(of)-1]; j.Size == 0 {
		return j, fmt.Errorf("nothing of %s is confirmed yet", j.Origin)
	}
	return j, nil
}

// writeJournal writes a journal, or the payloads of a part of it, in the form of kidoban journal export.
func (i *Inquiry) writeJournal(ctx context.Context, w io.Writer, j shelf.Journal, part *journal.Part, nameless bool) error {
	site, controller, id := parts(j.Origin)
	public, err := i.shelf.Public(ctx, j.ID)
	if err != nil {
		return err
	}
	h := store.ExportHead{Site: site, Controller: controller, Journal: id, Verifier: public, Checkpoint: []string{string(j.Checkpoint)}, Part: part, Received: !j.Own || nameless}
	return store.WriteExport(w, h, i.rows(ctx, j, nameless))
}

func (i *Inquiry) rows(ctx context.Context, j shelf.Journal, nameless bool) iter.Seq2[journal.Row, error] {
	return func(yield func(journal.Row, error) bool) {
		for r, err := range i.shelf.Rows(ctx, j.ID, 0, j.Size) {
			if r.Sequence%4096 == 4095 {
				i.progress("exporting "+j.Origin, uint64(r.Sequence)+1)
			}
			if nameless {
				r.Private = nil
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

func (i *Inquiry) lines(w *bufio.Writer, _ *scope, found iter.Seq2[Answer, error]) error {
	for f, err := range found {
		if err != nil {
			return err
		}
		if _, err := w.Write(append(f.Payload, '\n')); err != nil {
			return err
		}
	}
	return nil
}

func (i *Inquiry) csv(w *bufio.Writer, _ *scope, found iter.Seq2[Answer, error]) error {
	if _, err := w.WriteString("\ufeff"); err != nil {
		return err
	}
	c := csv.NewWriter(w)
	c.UseCRLF = true
	if err := c.Write([]string{"time", "site", "controller", "journal", "sequence", "type", "severity", "subject", "door", "direction", "person", "name",
		"credential", "reason", "rule", "permit", "visit", "alarm", "account"}); err != nil {
		return err
	}
	for f, err := range found {
		if err != nil {
			return err
		}
		site, controller, id := parts(f.Origin)
		d := &f.Entry.Data
		if err := c.Write([]string{f.Entry.At.Wall.In(access.JST).Format("2006-01-02 15:04:05.000"), site, controller, id, strconv.FormatUint(f.Sequence, 10),
			string(f.Entry.Type), string(f.Entry.Severity), f.Entry.Subject, d.Door, d.Direction, d.Person, harmless(f.Name()), d.Credential, d.Reason,
			d.Rule, d.Permit, d.Visit, d.Alarm, d.Account}); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// harmless puts a quote before what a spreadsheet would reckon.
func harmless(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t", rune(s[0])) {
		return "'" + s
	}
	return s
}

// ocsf writes events whose record can be checked: each says its leaf and the checkpoint that covers it.
func (i *Inquiry) ocsf(w *bufio.Writer, s *scope, found iter.Seq2[Answer, error]) error {
	signed := map[int64]ocsf.Record{}
	for _, j := range s.all {
		if c, err := journal.PeekCheckpoint(j.Checkpoint); err == nil {
			signed[j.ID] = ocsf.Record{Origin: j.Origin, Size: c.Size, Checkpoint: string(j.Checkpoint)}
		}
	}
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	for f, err := range found {
		if err != nil {
			return err
		}
		r := signed[f.Journal]
		r.Sequence, r.Leaf, r.Payload, r.Name = f.Sequence, f.Leaf, f.Payload, f.Name()
		if err := out.Encode(ocsf.Of(&f.Entry, r)); err != nil {
			return err
		}
	}
	return nil
}
