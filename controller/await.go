package controller

import (
	"slices"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/cards"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/register"
	"kidoban/controller/retention"
)

// awaits collects what waits for one account.
type awaits struct {
	*State
	a    Account
	at   time.Time
	list []Wait
}

// awaited is what waits for an account, by the same rules by which its orders would be taken.
func (s *State) awaited(a Account) Awaited {
	w := awaits{State: s, a: a, at: s.dated(), list: []Wait{}}
	w.permissions()
	w.visits()
	w.corrections()
	w.staged()
	for _, p := range s.disposals.proposals {
		if !p.Decided() && p.Maker.Person != a.Person && s.allows(a, account.ApprovePurge, "") {
			w.add(AwaitsDisposal, p.ID, p.Maker.At)
		}
	}
	if s.allows(a, account.LendCard, "") {
		for _, l := range s.lent.Late(w.at) {
			w.add(AwaitsReturn, string(l.Card), l.Until)
		}
	}
	slices.SortFunc(w.list, func(x, y Wait) int { return x.What.rank() - y.What.rank() })
	out := Awaited{Waits: w.list}
	for _, z := range s.zones() {
		if s.allows(a, account.SignRegister, z) {
			out.Review = append(out.Review, z)
		}
	}
	return out
}

func (w *awaits) add(what Awaiting, id string, since time.Time) *Wait {
	i := slices.IndexFunc(w.list, func(x Wait) bool { return x.What == what })
	if i < 0 {
		w.list = append(w.list, Wait{What: what, Count: 1, Oldest: since, ID: id})
		return &w.list[len(w.list)-1]
	}
	x := &w.list[i]
	x.Count, x.ID = x.Count+1, ""
	if since.Before(x.Oldest) {
		x.Oldest = since
	}
	return x
}

func (w *awaits) permissions() {
	for id := range w.permits.waits {
		p := w.permits.rows[id]
		switch {
		case w.decides(w.a, &p):
			x := w.add(AwaitsDecision, string(id), p.Requested)
			if x.Begins.IsZero() || p.From.Before(x.Begins) {
				x.Begins = p.From
			}
		case p.State == access.Requested || !w.allows(w.a, account.DecidePermit, p.Zone):
		case p.Act.Deputy:
			w.add(AwaitsReview, string(id), p.Act.At)
		default:
			w.add(AwaitsConfirming, string(id), p.Oral)
		}
	}
}

// waitsForOfficer says that a permit waits for a decision, or for the word of the officer on one.
func waitsForOfficer(p *ledger.Permit) bool {
	switch p.State {
	case access.Requested:
		return true
	case access.NotPermitted, access.Withdrawn:
		return false
	}
	return (!p.Oral.IsZero() || p.Act.Deputy) && !p.Confirmed.Done()
}

// decides says that a request waits for this account: what it was asked for is not over.
func (s *State) decides(a Account, p *ledger.Permit) bool {
	return p.State == access.Requested && (p.Until.IsZero() || s.dated().Before(p.Until)) &&
		(s.allows(a, account.DecidePermit, p.Zone) || s.allows(a, account.DecideAsDeputy, p.Zone))
}

// toDecide counts the requests that wait for an account.
func (s *State) toDecide(a Account) (n int) {
	for id := range s.permits.waits {
		if p := s.permits.rows[id]; s.decides(a, &p) {
			n++
		}
	}
	return n
}

func (w *awaits) visits() {
	y, m, d := jst(w.at).Date()
	today := time.Date(y, m, d, 0, 0, 0, 0, access.JST)
	for _, v := range w.book.Lines(func(v *ledger.Visit) bool {
		return !v.Inside() && v.Consent.State == ledger.ConsentMissing && leftAt(v).Before(today)
	}) {
		if v.Person != w.a.Person && w.allows(w.a, account.Consent, v.Zone) {
			w.add(AwaitsFollowUp, v.ID, leftAt(&v))
		}
	}
	for _, e := range w.emergencies {
		if w.allows(w.a, account.RecordEmergency, e.Zone) {
			w.add(AwaitsCompletion, e.ID, e.Entered)
		}
	}
}

// leftAt is when somebody left, or came where that is not known.
func leftAt(v *ledger.Visit) time.Time {
	if v.Left.IsZero() {
		return v.Entered
	}
	return v.Left
}

func (w *awaits) corrections() {
	for _, p := range w.office.proposals {
		if p.Kind != ofCorrection || w.sameHand(w.a, p.Maker.Person) != "" {
			continue
		}
		switch {
		case p.Checker.Done() && w.allows(w.a, account.PermitCorrection, p.Zone):
			w.add(AwaitsPermission, p.ID, p.Checker.At)
		case !p.Checker.Done() && w.allows(w.a, account.CheckCorrection, p.Zone):
			w.add(AwaitsCheck, p.ID, p.Maker.At)
		}
	}
}

// staged are proposals of people, cards and accounts.
func (w *awaits) staged() {
	of := map[string]Awaiting{ofRoster: AwaitsApproval, ofImport: AwaitsApproval, ofCard: AwaitsIssue, ofAccount: AwaitsAccount}
	for _, p := range w.office.proposals {
		what := of[p.Kind]
		if what == "" || w.sameHand(w.a, p.Maker.Person) != "" || w.wantsOfficer(w.a, &p) || !w.allows(w.a, approvers[p.Kind], p.Zone) {
			continue
		}
		w.add(what, p.ID, p.Maker.At)
	}
}

// wantsOfficer says that a proposal needs 市民課長 as one of the two, and neither its maker was nor this account is.
func (s *State) wantsOfficer(a Account, p *Proposal) bool {
	return p.needsOfficer() && !p.Officer && !slices.Contains(s.roles(a, ""), account.SecurityOfficer)
}

// stir counts the turns after which something else may wait for somebody than before.
func (s *State) stir() {
	documents := func(d ledger.Document) bool {
		return d.Kind == proposalDocument || d.Kind == retention.KindPurge || d.Kind == ledger.KindReview || d.Kind == cards.Document
	}
	followed := func(e journal.Entry) bool {
		return e.Type == journal.VisitConsented && e.Data.Mode == register.ModeAfter
	}
	c := &s.out.Change
	if s.permits.moved || len(c.Emergency) > 0 || slices.ContainsFunc(c.Documents, documents) || slices.ContainsFunc(s.out.Entries, followed) {
		s.stirs++
	}
	s.permits.moved = false
}
