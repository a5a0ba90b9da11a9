package retention

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"kidoban/controller/access"
)

// Plan is what of the record may be disposed of on a day: whole fiscal years, class by class, and what is withheld of
// them and why. It is drawn from the disk and decided upon by people; nothing goes by itself.
type Plan struct {
	Day      Date       `json:"day"`
	Decided  string     `json:"decided,omitzero"` // who set the periods of Article 25(4), and when
	Holds    []string   `json:"holds"`            // that stood when it was drawn
	Counts   []Count    `json:"counts"`
	Withheld []Withheld `json:"withheld"`

	Lists       []List            `json:"lists"` // of entries: one journal.purged each
	Lines       []Span            `json:"lines"` // of the register, by the store's keys
	Emergencies []string          `json:"emergencies,omitempty"`
	Documents   []DocumentKey     `json:"documents,omitempty"`
	Permits     []access.PermitID `json:"permits,omitempty"`
	Persons     []access.PersonID `json:"persons,omitempty"` // whom nothing refers to any more
}

// Count is how much of a class and fiscal year goes. Of the register, Rows are its lines.
type Count struct {
	Class   Class `json:"class"`
	Year    int   `json:"year"`
	Entries int   `json:"entries"`
	Rows    int   `json:"rows"`
}

// Withheld is how much of a class and fiscal year stays although its day has come.
type Withheld struct {
	Class   Class  `json:"class"`
	Year    int    `json:"year"`
	Why     Reason `json:"why"`
	Entries int    `json:"entries"`
	Rows    int    `json:"rows"`
	Example string `json:"example,omitempty"` // one of them
}

// Span is inclusive.
type Span struct {
	From uint64 `json:"from"`
	To   uint64 `json:"to"`
}

// List is entries whose payload goes, as a journal.purged entry names them.
type List struct {
	Ranges string `json:"ranges"`
	Count  int64  `json:"count"`
	Digest string `json:"digest,omitempty"` // hex SHA-256 of their leaf hashes, in order
}

// DocumentKey names a document.
type DocumentKey struct {
	Kind string `json:"kind"`
	ID   string `json:"id"`
}

// Reason is why something stays although its day has come.
type Reason string

// The reasons.
const (
	Unset       Reason = "unset"       // no period is set: Article 25(4)
	Held        Reason = "held"        // 廃棄留保
	Open        Reason = "open"        // not ended: a line without exit, an emergency entry not completed, an alarm not closed
	Waiting     Reason = "waiting"     // the line waits for a consent
	Cited       Reason = "cited"       // a line that stays cites it, or cannot be understood without it
	Undelivered Reason = "undelivered" // the central log has not acknowledged it
	Undated     Reason = "undated"     // nobody can tell when it was: the clock was not synchronised
)

var reasonWords = map[Reason][2]string{
	Unset: {"保存期間が未設定", "no period is set"}, Held: {"廃棄留保", "held"}, Open: {"未了", "not ended"},
	Waiting: {"承諾待ち", "waits for a consent"}, Cited: {"保存中の行が引用", "a line that stays cites it"},
	Undelivered: {"中央記録に未着", "the central log does not have it"}, Undated: {"日付不明", "its date is not known"},
}

// Name is the reason in words.
func (r Reason) Name(l access.Language) string {
	if l == access.English {
		return reasonWords[r][1]
	}
	return reasonWords[r][0]
}

// Empty says that nothing may go.
func (p *Plan) Empty() bool {
	return len(p.Lists)+len(p.Lines)+len(p.Emergencies)+len(p.Documents)+len(p.Permits)+len(p.Persons) == 0
}

// Entries is how many entries lose their payload.
func (p *Plan) Entries() (n int64) {
	for _, l := range p.Lists {
		n += l.Count
	}
	return n
}

// Rows is how many lines, permits, emergency entries and documents go.
func (p *Plan) Rows() (n int) {
	for _, c := range p.Counts {
		n += c.Rows
	}
	return n
}

// Digest names what goes: who approves a plan approves this, whatever is drawn on a later day.
func (p *Plan) Digest() string {
	what := *p
	what.Day, what.Withheld, what.Holds = Date{}, nil, nil
	b, err := json.Marshal(what)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// rangesMost is how long one list of ranges may be, so that its entry stays far under the wire's 8 KiB.
const rangesMost = 6000

// lists writes spans as lists that fit an entry.
func lists(spans []Span) (out []List) {
	var b strings.Builder
	var n int64
	end := func() {
		if b.Len() > 0 {
			out = append(out, List{Ranges: b.String(), Count: n})
		}
		b.Reset()
		n = 0
	}
	for _, s := range spans {
		if b.Len() > rangesMost {
			end()
		}
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.FormatUint(s.From, 10) + "-" + strconv.FormatUint(s.To, 10))
		n += int64(s.To - s.From + 1)
	}
	end()
	return out
}

// Spans reads a list's ranges back.
func (l List) Spans() (out []Span, ok bool) {
	for part := range strings.SplitSeq(l.Ranges, ",") {
		a, b, found := strings.Cut(part, "-")
		from, err := strconv.ParseUint(a, 10, 62)
		to, err2 := strconv.ParseUint(b, 10, 62)
		if !found || err != nil || err2 != nil || to < from {
			return nil, false
		}
		out = append(out, Span{from, to})
	}
	return out, true
}

// join adds a number to ascending spans.
func join(list []Span, n uint64) []Span {
	if k := len(list); k > 0 && list[k-1].To+1 == n {
		list[k-1].To = n
		return list
	}
	return append(list, Span{n, n})
}

func sorted[V any](m map[bin]*V, less func(a, b *V) int) []V {
	all := make([]*V, 0, len(m))
	for _, v := range m {
		all = append(all, v)
	}
	slices.SortFunc(all, less)
	out := make([]V, 0, len(all))
	for _, v := range all {
		out = append(out, *v)
	}
	return out
}

// bin is what counts are kept by.
type bin struct {
	class Class
	year  int
	why   Reason
}

func byBin(a, b *Count) int {
	return cmp.Or(cmp.Compare(a.Class, b.Class), cmp.Compare(a.Year, b.Year))
}

func byReason(a, b *Withheld) int {
	return cmp.Or(cmp.Compare(a.Class, b.Class), cmp.Compare(a.Year, b.Year), cmp.Compare(a.Why, b.Why))
}
