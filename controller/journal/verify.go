package journal

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"iter"
	"slices"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Against is what a journal is verified against.
type Against struct {
	Origin      Origin                                            // site, controller and journal
	Key         note.Verifier                                     // the controller's
	Checkpoints [][]byte                                          // that lie beside the journal
	Known       [][]byte                                          // that come from elsewhere: the central log, a print
	Leaves      func(from, to uint64) iter.Seq2[tlog.Hash, error] // stored leaf hashes, to check purges; may be nil
	Part        *Part                                             // what of it the rows hold; nil = all
	Received    bool                                              // private parts are there as far as they came: one may be missing
	Progress    func(done uint64)                                 // now and then; may be nil
}

// Part is the entries of an export that holds the payloads of some, and of the others their hashes.
type Part struct {
	From  uint64 `json:"from"`
	Until uint64 `json:"until"` // the first one after it
}

// Leaves says that an entry's payload is left out.
func (p *Part) Leaves(seq uint64) bool { return p != nil && (seq < p.From || seq >= p.Until) }

// Verify reads a journal's rows in the order of their sequence and says what is wrong and where. An error is one of
// reading, not of the journal.
func Verify(rows iter.Seq2[Row, error], a Against) (Report, error) {
	x, v := NewExaminer(a.Origin), NewVerification(a)
	for r, err := range rows {
		if err != nil {
			return v.End(), fmt.Errorf("verify: %w", err)
		}
		v.Add(x.Examine(r))
	}
	return v.End(), v.err
}

// Verification is a verify under way: Add each examined row in the order of its sequence, then End.
type Verification struct {
	a      Against
	report Report
	err    error
	grove  grove
	marks  []mark
	moved  []run // entries that name another number
	others []run // foreign and unreadable ones
	purged []span
}

// mark is a checkpoint to be met on the way.
type mark struct {
	Checkpoint
	known bool
}

// run is consecutive entries with the same fault.
type run struct {
	span
	kind   Kind
	shift  int64
	detail string
}

// NewVerification begins one.
func NewVerification(a Against) *Verification {
	v := &Verification{a: a}
	v.grove.report = v.report.add
	for _, msg := range a.Checkpoints {
		v.mark(msg, false)
	}
	for _, msg := range a.Known {
		v.mark(msg, true)
	}
	slices.SortStableFunc(v.marks, func(a, b mark) int { return cmp.Compare(a.Size, b.Size) })
	return v
}

func (v *Verification) mark(msg []byte, known bool) {
	c, err := OpenCheckpoint(msg, v.a.Key)
	if err == nil && c.Origin != v.a.Origin.Line() {
		err = fmt.Errorf("it is of %s", c.Origin)
	}
	if err != nil {
		v.report.add(Problem{Kind: CheckpointFalse, To: c.Size, Detail: err.Error()})
		return
	}
	v.marks = append(v.marks, mark{c, known})
}

// Add takes the next row.
func (v *Verification) Add(l Leaf) {
	next := v.grove.size
	if l.Sequence < int64(next) {
		v.report.add(Problem{Kind: Inserted, From: next, To: next, Detail: fmt.Sprintf("a row numbered %d", l.Sequence)})
		return
	}
	seq := uint64(l.Sequence)
	if seq > next {
		v.report.add(Problem{Kind: Deleted, From: next, To: seq - 1})
		v.grove.jump(seq)
		v.pass()
	}
	v.grove.add(l, v.misplaced(seq, l))
	switch {
	case l.Private == PrivateMissing && v.a.Received:
		v.report.Nameless++
	case l.Private != 0:
		v.report.add(Problem{Kind: l.Private, From: seq, To: seq})
	}
	switch {
	case l.Purged && v.a.Part.Leaves(seq):
		v.report.Left++
	case l.Purged:
		v.report.Purged++
		v.purged = lengthen(v.purged, seq)
	}
	if l.Purge != nil {
		v.purge(seq, l.Purge)
	}
	v.pass()
	if v.a.Progress != nil && v.grove.size%65536 == 0 {
		v.a.Progress(v.grove.size)
	}
}

// misplaced notes an entry that does not belong where it stands. One whose bytes do not even match their hash and do not
// read as an entry was edited, which the tree finds.
func (v *Verification) misplaced(seq uint64, l Leaf) bool {
	switch {
	case l.Said == unsaid && len(l.Hashes) >= sha256.Size && tlog.Hash(l.Hashes) != l.Hash:
		return false
	case l.Said == unsaid:
		v.others = extend(v.others, run{span{seq, seq}, Unreadable, 0, ""})
	case l.Journal != "":
		v.others = extend(v.others, run{span{seq, seq}, Foreign, 0, l.Journal})
	case l.Said != l.Sequence:
		v.moved = extend(v.moved, run{span{seq, seq}, Misnumbered, l.Said - l.Sequence, ""})
	default:
		return false
	}
	return true
}

