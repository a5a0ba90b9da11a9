package desk

import (
	"context"
	"errors"
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

// learn watches a reader for one frame and shows it.
func (k *Desk) learn(w http.ResponseWriter, r *http.Request) {
	l, ok := read[Learn](w, r)
	if !ok {
		return
	}
	bits, no := k.watch(r, l)
	if no != nil {
		refuse(w, no.status, "%v", no.error)
		return
	}
	reply(w, http.StatusOK, map[string]string{"bits": bits})
}

// watch waits for one frame at a reader. That an account does is on record before it sees anything.
func (k *Desk) watch(r *http.Request, l Learn) (bits string, _ *refused) {
	switch {
	case !k.may(r, account.ChangeRoster, account.ApplyForCard, account.IssueCard):
		return "", &refused{errors.New("only who enrols cards sees what a badge sends"), http.StatusForbidden}
	case k.Learner == nil:
		return "", missing("the readers of this daemon cannot be watched")
	case k.reader(l) == nil:
		return "", missing("there is no such reader: name a door of the configuration, and entry or exit")
	}
	within := min(max(l.For, time.Second), time.Minute)
	note := controller.Note{Type: journal.RosterChanged, Data: journal.Data{
		Mode: "learn", Door: l.Door, Direction: l.Side, DurationMS: within.Milliseconds(),
	}}
	answer, err := k.Controller.Ask(r.Context(), controller.Request{Account: k.account(r), Ask: note})
	switch {
	case err != nil:
		return "", broken(err)
	case answer.Refusal != "":
		return "", &refused{errors.New(answer.Refusal), http.StatusConflict}
	}
	ctx, cancel := context.WithTimeout(r.Context(), within)
	defer cancel()
	if bits, err = k.Learner.Learn(ctx, l.Door, l.Side); err != nil {
		return "", &refused{err, http.StatusConflict}
	}
	return bits, nil
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
