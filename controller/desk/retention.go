package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"time"

	"kidoban/config"
	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/ledger"
	"kidoban/controller/retention"
	"kidoban/controller/store"
)

// Disposal is the decision on one, by its id.
type Disposal struct {
	ID     string `json:"id"`
	Reason string `json:"reason,omitempty"`
}

// Proposed is a proposal: its number and what it would do.
type Proposed struct {
	ID   string         `json:"id"`
	Plan retention.Plan `json:"plan"`
}

// Disposals are the disposal ledger (廃棄記録簿) and what waits for a decision.
type Disposals struct {
	Waiting  []retention.Proposal `json:"waiting"`
	Recorded []retention.Disposal `json:"recorded"`
}

// Hold is what is to be kept from disposal, and why.
type Hold struct {
	Class    string `json:"class,omitempty"`
	Year     int    `json:"year,omitempty"`
	Visit    string `json:"visit,omitempty"`
	Permit   string `json:"permit,omitempty"`
	Incident string `json:"incident,omitempty"`
	Reason   string `json:"reason"`
}

func (k *Desk) retentionRoutes(m *http.ServeMux) {
	m.HandleFunc("GET /retention/plan", k.plan)
	m.HandleFunc("GET /retention/planned", k.planned)
	m.HandleFunc("GET /retention/disposals", k.disposals)
	m.HandleFunc("GET /retention/holds", k.holds)
	m.HandleFunc("POST /retention/propose", k.proposePurge)
	m.HandleFunc("POST /retention/approve", k.approvePurge)
	m.HandleFunc("POST /retention/hold", k.holdBack)
	m.HandleFunc("POST /retention/reject", order(k, func(f *form, d *Disposal) controller.Ask {
		f.id("id", d.ID)
		f.words("reason", &d.Reason)
		return controller.RejectPurge{ID: d.ID, Reason: d.Reason}
	}))
	m.HandleFunc("POST /retention/lift", order(k, func(f *form, d *Disposal) controller.Ask {
		f.id("id", d.ID)
		f.words("reason", &d.Reason)
		return controller.LiftHold{ID: d.ID, Reason: d.Reason}
	}))
}

// periods are those of the configuration.
func periods(c config.Retention) (p retention.Periods) {
	p[retention.Permits], p[retention.Cards], p[retention.Refusals] = c.Permits, c.Cards, c.Refusals
	p[retention.Doors], p[retention.Alarms], p[retention.Accounts], p[retention.System] = c.Doors, c.Alarms, c.Accounts, c.System
	return p
}

// draw draws the plan of today.
func (k *Desk) draw(ctx context.Context) (retention.Plan, error) {
	d := store.Disposing{Day: retention.On(k.Clock.Now().Wall), Periods: periods(k.Config.Retention), Delivered: math.MaxInt64,
		Believe: k.Config.Clock.RTC || k.Config.Clock.Unchecked}
	if k.Delivered != nil {
		d.Delivered = k.Delivered()
	}
	p, err := k.Store.PlanPurge(ctx, d)
	p.Decided = k.Config.Retention.Decided
	return p, err
}

// named refuses those who have no account: plans and ledgers name people.
func (k *Desk) named(w http.ResponseWriter, r *http.Request) bool {
	if k.account(r).Name == "" {
		refuse(w, http.StatusForbidden, "this user of the machine has no account in the configuration (kidoban sign-in)")
		return false
	}
	return true
}

func (k *Desk) plan(w http.ResponseWriter, r *http.Request) {
	if !k.named(w, r) {
		return
	}
	p, err := k.draw(r.Context())
	if err != nil {
		refuse(w, http.StatusServiceUnavailable, "%v", err)
		return
	}
	reply(w, http.StatusOK, p)
}

