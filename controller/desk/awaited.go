package desk

import (
	"context"
	"net/http"
	"slices"
	"time"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/ledger"
)

// Awaited is what waits for the account that asks, and what came back to it lately: GET /awaited. Besides the names of those
// who sent something back it tells of nobody.
type Awaited struct {
	Waits    []controller.Wait `json:"waits"`
	Returned []Returned        `json:"returned"`
}

// How long what was sent back is told at a glance, and how many months are looked through for those not yet reviewed.
const (
	returnedTold = 14 * 24 * time.Hour
	reviewsMost  = 24
)

func (k *Desk) awaited(w http.ResponseWriter, r *http.Request) {
	a, err := k.Controller.Ask(r.Context(), controller.Request{Account: k.account(r), Ask: controller.AskAwaited{}})
	var out Awaited
	if err == nil {
		now, _ := a.Value.(controller.Awaited)
		out.Waits = now.Waits
		var months controller.Wait
		if months, err = k.unreviewed(r.Context(), now.Review); months.Count > 0 {
			out.Waits = append(out.Waits, months)
		}
	}
	if err == nil {
		out.Returned, err = k.returnedTo(r.Context(), k.account(r).Person, returnedTold)
	}
	if err != nil {
		refuse(w, http.StatusServiceUnavailable, "%v", err)
		return
	}
	reply(w, http.StatusOK, out)
}

// unreviewed are the months of these zones that are over, since the journal began, and that nobody has signed (月次点検).
func (k *Desk) unreviewed(ctx context.Context, zones []string) (out controller.Wait, err error) {
	if len(zones) == 0 {
		return out, nil
	}
	var signed []string
	for d, err := range k.Store.Documents(ctx, ledger.KindReview) {
		if err != nil {
			return out, err
		}
		signed = append(signed, d.ID)
	}
	out.What = controller.AwaitsMonth
	y, m, _ := k.Clock.Now().Wall.In(access.JST).Date()
	over, began := time.Date(y, m, 1, 0, 0, 0, 0, access.JST), k.began(ctx)
	for range reviewsMost {
		if began.IsZero() && out.Count > 0 || !over.After(began) {
			break
		}
		month := over.AddDate(0, -1, 0)
		for _, z := range zones {
			if id := month.Format("2006-01"); !slices.Contains(signed, id+"/"+z) {
				out.Count, out.Oldest, out.ID = out.Count+1, over, id
			}
		}
		over = month
	}
	return out, nil
}
