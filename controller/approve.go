package controller

import (
	"fmt"
	"slices"

	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
)

// approve carries out a proposal of another person.
func (s *State) approve(a Account, ask Approve) string {
	p, waits := s.office.proposals[ask.ID]
	if !waits {
		return noProposal(ask.ID)
	}
	if p.Kind == ofCorrection {
		return s.approveCorrection(a, p, ask.Row)
	}
	if no := s.may(a, approvers[p.Kind], p.Zone); no != "" {
		return no
	}
	if no := s.sameHand(a, p.Maker.Person); no != "" {
		return no
	}
	if s.wantsOfficer(a, &p) {
		return "市民課長 has to be one of the two: a finding of 第20条第1項第3号, a designation of 第20条第4項 and a whole roster are not settled without"
	}
	from := len(s.out.Entries)
	if no := s.carryOut(a, &p); no != "" {
		return no
	}
	s.approved(a, p, from)
	if s.change.ticket == s.backlog.next {
		s.change.proposal = &p
	}
	return ""
}

func noProposal(id string) string {
	return fmt.Sprintf("no proposal %q waits: kidoban proposal list", id)
}

// sameHand refuses the second act of one person, whatever account it is done with.
func (s *State) sameHand(a Account, first access.PersonID) string {
	switch a.Person {
	case "":
		return "two persons are needed, and this account is nobody's: sign in (kidoban sign-in)"
	case first:
		return "nobody approves their own act, whatever account they use: 別人による確認が要ります (第21条第1項, 運用基準)"
	}
	return ""
}

// carryOut does what was proposed, in the maker's name and with the approver beside it.
func (s *State) carryOut(a Account, p *Proposal) string {
	maker := Account{Name: p.Account, Person: p.Maker.Person}
	switch o := p.Order; {
	case o.Edit != nil:
		ask := *o.Edit
		ask.Data.Approver, ask.Data.Proposal, ask.Data.Post = string(a.Person), p.ID, string(p.Maker.Post)
		return s.editRoster(maker, ask)
	case o.Switch != nil:
		ask := *o.Switch
		ask.approver, ask.proposal = string(a.Person), p.ID
		return s.switchRoster(maker, ask)
	case o.Account != nil:
		return s.putAccount(maker, *o.Account, string(a.Person))
	}
	return "what was proposed is not known any more: reject it"
}

// approved notes the approval before what it has made true, and forgets the proposal.
func (s *State) approved(a Account, p Proposal, from int) {
	d, _ := p.entry()
	d = journal.Data{
		Account: a.Name, Approver: string(a.Person), Proposal: p.ID, Detail: p.Kind, Rule: d.Rule, Zone: p.Zone, Visit: d.Visit,
		Post: string(s.deed(a, p.Zone).Post),
	}
	made := slices.Clone(s.out.Entries[from:])
	s.out.Entries = s.out.Entries[:from]
	s.note(journal.RosterApproved, journal.Notice, rosterSubject, d)
	s.out.Entries = append(s.out.Entries, made...)
	s.dropProposal(p.ID)
}

// approveCorrection does the next part of a correction: another person checks it, the officer permits it. The officer who
// checks permits in the same act; nobody does who made it.
func (s *State) approveCorrection(a Account, p Proposal, row *ledger.Visit) string {
	officer := s.allows(a, account.PermitCorrection, p.Zone)
	action := account.CheckCorrection
	if p.Checker.Done() {
		action = account.PermitCorrection
	}
	if no := s.may(a, action, p.Zone); no != "" {
		return no
	}
	if no := s.sameHand(a, p.Maker.Person); no != "" {
		return no
	}
	act := s.deed(a, p.Zone)
	if !p.Checker.Done() {
		p.Checker = act
	}
	if !officer {
		s.keepProposal(p)
		s.note(journal.RosterApproved, journal.Notice, rosterSubject, journal.Data{
			Account: a.Name, Approver: string(a.Person), Proposal: p.ID, Detail: p.Kind, Mode: "checked", Visit: p.Order.Correct.Visit,
			Zone: p.Zone, Rule: access.RulePractice,
		})
		return ""
	}
	ask := *p.Order.Correct
	if row != nil && row.ID == ask.Visit {
		ask.Row = row
	}
	ask.Maker, ask.Checker, ask.Permitter = p.Maker, p.Checker, act
	from := len(s.out.Entries)
	if no := s.correctVisit(a, ask); no != "" {
		return no
	}
	s.approved(a, p, from)
	return ""
}

// reject sends a proposal back. Its maker may always withdraw it.
func (s *State) reject(a Account, ask Reject) *Answer {
	p, waits := s.office.proposals[ask.ID]
	if !waits {
		return &Answer{Refusal: noProposal(ask.ID)}
	}
	reason := "withdrawn"
	if a.Person == "" || a.Person != p.Maker.Person {
		action := approvers[p.Kind]
		if p.Checker.Done() {
			action = account.PermitCorrection
		}
		if no := s.may(a, action, p.Zone); no != "" {
			return &Answer{Refusal: no}
		}
		if len(ask.Private) == 0 {
			return &Answer{Refusal: "say why it is sent back: --reason"}
		}
		reason = "sent_back"
	}
	s.rejected(p, a, reason, ask.Private)
	out := Rejected{ID: p.ID}
	if p.Order.Switch != nil {
		out.Generation = p.Order.Switch.Generation
	}
	return &Answer{Value: out, Order: true}
}

func (s *State) rejected(p Proposal, a Account, reason string, private []byte) {
	s.noteWith(journal.RosterRejected, journal.Notice, rosterSubject, journal.Data{
		Account: a.Name, Person: string(p.Maker.Person), Approver: string(a.Person), Proposal: p.ID, Detail: p.Kind, Reason: reason, Rule: access.RulePractice,
	}, private)
	s.dropProposal(p.ID)
}

// lapseImports ends what a restart has ended: an import was staged by the last run and must be read again.
func (s *State) lapseImports() {
	for _, p := range s.office.lapsed {
		s.rejected(p, Account{}, "lapsed_at_restart", nil)
	}
	s.office.lapsed = nil
}