func (k *Desk) proposePurge(w http.ResponseWriter, r *http.Request) {
	d, ok := read[Disposal](w, r)
	if !ok {
		return
	}
	var f form
	f.words("reason", &d.Reason)
	if !f.filled(w) || !k.named(w, r) {
		return
	}
	p, err := k.draw(r.Context())
	if err != nil {
		refuse(w, http.StatusServiceUnavailable, "%v", err)
		return
	}
	a, err := k.Controller.Ask(r.Context(), controller.Request{Account: k.account(r), Ask: controller.ProposePurge{Plan: p, Reason: d.Reason}})
	if k.answered(w, a, err) {
		id, _ := a.Value.(string)
		reply(w, http.StatusOK, Proposed{id, p})
	}
}

// answered writes what kept an order from being carried out, if anything did.
func (k *Desk) answered(w http.ResponseWriter, a controller.Answer, err error) bool {
	switch {
	case err != nil:
		refuse(w, http.StatusServiceUnavailable, "%v", err)
	case a.Refusal != "":
		refuse(w, http.StatusConflict, "%s", a.Refusal)
	}
	return err == nil && a.Refusal == ""
}

// approvePurge decides on a plan as it would be drawn now, and waits until it is carried out. Whoever stops waiting stops
// nothing.
func (k *Desk) approvePurge(w http.ResponseWriter, r *http.Request) {
	d, ok := read[Disposal](w, r)
	if !ok || !k.named(w, r) {
		return
	}
	p, err := k.draw(r.Context())
	if err != nil {
		refuse(w, http.StatusServiceUnavailable, "%v", err)
		return
	}
	a, err := k.Controller.Ask(r.Context(), controller.Request{Account: k.account(r), Ask: controller.ApprovePurge{
		ID: d.ID, Digest: p.Digest(), Holds: p.Holds,
	}})
	if !k.answered(w, a, err) {
		return
	}
	done := make(chan error, 1)
	select {
	case k.decided <- done:
	case <-r.Context().Done():
		return
	}
	select {
	case err := <-done:
		if err != nil {
			refuse(w, http.StatusServiceUnavailable, "decided and on record, but not carried out to its end yet: %v; it is tried again", err)
			return
		}
		reply(w, http.StatusOK, struct{}{})
	case <-r.Context().Done():
	}
}

// disposeAgain is how long a disposal that could not be carried out to its end waits for the next try.
const disposeAgain = time.Minute

// Dispose carries out the disposals that are decided upon, those of the last run first, until ctx ends. What fails is tried
// again: a decided disposal goes to its end.
func (k *Desk) Dispose(ctx context.Context) error {
	var waits chan error
	for {
		err := k.carryOut(ctx)
		if waits != nil {
			waits <- err
			waits = nil
		}
		var again <-chan time.Time
		if err != nil && ctx.Err() == nil {
			k.Log.Error("a disposal is not carried out to its end", "err", err)
			again = time.After(disposeAgain)
		}
		select {
		case <-ctx.Done():
			return nil
		case waits = <-k.decided:
		case <-again:
		}
	}
}

func (k *Desk) carryOut(ctx context.Context) error {
	var all []retention.Proposal // read to the end: a reader that stands open keeps the WAL from being emptied
	if err := decode(ctx, k.Store, retention.KindPurge, &all); err != nil {
		return err
	}
	for i := range all {
		if all[i].Decided() {
			defer k.outlook.forget()
			return k.dispose(ctx, &all[i]) // there is one at most
		}
	}
	return nil
}

// atOnce is how many permits or people the control loop lets go of at a time.
const atOnce = 200

// dispose does what is decided: what the disk alone holds first, then what the step keeps in memory, and when nothing is
// left to be deleted, nothing is left to be found.
func (k *Desk) dispose(ctx context.Context, p *retention.Proposal) error {
	if err := k.Store.Purge(ctx, &p.Plan); err != nil {
		return err
	}
	permits, persons := p.Plan.Permits, p.Plan.Persons
	for len(permits)+len(persons) > 0 {
		ask := controller.DropPurged{ID: p.ID, Permits: permits[:min(atOnce, len(permits))]}
		if permits = permits[len(ask.Permits):]; len(permits) == 0 {
			ask.Persons = persons[:min(atOnce, len(persons))]
			persons = persons[len(ask.Persons):]
		}
		if err := k.insist(ctx, ask); err != nil {
			return err
		}
	}
	if err := k.Store.Scrub(ctx); err != nil {
		return err
	}
	return k.insist(ctx, controller.EndPurge{ID: p.ID})
}

