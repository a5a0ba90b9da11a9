package desk

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/store"
)

// Coverage is what was done in a fiscal year to deter, prevent, detect and recover, and when: Article 6. It shows no person.
type Coverage struct {
	Year  int       `json:"year"`
	Began time.Time `json:"began,omitzero"` // the journal; zero where its first entry was disposed of
	Done  []Act     `json:"done"`           // in the order of the record
}

// Act is one thing that was done.
type Act struct {
	Kind     CoverageKind `json:"kind"`
	At       time.Time    `json:"at"`
	Sequence uint64       `json:"sequence"` // its entry
	Of       string       `json:"of,omitempty"`
	Bad      bool         `json:"bad,omitempty"` // it failed, or found something
}

// CoverageKind is what sort of thing was done.
type CoverageKind string

// The kinds.
const (
	CoverVerified CoverageKind = "verified" // 証跡の検証
	CoverReviewed CoverageKind = "reviewed" // 月次点検; Of is the month and the zone
	CoverBackedUp CoverageKind = "backed_up"
	CoverCounted  CoverageKind = "counted" // 現物照合
	CoverDrilled  CoverageKind = "drilled" // 訓練
	CoverDisposed CoverageKind = "disposed"
)

var covering = map[journal.Type]CoverageKind{
	journal.JournalVerified: CoverVerified, journal.JournalVerificationFailed: CoverVerified, journal.RegisterChecked: CoverReviewed,
	journal.JournalBackedUp: CoverBackedUp, journal.CredentialCounted: CoverCounted, journal.EmergencyDeclared: CoverDrilled,
	journal.JournalPurged: CoverDisposed,
}

func (k *Desk) coverage(w http.ResponseWriter, r *http.Request) {
	year, err := strconv.Atoi(r.URL.Query().Get("year"))
	if err != nil || year < 2000 || year > 2199 {
		refuse(w, http.StatusBadRequest, "name a fiscal year like 2026")
		return
	}
	from := time.Date(year, time.April, 1, 0, 0, 0, 0, access.JST)
	q := store.Search{Span: access.Span{From: from, Until: from.AddDate(1, 0, 0)}}
	for t := range covering {
		q.Types = append(q.Types, t)
	}
	out := Coverage{Year: year, Began: k.began(r.Context()), Done: []Act{}}
	for f, err := range k.Store.Entries(r.Context(), q) {
		if err != nil {
			refuse(w, http.StatusServiceUnavailable, "%v", err)
			return
		}
		if e := &f.Entry; e.Type != journal.EmergencyDeclared || e.Data.Drill {
			out.Done = append(out.Done, Act{
				Kind: covering[e.Type], At: e.At.Wall, Sequence: f.Sequence, Of: e.Data.Document,
				Bad: e.Severity != journal.Info && e.Severity != journal.Notice,
			})
		}
	}
	reply(w, http.StatusOK, out)
}

// began is when the journal did, as its first entry states it.
func (k *Desk) began(ctx context.Context) time.Time {
	rows, err := k.Store.Rows(ctx, 0, 1)
	if err != nil || len(rows) == 0 {
		return time.Time{}
	}
	first, err := journal.Parse(rows[0].Payload)
	if err != nil {
		return time.Time{}
	}
	return first.Entry.At.Wall
}
