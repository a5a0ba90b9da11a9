package controller

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/retention"
)

// The acts of Article 25. A disposal is drawn from the disk beside the loop (store.PlanPurge), proposed by one person,
// decided by another, recorded, and only then carried out (store.Purge), to its end over any restart.
type (
	// ProposePurge proposes a plan that was just drawn. Answer.Value is the id.
	ProposePurge struct {
		Plan   retention.Plan
		Reason string
	}
	// ApprovePurge decides on it. Digest and Holds are those of the plan drawn anew: nobody approves what has changed since.
	ApprovePurge struct {
		ID     string
		Digest string
		Holds  []string
	}
	// RejectPurge sends a proposal back, or withdraws it.
	RejectPurge struct{ ID, Reason string }
	// DropPurged lets go of permits and people that a decided plan lists. The daemon itself asks this, once the rest is gone.
	DropPurged struct {
		ID      string
		Permits []access.PermitID
		Persons []access.PersonID
	}
	// EndPurge says that nothing is left of what a decided plan lists. The daemon itself asks this.
	EndPurge struct{ ID string }
	// SetHold keeps records from disposal (廃棄留保). Answer.Value is the id.
	SetHold struct{ Hold retention.Hold }
	// LiftHold ends a hold.
	LiftHold struct{ ID, Reason string }
)

func (ProposePurge) ask() {}
func (ApprovePurge) ask() {}
func (RejectPurge) ask()  {}
func (DropPurged) ask()   {}
func (EndPurge) ask()     {}
func (SetHold) ask()      {}
func (LiftHold) ask()     {}

// disposals are what is proposed or being carried out, and the holds.
type disposals struct {
	proposals map[string]retention.Proposal
	holds     map[string]retention.Hold
}

func newDisposals(snap ledger.Snapshot) disposals {
	d := disposals{proposals: map[string]retention.Proposal{}, holds: map[string]retention.Hold{}}
	for _, x := range snap.Documents {
		var p retention.Proposal
		var h retention.Hold
		switch {
		case x.Kind == retention.KindPurge && json.Unmarshal(x.Body, &p) == nil:
			d.proposals[x.ID] = p
		case x.Kind == retention.KindHold && json.Unmarshal(x.Body, &h) == nil:
			d.holds[x.ID] = h
		}
	}
	return d
}

// under is the id of the disposal that is being carried out, "" if none is.
func (d *disposals) under() string {
	for id, p := range d.proposals {
		if p.Decided() {
			return id
		}
	}
	return ""
}

func (d *disposals) standing() []string {
	all := make([]retention.Hold, 0, len(d.holds))
	for _, h := range d.holds {
		all = append(all, h)
	}
	return retention.Standing(all)
}

// onRetention carries out the acts of Article 25; nil where it is another.
func (s *State) onRetention(a Account, ask Ask) *Answer {
	switch ask := ask.(type) {
	case ProposePurge:
		return s.proposePurge(a, ask)
	case ApprovePurge:
		return &Answer{Refusal: s.approvePurge(a, ask)}
	case RejectPurge:
		return &Answer{Refusal: s.rejectPurge(a, ask)}
	case DropPurged:
		return &Answer{Refusal: s.dropPurged(ask)}
	case EndPurge:
		return &Answer{Refusal: s.endPurge(ask)}
	case SetHold:
		return s.setHold(a, ask)
	case LiftHold:
		return &Answer{Refusal: s.liftHold(a, ask)}
	}
	return nil
}

// undatable refuses to dispose of anything while nobody knows what day it is.
func (s *State) undatable() string {
	if s.believed() {
		return ""
	}
	return "the clock cannot be trusted, so nobody knows whether the day of a disposal has come: set the time first (clock_untrusted)"
}

func (s *State) proposePurge(a Account, ask ProposePurge) *Answer {
	no := s.undatable()
	today := retention.On(s.now.Wall)
	switch {
	case no != "":
	case strings.TrimSpace(ask.Reason) == "":
		no = "say on what ground: --reason (the text orders no disposal, so it needs a decision: 第25条)"
	case ask.Plan.Empty():
		no = "there is nothing that may be disposed of: kidoban retention plan says what is withheld and why"
	case today.Before(ask.Plan.Day):
		no = fmt.Sprintf("the plan is of %s, which has not come", ask.Plan.Day)
	case s.disposals.under() != "":
		no = fmt.Sprintf("disposal %s is being carried out: wait for its end (kidoban retention disposals)", s.disposals.under())
	}
	if no != "" {
		return &Answer{Refusal: no}
	}
	p := retention.Proposal{
		ID: s.numbered(retention.KindPurge, "P"), Plan: ask.Plan, Digest: ask.Plan.Digest(), Reason: ask.Reason,
		Maker: s.deed(a, ""), Account: a.Name,
	}
	s.disposals.proposals[p.ID] = p
	s.file(retention.KindPurge, p.ID, p)
	s.noteWith(journal.JournalPurgeProposed, journal.Notice, "controller", journal.Data{
		Account: a.Name, Person: string(a.Person), Proposal: p.ID, Digest: p.Digest, Count: p.Plan.Entries(), Mode: "proposed", Rule: "art25",
	}, s.private(map[string]any{"reason": ask.Reason}))
	return &Answer{Value: p.ID, Order: true}
}