func extend(list []run, r run) []run {
	if n := len(list); n > 0 {
		if last := &list[n-1]; last.to+1 == r.from && last.kind == r.kind && last.shift == r.shift && last.detail == r.detail {
			last.to = r.to
			return list
		}
	}
	if len(list) > mostProblems {
		return list
	}
	return append(list, r)
}

func lengthen(list []span, seq uint64) []span {
	if n := len(list); n > 0 && list[n-1].to+1 == seq {
		list[n-1].to = seq
		return list
	}
	return append(list, span{seq, seq})
}

// pass compares the tree with the checkpoints that it has reached.
func (v *Verification) pass() {
	for len(v.marks) > 0 && v.marks[0].Size <= v.grove.size {
		m := v.marks[0]
		v.marks = v.marks[1:]
		if m.Size != v.grove.size && m.Size != 0 {
			continue // inside a gap, which is reported
		}
		root, known := v.grove.root(m.Root)
		switch {
		case m.Size == 0, known && root == m.Root:
			v.report.Signed = m.Size
		case known && m.known:
			v.report.add(Problem{Kind: RolledBack, To: m.Size, Detail: "its entries are others"})
		case known:
			v.report.add(Problem{Kind: RootDiffers, From: v.report.Signed, To: m.Size,
				Detail: fmt.Sprintf("one of %d to %d is another, with all its hashes", v.report.Signed, m.Size-1)})
		}
	}
}

// purge takes what a journal.purged entry lists off the payloads that are missed.
func (v *Verification) purge(seq uint64, p *Purge) {
	spans, ok := p.spans()
	if !ok || spans[len(spans)-1].to >= seq {
		v.report.add(Problem{Kind: PurgeFalse, From: seq, To: seq, Detail: "ranges or count"})
		return
	}
	for _, s := range spans {
		v.purged = without(v.purged, s)
	}
	if v.a.Leaves == nil {
		return
	}
	sum := sha256.New()
	for _, s := range spans {
		for h, err := range v.a.Leaves(s.from, s.to) {
			if err != nil {
				v.err = fmt.Errorf("verify: %w", err)
				return
			}
			sum.Write(h[:])
		}
	}
	if hex.EncodeToString(sum.Sum(nil)) != p.Digest {
		v.report.add(Problem{Kind: PurgeFalse, From: seq, To: seq, Detail: "digest"})
	}
}

func without(list []span, s span) []span {
	var out []span
	for _, r := range list {
		if r.to < s.from || r.from > s.to {
			out = append(out, r)
			continue
		}
		if r.from < s.from {
			out = append(out, span{r.from, s.from - 1})
		}
		if r.to > s.to {
			out = append(out, span{s.to + 1, r.to})
		}
	}
	return out
}

// End says what was found.
func (v *Verification) End() Report {
	v.grove.end()
	r := &v.report
	r.Size = v.grove.size
	if root, known := v.grove.root(tlog.Hash{}); known {
		r.Root = root
	}
	for _, m := range v.marks {
		kind := TailCut
		if m.known {
			kind = RolledBack
		}
		r.add(Problem{Kind: kind, From: r.Size, To: m.Size, Detail: fmt.Sprintf("%d entries are there", r.Size)})
	}
	for _, o := range v.others {
		r.add(Problem{o.kind, o.from, o.to, o.detail})
	}
	v.endMoved()
	for _, s := range v.purged {
		r.add(Problem{Kind: PayloadDeleted, From: s.from, To: s.to})
	}
	slices.SortStableFunc(r.Problems, func(a, b Problem) int { return cmp.Compare(a.From, b.From) })
	return *r
}

// endMoved tells entries that changed places from those that an insertion or a deletion shifted.
func (v *Verification) endMoved() {
	at := map[uint64]run{}
	for _, m := range v.moved {
		if m.from == m.to {
			at[m.from] = m
		}
	}
	for _, m := range v.moved {
		says := uint64(int64(m.from) + m.shift)
		if other, ok := at[says]; ok && m.from == m.to && other.shift == -m.shift {
			if m.from < says {
				v.report.add(Problem{Kind: Swapped, From: m.from, To: says})
			}
			continue
		}
		switch p := (Problem{Kind: Misnumbered, From: m.from, To: m.to}); {
		case m.shift < 0:
			p.Detail = fmt.Sprintf("the first says %d, as if %d had been inserted before", says, -m.shift)
			v.report.add(p)
		default:
			p.Detail = fmt.Sprintf("the first says %d, as if %d had been deleted before", says, m.shift)
			v.report.add(p)
		}
	}
}

// Err is what kept the verification from reading something that it needed.
func (v *Verification) Err() error { return v.err }
