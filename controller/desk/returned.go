package desk

import (
	"encoding/json"
	"net/http"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/store"
)

// Returned is a proposal of one's own that somebody has sent back, and why.
type Returned struct {
	ID     string    `json:"id"`
	Kind   string    `json:"kind"`
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	Reason string    `json:"reason,omitempty"`
}

// What was sent back is shown for a month, at most so many.
const (
	returnedFor  = 31 * 24 * time.Hour
	returnedMost = 20
)

// returned tells those who proposed something what was sent back to them; of nobody else's proposals.
func (k *Desk) returned(w http.ResponseWriter, r *http.Request) {
	out, me := []Returned{}, k.account(r).Person
	if me == "" {
		reply(w, http.StatusOK, out)
		return
	}
	x, err := k.indexed(r.Context())
	if err != nil {
		refuse(w, http.StatusServiceUnavailable, "%v", err)
		return
	}
	for e, err := range k.Store.Entries(r.Context(), store.Search{
		Span: access.Span{From: k.Clock.Now().Wall.Add(-returnedFor)}, Person: me, Types: []journal.Type{journal.RosterRejected}, Newest: true,
	}) {
		if err != nil {
			refuse(w, http.StatusServiceUnavailable, "%v", err)
			return
		}
		if d := &e.Entry.Data; d.Person == string(me) && d.Reason == "sent_back" {
			out = append(out, Returned{d.Proposal, d.Detail, e.Entry.At.Wall, x.Of(access.PersonID(d.Approver)).Name, reasonOf(e.Private)})
		}
		if len(out) == returnedMost {
			break
		}
	}
	reply(w, http.StatusOK, out)
}

// reasonOf is the reason in a private part, "" where there is none.
func reasonOf(private []byte) string {
	var words struct {
		Reason string `json:"reason"`
	}
	_ = json.Unmarshal(private, &words)
	return words.Reason
}