// approvePurge decides: the list of what goes and the signed record are on the disk before anything goes.
func (s *State) approvePurge(a Account, ask ApprovePurge) string {
	p, waits := s.disposals.proposals[ask.ID]
	switch {
	case !waits:
		return noDisposal(ask.ID)
	case p.Decided():
		return fmt.Sprintf("disposal %s is decided already and is being carried out", ask.ID)
	case s.disposals.under() != "":
		return fmt.Sprintf("disposal %s is being carried out: wait for its end", s.disposals.under())
	}
	if no := s.undatable(); no != "" {
		return no
	}
	if no := s.sameHand(a, p.Maker.Person); no != "" {
		return no
	}
	if ask.Digest != p.Digest || !slices.Equal(ask.Holds, s.disposals.standing()) {
		return "what may be disposed of has changed since it was proposed: send it back (kidoban retention reject) and propose anew"
	}
	p.Approver, p.ApprovedBy = s.deed(a, ""), a.Name
	d := s.signed(&p)
	if d.Note == "" {
		return "the disposal record cannot be signed: is there a character in the reason or a name that cannot be printed?"
	}
	s.disposals.proposals[p.ID] = p
	s.file(retention.KindPurge, p.ID, p)
	s.file(retention.KindDisposal, d.ID, d)
	s.listPurged(a, &p, s.private(map[string]any{"record": d.Note}))
	return ""
}

// signed is the record of a decided disposal, with the controller's signature; its Note is empty where that cannot be.
func (s *State) signed(p *retention.Proposal) retention.Disposal {
	d := retention.NewDisposal(p)
	if s.site.Hashes.Sign != nil {
		d.Note = string(s.site.Hashes.Sign(d.Text()))
	}
	return d
}

// listPurged notes what goes. The first entry carries the signed record; where no entry goes, that of the decision does.
func (s *State) listPurged(a Account, p *retention.Proposal, record []byte) {
	if len(p.Plan.Lists) == 0 {
		s.noteWith(journal.JournalPurgeProposed, journal.Notice, "controller", journal.Data{
			Account: a.Name, Approver: string(a.Person), Proposal: p.ID, Digest: p.Digest, Mode: "approved", Rule: "art25",
		}, record)
	}
	for i, l := range p.Plan.Lists {
		if i > 0 {
			record = nil
		}
		s.noteWith(journal.JournalPurged, journal.Notice, "controller", journal.Data{
			Account: a.Name, Person: string(p.Maker.Person), Approver: string(a.Person), Proposal: p.ID, Ranges: l.Ranges, Count: l.Count,
			Digest: l.Digest, Rule: "art25",
		}, record)
	}
}

// rejectPurge sends a proposal back. Its maker may withdraw it; what is decided is carried out.
func (s *State) rejectPurge(a Account, ask RejectPurge) string {
	p, waits := s.disposals.proposals[ask.ID]
	if !waits {
		return noDisposal(ask.ID)
	}
	if p.Decided() {
		return fmt.Sprintf("disposal %s is decided: it is carried out", ask.ID)
	}
	mode := "withdrawn"
	if a.Person == "" || a.Person != p.Maker.Person {
		if no := s.may(a, account.ApprovePurge, ""); no != "" {
			return no
		}
		if strings.TrimSpace(ask.Reason) == "" {
			return "say why it is sent back: --reason"
		}
		mode = "sent_back"
	}
	s.forgetPurge(p.ID)
	s.noteWith(journal.JournalPurgeEnded, journal.Notice, "controller", journal.Data{
		Account: a.Name, Person: string(a.Person), Proposal: p.ID, Mode: mode, Rule: "art25",
	}, s.private(map[string]any{"reason": ask.Reason}))
	return ""
}

func noDisposal(id string) string {
	return fmt.Sprintf("no disposal %q waits: kidoban retention disposals", id)
}

func (s *State) forgetPurge(id string) {
	delete(s.disposals.proposals, id)
	s.out.Change.Documents = append(s.out.Change.Documents, ledger.Document{Kind: retention.KindPurge, ID: id, Gone: true})
}

