package desk

import (
	"context"
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
	out, err := k.returnedTo(r.Context(), k.account(r).Person, returnedFor)
	if err != nil {
		refuse(w, http.StatusServiceUnavailable, "%v", err)
		return
	}
	reply(w, http.StatusOK, out)
}

// returnedTo is what was sent back to a person lately, newest first. Entries of this type are few and those about a person
// many, so the former are looked through.
func (k *Desk) returnedTo(ctx context.Context, me access.PersonID, within time.Duration) ([]Returned, error) {
	out := []Returned{}
	if me == "" {
		return out, nil
	}
	for e, err := range k.Store.Entries(ctx, store.Search{
		Span: access.Span{From: k.Clock.Now().Wall.Add(-within)}, Types: []journal.Type{journal.RosterRejected}, Newest: true,
	}) {
		if err != nil {
			return nil, err
		}
		if d := &e.Entry.Data; d.Person == string(me) && d.Reason == "sent_back" {
			out = append(out, Returned{d.Proposal, d.Detail, e.Entry.At.Wall, d.Approver, reasonOf(e.Private)})
		}
		if len(out) == returnedMost {
			break
		}
	}
	if len(out) == 0 {
		return out, nil
	}
	x, err := k.indexed(ctx)
	if err != nil {
		return nil, err
	}
	for i := range out {
		out[i].By = x.Of(access.PersonID(out[i].By)).Name
	}
	return out, nil
}

// reasonOf is the reason in a private part, "" where there is none.
func reasonOf(private []byte) string {
	var words struct {
		Reason string `json:"reason"`
	}
	_ = json.Unmarshal(private, &words)
	return words.Reason
}
