package desk

import (
	"context"
	"fmt"
	"net/http"

	"kidoban/controller"
	"kidoban/controller/account"
	"kidoban/controller/ledger"
)

// Decision is an approval, or with a reason a rejection.
type Decision struct {
	ID     string `json:"id"`
	Reason string `json:"reason,omitempty"`
}

// Correction is one field of a line of the register that is to be corrected.
type Correction struct {
	Visit  string `json:"visit"`
	Field  string `json:"field"`
	After  string `json:"after"`
	Reason string `json:"reason"`
}

// approve approves a proposal; that of a correction with the line as it is stored now.
func (k *Desk) approve(w http.ResponseWriter, r *http.Request) {
	d, ok := read[Decision](w, r)
	if !ok {
		return
	}
	ask := controller.Approve{ID: d.ID}
	a, err := k.Controller.Ask(r.Context(), controller.Request{Account: k.account(r), Ask: controller.AskProposals{}})
	if err != nil {
		refuse(w, http.StatusServiceUnavailable, "%v", err)
		return
	}
	waiting, _ := a.Value.([]controller.Proposal)
	for _, p := range waiting {
		if p.ID != d.ID || p.Visit == "" {
			continue
		}
		if ask.Row, err = k.line(r.Context(), p.Visit); err != nil {
			refuse(w, http.StatusConflict, "%v", err)
			return
		}
	}
	k.ask(w, r, ask)
}

// line is a line of the register as it is stored.
func (k *Desk) line(ctx context.Context, id string) (*ledger.Visit, error) {
	v, known, err := k.Store.Visit(ctx, id)
	if err == nil && !known {
		err = fmt.Errorf("no visit %s: kidoban register", id)
	}
	return &v, err
}

// reject sends a proposal back. What an import had staged is given up.
func (k *Desk) reject(w http.ResponseWriter, r *http.Request) {
	d, ok := read[Decision](w, r)
	if !ok {
		return
	}
	ask := controller.Reject{ID: d.ID}
	if d.Reason != "" {
		ask.Private = private(map[string]string{"reason": d.Reason})
	}
	a, err := k.Controller.Ask(r.Context(), controller.Request{Account: k.account(r), Ask: ask})
	switch {
	case err != nil:
		refuse(w, http.StatusServiceUnavailable, "%v", err)
		return
	case a.Refusal != "":
		refuse(w, http.StatusConflict, "%s", a.Refusal)
		return
	}
	if gone, ok := a.Value.(controller.Rejected); ok && gone.Generation != 0 {
		if err := k.Store.Drop(gone.Generation); err != nil {
			k.Log.Warn("a rejected import is not cleared away", "err", err)
		}
	}
	reply(w, http.StatusOK, struct{}{})
}

// correct proposes a correction of the register.
func (k *Desk) correct(w http.ResponseWriter, r *http.Request) {
	c, ok := read[Correction](w, r)
	if !ok {
		return
	}
	row, err := k.line(r.Context(), c.Visit)
	if err != nil {
		refuse(w, http.StatusConflict, "%v", err)
		return
	}
	k.ask(w, r, controller.Propose{Ask: controller.CorrectVisit{
		Visit: c.Visit, Field: c.Field, After: c.After, Reason: c.Reason, Row: row,
	}})
}

// may asks the loop whether an account may do one of these.
func (k *Desk) may(r *http.Request, actions ...account.Action) bool {
	a, err := k.Controller.Ask(r.Context(), controller.Request{Account: k.account(r), Ask: controller.AskMay{Actions: actions}})
	yes, _ := a.Value.(bool)
	return err == nil && yes
}