// insist asks a few times: another change of the roster may be under way.
func (k *Desk) insist(ctx context.Context, ask controller.Ask) (err error) {
	for range 10 {
		a, e := k.Controller.Ask(ctx, controller.Request{Ask: ask})
		if e != nil {
			return e
		}
		if a.Refusal == "" {
			return nil
		}
		err = errors.New(a.Refusal)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
	return err
}

func (k *Desk) disposals(w http.ResponseWriter, r *http.Request) {
	if !k.named(w, r) {
		return
	}
	out := Disposals{Waiting: []retention.Proposal{}, Recorded: []retention.Disposal{}}
	err := errors.Join(decode(r.Context(), k.Store, retention.KindPurge, &out.Waiting),
		decode(r.Context(), k.Store, retention.KindDisposal, &out.Recorded))
	if err != nil {
		refuse(w, http.StatusServiceUnavailable, "%v", err)
		return
	}
	for i := range out.Waiting {
		p := &out.Waiting[i].Plan
		p.Lists, p.Lines, p.Permits, p.Persons = nil, nil, nil, nil
	}
	reply(w, http.StatusOK, out)
}

func decode[T any](ctx context.Context, s *store.Store, kind string, to *[]T) error {
	for d, err := range s.Documents(ctx, kind) {
		if err != nil {
			return err
		}
		var x T
		if err := json.Unmarshal(d.Body, &x); err != nil {
			return fmt.Errorf("%s %s: %w", kind, d.ID, err)
		}
		*to = append(*to, x)
	}
	return nil
}

func (k *Desk) holds(w http.ResponseWriter, r *http.Request) {
	if !k.named(w, r) {
		return
	}
	holds, err := k.Store.Holds(r.Context())
	if err != nil {
		refuse(w, http.StatusServiceUnavailable, "%v", err)
		return
	}
	reply(w, http.StatusOK, append([]retention.Hold{}, holds...))
}

// holdBack keeps something from disposal. It must be there: a hold on a number that nobody has would keep nothing, in silence.
func (k *Desk) holdBack(w http.ResponseWriter, r *http.Request) {
	q, ok := read[Hold](w, r)
	if !ok {
		return
	}
	var f form
	f.words("reason", &q.Reason)
	h := retention.Hold{Year: q.Year, Visit: q.Visit, Permit: q.Permit, Incident: q.Incident, Reason: q.Reason}
	if q.Class != "" {
		var err error
		if h.Class, err = retention.ParseClass(q.Class); err != nil {
			f.refuse("%v", err)
		}
	}
	if f.fault == "" {
		if err := k.there(r.Context(), &h); err != nil {
			f.refuse("%v", err)
		}
	}
	if f.filled(w) {
		k.ask(w, r, controller.SetHold{Hold: h})
	}
}

func (k *Desk) there(ctx context.Context, h *retention.Hold) error {
	switch {
	case h.Visit != "":
		_, ok, err := k.Store.Visit(ctx, h.Visit)
		return found(ok, err, "line of the register", h.Visit)
	case h.Permit != "":
		_, ok, err := k.Store.Permit(ctx, access.PermitID(h.Permit))
		return found(ok, err, "permit", h.Permit)
	case h.Incident != "":
		for e, err := range k.Store.Emergencies(ctx, access.Span{}) {
			if err != nil || e.ID == h.Incident {
				return err
			}
		}
		for d, err := range k.Store.Documents(ctx, ledger.KindIncident) {
			if err != nil || d.ID == h.Incident {
				return err
			}
		}
		return found(false, nil, "emergency or emergency entry", h.Incident)
	}
	return nil
}

func found(ok bool, err error, what, id string) error {
	if err == nil && !ok {
		return fmt.Errorf("there is no %s with the number %s: nothing would be held", what, id)
	}
	return err
}