// dropPurged lets go of what the plan lists and nobody has come to need since.
func (s *State) dropPurged(ask DropPurged) string {
	p, waits := s.disposals.proposals[ask.ID]
	if !waits || !p.Decided() {
		return noDisposal(ask.ID)
	}
	a := Account{Name: p.ApprovedBy, Person: p.Approver.Person}
	d := journal.Data{Proposal: p.ID, Approver: string(p.Approver.Person), Mode: "purged", Rule: "art25"}
	var edits []ledger.Edit
	for _, id := range ask.Persons {
		if who, known := s.people.Find(id); known && slices.Contains(p.Plan.Persons, id) && !s.needed(&who, ask.Permits) {
			edits = append(edits, ledger.Edit{Person: &who, Delete: true})
		}
	}
	d.Count = int64(len(edits))
	if len(edits) > 0 {
		if no := s.editRoster(a, EditRoster{Edits: edits, Type: journal.RosterChanged, Data: d}); no != "" {
			return no
		}
	} else {
		d.Account = a.Name
		s.note(journal.RosterChanged, journal.Notice, rosterSubject, d)
	}
	for _, id := range ask.Permits {
		if row, here := s.permits.rows[id]; here && slices.Contains(p.Plan.Permits, id) {
			s.permits.drop(id)
			row.Gone = true
			s.out.Change.Permits = append(s.out.Change.Permits, row)
		}
	}
	return ""
}

// needed says that somebody has come back since the plan was drawn: inside, on a line that waits, or on a permit.
func (s *State) needed(who *ledger.Person, going []access.PermitID) bool {
	if who.Kind == access.Staff {
		return true
	}
	for key := range s.inside {
		if key.Person == who.ID {
			return true
		}
	}
	if len(s.book.Lines(func(v *ledger.Visit) bool { return v.Person == who.ID })) > 0 {
		return true
	}
	for id, row := range s.permits.rows {
		if row.Holder(who.ID) >= 0 && !slices.Contains(going, id) {
			return true
		}
	}
	return false
}

// endPurge closes the record of a disposal.
func (s *State) endPurge(ask EndPurge) string {
	p, waits := s.disposals.proposals[ask.ID]
	if !waits || !p.Decided() {
		return noDisposal(ask.ID)
	}
	d := s.signed(&p)
	d.Ended = s.now.Wall
	s.file(retention.KindDisposal, d.ID, d)
	s.forgetPurge(p.ID)
	s.note(journal.JournalPurgeEnded, journal.Notice, "controller", journal.Data{
		Account: p.ApprovedBy, Approver: string(p.Approver.Person), Proposal: p.ID, Digest: p.Digest, Count: p.Plan.Entries(),
		Mode: "completed", Rule: "art25",
	})
	return ""
}

func (s *State) setHold(a Account, ask SetHold) *Answer {
	h := ask.Hold
	no := ""
	switch err := h.Check(); {
	case err != nil:
		no = err.Error()
	case strings.TrimSpace(h.Reason) == "":
		no = "say why it is held back: --reason"
	case s.disposals.under() != "":
		no = fmt.Sprintf("disposal %s is being carried out: what it lists can no longer be held back", s.disposals.under())
	}
	if no != "" {
		return &Answer{Refusal: no}
	}
	h.ID, h.Set, h.By = s.numbered(retention.KindHold, "H"), s.now.Wall, a.Name
	s.holdChanged(a, h, "set", h.Reason)
	return &Answer{Value: h.ID, Order: true}
}

func (s *State) liftHold(a Account, ask LiftHold) string {
	h, known := s.disposals.holds[ask.ID]
	switch {
	case !known:
		return fmt.Sprintf("no hold %q: kidoban retention hold list", ask.ID)
	case !h.Stands():
		return fmt.Sprintf("hold %s was lifted on %s", h.ID, retention.On(h.Lifted))
	case strings.TrimSpace(ask.Reason) == "":
		return "say why the hold ends: --reason"
	}
	h.Lifted, h.LiftedBy = s.now.Wall, a.Name
	s.holdChanged(a, h, "lifted", ask.Reason)
	return ""
}

func (s *State) holdChanged(a Account, h retention.Hold, mode, reason string) {
	s.disposals.holds[h.ID] = h
	s.file(retention.KindHold, h.ID, h)
	s.noteWith(journal.JournalHoldChanged, journal.Notice, "controller", journal.Data{
		Account: a.Name, Person: string(a.Person), Mode: mode, Document: h.ID, Detail: h.What(), Visit: h.Visit, Permit: h.Permit,
		Incident: h.Incident, Rule: "art25",
	}, s.private(map[string]any{"reason": reason}))
}
