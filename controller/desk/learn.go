package desk

import (
	"context"
	"net/http"
	"time"

	"kidoban/config"
	"kidoban/controller"
	"kidoban/controller/account"
	"kidoban/controller/journal"
)

// Learn asks what the next badge at a reader sends.
type Learn struct {
	Door string        `json:"door"`
	Side string        `json:"side"`
	For  time.Duration `json:"for"`
}

// learn watches a reader for one frame. That an account does is on record before it sees anything.
func (k *Desk) learn(w http.ResponseWriter, r *http.Request) {
	l, ok := read[Learn](w, r)
	switch {
	case !ok:
		return
	case !k.may(r, account.ChangeRoster, account.ApplyForCard, account.IssueCard):
		refuse(w, http.StatusForbidden, "only who enrols cards sees what a badge sends")
		return
	case k.Learner == nil:
		refuse(w, http.StatusNotFound, "the readers of this daemon cannot be watched")
		return
	case k.reader(l) == nil:
		refuse(w, http.StatusNotFound, "there is no such reader: name a door of the configuration, and entry or exit")
		return
	}
	within := min(max(l.For, time.Second), time.Minute)
	note := controller.Note{Type: journal.RosterChanged, Data: journal.Data{
		Mode: "learn", Door: l.Door, Direction: l.Side, DurationMS: within.Milliseconds(),
	}}
	answer, err := k.Controller.Ask(r.Context(), controller.Request{Account: k.account(r), Ask: note})
	switch {
	case err != nil:
		refuse(w, http.StatusServiceUnavailable, "%v", err)
		return
	case answer.Refusal != "":
		refuse(w, http.StatusConflict, "%s", answer.Refusal)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), within)
	defer cancel()
	bits, err := k.Learner.Learn(ctx, l.Door, l.Side)
	if err != nil {
		refuse(w, http.StatusConflict, "%v", err)
		return
	}
	reply(w, http.StatusOK, map[string]string{"bits": bits})
}

// reader is the reader that is meant, nil if there is none.
func (k *Desk) reader(l Learn) *config.Reader {
	for _, d := range k.Config.Doors {
		switch {
		case d.Name != l.Door:
		case l.Side == "entry":
			return d.Entry
		case l.Side == "exit":
			return d.Leave
		}
	}
	return nil
}
