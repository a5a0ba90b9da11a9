// Package evidence makes an evidence pack (証跡一式): what an officer hands in with a report under Article 11(5), and what
// anybody can verify without us.
//
// A pack holds the entries of a time, each with the proof that it is in the journal under one signed checkpoint; who was
// inside and how the doors stood at the moment in question; how everything stands now; and SHA256SUMS over all of that, in
// the form of sha256sum. Entries that are not for the asker, and those that were purged, leave their number and leaf hash:
// that they are there is not hidden. Names are in it only where the asker may have them.
//
// Verify checks a pack with the controller's verifier key alone and finds every changed, missing or added byte. It reads
// no database and asks nobody.
package evidence

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/store"
)

// The files of a pack.
const (
	indexFile      = "README.txt"
	aboutFile      = "about.json"
	entriesFile    = "entries.jsonl"
	readableFile   = "entries.txt"
	proofsDir      = "proofs/"
	checkpointFile = "checkpoint.txt"
	verifierFile   = "verifier.txt"
	insideFile     = "inside.json"
	doorsFile      = "doors.json"
	nowFile        = "now.json"
	sumsFile       = "SHA256SUMS"
)

// Most is how many entries a pack holds at most: it is made in memory, on a small machine.
const Most = 10_000

// Asked is what a pack is made of, and for whom.
type Asked struct {
	Site       string
	Made       time.Time
	Account    string
	Purpose    string
	Alarm      string
	Zone       string    // "" = all
	At         time.Time // the moment in question
	From       time.Time
	Until      time.Time
	Names      bool                      // private parts, and the register's
	Shows      func(*journal.Entry) bool // whether the asker may see an entry
	Checkpoint []byte                    // signed, and as new as the entries that are asked for
	Public     string                    // the verifier key of who signed it
	Config     string                    // digest of the configuration in force now
	Now        any                       // how everything stands now
}

// Source is a journal that a pack is made of: the door's own, or what the central log has of it.
type Source interface {
	Rows(ctx context.Context, from uint64, n int) ([]store.Row, error)
	HashReader(ctx context.Context) tlog.HashReader
	Inside(ctx context.Context, zone string, at time.Time) iter.Seq2[ledger.Visit, error]
}

// File is one file of a pack.
type File struct {
	Name string
	Body []byte
}

// Pack is the files of one, in order, with what the record says of it.
type Pack struct {
	Files   []File
	Entries int
	Digest  string // of SHA256SUMS, hex
}

// about is what a machine reads of a pack.
type about struct {
	Site       string    `json:"site"`
	Made       time.Time `json:"made"`
	Account    string    `json:"account"`
	Alarm      string    `json:"alarm,omitempty"`
	Zone       string    `json:"zone,omitempty"`
	At         time.Time `json:"at"`
	From       time.Time `json:"from"`
	Until      time.Time `json:"until"`
	First      uint64    `json:"first"`
	Entries    int       `json:"entries"`
	Withheld   int       `json:"withheld"`
	Purged     int       `json:"purged"`
	Names      bool      `json:"names"`
	Config     string    `json:"config_now"`
	ConfigThen string    `json:"config_then,omitempty"`
}

// line is one of entries.jsonl. Of what is not shown only the leaf's hash is there.
type line struct {
	Sequence uint64          `json:"sequence"`
	Entry    json.RawMessage `json:"entry,omitempty"`
	Private  json.RawMessage `json:"private,omitempty"`
	Leaf     []byte          `json:"leaf,omitempty"`
	Missing  string          `json:"missing,omitempty"` // "withheld", "purged"
}

// ErrTooMany is a time with more entries than a pack holds.
var ErrTooMany = fmt.Errorf("more than %d entries in that time: narrow it (--around)", Most)

// Collect makes a pack.
func Collect(ctx context.Context, r Source, q Asked) (Pack, error) {
	c := collector{q: q, about: about{
		Site: q.Site, Made: q.Made, Account: q.Account, Alarm: q.Alarm, Zone: q.Zone, At: q.At, From: q.From, Until: q.Until,
		Names: q.Names, Config: q.Config,
	}, doors: map[string]*door{}}
	if err := errors.Join(c.entries(ctx, r), c.inside(ctx, r)); err != nil {
		return Pack{}, fmt.Errorf("collect evidence: %w", err)
	}
	c.add(checkpointFile, q.Checkpoint)
	c.add(verifierFile, []byte(q.Public+"\n"))
	for _, f := range []struct {
		name string
		of   any
	}{{aboutFile, c.about}, {nowFile, q.Now}, {doorsFile, c.doors}} {
		b, err := json.MarshalIndent(f.of, "", " ")
		if err != nil {
			return Pack{}, fmt.Errorf("collect evidence: %s: %w", f.name, err)
		}
		c.add(f.name, append(b, '\n'))
	}
	c.add(indexFile, c.index())
	sums := sumsOf(c.files)
	c.add(sumsFile, sums)
	digest := sha256.Sum256(sums)
	return Pack{Files: c.files, Entries: c.about.Entries, Digest: hex.EncodeToString(digest[:])}, nil
}

