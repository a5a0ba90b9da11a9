package controller

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/register"
)

// The kinds of proposals.
const (
	ofRoster     = "roster"
	ofImport     = "import"
	ofCard       = "card"
	ofCorrection = "correction"
	ofAccount    = "account"
)

// proposers and approvers are who makes and who approves a kind; a correction's approver checks, its officer permits.
var (
	proposers = map[string]account.Action{
		ofRoster: account.ProposeRoster, ofImport: account.ProposeRoster, ofCard: account.ApplyForCard,
		ofCorrection: account.ProposeCorrection, ofAccount: account.ManageAccounts,
	}
	approvers = map[string]account.Action{
		ofRoster: account.ApproveRoster, ofImport: account.ApproveRoster, ofCard: account.IssueCard,
		ofCorrection: account.CheckCorrection, ofAccount: account.ManageAccounts,
	}
)

// propose carries out what one person may, and keeps the rest for another to approve.
func (s *State) propose(a Account, ask Ask) *Answer {
	p := Proposal{Account: a.Name}
	switch ask := ask.(type) {
	case EditRoster:
		if a.Person == "" || s.onlyStops(ask) || s.allows(a, account.ChangeRoster, "") {
			return s.alone(a, ask)
		}
		p.Kind, p.Order.Edit = kindOf(ask), &ask
	case SwitchRoster:
		if a.Person == "" || s.allows(a, account.ChangeRoster, "") {
			return s.alone(a, ask)
		}
		p.Kind, p.Order.Switch = ofImport, &ask
	case CorrectVisit:
		v, known := s.corrected(ask)
		if !known {
			return &Answer{Refusal: "no visit " + ask.Visit}
		}
		p.Kind, p.Zone, p.Visit, p.Order.Correct = ofCorrection, v.Zone, ask.Visit, &ask
	case PutAccount:
		if a.Person == "" || s.mayPutAlone(a) {
			return s.alone(a, ask)
		}
		p.Kind, p.Order.Account = ofAccount, &ask
	default:
		return &Answer{Refusal: "this is not proposed: it is done at once by those who may"}
	}
	return s.keep(a, p)
}

// applyForCard is the first of the two steps of Article 23(1), by analogy: the application.
func (s *State) applyForCard(a Account, ask EditRoster) *Answer {
	if kindOf(ask) != ofCard {
		return &Answer{Refusal: "an application is for one card or its PIN"}
	}
	return s.keep(a, Proposal{Account: a.Name, Kind: ofCard, Order: order{Edit: &ask}})
}

// alone does what takes no second person, as if it had been asked for by itself.
func (s *State) alone(a Account, ask Ask) *Answer {
	if no := s.mayNot(Request{Account: a, Ask: ask}); no != "" {
		return &Answer{Refusal: no}
	}
	if put, is := ask.(PutAccount); is {
		return &Answer{Refusal: s.putAccount(a, put, "")}
	}
	return &Answer{Refusal: s.order(Request{Account: a, Ask: ask})}
}

// kindOf is what an edit of the roster is: about cards, or about people, posts and hours.
func kindOf(ask EditRoster) string {
	if len(ask.Edits) > 0 && !slices.ContainsFunc(ask.Edits, func(e ledger.Edit) bool { return e.Credential == nil }) {
		return ofCard
	}
	return ofRoster
}

// keep writes a proposal down, if its maker may make it and it could be carried out now.
func (s *State) keep(a Account, p Proposal) *Answer {
	if no := s.may(a, proposers[p.Kind], p.Zone); no != "" {
		return &Answer{Refusal: no}
	}
	if a.Stale && p.setsPost() {
		return &Answer{Refusal: ProveAgain}
	}
	if a.Person == "" {
		return &Answer{Refusal: "two persons are needed, and this account is nobody's: sign in (kidoban sign-in)"}
	}
	if no := s.impossible(a, &p); no != "" {
		return &Answer{Refusal: no}
	}
	p.ID, p.Maker = s.numbered(proposalDocument, "P"), s.deed(a, p.Zone)
	p.Officer = slices.Contains(s.roles(a, ""), account.SecurityOfficer)
	if c := p.Order.Correct; c != nil {
		c.Maker, c.Checker, c.Permitter = p.Maker, ledger.Act{}, ledger.Act{}
	}
	s.keepProposal(p)
	d, private := p.entry()
	d.Account = a.Name
	t := journal.RosterProposed
	if p.Kind == ofCard {
		t = journal.CredentialApplied
	}
	s.noteWith(t, journal.Notice, rosterSubject, d, private)
	return &Answer{Value: Proposed{p.ID}, Order: true}
}

// setsPost says that a proposal is about who holds a post: as grave as its approval.
func (p *Proposal) setsPost() bool {
	return p.Order.Edit != nil && slices.ContainsFunc(p.Order.Edit.Edits, func(e ledger.Edit) bool { return e.Incumbency != nil })
}

