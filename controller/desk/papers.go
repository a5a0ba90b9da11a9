package desk

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/ledger"
)

// Paper is a document or an entry of the emergency services that an emergency or an alarm has left, without what stands in it.
type Paper struct {
	ID       string      `json:"id"`
	Zone     string      `json:"zone,omitempty"`
	At       time.Time   `json:"at"`
	Cause    string      `json:"cause,omitempty"` // of a muster list: the entry's type that made it; of an emergency entry its service
	Incident string      `json:"incident,omitempty"`
	Drill    bool        `json:"drill,omitempty"`
	Lines    int         `json:"lines,omitempty"` // of a muster list
	Open     bool        `json:"open,omitempty"`  // of an emergency entry: its record is to be completed
	Post     access.Post `json:"post,omitempty"`  // of a report: who reported
	Account  string      `json:"account,omitempty"`
}

// Papers are those of the newest fiscal years, the newest first ("papers").
type Papers struct {
	Musters []Paper `json:"musters,omitempty"`
	Reports []Paper `json:"reports,omitempty"`
	Entries []Paper `json:"entries,omitempty"` // 緊急入室
}

// papersMost bounds each list.
const papersMost = 200

func (k *Desk) papers(w http.ResponseWriter, r *http.Request) {
	a, err := k.Controller.Ask(r.Context(), controller.Request{
		Account: k.account(r), Ask: controller.AskMay{Actions: []account.Action{account.Look}},
	})
	if may, _ := a.Value.(bool); err == nil && !may {
		refuse(w, http.StatusForbidden, "this account may not look at the papers of emergencies")
		return
	}
	var p Papers
	if err == nil {
		p, err = k.leftPapers(r.Context())
	}
	if err != nil {
		refuse(w, http.StatusServiceUnavailable, "%v", err)
		return
	}
	reply(w, http.StatusOK, p)
}

func (k *Desk) leftPapers(ctx context.Context) (p Papers, err error) {
	for m, err := range documents[ledger.Muster](ctx, k, ledger.KindMuster) {
		if err != nil {
			return p, err
		}
		p.Musters = append(p.Musters, Paper{ID: m.ID, At: m.At, Cause: m.Cause, Incident: m.Incident, Drill: m.Drill, Lines: len(m.Lines)})
	}
	for t, err := range documents[ledger.Report](ctx, k, ledger.KindReport) {
		if err != nil {
			return p, err
		}
		p.Reports = append(p.Reports, Paper{
			ID: t.ID, Zone: t.Zone, At: t.Reported.At, Incident: t.Incident, Post: t.Reported.Post, Account: t.Account,
		})
	}
	for e, err := range k.Store.Emergencies(ctx, access.Span{}) {
		if err != nil {
			return p, err
		}
		p.Entries = append(p.Entries, Paper{ID: e.ID, Zone: e.Zone, At: e.Entered, Cause: e.Service, Open: e.Completed.At.IsZero()})
	}
	p.Musters, p.Reports, p.Entries = newest(p.Musters), newest(p.Reports), newest(p.Entries)
	return p, nil
}

// newest are the last of them, the newest first.
func newest(all []Paper) []Paper {
	slices.SortFunc(all, func(a, b Paper) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(b.ID, a.ID)) })
	return all[:min(len(all), papersMost)]
}
