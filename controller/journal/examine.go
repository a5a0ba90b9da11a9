package journal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"math"
	"strconv"

	"golang.org/x/mod/sumdb/tlog"
)

// Row is one row of a journal, as it lies there. Its bytes are its source's and change with the next row.
type Row struct {
	Sequence int64
	Hashes   []byte // the leaf's stored hash and those of the subtrees that it completes; nil in an export
	Payload  []byte // nil once purged
	Private  []byte
}

// Leaf is what Examine finds in one row by itself.
type Leaf struct {
	Sequence int64
	Hash     tlog.Hash // of the payload as it is
	Hashes   []byte    // the row's
	Purged   bool
	Said     int64 // the sequence that the payload names, unsaid if it names none
	Journal  string
	Private  Kind // PrivateEdited, PrivateMissing, PrivateInserted or none
	Purge    *Purge
}

const unsaid = math.MinInt64

// Examiner does the half of verifying that needs one row alone; it is the costly half, and many may work side by side.
type Examiner struct{ head, source []byte }

// NewExaminer is for the journal whose checkpoints begin with line.
func NewExaminer(o Origin) Examiner {
	head := appendEscaped([]byte(`{"specversion":"1.0","id":"`), o.Controller)
	head = append(appendEscaped(append(head, '/'), o.Journal), '/')
	source := appendEscaped([]byte(`","source":"kidoban/`), o.Site)
	source = appendEscaped(append(source, '/'), o.Controller)
	return Examiner{head, append(source, `","type":"kidoban.`...)}
}

// Examine looks at one row. The leaf keeps the row's Hashes, nothing else of it.
func (x Examiner) Examine(r Row) Leaf {
	l := Leaf{Sequence: r.Sequence, Hashes: r.Hashes, Said: unsaid}
	if r.Payload == nil {
		l.Purged, l.Said = true, r.Sequence
		if r.Private != nil {
			l.Private = PrivateInserted
		}
		return l
	}
	l.Hash = LeafHash(r.Payload)
	t, ok := x.quick(r.Payload, &l)
	if !ok || t == JournalPurged {
		x.slow(r.Payload, &l)
	}
	l.Private = bound(r.Payload, r.Private)
	return l
}

// quick reads id and type where the journal's own entries have them.
func (x Examiner) quick(payload []byte, l *Leaf) (Type, bool) {
	const digits = 18
	n := len(x.head) + digits
	if len(payload) < n+len(x.source) || !bytes.HasPrefix(payload, x.head) ||
		!bytes.HasPrefix(payload[n:], x.source) {
		return "", false
	}
	var seq int64
	for _, c := range payload[len(x.head):n] {
		if c < '0' || c > '9' {
			return "", false
		}
		seq = seq*10 + int64(c-'0')
	}
	l.Said = seq
	if bytes.HasPrefix(payload[n+len(x.source):], []byte(JournalPurged+`"`)) {
		return JournalPurged, true
	}
	return "", true
}

func (x Examiner) slow(payload []byte, l *Leaf) {
	s, err := Parse(payload)
	if err != nil {
		l.Said = unsaid
		return
	}
	l.Said = int64(s.Sequence)
	if !bytes.HasPrefix(payload, x.head) {
		l.Journal = s.Origin.Line()
	}
	if s.Entry.Type == JournalPurged {
		l.Purge = &Purge{Ranges: s.Entry.Data.Ranges, Count: s.Entry.Data.Count, Digest: s.Entry.Data.Digest}
	}
}

// BindsPrivate is the hash, hex SHA-256, of the private part that an entry's bytes bind.
func BindsPrivate(payload []byte) (hash string, ok bool) {
	const mark, end = `"private":"`, `"}}`
	i := len(payload) - len(mark) - 2*sha256.Size - len(end)
	if i < 0 || string(payload[i:i+len(mark)]) != mark || !bytes.HasSuffix(payload, []byte(end)) {
		return "", false
	}
	return string(payload[i+len(mark) : len(payload)-len(end)]), true
}

// Bound reports whether an entry binds these bytes as its private part.
func Bound(payload, private []byte) bool { return private != nil && bound(payload, private) == 0 }

// bound judges a private part against data.private, which where it is there ends the payload.
func bound(payload, private []byte) Kind {
	hash, binds := BindsPrivate(payload)
	switch {
	case !binds && private != nil:
		return PrivateInserted
	case !binds:
		return 0
	case private == nil:
		return PrivateMissing
	}
	if sum := sha256.Sum256(private); hex.EncodeToString(sum[:]) != hash {
		return PrivateEdited
	}
	return 0
}

// Purge is what a journal.purged entry lists.
type Purge struct {
	Ranges string // "0-99,200-299"
	Count  int64
	Digest string // hex SHA-256 of the leaf hashes in order
}

// span is an inclusive range of sequences.
type span struct{ from, to uint64 }

// spans reads Ranges: ascending, apart from each other.
func (p *Purge) spans() ([]span, bool) {
	var out []span
	var count uint64
	for part := range bytes.SplitSeq([]byte(p.Ranges), []byte{','}) {
		a, b, ok := bytes.Cut(part, []byte{'-'})
		from, err := strconv.ParseUint(string(a), 10, 62)
		to, err2 := strconv.ParseUint(string(b), 10, 62)
		if !ok || err != nil || err2 != nil || to < from || len(out) > 0 && from <= out[len(out)-1].to {
			return nil, false
		}
		out = append(out, span{from, to})
		count += to - from + 1
	}
	return out, count == uint64(p.Count)
}