type collector struct {
	q     Asked
	about about
	files []File
	doors map[string]*door
}

func (c *collector) add(name string, body []byte) { c.files = append(c.files, File{name, body}) }

// entries adds the entries of the time, each with its proof.
func (c *collector) entries(ctx context.Context, r Source) error {
	signed, err := journal.PeekCheckpoint(c.q.Checkpoint)
	if err != nil {
		return err
	}
	first, err := seek(ctx, r, signed.Size, c.q.From)
	if err != nil {
		return err
	}
	last, err := seek(ctx, r, signed.Size, c.q.Until)
	if err != nil {
		return err
	}
	if last-first > Most {
		return ErrTooMany
	}
	c.about.First, c.about.Entries = first, int(last-first)
	var lines, readable bytes.Buffer
	for from := first; from < last; {
		rows, err := r.Rows(ctx, from, int(min(last-from, 500)))
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return fmt.Errorf("entry %d is missing: run kidoban journal verify", from)
		}
		for _, row := range rows {
			if err := c.entry(ctx, r, row, &lines, &readable); err != nil {
				return err
			}
			from = row.Sequence + 1
		}
	}
	c.add(entriesFile, lines.Bytes())
	c.add(readableFile, readable.Bytes())
	return nil
}

func (c *collector) entry(ctx context.Context, r Source, row store.Row, lines, readable *bytes.Buffer) error {
	l := line{Sequence: row.Sequence}
	if row.Payload == nil {
		l.Leaf, l.Missing = row.Leaf[:], "purged"
		c.about.Purged++
		return writeLine(lines, l)
	}
	e, err := journal.Parse(row.Payload)
	if err != nil {
		return fmt.Errorf("entry %d: %w: run kidoban journal verify", row.Sequence, err)
	}
	if !c.q.Shows(&e.Entry) {
		l.Leaf, l.Missing = row.Leaf[:], "withheld"
		c.about.Withheld++
		return writeLine(lines, l)
	}
	proof, err := journal.Prove(row.Sequence, row.Payload, c.q.Checkpoint, r.HashReader(ctx))
	if err != nil {
		return err
	}
	c.add(proofName(row.Sequence), proof.Text())
	if l.Entry = row.Payload; c.q.Names {
		l.Private = row.Private
	}
	c.then(&e.Entry)
	fmt.Fprintf(readable, "%018d %s %-24s %s\n", row.Sequence, e.Entry.At.Wall.In(jst).Format("2006-01-02 15:04:05.000"), e.Entry.Type, e.Entry.Subject)
	return writeLine(lines, l)
}

func proofName(n uint64) string { return fmt.Sprintf("%s%018d.txt", proofsDir, n) }

// writeLine keeps entry and private part byte for byte: they are what is hashed.
func writeLine(w *bytes.Buffer, l line) error {
	fmt.Fprintf(w, `{"sequence":%d`, l.Sequence)
	for _, part := range []struct {
		name string
		body []byte
	}{{"entry", l.Entry}, {"private", l.Private}} {
		if part.body != nil {
			fmt.Fprintf(w, `,"%s":%s`, part.name, part.body)
		}
	}
	if l.Leaf != nil {
		fmt.Fprintf(w, `,"leaf":"%s","missing":"%s"`, base64.StdEncoding.EncodeToString(l.Leaf), l.Missing)
	}
	w.WriteString("}\n")
	return nil
}

// seek is the first entry at or after a time. Where the clock was stepped the order of entries is not that of time: then a
// wider time holds what is looked for.
func seek(ctx context.Context, r Source, size uint64, at time.Time) (uint64, error) {
	low, high := uint64(0), size
	for low < high {
		mid := low + (high-low)/2
		rows, err := r.Rows(ctx, mid, 1)
		if err != nil {
			return 0, err
		}
		before := true // what was purged is older than what was not
		if len(rows) == 1 && rows[0].Payload != nil {
			e, err := journal.Parse(rows[0].Payload)
			if err != nil {
				return 0, fmt.Errorf("entry %d: %w", mid, err)
			}
			before = e.Entry.At.Wall.Before(at)
		}
		if before {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low, nil
}

// inside adds who was inside at the moment in question, as the register tells it today.
func (c *collector) inside(ctx context.Context, r Source) error {
	found := []ledger.Visit{}
	for v, err := range r.Inside(ctx, c.q.Zone, c.q.At) {
		if err != nil {
			return err
		}
		if !c.q.Names {
			v = ledger.Visit{ID: v.ID, Zone: v.Zone, Person: v.Person, Class: v.Class, Entered: v.Entered, Left: v.Left, Permit: v.Permit}
		}
		found = append(found, v)
	}
	b, err := json.MarshalIndent(found, "", " ")
	c.add(insideFile, append(b, '\n'))
	return err
}

func sumsOf(files []File) []byte {
	var out []byte
	for _, f := range files {
		sum := sha256.Sum256(f.Body)
		out = fmt.Appendf(out, "%x  %s\n", sum, f.Name)
	}
	return out
}

var jst = time.FixedZone("JST", 9*60*60)