// impossible is why an order could not be carried out even if somebody approved it now.
func (s *State) impossible(a Account, p *Proposal) string {
	o := p.Order
	switch {
	case o.Edit != nil:
		if no := cmp.Or(s.keptBlocked(o.Edit.Edits), s.officeOnly(o.Edit.Edits)); no != "" {
			return no
		}
		return s.tried(a, o.Edit.Edits)
	case o.Switch != nil && s.site.Office.Roster:
		return officesOwn
	case o.Switch != nil && o.Switch.Base != s.version:
		return "the roster has changed while the import was read: run the import again"
	case o.Account != nil:
		return s.badAccount(*o.Account)
	case o.Correct != nil:
		v, _ := s.corrected(*o.Correct)
		if before, is := register.Field(&v, o.Correct.Field); !is || before == o.Correct.After {
			return fmt.Sprintf("field %q of the line cannot be corrected, or says %q already", o.Correct.Field, o.Correct.After)
		}
		if s.roster.Holds(a.Person, officerOf(s.place(p.Zone)), s.dated()) {
			return "the officer permits corrections and makes none: let another make it (第21条第2項, 運用基準)"
		}
		if o.Correct.Reason == "" {
			return "say why the line is corrected (訂正理由)"
		}
	}
	return ""
}

// tried makes edits and takes them back: what the first problem of them is.
func (s *State) tried(a Account, edits []ledger.Edit) string {
	if len(edits) == 0 {
		return "there is nothing to change"
	}
	if e, problem := s.try(edits); problem != nil {
		s.duplicate(a, e, problem)
		return problem.String()
	}
	return ""
}

// entry is what the record says of a proposal.
func (p *Proposal) entry() (d journal.Data, private []byte) {
	o := p.Order
	switch {
	case o.Edit != nil:
		d, private = o.Edit.Data, o.Edit.Private
	case o.Switch != nil:
		d = journal.Data{Digest: o.Switch.Digest, Count: int64(o.Switch.People.Len())}
	case o.Correct != nil:
		d = journal.Data{Visit: o.Correct.Visit, Point: o.Correct.Field, Zone: p.Zone}
	case o.Account != nil:
		d = journal.Data{Point: o.Account.Name, Person: string(o.Account.Person)}
	}
	d.Proposal, d.Detail, d.Rule = p.ID, p.Kind, cmp.Or(d.Rule, access.RulePractice)
	return d, private
}

// needsOfficer says that 市民課長 has to be one of the two: the finding of Article 20(1)(3), the designation of 20(4), and
// who decides in the officer's place are nobody else's.
func (p *Proposal) needsOfficer() bool {
	if p.Order.Edit == nil {
		return p.Kind == ofImport
	}
	return slices.ContainsFunc(p.Order.Edit.Edits, func(e ledger.Edit) bool {
		return e.Finding != nil || e.Duty != nil && (e.Duty.Duty == access.DutyConsent || e.Duty.Duty == access.DutyDeputy)
	})
}

func (s *State) keepProposal(p Proposal) {
	s.office.proposals[p.ID] = p
	s.file(proposalDocument, p.ID, p)
}

func (s *State) dropProposal(id string) {
	delete(s.office.proposals, id)
	s.out.Change.Documents = append(s.out.Change.Documents, ledger.Document{Kind: proposalDocument, ID: id, Gone: true})
}

// proposals are those that wait, with what they would change.
func (s *State) proposals() []Proposal {
	out := []Proposal{}
	for _, id := range slices.SortedFunc(maps.Keys(s.office.proposals), byNumber) {
		p := s.office.proposals[id]
		p.What = s.describe(&p)
		if p.Order.Edit != nil {
			p.Changes = s.changes(p.Order.Edit.Edits)
		}
		p.Line, p.Order = s.ofLine(&p), order{}
		out = append(out, p)
	}
	return out
}

// ofLine is what a correction would change, nil for any other proposal.
func (s *State) ofLine(p *Proposal) *OfLine {
	c := p.Order.Correct
	if c == nil {
		return nil
	}
	v, _ := s.corrected(*c)
	before, _ := register.Field(&v, c.Field)
	return &OfLine{Field: c.Field, Before: before, After: c.After, Reason: c.Reason}
}

// byNumber orders numbers of a year, which grow longer when there are many.
func byNumber(a, b string) int {
	if len(a) != len(b) {
		return cmp.Compare(len(a), len(b))
	}
	return cmp.Compare(a, b)
}

// corrected is the line that a correction is of: as it is here, or else as it is stored.
func (s *State) corrected(ask CorrectVisit) (ledger.Visit, bool) {
	if v, here := s.book.Visit(ask.Visit); here {
		return v, true
	}
	if ask.Row != nil && ask.Row.ID == ask.Visit {
		return *ask.Row, true
	}
	return ledger.Visit{}, false
}
