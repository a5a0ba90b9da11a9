package store

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"

	"golang.org/x/mod/sumdb/note"

	"kidoban/controller/journal"
)

// An export is JSON lines: whose it is with the checkpoints that lie beside it, then every entry in order. The entry and
// the private part stand in their lines byte for byte. One of a part leaves the payloads of the others out, whose hashes
// stay; entries that list what was disposed of are in every part.
type (
	// ExportHead is the first line of an export.
	ExportHead struct {
		Export     string        `json:"kidoban_export"` // the version of this form; WriteExport sets it
		Site       string        `json:"site"`
		Controller string        `json:"controller"`
		Journal    string        `json:"journal"`
		Verifier   string        `json:"verifier"`
		Checkpoint []string      `json:"checkpoints"`
		Part       *journal.Part `json:"part,omitempty"`     // nil = all of it
		Received   bool          `json:"received,omitempty"` // a central log's: private parts as far as they came there
	}
	exportLine struct {
		Sequence   *int64          `json:"sequence,omitempty"`
		Hashes     []byte          `json:"hashes,omitempty"`
		Entry      json.RawMessage `json:"entry,omitempty"`
		Raw        []byte          `json:"raw,omitempty"` // the entry, where it is no JSON line
		Private    json.RawMessage `json:"private,omitempty"`
		RawPrivate []byte          `json:"raw_private,omitempty"`
	}
)

const (
	exportVersion = "1"
	mostLine      = 1 << 20
)

// Export writes the whole journal with its private parts: names are in it.
func (r *Reader) Export(ctx context.Context, w io.Writer) error {
	buf := bufio.NewWriter(w)
	return fault("export journal", errors.Join(r.export(ctx, buf), buf.Flush()))
}

func (r *Reader) export(ctx context.Context, w io.Writer) error {
	own, err := r.checkpointBeside() // before the entries, so that it never covers more than follow
	if err != nil {
		return err
	}
	h := ExportHead{Site: r.origin.Site, Controller: r.origin.Controller, Journal: r.origin.Journal, Verifier: r.public}
	for _, c := range r.beside(own) {
		h.Checkpoint = append(h.Checkpoint, string(c))
	}
	return WriteExport(w, h, r.between(ctx, -1<<63, 1<<63-1))
}

// WriteExport writes an export of rows, wherever they come from. Of a part it writes no payload that lies outside.
func WriteExport(w io.Writer, h ExportHead, rows iter.Seq2[journal.Row, error]) error {
	h.Export = exportVersion
	head, err := json.Marshal(h)
	if err != nil {
		return err
	}
	if _, err := w.Write(append(head, '\n')); err != nil {
		return err
	}
	var b []byte
	for row, err := range rows {
		if err != nil {
			return err
		}
		if h.Part.Leaves(uint64(row.Sequence)) && journal.TypeOf(row.Payload) != journal.JournalPurged {
			row.Payload, row.Private = nil, nil
		}
		b = appendLine(b[:0], row)
		if _, err := w.Write(b); err != nil {
			return err
		}
	}
	return nil
}

func appendLine(b []byte, row journal.Row) []byte {
	b = fmt.Appendf(b, `{"sequence":%d,"hashes":"`, row.Sequence)
	b = append(base64.StdEncoding.AppendEncode(b, row.Hashes), '"')
	b = appendPart(b, "entry", "raw", row.Payload)
	b = appendPart(b, "private", "raw_private", row.Private)
	return append(b, '}', '\n')
}

func appendPart(b []byte, name, raw string, part []byte) []byte {
	switch {
	case part == nil:
		return b
	case json.Valid(part) && part[0] == '{' && bytes.IndexByte(part, '\n') < 0:
		return append(fmt.Appendf(b, `,"%s":`, name), part...)
	}
	return append(base64.StdEncoding.AppendEncode(fmt.Appendf(b, `,"%s":"`, raw), part), '"')
}

// ExportOf reads the first line of an export.
func ExportOf(r io.Reader) (*Export, error) {
	x := &Export{lines: bufio.NewScanner(r)}
	x.lines.Buffer(make([]byte, 64<<10), mostLine)
	var head ExportHead
	if !x.lines.Scan() {
		return nil, errors.Join(errors.New("read export: it is empty"), x.lines.Err())
	}
	if err := json.Unmarshal(x.lines.Bytes(), &head); err != nil || head.Export != exportVersion {
		return nil, errors.New("read export: the first line is not that of an export")
	}
	x.origin = journal.Origin{Site: head.Site, Controller: head.Controller, Journal: head.Journal}
	x.public, x.part, x.received = head.Verifier, head.Part, head.Received
	for _, c := range head.Checkpoint {
		x.checkpoints = append(x.checkpoints, []byte(c))
	}
	return x, nil
}

// Export is an exported journal.
type Export struct {
	lines       *bufio.Scanner
	origin      journal.Origin
	public      string
	checkpoints [][]byte
	part        *journal.Part
	received    bool
}

// Origin is whose journal the export says it is.
func (x *Export) Origin() journal.Origin { return x.origin }

// Public is the verifier key that the export names; it proves nothing by itself.
func (x *Export) Public() string { return x.public }

// Verify reads the export to its end and says what is wrong and where. Of purges it checks the ranges, not the digest.
func (x *Export) Verify(with Verifying) (journal.Report, error) {
	a := journal.Against{Origin: x.origin, Key: with.Key, Known: with.Known, Progress: with.Progress,
		Checkpoints: x.checkpoints, Part: x.part, Received: x.received}
	if with.Key == nil {
		key, err := note.NewVerifier(x.public)
		if err != nil {
			return journal.Report{}, fmt.Errorf("verify export: its verifier key: %w", err)
		}
		a.Key = key
	}
	a.Origin.Journal = journal.JournalID(a.Key)
	return journal.Verify(x.rows(), a)
}

func (x *Export) rows() iter.Seq2[journal.Row, error] {
	return func(yield func(journal.Row, error) bool) {
		for n := 2; x.lines.Scan(); n++ {
			var l exportLine
			if err := json.Unmarshal(x.lines.Bytes(), &l); err != nil {
				yield(journal.Row{}, fmt.Errorf("line %d: %w", n, err))
				return
			}
			if l.Sequence == nil {
				yield(journal.Row{}, fmt.Errorf("line %d is no entry", n))
				return
			}
			row := journal.Row{Sequence: *l.Sequence, Hashes: l.Hashes, Payload: l.Entry, Private: l.Private}
			if l.Raw != nil {
				row.Payload = l.Raw
			}
			if l.RawPrivate != nil {
				row.Private = l.RawPrivate
			}
			if !yield(row, nil) {
				return
			}
		}
		if err := x.lines.Err(); err != nil {
			yield(journal.Row{}, err)
		}
	}
}
